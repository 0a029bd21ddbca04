//! What a registry answers to a push: most say nothing, some a line of text, some JSON.
//!
//! Source: the pkg OpenAPI file, which defines no content for any upload, and what Harness Open Source and `hc serve`
//! answer.

use http::header::ETAG;
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::api::body::{Request, Response};
use crate::api::error::{self, ApiError};
use crate::checksum::{Algorithm, Checksums};

/// The fields that answers to pushes are known to have. Whatever has another one answers something else.
const FIELDS: [&str; 9] = [
    "id", "image", "message", "name", "ok", "rev", "success", "version", "warnings",
];
/// How the text of an answer begins.
const PUSHED: &str = "Pushed.";
/// What stands before the checksum in it.
const SHA256: &str = "Sha256:";

/// The checksums of what was taken, as far as the answer to `request` tells any.
///
/// # Errors
/// What the service said, or that the answer is none to a push.
pub fn parse(request: &Request, response: &Response) -> Result<Checksums, ApiError> {
    match response.status() {
        StatusCode::OK | StatusCode::CREATED => told(request, response),
        status if status.is_success() => {
            error::check(response)?;
            Err(ApiError::unfit(
                format!("{status} is no answer to a push"),
                response,
            ))
        }
        status => Err(error::refusal(status, response.body())),
    }
}

/// As [`parse`], where a 204 is an answer too.
///
/// # Errors
/// As for [`parse`].
pub fn parse_or_none(request: &Request, response: &Response) -> Result<Checksums, ApiError> {
    match response.status() {
        StatusCode::NO_CONTENT => Ok(announced(request, response)),
        _ => parse(request, response),
    }
}

fn told(request: &Request, response: &Response) -> Result<Checksums, ApiError> {
    error::check(response)?;
    let announced = announced(request, response);
    let text = String::from_utf8_lossy(response.body());
    let text = text.trim();
    if text.is_empty() {
        return Ok(announced);
    }
    if let Some(rest) = text.strip_prefix(PUSHED) {
        let lines = rest.lines().filter_map(|line| line.trim().strip_prefix(SHA256));
        let told = lines.map(|hex| (Algorithm::Sha256, hex.trim().to_owned()));
        return Ok(announced.and(Checksums::from_hex(told)));
    }
    let answer: Map<String, Value> =
        serde_json::from_str(text).map_err(|problem| error::unreadable(&problem, response))?;
    is_of_push(&answer, response).map(|()| announced)
}

fn is_of_push(answer: &Map<String, Value>, response: &Response) -> Result<(), ApiError> {
    let is_no = |name: &str| answer.get(name) == Some(&Value::Bool(false));
    if answer.contains_key("error") || answer.contains_key("errors") || is_no("ok") || is_no("success") {
        return Err(error::refusal(response.status(), response.body()));
    }
    let status = answer
        .get("status")
        .map(|status| status.as_str().unwrap_or_default());
    let names_package = answer.contains_key("image") || answer.contains_key("name");
    let is_known = answer
        .keys()
        .all(|name| FIELDS.contains(&name.as_str()) || name == "status");
    match status {
        // A status alone is what other calls answer.
        Some(status) if !names_package || !status.eq_ignore_ascii_case("success") => Err(ApiError::unfit(
            "it does not say that a package was taken",
            response,
        )),
        _ if !is_known => Err(ApiError::unfit("it is the answer of another call", response)),
        _ => Ok(()),
    }
}

/// The checksums in the headers. An ETag is about the content that was sent only where a PUT sent nothing else (RFC
/// 9110, 8.8.3 and 9.3.4).
fn announced(request: &Request, response: &Response) -> Checksums {
    let sends_only_it = matches!(request.body().as_slice(), [_]);
    let mut headers = response.headers().clone();
    if request.method() != Method::PUT || !sends_only_it {
        headers.remove(ETAG);
    }
    Checksums::announced(&headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::body::{Part, plain};

    const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn read(status: u16, body: &str) -> Result<Checksums, ApiError> {
        let mut request = plain(Method::PUT, "https://pkg.example/a".to_owned());
        request.body_mut().push(Part::Bytes(b"abc".to_vec()));
        let mut response = Response::new(body.as_bytes().to_vec());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        parse(&request, &response)
    }

    #[test]
    fn only_what_answers_a_push_is_believed() {
        for body in [
            "",
            "{}",
            "Pushed.",
            r#"{"ok":true}"#,
            r#"{"warnings":{"other":[]}}"#,
            r#"{"status":"success","image":"m.example/a","version":"v1.0.0"}"#,
        ] {
            assert_eq!(read(201, body), Ok(Checksums::default()), "{body}");
        }
        for body in [
            "<!doctype html><title>app</title>",
            " \n<html>",
            "welcome",
            "[]",
            "null",
            r#"{"status":"SUCCESS"}"#,
            r#"{"status":"failure","image":"a","version":"1"}"#,
            r#"{"data":{"registries":[]},"status":"SUCCESS"}"#,
            r#"{"versions":{},"name":"a"}"#,
            r#"{"ok":false}"#,
            r#"{"error":"no"}"#,
        ] {
            assert!(read(200, body).is_err(), "{body}");
        }
        assert!(read(204, "").is_err());
        assert!(read(202, "").is_err());
        assert!(read(302, "").is_err());
    }

    #[test]
    fn a_checksum_in_text_is_read() {
        let checksums = read(200, &format!("Pushed.\nSha256: {SHA256}")).unwrap();
        assert_eq!(checksums.get(Algorithm::Sha256), Some(SHA256));
    }
}
