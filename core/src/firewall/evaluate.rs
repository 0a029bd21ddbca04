//! The verdict on a package version: advisories held against it, under a policy.

use super::advisory::{Advisory, Affected, Coverage, Severity, Subject};
use super::index::Advisories;
use super::policy::{Decision, Policy};
use super::range::{Named, Range, lowest};
use super::verdict::{Status, Verdict, Violation};
use crate::package::Ecosystem;
use crate::version::Version;

/// How many fixes are followed upwards in search of a version without violations. Real advisories need a few;
/// the bound keeps made-up ones from costing much.
const MAX_FIX_STEPS: usize = 64;

/// How many advisories a note names.
const MAX_NAMED: usize = 3;

/// The embedded firewall: a policy over a set of advisories.
#[derive(Debug)]
pub struct Firewall {
    policy: Policy,
    advisories: Advisories,
}

/// An advisory about a package, held against one of its versions.
#[derive(Debug)]
pub struct Examined<'a> {
    /// The advisory.
    pub advisory: &'a Advisory,
    /// Whether it applies.
    pub outcome: Outcome<'a>,
}

/// Whether an advisory applies to a version, and why.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// It was taken back, so it does not.
    Withdrawn,
    /// The version lies outside its ranges and is not listed.
    NotAffected,
    /// The version cannot be compared with its ranges, so it may.
    Undecided,
    /// It does.
    Affected(Finding<'a>),
}

/// How an advisory applies.
#[derive(Debug)]
pub struct Finding<'a> {
    /// The worst rating that holds for the package; `None` where the advisory has none.
    pub severity: Option<&'a Severity>,
    /// The ranges in which the version lies; none where the advisory only lists the version.
    pub ranges: Vec<&'a Range>,
}

impl Firewall {
    /// A firewall of `policy` over `advisories`.
    #[must_use]
    pub fn new(policy: Policy, advisories: Advisories) -> Self {
        Self { policy, advisories }
    }

    /// Puts another policy in force.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
    }

    /// The advisories, to add to them or to replace them.
    pub fn advisories_mut(&mut self) -> &mut Advisories {
        &mut self.advisories
    }

    /// The advisories that it knows.
    #[must_use]
    pub fn advisories(&self) -> &Advisories {
        &self.advisories
    }

    /// Holds a version against every advisory about its package, in the order of loading.
    #[must_use]
    pub fn examine(&self, ecosystem: Ecosystem, name: &str, version: &str) -> Vec<Examined<'_>> {
        self.examine_subject(ecosystem, name, &self.subject(ecosystem, version))
    }

    /// The verdict on a version: blocked or warned of for each finding that violates the policy,
    /// unknown where there is none but an advisory could not be compared with the version, else allowed.
    /// Findings that the policy lets pass are told as well, after the others.
    #[must_use]
    pub fn evaluate(&self, ecosystem: Ecosystem, name: &str, version: &str) -> Verdict {
        let subject = self.subject(ecosystem, version);
        let examined = self.examine_subject(ecosystem, name, &subject);
        let mut violations: Vec<Violation> = self
            .findings(&examined)
            .map(|(advisory, finding, decision)| violation(advisory, finding, decision, version, &subject))
            .collect();
        violations.sort_by(|one, two| {
            (two.status, two.score)
                .cmp(&(one.status, one.score))
                .then_with(|| one.advisory.cmp(&two.advisory))
        });
        if let Some(worst) = violations.first().filter(|worst| worst.is_violated()) {
            let status = worst.status;
            let fix_version = self.version_without_violation(ecosystem, name, subject);
            return Verdict {
                status,
                violations,
                fix_version,
                note: None,
            };
        }
        let note = undecided_note(ecosystem, &subject, &examined);
        let status = if note.is_some() {
            Status::Unknown
        } else {
            Status::Allowed
        };
        Verdict {
            status,
            violations,
            fix_version: None,
            note,
        }
    }

    fn subject(&self, ecosystem: Ecosystem, version: &str) -> Subject {
        Subject {
            version: Version::parse(ecosystem, version),
            listed: self.advisories.listed(version),
        }
    }

    fn examine_subject(&self, ecosystem: Ecosystem, name: &str, subject: &Subject) -> Vec<Examined<'_>> {
        let name = ecosystem.normalize(name);
        self.advisories
            .about(ecosystem, &name)
            .map(|(advisory, entries)| Examined {
                advisory,
                outcome: outcome(advisory, entries, subject),
            })
            .collect()
    }

    /// The findings, each with what the policy says of it.
    fn findings<'a, 'e>(
        &self,
        examined: &'e [Examined<'a>],
    ) -> impl Iterator<Item = (&'a Advisory, &'e Finding<'a>, Decision)> {
        examined.iter().filter_map(|Examined { advisory, outcome }| {
            let Outcome::Affected(finding) = outcome else {
                return None;
            };
            let score = finding.severity.map(|severity| severity.score);
            let decision = self.policy.decide(advisory.is_malware, score);
            Some((*advisory, finding, decision))
        })
    }

    /// The lowest version above the subject that has no violation, found by following the
    /// fixes upwards; `None` where an advisory names no fix, or may apply to the version that was found.
    fn version_without_violation(
        &self,
        ecosystem: Ecosystem,
        name: &str,
        mut subject: Subject,
    ) -> Option<String> {
        let mut candidate: Option<&Named> = None;
        for _ in 0..MAX_FIX_STEPS {
            let version = subject.version.as_ref()?;
            let examined = self.examine_subject(ecosystem, name, &subject);
            if examined
                .iter()
                .any(|examined| matches!(examined.outcome, Outcome::Undecided))
            {
                return None;
            }
            let mut highest: Option<&Named> = None;
            let violating = self
                .findings(&examined)
                .filter(|(_, _, decision)| decision.status >= Status::Warn);
            for (_, finding, _) in violating {
                let fix = finding.fix_above(version)?;
                if highest.is_none_or(|highest| fix.version > highest.version) {
                    highest = Some(fix);
                }
            }
            let Some(next) = highest else {
                return candidate.map(|named| named.text.to_string());
            };
            subject = self.subject(ecosystem, &next.text);
            candidate = Some(next);
        }
        None
    }
}

fn outcome<'a>(
    advisory: &'a Advisory,
    entries: impl Iterator<Item = &'a Affected>,
    subject: &Subject,
) -> Outcome<'a> {
    if advisory.is_withdrawn {
        return Outcome::Withdrawn;
    }
    let mut finding: Option<Finding<'a>> = None;
    let mut is_undecided = false;
    for entry in entries {
        match entry.coverage(subject) {
            Coverage::NotAffected => {}
            Coverage::Undecided => is_undecided = true,
            Coverage::Affected { ranges } => {
                let finding = finding.get_or_insert_with(|| Finding {
                    severity: advisory.severity.as_ref(),
                    ranges: Vec::new(),
                });
                finding.ranges.extend(ranges);
                let scores = [finding.severity, entry.severity.as_ref()];
                finding.severity = scores.into_iter().flatten().max_by_key(|severity| severity.score);
            }
        }
    }
    match finding {
        Some(finding) => Outcome::Affected(finding),
        None if is_undecided => Outcome::Undecided,
        None => Outcome::NotAffected,
    }
}

impl<'a> Finding<'a> {
    /// The lowest version above `version` that an affected range says is fixed.
    fn fix_above(&self, version: &Version) -> Option<&'a Named> {
        lowest(self.ranges.iter().filter_map(|range| range.fix_above(version)))
    }

    /// The stretches of versions that matched.
    fn describe(&self, text: &str, version: Option<&Version>) -> String {
        let mut stretches: Vec<String> = Vec::new();
        for stretch in version
            .iter()
            .flat_map(|version| self.ranges.iter().map(|range| range.describe_around(version)))
        {
            if !stretches.contains(&stretch) {
                stretches.push(stretch);
            }
        }
        if stretches.is_empty() {
            format!("={text}")
        } else {
            stretches.join(" || ")
        }
    }
}

fn violation(
    advisory: &Advisory,
    finding: &Finding<'_>,
    decision: Decision,
    version: &str,
    subject: &Subject,
) -> Violation {
    Violation {
        status: decision.status,
        category: decision.category.clone(),
        advisory: Some(advisory.id.to_string()),
        cve: advisory.cve().map(str::to_owned),
        aliases: advisory.aliases.iter().map(ToString::to_string).collect(),
        summary: advisory.summary.to_string(),
        score: finding.severity.map(|severity| severity.score),
        vector: finding.severity.map(|severity| severity.vector.to_string()),
        threshold: decision.threshold,
        affected_range: finding.describe(version, subject.version.as_ref()),
        fix_version: subject
            .version
            .as_ref()
            .and_then(|version| finding.fix_above(version))
            .map(|named| named.text.to_string()),
        policy_set: None,
        policy: None,
        details: serde_json::Map::new(),
    }
}

/// Why there is no verdict, if an advisory could not be compared with the version.
fn undecided_note(ecosystem: Ecosystem, subject: &Subject, examined: &[Examined<'_>]) -> Option<String> {
    let undecided: Vec<&str> = examined
        .iter()
        .filter(|examined| matches!(examined.outcome, Outcome::Undecided))
        .map(|examined| &*examined.advisory.id)
        .collect();
    if undecided.is_empty() {
        return None;
    }
    let named = &undecided[..undecided.len().min(MAX_NAMED)];
    let more = match undecided.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let reason = if subject.version.is_none() {
        format!("the version is not one that {ecosystem} can order")
    } else {
        format!("a range holds a version that {ecosystem} cannot order")
    };
    Some(format!(
        "{reason}, so it is open whether {}{more} applies",
        named.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::{Score, test_data};

    fn firewall(records: &str) -> Firewall {
        let mut advisories = Advisories::default();
        advisories.add_json("test.json", records.as_bytes()).unwrap();
        Firewall::new(Policy::default(), advisories)
    }

    /// A record about the npm package `x`, affected from `introduced` to before `fixed`.
    fn record(id: &str, vector: &str, introduced: &str, fixed: &str) -> String {
        let fixed = if fixed.is_empty() {
            String::new()
        } else {
            format!(r#",{{"fixed":"{fixed}"}}"#)
        };
        let severity = if vector.is_empty() {
            String::new()
        } else {
            format!(r#"{{"type":"?","score":"{vector}"}}"#)
        };
        format!(
            r#"{{"id":"{id}","aliases":["CVE-1"],"modified":"2024-01-02T03:04:05Z","summary":"about x","severity":[{severity}],
            "affected":[{{"package":{{"ecosystem":"npm","name":"x"}},
            "ranges":[{{"type":"SEMVER","events":[{{"introduced":"{introduced}"}}{fixed}]}}]}}]}}"#
        )
    }

    const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    const HIGH: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";
    const LOW: &str = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N";

    #[test]
    fn findings_come_worst_first_and_those_below_the_thresholds_last() {
        let firewall = firewall(
            &[
                record("B", HIGH, "0", "3.0.0"),
                record("LOW", LOW, "0", "9.0.0"),
                record("A", HIGH, "0", "2.0.0"),
                record("NONE", "", "0", "2.0.0"),
                record("C", CRITICAL, "1.0.0", "1.5.0"),
            ]
            .join("\n"),
        );
        let verdict = firewall.evaluate(Ecosystem::Npm, "x", "1.2.0");
        let ids: Vec<_> = verdict
            .violations
            .iter()
            .filter_map(|violation| violation.advisory.as_deref())
            .collect();
        assert_eq!(ids, ["C", "A", "B", "NONE", "LOW"]);
        let low = &verdict.violations[4];
        assert_eq!(
            (low.status, low.is_violated(), low.threshold),
            (Status::Allowed, false, None)
        );
        let later = firewall.evaluate(Ecosystem::Npm, "x", "4.0.0");
        assert_eq!((later.status, later.violations.len()), (Status::Allowed, 1));
        assert_eq!(later.fix_version, None);
        assert_eq!(
            (verdict.status, verdict.fix_version.as_deref()),
            (Status::Blocked, Some("3.0.0"))
        );
        let worst = &verdict.violations[0];
        assert_eq!(worst.affected_range, ">=1.0.0 <1.5.0");
        assert_eq!(worst.fix_version.as_deref(), Some("1.5.0"));
        assert_eq!(
            (worst.cve.as_deref(), worst.summary.as_str()),
            (Some("CVE-1"), "about x")
        );
        assert_eq!((worst.score, worst.threshold), (Score::new(9.8), Score::new(9.0)));
        assert_eq!(worst.vector.as_deref(), Some(CRITICAL));
        assert_eq!(
            firewall.evaluate(Ecosystem::Npm, "x", "3.0.0").status,
            Status::Allowed
        );
        assert_eq!(
            firewall.evaluate(Ecosystem::Npm, "y", "1.2.0").status,
            Status::Allowed
        );
        assert_eq!(
            firewall.evaluate(Ecosystem::PyPI, "x", "1.2.0").status,
            Status::Allowed
        );
    }

    #[test]
    fn the_fix_is_followed_through_later_violations_and_unknown_where_one_has_none() {
        let chain = [
            record("A", HIGH, "0", "2.0.0"),
            record("B", HIGH, "2.0.0", "2.3.0"),
        ]
        .join("\n");
        let fix_of = |records: &str| {
            firewall(records)
                .evaluate(Ecosystem::Npm, "x", "1.0.0")
                .fix_version
        };
        assert_eq!(fix_of(&chain).as_deref(), Some("2.3.0"));
        assert_eq!(
            fix_of(&format!("{chain}\n{}", record("C", HIGH, "2.3.0", ""))),
            None
        );
        assert_eq!(
            fix_of(&format!("{chain}\n{}", record("C", LOW, "0", ""))).as_deref(),
            Some("2.3.0")
        );
        assert_eq!(fix_of(&format!("{chain}\n{}", record("C", HIGH, "0", ""))), None);
    }

    #[test]
    fn a_withdrawn_advisory_never_counts() {
        let withdrawn =
            record("A", CRITICAL, "0", "").replacen('{', r#"{"withdrawn":"2024-02-01T00:00:00Z","#, 1);
        let firewall = firewall(&withdrawn);
        assert_eq!(
            firewall.evaluate(Ecosystem::Npm, "x", "1.0.0").status,
            Status::Allowed
        );
        let examined = firewall.examine(Ecosystem::Npm, "x", "1.0.0");
        assert!(matches!(examined[0].outcome, Outcome::Withdrawn));
    }

    #[test]
    fn what_cannot_be_compared_is_unknown_unless_something_else_is_found() {
        let not_comparable = "the version is not one that npm can order, so it is open whether A applies";
        let unreadable = "a range holds a version that npm cannot order, so it is open whether A applies";
        let listed = record("B", HIGH, "9.0.0", "").replace(r#""ranges""#, r#""versions":["1.0"],"ranges""#);
        for (records, version, status, note) in [
            (
                record("A", LOW, "0", "2.0.0"),
                "1.0",
                Status::Unknown,
                Some(not_comparable),
            ),
            (
                record("A", LOW, "0", "soon"),
                "1.0.0",
                Status::Unknown,
                Some(unreadable),
            ),
            (
                record("A", LOW, "0", "2.0.0").replace("SEMVER", "NEW"),
                "1.0.0",
                Status::Unknown,
                Some(unreadable),
            ),
            (
                record("A", LOW, "0", "2.0.0").replace("SEMVER", "GIT"),
                "1.0",
                Status::Allowed,
                None,
            ),
            (
                [record("A", LOW, "0", "2.0.0"), listed].join("\n"),
                "1.0",
                Status::Warn,
                None,
            ),
        ] {
            let verdict = firewall(&records).evaluate(Ecosystem::Npm, "x", version);
            assert_eq!(
                (verdict.status, verdict.note.as_deref()),
                (status, note),
                "{records}"
            );
        }
    }

    #[test]
    fn a_listed_version_is_named_as_it_stands() {
        let record = r#"{"id":"MAL-1","affected":[{"package":{"ecosystem":"PyPI","name":"A.B"},"versions":["1.0-x"]}]}"#;
        let verdict = firewall(record).evaluate(Ecosystem::PyPI, "a_b", "1.0-x");
        assert_eq!(verdict.status, Status::Blocked);
        assert_eq!(verdict.violations[0].affected_range, "=1.0-x");
        assert_eq!(
            firewall(record).evaluate(Ecosystem::PyPI, "a-b", "1.0").status,
            Status::Allowed
        );
    }

    #[test]
    fn matches_and_scores_agree_with_the_reference() {
        let mut advisories = Advisories::default();
        for ecosystem in Ecosystem::ALL {
            let path = format!("osv/export/{ecosystem}/all.zip");
            let Some(bytes) = test_data::read(&path) else {
                return;
            };
            advisories.add_zip(&path, &bytes).unwrap();
        }
        let Some(table) = test_data::read_text("osv/expected.tsv") else {
            return;
        };
        let firewall = Firewall::new(Policy::default(), advisories);
        let mut count = 0;
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let &[ecosystem, name, version, expected_ids, expected_score] = &fields[..] else {
                panic!("{line}")
            };
            let ecosystem = Ecosystem::from_osv(ecosystem).unwrap();
            let mut ids = Vec::new();
            let mut score = None;
            for Examined { advisory, outcome } in firewall.examine(ecosystem, name, version) {
                if let Outcome::Affected(finding) = outcome {
                    ids.push(&*advisory.id);
                    score = score.max(finding.severity.map(|severity| severity.score));
                }
            }
            ids.sort_unstable();
            assert_eq!(ids.join(","), expected_ids, "{line}");
            assert_eq!(
                score.map_or_else(String::new, |score| score.to_string()),
                expected_score,
                "{line}"
            );
            count += 1;
        }
        assert_eq!(count, 272);
    }
}
