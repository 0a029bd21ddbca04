//! Rust crates: `.crate`.
//!
//! `cargo package` writes a `Cargo.toml` of its own into a crate, in which nothing is inherited from a workspace
//! and dependencies by path are gone; that one is read. Source of the rules: the Cargo book, "The Manifest Format"
//! and "Registry Index".

mod dependency;
mod features;
mod lock;
mod manifest;
mod platform;

use std::collections::{BTreeMap, BTreeSet};

use super::error::PackageError;
use super::source::Source;
use super::tar::{self, Kind, Packing};
use lock::Lock;
use manifest::Manifest;

pub use dependency::{Dependency, DependencyKind, Index};
pub use platform::written as platform;

/// The largest `Cargo.toml`, in bytes.
const MAX_MANIFEST: u64 = 4 << 20;
/// The largest `Cargo.lock`, in bytes.
const MAX_LOCK: u64 = 16 << 20;
/// The largest readme that is sent along, in bytes; a crate with a larger one goes without.
const MAX_README: u64 = 1 << 20;
/// The longest name, in bytes.
const MAX_NAME: usize = 64;

const MANIFEST: &str = "Cargo.toml";

/// A crate: what others need to know to build against it, and what people want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version (Semantic Versioning).
    pub version: String,
    /// Its direct dependencies, for every platform and purpose.
    pub dependencies: Vec<Dependency>,
    /// Its features, each with what it turns on.
    pub features: BTreeMap<String, Vec<String>>,
    /// The native library that it links to.
    pub links: Option<String>,
    /// The oldest Rust that builds it.
    pub rust_version: Option<String>,
    /// What it says of itself.
    pub about: About,
}

/// What a crate says of itself to people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Who wrote it.
    pub authors: Vec<String>,
    /// What it is.
    pub description: Option<String>,
    /// URL of its documentation.
    pub documentation: Option<String>,
    /// URL of its home.
    pub homepage: Option<String>,
    /// URL of its source code.
    pub repository: Option<String>,
    /// SPDX expression of its licence.
    pub license: Option<String>,
    /// File that holds its licence.
    pub license_file: Option<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// What kind of crate it is.
    pub categories: Vec<String>,
    /// Path of its readme in the crate.
    pub readme_file: Option<String>,
    /// The readme's text.
    pub readme: Option<String>,
}

impl Package {
    /// Fills in the index of the registry that Cargo uses where a dependency names none: not of the one that the crate
    /// is pushed to, from which Cargo would else take a crate of that name, whoever put it there.
    ///
    /// # Errors
    /// When it is needed, and neither the crate's own `Cargo.lock` nor `default` names it.
    pub fn settle_indexes(&mut self, default: Option<&str>) -> Result<(), PackageError> {
        let mut unknown = BTreeSet::new();
        for dependency in &mut self.dependencies {
            if let Index::Default(index @ None) = &mut dependency.index {
                match default {
                    Some(default) => *index = Some(default.to_owned()),
                    None => drop(unknown.insert(dependency.name.as_str())),
                }
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = unknown.into_iter().collect();
        Err(bad(format!(
            "it needs {} from Cargo's default registry, and no Cargo.lock in it says which that is: name its index with \
             --default-index URL",
            names.join(", ")
        )))
    }
}

/// Whether a registry takes a crate of this name: an ASCII letter, then letters, digits, `-` and `_`, at most 64.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The name under which registries tell crates apart: letter case, `-` and `_` make no difference.
#[must_use]
pub fn normalize(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// Whether this is a version (Semantic Versioning 2.0.0).
#[must_use]
pub fn is_version(version: &str) -> bool {
    semver::Version::parse(version).is_ok()
}

/// The name of a crate's file.
#[must_use]
pub fn file(name: &str, version: &str) -> String {
    format!("{name}-{version}.crate")
}

/// Reads a crate that is called `file_name`.
///
/// # Errors
/// When it is none that Cargo could take from a registry.
pub fn read(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    if !file_name.ends_with(".crate") {
        return Err(PackageError::Kind {
            expected: "a crate, which ends in .crate",
        });
    }
    // Cargo's format for publishing has no room for more.
    if u32::try_from(source.size()).is_err() {
        return Err(PackageError::TooLarge {
            reason: "a registry takes at most 4 GiB".to_owned(),
        });
    }
    let found = Found::read(source)?;
    let manifest = found.manifest.ok_or_else(|| PackageError::missing(MANIFEST))?;
    let lock = Lock::parse(found.lock.as_deref())?;
    let (mut package, readme) = Manifest::parse(&manifest)?.package(&lock)?;
    let expected = file(&package.name, &package.version);
    if expected.strip_suffix(".crate") != Some(found.folder.as_str()) {
        let (name, version) = (&package.name, &package.version);
        return Err(bad(format!(
            "it is of {name} {version}, but lies in {:?}",
            found.folder
        )));
    }
    if file_name != expected {
        return Err(PackageError::Name { expected });
    }
    if let Some(path) = readme {
        package.about.readme = text_of(source, &format!("{}/{path}", found.folder))?;
        package.about.readme_file = Some(path);
    }
    Ok(package)
}

/// What is looked for in a crate.
#[derive(Default)]
struct Found {
    /// The folder in which all of it is.
    folder: String,
    manifest: Option<Vec<u8>>,
    lock: Option<Vec<u8>>,
}

impl Found {
    fn read(source: &dyn Source) -> Result<Self, PackageError> {
        let mut found = Self::default();
        let mut spellings = 0;
        tar::walk(source, Packing::Gzip, |entry| {
            let (folder, inner) = entry.path.split_once('/').unwrap_or((entry.path, ""));
            if found.folder.is_empty() {
                folder.clone_into(&mut found.folder);
            }
            if folder != found.folder || (inner.is_empty() && entry.kind != Kind::Folder) {
                let path = entry.path.to_owned();
                return Err(PackageError::UnsafePath { path });
            }
            // Where letters of either case are one, a second spelling would replace the first.
            if inner.eq_ignore_ascii_case(MANIFEST) {
                spellings += 1;
                if spellings > 1 {
                    let what = MANIFEST.to_owned();
                    return Err(PackageError::Twice { what });
                }
            }
            match inner {
                MANIFEST if entry.kind == Kind::File => found.manifest = Some(entry.read(MAX_MANIFEST)?),
                "Cargo.lock" if entry.kind == Kind::File => found.lock = Some(entry.read(MAX_LOCK)?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// The text of a file in the crate, unless it is too large to send along.
fn text_of(source: &dyn Source, path: &str) -> Result<Option<String>, PackageError> {
    let mut text = None;
    tar::walk(source, Packing::Gzip, |entry| {
        if entry.path == path && entry.kind == Kind::File {
            match entry.read(MAX_README) {
                Ok(bytes) => text = Some(String::from_utf8_lossy(&bytes).into_owned()),
                Err(PackageError::TooLarge { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })?;
    Ok(text)
}

fn bad(reason: impl Into<String>) -> PackageError {
    PackageError::content(MANIFEST, reason)
}

/// What TOML's reader says, in one line.
fn toml_error(file: &str, text: &str, error: &toml::de::Error) -> PackageError {
    let line = error.span().map(|span| {
        let before = text.get(..span.start).unwrap_or_default();
        format!("line {}: ", before.matches('\n').count() + 1)
    });
    PackageError::content(file, format!("{}{}", line.unwrap_or_default(), error.message()))
}

#[cfg(test)]
mod tests;
