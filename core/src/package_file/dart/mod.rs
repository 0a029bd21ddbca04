//! Dart packages: `.tar.gz`.
//!
//! Source of the rules: Dart's documentation, "The pubspec file" and "Package repository specification".

mod yaml;

use serde_json::{Map, Value};

use super::error::PackageError;
use super::source::Source;
use super::tar::{self, Kind, Packing};

/// The largest `pubspec.yaml`, in bytes.
const MAX_MANIFEST: u64 = 128 << 10;
/// The longest name and version, in bytes.
const MAX_NAME: usize = 64;

const MANIFEST: &str = "pubspec.yaml";

/// A package that `dart pub` can publish.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version (Semantic Versioning).
    pub version: String,
    /// All of its `pubspec.yaml`, as JSON.
    pub pubspec: Map<String, Value>,
}

/// Whether this is the name of a package: an identifier of Dart in lower case that is no reserved word.
#[must_use]
pub fn is_name(name: &str) -> bool {
    const RESERVED: [&str; 33] = [
        "assert", "await", "break", "case", "catch", "class", "const", "continue", "default", "do", "else",
        "enum", "extends", "false", "final", "finally", "for", "if", "in", "is", "new", "null", "rethrow",
        "return", "super", "switch", "this", "throw", "true", "try", "var", "void", "while",
    ];
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !RESERVED.contains(&name)
}

/// Whether this is a version of a package.
#[must_use]
pub fn is_version(version: &str) -> bool {
    version.len() <= MAX_NAME && semver::Version::parse(version).is_ok()
}

/// The name of a version's file.
#[must_use]
pub fn file(name: &str, version: &str) -> String {
    format!("{name}-{version}.tar.gz")
}

/// Reads an archive that is called `file_name`.
///
/// # Errors
/// When it is none that `dart pub publish` would send.
pub fn read(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    let lower = file_name.to_ascii_lowercase();
    if !lower.ends_with(".tar.gz") && !lower.ends_with(".tgz") {
        return Err(PackageError::Kind {
            expected: "a Dart package, which ends in .tar.gz",
        });
    }
    let bytes = manifest(source)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| bad("it is not UTF-8"))?;
    let Value::Object(pubspec) = yaml::parse(text).map_err(bad)? else {
        return Err(bad("it is no map"));
    };
    let member = |name: &str| match pubspec.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(bad(format!("its {name} is no text"))),
        None => Err(bad(format!("it has no {name}"))),
    };
    let (name, version) = (member("name")?, member("version")?);
    if !is_name(&name) {
        return Err(bad(format!(
            "{name:?} cannot be the name of a package: it must be an identifier in lower case"
        )));
    }
    if !is_version(&version) {
        return Err(bad(format!(
            "its version {version:?} is not one of Semantic Versioning"
        )));
    }
    if pubspec.get("publish_to").is_some_and(|to| to == "none") {
        return Err(bad("it says publish_to: none: take that out to push it"));
    }
    Ok(Package {
        name,
        version,
        pubspec,
    })
}

fn manifest(source: &dyn Source) -> Result<Vec<u8>, PackageError> {
    let mut manifest = None;
    let mut spellings = 0;
    tar::walk(source, Packing::Gzip, |entry| {
        let name = entry.path;
        // Where letters of either case are one, a second spelling would replace the first.
        if name.eq_ignore_ascii_case(MANIFEST) {
            spellings += 1;
            if spellings > 1 {
                let what = MANIFEST.to_owned();
                return Err(PackageError::Twice { what });
            }
            if name == MANIFEST && entry.kind == Kind::File {
                manifest = Some(entry.read(MAX_MANIFEST)?);
            }
        }
        Ok(())
    })?;
    manifest.ok_or_else(|| PackageError::missing(format!("{MANIFEST} at its root")))
}

fn bad(reason: impl Into<String>) -> PackageError {
    PackageError::content(MANIFEST, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::{gzip, survives, survives_inside, tar};

    const GOOD: &[u8] = b"name: x_1\nversion: 1.0.0-dev.1+b\ndependencies:\n  path: ^1.0.0\n";

    fn tgz(files: &[(&str, &[u8])]) -> Vec<u8> {
        gzip(&tar(files))
    }

    #[test]
    fn a_package_has_its_pubspec_at_the_root() {
        let bytes = tgz(&[
            ("./pubspec.yaml", GOOD),
            ("example/pubspec.yaml", b"none of ours"),
        ]);
        let package = read(&bytes.as_slice(), "any.tar.gz").unwrap();
        assert_eq!((&*package.name, &*package.version), ("x_1", "1.0.0-dev.1+b"));
        assert_eq!(package.pubspec["dependencies"]["path"], "^1.0.0");
    }

    #[test]
    fn names_are_identifiers() {
        for (name, fits) in [
            ("a_1", true),
            ("_a", true),
            (&*"a".repeat(65), false),
            ("1a", false),
            ("A", false),
            ("a-b", false),
            ("class", false),
            ("", false),
            ("é", false),
        ] {
            assert_eq!(is_name(name), fits, "{name}");
        }
    }

    #[test]
    fn what_dart_would_not_publish_is_refused() {
        for (pubspec, says) in [
            ("version: 1.0.0", "no name"),
            ("name: x", "no version"),
            ("name: x\nversion: 1.0", "its version is no text"),
            ("name: x\nversion: 1.0.0.0", "Semantic Versioning"),
            ("name: x-y\nversion: 1.0.0", "cannot be the name"),
            ("name: x\nname: y\nversion: 1.0.0", "twice"),
            ("name: x\nversion: 1.0.0\npublish_to: none", "publish_to"),
            ("- x", "no map"),
            ("name: [", "line"),
        ] {
            let bytes = tgz(&[(MANIFEST, pubspec.as_bytes())]);
            let error = read(&bytes.as_slice(), "x.tar.gz").unwrap_err().to_string();
            assert!(error.contains(says), "{pubspec}: {error}");
        }
    }

    #[test]
    fn hostile_archives_are_refused() {
        let large = vec![b' '; 129 << 10];
        for (files, code) in [
            (vec![(MANIFEST, GOOD), (MANIFEST, GOOD)], "package-twice"),
            (vec![(MANIFEST, GOOD), ("./Pubspec.yaml", b"")], "package-twice"),
            (vec![("x/pubspec.yaml", GOOD)], "package-missing"),
            (vec![(MANIFEST, GOOD), ("../x", b"")], "package-unsafe-path"),
            (vec![(MANIFEST, &large)], "package-too-large"),
            (vec![(MANIFEST, b"\xff")], "package-content"),
        ] {
            let error = read(&tgz(&files).as_slice(), "x.tar.gz").unwrap_err();
            assert_eq!(error.code(), code, "{error}");
        }
        let bytes = tgz(&[(MANIFEST, GOOD)]);
        assert_eq!(
            read(&bytes.as_slice(), "x.zip").unwrap_err().code(),
            "package-kind"
        );
    }

    #[test]
    fn whatever_the_bytes_it_comes_back() {
        let good = tgz(&[(MANIFEST, GOOD), ("lib/x.dart", b"")]);
        survives(&good, |source| drop(read(source, "x.tar.gz")));
        let pack = |pubspec: &[u8]| tgz(&[(MANIFEST, pubspec)]);
        survives_inside(GOOD, pack, |source| drop(read(source, "x.tar.gz")));
    }
}
