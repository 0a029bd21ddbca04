//! What became of a file that was to be fetched.

use hc_core::checksum::{Algorithm, Checksums};
use serde::Serialize;

use super::expected::Witness;
use super::fetch::{Announced, Fetched};
use crate::render::records::Column;
use crate::render::size::size;

/// Whether the file is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Pulled,
    /// It was here already, with the same content.
    Skipped,
    /// It would be pulled.
    Planned,
    Failed,
}

impl Status {
    /// As tables show it.
    fn word(self) -> String {
        let word = match self {
            Self::Pulled => "pulled",
            Self::Skipped => "skipped",
            Self::Planned => "would be pulled",
            Self::Failed => "failed",
        };
        word.to_owned()
    }
}

/// What became of a file that did not fail.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was fetched.
    Pulled(Fetched),
    /// It was here already.
    Skipped(Fetched),
    /// This would be fetched.
    Planned(Announced),
}

/// A file, where it is now, and what became of it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// Its name in the version.
    file: String,
    /// On this machine, if it may have a place there.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    status: Status,
    /// In bytes; `None` where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    checksums: Checksums,
    /// Whether the service announced a checksum, which then was right.
    verified: bool,
    /// Where that checksum was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_against: Option<Witness>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Row {
    pub(super) fn new(file: String, path: Option<String>, outcome: Outcome) -> Self {
        let (status, size, checksums, witness) = match outcome {
            Outcome::Pulled(it) => (Status::Pulled, Some(it.size), it.checksums, it.witness),
            Outcome::Skipped(it) => (Status::Skipped, Some(it.size), it.checksums, it.witness),
            Outcome::Planned(it) => (Status::Planned, it.size, it.checksums, None),
        };
        Self {
            file,
            path,
            status,
            size,
            checksums,
            verified: witness.is_some(),
            verified_against: witness,
            error: None,
        }
    }

    /// Where it is, or its name where it has no place.
    fn place(&self) -> String {
        self.path.clone().unwrap_or_else(|| self.file.clone())
    }

    pub(super) fn failed(file: String, path: Option<String>, error: String) -> Self {
        Self {
            file,
            path,
            status: Status::Failed,
            size: None,
            checksums: Checksums::default(),
            verified: false,
            verified_against: None,
            error: Some(error),
        }
    }
}

fn shown_size(row: &Row) -> String {
    row.size.map(size).unwrap_or_default()
}

/// Whether a file that is here was verified; `no` is what is shown where it was not.
fn verified(row: &Row, no: &str) -> String {
    let word = match (row.status, row.verified_against) {
        (Status::Planned | Status::Failed, _) => "",
        (_, Some(Witness::Headers)) => "yes",
        (_, Some(Witness::FileList)) => "yes, by the list of files",
        (_, None) => no,
    };
    word.to_owned()
}

/// What a table of one file shows.
pub(super) const ONE: [Column<Row>; 5] = [
    Column("Status", |row| row.status.word()),
    Column("File", Row::place),
    Column("Size", shown_size),
    Column("SHA-256", |row| {
        let sha256 = row.checksums.get(Algorithm::Sha256);
        sha256.unwrap_or_default().to_owned()
    }),
    Column("Verified", |row| {
        verified(row, "no: the service gave no checksum")
    }),
];

/// What a table of several files shows.
pub(super) const SEVERAL: [Column<Row>; 4] = [
    Column("Status", |row| row.status.word()),
    Column("File", Row::place),
    Column("Size", shown_size),
    Column("Verified", |row| verified(row, "no")),
];
