//! What is sent as it is: generic files, and the three files of a Go module.

use hc_core::api::files::Location;
use hc_core::api::place::Listed;
use hc_core::api::push::{answer, go};
use hc_core::package_file::PackageError;
use hc_core::package_file::go::{Module, ModulePath, Version};

use super::super::existing::{self, Existing, Place};
use super::{LocalFile, Relay, Sent, upload};
use crate::error::Error;
use crate::host::Host;

/// The largest `go.mod`, and what a proxy tells of a version, in bytes.
const MAX_TEXT: u64 = 16 << 20;

impl<H: Host> Relay<'_, H> {
    /// Another content in a file's place is not replaced, as a push would: it may be what somebody needs there.
    pub(super) async fn generic(&self, version: &Listed<'_>, files: &[LocalFile]) -> Result<Sent, Error> {
        let mut sent = Sent::Nothing;
        for file in files {
            let location = Location {
                target: self.target,
                package: version.package,
                version: version.version,
                file: &file.name,
            };
            let place = Place {
                registry: self.target.registry,
                package: version.package,
                version: version.version,
                file: &file.name,
            };
            let head = location.head();
            match existing::look(self.to, &head, &place, &file.checksums).await? {
                Existing::Same => continue,
                Existing::Other(difference) => {
                    let what = format!("{} of {} {}", file.name, version.package, version.version);
                    return Err(Error::Exists { what, difference });
                }
                Existing::Nothing | Existing::Unknown => {}
            }
            let request = location.put(file.content(), &file.checksums.headers());
            let taken = upload(&self.to.client, file, &request, answer::parse).await?;
            if taken.algorithms().next().is_none() {
                existing::confirm(&self.to.client, &head, file).await?;
            }
            sent = Sent::Some;
        }
        Ok(sent)
    }

    pub(super) async fn module(&self, version: &Listed<'_>, files: &[LocalFile]) -> Result<Sent, Error> {
        let refused = |reason: String| Error::Package {
            path: format!("{}@{}", version.package, version.version),
            error: PackageError::Content {
                file: "Go module".to_owned(),
                reason,
            },
        };
        let module = ModulePath::parse(version.package)
            .and_then(|path| Module::new(path, Version::parse(version.version)?))
            .map_err(|error| refused(error.to_string()))?;
        let ending = |ending: &str| {
            let found = files.iter().find(|file| file.name.ends_with(ending));
            found.ok_or_else(|| refused(format!("it has no {ending} file")))
        };
        let zip = ending(".zip")?;
        let place = Place {
            registry: self.target.registry,
            package: version.package,
            version: version.version,
            file: &zip.name,
        };
        let head = go::stored(&self.target, &module);
        if existing::may_skip(self.to, &head, &place, &zip.checksums).await? {
            return Ok(Sent::Nothing);
        }
        let text = async |file: &LocalFile| {
            if file.size > MAX_TEXT {
                return Err(refused(format!("{} has {} bytes", file.name, file.size)));
            }
            let read = self.host.read(&file.path).await;
            read.map_err(|error| Error::File {
                path: file.path.clone(),
                error,
            })
        };
        let parts = go::Files {
            go_mod: text(ending(".mod")?).await?,
            info: text(ending(".info")?).await?,
            zip: zip.content(),
        };
        let request = go::request(&self.target, &module, parts, &zip.checksums);
        upload(&self.to.client, zip, &request, answer::parse).await?;
        Ok(Sent::Some)
    }
}
