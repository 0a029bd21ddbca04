//! One package version's verdict as text for people.

use hc_core::firewall::{Status, Violation};

use super::advice;
use super::text::shown;
use super::violation::reason;
use crate::explanation::{Applies, Explanation};

/// Sixty `=`, as the earlier client prints it.
const RULE: &str = "============================================================";

/// The verdict, its reasons, and the advisories that were looked at.
pub(crate) fn text(explanation: &Explanation) -> String {
    let status = explanation.scan_status;
    let mut lines = vec![
        format!("Package:      {}", explanation.package_name),
        format!("Version:      {}", explanation.version),
        format!("Scan Status:  {status}"),
    ];
    lines.extend(explanation.scan_id.iter().map(|id| format!("Scan ID:      {id}")));
    lines.push(format!("Evaluated By: {}", explanation.evaluated_by));
    lines.push(format!("Policy:       {}", explanation.policy.policy));
    lines.push(format!(
        "Data:         {}",
        super::coverage::data(&explanation.data)
    ));
    lines.push(String::new());
    lines.push(meaning(status).to_owned());
    lines.extend(explanation.note.clone());
    if has_details(explanation) {
        lines.extend([String::new(), "Scan Details:".to_owned(), RULE.to_owned()]);
        lines.extend(details(explanation));
    }
    if let Some(advisories) = &explanation.advisories {
        lines.extend([
            String::new(),
            format!("Advisories looked at: {}", advisories.len()),
        ]);
        for looked_at in advisories {
            let applies = match looked_at.applies {
                Applies::Yes => "applies",
                Applies::No => "does not apply",
                Applies::Unknown => "may apply",
            };
            lines.push(format!("  {} {applies}: {}", looked_at.advisory, looked_at.why));
            if !looked_at.summary.is_empty() {
                lines.push(format!("    {}", looked_at.summary));
            }
        }
    }
    shown(lines)
}

fn has_details(explanation: &Explanation) -> bool {
    explanation.last_evaluated.is_some()
        || explanation.fix_version.is_some()
        || explanation.violations.iter().any(Violation::is_violated)
}

fn details(explanation: &Explanation) -> impl Iterator<Item = String> {
    let evaluated = explanation.last_evaluated.iter().map(|moment| {
        format!(
            "Last Evaluated: {}",
            moment.replace('T', " ").replace('Z', " UTC")
        )
    });
    let violations = explanation
        .violations
        .iter()
        .filter(|violation| violation.is_violated())
        .map(|violation| format!("Violation: {}", reason(violation)));
    let fix = explanation
        .fix_version
        .iter()
        .map(|version| format!("Fixed Version: {version}"));
    let advice = advice::lines(&explanation.advice);
    evaluated.chain(violations).chain(fix).chain(advice)
}

fn meaning(status: Status) -> &'static str {
    match status {
        Status::Allowed => "This artifact version is ALLOWED by the firewall",
        Status::Warn => "This artifact version is ALLOWED by the firewall with a WARNING",
        Status::Blocked => "This artifact version is BLOCKED by the firewall",
        Status::Unknown => "The firewall has no verdict on this artifact version",
    }
}
