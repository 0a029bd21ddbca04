//! Small files for the formats' own tests.

use super::{FORMATS, Input, Lockfile, ProjectFiles};
use crate::error::{Code, InputError};

/// Reads `text` as the format that `path` means, with another file beside it.
fn read(path: &str, text: &str, beside: Option<(&str, &str)>) -> Result<Lockfile, InputError> {
    let mut files = ProjectFiles::default();
    if let Some((path, text)) = beside {
        files.insert(path, text.as_bytes().to_vec());
    }
    let format = FORMATS.iter().find(|format| format.has_name(path)).unwrap();
    let bytes = text.as_bytes();
    super::parse(format, Input { path, bytes }, &files)
}

/// Each dependency in one line: name, version, scope, whether it is direct, source, specifier, line, paths.
pub(super) fn told(path: &str, text: &str, beside: Option<(&str, &str)>) -> Vec<String> {
    let lockfile = read(path, text, beside).unwrap();
    let line = |(index, dependency): (usize, &crate::dependency::Dependency)| {
        let mut words = vec![
            dependency.name.to_string(),
            dependency.version.as_deref().unwrap_or("-").to_owned(),
            format!("{:?}", dependency.scope),
            match dependency.direct {
                Some(true) => "direct",
                Some(false) => "transitive",
                None => "?",
            }
            .to_owned(),
            format!("{:?}", dependency.source),
        ];
        words.extend(dependency.specifier.as_deref().map(str::to_owned));
        words.push(dependency.line.to_string());
        let paths = lockfile.paths(index);
        words.extend(paths.iter().map(|path| format!("[{}]", path.join(" "))));
        words.join(" ")
    };
    lockfile.dependencies.iter().enumerate().map(line).collect()
}

/// What is said about how `text` was read.
pub(super) fn warnings(path: &str, text: &str) -> Vec<String> {
    let warnings = read(path, text, None).unwrap().warnings;
    warnings.into_iter().map(|warning| warning.message).collect()
}

/// Why `text` cannot be read.
pub(super) fn fault(path: &str, text: &str) -> Code {
    read(path, text, None).unwrap_err().code
}
