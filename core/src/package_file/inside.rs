//! Paths in packages: nothing may land outside of the folder that a package is unpacked into.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::error::PackageError;

/// The longest path, in bytes; Linux opens none that is longer.
const MAX_PATH: usize = 4096;
/// The most bytes that a package's links may take together.
const MAX_LINKS: usize = 16 << 20;
/// What a link takes beside its path and its target, in bytes: roughly.
const LINK: usize = 64;

/// The path of an entry as it is unpacked: without empty parts, `.` and `/` behind. It is owned where it was not
/// written so, but for a `./` before it.
///
/// # Errors
/// When it is absolute, goes up, is not UTF-8, or means something else on another system: a drive, a
/// backslash, a control character. When it is longer than paths can be.
pub(super) fn path(bytes: &[u8]) -> Result<Cow<'_, str>, PackageError> {
    let unsafe_path = || PackageError::UnsafePath {
        path: String::from_utf8_lossy(bytes).into_owned(),
    };
    if bytes.len() > MAX_PATH {
        return Err(PackageError::TooLarge {
            reason: format!(
                "the path of an entry has {} bytes; at most {MAX_PATH} are read",
                bytes.len()
            ),
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| unsafe_path())?;
    let path = text.strip_prefix("./").unwrap_or(text);
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_odd = |c: char| c == '\\' || c.is_control();
    if path.contains(is_odd) || path.starts_with('/') || path.split('/').any(|part| part == "..") {
        return Err(unsafe_path());
    }
    let is_nothing = |part: &str| matches!(part, "" | ".");
    let path = if !path.is_empty() && path.split('/').any(is_nothing) {
        let parts: Vec<&str> = path.split('/').filter(|part| !is_nothing(part)).collect();
        Cow::Owned(parts.join("/"))
    } else {
        Cow::Borrowed(path)
    };
    let is_drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if is_drive {
        return Err(unsafe_path());
    }
    Ok(path)
}

/// The symbolic links of a package, which lead nowhere out of its folder, also not one through the other.
pub(super) struct Links {
    paths: BTreeSet<String>,
    /// Those whose target goes up again behind a name, which may be that of a link.
    turning: Vec<(String, String)>,
    /// How many bytes may still be added.
    left: usize,
}

impl Links {
    pub(super) fn new() -> Self {
        Self {
            paths: BTreeSet::new(),
            turning: Vec::new(),
            left: MAX_LINKS,
        }
    }

    /// Checks an entry that comes after the links so far.
    ///
    /// # Errors
    /// When it lies behind one of them: it would land where that leads.
    pub(super) fn check(&self, path: &str) -> Result<(), PackageError> {
        let is_behind = !self.paths.is_empty()
            && path
                .match_indices('/')
                .any(|(slash, _)| self.paths.contains(&path[..slash]));
        if is_behind {
            return Err(PackageError::UnsafePath {
                path: path.to_owned(),
            });
        }
        Ok(())
    }

    /// Adds the link at `path`, which leads to `target`.
    ///
    /// # Errors
    /// When that is absolute, outside, or no plain text, or there are too many links.
    pub(super) fn add(&mut self, path: &str, target: &[u8]) -> Result<(), PackageError> {
        let text = std::str::from_utf8(target).map_err(|_| leads_out(path, target))?;
        if text.starts_with('/') || text.contains(['\\', ':', '\0']) {
            return Err(leads_out(path, target));
        }
        let left = self.left.checked_sub(path.len() + target.len() + LINK);
        self.left = left.ok_or_else(|| PackageError::TooLarge {
            reason: format!("its symbolic links take more than {MAX_LINKS} bytes together"),
        })?;
        let is_turning = follow(path, text, |_| true)?;
        if is_turning {
            self.turning.push((path.to_owned(), text.to_owned()));
        }
        self.paths.insert(path.to_owned());
        Ok(())
    }

    /// Checks the links when all are known.
    ///
    /// # Errors
    /// When one goes up behind another: what is above there, its text does not say.
    pub(super) fn finish(&self) -> Result<(), PackageError> {
        for (path, target) in &self.turning {
            if follow(path, target, |passed| self.paths.contains(passed))? {
                return Err(leads_out(path, target.as_bytes()));
            }
        }
        Ok(())
    }
}

/// Follows the text of a link's target, and tells whether it goes up from a named place for which `asks` holds.
///
/// # Errors
/// When it goes up from the package's own folder.
fn follow(path: &str, target: &str, asks: impl Fn(&str) -> bool) -> Result<bool, PackageError> {
    let mut place: Vec<&str> = path.split('/').collect();
    place.pop();
    // So many parts are the link's own folder, which is no link.
    let mut own = place.len();
    let mut found = false;
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                found |= place.len() > own && asks(&place.join("/"));
                place.pop().ok_or_else(|| leads_out(path, target.as_bytes()))?;
                own = own.min(place.len());
            }
            part => place.push(part),
        }
    }
    Ok(found)
}

fn leads_out(path: &str, target: &[u8]) -> PackageError {
    PackageError::UnsafePath {
        path: format!("{path} -> {}", String::from_utf8_lossy(target)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_it_unpacks_to() {
        for (written, expected) in [
            ("a/b", Some("a/b")),
            ("./a/b/", Some("a/b")),
            ("a/./b//c", Some("a/b/c")),
            (".//./a", None),
            ("././a", Some("a")),
            ("./", Some("")),
            ("..a/b..", Some("..a/b..")),
            ("/a", None),
            (".//a", None),
            ("..", None),
            ("a/../b", None),
            ("./C:/a", None),
            ("././C:/a", None),
            ("a\\b", None),
            ("a\nb", None),
        ] {
            let found = path(written.as_bytes()).ok();
            assert_eq!(found.as_deref(), expected, "{written}");
        }
        assert!(path(b"\xff").is_err());
        assert!(path(&[b'a'; MAX_PATH]).is_ok());
        let too_long = path(&[b'a'; MAX_PATH + 1]);
        assert_eq!(too_long.unwrap_err().code(), "package-too-large");
    }

    fn check(links: &[(&str, &str)], entry: &str) -> Result<(), PackageError> {
        let mut all = Links::new();
        for (path, target) in links {
            all.check(path)?;
            all.add(path, target.as_bytes())?;
        }
        all.check(entry)?;
        all.finish()
    }

    #[test]
    fn no_link_leads_out_by_itself_or_through_another() {
        for (links, entry, is_good) in [
            (&[("a/l", "b")][..], "x", true),
            (&[("a/l", "../b")], "x", true),
            (&[("a/l", "../../b")], "x", false),
            (&[("a/l", "/b")], "x", false),
            (&[("a/l", "C:/b")], "x", false),
            (&[("l", "b/../../c")], "x", false),
            (&[("l", "b/../c")], "x", true),
            // A link to the package's own folder, and one that goes up from there.
            (&[("d", "."), ("l", "d/..")], "x", false),
            (&[("l", "d/.."), ("d", ".")], "x", false),
            (&[("a/b/d", "../.."), ("l", "a/b/d/../../x")], "x", false),
            (&[("a/b/d", "../.."), ("a/l", "../a/b/../x")], "x", true),
            (&[("d", "a")], "d/x", false),
            (&[("d", "a")], "d", true),
            (&[("d", "."), ("d/l", "..")], "x", false),
        ] {
            let result = check(links, entry);
            assert_eq!(result.is_ok(), is_good, "{links:?} {entry}: {result:?}");
        }
    }

    #[test]
    fn links_take_no_more_memory_than_is_said() {
        let mut links = Links::new();
        let target = "x".repeat(MAX_PATH);
        let refused =
            (0..MAX_LINKS / MAX_PATH + 1).find_map(|at| links.add(&at.to_string(), target.as_bytes()).err());
        assert_eq!(refused.unwrap().code(), "package-too-large");
    }
}
