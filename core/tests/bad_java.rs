//! Malformed, hostile and odd files (`shared/lockfiles/bad`, which is not part of the project; without it
//! this test says so and passes).

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test reads files from disk, and stops at once when one is not there"
)]

use std::path::{Path, PathBuf};

use hc_core::dependency::Dependency;
use hc_core::lockfile::{self, Input, ProjectFiles};

/// The folder, its file, and what it gives: packages as `name version`, or the code of the error.
const FILES: [(&str, &str, &[&str]); 17] = [
    ("gradle-unterminated", "build.gradle", &["syntax"]),
    ("gradle-unterminated-comment", "build.gradle", &["syntax"]),
    (
        "gradle-kts-nested-comments",
        "build.gradle.kts",
        &[
            "org.x:alpha 1.2.3",
            "org.x:beta 2.0",
            "org.x:delta 4.0",
            "org.x:gamma 3.0",
        ],
    ),
    ("gradle-crlf-bom", "build.gradle", &["org.x:alpha 1.2.3"]),
    ("pom-billion-laughs", "pom.xml", &["unsupported"]),
    ("pom-quadratic-blowup", "pom.xml", &["unsupported"]),
    ("pom-xxe-file", "pom.xml", &["unsupported"]),
    ("pom-empty", "pom.xml", &["empty"]),
    ("pom-not-project", "pom.xml", &["format"]),
    ("pom-utf16-bom", "pom.xml", &["org.x:alpha 1.2.3"]),
    ("pom-latin1", "pom.xml", &["org.x:alpha 1.2.3"]),
    ("pom-prefixed-namespace", "pom.xml", &["org.x:alpha 1.2.3"]),
    ("pom-property-cycle", "pom.xml", &["org.x:alpha "]),
    ("pom-property-bomb", "pom.xml", &["org.x:alpha "]),
    ("pom-deep-100k", "pom.xml", &["too-large"]),
    ("pom-parent-self", "pom.xml", &["org.x:alpha 1.2.3"]),
    ("pom-parent-escape", "pom.xml", &["org.x:alpha 1.2.3"]),
];

#[test]
fn bad_files_are_errors_or_right() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("HC_SHARED").map_or(beside, PathBuf::from);
    let bad = shared.join("lockfiles/bad");
    if !bad.is_dir() {
        eprintln!("skipped: there is no folder {}", bad.display());
        return;
    }
    for (folder, path, expected) in FILES {
        let bytes = std::fs::read(bad.join(folder).join(path)).unwrap();
        let input = Input { path, bytes: &bytes };
        let format = lockfile::detect(input).unwrap();
        let found = match lockfile::parse(format, input, &ProjectFiles::default()) {
            Ok(lockfile) => {
                let show =
                    |d: &Dependency| format!("{} {}", d.name, d.version.as_deref().unwrap_or_default());
                lockfile.dependencies.iter().map(show).collect()
            }
            Err(error) => vec![error.code.as_str().to_owned()],
        };
        assert_eq!(found, expected, "{folder}");
    }
}
