//! Why the server could not start or go on.

use std::io;
use std::path::PathBuf;

use hc_core::error::InputError;

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
    /// The key cannot be sent in a header.
    #[error("the token must be of visible ASCII characters without spaces, and not empty")]
    Token,
    /// The policy or an advisory file is wrong.
    #[error("{0}")]
    Input(#[from] InputError),
}

impl Error {
    /// Names the file that an error of the system is about.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
