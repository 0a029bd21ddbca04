//! Dart packages.

use hc_core::api::Request;
use hc_core::api::push::{Target, answer, dart};
use hc_core::package_file::dart::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;
use super::send::ParseAnswer;

pub(super) struct Dart;

impl Kind for Dart {
    type Package = Package;

    const ANSWER: ParseAnswer = answer::parse_or_none;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.name.clone(), package.version.clone())
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Request {
        dart::request(target, file.content(), &file.checksums, package)
    }

    fn stored(&self, target: &Target<'_>, _file: &LocalFile, package: &Package) -> Option<Request> {
        Some(dart::stored(target, package))
    }
}
