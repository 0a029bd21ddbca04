//! What a package type adds to the pushing of its files.

use std::cmp::Ordering;

use hc_core::api::Request;
use hc_core::api::push::{Target, answer};
use hc_core::package_file::{PackageError, Source};

use super::existing::{Place, may_skip};
use super::local_file::LocalFile;
use super::send::ParseAnswer;
use crate::command::session::Session;
use crate::error::Error;
use crate::host::Host;

/// A package type whose packages are files.
pub(super) trait Kind {
    /// What its packages say of themselves.
    type Package;

    /// The endings of its packages' names, where a folder stands for the packages in it.
    const IN_FOLDERS: &'static [&'static str] = &[];

    /// Reads what the registry answers to a push.
    const ANSWER: ParseAnswer = answer::parse;

    /// Reads a package that is called `name`.
    ///
    /// # Errors
    /// When it is no such package.
    fn read(&self, source: &dyn Source, name: &str) -> Result<Self::Package, PackageError>;

    /// The package's name and version, as its registry lists them.
    fn identity(&self, package: &Self::Package) -> (String, String);

    /// The version under which the service lists the package's files.
    fn listed_version(&self, package: &Self::Package) -> String {
        self.identity(package).1
    }

    /// What must be said about a package that is pushed all the same.
    fn note(&self, _package: &Self::Package) -> Option<String> {
        None
    }

    /// The order in which packages are sent that are pushed together; as the user named them where it is equal.
    fn order(&self, _one: &Self::Package, _other: &Self::Package) -> Ordering {
        Ordering::Equal
    }

    /// Whether a package is sent only when the one before it has been.
    fn waits(&self, _package: &Self::Package, _before: &Self::Package) -> bool {
        false
    }

    /// The request that pushes it.
    fn request(&self, target: &Target<'_>, file: &LocalFile, package: &Self::Package) -> Request;

    /// The request, a HEAD, that shows whether it is there; `None` where the registry cannot be asked.
    fn stored(&self, target: &Target<'_>, file: &LocalFile, package: &Self::Package) -> Option<Request>;

    /// Looks at what is there, as far as that decides, and gives the request that pushes the package; `None` if
    /// the registry has this very file and that is to be left alone.
    ///
    /// # Errors
    /// When the registry has another file in its place, or gives no clear answer.
    async fn prepare<H: Host>(
        &self,
        session: &Session<'_, H>,
        target: &Target<'_>,
        file: &LocalFile,
        package: &Self::Package,
        skip_existing: bool,
    ) -> Result<Option<Request>, Error> {
        let stored = self.stored(target, file, package).filter(|_| skip_existing);
        let (name, _) = self.identity(package);
        let version = self.listed_version(package);
        let place = Place {
            registry: target.registry,
            package: &name,
            version: &version,
            file: &file.name,
        };
        if let Some(head) = stored
            && may_skip(session, &head, &place, &file.checksums).await?
        {
            return Ok(None);
        }
        Ok(Some(self.request(target, file, package)))
    }
}
