//! NuGet packages.

use hc_core::api::Request;
use hc_core::api::push::{Target, nuget};
use hc_core::package_file::nuget::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;

pub(super) struct Nuget<'a> {
    /// The folder of the registry that the packages are kept in.
    pub(super) folder: Option<&'a str>,
}

impl Kind for Nuget<'_> {
    type Package = Package;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.id.clone(), package.version.normal())
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, _package: &Package) -> Request {
        nuget::request(target, self.folder, &file.name, file.content(), &file.checksums)
    }

    fn stored(&self, target: &Target<'_>, _file: &LocalFile, package: &Package) -> Option<Request> {
        Some(nuget::stored(target, package))
    }
}
