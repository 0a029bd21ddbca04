//! Wheels and source distributions of Python.

use hc_core::api::Request;
use hc_core::api::push::{Target, python};
use hc_core::package_file::python::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;

pub(super) struct Python;

impl Kind for Python {
    type Package = Package;

    const IN_FOLDERS: &'static [&'static str] = &[".whl", ".tar.gz"];

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        let metadata = &package.metadata;
        (metadata.normal_name(), metadata.normal_version())
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Request {
        python::request(target, &file.name, file.content(), &file.checksums, package)
    }

    fn stored(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Option<Request> {
        Some(python::stored(target, &file.name, package))
    }
}
