//! Maven artifacts: `PUT /maven/{group path}/{artifact}/{version}/{file}`, the checksum files beside each, and the
//! `maven-metadata.xml` of version, artifact and group.
//!
//! Source of the rules: Maven's "Repository Layout" and "Repository Metadata", and what its deploy plugin sends.

pub mod metadata;
mod xml;

use http::header::{CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderValue, Method, StatusCode};

use super::Target;
use crate::api::body::{Part, Request, Response, plain};
use crate::api::error::{self, ApiError};
use crate::api::service::encode_path;
use crate::checksum::{Algorithm, Checksums};
use crate::package_file::maven::Coordinates;
use metadata::Metadata;

/// The name of the files that tell of versions.
pub const METADATA: &str = "maven-metadata.xml";
/// The endings of files that are themselves about another one: Maven makes no checksums of them.
const WITHOUT_CHECKSUMS: [&str; 7] = [
    ".asc",
    ".sigstore",
    ".sigstore.json",
    ".md5",
    ".sha1",
    ".sha256",
    ".sha512",
];

/// `PUT`: a file of an artifact, called as repositories call it. `checksums` are the file's.
#[must_use]
pub fn request(
    target: &Target<'_>,
    coordinates: &Coordinates,
    file_name: &str,
    content: Part,
    checksums: &Checksums,
) -> Request {
    let mut request = plain(Method::PUT, url(target, coordinates, file_name));
    request.headers_mut().extend(checksums.headers());
    *request.body_mut() = vec![content];
    request
}

/// `HEAD`: whether the file is there, and its checksums.
#[must_use]
pub fn stored(target: &Target<'_>, coordinates: &Coordinates, file_name: &str) -> Request {
    plain(Method::HEAD, url(target, coordinates, file_name))
}

fn url(target: &Target<'_>, coordinates: &Coordinates, file_name: &str) -> String {
    at(target, &path(coordinates, file_name))
}

/// Where a file of an artifact is in a repository.
#[must_use]
pub fn path(coordinates: &Coordinates, file_name: &str) -> String {
    format!("{}/{file_name}", coordinates.folder())
}

fn at(target: &Target<'_>, path: &str) -> String {
    target.url(&format!("maven/{}", encode_path(path)))
}

/// Whether Maven puts checksum files beside a file of that name.
#[must_use]
pub fn has_checksum_files(file_name: &str) -> bool {
    !WITHOUT_CHECKSUMS.iter().any(|ending| file_name.ends_with(ending))
}

/// `PUT`: the checksum of the file at `path`, in hex, in a file beside it.
#[must_use]
pub fn checksum(target: &Target<'_>, path: &str, algorithm: Algorithm, hex: &str) -> Request {
    let mut request = plain(Method::PUT, checksum_url(target, path, algorithm));
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    *request.body_mut() = vec![Part::Bytes(hex.as_bytes().to_vec())];
    request
}

/// `GET` of the same.
#[must_use]
pub fn stored_checksum(target: &Target<'_>, path: &str, algorithm: Algorithm) -> Request {
    plain(Method::GET, checksum_url(target, path, algorithm))
}

fn checksum_url(target: &Target<'_>, path: &str, algorithm: Algorithm) -> String {
    at(target, &format!("{path}.{}", algorithm.key()))
}

/// The checksum that a file beside another one holds: its first word. `None` where there is no such file, or it holds
/// something else.
///
/// # Errors
/// When the service gives no clear answer.
pub fn parse_checksum(response: &Response) -> Result<Option<String>, ApiError> {
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
        _ => {
            error::check(response)?;
            let text = String::from_utf8_lossy(response.body());
            let word = text.split_whitespace().next().unwrap_or_default();
            let is_hex = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            Ok(is_hex.then(|| word.to_ascii_lowercase()))
        }
    }
}

/// What is at a place where metadata may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What it says; nothing where nothing is there.
    pub metadata: Metadata,
    /// Its bytes; `None` where nothing is there.
    pub bytes: Option<Vec<u8>>,
    /// By what a change can be bound to this state, where the service gives such a mark.
    etag: Option<HeaderValue>,
}

/// `GET`: the metadata in a folder of the repository.
#[must_use]
pub fn metadata(target: &Target<'_>, folder: &str) -> Request {
    plain(Method::GET, at(target, &format!("{folder}/{METADATA}")))
}

/// What the answer to [`metadata`] says.
///
/// # Errors
/// When the service gives no clear answer, or what is there is no metadata, and must not be written over.
pub fn parse_metadata(response: &Response) -> Result<Found, ApiError> {
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Found::default()),
        status if !status.is_success() => return Err(error::refusal(status, response.body())),
        _ => {}
    }
    if error::is_html(response.headers()) {
        error::check(response)?;
    }
    let metadata = xml::parse(response.body()).map_err(|problem| ApiError::unfit(problem, response))?;
    let etag = response.headers().get(ETAG).filter(|etag| is_strong(etag));
    Ok(Found {
        metadata,
        bytes: Some(response.body().clone()),
        etag: etag.cloned(),
    })
}

/// Only such a one may stand in `If-Match` (RFC 9110, 13.1.1).
fn is_strong(etag: &HeaderValue) -> bool {
    let bytes = etag.as_bytes();
    bytes.len() > 2 && bytes.starts_with(b"\"") && bytes.ends_with(b"\"")
}

/// Metadata as a file.
#[must_use]
pub fn document(metadata: &Metadata) -> Vec<u8> {
    xml::write(metadata).into_bytes()
}

/// `PUT`: a file of metadata in the place of what was `found` there, and of nothing else where the service can tell.
#[must_use]
pub fn put_metadata(target: &Target<'_>, folder: &str, bytes: Vec<u8>, found: &Found) -> Request {
    let mut request = plain(Method::PUT, at(target, &format!("{folder}/{METADATA}")));
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    match (&found.bytes, &found.etag) {
        (None, _) => {
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        (Some(_), Some(etag)) => {
            headers.insert(IF_MATCH, etag.clone());
        }
        (Some(_), None) => {}
    }
    *request.body_mut() = vec![Part::Bytes(bytes)];
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;

    #[test]
    fn a_file_is_put_into_its_versions_folder() {
        let coordinates = Coordinates::parse("org.example:app:1.0+2").unwrap();
        let checksums = sample::checksums(b"content");
        let content = Part::Bytes(b"content".to_vec());
        let request =
            sample::target(|target| request(target, &coordinates, "app-1.0+2.jar", content, &checksums));
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/maven/org/example/app/1.0+2/app-1.0+2.jar"
        );
        assert!(request.headers().contains_key("x-checksum-sha1"));
    }

    #[test]
    fn checksum_files_are_beside_all_but_signatures_and_checksums() {
        let put =
            sample::target(|target| checksum(target, "org/example/app/1/app-1.jar", Algorithm::Sha1, "ab"));
        assert_eq!(
            put.uri(),
            "https://pkg.example/pkg/acc/reg/maven/org/example/app/1/app-1.jar.sha1"
        );
        for (name, expected) in [
            ("app-1.jar", true),
            ("app-1.pom", true),
            ("app-1.jar.asc", false),
            ("app-1.jar.sigstore.json", false),
            ("app-1.jar.sha1", false),
        ] {
            assert_eq!(has_checksum_files(name), expected, "{name}");
        }
    }

    fn answer(status: u16, body: &str, etag: Option<&'static str>) -> Response {
        let mut response = Response::new(body.as_bytes().to_vec());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        if let Some(etag) = etag {
            response
                .headers_mut()
                .insert(ETAG, HeaderValue::from_static(etag));
        }
        response
    }

    #[test]
    fn a_change_is_bound_to_what_was_found() {
        const DOCUMENT: &str = "<metadata><groupId>g</groupId></metadata>";
        for (status, body, etag, header) in [
            (404, "", None, Some(("if-none-match", "*"))),
            (200, DOCUMENT, Some("\"1\""), Some(("if-match", "\"1\""))),
            (200, DOCUMENT, Some("W/\"1\""), None),
            (200, DOCUMENT, Some("sha256:ab"), None),
            (200, DOCUMENT, None, None),
        ] {
            let found = parse_metadata(&answer(status, body, etag)).unwrap();
            let put = sample::target(|target| put_metadata(target, "org/a", b"x".to_vec(), &found));
            for name in ["if-match", "if-none-match"] {
                let expected = header
                    .filter(|(expected, _)| *expected == name)
                    .map(|(_, value)| value);
                let value = put.headers().get(name).map(|value| value.to_str().unwrap());
                assert_eq!(value, expected, "{etag:?} {name}");
            }
        }
        for (status, body) in [
            (200, "<!doctype html><p>"),
            (200, ""),
            (200, "{}"),
            (500, ""),
            (204, ""),
        ] {
            assert!(parse_metadata(&answer(status, body, None)).is_err(), "{body}");
        }
    }

    #[test]
    fn a_checksum_file_is_read_by_its_first_word() {
        for (status, body, expected) in [
            (200, "AB12  app-1.jar\n", Ok(Some("ab12"))),
            (200, "no checksum", Ok(None)),
            (200, "<html>", Err(())),
            (404, "", Ok(None)),
            (500, "", Err(())),
        ] {
            let parsed = parse_checksum(&answer(status, body, None)).map_err(|_| ());
            assert_eq!(
                parsed.as_ref().map(|text| text.as_deref()),
                expected.as_ref().copied(),
                "{body}"
            );
        }
    }
}
