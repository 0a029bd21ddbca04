//! Why a request has no usable answer.

use std::time::Duration;

use hc_core::api::ApiError;
use http::{StatusCode, Uri};

use crate::host::{NetError, NetErrorKind};

/// The largest answer of an API that is read, in bytes.
pub(super) const LARGEST_ANSWER: usize = 64 << 20;

/// Why a request has no usable answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// No response came.
    #[error("{}", unreached(place, error))]
    Net {
        /// Host and port that were asked.
        place: String,
        /// Why.
        error: NetError,
    },
    /// A response came, but it is not the result.
    #[error("{place}: {error}")]
    Api {
        /// Host and port that were asked.
        place: String,
        /// What it said.
        error: ApiError,
        /// How long the service asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The service led elsewhere.
    #[error("{place} leads to {target}, which is not followed")]
    Redirect {
        /// Host and port that were asked.
        place: String,
        /// Where it leads.
        target: String,
    },
    /// A name in the URL would lead elsewhere: whoever sends or reads it takes `.` and `..` for folders, encoded
    /// or not (RFC 3986, 5.2.4).
    #[error("{place} was not asked: a name that is only dots stands for a folder in a URL")]
    DotName {
        /// Host and port that were not asked.
        place: String,
    },
    /// A file comes so slowly that it need not come to an end.
    #[error("{place} sent {received} bytes in {seconds} s")]
    Slow {
        /// Host and port that it comes from.
        place: String,
        /// How many bytes came.
        received: u64,
        /// In how many seconds.
        seconds: u64,
    },
    /// A list has more pages or items than any registry.
    #[error("the list does not end: {told}")]
    Endless {
        /// What there is too much of.
        told: String,
    },
    /// The answer is too large to be one.
    #[error("{place} answered more than {LARGEST_ANSWER} bytes")]
    TooLarge {
        /// Host and port that were asked.
        place: String,
    },
}

impl Failure {
    /// Whether a web page came in the place of an answer.
    pub(crate) fn is_web_page(&self) -> bool {
        matches!(
            self,
            Self::Api {
                error: ApiError::WebPage { .. },
                ..
            }
        )
    }

    /// The status of the response, if one came.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api { error, .. } => error.status(),
            _ => None,
        }
    }
}

/// Why no response came. A file that cannot be read is no fault of the way to a service.
fn unreached(place: &str, error: &NetError) -> String {
    match &error.kind {
        NetErrorKind::File { .. } => error.to_string(),
        _ => format!("{place} cannot be reached: {error}"),
    }
}

/// Host and port, as a person knows a service.
pub(super) fn place(uri: &Uri) -> String {
    let host = uri.host().unwrap_or("(no host)");
    match uri.port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
