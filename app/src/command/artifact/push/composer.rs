//! Composer packages.

use hc_core::api::Request;
use hc_core::api::push::{Target, composer};
use hc_core::package_file::composer::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;

pub(super) struct Composer;

impl Kind for Composer {
    type Package = Package;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.name.clone(), package.version.clone())
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, _package: &Package) -> Request {
        composer::request(target, file.content(), &file.checksums)
    }

    fn stored(&self, target: &Target<'_>, _file: &LocalFile, package: &Package) -> Option<Request> {
        Some(composer::stored(target, package))
    }
}
