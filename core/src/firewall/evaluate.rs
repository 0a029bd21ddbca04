//! The verdict on a package version: advisories held against it, under a policy.

use std::time::Duration;

use super::advisory::{Advisory, Affected, Coverage, Subject};
use super::index::Advisories;
use super::policy::{Decision, Policy, Rated};
use super::range::{Named, Range, lowest};
use super::rating::{Rating, Severity, Word};
use super::same::same_findings;
use super::verdict::{Category, Status, Verdict, Violation};
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
    now: Duration,
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
    /// The worst vector that holds for the package; `None` where the advisory has none that can be read.
    pub severity: Option<&'a Severity>,
    /// The worst severity in words.
    pub word: Option<Word>,
    /// Whether there is a rating that cannot be read.
    pub has_unreadable: bool,
    /// The ranges in which the version lies; none where the advisory only lists the version.
    pub ranges: Vec<&'a Range>,
}

impl Firewall {
    /// A firewall of `policy` over `advisories`. Until it is told what time it is, no advisory counts as taken
    /// back.
    #[must_use]
    pub fn new(policy: Policy, advisories: Advisories) -> Self {
        Self {
            policy,
            advisories,
            now: Duration::ZERO,
        }
    }

    /// Says what time it is, as the time since the beginning of 1970: what was taken back by now does not count.
    pub fn set_now(&mut self, now: Duration) {
        self.now = now;
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
        let found = examined
            .iter()
            .filter_map(|Examined { advisory, outcome }| match outcome {
                Outcome::Affected(finding) => Some((*advisory, finding)),
                Outcome::Withdrawn | Outcome::NotAffected | Outcome::Undecided => None,
            });
        let mut violations: Vec<Violation> = same_findings(found)
            .iter()
            .filter_map(|members| self.violation(members, version, &subject))
            .collect();
        violations.sort_by(|one, two| {
            (two.status, two.score)
                .cmp(&(one.status, one.score))
                .then_with(|| one.advisory.cmp(&two.advisory))
        });
        if let Some(worst) = violations.first().filter(|worst| worst.is_violated()) {
            let status = worst.status;
            let is_malware = |violation: &Violation| violation.category == Category::Malware;
            let malware_versions = if violations.iter().any(is_malware) {
                self.malware_versions(ecosystem, name)
            } else {
                Vec::new()
            };
            let fix_version = self.version_without_violation(ecosystem, name, subject);
            return Verdict {
                status,
                violations,
                fix_version,
                malware_versions,
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
            malware_versions: Vec::new(),
            note,
        }
    }

    /// The versions that advisories about malware list; none where one of them has a range.
    fn malware_versions(&self, ecosystem: Ecosystem, name: &str) -> Vec<String> {
        let name = ecosystem.normalize(name);
        let entries = self
            .advisories
            .about(ecosystem, &name)
            .filter(|(advisory, _)| advisory.is_malware && !advisory.is_withdrawn(self.now))
            .flat_map(|(_, entries)| entries);
        let mut listed = Vec::new();
        for entry in entries {
            match entry.listed_alone() {
                Some(versions) => listed.extend(versions),
                None => return Vec::new(),
            }
        }
        self.advisories.texts(ecosystem, &listed)
    }

    fn subject(&self, ecosystem: Ecosystem, version: &str) -> Subject {
        let parsed = Version::parse(ecosystem, version);
        Subject {
            listed: self.advisories.listed(ecosystem, version, parsed.as_ref()),
            version: parsed,
        }
    }

    fn examine_subject(&self, ecosystem: Ecosystem, name: &str, subject: &Subject) -> Vec<Examined<'_>> {
        let name = ecosystem.normalize(name);
        self.advisories
            .about(ecosystem, &name)
            .map(|(advisory, entries)| Examined {
                advisory,
                outcome: outcome(advisory, entries, subject, self.now),
            })
            .collect()
    }

    /// One violation for what several advisories call by different names, the first of them foremost: the worst
    /// of what the policy says of each.
    fn violation(
        &self,
        members: &[(&Advisory, &Finding<'_>)],
        version: &str,
        subject: &Subject,
    ) -> Option<Violation> {
        let (lead, _) = members.first()?;
        let decision = members
            .iter()
            .map(|(advisory, finding)| self.decide(advisory, finding))
            .reduce(|worst, other| {
                let rank = |one: &Decision| {
                    (
                        one.status,
                        one.category == Category::Malware,
                        one.threshold,
                        one.word,
                    )
                };
                if rank(&other) > rank(&worst) { other } else { worst }
            })?;
        let severity = members
            .iter()
            .filter_map(|(_, finding)| finding.severity)
            .reduce(worse);
        let ids = members
            .iter()
            .flat_map(|(advisory, _)| std::iter::once(&advisory.id).chain(&advisory.aliases));
        let mut aliases: Vec<String> = Vec::new();
        for id in ids {
            if *id != lead.id && aliases.iter().all(|alias| **alias != **id) {
                aliases.push(id.to_string());
            }
        }
        let findings: Vec<&Finding<'_>> = members.iter().map(|(_, finding)| *finding).collect();
        Some(Violation {
            status: decision.status,
            category: decision.category,
            advisory: Some(lead.id.to_string()),
            cve: members
                .iter()
                .find_map(|(advisory, _)| advisory.cve())
                .map(str::to_owned),
            aliases,
            summary: members
                .iter()
                .map(|(advisory, _)| &*advisory.summary)
                .find(|summary| !summary.is_empty())
                .unwrap_or_default()
                .to_owned(),
            severity: decision.word.map(Word::as_str),
            score: severity.map(|severity| severity.score),
            vector: severity.map(|severity| severity.vector.to_string()),
            threshold: decision.threshold,
            affected_range: describe(&findings, version, subject.version.as_ref()),
            fix_version: subject
                .version
                .as_ref()
                .and_then(|version| fix_of_all(&findings, version))
                .map(|named| named.text.to_string()),
            policy_set: None,
            policy: None,
            details: serde_json::Map::new(),
        })
    }

    fn decide(&self, advisory: &Advisory, finding: &Finding<'_>) -> Decision {
        let rated = Rated {
            score: finding.severity.map(|severity| severity.score),
            word: finding.word,
            has_unreadable: finding.has_unreadable,
        };
        self.policy.decide(advisory.is_malware, rated)
    }

    /// The lowest version above the subject that has no violation, found by following the
    /// fixes upwards; `None` where no fix leads to one, or an advisory may apply to the version that was found.
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
            let mut is_violated = false;
            let mut highest: Option<&Named> = None;
            for Examined { advisory, outcome } in &examined {
                let finding = match outcome {
                    Outcome::Undecided => return None,
                    Outcome::Affected(finding) if self.decide(advisory, finding).status >= Status::Warn => {
                        finding
                    }
                    _ => continue,
                };
                is_violated = true;
                // Where one names no fix, the next candidate shows whether it still applies.
                if let Some(fix) = finding.fix_above(version)
                    && highest.is_none_or(|highest| fix.version > highest.version)
                {
                    highest = Some(fix);
                }
            }
            if !is_violated {
                return candidate.map(|named| named.text.to_string());
            }
            let next = highest?;
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
    now: Duration,
) -> Outcome<'a> {
    if advisory.is_withdrawn(now) {
        return Outcome::Withdrawn;
    }
    let mut finding: Option<Finding<'a>> = None;
    let mut is_undecided = false;
    for entry in entries {
        match entry.coverage(subject) {
            Coverage::NotAffected => {}
            Coverage::Undecided => is_undecided = true,
            Coverage::Affected { ranges } => {
                let finding = finding.get_or_insert_with(|| Finding::rated(&advisory.rating));
                finding.ranges.extend(ranges);
                finding.add(&entry.rating);
            }
        }
    }
    match finding {
        Some(finding) => Outcome::Affected(finding),
        None if is_undecided => Outcome::Undecided,
        None => Outcome::NotAffected,
    }
}

/// The worse of two ratings; the first of equal ones.
fn worse<'a>(one: &'a Severity, other: &'a Severity) -> &'a Severity {
    if other.score > one.score { other } else { one }
}

impl<'a> Finding<'a> {
    fn rated(rating: &'a Rating) -> Self {
        Self {
            severity: rating.severity.as_ref(),
            word: rating.word,
            has_unreadable: rating.has_unreadable,
            ranges: Vec::new(),
        }
    }

    /// Takes a further rating into account.
    fn add(&mut self, rating: &'a Rating) {
        self.severity = [self.severity, rating.severity.as_ref()]
            .into_iter()
            .flatten()
            .reduce(worse);
        self.word = self.word.max(rating.word);
        self.has_unreadable |= rating.has_unreadable;
    }

    /// The lowest version above `version` that an affected range says is fixed.
    fn fix_above(&self, version: &Version) -> Option<&'a Named> {
        lowest(self.ranges.iter().filter_map(|range| range.fix_above(version)))
    }
}

/// The highest of the fixes that the advisories about one finding name, if none of their ranges goes on there.
fn fix_of_all<'a>(findings: &[&Finding<'a>], version: &Version) -> Option<&'a Named> {
    let fix = findings
        .iter()
        .filter_map(|finding| finding.fix_above(version))
        .reduce(|highest, named| {
            if named.version > highest.version {
                named
            } else {
                highest
            }
        })?;
    let mut ranges = findings.iter().flat_map(|finding| &finding.ranges);
    ranges
        .all(|range| range.contains(&fix.version) == Some(false))
        .then_some(fix)
}

/// The stretches of versions that matched.
fn describe(findings: &[&Finding<'_>], text: &str, version: Option<&Version>) -> String {
    let mut stretches: Vec<String> = Vec::new();
    for range in findings.iter().flat_map(|finding| &finding.ranges) {
        let stretch = version.map(|version| range.describe_around(version));
        stretches.extend(stretch.filter(|stretch| !stretches.contains(stretch)));
    }
    if stretches.is_empty() {
        format!("={text}")
    } else {
        stretches.join(" || ")
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
        format!("which versions are affected is not said in versions of {ecosystem}")
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
            r#"{{"id":"{id}","aliases":["CVE-{id}"],"modified":"2024-01-02T03:04:05Z","summary":"about x","severity":[{severity}],
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
            (Some("CVE-C"), "about x")
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
        let mut firewall = firewall(&withdrawn);
        firewall.set_now(NOW);
        assert_eq!(
            firewall.evaluate(Ecosystem::Npm, "x", "1.0.0").status,
            Status::Allowed
        );
        let examined = firewall.examine(Ecosystem::Npm, "x", "1.0.0");
        assert!(matches!(examined[0].outcome, Outcome::Withdrawn));
    }

    /// In the year 2026.
    const NOW: Duration = Duration::from_secs(1_771_393_686);

    #[test]
    fn only_a_past_date_takes_an_advisory_back() {
        for (value, status) in [
            ("2026-02-18T05:48:06Z", Status::Allowed),
            ("2026-02-18T05:48:07Z", Status::Blocked),
            ("2999-01-01T00:00:00Z", Status::Blocked),
            ("0001-01-01T00:00:00Z", Status::Blocked),
            ("false", Status::Blocked),
            ("", Status::Blocked),
        ] {
            let record =
                record("A", CRITICAL, "0", "").replacen('{', &format!(r#"{{"withdrawn":"{value}","#), 1);
            let mut firewall = firewall(&record);
            firewall.set_now(NOW);
            let verdict = firewall.evaluate(Ecosystem::Npm, "x", "1.0.0");
            assert_eq!(verdict.status, status, "{value}");
        }
    }

    #[test]
    fn one_finding_under_several_ids_is_one_violation() {
        let named = |id: &str, vector: &str, fixed: &str, aliases: &str| {
            record(id, vector, "0", fixed).replace(&format!(r#"["CVE-{id}"]"#), aliases)
        };
        let records = [
            named("CVE-9", "", "1.5.0", "[]"),
            named("PYSEC-1", LOW, "2.0.0", r#"["CVE-9"]"#),
            named("GHSA-1", CRITICAL, "1.5.0", r#"["OTHER-7","CVE-9"]"#),
            // By way of OTHER-7, which is no record here.
            named("SNYK-3", HIGH, "1.6.0", r#"["OTHER-7"]"#),
            // Applies no longer, so it joins nothing.
            named("GHSA-0", CRITICAL, "0.5.0", r#"["CVE-9","GHSA-2"]"#),
            named("GHSA-2", HIGH, "3.0.0", "[]"),
        ]
        .join("\n");
        let verdict = firewall(&records).evaluate(Ecosystem::Npm, "x", "1.0.0");
        let told: Vec<_> = verdict
            .violations
            .iter()
            .map(|violation| {
                (
                    violation.advisory.as_deref().unwrap(),
                    violation.aliases.join(" "),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("GHSA-1", "OTHER-7 CVE-9 PYSEC-1 SNYK-3".to_owned()),
                ("GHSA-2", String::new())
            ]
        );
        let worst = &verdict.violations[0];
        assert_eq!(
            (worst.status, worst.score, worst.cve.as_deref()),
            (Status::Blocked, Score::new(9.8), Some("CVE-9"))
        );
        assert_eq!(worst.fix_version.as_deref(), Some("2.0.0"));
        assert_eq!(worst.affected_range, "<1.5.0 || <2.0.0 || <1.6.0");
        assert_eq!(verdict.fix_version.as_deref(), Some("3.0.0"));
    }

    #[test]
    fn malware_under_another_name_stays_malware() {
        let records = [
            record("GHSA-1", CRITICAL, "0", "").replace("CVE-GHSA-1", "MAL-1"),
            r#"{"id":"MAL-1","affected":[{"package":{"ecosystem":"npm","name":"x"},"versions":["1.0.0"]}]}"#
                .to_owned(),
        ]
        .join("\n");
        let verdict = firewall(&records).evaluate(Ecosystem::Npm, "x", "1.0.0");
        assert_eq!(verdict.violations.len(), 1);
        let only = &verdict.violations[0];
        assert_eq!(
            (
                only.category.as_str(),
                only.advisory.as_deref(),
                only.aliases.join(" ")
            ),
            ("Malware", Some("MAL-1"), "GHSA-1".to_owned())
        );
    }

    #[test]
    fn words_rate_what_has_no_vector_and_an_unreadable_vector_may_be_worse() {
        let rated = |severity: &str, specific: &str| {
            let record = format!(
                r#"{{"id":"A","severity":{severity},"affected":[{{"package":{{"ecosystem":"PyPI","name":"x"}},
                "versions":["1"],"ecosystem_specific":{{"severity":"low"}}}}],"database_specific":{specific}}}"#
            );
            let mut verdict = firewall(&record).evaluate(Ecosystem::PyPI, "x", "1.0");
            let violation = verdict.violations.remove(0);
            (verdict.status, violation.severity, violation.score)
        };
        assert_eq!(
            rated("null", r#"{"severity":"CRITICAL"}"#),
            (Status::Blocked, Some("CRITICAL"), None)
        );
        assert_eq!(
            rated("[]", r#"{"severity":["CRITICAL"]}"#),
            (Status::Allowed, Some("LOW"), None)
        );
        let vectors = format!(r#"[{{"score":"{LOW}"}},{{"score":"CVSS:9.0/X:Y"}}]"#);
        assert_eq!(
            rated(&vectors, r#"{"severity":"CRITICAL"}"#),
            (Status::Warn, None, Score::new(3.1))
        );
    }

    #[test]
    fn a_listed_version_counts_however_it_is_spelled() {
        let listed = |ecosystem: Ecosystem, listed: &str, version: &str| {
            let record = format!(
                r#"{{"id":"MAL-1","affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"g:x"}},"versions":["{listed}"]}}]}}"#
            );
            firewall(&record).evaluate(ecosystem, "g:x", version).status == Status::Blocked
        };
        for (ecosystem, one, two) in [
            (Ecosystem::PyPI, "4.2", "4.2.0"),
            (Ecosystem::PyPI, "1.0-1", "1.0.post1"),
            (Ecosystem::PyPI, "2.0.0+cpu", "2.0+CPU"),
            (Ecosystem::Npm, "1.2.3", "v1.2.3"),
            (Ecosystem::Npm, "1.2.3", "=1.2.3+build"),
            (Ecosystem::Maven, "1.0", "1.0.0"),
            (Ecosystem::Maven, "1.0", "1.0.Final"),
        ] {
            assert!(listed(ecosystem, one, two), "{ecosystem} {one} {two}");
            assert!(listed(ecosystem, two, one), "{ecosystem} {two} {one}");
        }
        // A public version stands for each of its builds, a build for itself.
        assert!(listed(Ecosystem::PyPI, "2.0.0", "2.0.0+cpu"));
        assert!(!listed(Ecosystem::PyPI, "2.0.0+cpu", "2.0.0"));
        assert!(!listed(Ecosystem::PyPI, "2.0.0+cpu", "2.0.0+cuda"));
        assert!(!listed(Ecosystem::Npm, "1.2.3", "1.2.3-0"));
    }

    #[test]
    fn a_local_version_obeys_bounds_as_its_public_version_does() {
        let is_affected = |events: &str| {
            let record = format!(
                r#"{{"id":"A","affected":[{{"package":{{"ecosystem":"PyPI","name":"x"}},
                "ranges":[{{"type":"ECOSYSTEM","events":[{events}]}}]}}]}}"#
            );
            let verdict = firewall(&record).evaluate(Ecosystem::PyPI, "x", "2.0.0+cpu");
            verdict
                .violations
                .first()
                .map(|violation| violation.affected_range.clone())
        };
        for (events, expected) in [
            (r#"{"introduced":"0"},{"last_affected":"2.0.0"}"#, Some("<=2.0.0")),
            (
                r#"{"introduced":"2.0.0"},{"last_affected":"2.0"}"#,
                Some(">=2.0.0 <=2.0"),
            ),
            (r#"{"introduced":"0"},{"fixed":"2.0.0"}"#, None),
            (r#"{"introduced":"0"},{"fixed":"2.0.0+cpu"}"#, None),
            (
                r#"{"introduced":"0"},{"fixed":"2.0.0+cuda"}"#,
                Some("<2.0.0+cuda"),
            ),
            (r#"{"introduced":"2.0.0+cuda"}"#, None),
        ] {
            assert_eq!(is_affected(events).as_deref(), expected, "{events}");
        }
    }

    fn any_record() -> impl proptest::strategy::Strategy<Value = String> {
        use proptest::prelude::*;
        let vector = prop::sample::select(vec!["", LOW, HIGH, CRITICAL, "CVSS:9.9/?"]);
        let id = prop::sample::select(vec!["GHSA-1", "GHSA-2", "PYSEC-1", "CVE-1", "MAL-1"]);
        let alias = prop::sample::select(vec!["GHSA-1", "GHSA-2", "PYSEC-1", "CVE-1", "CVE-2"]);
        let bound = prop::sample::select(vec!["0", "1.0.0", "2.0.0", "soon", "3.0.0"]);
        let fixed = prop::sample::select(vec!["", "1.0.0", "2.0.0", "3.0.0"]);
        (id, alias, vector, bound, fixed).prop_map(|(id, alias, vector, introduced, fixed)| {
            record(&format!("{id}-NUMBER"), vector, introduced, fixed)
                .replace(&format!("CVE-{id}-NUMBER"), alias)
        })
    }

    proptest::proptest! {
        #[test]
        fn a_further_advisory_never_makes_a_verdict_milder(
            records in proptest::collection::vec(any_record(), 1..6),
            version in proptest::sample::select(vec!["0.5.0", "1.0.0", "2.1.0", "latest"]),
        ) {
            // An id counts once, and a later record may be milder: each has one of its own.
            let numbered = |(number, record): (usize, &String)| record.replace("NUMBER", &number.to_string());
            let records: Vec<String> = records.iter().enumerate().map(numbered).collect();
            let (_, fewer) = records.split_last().unwrap();
            let status = |records: &[String]| {
                let mut firewall = firewall(&format!("{}\n{{\"id\":\"none\"}}", records.join("\n")));
                firewall.set_now(NOW);
                firewall.evaluate(Ecosystem::Npm, "x", version).status
            };
            proptest::prop_assert!(status(&records) >= status(fewer));
        }
    }

    #[test]
    fn an_advisory_that_does_not_say_which_versions_leaves_them_open() {
        let git = r#""ranges":[{"type":"GIT","events":[{"introduced":"0"},{"fixed":"abc"}]}]"#;
        let only = |event: &str| format!(r#""ranges":[{{"type":"ECOSYSTEM","events":[{event}]}}]"#);
        for (says, status) in [
            (git.to_owned(), Status::Unknown),
            (r#""ranges":[],"versions":[]"#.to_owned(), Status::Unknown),
            (only(r#"{"fixed":"2.0"}"#), Status::Unknown),
            (only(r#"{"last_affected":"2.0"}"#), Status::Unknown),
            (format!(r#"{git},"versions":["0.9"]"#), Status::Allowed),
            (format!(r#"{git},"versions":["1.0"]"#), Status::Warn),
            (only(r#"{"introduced":"0"},{"fixed":"0.9"}"#), Status::Allowed),
        ] {
            let record = format!(
                r#"{{"id":"X","affected":[{{"package":{{"ecosystem":"PyPI","name":"p"}},{says}}}]}}"#
            );
            let verdict = firewall(&record).evaluate(Ecosystem::PyPI, "p", "1.0");
            assert_eq!(verdict.status, status, "{says}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_unknown_unless_something_else_is_found() {
        let not_comparable = "the version is not one that npm can order, so it is open whether A applies";
        let unreadable =
            "which versions are affected is not said in versions of npm, so it is open whether A applies";
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
                "1.0.0",
                Status::Unknown,
                Some(unreadable),
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
        let mut firewall = Firewall::new(Policy::default(), advisories);
        // The end of 2026, when all that the export says is withdrawn was.
        firewall.set_now(Duration::from_secs(1_798_000_000));
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
