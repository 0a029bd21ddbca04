//! Cargo's sparse index: where a registry says that the dependencies of its crates come from.

use http::Method;
use serde::Deserialize;

use super::body::{Request, Response, plain};
use super::error::{self, ApiError};
use super::push::Target;

/// A crate's version in the index, as far as it is of use here.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The version.
    pub vers: String,
    /// What it depends on.
    pub deps: Vec<Dep>,
}

/// A dependency in the index.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Dep {
    /// What the crate calls it.
    pub name: String,
    /// What it is needed for.
    pub kind: Option<String>,
    /// The platform that needs it.
    pub target: Option<String>,
    /// The URL of its index; `None` is the registry that the crate is in.
    pub registry: Option<String>,
}

/// `GET`: all versions of a crate.
#[must_use]
pub fn get(target: &Target<'_>, name: &str) -> Request {
    let name = name.to_ascii_lowercase();
    // Names are ASCII: readers of crates see to it. Of another one the whole name is no worse than nothing.
    let part = |range: std::ops::Range<usize>| name.get(range).unwrap_or(&name);
    let path = match name.len() {
        0..=2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", part(0..1)),
        _ => format!("{}/{}/{name}", part(0..2), part(2..4)),
    };
    plain(Method::GET, target.url(&format!("cargo/index/{path}")))
}

/// The entry of one version.
///
/// # Errors
/// When the service refused, or tells nothing of the version that can be read.
pub fn parse(response: &Response, version: &str) -> Result<Entry, ApiError> {
    error::check(response)?;
    let text = String::from_utf8_lossy(response.body());
    let mut entries = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Entry>(line).ok());
    entries
        .find(|entry| entry.vers == version)
        .ok_or_else(|| ApiError::unfit("it is no index that tells of the version", response))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::service::BaseUrl;

    #[test]
    fn a_crate_is_found_in_the_index_by_its_first_letters() {
        let packages = BaseUrl::parse("https://pkg.example").unwrap();
        let target = Target {
            packages: &packages,
            account: "acc",
            registry: "reg",
        };
        for (name, expected) in [
            ("A", "1/a"),
            ("ab", "2/ab"),
            ("abc", "3/a/abc"),
            ("Abcd", "ab/cd/abcd"),
        ] {
            let expected = format!("https://pkg.example/pkg/acc/reg/cargo/index/{expected}");
            assert_eq!(get(&target, name).uri().to_string(), expected);
        }
        let text = concat!(
            r#"{"name":"a","vers":"1.0.0","deps":[],"cksum":"x"}"#,
            "\n",
            r#"{"name":"a","vers":"1.1.0","deps":[{"name":"b","kind":"dev","registry":null,"req":"^1"}]}"#,
        );
        let entry = parse(&Response::new(text.into()), "1.1.0").unwrap();
        assert_eq!(
            (entry.deps[0].name.as_str(), entry.deps[0].registry.as_deref()),
            ("b", None)
        );
        assert!(parse(&Response::new(text.into()), "2.0.0").is_err());
        assert!(parse(&Response::new(b"<html>".to_vec()), "1.0.0").is_err());
    }
}
