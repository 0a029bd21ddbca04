//! The key: which one opens the server, and where a request carries it.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::error::Error;
use crate::problem::Problem;

/// The account of a key that is made here.
pub(crate) const ACCOUNT: &str = "local";

/// The key that opens the server.
pub(crate) struct Key {
    /// Comparing hashes takes as long for any wrong key, whatever its length.
    hash: [u8; 32],
    /// The account that the key names: `pat.<account>.…` and `sat.<account>.…` open only that one, any other
    /// key opens them all.
    account: Option<String>,
}

impl Key {
    pub(crate) fn new(token: &str) -> Result<Self, Error> {
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Token);
        }
        Ok(Self {
            hash: Sha256::digest(token).into(),
            account: account_of(token).map(str::to_owned),
        })
    }

    /// Whether the request carries the key.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let mut presented = carried(headers).peekable();
        if presented.peek().is_none() {
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "no key: send it as the header x-api-key, or as a bearer token",
            ));
        }
        let results: Vec<_> = presented.map(|key| self.is(&key)).collect();
        match results.iter().find(|result| result.is_ok()) {
            Some(_) => Ok(()),
            None => results.into_iter().next().unwrap_or(Ok(())),
        }
    }

    /// Whether this is the key.
    pub(crate) fn is(&self, presented: &[u8]) -> Result<(), Problem> {
        if bool::from(Sha256::digest(presented).as_slice().ct_eq(&self.hash)) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "the key is not the one of this server",
        ))
    }

    /// Whether the key opens `account`.
    pub(crate) fn open(&self, account: &str) -> Result<(), Problem> {
        match &self.account {
            Some(own) if own != account => Err(Problem::new(
                StatusCode::FORBIDDEN,
                format!("the key is of the account {own:?}, and does not open {account:?}"),
            )),
            _ => Ok(()),
        }
    }
}

/// The account that a personal or service account's token names.
pub(crate) fn account_of(token: &str) -> Option<&str> {
    let mut parts = token.split('.');
    match (parts.next(), parts.next()) {
        (Some("pat" | "sat"), Some(account)) if !account.is_empty() => Some(account),
        _ => None,
    }
}

/// Every key that a request carries: `x-api-key`, `x-nuget-apikey`, a bearer token, the password of
/// Basic, which is where package clients put it, or an `Authorization` that is nothing but the key, as Cargo sends it.
fn carried(headers: &HeaderMap) -> impl Iterator<Item = Vec<u8>> + '_ {
    let api_keys = ["x-api-key", "x-nuget-apikey"]
        .into_iter()
        .flat_map(|name| headers.get_all(name))
        .map(|value| value.as_bytes().to_vec());
    let authorizations = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let value = value.to_str().ok()?;
        let Some((scheme, rest)) = value.split_once(' ') else {
            return Some(value.as_bytes().to_vec());
        };
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(rest.as_bytes().to_vec());
        }
        if scheme.eq_ignore_ascii_case("basic") {
            let pair = STANDARD.decode(rest).ok()?;
            let colon = pair.iter().position(|&byte| byte == b':')?;
            return Some(pair[colon + 1..].to_vec());
        }
        None
    });
    api_keys.chain(authorizations)
}

/// The key that the data folder keeps, made at random where it has none. The file is readable by its owner
/// alone.
pub(crate) fn kept(data: &Path) -> Result<(String, PathBuf), Error> {
    let path = data.join("token");
    match File::open(&path) {
        Ok(mut file) => {
            let mut token = String::new();
            file.read_to_string(&mut token).map_err(Error::file(&path))?;
            Ok((token.trim().to_owned(), path))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let [id, first, second] = [(); 3].map(|()| Uuid::new_v4().simple().to_string());
            let token = format!("pat.{ACCOUNT}.{id}.{first}{second}");
            write_private(data, &path, &token).map_err(Error::file(&path))?;
            Ok((token, path))
        }
        Err(source) => Err(Error::File { path, source }),
    }
}

/// Written beside and renamed, so that a start that is cut short leaves no half key.
fn write_private(data: &Path, path: &Path, token: &str) -> io::Result<()> {
    let beside = data.join("token.new");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(axum::http::HeaderName::from_static(name), value.parse().unwrap())])
    }

    #[test]
    fn the_key_is_taken_from_where_clients_put_it() {
        let key = Key::new("pat.acc.1.s").unwrap();
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        for (name, value, right) in [
            ("x-api-key", "pat.acc.1.s".to_owned(), true),
            ("x-nuget-apikey", "pat.acc.1.s".to_owned(), true),
            ("x-nuget-apikey", "other".to_owned(), false),
            ("authorization", "Bearer pat.acc.1.s".to_owned(), true),
            ("authorization", "bearer  pat.acc.1.s".to_owned(), true),
            ("authorization", basic("any:pat.acc.1.s"), true),
            ("authorization", basic("pat.acc.1.s:"), false),
            ("authorization", basic("pat.acc.1.s"), false),
            ("authorization", "Basic ?".to_owned(), false),
            ("authorization", "pat.acc.1.s".to_owned(), true),
            ("authorization", "pat.acc.1".to_owned(), false),
            ("authorization", "Digest pat.acc.1.s".to_owned(), false),
            ("x-api-key", "pat.acc.1.S".to_owned(), false),
            ("x-api-key", String::new(), false),
            ("cookie", "pat.acc.1.s".to_owned(), false),
        ] {
            assert_eq!(
                key.check(&headers(name, &value)).is_ok(),
                right,
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn a_key_opens_the_account_that_it_names() {
        assert!(Key::new("pat.acc.1.s").unwrap().open("acc").is_ok());
        assert!(Key::new("sat.acc.1.s").unwrap().open("other").is_err());
        assert!(Key::new("anything").unwrap().open("other").is_ok());
        for token in ["", "a b", "a\nb", "é"] {
            assert!(Key::new(token).is_err());
        }
    }
}
