//! A file on its way in.

use hc_core::api::ApiError;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};

use super::client::Failure;
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

    /// This is not what was asked for, as `message` says.
    pub(crate) fn refuse(&self, message: &str) -> Failure {
        Failure::Api {
            place: self.place.clone(),
            error: ApiError::Refused {
                status: self.status,
                code: None,
                message: message.to_owned(),
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
