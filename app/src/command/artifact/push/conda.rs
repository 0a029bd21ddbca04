//! Conda packages.

use hc_core::api::Request;
use hc_core::api::push::{Target, conda};
use hc_core::package_file::conda::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;

pub(super) struct Conda;

impl Kind for Conda {
    type Package = Package;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.name.clone(), package.version.clone())
    }

    fn note(&self, package: &Package) -> Option<String> {
        let note = "its files were not all looked at, since unpacking them would take too much memory \
                    (zstd --ultra); it is pushed as it is";
        (!package.is_seen_whole).then(|| note.to_owned())
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Request {
        conda::request(target, file.content(), package)
    }

    fn stored(&self, target: &Target<'_>, _file: &LocalFile, package: &Package) -> Option<Request> {
        Some(conda::stored(target, package))
    }
}
