//! The account group: whether a token and an account are good.

use http::Method;
use serde::de::IgnoredAny;

use super::body::{Request, Response};
use super::error::{self, ApiError};
use super::service::Service;

/// `GET /ng/api/accounts/{account}`: 200 means that the token and the account are good.
#[must_use]
pub fn get(service: &Service) -> Request {
    service.account().plain(Method::GET)
}

/// Whether they are. A page that says 200 to everything is no proof: the answer must be JSON.
///
/// # Errors
/// What the service said.
pub fn parse(response: &Response) -> Result<(), ApiError> {
    error::parse::<IgnoredAny>(response).map(drop)
}
