//! From a file's dependencies to verdicts: the embedded firewall's answers, and a registry's.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::answer::{Answer, Question};
use crate::api::scans::Package;
use crate::coverage::{DataCoverage, Ground, PolicyInForce};
use crate::dependency::Dependency;
use crate::error::{Code, InputError};
use crate::firewall::{Advisories, Firewall, Policy, STARTER_SET, Scanned, Status, Verdict};
use crate::lockfile::Lockfile;
use crate::package::Ecosystem;
use crate::report::{AuditReport, EMBEDDED, FirewallInfo};
use crate::select::Selection;
use crate::version::Version;

/// The embedded firewall's verdict on one version. That nothing is found says something only where something
/// could have been: where no source of advisories covers the ecosystem, or the version is not one that can be
/// compared, there is no verdict.
#[must_use]
pub fn judge(firewall: &Firewall, ecosystem: Ecosystem, name: &str, version: &str) -> Verdict {
    let mut verdict = firewall.evaluate(ecosystem, name, version);
    if verdict.status == Status::Allowed
        && let Some(why) = why_open(firewall, ecosystem, version)
    {
        verdict.status = Status::Unknown;
        verdict.note = Some(why);
    }
    verdict
}

/// Why it says nothing that nothing was found, if it does not.
fn why_open(firewall: &Firewall, ecosystem: Ecosystem, version: &str) -> Option<String> {
    if !firewall.advisories().covers(ecosystem) {
        Some(format!("no source of advisories covers {ecosystem}"))
    } else if Version::parse(ecosystem, version).is_none() {
        Some(format!(
            "the version is not one that {ecosystem} can order, so that no advisory can be held against it"
        ))
    } else {
        None
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

/// The embedded firewall, with the origin of the policy that is in force.
#[derive(Debug)]
pub struct Embedded {
    firewall: Firewall,
    policy: PolicyInForce,
}

/// With the built-in policy and the starter set of advisories.
impl Default for Embedded {
    fn default() -> Self {
        Self::new(Advisories::starter())
    }
}

impl Embedded {
    /// With the built-in policy.
    #[must_use]
    pub fn new(advisories: Advisories) -> Self {
        Self {
            firewall: Firewall::new(Policy::default(), advisories),
            policy: PolicyInForce::built_in(),
        }
    }

    /// Puts a policy in force that comes from `origin`.
    pub fn set_policy(&mut self, policy: Policy, origin: &str) {
        self.policy = PolicyInForce::new(&policy, origin);
        self.firewall.set_policy(policy);
    }

    /// Says what time it is; see [`Firewall::set_now`].
    pub fn set_now(&mut self, now: Duration) {
        self.firewall.set_now(now);
    }

    /// Goes back to the built-in policy.
    pub fn reset_policy(&mut self) {
        self.firewall.set_policy(Policy::default());
        self.policy = PolicyInForce::built_in();
    }

    /// The policy in force, as reports name it.
    #[must_use]
    pub fn policy(&self) -> &PolicyInForce {
        &self.policy
    }

    /// Adds the advisories in a file to those that are there. The path of a file of a folder begins with the folder's
    /// name and a slash; the files of a folder are one source, those of each folder in it another.
    ///
    /// # Errors
    /// As [`Advisories::load`], and when a file that is no folder's holds none: who gives advisories expects them to
    /// count.
    pub fn add_advisories(&mut self, path: &str, bytes: &[u8]) -> Result<(), InputError> {
        let advisories = self.firewall.advisories_mut();
        if let Some((folder, _)) = path.split_once('/') {
            return advisories.load_of(Advisories::source_of(folder, path), path, bytes);
        }
        advisories.load(path, bytes)?;
        if advisories.is_about_nothing(path) {
            return Err(no_advisories(path));
        }
        Ok(())
    }

    /// Goes back to the starter set.
    pub fn reset_advisories(&mut self) {
        *self.firewall.advisories_mut() = Advisories::starter();
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
        let names: Vec<&str> = advisories.source_names().collect();
        FirewallInfo {
            evaluated_by: EMBEDDED.to_owned(),
            policy: self.policy.policy.clone(),
            advisories: names.join(", "),
            advisory_count: advisories.len(),
            advisory_date: advisories.newest().map(str::to_owned),
            starter_only: names == [STARTER_SET],
        }
    }

    /// What its verdicts on packages of `ecosystem` rest on.
    #[must_use]
    pub fn ground(&self, ecosystem: Ecosystem) -> Ground {
        Ground {
            evaluated_by: EMBEDDED.to_owned(),
            policy: self.policy.clone(),
            data: DataCoverage::new(ecosystem, self.firewall.advisories().sources_about(ecosystem)),
        }
    }

    /// Adds the wanted dependencies of `lockfile`, as `file`, to `report`.
    pub fn audit(&self, report: &mut AuditReport, file: &str, lockfile: &Lockfile, wanted: &Selection) {
        let ground = self.ground(lockfile.format.ecosystem);
        report.add(
            &ground,
            file,
            lockfile,
            evaluate(&self.firewall, lockfile, wanted),
        );
    }
}

/// The error that nothing which was given is about packages that can be judged.
#[must_use]
pub fn no_advisories(origin: &str) -> InputError {
    let error = InputError::new(Code::Format, origin, "no advisory of npm, Maven or PyPI is in it");
    error.help("give an OSV export (all.zip), a folder of OSV JSON files, or one of them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::SourceKind;

    #[test]
    fn the_files_of_a_folder_are_one_source_of_advisories() {
        let record = |number: usize| {
            format!(
                r#"{{"id":"X-{number}","affected":[{{"package":{{"ecosystem":"Maven","name":"g:a{number}"}},"versions":["1"]}}]}}"#
            )
        };
        let mut firewall = Embedded::new(Advisories::default());
        for number in 0..100 {
            let path = format!("osv/Maven/{}/{number}.json", number % 7);
            firewall.add_advisories(&path, record(number).as_bytes()).unwrap();
        }
        // What is about no ecosystem that is judged is nothing unusual among many.
        let of_go =
            br#"{"id":"GO-1","affected":[{"package":{"ecosystem":"Go","name":"m"},"versions":["1"]}]}"#;
        firewall.add_advisories("osv/Maven/go.json", of_go).unwrap();
        let sources = firewall.firewall.advisories().sources_about(Ecosystem::Maven);
        let shown: Vec<_> = sources
            .iter()
            .map(|it| (it.name.as_str(), it.kind, it.advisories))
            .collect();
        assert_eq!(shown, [("osv/Maven", SourceKind::Export, 100)]);
        assert!(firewall.add_advisories("go.json", of_go).is_err());
    }
}
