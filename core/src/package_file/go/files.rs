//! Which files of a folder belong to its module, and which paths a module's zip can have.
//!
//! Source of the rules: the Go modules reference, "Module zip files", and `golang.org/x/mod/zip`, whose
//! `CreateFromDir` makes the same choice.

use std::collections::{BTreeMap, BTreeSet};

use super::go_mod::{GoMod, MAX_GO_MOD};
use super::module::check_element;
use crate::package_file::PackageError;

/// The most bytes that a module's zip may have, and what is in it together.
pub const MAX_ZIP: u64 = 500 << 20;
/// The largest `LICENSE` in a module's folder, in bytes.
const MAX_LICENSE: u64 = 16 << 20;

/// The most files and folders that a module may have: more than any that is known, and few enough to be held in memory.
const MAX_PLACES: usize = 100_000;

/// A regular file below a module's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path from there, with `/`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Whether a folder is a version control system's own, so that nothing in it belongs to a module.
#[must_use]
pub fn is_version_control(folder: &str) -> bool {
    matches!(folder, ".bzr" | ".git" | ".hg" | ".svn")
}

/// Chooses from the regular files below a module's folder those that belong to it, sorted by path. Packages in
/// `vendor` and other modules do not. Folders that [`is_version_control`] tells of are not looked into before.
///
/// # Errors
/// When a file that belongs to it cannot be in a module, or all together are too large.
pub fn choose(files: Vec<File>, go_mod: &GoMod) -> Result<Vec<File>, PackageError> {
    let nested: BTreeSet<String> = files
        .iter()
        .filter_map(|file| file.path.rsplit_once('/'))
        .filter(|(_, name)| name.eq_ignore_ascii_case("go.mod"))
        .map(|(folder, _)| folder.to_owned())
        .collect();
    let is_nested = |path: &str| {
        path.match_indices('/')
            .any(|(slash, _)| nested.contains(&path[..slash]))
    };
    let mut chosen: Vec<File> = files
        .into_iter()
        .filter(|file| {
            !is_vendored(&file.path, go_mod) && !is_nested(&file.path) && file.path != ".hg_archival.txt"
        })
        .collect();
    chosen.sort_by(|left, right| left.path.cmp(&right.path));
    let mut checker = Checker::default();
    for file in &chosen {
        checker.file(&file.path, file.size)?;
    }
    Ok(chosen)
}

/// Whether a file is of a package in a folder `vendor`. Before Go 1.24 the place of such a folder within the path
/// was counted wrong, and modules of that time keep the zip that they had.
fn is_vendored(path: &str, go_mod: &GoMod) -> bool {
    const VENDOR: &str = "vendor/";
    let is_new = go_mod.is_since((1, 24));
    if is_new && path == "vendor/modules.txt" {
        return true;
    }
    let start = match (path.starts_with(VENDOR), path.find("/vendor/")) {
        (true, _) => VENDOR.len(),
        (false, Some(place)) if is_new => place + VENDOR.len() + 1,
        (false, Some(_)) => VENDOR.len() + 1,
        (false, None) => return false,
    };
    // Characters of several bytes may be cut: only slashes are looked for.
    path.as_bytes()
        .get(start..)
        .is_some_and(|rest| rest.contains(&b'/'))
}

/// Holds the files of a module against the rules, one after the other.
#[derive(Default)]
pub(super) struct Checker {
    /// By the number of the folder that it is in, and its name in one letter case.
    seen: BTreeMap<(usize, String), Place>,
    total: u64,
}

/// A file or folder that was seen. Each is kept once, however many paths lead through it.
struct Place {
    /// Its name as it was written.
    name: String,
    is_folder: bool,
    /// Counts the places; 0 is the module's own folder.
    number: usize,
}

impl Checker {
    /// The next file.
    pub(super) fn file(&mut self, path: &str, size: u64) -> Result<(), PackageError> {
        let bad = |reason: &str| PackageError::content(path, reason);
        check_path(path).map_err(|reason| bad(&reason))?;
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.eq_ignore_ascii_case("go.mod") && path != "go.mod" {
            return Err(bad(
                "a module has one go.mod, in its first folder and in small letters",
            ));
        }
        self.total = self.total.saturating_add(size);
        let most = match path {
            "go.mod" => MAX_GO_MOD,
            "LICENSE" => MAX_LICENSE,
            _ => u64::MAX,
        };
        if size > most {
            return Err(PackageError::TooLarge {
                reason: format!("its {path} has {size} bytes; at most {most} are allowed"),
            });
        }
        if self.total > MAX_ZIP {
            return Err(PackageError::TooLarge {
                reason: format!("its files have more than {MAX_ZIP} bytes together"),
            });
        }
        self.place(path, false)
    }

    /// A folder that stands for itself.
    pub(super) fn folder(&mut self, path: &str) -> Result<(), PackageError> {
        check_path(path).map_err(|reason| PackageError::content(path, reason))?;
        self.place(path, true)
    }

    /// Sees a path, and the folders above it.
    fn place(&mut self, path: &str, is_folder: bool) -> Result<(), PackageError> {
        let (mut parent, mut end) = (0, 0);
        for name in path.split('/') {
            end += name.len();
            let is_folder = is_folder || end < path.len();
            parent = self.step(parent, name, is_folder, &path[..end])?;
            end += 1;
        }
        Ok(())
    }

    /// Sees the `name` in the folder `parent`, and gives its number. `path` is where that is.
    fn step(
        &mut self,
        parent: usize,
        name: &str,
        is_folder: bool,
        path: &str,
    ) -> Result<usize, PackageError> {
        let number = self.seen.len() + 1;
        let key = (parent, folded(name));
        let Some(other) = self.seen.get(&key) else {
            if number > MAX_PLACES {
                return Err(PackageError::TooLarge {
                    reason: format!("it has more than {MAX_PLACES} files and folders"),
                });
            }
            let name = name.to_owned();
            let place = Place {
                name,
                is_folder,
                number,
            };
            self.seen.insert(key, place);
            return Ok(number);
        };
        if other.name != name {
            return Err(PackageError::content(
                path,
                format!("{:?} differs from it in letter case only", other.name),
            ));
        }
        if !(is_folder && other.is_folder) {
            return Err(PackageError::Twice {
                what: path.to_owned(),
            });
        }
        Ok(other.number)
    }
}

/// A path in one letter case, so that two that differ in that alone become the same. Letters whose other case is
/// several characters stay.
fn folded(path: &str) -> String {
    path.chars()
        .map(|c| {
            let upper = only(c.to_uppercase()).unwrap_or(c);
            only(upper.to_lowercase()).unwrap_or(upper)
        })
        .collect()
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

fn check_path(path: &str) -> Result<(), String> {
    let may_hold = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&()+,-.=@[]^_{}~ ".contains(c)
            || (!c.is_ascii() && c.is_alphabetic())
    };
    path.split('/')
        .try_for_each(|element| check_element(element, may_hold))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(go: &str, paths: &[&str]) -> Result<Vec<String>, PackageError> {
        let go_mod = GoMod::parse(format!("module go.example/a\ngo {go}\n").as_bytes()).unwrap();
        let files = paths
            .iter()
            .map(|path| File {
                path: (*path).to_owned(),
                size: 1,
            })
            .collect();
        let files = choose(files, &go_mod)?;
        Ok(files.into_iter().map(|file| file.path).collect())
    }

    #[test]
    fn what_does_not_belong_to_the_module_is_left_out() {
        let all = [
            "a.go",
            "go.mod",
            "sub/go.mod",
            "sub/x.go",
            "sub/deep/x.go",
            "other/GO.MOD",
            "other/x.go",
            "vendor/modules.txt",
            "vendor/go.example/b/b.go",
            "pkg/vendor/c/c.go",
            "pkg/vendor/x.go",
            "subway/x.go",
            ".hg_archival.txt",
            ".gitignore",
            "b/.hg_archival.txt",
        ];
        let old = [
            ".gitignore",
            "a.go",
            "b/.hg_archival.txt",
            "go.mod",
            "subway/x.go",
            "vendor/modules.txt",
        ];
        assert_eq!(chosen("1.23", &all).unwrap(), old);
        let new = [
            ".gitignore",
            "a.go",
            "b/.hg_archival.txt",
            "go.mod",
            "pkg/vendor/x.go",
            "subway/x.go",
        ];
        assert_eq!(chosen("1.24", &all).unwrap(), new);
    }

    #[test]
    fn what_cannot_be_in_a_module_is_refused() {
        for (path, is_good) in [
            ("a b/c-d_e!.go", true),
            ("é/λ.go", true),
            ("a:b", false),
            ("a*b", false),
            ("a\"b", false),
            ("a\nb", false),
            ("a/aux.go", false),
            ("a./b", false),
            ("a/../b", false),
            ("a//b", false),
            ("a/…", false),
            ("GO.MOD", false),
        ] {
            let result = chosen("1.24", &[path]);
            assert_eq!(result.is_ok(), is_good, "{path}: {result:?}");
        }
        for collision in [
            ["a/b", "A/c"],
            ["x.go", "X.go"],
            ["σ", "ς"],
            ["a", "a/b"],
            ["a", "a"],
        ] {
            assert!(chosen("1.24", &collision).is_err(), "{collision:?}");
        }
    }

    #[test]
    fn very_deep_paths_take_no_more_memory_than_they_have_parts() {
        let mut checker = Checker::default();
        let deep = |file: usize| format!("{}{file}", "a/".repeat(2000));
        for file in 0..100 {
            checker.file(&deep(file), 1).unwrap();
        }
        assert_eq!(checker.seen.len(), 2000 + 100);
        let mut files = (0..).map(|top| format!("{top}/{}", deep(0)));
        let refused = files.find_map(|path| checker.file(&path, 1).err());
        assert_eq!(refused.unwrap().code(), "package-too-large");
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let go_mod = GoMod::parse(b"module go.example/a").unwrap();
        for (path, size, is_good) in [
            ("LICENSE", MAX_LICENSE, true),
            ("LICENSE", MAX_LICENSE + 1, false),
            ("go.mod", MAX_GO_MOD + 1, false),
            ("x", MAX_ZIP, true),
            ("x", MAX_ZIP + 1, false),
            ("x", u64::MAX, false),
        ] {
            let file = File {
                path: path.to_owned(),
                size,
            };
            assert_eq!(choose(vec![file], &go_mod).is_ok(), is_good, "{path} {size}");
        }
    }
}
