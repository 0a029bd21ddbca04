//! A registry's verdicts: its scans, held against what it was asked.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};
use serde_json::Value;

use super::verdict::{Category, Score, Status, Verdict, Violation};
use crate::api::scans::{Details, Package, Policy, Scan};
use crate::package::Ecosystem;

/// The registry's verdict on one package version.
#[derive(Clone, Debug, PartialEq)]
pub struct Scanned {
    /// The verdict, without its reasons until [`Scanned::explain`] adds them.
    pub verdict: Verdict,
    /// The scan that the registry made.
    pub scan_id: Option<String>,
}

/// The verdict on each of the packages that were asked for, in their order, from the rows that came back.
///
/// A package that did not come back, by name and version, is unknown, and so is a status that is not known:
/// nothing is allowed unless the registry returned it. So is a row without a status. Of several rows about one
/// package the worst counts.
#[must_use]
pub fn reconcile(ecosystem: Ecosystem, asked: &[Package], scans: &[Scan]) -> Vec<Scanned> {
    let mut returned: HashMap<(Cow<'_, str>, &str), Scanned> = HashMap::with_capacity(scans.len());
    for scan in scans {
        let (Some(name), Some(version)) = (&scan.package_name, &scan.version) else {
            continue;
        };
        let scanned = Scanned::of(scan);
        let known = returned.entry((ecosystem.normalize(name), version));
        known
            .and_modify(|known| {
                if scanned.verdict.status > known.verdict.status {
                    known.clone_from(&scanned);
                }
            })
            .or_insert(scanned);
    }
    asked
        .iter()
        .map(|package| {
            let key = (
                ecosystem.normalize(&package.package_name),
                package.version.as_str(),
            );
            returned
                .get(&key)
                .cloned()
                .unwrap_or_else(|| Scanned::unknown("the registry did not answer for it"))
        })
        .collect()
}

impl Scanned {
    /// No verdict, and why.
    #[must_use]
    pub fn unknown(why: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::unknown(why),
            scan_id: None,
        }
    }

    fn of(scan: &Scan) -> Self {
        let verdict = match scan.scan_status.as_deref() {
            None => Verdict::unknown("the registry gave no status for it"),
            Some("ALLOWED") => Verdict::plain(Status::Allowed),
            Some("WARN") => Verdict::plain(Status::Warn),
            Some("BLOCKED") => Verdict::plain(Status::Blocked),
            Some("UNKNOWN") => Verdict::unknown("the registry could not evaluate it"),
            Some(other) => Verdict::unknown(format!(
                "the registry answered a status that is not known: {other}"
            )),
        };
        Self {
            verdict,
            scan_id: scan.scan_id.clone().filter(|id| !id.is_empty()),
        }
    }

    /// Adds the reasons that the scan's details give.
    pub fn explain(&mut self, details: &Details) {
        let status = self.verdict.status;
        for set in details.policy_sets.iter().flatten() {
            let name = set.policy_set_name.as_ref().or(set.policy_set_ref.as_ref());
            for policy in set.policies.iter().flatten() {
                let violations = violations(status, name, policy);
                self.verdict.violations.extend(violations);
            }
        }
        // Where both forms came, they tell the same.
        if self.verdict.violations.is_empty() {
            for policy in details.policies.iter().flatten() {
                let violations = violations(status, None, policy);
                self.verdict.violations.extend(violations);
            }
        }
        let fix = details.fix.as_ref().filter(|fix| fix.fix_version_available);
        self.verdict.fix_version = fix
            .and_then(|fix| fix.fix_version.clone())
            .filter(|version| !version.is_empty());
    }
}

/// What one policy finds: each vulnerability apart, anything else as one.
fn violations(status: Status, policy_set: Option<&String>, policy: &Policy) -> Vec<Violation> {
    let mut details = policy.rest.clone();
    let findings = match details.remove("vulnerabilities") {
        Some(Value::Array(findings)) if !findings.is_empty() => findings,
        Some(other) => {
            details.insert("vulnerabilities".to_owned(), other);
            vec![Value::Null]
        }
        None => vec![Value::Null],
    };
    details.remove("policyRef");
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let score = |value: &Value, key: &str| value.get(key).and_then(Value::as_f64).and_then(Score::new);
    findings
        .iter()
        .map(|finding| Violation {
            status,
            category: Category::from(policy.category.as_str()),
            advisory: text(finding, "cveId"),
            cve: text(finding, "cveId").filter(|id| id.starts_with("CVE-")),
            aliases: Vec::new(),
            summary: String::new(),
            severity: None,
            score: score(finding, "cvssScore"),
            vector: None,
            threshold: score(finding, "cvssThreshold"),
            affected_range: String::new(),
            fix_version: None,
            policy_set: policy_set.cloned(),
            policy: policy.policy_name.clone(),
            details: details.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn package(name: &str, version: &str) -> Package {
        Package {
            package_name: name.to_owned(),
            version: version.to_owned(),
        }
    }

    fn scan(name: &str, version: &str, status: Option<&str>) -> Scan {
        Scan {
            package_name: Some(name.to_owned()),
            version: Some(version.to_owned()),
            scan_id: Some("id".to_owned()),
            scan_status: status.map(str::to_owned),
        }
    }

    fn status(ecosystem: Ecosystem, name: &str, scans: &[Scan]) -> Status {
        reconcile(ecosystem, &[package(name, "1.0")], scans)[0]
            .verdict
            .status
    }

    #[test]
    fn what_did_not_come_back_as_itself_is_unknown() {
        let npm = |scans: &[Scan]| status(Ecosystem::Npm, "a", scans);
        assert_eq!(npm(&[]), Status::Unknown);
        assert_eq!(npm(&[scan("b", "1.0", None)]), Status::Unknown);
        assert_eq!(npm(&[scan("a", "1.0.0", None)]), Status::Unknown);
        assert_eq!(npm(&[scan("A", "1.0", None)]), Status::Unknown);
        assert_eq!(
            npm(&[Scan {
                version: None,
                ..scan("a", "1.0", None)
            }]),
            Status::Unknown
        );
        assert_eq!(npm(&[scan("a", "1.0", None)]), Status::Unknown);
        assert_eq!(npm(&[scan("a", "1.0", Some("ALLOWED"))]), Status::Allowed);
    }

    #[test]
    fn a_status_that_is_not_known_is_unknown() {
        for word in ["", "allowed", "Allowed", "OK", "QUARANTINED", "UNKNOWN"] {
            let status = status(Ecosystem::Npm, "a", &[scan("a", "1.0", Some(word))]);
            assert_eq!(status, Status::Unknown, "{word:?}");
        }
    }

    #[test]
    fn the_worst_of_several_rows_counts() {
        let rows = |words: &[&str]| {
            let scans: Vec<Scan> = words.iter().map(|word| scan("a", "1.0", Some(word))).collect();
            status(Ecosystem::Npm, "a", &scans)
        };
        assert_eq!(rows(&["ALLOWED", "BLOCKED", "ALLOWED"]), Status::Blocked);
        assert_eq!(rows(&["WARN", "ALLOWED"]), Status::Warn);
        assert_eq!(rows(&["ALLOWED", "new"]), Status::Unknown);
    }

    #[test]
    fn python_names_come_back_in_any_spelling() {
        let scans = [scan("Zope.Interface", "1.0", Some("WARN"))];
        assert_eq!(status(Ecosystem::PyPI, "zope-interface", &scans), Status::Warn);
    }

    #[test]
    fn every_category_keeps_what_it_carries() {
        let details: Details = serde_json::from_str(
            r#"{"policySetFailureDetails":[{"policySetName":"base","policySetRef":"r","policyFailureDetails":[
                {"category":"Security","policyName":"cvss","policyRef":"p","vulnerabilities":[
                    {"cveId":"CVE-1","cvssScore":9.8,"cvssThreshold":7.0},{"cveId":"GHSA-x","cvssScore":11}]},
                {"category":"License","policyName":"lic","blockedLicense":"GPL-3.0","allowedLicenses":["MIT"]},
                {"category":"PackageAge","policyName":"age","publishedOn":"2026-11-01","packageAgeThreshold":"30 days"},
                {"category":"Typosquat","policyName":"new","near":"lodash"},
                {"policyName":"none"}]}],
                "fixVersionDetails":{"fixVersionAvailable":true,"fixVersion":"1.2.3"}}"#,
        )
        .unwrap();
        let mut scanned = Scanned::of(&scan("a", "1.0", Some("BLOCKED")));
        scanned.explain(&details);
        insta::assert_snapshot!(serde_json::to_string_pretty(&scanned.verdict.violations).unwrap());
        assert_eq!(scanned.verdict.fix_version.as_deref(), Some("1.2.3"));
        let details = r#"{"policyFailureDetails":[{"category":"License","blockedLicense":"GPL-3.0"}]}"#;
        let mut scanned = Scanned::of(&scan("a", "1.0", Some("BLOCKED")));
        scanned.explain(&serde_json::from_str(details).unwrap());
        assert_eq!(scanned.verdict.violations[0].category, Category::License);
    }

    fn any_scan() -> impl Strategy<Value = Scan> {
        let text = prop::option::of(prop_oneof!["[abA]", Just("1.0".to_owned()), ".{0,3}"]);
        let word = prop_oneof![
            Just("ALLOWED"),
            Just("WARN"),
            Just("BLOCKED"),
            Just("UNKNOWN"),
            Just("allowed"),
            Just("")
        ];
        (text.clone(), text, prop::option::of(word)).prop_map(|(package_name, version, status)| Scan {
            package_name,
            version,
            scan_id: None,
            scan_status: status.map(str::to_owned),
        })
    }

    proptest! {
        #[test]
        fn allowed_means_that_the_registry_returned_it_without_a_violation(
            scans in prop::collection::vec(any_scan(), 0..12),
            asked in prop::collection::vec(("[abc]", prop_oneof!["1.0", "[ab]"]), 1..6),
        ) {
            let asked: Vec<Package> = asked.iter().map(|(name, version)| package(name, version)).collect();
            let answers = reconcile(Ecosystem::Npm, &asked, &scans);
            prop_assert_eq!(answers.len(), asked.len());
            for (package, answer) in asked.iter().zip(answers) {
                let mut about = scans.iter().filter(|scan| {
                    scan.package_name.as_deref() == Some(&package.package_name)
                        && scan.version.as_deref() == Some(&package.version)
                });
                if answer.verdict.status == Status::Allowed {
                    prop_assert!(about.clone().next().is_some());
                    prop_assert!(about.all(|scan| scan.scan_status.as_deref() == Some("ALLOWED")));
                }
            }
        }
    }
}
