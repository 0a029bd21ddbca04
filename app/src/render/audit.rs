//! An audit as a table for people: what needs attention, worst first, then why, then what the report covers.

use std::cmp::Reverse;

use hc_core::firewall::{Category, Status, Violation};
use hc_core::report::{AuditReport, Row};

use super::text::{count, shown, visible};
use super::violation::reason;
use super::{advice, coverage, path, table};
use crate::output::Explain;

/// How the table is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// Which rows are shown: those that need attention, or all, with the findings below the thresholds.
    pub(crate) explain: Explain,
    /// How wide the terminal is, if it is one.
    pub(crate) columns: Option<u16>,
    /// Whether statuses have colours.
    pub(crate) colour: bool,
}

/// The rows, the reasons, and the summary.
pub(crate) fn text(report: &AuditReport, view: View) -> String {
    let with_file = report.coverage.files.len() > 1;
    let is_shown = |row: &&Row| view.explain == Explain::Everything || row.scan_status != Status::Allowed;
    let mut rows: Vec<&Row> = report.rows.iter().filter(is_shown).collect();
    // What is equally bad stays in the order of the files and names.
    rows.sort_by_key(|row| Reverse((row.scan_status, worst(row))));
    let mut out = String::new();
    if !rows.is_empty() {
        out.push_str(&overview(&rows, with_file, view));
        for row in &rows {
            out.push('\n');
            out.push_str(&reasons(row, with_file, view));
        }
        out.push('\n');
    }
    let hidden = report.rows.len() - rows.len();
    let mut lines = Vec::new();
    if hidden > 0 {
        lines.push(format!("{} allowed; --all lists them", count(hidden, "package")));
    }
    lines.extend(coverage::summary(report));
    out.push_str(&shown(lines));
    out
}

/// How bad the worst finding is: malware is worse than any score, and none is milder than no score.
fn worst(row: &Row) -> Option<u8> {
    let badness = |violation: &Violation| match (&violation.category, violation.score) {
        (Category::Malware, _) => 101,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a score is from 0 to 10"
        )]
        (_, Some(score)) => (score.value() * 10.0).round() as u8,
        (_, None) => 0,
    };
    row.violations.iter().map(badness).max()
}

fn overview(rows: &[&Row], with_file: bool, view: View) -> String {
    let mut header = vec!["Status", "Package Name", "Version"];
    if with_file {
        header.push("File");
    }
    let cells = rows.iter().map(|row| {
        let version = match (&row.version, &row.specifier) {
            (Some(version), Some(specifier)) if row.assumed => {
                format!("{version} (assumed from {specifier})")
            }
            (Some(version), _) => version.clone(),
            (None, specifier) => specifier.clone().unwrap_or_default(),
        };
        let mut cells = vec![row.scan_status.to_string(), row.package_name.clone(), version];
        if with_file {
            cells.push(row.file.clone());
        }
        cells
    });
    let table = table::within(view.columns, &header, cells);
    if !view.colour {
        return table;
    }
    table.lines().map(|line| coloured(line) + "\n").collect()
}

/// A line of the table with its status in colour. The status is the first cell, so that no other can be taken
/// for it.
fn coloured(line: &str) -> String {
    const BEGIN: &str = "│ ";
    let found = line.strip_prefix(BEGIN).and_then(|rest| {
        let statuses = [Status::Blocked, Status::Warn, Status::Unknown, Status::Allowed];
        let status = statuses
            .into_iter()
            .find(|status| rest.starts_with(status.as_str()))?;
        Some((status, &rest[status.as_str().len()..]))
    });
    match found {
        Some((status, rest)) => format!("{BEGIN}{}{rest}", paint(status)),
        None => line.to_owned(),
    }
}

fn paint(status: Status) -> String {
    let colour = match status {
        Status::Blocked => 31,
        Status::Warn => 33,
        Status::Unknown => 35,
        Status::Allowed => 32,
    };
    format!("\u{1b}[1;{colour}m{status}\u{1b}[0m")
}

/// Why a row has its status, how it came in, and what to do.
fn reasons(row: &Row, with_file: bool, view: View) -> String {
    let name = match &row.version {
        Some(version) => format!("{} {version}", row.package_name),
        None => row.package_name.clone(),
    };
    let status = if view.colour {
        paint(row.scan_status)
    } else {
        row.scan_status.to_string()
    };
    let heading = format!("{}: {status}\n", visible(&name));
    let mut lines = Vec::new();
    if with_file {
        lines.push(format!("  in {}, line {}", row.file, row.line));
    }
    lines.extend(row.note.iter().map(|note| format!("  {note}")));
    for violation in &row.violations {
        if view.explain == Explain::Findings && !violation.is_violated() {
            continue;
        }
        lines.push(format!("  {}", reason(violation)));
        if !violation.summary.is_empty() {
            lines.push(format!("    {}", violation.summary));
        }
    }
    lines.extend(
        row.fix_version
            .iter()
            .map(|fix| format!("  fixed version: {fix}")),
    );
    lines.extend(path::lines(&row.paths));
    lines.extend(advice::lines(&row.advice).map(|line| format!("  {line}")));
    heading + &shown(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_cell_is_a_status() {
        assert_eq!(
            coloured("│ BLOCKED │ x │"),
            "│ \u{1b}[1;31mBLOCKED\u{1b}[0m │ x │"
        );
        for line in ["│         │ BLOCKED │", "├─────────┤", "│ Status  │"] {
            assert_eq!(coloured(line), line);
        }
    }
}
