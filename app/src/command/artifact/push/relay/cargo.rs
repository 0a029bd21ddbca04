//! Crates, whose dependencies come from where the source's index says.

use hc_core::api::Request;
use hc_core::api::cargo_index::Entry;
use hc_core::api::push::{Target, cargo};
use hc_core::package_file::cargo::{self as file, Index, Package};
use hc_core::package_file::{PackageError, Source};

use super::super::kind::Kind;
use super::super::local_file::LocalFile;

pub(super) struct Cargo {
    pub(super) entry: Entry,
}

impl Kind for Cargo {
    type Package = Package;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.name.clone(), package.version.clone())
    }

    /// What came from the source's own registry is to come from the target's: there it is copied to.
    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Request {
        let mut package = package.clone();
        let own = cargo::index(target);
        for dependency in &mut package.dependencies {
            let listed = self.entry.deps.iter().find(|dep| {
                dep.name == dependency.local_name()
                    && dep.kind.as_deref().unwrap_or("normal") == dependency.kind.as_str()
                    && dep.target == dependency.target
            });
            if let Some(listed) = listed {
                dependency.index = Index::Named(listed.registry.clone().unwrap_or_else(|| own.clone()));
            }
        }
        cargo::request(target, file.content(), &file.checksums, &package)
    }

    fn stored(&self, target: &Target<'_>, _file: &LocalFile, package: &Package) -> Option<Request> {
        Some(cargo::stored(target, package))
    }
}
