//! What a push sends (pkg group): one file per package type. Success is 200 or 201, for Dart also 204.

pub mod answer;
pub mod cargo;
pub mod composer;
pub mod conda;
pub mod dart;
pub mod go;
pub mod maven;
pub mod npm;
pub mod nuget;
pub mod python;
pub mod rpm;
#[cfg(test)]
mod sample;

use super::service::{BaseUrl, package_base};
use crate::checksum::{Algorithm, Checksums};

/// The registry that packages are pushed to.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Where packages are.
    pub packages: &'a BaseUrl,
    /// The account.
    pub account: &'a str,
    /// The registry.
    pub registry: &'a str,
}

impl Target<'_> {
    /// The URL of `path`, which is encoded already, in the registry.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!(
            "{}/{path}",
            package_base(self.packages, self.account, self.registry)
        )
    }
}

/// What parts the fields of a form about a file with these checksums: nothing has its own SHA-512 in it, and no
/// field says it.
fn boundary(checksums: &Checksums) -> &str {
    checksums.get(Algorithm::Sha512).unwrap_or("hc")
}
