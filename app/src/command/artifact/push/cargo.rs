//! Rust crates.

use std::collections::BTreeSet;

use hc_core::api::Request;
use hc_core::api::push::{Target, cargo};
use hc_core::package_file::cargo::{self as file, Dependency, Index, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;

pub(super) struct Cargo;

impl Kind for Cargo {
    type Package = Package;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.name.clone(), package.version.clone())
    }

    fn note(&self, package: &Package) -> Option<String> {
        let is_unclear = |dependency: &&Dependency| dependency.index == Index::Default(None);
        let unclear: BTreeSet<&str> = package
            .dependencies
            .iter()
            .filter(is_unclear)
            .map(|dependency| dependency.name.as_str())
            .collect();
        if unclear.is_empty() {
            return None;
        }
        let names: Vec<&str> = unclear.into_iter().collect();
        Some(format!(
            "no Cargo.lock in it says which registry {} comes from, so that it is looked for in this one",
            names.join(", ")
        ))
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Request {
        cargo::request(target, file.content(), &file.checksums, package)
    }

    fn stored(&self, target: &Target<'_>, _file: &LocalFile, package: &Package) -> Option<Request> {
        Some(cargo::stored(target, package))
    }
}
