//! A request that cannot be served as it asks: what the client is told, in its group's shape.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::ext::ReasonPhrase;
use serde_json::{Value, json};

use crate::store::Fault;
use hc_core::package_file::PackageError;

/// The longest reason in a status line, in characters.
const MAX_REASON: usize = 300;

/// What the client is told. As a response it carries itself as an extension, which the group's layer
/// writes out in its [`Shape`].
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    message: String,
    details: Option<Value>,
    /// Where it is not the group's.
    shape: Option<Shape>,
    /// For the log alone.
    pub(crate) cause: Option<String>,
}

/// The shapes in which the groups of the API write errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// v1, v2, account and packages: `{code, message, details?}`.
    Flat,
    /// v3: `{error: {code, message, type}}`.
    Nested,
    /// Problem details (RFC 9457): Maven from 3.10 shows them, and the status line no more. What [`Shape::Flat`] has
    /// stands there, too.
    Details,
    /// npm: `{error}`, the words that npm shows.
    Npm,
    /// Cargo: `{errors: [{detail}]}`.
    Cargo,
    /// Go: plain text, which the go command shows.
    Plain,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            details: None,
            shape: None,
            cause: None,
        }
    }

    /// 400: the request is wrong.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 404: what the request is about is not there.
    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 409: it is there already.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 413: the body is larger than the server takes.
    pub(crate) fn too_large(limit: u64) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than the {limit} bytes that this server takes"),
        )
    }

    /// 503: not now.
    pub(crate) fn busy(message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{message}; try again in a moment"),
        )
    }

    /// 500: a fault of the server, told to the log.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "a fault in the server; its log says more",
            )
        }
    }

    /// 400: the body is not the JSON that is expected; `details` says where.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        // serde_json ends with the place, which is told in words of its own.
        let what = text.split(" at line ").next().unwrap_or_default();
        let (line, column) = (error.line(), error.column());
        Self {
            details: Some(json!({ "line": line, "column": column })),
            ..Self::bad(format!("the body, line {line}, column {column}: {what}"))
        }
    }

    /// 400: a file is not the package that it should be.
    pub(crate) fn package(file_name: &str, error: &PackageError) -> Self {
        match error {
            PackageError::Unreadable { reason } => Self::internal(reason.as_str()),
            error => Self::bad(format!("{file_name:?} {error}")),
        }
    }

    /// To be written in this shape, whatever the group's is.
    pub(crate) fn in_shape(mut self, shape: Shape) -> Self {
        self.shape = Some(shape);
        self
    }

    /// The response, in a group's shape.
    pub(crate) fn render(&self, shape: Shape) -> Response {
        let code = self.status.as_str();
        let shape = self.shape.unwrap_or(shape);
        let body = match shape {
            Shape::Flat => {
                let mut body = json!({ "code": code, "message": self.message });
                if let Some(details) = &self.details {
                    body["details"] = details.clone();
                }
                body
            }
            Shape::Nested => {
                json!({ "error": { "code": code, "message": self.message, "type": self.kind() } })
            }
            Shape::Details => json!({
                "type": "about:blank", "title": self.status.canonical_reason().unwrap_or_default(),
                "status": self.status.as_u16(), "detail": self.message,
                "code": code, "message": self.message,
            }),
            Shape::Npm => json!({ "error": self.message }),
            Shape::Cargo => json!({ "errors": [{ "detail": self.message }] }),
            Shape::Plain => {
                // Axum says of a string that it is plain text.
                let mut response = (self.status, format!("{}\n", self.message)).into_response();
                self.explain(&mut response);
                return response;
            }
        };
        let mut response = (self.status, body.to_string()).into_response();
        self.explain(&mut response);
        let media_type = match shape {
            Shape::Details => "application/problem+json",
            _ => "application/json; charset=utf-8",
        };
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        response
    }

    /// Tells the reason in the status line too: twine, hatch, pdm and Maven show nothing else.
    fn explain(&self, response: &mut Response) {
        let line: String = self
            .message
            .chars()
            .map(|c| if matches!(c, ' '..='~') { c } else { '?' })
            .take(MAX_REASON)
            .collect();
        if let Ok(reason) = ReasonPhrase::try_from(line) {
            response.extensions_mut().insert(reason);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
    }

    /// The word for the kind of error in v3.
    fn kind(&self) -> &'static str {
        match self.status {
            StatusCode::UNAUTHORIZED => "AUTHENTICATION_ERROR",
            StatusCode::FORBIDDEN => "PERMISSION_ERROR",
            status if status.is_server_error() => "API_ERROR",
            _ => "INVALID_REQUEST_ERROR",
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if fault.is_full() {
            return Self {
                cause: Some(fault.to_string()),
                ..Self::new(StatusCode::INSUFFICIENT_STORAGE, "the server's disk is full")
            };
        }
        if fault.is_out_of_files() {
            return Self {
                cause: Some(fault.to_string()),
                ..Self::busy("the server has too many files open")
            };
        }
        match fault {
            Fault::Missing(what) => Self::missing(format!("{what} is not there")),
            Fault::Exists(what) => Self::conflict(format!("{what} is there already")),
            Fault::Refused(why) => Self::bad(why),
            Fault::Damaged(_) => Self {
                cause: Some(fault.to_string()),
                ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, fault.to_string())
            },
            Fault::Records(_) | Fault::File(_) => Self::internal(fault.to_string()),
        }
    }
}
