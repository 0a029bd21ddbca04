//! What the page is given: plain data, the same as `types.d.ts` declares.

use hc_core::error::InputError;
use hc_core::lockfile::{self, FORMATS};
use hc_core::package::Ecosystem;
use hc_core::report::AuditReport;
use hc_core::walk;
use serde::Serialize;

/// What an audit gives: what could be read is in the report, what could not is in the failures.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// What was found.
    pub report: AuditReport,
    /// Why the other files cannot be used.
    pub failures: Vec<InputError>,
    /// What of folders was not read, a line for each reason.
    pub passed_over: Vec<String>,
}

impl From<AuditReport> for Outcome {
    fn from(report: AuditReport) -> Self {
        Self {
            failures: report.coverage.unread.clone(),
            passed_over: walk::summary(&report.coverage.passed_over),
            report,
        }
    }
}

/// A kind of dependency file that can be read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FormatInfo {
    /// The name by which people know it.
    pub name: &'static str,
    /// The ecosystem of its packages.
    pub ecosystem: Ecosystem,
    /// The file names by which it is recognised; one `*` stands for any characters.
    pub file_names: &'static [&'static str],
}

impl FormatInfo {
    /// Every kind.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let info = |format: &lockfile::Format| Self {
            name: format.name,
            ecosystem: format.ecosystem,
            file_names: format.file_names,
        };
        FORMATS.iter().map(info).collect()
    }
}
