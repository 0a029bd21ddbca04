//! The firewall that answers evaluations: core's, with the policy and advisories that the settings name.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::path::Path;

use hc_core::audit::judge;
use hc_core::coverage::DataCoverage;
use hc_core::firewall::{Advisories, Category, DataSource, Firewall, Policy, Verdict, Violation};
use hc_core::package::Ecosystem;
use serde_json::{Value, json};

use crate::clock;
use crate::config::Config;
use crate::error::Error;
use crate::package_type::PackageType;

/// The firewall, and what its policy is called.
pub(crate) struct Judge {
    firewall: Firewall,
    policy: String,
}

impl Judge {
    /// Reads the policy and the advisories.
    pub(crate) fn load(config: &Config) -> Result<Self, Error> {
        let (policy, name) = match &config.policy {
            Some(path) => {
                let bytes = fs::read(path).map_err(Error::file(path))?;
                let policy = Policy::parse(&path.display().to_string(), &bytes)?;
                // Clients see the name; where the file lies is no affair of theirs.
                let name = path.file_name().unwrap_or(path.as_os_str());
                (policy, name.to_string_lossy().into_owned())
            }
            None => (Policy::default(), "built-in".to_owned()),
        };
        let mut advisories = match config.no_starter {
            true => Advisories::default(),
            false => Advisories::starter(),
        };
        for path in &config.advisories {
            load(path, &mut advisories)?;
        }
        let mut firewall = Firewall::new(policy, advisories);
        // What is withdrawn while the server runs is in no file that it has read.
        firewall.set_now(clock::since_1970());
        Ok(Self {
            firewall,
            policy: name,
        })
    }

    /// The verdict on a package version. Where no advisories cover its ecosystem, there is none.
    pub(crate) fn verdict(&self, package_type: PackageType, package: &str, version: &str) -> Verdict {
        match package_type.ecosystem() {
            Some(ecosystem) => judge(&self.firewall, ecosystem, package, version),
            None => Verdict::unknown(format!(
                "there are no advisories about packages of type {}",
                package_type.as_str()
            )),
        }
    }

    /// What judges, with the advisories that it knows.
    pub(crate) fn firewall(&self) -> &Firewall {
        &self.firewall
    }

    /// Where the advisories come from, for each ecosystem: clients say what verdicts rest on.
    pub(crate) fn sources(&self) -> Value {
        let about = |ecosystem: Ecosystem| {
            let sources = self.firewall.advisories().sources_about(ecosystem);
            let shown = sources.into_iter().map(|source| DataSource {
                name: last_part(&source.name),
                ..source
            });
            (ecosystem.as_str().to_owned(), json!(shown.collect::<Vec<_>>()))
        };
        Value::Object(Ecosystem::ALL.map(about).into_iter().collect())
    }

    /// What verdicts rest on, in lines for the person who starts the server.
    pub(crate) fn greeting(&self) -> String {
        let notes = Ecosystem::ALL.into_iter().filter_map(|ecosystem| {
            let sources = self.firewall.advisories().sources_about(ecosystem);
            DataCoverage::new(ecosystem, sources).note
        });
        let advisories = self.firewall.advisories();
        let mut text = format!(
            "Firewall: policy {}, {} advisories, newest {}",
            self.policy,
            advisories.len(),
            advisories.newest().unwrap_or("unknown")
        );
        for note in notes {
            text.push_str("\nnote: ");
            text.push_str(&note);
        }
        text
    }

    /// What the policy set is called in scans.
    pub(crate) fn policy_set(&self) -> &str {
        &self.policy
    }

    /// The reasons for a verdict, as `GET /scans/{id}/details` gives them. A violation that a CVSS score decided
    /// is of the category `Security`; the API has no category for the others, so they are `Unknown`, with what is
    /// known about them. A version without a verdict has its `reason`.
    pub(crate) fn details(&self, verdict: &Verdict, version: &str) -> Value {
        let violated = verdict
            .violations
            .iter()
            .filter(|violation| violation.is_violated());
        let (scored, other): (Vec<&Violation>, Vec<&Violation>) = violated.partition(|violation| {
            violation.category == Category::Security
                && violation.score.is_some()
                && violation.threshold.is_some()
        });
        let mut failures = Vec::new();
        if !scored.is_empty() {
            let vulnerabilities: Vec<Value> = scored.into_iter().map(vulnerability).collect();
            failures.push(json!({
                "category": "Security", "policyName": "security", "policyRef": "security",
                "vulnerabilities": vulnerabilities,
            }));
        }
        failures.extend(other.into_iter().map(unscored));
        let sets = if failures.is_empty() {
            json!([])
        } else {
            json!([{
                "policySetRef": self.policy, "policySetName": self.policy, "policyFailureDetails": failures,
            }])
        };
        let mut details = json!({
            "policySetFailureDetails": sets,
            "fixVersionDetails": {
                "fixVersionAvailable": verdict.fix_version.is_some(), "currentVersion": version,
            },
        });
        if let Some(fix) = &verdict.fix_version {
            details["fixVersionDetails"]["fixVersion"] = json!(fix);
        }
        if let Some(note) = &verdict.note {
            details["reason"] = json!(note);
        }
        details
    }
}

/// Where a file lies is no affair of the clients'.
fn last_part(path: &str) -> String {
    let name = Path::new(path).file_name();
    name.map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The name that most know it by.
fn name(violation: &Violation) -> &str {
    let id = violation.cve.as_ref().or(violation.advisory.as_ref());
    id.map_or("", String::as_str)
}

fn vulnerability(violation: &Violation) -> Value {
    json!({
        "cveId": name(violation), "cvssScore": violation.score, "cvssThreshold": violation.threshold,
        "advisory": violation.advisory, "summary": violation.summary,
    })
}

fn unscored(violation: &Violation) -> Value {
    let policy = violation.category.as_str().to_lowercase();
    json!({
        "category": "Unknown", "policyName": policy, "policyRef": policy,
        "advisory": violation.advisory, "cveId": violation.cve, "summary": violation.summary,
    })
}

/// Reads a file of advisories, or all of a folder and those below it, links to folders included, in the order of
/// their names.
fn load(named: &Path, advisories: &mut Advisories) -> Result<(), Error> {
    let mut pending = vec![named.to_owned()];
    // Where folders really lie, as links may lead back to one.
    let mut listed = BTreeSet::new();
    while let Some(path) = pending.pop() {
        if !path.is_dir() {
            let bytes = fs::read(&path).map_err(Error::file(&path))?;
            let [named, file] = [named, &path].map(|path| path.display().to_string());
            advisories.load_of(Advisories::source_of(&named, &file), &file, &bytes)?;
            continue;
        }
        if !listed.insert(fs::canonicalize(&path).map_err(Error::file(&path))?) {
            continue;
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(&path).map_err(Error::file(&path))? {
            let entry = entry.map_err(Error::file(&path))?;
            if Advisories::takes(&entry.file_name().to_string_lossy()) || leads_to_folder(&entry) {
                entries.push(entry.path());
            }
        }
        entries.sort_by(|one, other| other.cmp(one));
        pending.extend(entries);
    }
    Ok(())
}

/// Whether an entry of a folder is one. A link that leads nowhere counts, so that reading it says so: nobody knows
/// what it was to bring in.
fn leads_to_folder(entry: &DirEntry) -> bool {
    match entry.file_type() {
        Ok(kind) if kind.is_symlink() => {
            fs::metadata(entry.path()).map_or(true, |metadata| metadata.is_dir())
        }
        Ok(kind) => kind.is_dir(),
        Err(_) => true,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    const RECORD: &[u8] =
        br#"{"id":"A","affected":[{"package":{"ecosystem":"npm","name":"x"},"versions":["1"]}]}"#;

    #[test]
    fn links_in_a_folder_of_advisories_are_followed_once_and_lead_somewhere() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.json"), RECORD).unwrap();
        let folder = tempfile::tempdir().unwrap();
        symlink(folder.path(), folder.path().join("again")).unwrap();
        symlink(outside.path(), folder.path().join("linked")).unwrap();
        let mut advisories = Advisories::default();
        load(folder.path(), &mut advisories).unwrap();
        assert_eq!(advisories.len(), 1);
        symlink("nowhere", folder.path().join("export")).unwrap();
        assert!(load(folder.path(), &mut Advisories::default()).is_err());
    }
}
