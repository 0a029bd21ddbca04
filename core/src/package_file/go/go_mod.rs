//! What is read of a `go.mod`: the module's path, and the version of Go that it is written for.
//!
//! Source of the rules: the Go modules reference, "go.mod files".

use super::module::ModulePath;
use crate::package_file::PackageError;

/// The largest `go.mod`, in bytes.
pub const MAX_GO_MOD: u64 = 16 << 20;

/// A `go.mod` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoMod {
    /// The module's path.
    pub path: ModulePath,
    /// The version of the language in its `go` line: (1, 24) of `go 1.24.3`.
    pub(super) language: Option<(u32, u32)>,
}

impl GoMod {
    /// Reads a `go.mod`.
    ///
    /// # Errors
    /// When it is no text, or does not name its module once.
    pub fn parse(bytes: &[u8]) -> Result<Self, PackageError> {
        let bad = |reason: String| PackageError::content("go.mod", reason);
        if bytes.len() as u64 > MAX_GO_MOD {
            return Err(PackageError::TooLarge {
                reason: format!("its go.mod has more than {MAX_GO_MOD} bytes"),
            });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| bad("it is not UTF-8".to_owned()))?;
        let (mut path, mut language) = (None, None);
        // The directive whose block is open.
        let mut block: Option<&str> = None;
        for (line, number) in text.lines().zip(1..) {
            let words = words(line).ok_or_else(|| bad(format!("line {number}: a quote is not closed")))?;
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let (directive, values) = match (block, words.as_slice()) {
                (_, []) => continue,
                (Some(_), [")"]) => {
                    block = None;
                    continue;
                }
                (Some(open), values) => (open, values),
                (None, ["module", "("]) => {
                    block = Some("module");
                    continue;
                }
                (None, [_, .., "("]) => {
                    block = Some("");
                    continue;
                }
                (None, [directive, values @ ..]) => (*directive, values),
            };
            match (directive, values) {
                ("module", [value]) if path.is_none() => path = Some(ModulePath::parse(value)),
                ("module", [_]) => {
                    return Err(PackageError::Twice {
                        what: "a module line in its go.mod".to_owned(),
                    });
                }
                ("module", _) => return Err(bad(format!("line {number}: a module has one path"))),
                ("go", [value]) => language = lang(value),
                _ => {}
            }
        }
        let path = path.ok_or_else(|| bad("it has no module line".to_owned()))?;
        Ok(Self {
            path: path.map_err(|error| bad(error.to_string()))?,
            language,
        })
    }

    /// What holds for a module that has no such file.
    #[must_use]
    pub fn absent(path: ModulePath) -> Self {
        Self { path, language: None }
    }

    /// The file that proxies give for a module that has none: nothing but its path.
    #[must_use]
    pub fn minimal(&self) -> Vec<u8> {
        format!("module {}\n", self.path).into_bytes()
    }

    /// Whether the module is written for this version of the language, or a later one.
    pub(super) fn is_since(&self, version: (u32, u32)) -> bool {
        self.language.is_some_and(|language| language >= version)
    }
}

/// The words of a line before its comment; `None` where a quote is not closed.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with("//") {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '`'));
        let (word, after) = match quote {
            Some(quote) => rest[1..].split_once(quote)?,
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let end = rest[..end].find("//").unwrap_or(end);
                rest.split_at(end)
            }
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Some(words)
}

/// The language of a Go version: 1.24 of `1.24.3` and of `1.24rc1`.
fn lang(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.split_once('.')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((major.parse().ok()?, rest[..digits].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_and_the_language_are_read() {
        for (text, path, language) in [
            ("module go.example/a\n", Some("go.example/a"), None),
            (
                "// x\r\nmodule \"go.example/a/v2\" // why\r\n\r\ngo 1.24.3\r\n",
                Some("go.example/a/v2"),
                Some((1, 24)),
            ),
            (
                "module (\n\t`go.example/a`\n)\ngo 1.21rc2",
                Some("go.example/a"),
                Some((1, 21)),
            ),
            (
                "require (\n\tmodule v1.0.0\n)\nmodule go.example/a//x\n",
                Some("go.example/a"),
                None,
            ),
            ("go 1.24\n", None, None),
            ("module go.example/a\nmodule go.example/b\n", None, None),
            ("module go.example/a go.example/b\n", None, None),
            ("module \"go.example/a\n", None, None),
            ("module example\n", None, None),
        ] {
            let parsed = GoMod::parse(text.as_bytes()).ok();
            assert_eq!(parsed.as_ref().map(|file| file.path.as_str()), path, "{text}");
            assert_eq!(parsed.and_then(|file| file.language), language, "{text}");
        }
        assert!(GoMod::parse(b"module go.example/\xff").is_err());
    }
}
