//! What a report covers, in lines for people.

use std::collections::BTreeSet;

use hc_core::coverage::{Coverage, DataCoverage, DataKind, FileCoverage, Reading};
use hc_core::report::{AuditReport, Counts, EMBEDDED};
use hc_core::walk;

use super::text::{count, counted};

/// How many things of one kind are named.
const MOST_NAMED: usize = 10;

/// What was found, by whom, with which data, in which files, and what was not judged.
pub(crate) fn summary(report: &AuditReport) -> Vec<String> {
    let coverage = &report.coverage;
    let mut lines = vec![counts(report.counts), evaluator(report)];
    lines.extend(coverage.data.iter().map(|known| {
        let text = known.note.clone().unwrap_or_else(|| data(known));
        format!("Data: {text}")
    }));
    lines.extend(
        coverage
            .policies
            .iter()
            .map(|policy| match policy.loosens.as_slice() {
                [] => format!("Policy: {}", policy.policy),
                loosens => format!(
                    "Policy: {}, which loosens the built-in one: {}",
                    policy.policy,
                    loosens.join(", ")
                ),
            }),
    );
    lines.extend(files(&coverage.files, coverage.policies.len() > 1));
    lines.extend(not_judged(coverage));
    lines
}

/// What was read, each with how far it tells what is installed.
fn files(files: &[FileCoverage], with_policy: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (reading, word) in [
        (Reading::Full, "Judged in full"),
        (Reading::DirectOnly, "Judged, direct dependencies only"),
        (Reading::Gaps, "Judged with gaps"),
    ] {
        let of_kind = files.iter().filter(|file| file.coverage == reading);
        lines.extend(named(word, of_kind.map(|file| line(file, with_policy)).collect()));
    }
    lines
}

/// What is missing: in the files, and of the files.
fn not_judged(coverage: &Coverage) -> Vec<String> {
    const WORD: &str = "Not judged";
    let gaps = coverage.files.iter().flat_map(|file| file.gaps.clone());
    let mut lines = named(WORD, gaps.collect());
    let advice: BTreeSet<&str> = coverage.files.iter().filter_map(|file| file.advice).collect();
    lines.extend(
        advice
            .into_iter()
            .map(|advice| format!("{WORD}: what direct dependencies bring in; {advice}")),
    );
    lines.extend(named(
        WORD,
        coverage.unread.iter().map(ToString::to_string).collect(),
    ));
    let passed_over = walk::summary(&coverage.passed_over).into_iter();
    lines.extend(passed_over.map(|line| format!("Not read: {line}")));
    lines
}

/// `3 packages: 1 blocked, 0 with a warning, 0 without a verdict, 2 allowed`
fn counts(counts: Counts) -> String {
    let Counts {
        allowed,
        warn,
        blocked,
        unknown,
        below,
    } = counts;
    let all = count(allowed + warn + blocked + unknown, "package");
    let below = match below {
        0 => String::new(),
        below => format!("; {} below the thresholds", count(below, "finding")),
    };
    format!(
        "{all}: {blocked} blocked, {warn} with a warning, {unknown} without a verdict (UNKNOWN), {allowed} allowed{below}"
    )
}

/// Which of the two firewalls spoke.
fn evaluator(report: &AuditReport) -> String {
    match report.firewall.evaluated_by.as_str() {
        EMBEDDED => "Evaluated by: the embedded firewall".to_owned(),
        registry => format!("Evaluated by: the registry {registry}"),
    }
}

/// What is known of an ecosystem's packages, and how old that is.
pub(crate) fn data(data: &DataCoverage) -> String {
    if data.kind == DataKind::Registry {
        return format!("{}: the registry's", data.ecosystem);
    }
    let names: Vec<&str> = data.sources.iter().map(|source| source.name.as_str()).collect();
    let newest = data.newest.as_deref().unwrap_or("unknown");
    match names.as_slice() {
        [] => format!("{}: no advisories", data.ecosystem),
        names => format!(
            "{}: {} advisories, newest {newest}, from {}",
            data.ecosystem,
            data.advisories,
            names.join(", ")
        ),
    }
}

/// A file, what it holds, and where it matters the policy that judged it.
fn line(file: &FileCoverage, with_policy: bool) -> String {
    let dependencies = counted(file.dependencies, "dependency", "dependencies");
    let policy = if with_policy {
        format!(", by the policy {}", file.policy)
    } else {
        String::new()
    };
    format!("{} ({}, {dependencies}{policy})", file.file, file.ecosystem)
}

/// The first few by name, and how many more there are.
fn named(word: &str, items: Vec<String>) -> Vec<String> {
    let more = items.len().saturating_sub(MOST_NAMED);
    let first = items.into_iter().take(MOST_NAMED);
    let mut lines: Vec<String> = first.map(|item| format!("{word}: {item}")).collect();
    if more > 0 {
        lines.push(format!("{word}: {more} more, which --format report names"));
    }
    lines
}
