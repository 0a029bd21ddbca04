//! The files that a dependency file may refer to, and the paths between them.

use std::collections::BTreeMap;

/// The files at hand beside the one that is read, by path.
#[derive(Clone, Debug, Default)]
pub struct ProjectFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl ProjectFiles {
    /// Adds a file, under the path by which another one refers to it.
    pub fn insert(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        self.files.insert(path.into(), bytes);
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
pub(super) fn file_name(path: &str) -> &str {
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
