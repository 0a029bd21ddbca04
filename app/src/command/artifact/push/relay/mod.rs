//! Pushing what was fetched from another service: the same requests as a push of files, without the names and notes
//! that only make sense for files of the user's.

mod cargo;
mod files;
mod maven;

use hc_core::api::place::Listed;
use hc_core::api::push::Target;
use hc_core::api::{Request, cargo_index};
use hc_core::checksum::Checksums;

pub(in super::super) use super::local_file::LocalFile;

use super::kind::Kind;
use super::send::ParseAnswer;
use super::{composer, conda, dart, npm, nuget, python, rpm};
use crate::apart::apart;
use crate::command::session::Session;
use crate::error::Error;
use crate::host::{Host, Meter};
use crate::net::Client;
use crate::package_source;

/// The way from one registry to another.
pub(in super::super) struct Relay<'r, H> {
    pub(in super::super) host: &'r H,
    pub(in super::super) from: &'r Session<'r, H>,
    pub(in super::super) source: Target<'r>,
    pub(in super::super) to: &'r Session<'r, H>,
    pub(in super::super) target: Target<'r>,
}

/// What of a version was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Sent {
    /// At least one file.
    Some,
    /// Nothing: all was there.
    Nothing,
}

impl Sent {
    fn and(self, is_sent: bool) -> Self {
        if is_sent { Self::Some } else { self }
    }
}

impl<H: Host> Relay<'_, H> {
    /// Pushes a version's files. `tag` is for npm.
    ///
    /// # Errors
    /// When one is not what it should be, not taken, or another one is in its place.
    pub(in super::super) async fn version(
        &self,
        version: &Listed<'_>,
        files: &[LocalFile],
        tag: &str,
    ) -> Result<Sent, Error> {
        match version.package_type {
            "CARGO" => {
                let request = cargo_index::get(&self.source, version.package);
                let parse = |response: &_| cargo_index::parse(response, version.version);
                let entry = self.from.client.fetch(&request, parse).await?;
                apart(self.packages(&cargo::Cargo { entry }, files)).await
            }
            "COMPOSER" => apart(self.packages(&composer::Composer, files)).await,
            "CONDA" => apart(self.packages(&conda::Conda, files)).await,
            "DART" => apart(self.packages(&dart::Dart, files)).await,
            "GO" => apart(self.module(version, files)).await,
            "MAVEN" => apart(self.artifact(version, files)).await,
            "NPM" => apart(self.packages(&npm::Npm::tagged(self.to.client.console(), tag), files)).await,
            "NUGET" => apart(self.packages(&nuget::Nuget { folder: None }, files)).await,
            "PYTHON" => apart(self.packages(&python::Python, files)).await,
            "RPM" => apart(self.packages(&rpm::Rpm, files)).await,
            _ => apart(self.generic(version, files)).await,
        }
    }

    async fn packages<K: Kind>(&self, kind: &K, files: &[LocalFile]) -> Result<Sent, Error> {
        let mut sent = Sent::Nothing;
        for file in files {
            let source = package_source::of(self.host, &file.path, file.size);
            let package = kind.read(&source, &file.name).map_err(|error| Error::Package {
                path: file.name.clone(),
                error,
            })?;
            let prepared = kind.prepare(self.to, &self.target, file, &package, true).await?;
            if let Some(request) = &prepared {
                upload(&self.to.client, file, request, K::ANSWER).await?;
            }
            sent = sent.and(prepared.is_some());
        }
        Ok(sent)
    }
}

/// Sends a file, and gives what the service tells of what it took.
async fn upload<H: Host>(
    client: &Client<'_, H>,
    file: &LocalFile,
    request: &Request,
    parse: ParseAnswer,
) -> Result<Checksums, Error> {
    let parse = |response: &_| parse(request, response);
    let taken = apart(client.upload(request, &Meter::default(), parse)).await?;
    match file.checksums.difference(&taken) {
        Some(difference) => Err(Error::OtherTaken { difference }),
        None => Ok(taken),
    }
}
