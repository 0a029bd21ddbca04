//! What an audit found: the one thing that every renderer and page shows.

use std::sync::Arc;

use serde::Serialize;

use crate::advice::{self, Step};
use crate::answer::{Answer, Question};
use crate::coverage::{self, Basis, Coverage, FileCoverage, Ground};
use crate::dependency::{Scope, Source};
use crate::firewall::{Status, Violation};
use crate::lockfile::Lockfile;
use crate::package::Ecosystem;

/// The result of auditing one or more files. Rows are sorted, so the same input gives the same bytes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditReport {
    /// Which firewall spoke, and with what knowledge.
    pub firewall: FirewallInfo,
    /// What it covers.
    pub coverage: Coverage,
    /// How many rows there are of each status.
    pub counts: Counts,
    /// One row for each distinct (file, ecosystem, name, version).
    pub rows: Vec<Row>,
}

impl AuditReport {
    /// An empty report, to which files are added.
    #[must_use]
    pub fn new(firewall: FirewallInfo) -> Self {
        Self {
            firewall,
            coverage: Coverage::default(),
            counts: Counts::default(),
            rows: Vec::new(),
        }
    }

    /// Adds a file: one row for each answer about one of its dependencies, which rest on `ground`.
    pub fn add(&mut self, ground: &Ground, file: &str, lockfile: &Lockfile, answers: Vec<Answer>) {
        let covered = FileCoverage::new(file, lockfile, &ground.policy.policy);
        let basis = Arc::new(ground.basis(&covered));
        self.coverage.add(ground, covered);
        for Answer {
            index,
            question,
            verdict,
            scan_id,
        } in answers
        {
            let Some(dependency) = lockfile.dependencies.get(index) else {
                continue;
            };
            self.counts.add(verdict.status, &verdict.violations);
            let advice = advice::of_dependency(file, lockfile, index, &verdict);
            let (version, assumed) = match question {
                Question::Version { version, assumed } => (Some(version), assumed),
                Question::Impossible { .. } => (dependency.version.as_deref().map(str::to_owned), false),
            };
            self.rows.push(Row {
                package_name: dependency.name.to_string(),
                purl: (dependency.source == Source::Registry)
                    .then(|| dependency.ecosystem.purl(&dependency.name, version.as_deref())),
                version,
                scan_id,
                scan_status: verdict.status,
                ecosystem: dependency.ecosystem,
                file: file.to_owned(),
                line: dependency.line,
                scope: dependency.scope,
                direct: dependency.direct,
                paths: lockfile.paths(index),
                source: dependency.source,
                specifier: dependency.specifier.as_deref().map(str::to_owned),
                assumed,
                violations: verdict.violations,
                fix_version: verdict.fix_version,
                advice,
                evaluated_by: ground.evaluated_by.clone(),
                basis: Arc::clone(&basis),
                note: verdict.note,
            });
        }
    }
}

/// What reports call the embedded firewall.
pub const EMBEDDED: &str = "embedded";

/// Which firewall gave the verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FirewallInfo {
    /// `embedded`, or the registry that was asked.
    pub evaluated_by: String,
    /// Where the policy came from that holds for files without one of their own: `built-in`, or a file.
    pub policy: String,
    /// Where the advisories came from: `starter set`, and paths.
    pub advisories: String,
    /// How many advisories were at hand for the three ecosystems.
    pub advisory_count: usize,
    /// The newest modification date among them, `YYYY-MM-DD`.
    pub advisory_date: Option<String>,
    /// Whether only the small built-in starter set was used.
    pub starter_only: bool,
}

impl FirewallInfo {
    /// The firewall of a registry, which keeps its policies and advisories to itself.
    #[must_use]
    pub fn registry(name: &str) -> Self {
        Self {
            evaluated_by: name.to_owned(),
            policy: "the registry's".to_owned(),
            advisories: "the registry's".to_owned(),
            advisory_count: 0,
            advisory_date: None,
            starter_only: false,
        }
    }
}

/// How many rows have each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Rows that may be used.
    pub allowed: usize,
    /// Rows to look at.
    pub warn: usize,
    /// Rows that must not be used.
    pub blocked: usize,
    /// Rows on which nobody could give a verdict.
    pub unknown: usize,
    /// Findings that apply, but lie below the policy's thresholds.
    pub below: usize,
}

impl Counts {
    fn add(&mut self, status: Status, violations: &[Violation]) {
        let below = violations.iter().filter(|violation| !violation.is_violated());
        self.below += below.count();
        *match status {
            Status::Allowed => &mut self.allowed,
            Status::Warn => &mut self.warn,
            Status::Blocked => &mut self.blocked,
            Status::Unknown => &mut self.unknown,
        } += 1;
    }
}

/// One package version of one file, with its verdict. The first four fields have the names that scripts
/// written for the earlier client know.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The package's name in its ecosystem.
    pub package_name: String,
    /// The version that was evaluated; null where the file gives none.
    pub version: Option<String>,
    /// The registry's scan; null when the embedded firewall spoke.
    pub scan_id: Option<String>,
    /// The verdict.
    pub scan_status: Status,
    /// The package's ecosystem.
    pub ecosystem: Ecosystem,
    /// The package URL; null for what comes from no registry.
    pub purl: Option<String>,
    /// The file as the user named it.
    pub file: String,
    /// The line in that file, from 1.
    pub line: usize,
    /// What the dependency is for.
    pub scope: Scope,
    /// Whether the project itself asks for it; null where the file does not tell.
    pub direct: Option<bool>,
    /// Shortest ways from the root, each a list of `name@version` that ends with this package.
    pub paths: Vec<Vec<String>>,
    /// Where the package is taken from.
    pub source: Source,
    /// The range that the file gives, if it gives one.
    pub specifier: Option<String>,
    /// True where `version` is the lowest that satisfies `specifier`, not one that the file names.
    pub assumed: bool,
    /// Why the verdict is what it is, worst first; then what applies but lies below the policy's thresholds.
    pub violations: Vec<Violation>,
    /// The lowest version known to have none of the violations.
    pub fix_version: Option<String>,
    /// What to do about it; empty where no policy is violated.
    pub advice: Vec<Step>,
    /// Which firewall gave the verdict.
    pub evaluated_by: String,
    /// What the verdict rests on.
    #[serde(serialize_with = "coverage::shared")]
    pub basis: Arc<Basis>,
    /// Why there is no verdict, for `UNKNOWN` rows.
    pub note: Option<String>,
}
