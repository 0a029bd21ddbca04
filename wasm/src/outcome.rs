//! What the page is given: plain data, the same as `types.d.ts` declares.

use hc_core::audit::Embedded;
use hc_core::error::InputError;
use hc_core::lockfile::{self, FORMATS, Input, Lockfile, ProjectFiles};
use hc_core::package::Ecosystem;
use hc_core::report::AuditReport;
use hc_core::select::Selection;
use serde::Serialize;

/// What an audit gives: what could be read is in the report, what could not is in the failures.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// What was found.
    pub report: AuditReport,
    /// Why the other files cannot be used.
    pub failures: Vec<InputError>,
}

impl Outcome {
    /// Audits every file, each a path and its bytes. Files may refer to each other.
    #[must_use]
    pub fn of(firewall: &Embedded, files: Vec<(String, Vec<u8>)>) -> Self {
        let mut project = ProjectFiles::default();
        let mut paths = Vec::with_capacity(files.len());
        for (path, bytes) in files {
            project.insert(path.clone(), bytes);
            paths.push(path);
        }
        let mut outcome = Self {
            report: AuditReport::new(firewall.info()),
            failures: Vec::new(),
        };
        for path in paths {
            let bytes = project.get(&path).unwrap_or_default();
            match read(Input { path: &path, bytes }, &project) {
                Ok(lockfile) => firewall.audit(&mut outcome.report, &path, &lockfile, &Selection::default()),
                Err(failure) => {
                    outcome.report.coverage.unread.push(failure.clone());
                    outcome.failures.push(failure);
                }
            }
        }
        outcome
    }
}

fn read(input: Input<'_>, project: &ProjectFiles) -> Result<Lockfile, InputError> {
    lockfile::parse(lockfile::detect(input)?, input, project)
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
