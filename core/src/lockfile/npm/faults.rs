//! What of a lockfile could not be made sense of. A file that is wrong once is mostly wrong many times: of each
//! kind, the first place is told, and how many more there are.

use super::super::Warning;
use crate::text::{self, Lines};

/// Faults of one kind.
pub(super) struct Faults<'a> {
    what: &'static str,
    first: Option<(&'a str, usize)>,
    count: usize,
}

/// A package that is required, or asked for, and not there.
pub(super) const MISSING: &str = "is asked for, but not described";

impl<'a> Faults<'a> {
    /// None yet, of those of whose name it is said `what` is wrong.
    pub(super) const fn new(what: &'static str) -> Self {
        Self {
            what,
            first: None,
            count: 0,
        }
    }

    /// Adds the fault of what has this name and stands at `offset`.
    pub(super) fn push(&mut self, name: &'a str, offset: usize) {
        self.count += 1;
        if self.first.is_none_or(|(_, first)| offset < first) {
            self.first = Some((name, offset));
        }
    }

    /// The gap that they are, if there are any.
    pub(super) fn warning(&self, file: &str, text: &str) -> Option<Warning> {
        let (name, offset) = self.first?;
        let line = Lines::new(text).line_at(offset);
        let (name, what) = (text::excerpt(name), self.what);
        let others = match self.count - 1 {
            0 => String::new(),
            1 => ", and 1 other likewise".to_owned(),
            others => format!(", and {others} others likewise"),
        };
        Some(Warning::incomplete(format!(
            "{file}:{line}: {name:?} {what}{others}"
        )))
    }
}
