//! Malformed, hostile and odd but valid files of all formats (`shared/lockfiles/bad`). Each gives an error
//! with its place, or the right packages; the snapshot holds which.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    reason = "a test reads files from disk, and stops at once when one is not there"
)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use hc_core::dependency::{Dependency, Source};
use hc_core::error::InputError;
use hc_core::lockfile::{self, Input, Lockfile, ProjectFiles};

/// Reads a file, with those beside it that it refers to.
fn read(folder: &Path, path: &str) -> Result<Lockfile, InputError> {
    let bytes = std::fs::read(folder.join(path)).unwrap();
    let input = Input { path, bytes: &bytes };
    let format = lockfile::detect(input)?;
    let mut project = ProjectFiles::default();
    for reference in format.references(input) {
        if let Ok(bytes) = std::fs::read(folder.join(&reference)) {
            project.insert(reference, bytes);
        }
    }
    lockfile::parse(format, input, &project)
}

fn shown(dependency: &Dependency) -> String {
    let Dependency {
        name,
        version,
        specifier,
        source,
        ..
    } = dependency;
    let pin = version
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| specifier.as_ref().map(|specifier| format!("?{specifier}")));
    let from = if *source == Source::Registry {
        String::new()
    } else {
        format!(" from a {}", source.noun())
    };
    format!(
        "{} {}{from}",
        name.escape_debug(),
        pin.unwrap_or_else(|| "?".to_owned())
    )
}

fn told(outcome: &Result<Lockfile, InputError>) -> String {
    match outcome {
        Ok(lockfile) => {
            let listed: Vec<String> = lockfile.dependencies.iter().map(shown).collect();
            let warnings = match lockfile.warnings.len() {
                0 => String::new(),
                count => format!(" ({count} warnings)"),
            };
            format!("[{}]{warnings}", listed.join(", "))
        }
        Err(error) => format!(
            "error {} at {}",
            error.code.as_str(),
            error.to_string().escape_debug()
        ),
    }
}

#[test]
fn bad_files_are_errors_with_their_place_or_right() {
    let Some(bad) = support::lockfiles().map(|shared| shared.join("bad")) else {
        return;
    };
    let table = std::fs::read_to_string(bad.join("README.tsv")).unwrap();
    let mut outcomes = String::new();
    for line in table.lines().skip(1) {
        let mut columns = line.split('\t');
        let path = Path::new(columns.next().unwrap());
        let file = path.file_name().unwrap().to_str().unwrap();
        let outcome = read(&bad.join(path.parent().unwrap()), file);
        outcomes.push_str(&format!("{}: {}\n", path.display(), told(&outcome)));
        let packages = columns
            .nth(2)
            .and_then(|json| serde_json::from_str::<Vec<(String, String)>>(json).ok());
        if let (Ok(lockfile), Some(expected)) = (outcome, packages) {
            let listed = lockfile
                .dependencies
                .into_iter()
                .filter(|dependency| dependency.source == Source::Registry);
            let found: BTreeSet<_> = listed
                .map(|found| {
                    let pin = found.version.or(found.specifier).unwrap_or_default();
                    (found.name.to_string(), pin.to_string())
                })
                .collect();
            assert_eq!(found, expected.into_iter().collect(), "{}", path.display());
        }
    }
    insta::assert_snapshot!(outcomes);
}
