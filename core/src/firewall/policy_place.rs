//! Which policy judges a file: the nearest one beside it or above it, as far as its repository goes.

use crate::lockfile;

/// The policy that a project keeps with its code.
pub const POLICY_FILE: &str = "hc-firewall.toml";

/// What is known of a folder at or above a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// A policy lies in it.
    pub has_policy: bool,
    /// It is the root of a repository: `.git` is in it.
    pub is_repository: bool,
    /// It is where whoever asked began: the folder that is walked, or the one that paths start from.
    pub is_start: bool,
}

/// How many folders above the file its policy lies; `None` is the built-in policy. `folders` are the file's own,
/// the one above it, and so on.
///
/// What lies above the repository's root is not the project's to say. A file outside of any repository is judged
/// by what lies between it and where somebody began to look, and else by what lies beside it.
#[must_use]
pub fn nearest_policy(folders: &[Folder]) -> Option<usize> {
    let repository = folders.iter().position(|folder| folder.is_repository);
    let start = || folders.iter().position(|folder| folder.is_start);
    let root = repository.or_else(start).unwrap_or(0);
    folders.iter().take(root + 1).position(|folder| folder.has_policy)
}

/// The path of a policy so many folders above `file`, written as `file` is.
#[must_use]
pub fn policy_path(file: &str, above: usize) -> String {
    lockfile::beside(file, &format!("{}{POLICY_FILE}", "../".repeat(above)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `p` a policy, `g` a repository's root, `s` the start.
    fn folders(text: &str) -> Vec<Folder> {
        text.split('/')
            .map(|marks| Folder {
                has_policy: marks.contains('p'),
                is_repository: marks.contains('g'),
                is_start: marks.contains('s'),
            })
            .collect()
    }

    #[test]
    fn the_nearest_policy_counts_up_to_the_root_of_the_repository() {
        for (text, expected) in [
            ("p", Some(0)),
            ("/p/g", Some(1)),
            ("p/p/pg", Some(0)),
            ("//pg/p", Some(2)),
            ("/g/p", None),
            ("/g/ps", None),
            ("s/pg", Some(1)),
            ("/p", None),
            ("/ps", Some(1)),
            ("/s/p", None),
            ("", None),
        ] {
            assert_eq!(nearest_policy(&folders(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn a_policy_is_named_as_the_file_is() {
        for (file, above, expected) in [
            ("a/b/pom.xml", 0, "a/b/hc-firewall.toml"),
            ("a/b/pom.xml", 2, "hc-firewall.toml"),
            ("pom.xml", 1, "../hc-firewall.toml"),
            ("/x/pom.xml", 1, "/hc-firewall.toml"),
        ] {
            assert_eq!(policy_path(file, above), expected);
        }
    }
}
