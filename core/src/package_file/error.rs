//! Why a file is not the package that its name says.

use std::io;

/// Why a package file is refused. `Display` continues a sentence that begins with the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// It is a file of another kind.
    #[error("is not {expected}")]
    Kind {
        /// What it should be, with its article.
        expected: &'static str,
    },
    /// It ends too early, or its compression or checksums are broken.
    #[error("is damaged: {reason}")]
    Damaged {
        /// What is broken.
        reason: String,
    },
    /// An entry would land outside of the folder that the package is unpacked into.
    #[error("has an entry that leads out of its folder: {path:?}")]
    UnsafePath {
        /// The entry's path, or where its link leads.
        path: String,
    },
    /// More is claimed or unpacked than a package can have.
    #[error("is too large: {reason}")]
    TooLarge {
        /// What is, and what is allowed.
        reason: String,
    },
    /// What every package of its type has is not there.
    #[error("has no {what}")]
    Missing {
        /// What.
        what: String,
    },
    /// What must be there once is there twice, so that two readers may see two packages.
    #[error("has {what} twice")]
    Twice {
        /// What.
        what: String,
    },
    /// A file in it says something that cannot be.
    #[error("has a bad {file}: {reason}")]
    Content {
        /// The file in the package.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Its name and its content disagree.
    #[error("should be called {expected} by what it holds")]
    Name {
        /// The name that belongs to the content.
        expected: String,
    },
    /// It cannot be read.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// The machine's words.
        reason: String,
    },
}

impl PackageError {
    /// A stable name of the kind of error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "package-kind",
            Self::Damaged { .. } => "package-damaged",
            Self::UnsafePath { .. } => "package-unsafe-path",
            Self::TooLarge { .. } => "package-too-large",
            Self::Missing { .. } => "package-missing",
            Self::Twice { .. } => "package-twice",
            Self::Content { .. } => "package-content",
            Self::Name { .. } => "package-name",
            Self::Unreadable { .. } => "package-unreadable",
        }
    }

    /// What a decoder says, which is never the source's fault: see [`Watched`](super::source::Watched).
    pub(super) fn decoding(error: &io::Error) -> Self {
        let reason = error.to_string();
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::TooLarge { reason },
            _ => Self::Damaged { reason },
        }
    }

    /// What a source says.
    pub(super) fn unreadable(error: &io::Error) -> Self {
        Self::Unreadable {
            reason: error.to_string(),
        }
    }

    /// A file in the package that cannot be what it should.
    pub(super) fn content(file: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Content {
            file: file.into(),
            reason: reason.into(),
        }
    }

    /// What every package of the type has.
    pub(super) fn missing(what: impl Into<String>) -> Self {
        Self::Missing { what: what.into() }
    }
}
