//! Results as tables for people, with the reasons below.

use comfy_table::{ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};
use hc_core::firewall::{Category, Status, Violation};
use hc_core::report::{AuditReport, Row};

use super::text::visible;
use crate::command::deps::Listed;

/// Light lines around and between the columns, and a rule under the header.
const LINES: TableStyle = TableStyle::new()
    .top_border(LineStyle::new('┌', '─', '┬', '┐'))
    .header_lines(ContentLineStyle::new('│', '│', '│'))
    .header_separator(LineStyle::new('├', '─', '┼', '┤'))
    .content_lines(ContentLineStyle::new('│', '│', '│'))
    .bottom_border(LineStyle::new('└', '─', '┴', '┘'));

/// Which rows are explained below the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Explain {
    /// Those that need attention.
    Findings,
    /// All of them: somebody asked how they come in.
    Everything,
}

/// The rows with their statuses, and below them the reasons.
pub(crate) fn audit(report: &AuditReport, explain: Explain) -> String {
    let many_files = report.files.len() > 1;
    let mut header = vec!["Package Name", "Version", "Status"];
    if many_files {
        header.push("File");
    }
    let rows = report.rows.iter().map(|row| {
        let version = match (&row.version, &row.specifier) {
            (Some(version), Some(specifier)) if row.assumed => {
                format!("{version} (assumed from {specifier})")
            }
            (Some(version), _) => version.clone(),
            (None, specifier) => specifier.clone().unwrap_or_default(),
        };
        let mut cells = vec![row.package_name.clone(), version, row.scan_status.to_string()];
        if many_files {
            cells.push(row.file.clone());
        }
        cells
    });
    let mut out = table(&header, rows);
    let is_explained = |row: &&Row| explain == Explain::Everything || row.scan_status != Status::Allowed;
    let mut open: Vec<&Row> = report.rows.iter().filter(is_explained).collect();
    open.sort_by_key(|row| std::cmp::Reverse(row.scan_status));
    for row in open {
        out.push('\n');
        out.push_str(&reasons(row, many_files));
    }
    out
}

/// What a file holds, and below it how each comes in, if somebody asked.
pub(crate) fn dependencies(listed: &[Listed], explain: Explain) -> String {
    let many_files = listed.windows(2).any(|pair| pair[0].file != pair[1].file);
    let mut header = vec!["Package Name", "Version", "Scope", "Direct", "Source", "Line"];
    if many_files {
        header.push("File");
    }
    let rows = listed.iter().map(|dependency| {
        let version = dependency.version.as_ref().or(dependency.specifier.as_ref());
        let mut cells = vec![
            dependency.name.clone(),
            version.cloned().unwrap_or_default(),
            word(&dependency.scope),
            dependency
                .direct
                .map_or("unknown", |direct| if direct { "yes" } else { "no" })
                .to_owned(),
            word(&dependency.source),
            dependency.line.to_string(),
        ];
        if many_files {
            cells.push(dependency.file.clone());
        }
        cells
    });
    let mut out = table(&header, rows);
    if explain == Explain::Everything {
        for dependency in listed {
            let version = dependency.version.as_ref().or(dependency.specifier.as_ref());
            let name = format!("{} {}", dependency.name, version.map_or("", String::as_str));
            out.push('\n');
            out.push_str(&lines(
                std::iter::once(name.trim_end().to_owned()).chain(path_lines(&dependency.paths)),
            ));
        }
    }
    out
}

/// Rows under a header, each cell made safe to show.
pub(crate) fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(LINES)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    for row in rows {
        table.add_row(row.iter().map(|cell| visible(cell)));
    }
    format!("{table}\n")
}

/// The word that a value has in JSON.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Why a row has its status, how it came in, and what to do.
fn reasons(row: &Row, with_file: bool) -> String {
    let mut lines = vec![match &row.version {
        Some(version) => format!("{} {version}: {}", row.package_name, row.scan_status),
        None => format!("{}: {}", row.package_name, row.scan_status),
    }];
    if with_file {
        lines.push(format!("  in {}, line {}", row.file, row.line));
    }
    lines.extend(row.note.iter().map(|note| format!("  {note}")));
    let mut is_violated = false;
    for violation in row.violations.iter().filter(|violation| violation.is_violated()) {
        is_violated = true;
        lines.push(format!("  {}", reason(violation)));
        if !violation.summary.is_empty() {
            lines.push(format!("    {}", violation.summary));
        }
    }
    if let Some(fix) = &row.fix_version {
        lines.push(format!("  fixed version: {fix}"));
    } else if is_violated {
        lines.push("  no fixed version is known".to_owned());
    }
    lines.extend(path_lines(&row.paths));
    self::lines(lines)
}

/// Text of several lines, each made safe to show.
fn lines(lines: impl IntoIterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&visible(&line));
        text.push('\n');
    }
    text
}

fn path_lines(paths: &[Vec<String>]) -> impl Iterator<Item = String> {
    paths.iter().map(|path| format!("  {}", path_text(path)))
}

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
    format!("{}{fix}{policy} [{}]", finding(violation), violation.status)
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

/// `root → express → body-parser`; a version is named where the names alone would not tell.
fn path_text(path: &[String]) -> String {
    let names = path.iter().map(|label| {
        label
            .rfind('@')
            .filter(|&at| at > 0)
            .map_or(label.as_str(), |at| &label[..at])
    });
    std::iter::once("root")
        .chain(names)
        .collect::<Vec<_>>()
        .join(" → ")
}
