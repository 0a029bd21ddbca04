//! The starter set: some sixty widely known advisories of the three ecosystems, as facts.

use super::index::Advisories;
use super::source::STARTER_SET;

/// One OSV record a line: ids, packages, ranges, vectors and dates as in the GitHub and PyPA advisory
/// databases, the summaries written for this file.
const RECORDS: &[u8] = include_bytes!("starter.jsonl");

impl Advisories {
    /// The small set that is built in: widely known advisories, so that a first audit says something true.
    /// It is no substitute for an export.
    #[must_use]
    pub fn starter() -> Self {
        let mut advisories = Self::default();
        let result = advisories.add_json(STARTER_SET, RECORDS);
        // The file is part of the program, and a test reads all of it.
        debug_assert_eq!(result, Ok(()));
        advisories
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::firewall::{Firewall, Outcome, Policy, Score, Status, test_data, zip};
    use crate::package::Ecosystem;

    fn records() -> impl Iterator<Item = Value> {
        let lines = std::str::from_utf8(RECORDS).unwrap().lines();
        lines.map(|line| serde_json::from_str(line).unwrap())
    }

    fn firewall() -> Firewall {
        Firewall::new(Policy::default(), Advisories::starter())
    }

    #[test]
    fn every_record_is_loaded_and_stands() {
        let advisories = Advisories::starter();
        let count = records().count();
        assert!((55..=80).contains(&count), "{count}");
        assert_eq!(advisories.len(), count);
        assert!(advisories.newest().is_some());
        for record in records() {
            assert!(record.get("withdrawn").is_none(), "{record}");
            assert!(!record["summary"].as_str().unwrap().is_empty(), "{record}");
        }
    }

    #[test]
    fn the_documented_examples_get_their_verdicts() {
        for (ecosystem, name, version, status, fix) in [
            (
                Ecosystem::Npm,
                "body-parser",
                "1.20.1",
                Status::Warn,
                Some("1.20.3"),
            ),
            (Ecosystem::Npm, "express", "4.18.2", Status::Allowed, None),
            (Ecosystem::Npm, "lodash", "4.17.20", Status::Warn, Some("4.18.0")),
            (Ecosystem::Npm, "chalk", "5.6.1", Status::Blocked, None),
            (
                Ecosystem::Npm,
                "ua-parser-js",
                "0.7.29",
                Status::Blocked,
                Some("0.7.30"),
            ),
            (
                Ecosystem::Maven,
                "org.apache.logging.log4j:log4j-core",
                "2.14.1",
                Status::Blocked,
                Some("2.17.0"),
            ),
            (Ecosystem::PyPI, "PyYAML", "5.3", Status::Blocked, Some("5.4")),
        ] {
            let verdict = firewall().evaluate(ecosystem, name, version);
            assert_eq!(
                (verdict.status, verdict.fix_version.as_deref()),
                (status, fix),
                "{name} {version}"
            );
        }
    }

    /// The texts of the versions that a record names.
    fn versions_of(record: &Value) -> BTreeSet<String> {
        let affected = record["affected"].as_array().unwrap().iter();
        affected
            .flat_map(|affected| {
                let listed = affected["versions"].as_array().into_iter().flatten();
                let ranges = affected["ranges"].as_array().into_iter().flatten();
                let events = ranges.flat_map(|range| range["events"].as_array().unwrap());
                listed.chain(events.flat_map(|event| event.as_object().unwrap().values()))
            })
            .map(|version| version.as_str().unwrap().to_owned())
            .collect()
    }

    fn finding(
        firewall: &Firewall,
        id: &str,
        ecosystem: Ecosystem,
        name: &str,
        version: &str,
    ) -> Option<Option<Score>> {
        let examined = firewall.examine(ecosystem, name, version);
        examined
            .into_iter()
            .find(|examined| &*examined.advisory.id == id)
            .and_then(|examined| match examined.outcome {
                Outcome::Affected(finding) => Some(finding.severity.map(|severity| severity.score)),
                Outcome::Withdrawn | Outcome::NotAffected | Outcome::Undecided => None,
            })
    }

    #[test]
    fn every_record_matches_as_the_export_does() {
        let mut advisories = Advisories::default();
        let mut exported = Vec::new();
        for ecosystem in Ecosystem::ALL {
            let path = format!("osv/export/{ecosystem}/all.zip");
            let Some(bytes) = test_data::read(&path) else {
                return;
            };
            advisories.add_zip(&path, &bytes).unwrap();
            zip::for_each_json(&path, &bytes, |_, record| {
                exported.push(serde_json::from_slice::<Value>(record).unwrap());
                Ok(())
            })
            .unwrap();
        }
        let export = Firewall::new(Policy::default(), advisories);
        let starter = firewall();
        let mut count = 0;
        for record in records() {
            let id = record["id"].as_str().unwrap();
            let original = exported.iter().find(|original| original["id"] == id).unwrap();
            for affected in record["affected"].as_array().unwrap() {
                let ecosystem =
                    Ecosystem::from_osv(affected["package"]["ecosystem"].as_str().unwrap()).unwrap();
                let name = affected["package"]["name"].as_str().unwrap();
                for version in versions_of(original) {
                    assert_eq!(
                        finding(&starter, id, ecosystem, name, &version),
                        finding(&export, id, ecosystem, name, &version),
                        "{id} {name} {version}"
                    );
                    count += 1;
                }
            }
        }
        assert!(count > 1000, "{count}");
    }
}
