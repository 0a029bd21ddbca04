//! What may stand in a command or a file. Names and versions in lockfiles are anybody's.

use crate::package::Ecosystem;

/// Whether a name and a version hold nothing that a shell, or the file that they are written to, could take for
/// more than a name and a version.
pub(super) fn is_plain(ecosystem: Ecosystem, name: &str, version: &str) -> bool {
    is_plain_name(ecosystem, name) && is_word(version, ".+!_-") && !version.starts_with('_')
}

/// The same of a name alone.
pub(super) fn is_plain_name(ecosystem: Ecosystem, name: &str) -> bool {
    match ecosystem {
        Ecosystem::Npm => {
            let (scope, rest) = match name.strip_prefix('@').map(|scoped| scoped.split_once('/')) {
                Some(Some((scope, rest))) => (Some(scope), rest),
                Some(None) => return false,
                None => (None, name),
            };
            scope.is_none_or(|scope| is_word(scope, "._~-")) && is_word(rest, "._~-")
        }
        Ecosystem::PyPI => is_word(name, "._-"),
        Ecosystem::Maven => name
            .split_once(':')
            .is_some_and(|(group, artifact)| is_word(group, "._-") && is_word(artifact, "._-")),
    }
}

/// Whether `text` is of ASCII letters, digits and `marks`, and begins with none of the marks but `_`.
fn is_word(text: &str, marks: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
}
