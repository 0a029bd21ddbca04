//! A file on its way in.

use hc_core::api::ApiError;
use hc_core::api::error::is_html;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use super::failure::Failure;
use crate::host::Body;

/// The good response to a request for a file; its body is still to come.
#[derive(Debug)]
pub(crate) struct Download<B> {
    /// Host and port that it comes from.
    pub(super) place: String,
    /// The response's status.
    pub(crate) status: StatusCode,
    /// The response's headers.
    pub(crate) headers: HeaderMap,
    pub(super) body: B,
}

impl<B: Body> Download<B> {
    /// How many bytes will come, if the service says.
    pub(crate) fn length(&self) -> Option<u64> {
        self.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }

    /// Whether it may be something else than a file: a web page, an answer of an API, or nothing. What is sent as a
    /// file to be saved is one, whatever it holds.
    pub(crate) fn is_doubtful(&self) -> bool {
        let is_json = self.headers.get(CONTENT_TYPE).is_some_and(|value| {
            value
                .to_str()
                .is_ok_and(|value| value.starts_with("application/json"))
        });
        let may_be_else = is_html(&self.headers) || is_json || self.length() == Some(0);
        may_be_else && !self.headers.contains_key(CONTENT_DISPOSITION)
    }

    /// This is not what was asked for, as `problem` says.
    pub(crate) fn refuse(&self, problem: &str) -> Failure {
        Failure::Api {
            place: self.place.clone(),
            error: ApiError::NotTheFile {
                status: self.status,
                problem: problem.to_owned(),
            },
            retry_after: None,
        }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks, or nothing comes in time.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        self.body.chunk().await.map_err(|error| Failure::Net {
            place: self.place.clone(),
            error,
        })
    }
}
