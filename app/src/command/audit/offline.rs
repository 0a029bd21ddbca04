//! The audit with the embedded firewall.

use hc_core::audit::Embedded;
use hc_core::lockfile::Lockfile;
use hc_core::report::AuditReport;
use hc_core::select::Selection;

use crate::args::Audit;
use crate::console::Console;
use crate::embedded::{self, Policies};
use crate::error::Error;
use crate::host::Host;

/// The embedded firewall's verdicts on all files, each by the policy that holds for it.
pub(super) async fn audit<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    args: &Audit,
    folders: &[String],
    files: &[(String, Lockfile)],
    wanted: &Selection,
) -> Result<AuditReport, Error> {
    if files.is_empty() {
        // Nothing is to be judged, so that nobody need wait for advisories.
        return Ok(AuditReport::new(Embedded::default().info()));
    }
    let mut firewall = embedded::set_up(host, console, &args.embedded).await?;
    let mut report = AuditReport::new(firewall.info());
    let policy = args.embedded.policy.as_deref();
    let mut policies = Policies::new(host, console, policy, folders);
    console.step("> Initiating bulk scan evaluation with the embedded firewall...");
    for (file, lockfile) in files {
        policies.apply(file, &mut firewall).await?;
        firewall.audit(&mut report, file, lockfile, wanted);
    }
    console.step("Bulk scan evaluation completed successfully");
    Ok(report)
}

/// Says that the registry somebody named was not asked.
pub(crate) fn note_offline<H: Host>(console: &Console<'_, H>, registry: Option<&str>) {
    if let Some(registry) = registry {
        console.note(&format!(
            "the registry {registry} was not asked (--offline); the embedded firewall speaks"
        ));
    }
}
