//! `/system/info` (v3): what the service says of itself.

use http::Method;
use serde::Deserialize;

use super::body::{Request, Response};
use super::error::{self, ApiError};
use super::service::{BaseUrl, Service};

#[derive(Deserialize)]
struct Info {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    registry_url: String,
}

/// Asks for it.
#[must_use]
pub fn get(service: &Service) -> Request {
    service.v3("/system/info").plain(Method::GET)
}

/// Where packages are put and fetched.
///
/// # Errors
/// What the service said, or that its answer names no URL.
pub fn parse(response: &Response) -> Result<BaseUrl, ApiError> {
    let info: Info = error::parse(response)?;
    BaseUrl::parse(&info.data.registry_url).map_err(|problem| ApiError::Unreadable {
        problem: format!("its registryUrl {problem}"),
        begin: info.data.registry_url,
    })
}
