//! Generic files (pkg group): put and get `/files/{package}/{version}/{path}`.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request as HttpRequest};

use super::body::{Part, Request};
use super::push::Target;
use super::service::{encode, encode_path};

/// A file in a generic registry.
#[derive(Clone, Copy, Debug)]
pub struct Location<'a> {
    /// The registry.
    pub target: Target<'a>,
    /// The package's name.
    pub package: &'a str,
    /// Its version.
    pub version: &'a str,
    /// The file's path in it, with `/`.
    pub file: &'a str,
}

impl Location<'_> {
    /// The file's URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.target.url(&format!(
            "files/{}/{}/{}",
            encode(self.package),
            encode(self.version),
            encode_path(self.file)
        ))
    }

    /// `GET`: the file.
    #[must_use]
    pub fn get(&self) -> Request {
        super::body::plain(Method::GET, self.url())
    }

    /// `HEAD`: whether the file is there, and its checksums.
    #[must_use]
    pub fn head(&self) -> Request {
        super::body::plain(Method::HEAD, self.url())
    }

    /// `PUT`: the file's content, with its checksums (`X-Checksum-…` headers, hex).
    #[must_use]
    pub fn put(&self, content: Part, checksums: &[(HeaderName, HeaderValue)]) -> Request {
        let mut request: HttpRequest<Vec<Part>> = super::body::plain(Method::PUT, self.url());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.extend(checksums.iter().cloned());
        *request.body_mut() = vec![content];
        request
    }
}
