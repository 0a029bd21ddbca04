//! What became of a file that was to be fetched.

use hc_core::checksum::{Algorithm, Checksums};
use serde::Serialize;

use super::fetch::Fetched;
use crate::render::records::Column;
use crate::render::size::size;

/// Whether the file is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Pulled,
    Failed,
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
    /// In bytes.
    size: u64,
    checksums: Checksums,
    /// Whether the service announced a checksum, which then was right.
    verified: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Row {
    pub(super) fn pulled(file: String, path: Option<String>, fetched: Fetched) -> Self {
        Self {
            file,
            path,
            status: Status::Pulled,
            size: fetched.size,
            checksums: fetched.checksums,
            verified: fetched.is_verified,
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
            size: 0,
            checksums: Checksums::default(),
            verified: false,
            error: Some(error),
        }
    }
}

/// What a table of one file shows.
pub(super) const ONE: [Column<Row>; 4] = [
    Column("File", Row::place),
    Column("Size", |row| size(row.size)),
    Column("SHA-256", |row| {
        let sha256 = row.checksums.get(Algorithm::Sha256);
        sha256.unwrap_or_default().to_owned()
    }),
    Column("Verified", |row| {
        let word = if row.verified {
            "yes"
        } else {
            "no: the service gave no checksum"
        };
        word.to_owned()
    }),
];

/// What a table of several files shows.
pub(super) const SEVERAL: [Column<Row>; 4] = [
    Column("Status", |row| {
        let word = match row.status {
            Status::Pulled => "pulled",
            Status::Failed => "failed",
        };
        word.to_owned()
    }),
    Column("File", Row::place),
    Column("Size", |row| match row.status {
        Status::Pulled => size(row.size),
        Status::Failed => String::new(),
    }),
    Column("Verified", |row| match (row.status, row.verified) {
        (Status::Failed, _) => String::new(),
        (_, true) => "yes".to_owned(),
        (_, false) => "no".to_owned(),
    }),
];
