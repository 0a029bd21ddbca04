//! The ignore files that hold in a folder.

use std::rc::Rc;

use crate::ignore::IgnoreFile;

/// The ignore files that hold in a folder, the nearest last.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules(Vec<Rc<Placed>>);

#[derive(Debug)]
struct Placed {
    /// The path of the walk's folder from the ignore file's, for one that lies above it.
    above: String,
    /// The path of the ignore file's folder, for one that the walk met.
    folder: String,
    file: IgnoreFile,
}

impl Rules {
    /// Adds an ignore file that is nearer than all before. Either it lies above the walk's folder, whose path from
    /// there is `above`, or in `folder`; both end with `/` or are empty.
    pub(super) fn add(&mut self, above: String, folder: String, file: IgnoreFile) {
        self.0.push(Rc::new(Placed { above, folder, file }));
    }

    /// Whether `path` is ignored: the nearest rules that say something decide.
    pub(super) fn ignore(&self, path: &str, is_folder: bool) -> bool {
        let decision = self.0.iter().rev().find_map(|placed| {
            let inside = path.strip_prefix(&placed.folder)?;
            placed
                .file
                .ignores(&format!("{}{inside}", placed.above), is_folder)
        });
        decision.unwrap_or(false)
    }
}
