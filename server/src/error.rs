//! Why the server could not start or go on.

use std::io;
use std::path::PathBuf;

use hc_core::error::InputError;
use rusqlite::ErrorCode;

/// Why the server could not start or go on. `Display` is for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder of the data folder, or one that the settings name, cannot be used.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another server has the data folder open.
    #[error(
        "{}: another `hc serve` is using this folder; stop it, or choose another folder with --data",
        .path.display()
    )]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// The folder holds contents, and no records that say what they are.
    #[error(
        "{}: it holds the contents of packages and no records.sqlite that says what they are; put that back from a \
         backup, or choose another folder with --data (nothing was changed)",
        .path.display()
    )]
    RecordsGone {
        /// The data folder.
        path: PathBuf,
    },
    /// The folder is somebody else's.
    #[error(
        "{}: it holds {:?}, which is no part of a registry; choose an empty folder, or one that is not there yet, \
         with --data (nothing was changed)",
        .path.display(), .entry
    )]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// What was found in it.
        entry: PathBuf,
    },
    /// The database is one of another program.
    #[error("records.sqlite is the database of another program; choose another folder with --data")]
    NotRecords,
    /// The records were written by a later version of this program.
    #[error(
        "the records are of format {found}, and this version of hc reads formats up to {known}; use a newer hc"
    )]
    Newer {
        /// The format found.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// The records cannot be read or written.
    #[error("the records cannot be opened: {0}")]
    Records(#[from] rusqlite::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address as it was given.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// A setting is not what it should be.
    #[error("{text:?} is not {expected}")]
    Setting {
        /// The setting as it was given.
        text: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The key cannot be sent in a header.
    #[error("the token must be of visible ASCII characters without spaces, and not empty")]
    Token,
    /// The policy or an advisory file is wrong.
    #[error("{0}")]
    Input(#[from] InputError),
}

impl Error {
    /// Whether there may be no room on the disk. SQLite tells of that by several errors of the system's.
    pub(crate) fn may_be_full(&self) -> bool {
        match self {
            Self::File { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Records(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen)
            ),
            _ => false,
        }
    }

    /// Names the file that an error of the system is about.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
