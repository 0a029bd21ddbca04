//! RPM packages: what a repository tells of them.
//!
//! Source of the rules: the RPM documentation, "RPM V4 package format" and "RPM tags", and for what a name and a
//! version may be of, the spec file reference.

mod header;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::PackageError;
use super::source::Source;
use crate::checksum::hex;
use header::{Header, Tag};

/// How an RPM package begins.
const MAGIC: [u8; 4] = [0xed, 0xab, 0xee, 0xdb];
/// The length of what stands before the headers, in bytes.
const LEAD: u64 = 96;
/// The most bytes that the paths of a package's files may take together.
const MAX_PATHS: usize = 48 << 20;
/// What the number of SHA-256 is among the checksums (RFC 4880, section 9.4).
const SHA_256: u64 = 8;
/// How much of the payload is read at once, in bytes.
const PIECE: usize = 256 << 10;

/// What a package says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Goes before the version where packages are ordered; 0 where it is left out.
    pub epoch: u64,
    /// Its version.
    pub version: String,
    /// Counts the builds of the version.
    pub release: String,
    /// What it runs on; `src` for sources.
    pub arch: String,
    /// One line.
    pub summary: String,
    /// Several lines.
    pub description: String,
    /// Who packs it.
    pub packager: String,
    /// Where it comes from.
    pub url: String,
    /// Its licence.
    pub license: String,
    /// Who distributes it.
    pub vendor: String,
    /// What kind of package it is.
    pub group: String,
    /// The machine that it was built on.
    pub build_host: String,
    /// The file of the sources that it was built from.
    pub source: String,
    /// When it was built, in seconds since 1970.
    pub built_at: u64,
    /// What it takes on a disk, in bytes.
    pub installed_size: u64,
    /// What its payload unpacks to, in bytes.
    pub archive_size: u64,
    /// Where its header begins and ends in the file, in bytes.
    pub header: (u64, u64),
    /// What it has to do with others: in the order of [`RELATIONS`].
    pub relations: [Vec<Dependency>; 8],
    /// Its files.
    pub files: Vec<File>,
    /// Its changes, the newest first.
    pub changes: Vec<Change>,
}

/// What a package can have to do with others, as repositories call it.
pub const RELATIONS: [&str; 8] = [
    "provides",
    "requires",
    "conflicts",
    "obsoletes",
    "suggests",
    "enhances",
    "recommends",
    "supplements",
];

/// A package, or something that packages provide, and perhaps its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// `RPMSENSE_…`: how its version compares, and when it is needed.
    pub flags: u64,
    /// `[epoch:]version[-release]`; empty for any.
    pub version: String,
}

/// A file that a package installs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
}

/// What a package's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A file or a link.
    File,
    /// A folder.
    Dir,
    /// It belongs to the package, and is not in it.
    Ghost,
}

/// A change in a package's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// In seconds since 1970.
    pub time: u64,
    /// Who, and for which version.
    pub author: String,
    /// What.
    pub text: String,
}

impl Package {
    /// `[epoch:]version-release`
    #[must_use]
    pub fn full_version(&self) -> String {
        match self.epoch {
            0 => format!("{}-{}", self.version, self.release),
            epoch => format!("{epoch}:{}-{}", self.version, self.release),
        }
    }

    /// Where the package's file is below a repository's URL: nothing in it is encoded.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.name, &self.full_version(), &self.file_name())
    }

    /// The name that the package's file has by what it holds.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!(
            "{}-{}-{}.{}.rpm",
            self.name, self.version, self.release, self.arch
        )
    }
}

/// Where a package's file is below a repository's URL, as Harness Open Source has it: packages of several architectures
/// share a version, and a folder parts them.
#[must_use]
pub fn place(name: &str, full_version: &str, file_name: &str) -> String {
    let stem = file_name.strip_suffix(".rpm").unwrap_or(file_name);
    let arch = stem.rsplit('.').next().unwrap_or(stem);
    format!("package/{name}/{full_version}/{arch}/{file_name}")
}

/// Reads a package. Its headers' and its payload's checksums are compared, where it has them.
///
/// # Errors
/// When it is no RPM package, is damaged, or cannot be named in a repository.
pub fn read(source: &dyn Source) -> Result<Package, PackageError> {
    let mut lead = [0; 4];
    header::fill(source, 0, &mut lead).map_err(|_| not_rpm())?;
    if lead != MAGIC {
        return Err(not_rpm());
    }
    let signature = Signature::read(source)?;
    let header = Header::read(source, signature.end)?;
    verify(source, &signature, &header)?;
    let package = package(&signature, &header)?;
    check(&package)?;
    Ok(package)
}

/// What is read of the header that comes first. It is gone before the other one is read: both can be large.
struct Signature {
    /// The SHA-256 of the other header, in hex.
    header_sha256: Option<String>,
    /// What the payload unpacks to, in bytes.
    archive_size: Option<u64>,
    /// Where the other header begins in the file, in bytes.
    end: u64,
}

impl Signature {
    fn read(source: &dyn Source) -> Result<Self, PackageError> {
        let header = Header::read(source, LEAD)?;
        Ok(Self {
            header_sha256: header.text(Tag::HEADER_SHA256)?,
            archive_size: match header.number(Tag::LONG_ARCHIVE_SIZE)? {
                Some(size) => Some(size),
                None => header.number(Tag::ARCHIVE_SIZE)?,
            },
            // It is filled up to a multiple of eight bytes.
            end: header.end.next_multiple_of(8),
        })
    }
}

fn not_rpm() -> PackageError {
    PackageError::Kind {
        expected: "an RPM package",
    }
}

/// Compares the checksums of the header and of the payload.
fn verify(source: &dyn Source, signature: &Signature, header: &Header) -> Result<(), PackageError> {
    let mut told = Vec::new();
    if let Some(expected) = &signature.header_sha256 {
        told.push(("header", signature.end, header.end, expected.clone()));
    }
    if let Some(expected) = header.text(Tag::PAYLOAD_DIGEST)?
        && header.number(Tag::PAYLOAD_DIGEST_ALGORITHM)? == Some(SHA_256)
    {
        told.push(("payload", header.end, source.size(), expected));
    }
    for (what, from, to, expected) in told {
        if hash(source, from, to)? != expected.to_ascii_lowercase() {
            return Err(PackageError::Damaged {
                reason: format!("its {what} has another SHA-256 than it says"),
            });
        }
    }
    Ok(())
}

fn hash(source: &dyn Source, from: u64, to: u64) -> Result<String, PackageError> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; PIECE];
    let mut offset = from;
    while offset < to {
        let wanted = usize::try_from(to - offset).unwrap_or(PIECE).min(PIECE);
        header::fill(source, offset, &mut buffer[..wanted])?;
        hash.update(&buffer[..wanted]);
        offset += wanted as u64;
    }
    Ok(hex(&hash.finalize()))
}

fn package(signature: &Signature, header: &Header) -> Result<Package, PackageError> {
    let text = |tag| Ok::<_, PackageError>(header.text(tag)?.unwrap_or_default());
    let required = |tag, what: &str| {
        let text = text(tag)?;
        if text.is_empty() {
            return Err(PackageError::missing(what));
        }
        Ok(text)
    };
    // Sources name no file that they were built from.
    let source = text(Tag::SOURCE_RPM)?;
    let arch = if source.is_empty() {
        "src".to_owned()
    } else {
        required(Tag::ARCH, "an architecture")?
    };
    let size = match header.number(Tag::LONG_SIZE)? {
        Some(size) => Some(size),
        None => header.number(Tag::SIZE)?,
    };
    let mut relations: [Vec<Dependency>; 8] = Default::default();
    for (place, [name, flags, version]) in relations.iter_mut().zip(Tag::RELATIONS) {
        *place = dependencies(header, name, flags, version)?;
    }
    Ok(Package {
        name: required(Tag::NAME, "a name")?,
        epoch: header.number(Tag::EPOCH)?.unwrap_or(0),
        version: required(Tag::VERSION, "a version")?,
        release: required(Tag::RELEASE, "a release")?,
        arch,
        summary: text(Tag::SUMMARY)?,
        description: text(Tag::DESCRIPTION)?,
        packager: text(Tag::PACKAGER)?,
        url: text(Tag::URL)?,
        license: text(Tag::LICENSE)?,
        vendor: text(Tag::VENDOR)?,
        group: text(Tag::GROUP)?,
        build_host: text(Tag::BUILD_HOST)?,
        source,
        built_at: header.number(Tag::BUILD_TIME)?.unwrap_or(0),
        installed_size: size.unwrap_or(0),
        archive_size: signature.archive_size.unwrap_or(0),
        header: (signature.end, header.end),
        relations,
        files: files(header)?,
        changes: changes(header)?,
    })
}

fn dependencies(
    header: &Header,
    name: Tag,
    flags: Tag,
    version: Tag,
) -> Result<Vec<Dependency>, PackageError> {
    let (flags, versions) = (header.numbers(flags)?, header.texts(version)?);
    let names = header.texts(name)?.into_iter();
    let mut all = Vec::new();
    for (index, name) in names.enumerate() {
        all.push(Dependency {
            name,
            flags: flags.get(index).copied().unwrap_or(0),
            version: versions.get(index).cloned().unwrap_or_default(),
        });
    }
    Ok(all)
}

fn files(header: &Header) -> Result<Vec<File>, PackageError> {
    const FOLDER: u64 = 0o040_000;
    const FORMAT: u64 = 0o170_000;
    const GHOST: u64 = 1 << 6;
    let folders = header.texts(Tag::DIR_NAMES)?;
    let indexes = header.numbers(Tag::DIR_INDEXES)?;
    let (modes, flags) = (header.numbers(Tag::FILE_MODES)?, header.numbers(Tag::FILE_FLAGS)?);
    let mut left = MAX_PATHS;
    let mut files = Vec::new();
    for (place, name) in header.texts(Tag::BASE_NAMES)?.iter().enumerate() {
        let folder = indexes
            .get(place)
            .and_then(|index| folders.get(usize::try_from(*index).ok()?))
            .ok_or_else(|| PackageError::Damaged {
                reason: "a file of its header is in no folder".to_owned(),
            })?;
        left = left
            .checked_sub(folder.len() + name.len() + header::TEXT)
            .ok_or_else(|| PackageError::TooLarge {
                reason: format!("the paths of its files take more than {MAX_PATHS} bytes together"),
            })?;
        let (mode, flags) = (modes.get(place).unwrap_or(&0), flags.get(place).unwrap_or(&0));
        // A folder is one even where it is not in the package, as createrepo_c has it.
        let kind = match (mode & FORMAT == FOLDER, flags & GHOST != 0) {
            (true, _) => FileKind::Dir,
            (false, true) => FileKind::Ghost,
            (false, false) => FileKind::File,
        };
        let path = format!("{folder}{name}");
        files.push(File { path, kind });
    }
    Ok(files)
}

fn changes(header: &Header) -> Result<Vec<Change>, PackageError> {
    let (authors, texts) = (header.texts(Tag::CHANGE_NAMES)?, header.texts(Tag::CHANGE_TEXTS)?);
    let times = header.numbers(Tag::CHANGE_TIMES)?;
    let all = times.into_iter().zip(authors.into_iter().zip(texts));
    Ok(all
        .map(|(time, (author, text))| Change { time, author, text })
        .collect())
}

/// Names and versions are of few characters: they become file names, and parts of URLs.
fn check(package: &Package) -> Result<(), PackageError> {
    let rules: [(&str, &str, &str); 4] = [
        ("name", &package.name, "-._+"),
        ("version", &package.version, "._+~^"),
        ("release", &package.release, "._+~^"),
        ("architecture", &package.arch, "_"),
    ];
    for (what, text, others) in rules {
        let is_good = text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
            && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !is_good || text.len() > 255 {
            return Err(PackageError::content(
                "header",
                format!("the {what} {text:?} is of other characters than letters, digits and {others:?}"),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
