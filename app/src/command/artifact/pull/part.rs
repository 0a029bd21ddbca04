//! What is there of a file that is on its way: its first bytes (`FILE.part`) and, beside them, what they are the
//! first bytes of (`FILE.part.json`).

use hc_core::api::Request;
use hc_core::api::range::{self, ContentRange, strong_etag};
use hc_core::checksum::{Algorithm, Checksums};
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::super::content;
use super::expected::{Expected, Witness};
use crate::error::Error;
use crate::host::{Entry, EntryKind, Host, HostError, Meter};

/// A content, as the service announced it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Announced {
    /// An ETag means something at its URL only.
    url: String,
    /// A strong one: the rest of the very same content can be asked for.
    etag: Option<String>,
    /// The whole file's length in bytes.
    size: Option<u64>,
    /// The whole file's.
    checksums: Checksums,
    /// Where they were read.
    #[serde(default)]
    witness: Option<Witness>,
}

/// The first bytes of a file.
#[derive(Debug)]
pub(super) struct Part<'h, H> {
    host: &'h H,
    url: String,
    path: String,
    /// The path of the file that is written.
    bytes: String,
    /// The path of the file beside it.
    record: String,
    /// What the bytes are the first of.
    announced: Announced,
    length: u64,
    /// Whether something was put there for this pull, now or before.
    is_begun: bool,
    /// Whether a record is there, of whatever.
    is_recorded: bool,
}

impl<'h, H: Host> Part<'h, H> {
    /// What an earlier pull from `url` into `path` has left; `suffix` is put after the path for as long as the
    /// file is not whole.
    ///
    /// # Errors
    /// When a link has one of the names that are written to.
    pub(super) async fn find(host: &'h H, url: &str, path: &str, suffix: &str) -> Result<Self, Error> {
        let mut part = Self {
            host,
            url: url.to_owned(),
            path: path.to_owned(),
            bytes: format!("{path}{suffix}"),
            record: format!("{path}{suffix}.json"),
            announced: Announced::default(),
            length: 0,
            is_begun: false,
            is_recorded: false,
        };
        part.refuse_links().await?;
        let record = host.read(&part.record).await;
        part.is_recorded = record != Err(HostError::NotFound);
        if let Some(announced) = record.ok().and_then(|bytes| part.recorded(&bytes))
            && let Ok(stat) = host.stat(&part.bytes).await
            && !stat.is_folder
        {
            part.length = stat.size;
            part.announced = announced;
            part.is_begun = true;
        }
        Ok(part)
    }

    /// Refuses to write through a link that somebody put where the parts go.
    async fn refuse_links(&self) -> Result<(), Error> {
        let (folder, _) = self.bytes.rsplit_once('/').unwrap_or((".", ""));
        // A folder that cannot be listed may be written to all the same.
        let entries = self.host.list(&format!("{folder}/")).await.unwrap_or_default();
        for path in [&self.bytes, &self.record] {
            let name = path.rsplit('/').next().unwrap_or_default();
            let is_link = |entry: &Entry| entry.name == name && entry.kind == EntryKind::Link;
            if entries.iter().any(is_link) {
                return Err(Error::Link { path: path.clone() });
            }
        }
        Ok(())
    }

    /// A record that cannot be read is as none, and so is that of another place.
    fn recorded(&self, bytes: &[u8]) -> Option<Announced> {
        let announced: Announced = serde_json::from_slice(bytes).ok()?;
        (announced.url == self.url).then_some(announced)
    }

    /// How many bytes are there.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Whether the rest can be asked for.
    ///
    /// Without an ETag the whole file's checksum is what tells in the end whether it was still the same.
    pub(super) fn can_go_on(&self) -> bool {
        let can_be_told = self.announced.etag.is_some() || self.witness().is_some();
        can_be_told && self.length > 0
    }

    /// `request` for the file as one for its rest, if that can be asked for.
    pub(super) fn rest_of(&self, request: &Request) -> Option<Request> {
        if !self.can_go_on() {
            return None;
        }
        let mut request = request.clone();
        range::ask_from(&mut request, self.rest_begins(), self.announced.etag.as_deref());
        Some(request)
    }

    /// At least one byte is wanted, so that it is the service that says whether the file is still the same.
    fn rest_begins(&self) -> u64 {
        let last = self.announced.size.map(|size| size.saturating_sub(1));
        last.map_or(self.length, |last| self.length.min(last))
    }

    /// Takes the head of a 206: whether its body is what comes after the bytes that are there, of the same
    /// content. Then what is written next comes after them.
    pub(super) fn goes_on_with(&mut self, headers: &HeaderMap) -> bool {
        let Some(range) = ContentRange::read(headers) else {
            return false;
        };
        let (first, known) = (self.rest_begins(), &self.announced);
        let now = Checksums::announced(headers);
        let is_same = strong_etag(headers) == known.etag.as_deref()
            && range.first == first
            && (known.size.is_none() || known.size == range.total)
            && known.checksums.difference(&now).is_none();
        if is_same {
            self.length = first;
            self.announced.size = range.total;
        }
        is_same
    }

    /// Begins anew, with the head of a response that carries the whole file, of which `expected` is told.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub(super) async fn begin(
        &mut self,
        headers: &HeaderMap,
        size: Option<u64>,
        expected: Option<Expected>,
    ) -> Result<(), Error> {
        // A record is never beside bytes that it is not about.
        self.forget().await?;
        self.is_begun = true;
        self.length = 0;
        self.announced = Announced {
            url: self.url.clone(),
            etag: strong_etag(headers).map(str::to_owned),
            size,
            witness: expected.as_ref().map(|expected| expected.witness),
            checksums: expected.map(|expected| expected.checksums).unwrap_or_default(),
        };
        Ok(())
    }

    /// Lets a later run go on with what is there, if the rest can be asked for. Until then nothing is recorded:
    /// most files are whole in a moment.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub(super) async fn keep(&mut self) -> Result<(), Error> {
        if self.is_recorded || !self.can_go_on() {
            return Ok(());
        }
        let record = serde_json::to_vec(&self.announced).map_err(|error| Error::Serialize {
            format: "JSON",
            message: error.to_string(),
        })?;
        self.is_recorded = true;
        let written = self.host.write_at(&self.record, 0, &record).await;
        written.map_err(|error| Error::File {
            path: self.record.clone(),
            error,
        })
    }

    /// Puts `bytes` after those that are there.
    ///
    /// # Errors
    /// When they cannot be written; a full disk, say.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = self.host.write_at(&self.bytes, self.length, bytes).await;
        written.map_err(|error| Error::File {
            path: self.bytes.clone(),
            error,
        })?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// The whole file's length in bytes, if the service told.
    pub(super) fn size(&self) -> Option<u64> {
        self.announced.size
    }

    /// The whole file's checksums, as the service announced them.
    pub(super) fn checksums(&self) -> &Checksums {
        &self.announced.checksums
    }

    /// Where the service told checksums.
    pub(super) fn witness(&self) -> Option<Witness> {
        self.announced.witness
    }

    /// The checksums of all bytes that are there.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) async fn measure(&self, algorithms: &[Algorithm]) -> Result<Checksums, Error> {
        let meter = Meter::default();
        let (_, checksums) = content::measure(self.host, &self.bytes, algorithms, &meter).await?;
        Ok(checksums)
    }

    /// The file is whole: it gets its name.
    ///
    /// # Errors
    /// When it cannot have it.
    pub(super) async fn finish(&mut self) -> Result<(), Error> {
        let stat = self.host.stat(&self.bytes).await;
        let is_whole = stat.as_ref().is_ok_and(|stat| stat.size == self.length);
        if !is_whole {
            // The checksums are those of what came, not of what another pull of it has left there.
            let changed = || HostError::Other("another program changed it meanwhile".to_owned());
            return Err(Error::File {
                path: self.bytes.clone(),
                error: stat.err().unwrap_or_else(changed),
            });
        }
        let renamed = self.host.rename(&self.bytes, &self.path).await;
        renamed.map_err(|error| Error::File {
            path: self.path.clone(),
            error,
        })?;
        self.forget().await
    }

    /// Removes what is there, if a pull of this file put it there.
    pub(super) async fn discard(&mut self) {
        if self.is_begun {
            // What counts is why the file is not wanted, which the user is told.
            let _ = self.host.remove(&self.bytes).await;
            let _ = self.forget().await;
        }
    }

    /// Removes the record, if there is one.
    async fn forget(&mut self) -> Result<(), Error> {
        self.announced = Announced::default();
        if !std::mem::take(&mut self.is_recorded) {
            return Ok(());
        }
        match self.host.remove(&self.record).await {
            Ok(()) | Err(HostError::NotFound) => Ok(()),
            Err(error) => Err(Error::File {
                path: self.record.clone(),
                error,
            }),
        }
    }
}
