//! The account group: whether a token and an account are good.

use http::Method;

use super::body::{Request, Response};
use super::error::{ApiError, check};
use super::service::Service;

/// `GET /ng/api/accounts/{account}`: 200 means that the token and the account are good.
#[must_use]
pub fn get(service: &Service) -> Request {
    service.account().plain(Method::GET)
}

/// Whether they are.
///
/// # Errors
/// What the service said.
pub fn parse(response: &Response) -> Result<(), ApiError> {
    check(response)
}
