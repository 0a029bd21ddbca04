//! What a service says when it does not do what it was asked.

use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

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
            Self::Unreadable { .. } => None,
        }
    }
}

/// The errors of v1 and v2 are `{code, message}`, those of v3 `{error: {code, message}}`, npm's `{error}` and
/// Cargo's `{errors: [{detail}]}`. A code may be text or a number.
#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default)]
    code: Option<serde_json::Value>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    error: Option<Nested>,
    #[serde(default)]
    errors: serde_json::Value,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Nested {
    Object {
        #[serde(default)]
        code: Option<serde_json::Value>,
        #[serde(default)]
        message: Option<String>,
    },
    Text(String),
}

/// Refuses a response whose status is not a success.
///
/// # Errors
/// What the service said.
pub fn check(response: &Response) -> Result<(), ApiError> {
    if response.status().is_success() {
        Ok(())
    } else {
        Err(refusal(response.status(), response.body()))
    }
}

/// The refusal that a status and a body make.
#[must_use]
pub fn refusal(status: StatusCode, body: &[u8]) -> ApiError {
    let (code, message) = match serde_json::from_slice::<Body>(body) {
        Ok(body) => match body.error {
            Some(Nested::Object { code, message }) => (code, message),
            Some(Nested::Text(text)) => (body.code, Some(text)),
            None => {
                let detail = body
                    .errors
                    .pointer("/0/detail")
                    .and_then(|detail| detail.as_str());
                (body.code, body.message.or_else(|| detail.map(str::to_owned)))
            }
        },
        Err(_) => (None, None),
    };
    let code = code.map(|code| match code {
        serde_json::Value::String(code) => code,
        other => other.to_string(),
    });
    let message = message
        .filter(|message| !message.trim().is_empty())
        .unwrap_or_else(|| begin(body));
    ApiError::Refused {
        status,
        code,
        message,
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

/// The error that a success is something else than was asked for.
pub(super) fn unreadable(problem: &serde_json::Error, response: &Response) -> ApiError {
    ApiError::Unreadable {
        problem: problem.to_string(),
        begin: begin(response.body()),
    }
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
        assert!(error.to_string().ends_with("it begins with: Sign in"), "{error}");
    }
}
