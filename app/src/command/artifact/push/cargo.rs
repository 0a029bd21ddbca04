//! Rust crates.

use hc_core::api::Request;
use hc_core::api::push::{Target, cargo};
use hc_core::package_file::cargo::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;

pub(super) struct Cargo<'a> {
    /// The index of the registry that Cargo uses where a dependency names none.
    pub(super) default_index: Option<&'a str>,
}

impl Kind for Cargo<'_> {
    type Package = Package;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        let mut package = file::read(source, name)?;
        package.settle_indexes(self.default_index)?;
        Ok(package)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.name.clone(), package.version.clone())
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Request {
        cargo::request(target, file.content(), &file.checksums, package)
    }

    fn stored(&self, target: &Target<'_>, _file: &LocalFile, package: &Package) -> Option<Request> {
        Some(cargo::stored(target, package))
    }
}
