//! Python packages: wheels and source distributions.
//!
//! Sources of the rules: the Python Packaging User Guide's specifications "Binary distribution format", "Source
//! distribution format", "Core metadata specifications", "Names and normalization" and "Version specifiers".

mod metadata;
mod name;

use super::error::PackageError;
use super::source::Source;
use super::tar::{self, Packing};
use super::zip::Zip;
use name::WheelName;

pub use metadata::{Field, Metadata, normal_version};

/// The most bytes of a metadata file.
const MAX_METADATA: u64 = 4 << 20;

/// What a wheel or source distribution says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its core metadata.
    pub metadata: Metadata,
    /// What kind of file it is.
    pub kind: Kind,
}

/// The two kinds of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A wheel.
    Wheel {
        /// Which Pythons it is for, such as `py3` or `py2.py3`.
        python: String,
        /// Its METADATA file, byte by byte.
        metadata: Vec<u8>,
    },
    /// A source distribution.
    Source,
}

impl Kind {
    /// The upload API's word for it: `filetype`.
    #[must_use]
    pub const fn file_type(&self) -> &'static str {
        match self {
            Self::Wheel { .. } => "bdist_wheel",
            Self::Source => "sdist",
        }
    }

    /// The upload API's `pyversion`: the Pythons of a wheel, and `source`.
    #[must_use]
    pub fn python_version(&self) -> &str {
        match self {
            Self::Wheel { python, .. } => python,
            Self::Source => "source",
        }
    }
}

/// Whether a file of this name can be a package: `.whl`, `.tar.gz`, or the older `.zip` of a source distribution.
#[must_use]
pub fn is_package_name(file_name: &str) -> bool {
    [".whl", ".tar.gz", ".zip"]
        .iter()
        .any(|extension| file_name.ends_with(extension))
}

/// Reads the package in `source`. `file_name` says of which kind it is, and must agree with what is in it.
///
/// # Errors
/// When it is no such package, is damaged or hostile, or its metadata is missing, bad, or about another package.
pub fn read(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    if file_name.ends_with(".whl") {
        return wheel(source, file_name);
    }
    if let Some(stem) = file_name.strip_suffix(".tar.gz") {
        return source_distribution(tar_info(source)?, stem, ".tar.gz");
    }
    if let Some(stem) = file_name.strip_suffix(".zip") {
        return source_distribution(zip_info(source)?, stem, ".zip");
    }
    Err(PackageError::Kind {
        expected: "a Python package: a .whl or a .tar.gz",
    })
}

fn wheel(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    let name = WheelName::parse(file_name).ok_or(PackageError::Kind {
        expected: "a wheel by its name: NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl",
    })?;
    let zip = Zip::open(source)?;
    let mut folder: Option<&str> = None;
    for entry in &zip.entries {
        let first = entry.path.split('/').next().unwrap_or_default();
        if !first.ends_with(".dist-info") || folder == Some(first) {
            continue;
        }
        if folder.replace(first).is_some() {
            return Err(PackageError::Twice {
                what: "a .dist-info folder".to_owned(),
            });
        }
    }
    let folder = folder.ok_or_else(|| PackageError::missing(".dist-info folder"))?;
    let file = |name: &str| {
        let path = format!("{folder}/{name}");
        let entry = zip.entry(&path).filter(|entry| !entry.is_folder);
        entry.ok_or_else(|| PackageError::missing(path))
    };
    file("RECORD")?;
    let marker = zip.read(file("WHEEL")?, MAX_METADATA)?;
    check_wheel_version(&format!("{folder}/WHEEL"), &marker)?;
    let bytes = zip.read(file("METADATA")?, MAX_METADATA)?;
    let path = format!("{folder}/METADATA");
    let metadata = Metadata::parse(&path, &bytes)?;
    let stem = folder.strip_suffix(".dist-info").unwrap_or_default();
    if !name::agrees(stem, &metadata) {
        return Err(about_another(path, &metadata));
    }
    if !name.agrees(&metadata) {
        return Err(PackageError::Name {
            expected: name.corrected(&metadata),
        });
    }
    zip.verify()?;
    Ok(Package {
        metadata,
        kind: Kind::Wheel {
            python: name.python.to_owned(),
            metadata: bytes,
        },
    })
}

/// Checks that the wheel's format is one that installers know: 1.x.
fn check_wheel_version(path: &str, bytes: &[u8]) -> Result<(), PackageError> {
    let version = metadata::headers(path, bytes)?
        .fields
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("Wheel-Version"))
        .map(|(_, value)| value);
    match version.as_deref().and_then(|version| version.split_once('.')) {
        Some(("1", _)) => Ok(()),
        _ => Err(PackageError::content(
            path,
            format!("its Wheel-Version is {version:?}; installers know 1.x"),
        )),
    }
}

/// A PKG-INFO file, and the folder that it is in.
struct Info {
    folder: String,
    bytes: Vec<u8>,
}

fn source_distribution(info: Info, stem: &str, extension: &str) -> Result<Package, PackageError> {
    let path = format!("{}/PKG-INFO", info.folder);
    let metadata = Metadata::parse(&path, &info.bytes)?;
    if !name::agrees(&info.folder, &metadata) {
        return Err(about_another(path, &metadata));
    }
    if !name::agrees(stem, &metadata) {
        return Err(PackageError::Name {
            expected: name::source(&metadata) + extension,
        });
    }
    Ok(Package {
        metadata,
        kind: Kind::Source,
    })
}

fn tar_info(source: &dyn Source) -> Result<Info, PackageError> {
    let mut found = None;
    tar::walk(source, Packing::Gzip, |entry| {
        if let (tar::Kind::File, Some(folder)) = (entry.kind, folder_of_info(entry.path)) {
            let folder = folder.to_owned();
            let bytes = entry.read(MAX_METADATA)?;
            only(&mut found, Info { folder, bytes })?;
        }
        Ok(())
    })?;
    found.ok_or_else(no_info)
}

fn zip_info(source: &dyn Source) -> Result<Info, PackageError> {
    let zip = Zip::open(source)?;
    let mut found = None;
    for entry in zip.entries.iter().filter(|entry| !entry.is_folder) {
        if let Some(folder) = folder_of_info(&entry.path) {
            let folder = folder.to_owned();
            let bytes = zip.read(entry, MAX_METADATA)?;
            only(&mut found, Info { folder, bytes })?;
        }
    }
    zip.verify()?;
    found.ok_or_else(no_info)
}

/// The folder of a PKG-INFO file at the top; others belong to the sources.
fn folder_of_info(path: &str) -> Option<&str> {
    path.strip_suffix("/PKG-INFO")
        .filter(|folder| !folder.contains('/'))
}

fn only(found: &mut Option<Info>, info: Info) -> Result<(), PackageError> {
    match found.replace(info) {
        None => Ok(()),
        Some(_) => Err(PackageError::Twice {
            what: "a PKG-INFO file at its top".to_owned(),
        }),
    }
}

fn no_info() -> PackageError {
    PackageError::missing("PKG-INFO file in a folder at its top")
}

fn about_another(path: String, metadata: &Metadata) -> PackageError {
    let reason = format!(
        "it is about {} {}, and its folder is named otherwise",
        metadata.name, metadata.version
    );
    PackageError::content(path, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample;

    type File = (&'static str, &'static [u8]);

    const METADATA: &[u8] =
        b"Metadata-Version: 2.1\nName: My.Pkg\nVersion: 1.0\nRequires-Python: >=3.8\n\nText\n";
    const WHEEL: &[u8] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

    fn wheel_files(metadata: &[u8]) -> Vec<u8> {
        sample::zip(&[
            ("my_pkg/__init__.py", b""),
            ("my_pkg-1.0.dist-info/METADATA", metadata),
            ("my_pkg-1.0.dist-info/WHEEL", WHEEL),
            ("my_pkg-1.0.dist-info/RECORD", b""),
        ])
    }

    fn code(files: &[(&str, &[u8])], file_name: &str) -> String {
        let bytes = if file_name.ends_with(".tar.gz") {
            sample::gzip(&sample::tar(files))
        } else {
            sample::zip(files)
        };
        match read(&bytes.as_slice(), file_name) {
            Ok(package) => format!("{} {}", package.metadata.name, package.kind.file_type()),
            Err(error) => error.code().to_owned(),
        }
    }

    #[test]
    fn a_wheel_is_what_its_name_says() {
        let bytes = wheel_files(METADATA);
        for (file_name, expected) in [
            ("my_pkg-1.0-py3-none-any.whl", Ok("py3")),
            ("My.Pkg-1.0-py2.py3-none-any.whl", Ok("py2.py3")),
            ("my_pkg-1.0.0-1build-cp311-cp311-linux_x86_64.whl", Ok("cp311")),
            (
                "my_pkg-1.0-build-cp311-cp311-linux_x86_64.whl",
                Err("package-kind"),
            ),
            ("my_pkg-1.0.whl", Err("package-kind")),
            ("my_pkg-1.0-py3-none-.whl", Err("package-kind")),
            ("my_pkg-1.1-py3-none-any.whl", Err("package-name")),
            ("other-1.0-py3-none-any.whl", Err("package-name")),
            ("my_pkg-1.0-py3-none-any.egg", Err("package-kind")),
        ] {
            let read = read(&bytes.as_slice(), file_name);
            let found = read.as_ref().map(|package| package.kind.python_version());
            assert_eq!(found.map_err(PackageError::code), expected, "{file_name}");
        }
        let error = read(&bytes.as_slice(), "other-1.0-py3-none-any.whl").unwrap_err();
        assert_eq!(
            error.to_string(),
            "should be called my_pkg-1.0-py3-none-any.whl by what it holds"
        );
    }

    #[test]
    fn a_wheels_metadata_comes_byte_by_byte() {
        let package = read(&wheel_files(METADATA).as_slice(), "my_pkg-1.0-py3-none-any.whl").unwrap();
        assert_eq!(package.metadata.one("requires_python"), Some(">=3.8"));
        let Kind::Wheel { metadata, .. } = package.kind else {
            panic!("a wheel");
        };
        assert_eq!(metadata, METADATA);
    }

    #[test]
    fn a_wheel_has_one_dist_info_of_its_own_name() {
        let metadata: File = (
            "a-1.dist-info/METADATA",
            b"Metadata-Version: 2.1\nName: a\nVersion: 1\n",
        );
        let wheel: File = ("a-1.dist-info/WHEEL", WHEEL);
        let record: File = ("a-1.dist-info/RECORD", b"");
        let new: &[u8] = b"Wheel-Version: 2.0\n";
        for (files, expected) in [
            (vec![metadata, wheel, record], "a bdist_wheel"),
            (vec![], "package-missing"),
            (vec![metadata, wheel], "package-missing"),
            (vec![metadata, record], "package-missing"),
            (vec![wheel, record], "package-missing"),
            (
                vec![metadata, wheel, record, ("b-1.dist-info/x", b"")],
                "package-twice",
            ),
            (vec![metadata, metadata, wheel, record], "package-twice"),
            (
                vec![metadata, wheel, record, ("../x", b"")],
                "package-unsafe-path",
            ),
            (vec![metadata, (wheel.0, new), record], "package-content"),
            (vec![metadata, (wheel.0, b"\n"), record], "package-content"),
            (
                vec![
                    ("b-1.dist-info/METADATA", metadata.1),
                    ("b-1.dist-info/WHEEL", WHEEL),
                    ("b-1.dist-info/RECORD", b""),
                ],
                "package-content",
            ),
        ] {
            assert_eq!(code(&files, "a-1-py3-none-any.whl"), expected, "{files:?}");
        }
    }

    #[test]
    fn a_source_distribution_has_one_pkg_info_in_its_folder() {
        let info: (&str, &[u8]) = ("my_pkg-1.0/PKG-INFO", METADATA);
        let deep: (&str, &[u8]) = ("my_pkg-1.0/src/my_pkg.egg-info/PKG-INFO", b"Name: other");
        for (files, file_name, expected) in [
            (vec![info, deep], "my_pkg-1.0.tar.gz", "My.Pkg sdist"),
            (vec![info], "My.Pkg-1.0.tar.gz", "My.Pkg sdist"),
            (vec![info], "my-pkg-1.0.tar.gz", "My.Pkg sdist"),
            (vec![info], "my_pkg-1.0.zip", "My.Pkg sdist"),
            (vec![info, deep], "my_pkg-1.1.tar.gz", "package-name"),
            (vec![info], "my_pkg-1.1.zip", "package-name"),
            (vec![deep], "my_pkg-1.0.tar.gz", "package-missing"),
            (
                vec![("PKG-INFO", METADATA)],
                "my_pkg-1.0.tar.gz",
                "package-missing",
            ),
            (
                vec![("other-1.0/PKG-INFO", METADATA)],
                "my_pkg-1.0.tar.gz",
                "package-content",
            ),
            (vec![info, info], "my_pkg-1.0.tar.gz", "package-twice"),
            (
                vec![info, ("my_pkg-1.0/./PKG-INFO", METADATA)],
                "my_pkg-1.0.tar.gz",
                "package-twice",
            ),
            (
                vec![info, ("other/PKG-INFO", METADATA)],
                "my_pkg-1.0.tar.gz",
                "package-twice",
            ),
            (
                vec![info, ("../x", b"")],
                "my_pkg-1.0.tar.gz",
                "package-unsafe-path",
            ),
        ] {
            assert_eq!(code(&files, file_name), expected, "{files:?} {file_name}");
        }
        let zip = sample::zip(&[info]);
        assert_eq!(
            read(&zip.as_slice(), "my_pkg-1.0.tar.gz").unwrap_err().code(),
            "package-kind"
        );
    }

    #[test]
    fn a_damaged_file_in_a_wheel_is_found() {
        let mut bytes = wheel_files(METADATA);
        assert!(read(&bytes.as_slice(), "my_pkg-1.0-py3-none-any.whl").is_ok());
        // The only content of the first entry, which nobody asks for.
        let content = 30 + "my_pkg/__init__.py".len();
        bytes[content] ^= 0xff;
        let error = read(&bytes.as_slice(), "my_pkg-1.0-py3-none-any.whl").unwrap_err();
        assert_eq!(error.code(), "package-damaged");
    }

    #[test]
    fn a_long_folder_name_takes_no_long_time() {
        let folder = format!("{}/PKG-INFO", "a-".repeat(40));
        assert_eq!(
            code(&[(&folder, METADATA)], "my_pkg-1.0.tar.gz"),
            "package-content"
        );
        let long = "a-".repeat(200_000);
        let metadata = Metadata::parse("f", METADATA).unwrap();
        assert!(!name::agrees(&long, &metadata));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        sample::survives(&wheel_files(METADATA), |source| {
            let _ = read(source, "my_pkg-1.0-py3-none-any.whl");
        });
        let tar = sample::tar(&[("my_pkg-1.0/PKG-INFO", METADATA)]);
        sample::survives(&sample::gzip(&tar), |source| {
            let _ = read(source, "my_pkg-1.0.tar.gz");
            let _ = read(source, "my_pkg-1.0.zip");
        });
    }
}
