//! npm packages: what is published already is looked at first, as `npm publish` does.

use std::cmp::Ordering;

use hc_core::api::Request;
use hc_core::api::push::Target;
use hc_core::api::push::npm::{self, Published, Tag};
use hc_core::package_file::npm::{self as file, Package};
use hc_core::package_file::{PackageError, Source};

use super::kind::Kind;
use super::local_file::LocalFile;
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;

pub(super) struct Npm<'c, H> {
    pub(super) console: &'c Console<'c, H>,
    /// The tag that the user chose.
    pub(super) tag: Option<&'c str>,
}

impl<'c, H: Host> Npm<'c, H> {
    /// Packages that all get this tag.
    pub(super) fn tagged(console: &'c Console<'c, H>, tag: &'c str) -> Self {
        Self {
            console,
            tag: Some(tag),
        }
    }
}

impl<H: Host> Npm<'_, H> {
    fn with_tag(&self, target: &Target<'_>, file: &LocalFile, package: &Package, tag: &Tag) -> Request {
        npm::request(
            target,
            &file.path,
            file.size,
            &file.checksums,
            package,
            tag.name(),
        )
    }
}

impl<H: Host> Kind for Npm<'_, H> {
    type Package = Package;

    fn read(&self, source: &dyn Source, name: &str) -> Result<Package, PackageError> {
        file::read(source, name)
    }

    fn identity(&self, package: &Package) -> (String, String) {
        (package.name.clone(), package.version.clone())
    }

    /// The newest comes last, so that `latest` names it.
    fn order(&self, one: &Package, other: &Package) -> Ordering {
        one.name.cmp(&other.name).then_with(|| one.compare_version(other))
    }

    fn waits(&self, package: &Package, before: &Package) -> bool {
        package.name == before.name
    }

    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Package) -> Request {
        self.with_tag(target, file, package, &Tag::Latest)
    }

    /// The package's document tells more than a HEAD; see [`Kind::prepare`].
    fn stored(&self, _target: &Target<'_>, _file: &LocalFile, _package: &Package) -> Option<Request> {
        None
    }

    async fn prepare<C: Host>(
        &self,
        session: &Session<'_, C>,
        target: &Target<'_>,
        file: &LocalFile,
        package: &Package,
        skip_existing: bool,
    ) -> Result<Option<Request>, Error> {
        let question = npm::published(target, package);
        let published = session.client.call(&question, Published::read).await?;
        if let Some(there) = published.checksums(&package.version) {
            let what = format!("{} {}", package.name, package.version);
            if !skip_existing || there.algorithms().next().is_none() {
                return Err(Error::Published { what });
            }
            return match file.checksums.difference(&there) {
                Some(difference) => Err(Error::Exists { what, difference }),
                None => Ok(None),
            };
        }
        let tag = published.tag(package, self.tag)?;
        if let Tag::PreRelease(tag) = &tag {
            self.console.note(&format!(
                "{}: {} {} is a pre-release and gets the tag {tag}, not latest; --tag chooses another",
                file.path, package.name, package.version
            ));
        }
        Ok(Some(self.with_tag(target, file, package, &tag)))
    }
}
