//! RPM packages.

use hc_core::api::Request;
use hc_core::api::push::{Target, rpm};
use hc_core::package_file::rpm::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;

pub(super) struct Rpm;

/// A package, and what its file is called here.
pub(super) struct Named {
    package: Package,
    name: String,
}

impl Kind for Rpm {
    type Package = Named;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Named, PackageError> {
        Ok(Named {
            package: file::read(source)?,
            name: name.to_owned(),
        })
    }

    fn identity(&self, Named { package, .. }: &Named) -> (String, String) {
        (package.name.clone(), package.full_version())
    }

    /// With the architecture: each has a version of its own where nobody can be asked for a file's checksum.
    fn listed_version(&self, Named { package, .. }: &Named) -> String {
        format!("{}.{}", package.full_version(), package.arch)
    }

    fn note(&self, Named { package, name }: &Named) -> Option<String> {
        let expected = package.file_name();
        (*name != expected).then(|| format!("in the registry it will be called {expected}, by its header"))
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, _package: &Named) -> Request {
        rpm::request(target, &file.name, file.content(), &file.checksums)
    }

    fn stored(
        &self,
        target: &Target<'_>,
        _file: &LocalFile,
        Named { package, .. }: &Named,
    ) -> Option<Request> {
        Some(rpm::stored(target, package))
    }
}
