//! The account group: whether a token and an account are good.

use http::Method;
use serde::Deserialize;

use super::body::{Request, Response};
use super::error::{self, ApiError};
use super::service::Service;

/// `GET /ng/api/accounts/{account}`: 200 means that the token and the account are good.
#[must_use]
pub fn get(service: &Service) -> Request {
    service.account().plain(Method::GET)
}

/// Whether they are. A server that says 200 to everything is no proof: the answer must name the account.
///
/// # Errors
/// What the service said, or that it is no account's record.
pub fn parse(response: &Response) -> Result<(), ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Account,
    }
    #[derive(Deserialize)]
    struct Account {
        identifier: String,
    }
    let account = error::parse::<Envelope>(response)?.data;
    if account.identifier.is_empty() {
        return Err(ApiError::unfit("it names no account", response));
    }
    Ok(())
}
