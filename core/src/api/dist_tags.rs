//! npm: the names that stand for versions of a package.

use std::collections::BTreeMap;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use serde::Deserialize;

use super::body::{Part, Request, Response, plain};
use super::error::{self, ApiError};
use super::push::Target;
use super::service::{encode, encode_path};

/// By its name, the version that each tag names.
pub type Tags = BTreeMap<String, String>;

/// `GET`: the package's document, which tells them.
#[must_use]
pub fn get(target: &Target<'_>, package: &str) -> Request {
    plain(Method::GET, target.url(&format!("npm/{}", encode_path(package))))
}

/// What [`get`] asked for; of a package that is not there nothing.
///
/// # Errors
/// When the service refused, or answered something else.
pub fn parse(response: &Response) -> Result<Tags, ApiError> {
    #[derive(Deserialize)]
    struct Document {
        #[serde(rename = "dist-tags")]
        tags: Tags,
    }
    match response.status() {
        StatusCode::NOT_FOUND => Ok(Tags::new()),
        _ => Ok(error::parse::<Document>(response)?.tags),
    }
}

/// `PUT`: lets a tag name a version.
#[must_use]
pub fn set(target: &Target<'_>, package: &str, tag: &str, version: &str) -> Request {
    let path = format!("npm/-/package/{}/dist-tags/{}", encode(package), encode(tag));
    let mut request = plain(Method::PUT, target.url(&path));
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    let body = serde_json::Value::from(version).to_string();
    *request.body_mut() = vec![Part::Bytes(body.into_bytes())];
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::service::BaseUrl;

    #[test]
    fn tags_are_read_from_the_document_and_set_one_by_one() {
        let packages = BaseUrl::parse("https://pkg.example").unwrap();
        let target = Target {
            packages: &packages,
            account: "acc",
            registry: "reg",
        };
        let request = set(&target, "@s/x", "next", "1.0.0");
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/npm/-/package/@s%2Fx/dist-tags/next"
        );
        assert_eq!(request.body(), &[Part::Bytes(b"\"1.0.0\"".to_vec())]);
        let answer = Response::new(br#"{"dist-tags":{"latest":"1.0.0"}}"#.to_vec());
        assert_eq!(parse(&answer).unwrap()["latest"], "1.0.0");
        let mut missing = Response::new(Vec::new());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        assert!(parse(&missing).unwrap().is_empty());
        assert!(parse(&Response::new(b"<html>".to_vec())).is_err());
    }
}
