//! A dependency as a list of what files hold shows it.

use hc_core::dependency::{Scope, Source};
use hc_core::package::Ecosystem;
use serde::Serialize;

/// A dependency as other programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    /// Null where the file gives a range.
    pub(crate) version: Option<String>,
    /// The requirement as the file gives it.
    pub(crate) specifier: Option<String>,
    /// Whether the file settles on one version.
    pub(crate) exact: bool,
    /// Null for what comes from no registry.
    pub(crate) purl: Option<String>,
    pub(crate) scope: Scope,
    /// Null where the file does not tell.
    pub(crate) direct: Option<bool>,
    pub(crate) source: Source,
    pub(crate) paths: Vec<Vec<String>>,
    /// The file as the user named it.
    pub(crate) file: String,
    pub(crate) line: usize,
}
