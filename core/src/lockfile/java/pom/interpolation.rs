//! `${…}` in a POM.

use memchr::memchr;
use smol_str::SmolStr;

use super::declaration::Key;
use super::model::Model;

/// The length at which an interpolated value is given up; properties can double without end.
const LONGEST_VALUE: usize = 8 * 1024;

/// Properties that refer to properties, deeper than any real POM has them.
const DEEPEST_VALUE: usize = 64;

/// Puts values for `${…}`.
pub(super) struct Interpolation<'m> {
    pub(super) model: &'m Model,
}

impl Interpolation<'_> {
    pub(super) fn identity(&self, written: &Key) -> Key {
        Key {
            group: self.expand(&written.group),
            artifact: self.expand(&written.artifact),
            kind: self.expand(&written.kind),
            classifier: self.expand(&written.classifier),
        }
    }

    /// `text` with its properties replaced. What is not known, refers to itself or grows too long stays
    /// as it is written.
    pub(super) fn expand(&self, text: &str) -> SmolStr {
        if memchr(b'$', text.as_bytes()).is_none() {
            return text.into();
        }
        let mut budget = LONGEST_VALUE;
        self.expand_within(text, &mut Vec::new(), &mut budget)
            .map_or_else(|| text.into(), SmolStr::from)
    }

    fn expand_within<'t>(
        &'t self,
        text: &'t str,
        inside: &mut Vec<&'t str>,
        budget: &mut usize,
    ) -> Option<String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_property(rest) {
            expanded.push_str(before);
            let value = self
                .model
                .value(name)
                .filter(|_| inside.len() < DEEPEST_VALUE && !inside.contains(&name));
            match value {
                Some(value) => {
                    inside.push(name);
                    expanded.push_str(&self.expand_within(value, inside, budget)?);
                    inside.pop();
                }
                None => expanded.push_str(&format!("${{{name}}}")),
            }
            *budget = budget.checked_sub(before.len() + name.len())?;
            rest = after;
        }
        *budget = budget.checked_sub(rest.len())?;
        expanded.push_str(rest);
        Some(expanded)
    }
}

/// What stands before the next `${name}`, the name, and what follows.
fn next_property(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("${")?;
    let end = start + text[start..].find('}')?;
    Some((&text[..start], &text[start + 2..end], &text[end + 1..]))
}
