//! From a file's dependencies to verdicts: what a firewall is asked, and the embedded one's answers.

use crate::dependency::{Dependency, Source};
use crate::firewall::{Advisories, Firewall, Policy, Verdict};
use crate::lockfile::Lockfile;
use crate::report::{AuditReport, FirewallInfo};
use crate::version;

/// What a firewall is asked about a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Its verdict on this version.
    Version {
        /// The version, in the ecosystem's scheme.
        version: String,
        /// Whether it is not the file's own, but the lowest that satisfies the file's range.
        assumed: bool,
    },
    /// Nothing can be asked, so that the answer is `UNKNOWN`.
    Impossible {
        /// Why.
        reason: String,
    },
}

impl Question {
    /// The question about `dependency`. What does not come from the registry is never asked about as if
    /// it did, and a range without a lowest version is never asked about as if it were the newest.
    #[must_use]
    pub fn about(dependency: &Dependency) -> Self {
        if dependency.source != Source::Registry {
            let reason = format!("comes from a {}, not from a registry", dependency.source.noun());
            return Self::Impossible { reason };
        }
        match (&dependency.version, &dependency.specifier) {
            (Some(version), _) => Self::Version {
                version: version.clone(),
                assumed: false,
            },
            (None, Some(specifier)) => match version::lowest(dependency.ecosystem, specifier) {
                Some(version) => Self::Version {
                    version,
                    assumed: true,
                },
                None => Self::Impossible {
                    reason: format!("no lowest version satisfies {specifier}"),
                },
            },
            (None, None) => Self::Impossible {
                reason: "the file gives no version".to_owned(),
            },
        }
    }
}

/// The embedded firewall's verdicts on all dependencies of a file, in their order. Where it has no advisory
/// of an ecosystem at all, it has no verdict on its packages.
#[must_use]
pub fn evaluate(firewall: &Firewall, lockfile: &Lockfile) -> Vec<(Question, Verdict)> {
    let answer = |dependency: &Dependency| {
        let question = Question::about(dependency);
        let verdict = match &question {
            Question::Version { version, .. } if firewall.advisories().covers(dependency.ecosystem) => {
                firewall.evaluate(dependency.ecosystem, &dependency.name, version)
            }
            Question::Version { .. } => Verdict::unknown(format!(
                "none of the advisories is about {}",
                dependency.ecosystem
            )),
            Question::Impossible { reason } => Verdict::unknown(reason.clone()),
        };
        (question, verdict)
    };
    lockfile.dependencies.iter().map(answer).collect()
}

/// The embedded firewall with the names of what it knows.
#[derive(Debug)]
pub struct Embedded {
    firewall: Firewall,
    info: FirewallInfo,
}

impl Embedded {
    /// A firewall over the given policy and advisories; the origins are what reports call them.
    #[must_use]
    pub fn new(policy: Policy, policy_origin: &str, advisories: Advisories, advisories_origin: &str) -> Self {
        let info = FirewallInfo {
            evaluated_by: "embedded".to_owned(),
            policy: policy_origin.to_owned(),
            advisories: advisories_origin.to_owned(),
            advisory_count: advisories.len(),
            advisory_date: advisories.newest().map(str::to_owned),
            starter_only: false,
        };
        Self {
            firewall: Firewall::new(policy, advisories),
            info,
        }
    }

    /// A firewall that knows no more than the built-in starter set.
    #[must_use]
    pub fn with_starter_set(policy: Policy, policy_origin: &str) -> Self {
        let mut firewall = Self::new(policy, policy_origin, Advisories::starter(), "starter set");
        firewall.info.starter_only = true;
        firewall
    }

    /// What a report says of this firewall.
    #[must_use]
    pub const fn info(&self) -> &FirewallInfo {
        &self.info
    }

    /// Adds `lockfile`, as `file`, to `report`.
    pub fn audit(&self, report: &mut AuditReport, file: &str, lockfile: &Lockfile) {
        report.add(file, lockfile, evaluate(&self.firewall, lockfile));
    }
}
