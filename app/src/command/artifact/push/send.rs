//! Sending several files: so many at a time, each with its progress, and a summary at the end.

use hc_core::api::push::answer;
use hc_core::api::{ApiError, Part, Request, Response};
use hc_core::checksum::{Algorithm, Checksums};
use serde::Serialize;

use super::super::batch::{each, tell};
use super::existing;
use super::local_file::LocalFile;
use crate::apart::apart;
use crate::args::{Global, Sending};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::{Host, HostError, Meter};
use crate::net::Client;
use crate::output::Format;
use crate::progress::{Bars, Unit};
use crate::render::records::{Column, record, records};
use crate::render::size::size;

/// Reads what a registry answers to the request that pushes a package: the checksums of what it took, as far as it
/// tells any.
pub(super) type ParseAnswer = fn(&Request, &Response) -> Result<Checksums, ApiError>;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// It is in the registry now.
    Pushed,
    /// It was there already, with the same content.
    Skipped,
    /// It would be sent.
    Planned,
    /// It was not taken.
    Failed,
}

/// A file in its registry.
#[derive(Clone, Debug, Serialize)]
struct About {
    package: String,
    version: String,
    /// Its name in the version.
    file: String,
    /// In bytes.
    size: u64,
    checksums: Checksums,
    url: String,
}

/// A file that cannot be pushed as what it should be: nothing was asked of the registry about it.
pub(super) struct Refused {
    /// On this machine.
    pub(super) path: String,
    /// Why. It names the path itself.
    pub(super) error: Error,
}

/// A file, where it goes, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// On this machine.
    path: String,
    /// This and what follows is known of what could be read.
    #[serde(flatten)]
    about: Option<About>,
    status: Status,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Row {
    /// A file that may be sent.
    pub(super) fn new(local: &LocalFile, package: String, version: String, file: &str, url: String) -> Self {
        Self {
            path: local.path.clone(),
            about: Some(About {
                package,
                version,
                file: file.to_owned(),
                size: local.size,
                checksums: local.checksums.clone(),
                url,
            }),
            status: Status::Planned,
            error: None,
        }
    }

    /// A file that is not sent.
    fn refused(Refused { path, error }: &Refused) -> Self {
        Self {
            path: path.clone(),
            about: None,
            status: Status::Failed,
            error: Some(error.to_string()),
        }
    }

    /// A text about what could be read; of another file nothing.
    fn about(&self, text: impl Fn(&About) -> String) -> String {
        self.about.as_ref().map(text).unwrap_or_default()
    }

    /// The row with what became of its file.
    fn with(mut self, outcome: &Result<Status, Error>) -> Self {
        match outcome {
            Ok(status) => self.status = *status,
            Err(error) => {
                self.status = Status::Failed;
                self.error = Some(error.to_string());
            }
        }
        self
    }
}

const COLUMNS: [Column<Row>; 8] = [
    Column("Status", |row| {
        let word = match row.status {
            Status::Pushed => "pushed",
            Status::Skipped => "skipped",
            Status::Planned => "would be pushed",
            Status::Failed => "failed",
        };
        word.to_owned()
    }),
    Column("Package", |row| row.about(|about| about.package.clone())),
    Column("Version", |row| row.about(|about| about.version.clone())),
    Column("File", |row| {
        let file = row.about.as_ref().map(|about| &about.file);
        file.unwrap_or(&row.path).clone()
    }),
    Column("Size", |row| row.about(|about| size(about.size))),
    Column("SHA-256", |row| {
        row.about(|about| {
            let sha256 = about.checksums.get(Algorithm::Sha256);
            sha256.unwrap_or_default().to_owned()
        })
    }),
    Column("Link", |row| row.about(|about| about.url.clone())),
    Column("Error", |row| row.error.clone().unwrap_or_default()),
];
/// How many of them a table of several files has room for.
const IN_TABLE: usize = 6;

/// What the files of one command have in common.
pub(super) struct Sender<'c, H: Host> {
    host: &'c H,
    console: &'c Console<'c, H>,
    format: Format,
    options: &'c Sending,
    bars: Bars<'c, H>,
}

impl<'c, H: Host> Sender<'c, H> {
    pub(super) fn new(
        host: &'c H,
        console: &'c Console<'c, H>,
        global: &Global,
        options: &'c Sending,
    ) -> Self {
        Self {
            host,
            console,
            format: global.format,
            options,
            bars: Bars::new(host, console),
        }
    }

    /// Whether what is there with the same content is left alone.
    pub(super) fn skips_existing(&self) -> bool {
        self.options.skip_existing
    }

    /// Reads a file, and shows how far that has come.
    ///
    /// # Errors
    /// When it is no file, or cannot be read.
    pub(super) async fn read(&self, path: &str) -> Result<LocalFile, Error> {
        let stat = match self.host.stat(path).await {
            Ok(stat) if stat.is_file => Ok(stat),
            Ok(stat) if stat.is_folder => Err(HostError::IsFolder),
            // Opening a pipe would wait for whoever writes to it, and what it gives cannot be read again.
            Ok(_) => Err(HostError::IsSpecial),
            // In a folder's list this stands for what cannot be read as text.
            Err(HostError::NotFound) if path.contains('\u{fffd}') => Err(HostError::Other(
                "not found; its name may not be valid Unicode: rename it".to_owned(),
            )),
            Err(error) => Err(error),
        };
        let stat = stat.map_err(|error| Error::File {
            path: path.to_owned(),
            error,
        })?;
        let what = format!("Reading {path}");
        let bar = self.bars.add(&what, Unit::Bytes, Some(stat.size));
        self.bars
            .watch(apart(LocalFile::read(self.host, path, bar.meter())))
            .await
    }

    /// Does what takes long, of `total` bytes, and shows how far it has come.
    pub(super) async fn working<T>(&self, what: &str, total: u64, work: impl AsyncFnOnce(&Meter) -> T) -> T {
        let bar = self.bars.add(what, Unit::Bytes, Some(total));
        self.bars.watch(work(bar.meter())).await
    }

    /// Sends a request for a file, and shows how far that has come. `parse` reads the answer.
    ///
    /// # Errors
    /// When the service does not take it, or announces that it took another content.
    pub(super) async fn send(
        &self,
        client: &Client<'_, H>,
        file: &LocalFile,
        request: &Request,
        parse: ParseAnswer,
    ) -> Result<Status, Error> {
        self.transfer(client, file, request, parse).await?;
        Ok(Status::Pushed)
    }

    /// Sends a request that puts a file where `stored`, a HEAD, finds it: where the answer announces no checksum,
    /// what is there is looked at.
    ///
    /// # Errors
    /// As for [`Sender::send`], and when something else is there, or nothing.
    pub(super) async fn put(
        &self,
        client: &Client<'_, H>,
        file: &LocalFile,
        request: &Request,
        stored: &Request,
    ) -> Result<Status, Error> {
        let taken = self.transfer(client, file, request, answer::parse).await?;
        if taken.algorithms().next().is_none() {
            existing::confirm(client, stored, file).await?;
        }
        Ok(Status::Pushed)
    }

    async fn transfer(
        &self,
        client: &Client<'_, H>,
        file: &LocalFile,
        request: &Request,
        parse: ParseAnswer,
    ) -> Result<Checksums, Error> {
        let length = request.body().iter().map(Part::length).sum();
        self.console
            .step(&format!("Uploading {} ({})...", file.path, size(file.size)));
        let bar = self
            .bars
            .add(&format!("Uploading {}", file.path), Unit::Bytes, Some(length));
        let parse = |response: &Response| parse(request, response);
        let taken = apart(client.upload(request, bar.meter(), parse)).await?;
        drop(bar);
        if let Some(difference) = file.checksums.difference(&taken) {
            return Err(Error::OtherTaken { difference });
        }
        self.console.step(&format!("Uploaded {}", file.path));
        Ok(taken)
    }

    /// Whether the files that are left are pushed where some of `all` were refused.
    ///
    /// # Errors
    /// When it is the only one, with what is wrong with it; when none is left, or the user wants all or nothing.
    pub(super) fn goes_on_without(
        &self,
        mut refused: Vec<Refused>,
        all: usize,
    ) -> Result<Vec<Refused>, Error> {
        if all == 1
            && let Some(Refused { error, .. }) = refused.pop()
        {
            return Err(error);
        }
        if refused.is_empty() || (refused.len() < all && !self.options.all_or_nothing) {
            return Ok(refused);
        }
        for Refused { error, .. } in &refused {
            self.console.error(error);
        }
        Err(Error::Refused {
            refused: refused.len(),
            all,
        })
    }

    /// Lets `send` send all `items`, so many at a time as the user wants, and prints what became of each, and of those
    /// that were refused before. With `--dry-run` nothing is sent.
    ///
    /// # Errors
    /// When some were not taken, or refused.
    pub(super) async fn all<T>(
        &self,
        items: &[T],
        refused: Vec<Refused>,
        row: impl Fn(&T) -> Row,
        send: impl AsyncFn(&T) -> Result<Status, Error>,
    ) -> Result<ExitStatus, Error> {
        let outcomes = if self.options.dry_run {
            items.iter().map(|_| Ok(Status::Planned)).collect()
        } else {
            each(&self.bars, self.options.jobs, items, send).await
        };
        let mut rows = Vec::with_capacity(items.len());
        let mut failures = Vec::new();
        for (item, outcome) in items.iter().zip(outcomes) {
            let row = row(item).with(&outcome);
            failures.extend(outcome.err().map(|error| (row.path.clone(), error)));
            rows.push(row);
        }
        rows.extend(refused.iter().map(Row::refused));
        self.print(&rows)?;
        let refused = refused.into_iter().map(|refused| refused.error).collect();
        tell(self.console, refused, failures, rows.len())
    }

    fn print(&self, rows: &[Row]) -> Result<(), Error> {
        let text = match (self.format, rows) {
            (Format::Table, [row]) => record(self.format, &COLUMNS, row)?,
            (format, rows) => records(format, &COLUMNS[..IN_TABLE], rows)?,
        };
        self.console.result(&text)
    }
}
