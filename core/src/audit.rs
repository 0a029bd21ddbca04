//! From a file's dependencies to verdicts: what a firewall is asked, and the embedded one's answers.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::scans::Package;
use crate::dependency::{Dependency, Source};
use crate::error::{Code, InputError};
use crate::firewall::{Advisories, Firewall, Policy, Scanned, Verdict};
use crate::lockfile::Lockfile;
use crate::package::Ecosystem;
use crate::report::{AuditReport, EMBEDDED, FirewallInfo};
use crate::select::Selection;
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
                version: version.to_string(),
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

/// What a firewall said of one dependency of a file.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The dependency's index in the file's list.
    pub index: usize,
    /// What was asked.
    pub question: Question,
    /// What the firewall said.
    pub verdict: Verdict,
    /// The scan that the verdict comes from; `None` from the embedded firewall.
    pub scan_id: Option<String>,
}

/// The embedded firewall's verdict on one version. Where it has no advisory of an ecosystem at all, it has no
/// verdict on its packages.
#[must_use]
pub fn judge(firewall: &Firewall, ecosystem: Ecosystem, name: &str, version: &str) -> Verdict {
    if firewall.advisories().covers(ecosystem) {
        firewall.evaluate(ecosystem, name, version)
    } else {
        Verdict::unknown(format!("none of the advisories is about {ecosystem}"))
    }
}

/// The embedded firewall's verdicts on the wanted dependencies of a file, in their order.
#[must_use]
pub fn evaluate(firewall: &Firewall, lockfile: &Lockfile, wanted: &Selection) -> Vec<Answer> {
    let answer = |(index, dependency): (usize, &Dependency)| {
        let question = Question::about(dependency);
        let verdict = match &question {
            Question::Version { version, .. } => {
                judge(firewall, dependency.ecosystem, &dependency.name, version)
            }
            Question::Impossible { reason } => Verdict::unknown(reason.clone()),
        };
        Answer {
            index,
            question,
            verdict,
            scan_id: None,
        }
    };
    wanted.of(lockfile).map(answer).collect()
}

/// What a registry is asked about the wanted dependencies of `lockfile`: each package version that can be
/// asked about, perhaps more than once.
pub fn packages<'l>(lockfile: &'l Lockfile, wanted: &'l Selection) -> impl Iterator<Item = Package> + 'l {
    wanted
        .of(lockfile)
        .filter_map(|(_, dependency)| match Question::about(dependency) {
            Question::Version { version, .. } => Some(Package {
                package_name: dependency.name.to_string(),
                version,
            }),
            Question::Impossible { .. } => None,
        })
}

/// A registry's verdicts on the wanted dependencies of a file, in their order. What has no verdict in
/// `scanned` is unknown.
#[must_use]
pub fn registry_answers(
    scanned: &BTreeMap<Package, Scanned>,
    lockfile: &Lockfile,
    wanted: &Selection,
) -> Vec<Answer> {
    let answer = |(index, dependency): (usize, &Dependency)| {
        let question = Question::about(dependency);
        let Scanned { verdict, scan_id } = match &question {
            Question::Version { version, .. } => {
                let package = Package {
                    package_name: dependency.name.to_string(),
                    version: version.clone(),
                };
                scanned
                    .get(&package)
                    .cloned()
                    .unwrap_or_else(|| Scanned::unknown("the registry was not asked about it"))
            }
            Question::Impossible { reason } => Scanned::unknown(reason.clone()),
        };
        Answer {
            index,
            question,
            verdict,
            scan_id,
        }
    };
    wanted.of(lockfile).map(answer).collect()
}

/// The embedded firewall, with the origins of what it knows.
#[derive(Debug)]
pub struct Embedded {
    firewall: Firewall,
    /// What reports call the policy; `None` is the built-in one.
    policy: Option<String>,
    /// What reports call the advisories; empty is the starter set.
    advisories: Vec<String>,
}

/// With the built-in policy and the starter set of advisories.
impl Default for Embedded {
    fn default() -> Self {
        Self {
            firewall: Firewall::new(Policy::default(), Advisories::starter()),
            policy: None,
            advisories: Vec::new(),
        }
    }
}

impl Embedded {
    /// Puts a policy in force that comes from `origin`.
    pub fn set_policy(&mut self, policy: Policy, origin: &str) {
        self.firewall.set_policy(policy);
        self.policy = Some(origin.to_owned());
    }

    /// Says what time it is; see [`Firewall::set_now`].
    pub fn set_now(&mut self, now: Duration) {
        self.firewall.set_now(now);
    }

    /// Goes back to the built-in policy.
    pub fn reset_policy(&mut self) {
        self.firewall.set_policy(Policy::default());
        self.policy = None;
    }

    /// Lets advisories that come from `origin` take the place of all others.
    ///
    /// # Errors
    /// When there are none: who gives advisories expects them to count.
    pub fn set_advisories(&mut self, advisories: Advisories, origin: &str) -> Result<(), InputError> {
        if advisories.is_empty() {
            let error = InputError::new(Code::Format, origin, "no advisory of npm, Maven or PyPI is in it");
            return Err(
                error.help("give an OSV export (all.zip), a folder of OSV JSON files, or one of them")
            );
        }
        *self.firewall.advisories_mut() = advisories;
        self.advisories = vec![origin.to_owned()];
        Ok(())
    }

    /// Adds the advisories in a file to those that were added before; the first file replaces the starter
    /// set.
    ///
    /// # Errors
    /// As [`Advisories::load`] and [`Self::set_advisories`].
    pub fn add_advisories(&mut self, file: &str, bytes: &[u8]) -> Result<(), InputError> {
        if self.advisories.is_empty() {
            let mut advisories = Advisories::default();
            advisories.load(file, bytes)?;
            return self.set_advisories(advisories, file);
        }
        self.firewall.advisories_mut().load(file, bytes)?;
        self.advisories.push(file.to_owned());
        Ok(())
    }

    /// Goes back to the starter set.
    pub fn reset_advisories(&mut self) {
        *self.firewall.advisories_mut() = Advisories::starter();
        self.advisories.clear();
    }

    /// The firewall itself.
    #[must_use]
    pub fn firewall(&self) -> &Firewall {
        &self.firewall
    }

    /// What a report says of this firewall.
    #[must_use]
    pub fn info(&self) -> FirewallInfo {
        let advisories = self.firewall.advisories();
        let starter_only = self.advisories.is_empty();
        FirewallInfo {
            evaluated_by: EMBEDDED.to_owned(),
            policy: self.policy.as_deref().unwrap_or("built-in").to_owned(),
            advisories: if starter_only {
                "starter set".to_owned()
            } else {
                self.advisories.join(", ")
            },
            advisory_count: advisories.len(),
            advisory_date: advisories.newest().map(str::to_owned),
            starter_only,
        }
    }

    /// Adds the wanted dependencies of `lockfile`, as `file`, to `report`.
    pub fn audit(&self, report: &mut AuditReport, file: &str, lockfile: &Lockfile, wanted: &Selection) {
        report.add(file, lockfile, evaluate(&self.firewall, lockfile, wanted));
    }
}
