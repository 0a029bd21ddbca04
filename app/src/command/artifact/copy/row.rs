//! What became of a version.

use serde::Serialize;

use crate::error::Error;
use crate::render::records::Column;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// It is there now.
    Copied,
    /// It was there already, with the same content.
    Skipped,
    /// It would be copied.
    Planned,
    /// It was not taken, or not all of it.
    Failed,
}

/// A file of a version.
#[derive(Clone, Debug, Serialize)]
pub(super) struct File {
    pub(super) name: String,
    /// As the source lists it, or where it lists none, of what was fetched.
    pub(super) sha256: Option<String>,
}

/// A version, and what became of it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) package: String,
    pub(super) version: String,
    pub(super) files: Vec<File>,
    pub(super) status: Status,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

impl Row {
    pub(super) fn new(
        package: &str,
        version: &str,
        files: Vec<File>,
        outcome: &Result<Status, Error>,
    ) -> Self {
        Self {
            package: package.to_owned(),
            version: version.to_owned(),
            files,
            status: *outcome.as_ref().unwrap_or(&Status::Failed),
            error: outcome.as_ref().err().map(ToString::to_string),
        }
    }
}

pub(super) const COLUMNS: [Column<Row>; 5] = [
    Column("Status", |row| {
        let word = match row.status {
            Status::Copied => "copied",
            Status::Skipped => "skipped",
            Status::Planned => "would be copied",
            Status::Failed => "failed",
        };
        word.to_owned()
    }),
    Column("Package", |row| row.package.clone()),
    Column("Version", |row| row.version.clone()),
    Column("Files", |row| row.files.len().to_string()),
    Column("Error", |row| row.error.clone().unwrap_or_default()),
];
