//! `.gitignore` files: which paths a project does not count as its own.
//!
//! Source of the rules: git's "gitignore - Specifies intentionally untracked files to ignore".

use std::borrow::Cow;

/// The rules of one ignore file.
#[derive(Clone, Debug, Default)]
pub struct IgnoreFile {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    glob: String,
    is_exception: bool,
    only_folders: bool,
}

impl IgnoreFile {
    /// Reads the rules. What is not text is ignored, as git does.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let lines = text.trim_start_matches('\u{feff}').lines();
        Self {
            rules: lines.filter_map(Rule::parse).collect(),
        }
    }

    /// Whether the rules ignore `path` (relative to the file's folder, with `/`): the last one that matches
    /// decides. `None` where none does.
    #[must_use]
    pub fn ignores(&self, path: &str, is_folder: bool) -> Option<bool> {
        let rule = self
            .rules
            .iter()
            .rev()
            .find(|rule| rule.matches(path, is_folder))?;
        Some(!rule.is_exception)
    }
}

impl Rule {
    fn parse(line: &str) -> Option<Self> {
        let line = without_trailing_spaces(line);
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (is_exception, pattern) = match line.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, line),
        };
        let (only_folders, pattern) = match pattern.strip_suffix('/') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        // A slash ties the pattern to the file's folder; without one it matches at any depth.
        let tied = pattern.contains('/');
        let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
        let glob = without_braces(pattern);
        Some(Self {
            glob: if tied {
                glob.into_owned()
            } else {
                format!("**/{glob}")
            },
            is_exception,
            only_folders,
        })
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        (is_folder || !self.only_folders) && fast_glob::glob_match(&self.glob, path)
    }
}

/// Spaces at the end do not count, unless a backslash stands before them.
fn without_trailing_spaces(line: &str) -> &str {
    let trimmed = line.trim_end_matches(' ');
    if trimmed.ends_with('\\') && trimmed.len() < line.len() {
        &line[..=trimmed.len()]
    } else {
        trimmed
    }
}

/// git knows no alternatives in braces; the glob library does.
fn without_braces(pattern: &str) -> Cow<'_, str> {
    if pattern.contains(['{', '}']) {
        Cow::Owned(pattern.replace('{', "\\{").replace('}', "\\}"))
    } else {
        Cow::Borrowed(pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_git_says() {
        for (rules, path, is_folder, expected) in [
            ("build", "build", true, Some(true)),
            ("build", "a/build", false, Some(true)),
            ("/build", "a/build", true, None),
            ("/build", "build", true, Some(true)),
            ("build/", "build", false, None),
            ("build/", "a/build", true, Some(true)),
            ("a/build", "a/build", true, Some(true)),
            ("a/build", "b/a/build", true, None),
            ("*.log", "a/b.log", false, Some(true)),
            ("a/*", "a/b/c", false, None),
            ("a/**", "a/b/c", false, Some(true)),
            ("**/c", "a/b/c", false, Some(true)),
            ("*\n!keep", "keep", false, Some(false)),
            ("# x\n\n  ", "x", false, None),
            ("\\#x", "#x", false, Some(true)),
            ("{a,b}", "a", false, None),
            ("x  ", "x", false, Some(true)),
            ("x\r\ny", "x", false, Some(true)),
        ] {
            let file = IgnoreFile::parse(rules.as_bytes());
            assert_eq!(file.ignores(path, is_folder), expected, "{rules:?} {path}");
        }
    }
}
