//! Conda packages: `.conda` and the older `.tar.bz2`.
//!
//! Sources of the rules: conda's documentation "Package specification" and "Package naming conventions", and CEP 26
//! for names, versions, builds and subdirectories.

use serde_json::{Map, Value};

use super::error::PackageError;
use super::source::Source;
use super::tar::{self, Packing};
use super::zip::Zip;
use super::zstd;

/// The most bytes of an `index.json`.
const MAX_INDEX: u64 = 4 << 20;
/// The most bytes of what says which format a `.conda` has.
const MAX_FORMAT: u64 = 64 << 10;
/// The longest name, version or build, in bytes.
const LONGEST: usize = 128;
/// Where a package says what it is.
const INDEX: &str = "info/index.json";

/// What a conda package says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name: lower-case letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Which build of the version it is, such as `py311_0`.
    pub build: String,
    /// The platform that it is for, such as `linux-64`, or `noarch`.
    pub subdir: String,
    /// How it is packed.
    pub format: Format,
    /// Whether what it installs was gone through. It is not where that would take hundreds of MiB of memory, as it
    /// can after `zstd --ultra`.
    pub is_looked_at: bool,
    /// All of its `index.json`: `depends`, `build_number`, `license` and whatever else it has.
    pub index: Map<String, Value>,
}

/// The two formats of conda packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A zip with two tar archives packed with Zstandard.
    Conda,
    /// A tar archive packed with bzip2.
    TarBz2,
}

impl Format {
    /// The ending of its files' names.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Conda => ".conda",
            Self::TarBz2 => ".tar.bz2",
        }
    }

    fn of(file_name: &str) -> Option<Self> {
        [Self::Conda, Self::TarBz2]
            .into_iter()
            .find(|format| file_name.ends_with(format.extension()))
    }
}

impl Package {
    /// The name that its file must have: NAME-VERSION-BUILD and the extension.
    #[must_use]
    pub fn file_name(&self) -> String {
        let extension = self.format.extension();
        format!("{}-{}-{}{extension}", self.name, self.version, self.build)
    }
}

/// Reads the package in `source`. `file_name` says of which format it is, and must agree with what is in it.
///
/// # Errors
/// When it is no such package, is damaged or hostile, or its index is missing, bad, or about another package.
pub fn read(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    let format = Format::of(file_name).ok_or(PackageError::Kind {
        expected: "a conda package: a .conda or a .tar.bz2",
    })?;
    let (index, is_looked_at) = match format {
        Format::TarBz2 => (index_of(source, Packing::Bzip2)?, true),
        Format::Conda => inner(source)?,
    };
    let index = index.ok_or_else(|| PackageError::missing(INDEX))?;
    let package = Package {
        is_looked_at,
        ..parse(&index, format)?
    };
    let expected = package.file_name();
    if file_name != expected {
        return Err(PackageError::Name { expected });
    }
    Ok(package)
}

/// The index of a `.conda`, after its archives were gone through; and whether both could be.
fn inner(source: &dyn Source) -> Result<(Option<Vec<u8>>, bool), PackageError> {
    const FORMAT: &str = "metadata.json";
    let zip = Zip::open(source)?;
    let marker = zip.entry(FORMAT).ok_or_else(|| PackageError::missing(FORMAT))?;
    let marker: Value = serde_json::from_slice(&zip.read(marker, MAX_FORMAT)?)
        .map_err(|error| PackageError::content(FORMAT, error.to_string()))?;
    let version = &marker["conda_pkg_format_version"];
    if version.as_u64() != Some(2) {
        let reason = format!("its conda_pkg_format_version is {version}; 2 is known");
        return Err(PackageError::content(FORMAT, reason));
    }
    let archive = |prefix: &str| {
        let what = || format!("{prefix}*.tar.zst");
        let mut found = zip.entries.iter().filter(|entry| {
            let name = &entry.path;
            name.starts_with(prefix) && name.ends_with(".tar.zst") && !name.contains('/')
        });
        match (found.next(), found.next()) {
            (Some(entry), None) => zip.stored(entry),
            (None, _) => Err(PackageError::missing(what())),
            (Some(_), Some(_)) => Err(PackageError::Twice { what: what() }),
        }
    };
    let index = index_of(&archive("info-")?, Packing::Zstd)?;
    let content = archive("pkg-")?;
    match index_of(&content, Packing::Zstd) {
        Ok(None) => Ok((index, true)),
        Ok(Some(_)) => Err(PackageError::Twice {
            what: INDEX.to_owned(),
        }),
        Err(PackageError::TooLarge { .. }) if zstd::has_large_window(&content)? => Ok((index, false)),
        Err(error) => Err(error),
    }
}

/// Goes through a tar archive, and takes the index out of it.
fn index_of(source: &dyn Source, packing: Packing) -> Result<Option<Vec<u8>>, PackageError> {
    let mut found = None;
    tar::walk(source, packing, |entry| {
        if entry.path != INDEX {
            return Ok(());
        }
        if entry.kind != tar::Kind::File {
            return Err(PackageError::content(INDEX, "it is no file"));
        }
        match found.replace(entry.read(MAX_INDEX)?) {
            None => Ok(()),
            Some(_) => Err(PackageError::Twice {
                what: INDEX.to_owned(),
            }),
        }
    })?;
    Ok(found)
}

fn parse(bytes: &[u8], format: Format) -> Result<Package, PackageError> {
    let bad = |reason: String| PackageError::content(INDEX, reason);
    let index: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))?;
    let text = |member: &str, fits: fn(&str) -> bool| match index.get(member) {
        Some(Value::String(text)) if text.len() <= LONGEST && fits(text) => Ok(text.clone()),
        Some(value) => Err(bad(format!("its {member} is {}", shown(value)))),
        None => Err(bad(format!("it has no {member}"))),
    };
    let (name, version, build) = (
        text("name", is_name)?,
        text("version", is_version)?,
        text("build", is_build)?,
    );
    let subdir = match index.get("subdir") {
        None | Some(Value::Null) => older_subdir(&index),
        Some(_) => text("subdir", is_subdir)?,
    };
    if !is_subdir(&subdir) {
        return Err(bad(format!("its platform and arch make no subdir: {subdir:?}")));
    }
    if !index.get("build_number").is_some_and(Value::is_u64) {
        return Err(bad("it has no build_number".to_owned()));
    }
    for list in ["depends", "constrains"] {
        let is_list = |value: &Value| {
            value
                .as_array()
                .is_some_and(|list| list.iter().all(Value::is_string))
        };
        if index.get(list).is_some_and(|value| !is_list(value)) {
            return Err(bad(format!("its {list} is no list of texts")));
        }
    }
    Ok(Package {
        name,
        version,
        build,
        subdir,
        format,
        is_looked_at: true,
        index,
    })
}

/// A value in a message, cut where it is long.
fn shown(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

/// Packages from before there was `subdir` name their system and processor.
fn older_subdir(index: &Map<String, Value>) -> String {
    let word = |member: &str| index.get(member).and_then(Value::as_str);
    match (word("platform"), word("arch")) {
        (Some(platform), Some("x86_64")) => format!("{platform}-64"),
        (Some(platform), Some("x86")) => format!("{platform}-32"),
        (Some(platform), Some(arch)) => format!("{platform}-{arch}"),
        _ => "noarch".to_owned(),
    }
}

fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && text
            .bytes()
            .all(|byte| letter(byte) || matches!(byte, b'.' | b'_' | b'-'))
}

fn is_version(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'!' | b'+');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.bytes().all(fits)
}

fn is_build(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+');
    !text.is_empty() && text.bytes().all(fits)
}

/// Whether `text` can be a subdirectory of a channel: `noarch`, or a system and a processor.
#[must_use]
pub fn is_subdir(text: &str) -> bool {
    let letters = |part: &str, sign: u8| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == sign;
        !part.is_empty() && part.bytes().all(fits)
    };
    text == "noarch"
        || text
            .split_once('-')
            .is_some_and(|(system, processor)| letters(system, b'0') && letters(processor, b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::{self, Zipped};

    type File = (&'static str, &'static [u8]);

    const GOOD: &[u8] = br#"{"name": "a-b", "version": "1.0", "build": "py_0", "build_number": 0,
        "subdir": "noarch", "depends": ["python >=3.8"], "license": "MIT"}"#;

    fn old(files: &[(&str, &[u8])]) -> Vec<u8> {
        sample::bzip2(&sample::tar(files))
    }

    fn new(format: &[u8], info: &[(&str, &[u8])], content: &[(&str, &[u8])]) -> Vec<u8> {
        let [info, content] = [info, content].map(|files| sample::zstd(&sample::tar(files)));
        packed(format, &info, &content)
    }

    fn packed(format: &[u8], info: &[u8], content: &[u8]) -> Vec<u8> {
        let entries = [
            ("metadata.json", format),
            ("info-a-b-1.0-py_0.tar.zst", info),
            ("pkg-a-b-1.0-py_0.tar.zst", content),
        ];
        sample::zip_of(&entries.map(|(path, content)| Zipped {
            is_deflated: false,
            ..Zipped::new(path, content)
        }))
    }

    const FORMAT: &[u8] = br#"{"conda_pkg_format_version": 2}"#;

    fn code(bytes: &[u8], file_name: &str) -> Result<String, &'static str> {
        read(&bytes, file_name)
            .map(|package| format!("{}/{}", package.subdir, package.file_name()))
            .map_err(|error| error.code())
    }

    #[test]
    fn both_formats_are_read() {
        let index = (INDEX, GOOD);
        let bytes = old(&[index, ("site-packages/a.py", b"")]);
        let package = read(&bytes.as_slice(), "a-b-1.0-py_0.tar.bz2").unwrap();
        assert_eq!(package.index["depends"][0], "python >=3.8");
        assert_eq!(
            (&*package.name, &*package.version, &*package.build),
            ("a-b", "1.0", "py_0")
        );
        let bytes = new(FORMAT, &[index], &[("site-packages/a.py", b"")]);
        let newer = read(&bytes.as_slice(), "a-b-1.0-py_0.conda").unwrap();
        assert_eq!(
            newer,
            Package {
                format: Format::Conda,
                ..package
            }
        );
    }

    #[test]
    fn a_file_is_what_its_name_says() {
        let bytes = old(&[(INDEX, GOOD)]);
        for (file_name, expected) in [
            ("a-b-1.0-py_0.tar.bz2", Ok("noarch/a-b-1.0-py_0.tar.bz2")),
            ("a-b-1.0-py_1.tar.bz2", Err("package-name")),
            ("a-b-1.0.tar.bz2", Err("package-name")),
            ("a-b-1.0-py_0.conda", Err("package-kind")),
            ("a-b-1.0-py_0.zip", Err("package-kind")),
        ] {
            assert_eq!(
                code(&bytes, file_name),
                expected.map(str::to_owned),
                "{file_name}"
            );
        }
    }

    #[test]
    fn an_archive_has_one_index() {
        let index: File = (INDEX, GOOD);
        let other: File = ("x", b"");
        let name = "a-b-1.0-py_0.tar.bz2";
        assert_eq!(code(&old(&[other]), name), Err("package-missing"));
        assert_eq!(code(&old(&[index, index]), name), Err("package-twice"));
        let again: File = ("info//index.json", GOOD);
        assert_eq!(code(&old(&[index, again]), name), Err("package-twice"));
        assert_eq!(
            code(&old(&[index, ("../x", b"")]), name),
            Err("package-unsafe-path")
        );
        let name = "a-b-1.0-py_0.conda";
        assert_eq!(
            code(&new(FORMAT, &[other], &[other]), name),
            Err("package-missing")
        );
        assert_eq!(code(&new(FORMAT, &[index], &[index]), name), Err("package-twice"));
        assert_eq!(
            code(&new(FORMAT, &[index], &[("/x", b"")]), name),
            Err("package-unsafe-path")
        );
        assert_eq!(
            code(
                &new(br#"{"conda_pkg_format_version": 3}"#, &[index], &[other]),
                name
            ),
            Err("package-content")
        );
        assert_eq!(code(&new(b"", &[index], &[other]), name), Err("package-content"));
        assert_eq!(
            code(&sample::zip(&[("metadata.json", FORMAT)]), name),
            Err("package-missing")
        );
        assert_eq!(code(&sample::zip(&[]), name), Err("package-missing"));
        let packed_twice = sample::zip(&[("metadata.json", FORMAT), ("info-x.tar.zst", &[0; 100])]);
        assert_eq!(code(&packed_twice, name), Err("package-content"));
    }

    #[test]
    fn what_would_take_too_much_memory_is_not_gone_through() {
        // 128 MiB, said by the byte after that of the flags.
        let with_window = |mut packed: Vec<u8>| {
            assert_eq!(packed[4] & 0x20, 0, "a window of its own");
            packed[5] = 0x88;
            packed
        };
        let large = vec![0; 33 << 20];
        let info = sample::zstd(&sample::tar(&[(INDEX, GOOD)]));
        for (content, end, is_looked_at) in [
            (&b""[..], "x", Ok(true)),
            (&large, "x", Ok(false)),
            (b"", "../x", Err("package-unsafe-path")),
        ] {
            let content = sample::zstd(&sample::tar(&[("a", content), (end, b"")]));
            let bytes = packed(FORMAT, &with_window(info.clone()), &with_window(content));
            let found = read(&bytes.as_slice(), "a-b-1.0-py_0.conda");
            let found = found.map(|package| package.is_looked_at);
            assert_eq!(found.map_err(|error| error.code()), is_looked_at);
        }
        let info = sample::zstd(&sample::tar(&[("a", &large), (INDEX, GOOD)]));
        let error = read(
            &packed(FORMAT, &with_window(info), &[]).as_slice(),
            "a-b-1.0-py_0.conda",
        );
        assert_eq!(error.unwrap_err().code(), "package-too-large");
    }

    #[test]
    fn what_is_cut_is_damaged() {
        for (bytes, name) in [
            (old(&[(INDEX, GOOD)]), "a-b-1.0-py_0.tar.bz2"),
            (new(FORMAT, &[(INDEX, GOOD)], &[("x", b"")]), "a-b-1.0-py_0.conda"),
        ] {
            for length in 0..bytes.len() {
                assert!(code(&bytes[..length], name).is_err(), "{name} cut at {length}");
            }
        }
    }

    #[test]
    fn an_index_names_a_package() {
        let subdir = |text: &str| parse(text.as_bytes(), Format::Conda).map(|package| package.subdir);
        let with = |member: &str| {
            format!(r#"{{"name": "a", "version": "1", "build": "0", "build_number": 0{member}}}"#)
        };
        for (text, expected) in [
            (with(""), Some("noarch")),
            (with(r#", "subdir": "linux-64""#), Some("linux-64")),
            (
                with(r#", "subdir": "emscripten-wasm32", "depends": []"#),
                Some("emscripten-wasm32"),
            ),
            (
                with(r#", "platform": "linux", "arch": "x86_64""#),
                Some("linux-64"),
            ),
            (
                with(r#", "platform": "linux", "arch": "aarch64""#),
                Some("linux-aarch64"),
            ),
            (with(r#", "platform": "../..", "arch": "x""#), None),
            (with(r#", "subdir": "../noarch""#), None),
            (with(r#", "subdir": 1"#), None),
            (with(r#", "depends": "a""#), None),
            (with(r#", "constrains": [1]"#), None),
            (with("").replace("\"a\"", "\"A\""), None),
            (with("").replace("\"a\"", "\"a/b\""), None),
            (with("").replace("\"1\"", "\"1-2\""), None),
            (with("").replace("\"0\"", "\"\""), None),
            (with("").replace("\"build\"", "\"x\""), None),
            (with("").replace("build_number", "x"), None),
            ("[]".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(subdir(&text).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        sample::survives(&old(&[(INDEX, GOOD)]), |source| {
            let _ = read(source, "a-b-1.0-py_0.tar.bz2");
        });
        sample::survives(&new(FORMAT, &[(INDEX, GOOD)], &[]), |source| {
            let _ = read(source, "a-b-1.0-py_0.conda");
        });
    }
}
