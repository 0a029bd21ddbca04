//! What a service says when it does not do what it was asked.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::Response;
use crate::text::excerpt;

/// How much of a body is looked at for its first words, in bytes.
const BEGINNING: usize = 2048;

/// A response that is not the result. `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The service refused.
    #[error("{status}: {message}")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The service's own code, where it gives one.
        code: Option<String>,
        /// The service's words, or the first ones of a body that is not the service's.
        message: String,
        /// Whether these are words of the service's own: JSON as its API writes errors.
        is_told: bool,
    },
    /// A web page came, which no call of an API returns.
    #[error("a web page came in the place of the answer ({status}): {begin}")]
    WebPage {
        /// The HTTP status.
        status: StatusCode,
        /// Its first words.
        begin: String,
    },
    /// A file was asked for, the status is good, and what comes is not that file.
    #[error("{status}, but {problem}")]
    NotTheFile {
        /// The HTTP status.
        status: StatusCode,
        /// How that is known.
        problem: String,
    },
    /// The status is good, but the body is not what was asked for.
    #[error("the answer cannot be understood: {problem}; it begins with: {begin}")]
    Unreadable {
        /// What is wrong with it.
        problem: String,
        /// Its first words.
        begin: String,
    },
}

impl ApiError {
    /// The HTTP status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            Self::WebPage { .. } | Self::NotTheFile { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// The error that an answer with a good status is none to what was asked.
    #[must_use]
    pub fn unfit(problem: impl Into<String>, response: &Response) -> Self {
        Self::Unreadable {
            problem: problem.into(),
            begin: begin(response.body()),
        }
    }
}

/// The errors of v1 and v2 are `{code, message}`, those of v3 `{error: {code, message}}`, npm's `{error}`,
/// Cargo's `{errors: [{detail}]}` and those of other package groups `{errors: [{code, message}]}`. A code may be text
/// or a number.
#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default)]
    code: Option<Value>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    error: Option<Nested>,
    #[serde(default)]
    errors: Value,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Nested {
    Object {
        #[serde(default)]
        code: Option<Value>,
        #[serde(default)]
        message: Option<String>,
    },
    Text(String),
}

/// Refuses a response whose status is not a success, and a web page.
///
/// # Errors
/// What the service said.
pub fn check(response: &Response) -> Result<(), ApiError> {
    let status = response.status();
    if !status.is_success() {
        return Err(refusal(status, response.body()));
    }
    if is_web_page(response) {
        return Err(ApiError::WebPage {
            status,
            begin: begin(response.body()),
        });
    }
    Ok(())
}

/// Whether a response is for a browser, by its type or by how its body begins.
fn is_web_page(response: &Response) -> bool {
    is_html(response.headers()) || response.body().trim_ascii_start().starts_with(b"<")
}

/// Whether a response's headers say that a web page comes.
#[must_use]
pub fn is_html(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|value| {
        let media_type = value.split(';').next().unwrap_or_default().trim();
        ["text/html", "application/xhtml+xml"]
            .iter()
            .any(|html| media_type.eq_ignore_ascii_case(html))
    })
}

/// The refusal that a status and a body make.
#[must_use]
pub fn refusal(status: StatusCode, body: &[u8]) -> ApiError {
    let (code, message) = match serde_json::from_slice::<Body>(body) {
        Ok(body) => match body.error {
            Some(Nested::Object { code, message }) => (code, message),
            Some(Nested::Text(text)) => (body.code, Some(text)),
            None => {
                let first = |name: &str| body.errors.pointer(&format!("/0/{name}"));
                let text = |name: &str| first(name).and_then(Value::as_str).map(str::to_owned);
                (
                    body.code.or_else(|| first("code").cloned()),
                    body.message
                        .or_else(|| text("detail"))
                        .or_else(|| text("message")),
                )
            }
        },
        Err(_) => (None, None),
    };
    let code = code.map(|code| match code {
        Value::String(code) => code,
        other => other.to_string(),
    });
    let message = message.filter(|message| !message.trim().is_empty());
    ApiError::Refused {
        status,
        code,
        is_told: message.is_some(),
        message: message.unwrap_or_else(|| begin(body)),
    }
}

/// Reads the JSON of a success.
///
/// # Errors
/// When the service refused, or the body is something else.
pub fn parse<T: DeserializeOwned>(response: &Response) -> Result<T, ApiError> {
    check(response)?;
    serde_json::from_slice(response.body()).map_err(|error| unreadable(&error, response))
}

/// Reads `{"status": "SUCCESS"}`: it is done, and there is nothing to give back.
///
/// # Errors
/// When the service refused, or answers something else.
pub fn done(response: &Response) -> Result<(), ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        status: String,
        #[serde(default)]
        data: Value,
        #[serde(default)]
        message: Option<String>,
    }
    let envelope: Envelope = parse(response)?;
    match envelope.status.as_str() {
        "SUCCESS" if envelope.data.is_null() => Ok(()),
        "SUCCESS" => Err(ApiError::unfit("it is the answer of another call", response)),
        status => Err(ApiError::Refused {
            status: response.status(),
            code: Some(status.to_owned()),
            message: envelope.message.unwrap_or_else(|| format!("it answers {status}")),
            is_told: true,
        }),
    }
}

/// The error that a success is something else than was asked for.
pub(super) fn unreadable(problem: &serde_json::Error, response: &Response) -> ApiError {
    ApiError::unfit(problem.to_string(), response)
}

/// The first words of a body that may be a proxy's page, on one line and without its tags.
fn begin(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(BEGINNING)]);
    let mut words = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                words.push(' ');
            }
            _ if in_tag => {}
            c => words.push(c),
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        "(no text)".to_owned()
    } else {
        excerpt(&words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (Option<String>, String) {
        match refusal(StatusCode::NOT_FOUND, body.as_bytes()) {
            ApiError::Refused { code, message, .. } => (code, message),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn every_shape_of_error_is_read() {
        let coded = |code: &str, message: &str| (Some(code.to_owned()), message.to_owned());
        assert_eq!(
            refused(r#"{"code":"404","message":"no such registry"}"#),
            coded("404", "no such registry")
        );
        assert_eq!(refused(r#"{"code":404,"message":"gone"}"#), coded("404", "gone"));
        assert_eq!(
            refused(r#"{"error":{"type":"API_ERROR","code":"scan","message":"no scan"}}"#),
            coded("scan", "no scan")
        );
        assert_eq!(refused(r#"{"error":"plain"}"#), (None, "plain".to_owned()));
        assert_eq!(
            refused(r#"{"errors":[{"detail":"no such crate"}]}"#),
            (None, "no such crate".to_owned())
        );
        assert_eq!(
            refused(r#"{"errors":[{"code":"NAME_UNKNOWN","message":"no such artifact"}]}"#),
            coded("NAME_UNKNOWN", "no such artifact")
        );
        assert_eq!(
            refused("<html><head><title>502</title></head><body>Bad\n gateway</body></html>"),
            (None, "502 Bad gateway".to_owned())
        );
        assert_eq!(refused(""), (None, "(no text)".to_owned()));
        assert_eq!(refused("[]"), (None, "[]".to_owned()));
    }

    #[test]
    fn a_success_that_is_no_json_is_told() {
        let response = http::Response::new(b"<h1>Sign in</h1>".to_vec());
        let error = parse::<Vec<u8>>(&response).unwrap_err();
        assert!(matches!(error, ApiError::WebPage { .. }), "{error}");
        assert!(error.to_string().ends_with(": Sign in"), "{error}");
        let response = http::Response::new(b"signed in".to_vec());
        let error = parse::<Vec<u8>>(&response).unwrap_err();
        assert!(
            error.to_string().ends_with("it begins with: signed in"),
            "{error}"
        );
    }
}
