//! Text that must never be shown.

use std::fmt;

use hc_core::api::Dialect;
use http::HeaderValue;
use http::header::{AUTHORIZATION, HeaderName};
use serde::{Deserialize, Serialize};

/// Shorter texts than this stand in answers by themselves.
const SHORTEST_SECRET: usize = 8;

/// A token. It cannot be printed; who sends or saves it asks for it by name.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Secret {
    /// Takes a token as a person gives it, blanks and line ends around it not counted.
    ///
    /// # Errors
    /// What is wrong with its form. A token that only the service can judge is taken.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let token = text.trim();
        if token.is_empty() {
            return Err("it is empty");
        }
        if token.bytes().any(|byte| !byte.is_ascii_graphic()) && !token.starts_with(PIPELINE) {
            return Err("it has blanks or characters that no token has; was more than the token copied?");
        }
        if HeaderValue::from_str(token).is_err() {
            return Err("it has characters that no token has; was more than the token copied?");
        }
        let is_personal = token.starts_with("pat.") || token.starts_with("sat.");
        let parts: Vec<&str> = token.split('.').collect();
        if is_personal && (parts.len() != 4 || parts.contains(&"")) {
            return Err(
                "a personal or service account token has four parts, such as pat.ACCOUNT.ID.SECRET; was \
                 all of it copied?",
            );
        }
        Ok(Self(token.to_owned()))
    }

    /// `text` without the token, where it stands in it.
    pub(crate) fn struck_from(&self, text: Vec<u8>) -> Vec<u8> {
        // The last part of a token is what is secret about it.
        let last = self.0.rsplit('.').next().unwrap_or_default();
        let mut text = text;
        for secret in [self.0.as_str(), last] {
            if secret.len() >= SHORTEST_SECRET {
                text = struck(text, secret.as_bytes());
            }
        }
        text
    }

    /// The account that the token belongs to, where it tells.
    pub(crate) fn account(&self) -> Option<&str> {
        let mut parts = self.0.split('.');
        let kind = parts.next()?;
        matches!(kind, "pat" | "sat").then(|| parts.next()).flatten()
    }

    /// The header that proves who asks.
    pub(crate) fn header(&self, dialect: Dialect) -> Option<(HeaderName, HeaderValue)> {
        let (name, value) = if self.0.starts_with(PIPELINE) {
            (AUTHORIZATION, self.0.clone())
        } else if dialect == Dialect::OpenSource {
            (AUTHORIZATION, format!("Bearer {}", self.0))
        } else {
            (HeaderName::from_static("x-api-key"), self.0.clone())
        };
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        Some((name, value))
    }

    /// The token itself, for a file that only the user may read.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

/// How the tokens of pipelines begin.
const PIPELINE: &str = "CIManager";

/// `text` with stars in the place of `secret`.
fn struck(text: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let mut rest = text.as_slice();
    let mut kept = Vec::new();
    while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
        kept.extend_from_slice(&rest[..at]);
        kept.extend_from_slice(b"***");
        rest = &rest[at + secret.len()..];
    }
    if kept.is_empty() {
        return text;
    }
    kept.extend_from_slice(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_in_the_token() {
        let account = |token: &str| Secret::parse(token).unwrap().account().map(str::to_owned);
        assert_eq!(account("pat.acc.id.secret").as_deref(), Some("acc"));
        assert_eq!(account("sat.acc.id.secret\n").as_deref(), Some("acc"));
        assert_eq!(account("opaque"), None);
    }

    #[test]
    fn a_malformed_token_is_refused() {
        for token in [
            "",
            " \n",
            "pat.acc",
            "pat.acc.id.",
            "sat..id.secret",
            "a b",
            "tök",
            "a\u{1b}b",
        ] {
            assert!(Secret::parse(token).is_err(), "{token}");
        }
    }

    #[test]
    fn every_kind_of_token_has_its_header() {
        for (token, dialect, expected) in [
            ("pat.a.b.c", Dialect::Hosted, "x-api-key: pat.a.b.c"),
            (
                "CIManager ey.j.wt",
                Dialect::Hosted,
                "authorization: CIManager ey.j.wt",
            ),
            ("opaque", Dialect::OpenSource, "authorization: Bearer opaque"),
        ] {
            let (name, value) = Secret::parse(token).unwrap().header(dialect).unwrap();
            assert_eq!(format!("{name}: {}", value.to_str().unwrap()), expected);
            assert!(value.is_sensitive());
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::parse("pat.a.b.c").unwrap()), "(hidden)");
    }
}
