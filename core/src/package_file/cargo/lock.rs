//! What a crate's own `Cargo.lock` tells: which index its dependencies came from.

use std::collections::BTreeSet;

use semver::{Version, VersionReq};
use serde::Deserialize;

use super::toml_error;
use crate::package_file::error::PackageError;

/// The packages of a `Cargo.lock`; none where there is no such file.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Lock {
    #[serde(default)]
    package: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
}

impl Lock {
    pub(super) fn parse(bytes: Option<&[u8]>) -> Result<Self, PackageError> {
        const FILE: &str = "Cargo.lock";
        let Some(bytes) = bytes else {
            return Ok(Self::default());
        };
        let text = std::str::from_utf8(bytes).map_err(|_| PackageError::content(FILE, "it is not UTF-8"))?;
        toml::from_str(text).map_err(|error| toml_error(FILE, text, &error))
    }

    /// The URL of the index that the package of this name came from, where it is clear which one that is. An index
    /// that is read over HTTP begins with `sparse+`, as Cargo writes it.
    pub(super) fn index_of(&self, name: &str, requirement: &VersionReq) -> Option<String> {
        let fits = |locked: &&Locked| {
            locked.name == name
                && Version::parse(&locked.version).is_ok_and(|version| requirement.matches(&version))
        };
        let index = |locked: &Locked| {
            let source = locked.source.as_deref()?;
            let url = source.strip_prefix("registry+");
            url.or_else(|| source.starts_with("sparse+").then_some(source))
                .map(str::to_owned)
        };
        let mut found: BTreeSet<String> = self.package.iter().filter(fits).filter_map(index).collect();
        let only = found.pop_first();
        only.filter(|_| found.is_empty())
    }
}
