//! The files that a dependency file may refer to, and the paths between them.

use std::collections::BTreeMap;
use std::fmt;

/// How a reference ends that stands for a POM in each folder.
pub const IN_EACH_FOLDER: &str = "*/pom.xml";

/// The files at hand beside the one that is read, by path.
#[derive(Clone, Debug, Default)]
pub struct ProjectFiles {
    files: BTreeMap<String, Vec<u8>>,
    refused: BTreeMap<String, Refusal>,
}

/// Why a file that is there is not read for another one that refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does not lie in the project's folder.
    Outside,
    /// It is a folder, a pipe, a socket or a device.
    NotAFile,
    /// It is larger than any such file.
    TooLarge,
    /// The system gives it to nobody, or not to this user.
    Unreadable,
}

/// What follows the file's path.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outside => "lies outside of the project's folder (--project-root names a wider one)",
            Self::NotAFile => "is not a regular file",
            Self::TooLarge => "is too large",
            Self::Unreadable => "cannot be read",
        })
    }
}

impl ProjectFiles {
    /// Adds a file, under the path by which another one refers to it.
    pub fn insert(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        self.files.insert(path.into(), bytes);
    }

    /// Says why the file at `path`, to which another one refers, is not among these.
    pub fn refuse(&mut self, path: impl Into<String>, refusal: Refusal) {
        self.refused.insert(path.into(), refusal);
    }

    /// What is to be said of a file that is not among these, after its path.
    pub(super) fn absence(&self, path: &str) -> String {
        match self.refused.get(path) {
            Some(refusal) => refusal.to_string(),
            None => "is not there".to_owned(),
        }
    }

    /// The paths of all files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The bytes of the file at `path`, if it is at hand.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }
}

/// The last part of a path, with either kind of slash.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The path of `relative`, as it stands in the file at `base`. `.` and `..` are folded away where they
/// can be; an absolute path stays.
#[must_use]
pub fn beside(base: &str, relative: &str) -> String {
    let relative = relative.replace('\\', "/");
    if relative.starts_with('/') || relative.get(1..3) == Some(":/") {
        return relative;
    }
    let folder = &base[..base.len() - file_name(base).len()];
    let joined = format!("{folder}{relative}");
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_folded() {
        for (base, relative, expected) in [
            ("pom.xml", "../pom.xml", "../pom.xml"),
            ("a/b/pom.xml", "../pom.xml", "a/pom.xml"),
            ("a/requirements.txt", "./dev.txt", "a/dev.txt"),
            ("/x/requirements.txt", "../dev.txt", "/dev.txt"),
            ("../requirements.txt", "../dev.txt", "../../dev.txt"),
            ("a\\requirements.txt", "dev.txt", "a\\dev.txt"),
            ("requirements.txt", "/etc/r.txt", "/etc/r.txt"),
        ] {
            assert_eq!(beside(base, relative), expected, "{base} + {relative}");
        }
    }

    #[test]
    fn file_names_end_after_either_slash() {
        assert_eq!([file_name("a/b"), file_name("a\\b"), file_name("b")], ["b"; 3]);
    }
}
