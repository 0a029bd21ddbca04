//! NuGet packages: `.nupkg`.
//!
//! Sources of the rules: NuGet's documentation, ".nuspec reference" and "Package versioning", and the Open Packaging
//! Conventions (ECMA-376, part 2) for what a package is packed in.

mod nuspec;
mod version;

use super::error::PackageError;
use super::source::Source;
use super::zip::Zip;

pub use nuspec::{Dependency, DependencyGroup};
pub use version::Version;

/// The most bytes of a nuspec.
const MAX_NUSPEC: u64 = 4 << 20;
/// What every package of the Open Packaging Conventions has.
const CONTENT_TYPES: &str = "[Content_Types].xml";

/// What a NuGet package says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its id, as it is written; letter case makes no difference.
    pub id: String,
    /// Its version.
    pub version: Version,
    /// The texts of its nuspec, such as `authors`, by their names in the protocol's catalog entries.
    pub texts: Vec<(&'static str, String)>,
    /// The oldest client that can install it.
    pub min_client_version: Option<String>,
    /// Whether the user must accept its licence.
    pub requires_license_acceptance: bool,
    /// What it depends on, by target framework.
    pub dependency_groups: Vec<DependencyGroup>,
    /// What kinds of package it is, such as `DotnetTool`; none for an ordinary one.
    pub package_types: Vec<String>,
    /// The nuspec, byte by byte.
    pub nuspec: Vec<u8>,
}

impl Package {
    /// A text of the nuspec, by its name in the protocol's catalog entries.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let (_, text) = self.texts.iter().find(|(known, _)| *known == name)?;
        Some(text)
    }
}

/// Reads the package in `source`, whose name must be `ID.VERSION.nupkg`.
///
/// # Errors
/// See [`inspect`]; and when the name does not agree with what is in it.
pub fn read(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    let stem = file_name
        .len()
        .checked_sub(".nupkg".len())
        .and_then(|length| file_name.split_at_checked(length))
        .filter(|(_, extension)| extension.eq_ignore_ascii_case(".nupkg"))
        .map(|(stem, _)| stem)
        .ok_or(PackageError::Kind {
            expected: "a NuGet package: a .nupkg",
        })?;
    let package = inspect(source)?;
    let is_named = package.version.spellings().iter().any(|version| {
        let expected = format!("{}.{version}", package.id);
        expected.eq_ignore_ascii_case(stem)
    });
    if !is_named {
        return Err(PackageError::Name {
            expected: format!("{}.{}.nupkg", package.id, package.version.normal()),
        });
    }
    Ok(package)
}

/// Reads the package in `source`, whatever it is called: NuGet's own clients send it as `package.nupkg`.
///
/// # Errors
/// When it is no such package, is damaged or hostile, or its nuspec is missing or bad.
pub fn inspect(source: &dyn Source) -> Result<Package, PackageError> {
    let zip = Zip::open(source)?;
    if zip.entry(CONTENT_TYPES).is_none() {
        return Err(PackageError::missing(CONTENT_TYPES));
    }
    let mut at_root = zip.entries.iter().filter(|entry| {
        let extension = entry.path.rsplit_once('.').map(|(_, extension)| extension);
        !entry.path.contains('/')
            && extension.is_some_and(|extension| extension.eq_ignore_ascii_case("nuspec"))
    });
    let entry = match (at_root.next(), at_root.next()) {
        (Some(entry), None) => entry,
        (None, _) => return Err(PackageError::missing(".nuspec at its root")),
        (Some(_), Some(_)) => {
            return Err(PackageError::Twice {
                what: "a .nuspec at its root".to_owned(),
            });
        }
    };
    let bytes = zip.read(entry, MAX_NUSPEC)?;
    let package = nuspec::parse(&entry.path, bytes)?;
    zip.verify()?;
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample;

    const NUSPEC: &[u8] = b"<package><metadata><id>My.Pkg</id><version>1.02.0.0-Beta+5</version>\
        <authors>A</authors><description>D</description></metadata></package>";

    fn code(files: &[(&str, &[u8])], file_name: &str) -> Result<String, &'static str> {
        read(&sample::zip(files).as_slice(), file_name)
            .map(|package| format!("{} {}", package.id, package.version.normal()))
            .map_err(|error| error.code())
    }

    #[test]
    fn a_package_is_what_its_name_says() {
        let files: [(&str, &[u8]); 3] = [
            (CONTENT_TYPES, b""),
            ("My.Pkg.nuspec", NUSPEC),
            ("lib/net8.0/a.dll", b""),
        ];
        for (file_name, fits) in [
            ("My.Pkg.1.2.0-Beta.nupkg", true),
            ("my.pkg.1.2.0-beta.NUPKG", true),
            ("My.Pkg.1.2.0-Beta+5.nupkg", true),
            ("My.Pkg.1.02.0.0-Beta+5.nupkg", true),
            ("My.Pkg.1.2.1-Beta.nupkg", false),
            ("Other.1.2.0-Beta.nupkg", false),
            ("nupkg", false),
            (".nupkg", false),
            ("My.Pkg.1.2.0-Beta.snupkg", false),
            ("My.Pkg.1.2.0-Bet\u{e4}.nupkg", false),
        ] {
            assert_eq!(code(&files, file_name).is_ok(), fits, "{file_name}");
        }
        let error = read(&sample::zip(&files).as_slice(), "x.nupkg").unwrap_err();
        assert_eq!(
            error.to_string(),
            "should be called My.Pkg.1.2.0-Beta.nupkg by what it holds"
        );
        assert!(inspect(&sample::zip(&files).as_slice()).is_ok());
    }

    #[test]
    fn a_package_has_content_types_and_one_nuspec() {
        let types: (&str, &[u8]) = (CONTENT_TYPES, b"");
        let nuspec: (&str, &[u8]) = ("a.nuspec", NUSPEC);
        for (files, expected) in [
            (
                vec![types, nuspec, ("content/b.nuspec", b"")],
                Ok("My.Pkg 1.2.0-Beta"),
            ),
            (vec![types], Err("package-missing")),
            (vec![nuspec], Err("package-missing")),
            (vec![types, ("lib/a.nuspec", NUSPEC)], Err("package-missing")),
            (vec![types, nuspec, ("B.NUSPEC", NUSPEC)], Err("package-twice")),
            (vec![types, nuspec, nuspec], Err("package-twice")),
            (vec![types, nuspec, ("../x", b"")], Err("package-unsafe-path")),
            (vec![types, ("a.nuspec", b"<package>")], Err("package-content")),
        ] {
            let found = code(&files, "My.Pkg.1.2.0-Beta.nupkg");
            assert_eq!(found, expected.map(str::to_owned), "{files:?}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let good = sample::zip(&[(CONTENT_TYPES, b""), ("My.Pkg.nuspec", NUSPEC)]);
        sample::survives(&good, |source| {
            let _ = read(source, "My.Pkg.1.2.0-Beta.nupkg");
        });
    }
}
