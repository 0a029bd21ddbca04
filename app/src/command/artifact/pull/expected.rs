//! What a service tells of a file's content beside the file itself.

use std::cell::OnceCell;

use hc_core::api::files::Location;
use hc_core::checksum::Checksums;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::super::listing;
use crate::command::session::Session;
use crate::error::Error;
use crate::host::Host;
use crate::net::Failure;

/// Where a checksum was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Witness {
    /// The headers of the file's own answer, or of one to a HEAD.
    Headers,
    /// The list of the version's files.
    FileList,
}

/// The checksums of a file, and who told them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) checksums: Checksums,
    pub(super) witness: Witness,
}

impl Expected {
    /// `None` where there are no checksums.
    pub(super) fn new(checksums: Checksums, witness: Witness) -> Option<Self> {
        let is_some = checksums.algorithms().next().is_some();
        is_some.then_some(Self { checksums, witness })
    }
}

/// A file of a version, and what the list of its files tells of it, if that was read.
pub(super) struct Question<'q, H> {
    pub(super) session: &'q Session<'q, H>,
    pub(super) location: Location<'q>,
    pub(super) listed: Option<&'q Checksums>,
    /// What was told, once it was asked.
    pub(super) told: OnceCell<Option<Expected>>,
}

impl<H: Host> Question<'_, H> {
    /// What the service tells of the file where the answer with its content tells nothing: to a HEAD, and in the list
    /// of the version's files. A service that does not answer these tells nothing.
    ///
    /// # Errors
    /// When no answer comes.
    pub(super) async fn ask(&self) -> Result<Option<Expected>, Error> {
        if let Some(told) = self.told.get() {
            return Ok(told.clone());
        }
        let told = match self.listed {
            Some(listed) => Expected::new(listed.clone(), Witness::FileList),
            None => match self.ask_head().await? {
                Some(told) => Some(told),
                None => self.ask_list().await,
            },
        };
        Ok(self.told.get_or_init(|| told).clone())
    }

    /// The same, where `head` is what was answered to a HEAD.
    pub(super) async fn ask_beside(&self, head: &HeaderMap) -> Option<Expected> {
        let told = match Expected::new(Checksums::announced(head), Witness::Headers) {
            Some(told) => Some(told),
            None => match self.listed {
                Some(listed) => Expected::new(listed.clone(), Witness::FileList),
                None => self.ask_list().await,
            },
        };
        self.told.get_or_init(|| told).clone()
    }

    async fn ask_head(&self) -> Result<Option<Expected>, Error> {
        match self.session.client.open(&self.location.head()).await {
            Ok(answer) => Ok(Expected::new(
                Checksums::announced(&answer.headers),
                Witness::Headers,
            )),
            Err(Failure::Api { .. } | Failure::Redirect { .. }) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// What the list of the version's files tells.
    async fn ask_list(&self) -> Option<Expected> {
        let Location {
            target,
            package,
            version,
            file,
        } = self.location;
        match listing::files(self.session, target.registry, package, version, None).await {
            Ok(files) => {
                let found = files.into_iter().find(|listed| listed.name == file);
                found.and_then(|file| Expected::new(file.known_checksums(), Witness::FileList))
            }
            // Packages may be at hand where the API is not.
            Err(_) => None,
        }
    }
}
