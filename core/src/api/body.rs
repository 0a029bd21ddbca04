//! Requests and responses as values.

use http::Method;

/// A request that anybody may send. Its URL is absolute; it carries no key yet.
pub type Request = http::Request<Vec<Part>>;

/// A response whose body has arrived whole.
pub type Response = http::Response<Vec<u8>>;

/// A piece of a request's body. A file is named, not held: it can be sent again, however large it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Bytes at hand.
    Bytes(Vec<u8>),
    /// A range of a file.
    File {
        /// The file's path, as the host understands it.
        path: String,
        /// Where the range begins, in bytes.
        offset: u64,
        /// How long it is, in bytes.
        length: u64,
    },
    /// All of a file in base64 (RFC 4648, section 4), without line breaks.
    Base64 {
        /// The file's path, as the host understands it.
        path: String,
        /// The file's own length in bytes.
        length: u64,
    },
}

impl Part {
    /// How many bytes will be sent.
    #[must_use]
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
            Self::Base64 { length, .. } => length.div_ceil(3).saturating_mul(4),
        }
    }
}

/// A request without a body.
pub(super) fn plain(method: Method, url: String) -> Request {
    let mut request = Request::new(Vec::new());
    *request.method_mut() = method;
    set_url(&mut request, &url);
    request
}

/// A request with a JSON body.
pub(super) fn json(method: Method, url: String, body: &impl serde::Serialize) -> Request {
    let mut request = plain(method, url);
    let content_type = http::HeaderValue::from_static("application/json");
    request
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, content_type);
    // Only maps with keys that are no text cannot be written as JSON, and no body here has one.
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    *request.body_mut() = vec![Part::Bytes(bytes)];
    request
}

/// Every base URL is checked when it is parsed, and all that is added to one is percent-encoded.
fn set_url(request: &mut Request, url: &str) {
    if let Ok(uri) = url.parse() {
        *request.uri_mut() = uri;
    }
}
