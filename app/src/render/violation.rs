//! Why a verdict is what it is, in a line.

use hc_core::firewall::{Category, Status, Violation};

/// One line: what was found, where it is fixed, which policy says so.
pub(crate) fn reason(violation: &Violation) -> String {
    let fix = violation
        .fix_version
        .as_ref()
        .map_or_else(String::new, |fix| format!(", fixed in {fix}"));
    let policy = match (&violation.policy, &violation.policy_set) {
        (Some(policy), Some(set)) => format!(", by the policy {policy} of {set}"),
        (Some(policy), None) => format!(", by the policy {policy}"),
        (None, Some(set)) => format!(", by a policy of {set}"),
        (None, None) => String::new(),
    };
    let asks_for = match violation.status {
        Status::Allowed => "below the thresholds",
        status => status.as_str(),
    };
    format!("{}{fix}{policy} [{asks_for}]", finding(violation))
}

fn finding(violation: &Violation) -> String {
    let detail = |key: &str| {
        violation
            .details
            .get(key)
            .map_or_else(|| "not told".to_owned(), plain)
    };
    match &violation.category {
        Category::Malware => format!("{}: known malware", advisory(violation)),
        Category::Security => {
            let why = match (violation.severity, violation.score, violation.threshold) {
                (Some(word), _, _) => format!("rated {word}"),
                (None, Some(score), Some(threshold)) => format!("CVSS {score} ≥ {threshold}"),
                (None, Some(score), None) if violation.is_violated() && violation.vector.is_some() => {
                    format!("CVSS {score}, beside a rating that cannot be read")
                }
                (None, Some(score), None) => format!("CVSS {score}"),
                (None, None, _) => "score unknown".to_owned(),
            };
            format!("{}: {why}", advisory(violation))
        }
        Category::License => format!(
            "licence {} is not allowed; allowed: {}",
            detail("blockedLicense"),
            detail("allowedLicenses")
        ),
        Category::PackageAge => format!(
            "published on {}, which is younger than {}",
            detail("publishedOn"),
            detail("packageAgeThreshold")
        ),
        Category::Other(word) => {
            let carried: Vec<String> = violation
                .details
                .iter()
                .map(|(key, value)| format!("{key}: {}", plain(value)))
                .collect();
            format!("{word} ({})", carried.join(", "))
        }
    }
}

fn advisory(violation: &Violation) -> String {
    match (&violation.advisory, &violation.cve) {
        (Some(advisory), Some(cve)) if cve != advisory => format!("{advisory} ({cve})"),
        (Some(advisory), _) => advisory.clone(),
        (None, _) => "a vulnerability".to_owned(),
    }
}

/// A JSON value as a person would write it.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
