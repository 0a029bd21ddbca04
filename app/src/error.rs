//! Why a command ended without its result.

use hc_core::error::InputError;

use crate::ExitStatus;
use crate::host::HostError;

/// Why a command ended without its result. `Display` is one line for the person who typed it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file cannot be used.
    #[error("{0}")]
    Input(#[from] InputError),
    /// The arguments contradict each other or what is at hand.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// This program cannot do it.
    #[error("{message}")]
    Unsupported {
        /// What cannot be done.
        message: String,
        /// What to do instead.
        help: String,
    },
    /// What was asked about is not there.
    #[error("no dependency called {package} in {files}")]
    NoSuchPackage {
        /// What was asked about.
        package: String,
        /// Where it was looked for.
        files: String,
    },
    /// The results could not be written.
    #[error("the output cannot be written: {0}")]
    Output(HostError),
    /// The results could not be put into their format.
    #[error("the result cannot be written as {format}: {message}")]
    Serialize {
        /// JSON or YAML.
        format: &'static str,
        /// The serializer's words.
        message: String,
    },
}

impl Error {
    /// What to do about it, if there is something to do.
    pub(crate) fn help(&self) -> Option<&str> {
        match self {
            Self::Input(error) => error.help.as_deref(),
            Self::Usage { help, .. } | Self::Unsupported { help, .. } => Some(help),
            Self::NoSuchPackage { .. } => Some("`hc deps FILE` lists the names"),
            Self::Output(_) | Self::Serialize { .. } => None,
        }
    }

    /// A stable name of the kind of error.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Input(error) => error.code.as_str(),
            Self::Usage { .. } => "usage",
            Self::Unsupported { .. } => "unsupported",
            Self::NoSuchPackage { .. } => "no-such-package",
            Self::Output(_) => "output",
            Self::Serialize { .. } => "serialize",
        }
    }

    pub(crate) fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Usage { .. } => ExitStatus::Usage,
            _ => ExitStatus::Failure,
        }
    }
}
