//! The only door to the world: all that the program asks of the machine it runs on.

use std::future::Future;

/// What a machine can do for the program. Native, Node, the browser and tests each implement it.
///
/// Paths are text as the user wrote them, `/` or the system's own separator between parts; relative ones
/// are relative to where the program was started. No future needs to be `Send`: there is one thread.
pub trait Host {
    /// The value of an environment variable, if it is set to valid Unicode.
    fn env(&self, name: &str) -> Option<String>;

    /// Whether a person looks at this stream, so that colour helps.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// Writes all of `text`.
    ///
    /// # Errors
    /// When the reader has gone or the device is full.
    fn print(&self, stream: Stream, text: &str) -> Result<(), HostError>;

    /// All bytes of a file.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn read(&self, path: &str) -> impl Future<Output = Result<Vec<u8>, HostError>>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be read.
    fn list(&self, path: &str) -> impl Future<Output = Result<Vec<Entry>, HostError>>;

    /// The absolute path of `path`, without asking whether it exists.
    ///
    /// # Errors
    /// When the current folder is gone.
    fn absolute(&self, path: &str) -> Result<String, HostError>;
}

/// One of the program's two outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Results, and nothing else.
    Stdout,
    /// Progress, notes and errors.
    Stderr,
}

/// A name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, without the folder.
    pub name: String,
    /// Whether it is itself a folder; a link to one is not.
    pub is_folder: bool,
}

/// Why the machine could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// There is nothing at that path.
    #[error("no such file or folder")]
    NotFound,
    /// A folder stands where a file was expected.
    #[error("is a folder, not a file")]
    IsFolder,
    /// A file stands where a folder was expected.
    #[error("is a file, not a folder")]
    IsFile,
    /// The user may not do that.
    #[error("permission denied")]
    PermissionDenied,
    /// The reader of an output has gone (`hc … | head`).
    #[error("the reader of the output has gone")]
    BrokenPipe,
    /// Anything else, in the machine's words.
    #[error("{0}")]
    Other(String),
}
