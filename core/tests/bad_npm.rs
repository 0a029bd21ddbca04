//! Broken, hostile and odd files of npm's ecosystem (`shared/lockfiles/bad`, which is not part of the
//! project; without it these tests say so and pass).

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    reason = "a test reads files from disk, and stops at once when one is not there"
)]

use std::path::{Path, PathBuf};

use hc_core::error::Code;
use hc_core::lockfile::{self, Input, ProjectFiles};

fn bad() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("HC_SHARED").map_or(beside, PathBuf::from);
    let bad = shared.join("lockfiles/bad");
    if bad.is_dir() {
        return Some(bad);
    }
    eprintln!("skipped: there is no folder {}", bad.display());
    None
}

/// What a file gives: the labels of its dependencies, or an error's code and line.
type Told<T> = Result<T, (Code, Option<usize>)>;

fn read(folder: &Path, file: &str) -> Told<Vec<String>> {
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let input = Input {
        path: file,
        bytes: &bytes,
    };
    let format = lockfile::detect(input).unwrap();
    let _ = format.references(input);
    lockfile::parse(format, input, &ProjectFiles::default())
        .map(|lockfile| {
            lockfile
                .dependencies
                .iter()
                .map(|dependency| dependency.label())
                .collect()
        })
        .map_err(|error| (error.code, error.position.map(|position| position.line)))
}

#[test]
fn bad_files_give_an_error_or_the_right_packages() {
    let Some(bad) = bad() else { return };
    let cases: &[(&str, &str, Told<&[&str]>)] = &[
        (
            "pnpm-alias-bomb",
            "pnpm-lock.yaml",
            Err((Code::Unsupported, Some(16))),
        ),
        (
            "pnpm-merge-key-bomb",
            "pnpm-lock.yaml",
            Err((Code::Unsupported, Some(8))),
        ),
        (
            "pnpm-nesting-100k",
            "pnpm-lock.yaml",
            Err((Code::Format, Some(6))),
        ),
        (
            "pnpm-nesting-block-2k",
            "pnpm-lock.yaml",
            Err((Code::TooLarge, Some(106))),
        ),
        ("pnpm-anchor-valid", "pnpm-lock.yaml", Ok(&["alpha@1.2.3"])),
        (
            "pnpm-duplicate-keys",
            "pnpm-lock.yaml",
            Err((Code::Syntax, Some(22))),
        ),
        ("pnpm-tabs", "pnpm-lock.yaml", Err((Code::Syntax, Some(9)))),
        ("pnpm-crlf-bom", "pnpm-lock.yaml", Ok(&["alpha@1.2.3"])),
        (
            "pnpm-yaml-types",
            "pnpm-lock.yaml",
            Ok(&["no@1.10.0", "null@0.0.1", "y@1.0.0"]),
        ),
        (
            "pnpm-comment-only",
            "pnpm-lock.yaml",
            Err((Code::Format, Some(2))),
        ),
        ("pnpm-scalar", "pnpm-lock.yaml", Err((Code::Format, Some(1)))),
        (
            "pnpm-peer-nesting",
            "pnpm-lock.yaml",
            Ok(&["@s/x@1.0.0-rc.1", "p@2.0.0+build.5"]),
        ),
        ("yarn1-truncated", "yarn.lock", Err((Code::Syntax, Some(6)))),
        (
            "yarn1-hostile-names",
            "yarn.lock",
            Ok(&["\u{1b}[31mred@1.0.0", "../../etc/passwd@1.0.0"]),
        ),
    ];
    for (folder, file, expected) in cases {
        let expected = expected.map(|labels| labels.iter().map(|&label| label.to_owned()).collect());
        assert_eq!(read(&bad.join(folder), file), expected, "{folder}");
    }
}
