//! The audit with the embedded firewall.

use hc_core::audit::Embedded;
use hc_core::lockfile::Lockfile;
use hc_core::report::{AuditReport, FirewallInfo};
use hc_core::select::Selection;

use crate::console::Console;
use crate::host::Host;

pub(super) fn audit<H: Host>(
    console: &Console<'_, H>,
    firewall: &Embedded,
    files: &[(String, Lockfile)],
    wanted: &Selection,
) -> AuditReport {
    let mut report = AuditReport::new(firewall.info());
    if files.is_empty() {
        return report;
    }
    console.step("> Initiating bulk scan evaluation with the embedded firewall...");
    for (file, lockfile) in files {
        firewall.audit(&mut report, file, lockfile, wanted);
    }
    console.step("Bulk scan evaluation completed successfully");
    report
}

/// Says that the registry somebody named was not asked.
pub(crate) fn note_offline<H: Host>(console: &Console<'_, H>, registry: Option<&str>) {
    if let Some(registry) = registry {
        console.note(&format!(
            "the registry {registry} was not asked (--offline); the embedded firewall speaks"
        ));
    }
}

/// Says what the embedded firewall does not know.
pub(crate) fn note_starter<H: Host>(console: &Console<'_, H>, info: &FirewallInfo) {
    if info.starter_only {
        console.note(&format!(
            "only the built-in starter set of {} widely known advisories was used; \
             give --advisories an OSV export for a real audit",
            info.advisory_count
        ));
    }
    console.detail(&format!("policy: {}", info.policy));
    let date = info.advisory_date.as_deref().unwrap_or("unknown");
    console.detail(&format!(
        "advisories: {} ({}, newest {date})",
        info.advisory_count, info.advisories
    ));
}
