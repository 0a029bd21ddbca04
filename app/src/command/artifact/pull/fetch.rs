//! A file from a service into a file here: streamed, gone on with where it broke off, checked, and only then given
//! its name.

use hc_core::checksum::{Algorithm, Checksums};
use http::StatusCode;

use super::super::content;
use super::expected::{Expected, Question, Witness};
use super::part::Part;
use crate::apart::apart;
use crate::console::Console;
use crate::error::Error;
use crate::host::{Hasher, Host, HostError};
use crate::net::{Client, Download};
use crate::progress::{Bars, Unit};
use crate::render::size::size;

/// How much is gathered before it is written, in bytes.
const PIECE: usize = 1 << 20;
/// How often a file that broke off is gone on with; the next run goes on from there.
const MOST_CONTINUATIONS: u32 = 8;

/// What is here of a file of the service's.
#[derive(Debug)]
pub(super) struct Fetched {
    /// In bytes.
    pub(super) size: u64,
    /// The SHA-256, and where the service announced others only, the strongest of these.
    pub(super) checksums: Checksums,
    /// Where the service told any.
    pub(super) witness: Option<Witness>,
}

/// A file as the service announces it.
#[derive(Debug)]
pub(super) struct Announced {
    /// In bytes, if it says.
    pub(super) size: Option<u64>,
    pub(super) checksums: Checksums,
    witness: Option<Witness>,
}

/// Fetches files.
pub(super) struct Fetcher<'c, H: Host> {
    pub(super) host: &'c H,
    pub(super) console: &'c Console<'c, H>,
    pub(super) client: &'c Client<'c, H>,
    pub(super) bars: &'c Bars<'c, H>,
    /// What is put after a file's path for as long as it is not whole.
    pub(super) suffix: &'c str,
}

/// How a response ended.
enum End {
    /// All of the file is here. Its checksums, if all of it came with this response.
    Whole(Option<Checksums>),
    /// It broke off.
    Cut(Error),
}

impl<H: Host> Fetcher<'_, H> {
    /// Fetches the file that `question` is about into `path`. Until it is whole it has another name; what does not
    /// become whole stays under that if it can be gone on with.
    ///
    /// # Errors
    /// When it cannot be fetched or written, or is not what the service announced.
    pub(super) async fn fetch(&self, question: &Question<'_, H>, path: &str) -> Result<Fetched, Error> {
        let url = question.location.url();
        let mut part = Part::find(self.host, &url, path, self.suffix).await?;
        let fetched = self.complete(question, path, &mut part).await;
        match &fetched {
            Err(error) if !(part.can_go_on() && may_go_on(error)) => part.discard().await,
            Err(_) => self.console.note(&format!(
                "{} of {path} are kept; the same command goes on from there",
                size(part.length())
            )),
            Ok(_) => {}
        }
        fetched
    }

    /// What the service announces of the file that `question` is about, without its content.
    ///
    /// # Errors
    /// When the file is not there, or the service gives no clear answer.
    pub(super) async fn announced(&self, question: &Question<'_, H>) -> Result<Announced, Error> {
        let answer = self.client.open(&question.location.head()).await?;
        let expected = question.ask_beside(&answer.headers).await;
        if expected.is_none() && answer.is_doubtful() {
            return Err(answer.refuse("it does not look like the answer to a file").into());
        }
        Ok(Announced {
            size: answer.length(),
            witness: expected.as_ref().map(|expected| expected.witness),
            checksums: expected.map(|expected| expected.checksums).unwrap_or_default(),
        })
    }

    /// Whether something stands at `path`.
    ///
    /// # Errors
    /// When the user may not know.
    pub(super) async fn is_there(&self, path: &str) -> Result<bool, Error> {
        match self.host.stat(path).await {
            Ok(_) => Ok(true),
            Err(HostError::NotFound) => Ok(false),
            Err(error) => Err(Error::File {
                path: path.to_owned(),
                error,
            }),
        }
    }

    /// The file at `path`, if it has the content that was announced. Where no checksum was, nobody knows.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) async fn here(&self, path: &str, announced: &Announced) -> Result<Option<Fetched>, Error> {
        if announced.checksums.algorithms().next().is_none() {
            return Ok(None);
        }
        match self.host.stat(path).await {
            Ok(stat) if stat.is_file && announced.size.is_none_or(|size| size == stat.size) => {}
            Ok(_) | Err(HostError::NotFound) => return Ok(None),
            Err(error) => {
                let path = path.to_owned();
                return Err(Error::File { path, error });
            }
        }
        let bar = self
            .bars
            .add(&format!("Reading {path}"), Unit::Bytes, announced.size);
        let algorithms = algorithms(&announced.checksums);
        let (size, checksums) = content::measure(self.host, path, &algorithms, bar.meter()).await?;
        let is_same = checksums.difference(&announced.checksums).is_none();
        Ok(is_same.then_some(Fetched {
            size,
            checksums,
            witness: announced.witness,
        }))
    }

    async fn complete(
        &self,
        question: &Question<'_, H>,
        path: &str,
        part: &mut Part<'_, H>,
    ) -> Result<Fetched, Error> {
        let mut continuations = 0;
        let checksums = loop {
            match apart(self.receive(question, path, part)).await? {
                End::Whole(checksums) => break checksums,
                End::Cut(_) if part.can_go_on() && continuations < MOST_CONTINUATIONS => {
                    continuations += 1;
                    self.client.pause(continuations).await;
                }
                End::Cut(error) => return Err(error),
            }
        };
        let checksums = match checksums {
            Some(checksums) => checksums,
            // It came in pieces, maybe from different runs: what counts is what is on the disk.
            None => part.measure(&algorithms(part.checksums())).await?,
        };
        if let Some(difference) = checksums.difference(part.checksums()) {
            return Err(Error::Checksum {
                what: path.to_owned(),
                difference,
            });
        }
        let fetched = Fetched {
            size: part.length(),
            witness: part.witness(),
            checksums,
        };
        part.finish().await?;
        Ok(fetched)
    }

    /// Sends one request and writes what it brings.
    async fn receive(
        &self,
        question: &Question<'_, H>,
        path: &str,
        part: &mut Part<'_, H>,
    ) -> Result<End, Error> {
        let mut download = self.open(question, path, part).await?;
        let mut hasher = (part.length() == 0).then(|| self.host.hasher(&algorithms(part.checksums())));
        let what = format!("Downloading {path}");
        let bar = self.bars.add(&what, Unit::Bytes, part.size());
        bar.meter().add(part.length());
        let mut gathered = Vec::new();
        let mut pace = self.client.pace();
        loop {
            let chunk = download.chunk().await;
            let count = chunk
                .as_ref()
                .map_or(0, |chunk| chunk.as_ref().map_or(0, Vec::len));
            let is_slow = pace.check(count, &download);
            let is_end = !matches!(chunk, Ok(Some(_))) || is_slow.is_err();
            if let Ok(Some(bytes)) = &chunk {
                gathered.extend_from_slice(bytes);
            }
            if gathered.len() >= PIECE || is_end {
                self.write(path, part, &gathered).await?;
                if let Some(hasher) = &mut hasher {
                    hasher.update(&gathered);
                }
                bar.advance(gathered.len());
                gathered.clear();
            }
            // Going on would be as slow; a later run may find the service faster.
            if let (Ok(Some(_)), Err(slow)) = (&chunk, is_slow) {
                part.keep().await?;
                return Err(slow.into());
            }
            match chunk {
                Ok(Some(_)) if gathered.is_empty() => part.keep().await?,
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(failure) => {
                    part.keep().await?;
                    return Ok(End::Cut(failure.into()));
                }
            }
        }
        match part.size() {
            Some(announced) if announced != part.length() => {
                part.keep().await?;
                Ok(End::Cut(Error::Length {
                    what: path.to_owned(),
                    received: part.length(),
                    announced,
                }))
            }
            _ => Ok(End::Whole(hasher.map(Hasher::finish))),
        }
    }

    /// Writes what came, if it does not go beyond the file's end.
    async fn write(&self, path: &str, part: &mut Part<'_, H>, bytes: &[u8]) -> Result<(), Error> {
        let received = part.length() + bytes.len() as u64;
        match part.size() {
            Some(announced) if received > announced => Err(Error::Length {
                what: path.to_owned(),
                received,
                announced,
            }),
            _ => part.write(bytes).await,
        }
    }

    /// Asks for the rest of the file, or for all of it if that cannot be had; `part` is then as long as what
    /// comes before the response's body.
    async fn open(
        &self,
        question: &Question<'_, H>,
        path: &str,
        part: &mut Part<'_, H>,
    ) -> Result<Download<H::Body>, Error> {
        let request = question.location.get();
        if let Some(rest) = part.rest_of(&request) {
            match self.client.open(&rest).await {
                Ok(download) if download.status == StatusCode::PARTIAL_CONTENT => {
                    if part.goes_on_with(&download.headers) {
                        self.console
                            .step(&format!("Going on with {path} after {}...", size(part.length())));
                        return Ok(download);
                    }
                }
                Ok(download) => return Self::begin(download, question, part).await,
                Err(failure) if failure.status() == Some(StatusCode::RANGE_NOT_SATISFIABLE) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        let download = self.client.open(&request).await?;
        Self::begin(download, question, part).await
    }

    async fn begin(
        download: Download<H::Body>,
        question: &Question<'_, H>,
        part: &mut Part<'_, H>,
    ) -> Result<Download<H::Body>, Error> {
        if !matches!(
            download.status,
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION
        ) {
            return Err(download.refuse("that is not the whole file").into());
        }
        let told = Expected::new(Checksums::announced(&download.headers), Witness::Headers);
        let expected = match told {
            Some(told) => Some(told),
            None => question.ask().await?,
        };
        if expected.is_none() && download.is_doubtful() {
            return Err(download
                .refuse("what comes does not look like a file, and the service tells no checksum of it")
                .into());
        }
        part.begin(&download.headers, download.length(), expected).await?;
        Ok(download)
    }
}

/// Whether what is there may still become the file: the network or the service failed, not the bytes or the disk.
fn may_go_on(error: &Error) -> bool {
    match error {
        Error::Service(failure) => !matches!(
            failure.status(),
            Some(StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::RANGE_NOT_SATISFIABLE)
        ),
        Error::Length {
            received, announced, ..
        } => received < announced,
        _ => false,
    }
}

/// What is computed of a file: its SHA-256, which is shown, and where that was not announced the strongest that
/// was. More would say nothing more, and take longer than the network.
fn algorithms(announced: &Checksums) -> Vec<Algorithm> {
    let mut algorithms = vec![Algorithm::Sha256];
    if announced.get(Algorithm::Sha256).is_none() {
        algorithms.extend(announced.algorithms().last());
    }
    algorithms
}
