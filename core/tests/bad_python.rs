//! Malformed, hostile and odd but valid files of the Python formats (`shared/lockfiles/bad`, which is not part
//! of the project; without it this test says so and passes).

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    reason = "a test reads files from disk, and stops at once when one is not there"
)]

use std::path::{Path, PathBuf};

use hc_core::dependency::{Dependency, Source};
use hc_core::error::Code;
use hc_core::lockfile::{self, Input, ProjectFiles};

fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("HC_SHARED").map_or(beside, PathBuf::from);
    let bad = shared.join("lockfiles/bad");
    if bad.is_dir() {
        return Some(bad);
    }
    eprintln!("skipped: there is no folder {}", bad.display());
    None
}

/// The packages of a registry, with what they are pinned to; or the code and line of the error.
fn read(path: &Path) -> Result<Vec<String>, (Code, Option<usize>)> {
    let bytes = std::fs::read(path).unwrap();
    let input = Input {
        path: path.to_str().unwrap(),
        bytes: &bytes,
    };
    let format = lockfile::detect(input).unwrap();
    let lockfile = lockfile::parse(format, input, &ProjectFiles::default())
        .map_err(|error| (error.code, error.position.map(|position| position.line)))?;
    let shown = |dependency: &Dependency| match (&dependency.version, &dependency.specifier) {
        (Some(version), _) => format!("{} {version}", dependency.name),
        (None, Some(specifier)) => format!("{} {specifier} open", dependency.name),
        (None, None) => format!("{} open", dependency.name),
    };
    let registry = lockfile
        .dependencies
        .iter()
        .filter(|dependency| dependency.source == Source::Registry);
    Ok(registry.map(shown).collect())
}

#[test]
fn bad_files_are_told_and_odd_ones_read() {
    let Some(bad) = shared() else { return };
    for (file, expected) in [
        (
            "pyproject-duplicate-key/pyproject.toml",
            Err((Code::Syntax, Some(3))),
        ),
        ("pyproject-crlf/pyproject.toml", Ok(&["alpha 1.2.3"][..])),
        ("pyproject-bom/pyproject.toml", Ok(&["alpha 1.2.3"])),
        (
            "pyproject-poetry-forms/pyproject.toml",
            Ok(&[
                "alpha 1.2.3",
                "beta ^2.0 open",
                "eta-pkg * open",
                "gamma 1.0",
                "gamma 2.0",
            ]),
        ),
        (
            "pipfile-odd-entries/Pipfile.lock",
            Ok(&["alpha 1.2.3", "delta * open", "eps open", "eta 3.0", "zeta 1.0"]),
        ),
        ("poetry-truncated/poetry.lock", Err((Code::Syntax, Some(3)))),
    ] {
        let found = read(&bad.join(file));
        let expected = expected.map(|packages| packages.iter().map(ToString::to_string).collect());
        assert_eq!(found, expected, "{file}");
    }
}
