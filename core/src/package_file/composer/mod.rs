//! Composer packages: `.zip`.
//!
//! Source of the rules: Composer's documentation of `composer.json` ("The composer.json schema"), its
//! `ValidatingArrayLoader` for names, and its `ArchiveDownloader` for where in the archive a package lies.

mod version;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::error::PackageError;
use super::source::Source;
use super::zip::Zip;

pub use version::Version;

/// The largest `composer.json`, in bytes.
const MAX_MANIFEST: u64 = 4 << 20;

const MANIFEST: &str = "composer.json";

/// A package that Composer can install from a registry.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Its name: `vendor/package`.
    pub name: String,
    /// Its version, as it writes it.
    pub version: String,
    /// The same, as it is compared.
    pub parsed: Version,
    /// All of its `composer.json`.
    pub manifest: Map<String, Value>,
}

/// Whether this is the name of a package: vendor and package in lower case, words of letters and digits that one
/// of `_`, `.` and `-` joins, in the package's also two dashes.
#[must_use]
pub fn is_name(name: &str) -> bool {
    /// What Windows has no files of.
    const RESERVED: [&str; 4] = ["nul", "con", "prn", "aux"];
    let Some((vendor, package)) = name.split_once('/') else {
        return false;
    };
    let is_alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let part = |part: &str, may_double: bool| {
        let bytes = part.as_bytes();
        let is_joined = |(at, &byte): (usize, &u8)| {
            if is_alphanumeric(byte) {
                return true;
            }
            let previous = at.checked_sub(1).map(|before| bytes[before]);
            let before = at.checked_sub(2).map(|before| bytes[before]);
            let is_after_word = previous.is_some_and(is_alphanumeric);
            let is_second_dash =
                may_double && byte == b'-' && previous == Some(b'-') && before.is_some_and(is_alphanumeric);
            matches!(byte, b'_' | b'.' | b'-') && (is_after_word || is_second_dash)
        };
        bytes.last().is_some_and(|&last| is_alphanumeric(last))
            && bytes.iter().enumerate().all(is_joined)
            && !RESERVED.contains(&part)
    };
    name.len() <= 255 && !name.ends_with(".json") && part(vendor, false) && part(package, true)
}

/// Reads a zip that is called `file_name`.
///
/// # Errors
/// When it is no package that Composer could install from a registry.
pub fn read(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    if !file_name.to_ascii_lowercase().ends_with(".zip") {
        return Err(PackageError::Kind {
            expected: "a Composer package, which ends in .zip",
        });
    }
    let zip = Zip::open(source)?;
    let folder = folder(&zip);
    let expected = format!("{folder}{MANIFEST}");
    let mut found = zip
        .entries
        .iter()
        .filter(|entry| entry.path.eq_ignore_ascii_case(&expected) && !entry.is_folder);
    let Some(entry) = found.next() else {
        return Err(PackageError::missing(format!(
            "{MANIFEST}, neither at its root nor in a single folder there"
        )));
    };
    if found.next().is_some() {
        return Err(PackageError::Twice {
            what: MANIFEST.to_owned(),
        });
    }
    let bytes = zip.read(entry, MAX_MANIFEST)?;
    let manifest: Map<String, Value> =
        serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
    let name = match manifest.get("name") {
        Some(Value::String(name)) => name.clone(),
        Some(_) => return Err(bad("its name is no text")),
        None => return Err(bad("it has no name: add \"name\": \"vendor/package\"")),
    };
    if !is_name(&name) {
        return Err(bad(format!(
            "{name:?} cannot be the name of a package: it must be vendor/package in lower case"
        )));
    }
    let version = match manifest.get("version") {
        Some(Value::String(version)) => version.trim().to_owned(),
        Some(_) => return Err(bad("its version is no text")),
        None => {
            return Err(bad(
                "it has no version: add \"version\": \"1.0.0\", which a repository takes from its tags, \
                 and a zip has none",
            ));
        }
    };
    let parsed = Version::parse(&version)
        .ok_or_else(|| bad(format!("its version {version:?} is not one that Composer reads")))?;
    // Composer unpacks with the system's own tools, which make links.
    zip.check_links()?;
    zip.verify()?;
    Ok(Package {
        name,
        version,
        parsed,
        manifest,
    })
}

/// The folder that Composer takes for the package's root: a single one at the top, or the top itself. With a slash
/// at its end.
fn folder(zip: &Zip<'_>) -> String {
    let tops: BTreeSet<&str> = zip
        .entries
        .iter()
        .map(|entry| entry.path.split('/').next().unwrap_or_default())
        .filter(|top| *top != ".DS_Store")
        .collect();
    let is_folder = |top: &str| {
        zip.entries
            .iter()
            .all(|entry| entry.path != top || entry.is_folder)
    };
    match (tops.first(), tops.len()) {
        (Some(top), 1) if is_folder(top) => format!("{top}/"),
        _ => String::new(),
    }
}

fn bad(reason: impl Into<String>) -> PackageError {
    PackageError::content(MANIFEST, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::{Zipped, survives, survives_inside, zip, zip_of};

    const GOOD: &[u8] = br#"{"name": "acme/x", "version": "v1.2", "autoload": {"files": ["x.php"]}}"#;

    fn of_manifest(manifest: &str) -> Result<Package, PackageError> {
        read(
            &zip(&[("composer.json", manifest.as_bytes())]).as_slice(),
            "x.zip",
        )
    }

    #[test]
    fn a_package_lies_at_the_root_or_in_a_single_folder() {
        let in_folder = zip_of(&[
            Zipped::new("x-1/", b""),
            Zipped::new("x-1/composer.json", GOOD),
            Zipped::new(".DS_Store", b""),
        ]);
        let at_root = zip(&[("composer.json", GOOD), ("lib/composer.json", b"none of ours")]);
        for bytes in [in_folder, at_root] {
            let package = read(&bytes.as_slice(), "any.ZIP").unwrap();
            assert_eq!((&*package.name, &*package.version), ("acme/x", "v1.2"));
            assert_eq!(package.parsed.normalized(), "1.2.0.0");
            assert_eq!(package.manifest["autoload"]["files"][0], "x.php");
        }
        for files in [
            vec![("a/composer.json", GOOD), ("b/x", b"")],
            vec![("a/b/composer.json", GOOD)],
            vec![("x", b"")],
        ] {
            let error = read(&zip(&files).as_slice(), "x.zip").unwrap_err();
            assert_eq!(error.code(), "package-missing", "{error}");
        }
    }

    #[test]
    fn names_follow_composers_rules() {
        for (name, fits) in [
            ("acme/x", true),
            ("a.b-c_d/x--y", true),
            ("1/2", true),
            ("acme", false),
            ("acme/", false),
            ("Acme/x", false),
            ("acme--b/x", false),
            ("acme/x---y", false),
            ("acme/-x", false),
            ("acme/x.", false),
            ("acme/x/y", false),
            ("acme/../x", false),
            ("acme/con", false),
            ("acme/x.json", false),
            ("acme/é", false),
        ] {
            assert_eq!(is_name(name), fits, "{name}");
        }
    }

    #[test]
    fn what_a_registry_cannot_serve_is_refused() {
        for (manifest, says) in [
            (r#"{"version": "1"}"#, "no name"),
            (r#"{"name": "x", "version": "1"}"#, "vendor/package"),
            (r#"{"name": "acme/x"}"#, "no version: add"),
            (r#"{"name": "acme/x", "version": 1}"#, "no text"),
            (r#"{"name": "acme/x", "version": "one"}"#, "Composer reads"),
            ("[]", "expected a map"),
            ("", "EOF"),
        ] {
            let error = of_manifest(manifest).unwrap_err().to_string();
            assert!(error.contains(says), "{manifest}: {error}");
        }
    }

    #[test]
    fn hostile_zips_are_refused() {
        let large = vec![b' '; 5 << 20];
        let mut claims = Zipped::new("composer.json", GOOD);
        claims.claimed = Some(u32::MAX - 1);
        let good = || Zipped::new("composer.json", GOOD);
        let link = Zipped {
            is_link: true,
            ..Zipped::new("l", b"/etc")
        };
        let broken = Zipped {
            checksum_off_by: 1,
            ..Zipped::new("x.php", b"<?php")
        };
        for (bytes, code) in [
            (zip_of(&[good(), link]), "package-unsafe-path"),
            (zip_of(&[good(), broken]), "package-damaged"),
            (
                zip(&[("composer.json", GOOD), ("composer.json", GOOD)]),
                "package-twice",
            ),
            (
                zip(&[("composer.json", GOOD), ("Composer.json", GOOD)]),
                "package-twice",
            ),
            (
                zip(&[("composer.json", GOOD), ("../x", b"")]),
                "package-unsafe-path",
            ),
            (zip(&[("composer.json", &large)]), "package-too-large"),
            (zip_of(&[claims]), "package-too-large"),
            (b"\x1f\x8b".to_vec(), "package-kind"),
        ] {
            assert_eq!(read(&bytes.as_slice(), "x.zip").unwrap_err().code(), code);
        }
        let bytes = zip(&[("composer.json", GOOD)]);
        assert_eq!(
            read(&bytes.as_slice(), "x.tgz").unwrap_err().code(),
            "package-kind"
        );
    }

    #[test]
    fn whatever_the_bytes_it_comes_back() {
        let good = zip(&[("a/composer.json", GOOD), ("a/x.php", b"<?php")]);
        survives(&good, |source| drop(read(source, "x.zip")));
        let pack = |manifest: &[u8]| zip(&[("composer.json", manifest)]);
        survives_inside(GOOD, pack, |source| drop(read(source, "x.zip")));
    }
}
