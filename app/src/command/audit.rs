//! `hc registry firewall audit`: the firewall's verdict on every dependency of one or more files.

use hc_core::audit::Embedded;
use hc_core::report::{AuditReport, Counts, FileSummary};
use hc_core::select::Selection;

use crate::ExitStatus;
use crate::args::{Audit, FailOn, Format, Global};
use crate::console::Console;
use crate::embedded;
use crate::error::Error;
use crate::host::Host;
use crate::input;
use crate::render;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &Audit,
) -> Result<ExitStatus, Error> {
    refuse_registry(host, global, args).await?;
    let files = input::files(host, &args.files, &args.recursive).await?;
    let firewall = embedded::set_up(host, console, args, &files).await?;
    describe(console, &firewall, args);
    let (report, failed) = audit(host, console, &firewall, &files, &args.select.selection()).await;
    if report.files.is_empty() {
        return Ok(ExitStatus::Failure);
    }
    if let Some(error) = args.select.missing(&files).filter(|_| report.rows.is_empty()) {
        return Err(error);
    }
    summarize(console, &report);
    console.result(&match global.format {
        Format::Json => render::json::document(&report.rows)?,
        Format::Yaml => render::yaml::document(&report.rows)?,
        Format::Table => render::table::audit(&report, args.select.explain()),
    })?;
    explain(console, &report, args);
    Ok(status(&report, failed, args))
}

/// Somebody who is logged in and names a registry wants that registry's word, not another firewall's.
async fn refuse_registry<H: Host>(host: &H, global: &Global, args: &Audit) -> Result<(), Error> {
    let Some(registry) = args.registry.as_ref().filter(|_| !args.offline) else {
        return Ok(());
    };
    let has_token = global.token.is_some() || host.env("HARNESS_API_KEY").is_some_and(|key| !key.is_empty());
    let home = host.env("HOME").or_else(|| host.env("USERPROFILE"));
    let has_login = match home {
        Some(home) => host.read(&format!("{home}/.harness/auth.json")).await.is_ok(),
        None => false,
    };
    if has_token || has_login {
        return Err(Error::Unsupported {
            message: format!("this version cannot ask the registry {registry} yet"),
            help:
                "pass --offline to use the embedded firewall, which knows nothing of the registry's policies"
                    .to_owned(),
        });
    }
    Ok(())
}

/// Says which firewall speaks, and what it does not know.
fn describe<H: Host>(console: &Console<'_, H>, firewall: &Embedded, args: &Audit) {
    let info = firewall.info();
    if let Some(registry) = args.registry.as_ref() {
        let why = if args.offline {
            "--offline"
        } else {
            "not logged in"
        };
        console.note(&format!(
            "the registry {registry} was not asked ({why}); the embedded firewall speaks"
        ));
    }
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

/// Audits every file that can be read; says for each other one why not. Gives whether one could not.
async fn audit<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    firewall: &Embedded,
    files: &[String],
    wanted: &Selection,
) -> (AuditReport, bool) {
    let mut report = AuditReport::new(firewall.info());
    let mut failed = false;
    for file in files {
        let shown = if files.len() == 1 { file_name(file) } else { file };
        console.step(&format!("> Parsing dependency file: {shown}..."));
        let lockfile = match input::read(host, file).await {
            Ok(lockfile) => lockfile,
            Err(error) => {
                failed = true;
                console.error(&error.into());
                continue;
            }
        };
        for warning in &lockfile.warnings {
            console.note(&warning.message);
        }
        if let Some(better) = input::better_file(host, file).await {
            console.note(&format!(
                "{better} stands beside {file}; audit it instead, it has the exact versions"
            ));
        }
        let count = lockfile.dependencies.len();
        console.step(&format!("Found {count} dependencies in {shown}"));
        console.step("> Initiating bulk scan evaluation with the embedded firewall...");
        firewall.audit(&mut report, file, &lockfile, wanted);
        console.step("Bulk scan evaluation completed successfully");
    }
    (report, failed)
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn summarize<H: Host>(console: &Console<'_, H>, report: &AuditReport) {
    let Counts {
        allowed,
        warn,
        blocked,
        unknown,
    } = report.counts;
    console.gap();
    let is_empty = |file: &FileSummary| file.dependencies == 0 && !file.incomplete;
    for file in report.files.iter().filter(|file| is_empty(file)) {
        console.step(&format!("{} is in order and holds no dependencies", file.file));
    }
    console.step(&format!("Scan Results for {} dependencies:", report.rows.len()));
    for (word, count) in [("Blocked", blocked), ("Warnings", warn), ("Unknown", unknown)] {
        if count > 0 {
            console.step(&format!("> {word}: {count}..."));
        }
    }
    console.step(&format!("Allowed: {allowed}"));
    console.gap();
}

/// Says what stands in the way of a clean bill where no verdict does.
fn explain<H: Host>(console: &Console<'_, H>, report: &AuditReport, args: &Audit) {
    if args.allow_unknown {
        return;
    }
    let unknown = report.counts.unknown;
    if unknown > 0 {
        console.note(&format!(
            "{unknown} could not be evaluated, which fails the audit; --allow-unknown accepts it"
        ));
    }
    for file in report.files.iter().filter(|file| file.incomplete) {
        let file = &file.file;
        console.note(&format!(
            "{file} could not be read in full, which fails the audit; --allow-unknown accepts it"
        ));
    }
}

/// A violated policy comes before what could not be evaluated: it is certain.
fn status(report: &AuditReport, failed: bool, args: &Audit) -> ExitStatus {
    let Counts {
        warn,
        blocked,
        unknown,
        ..
    } = report.counts;
    let violations = match args.fail_on {
        FailOn::Blocked => blocked,
        FailOn::Warn => blocked + warn,
        FailOn::None => 0,
    };
    let is_open = unknown > 0 || report.files.iter().any(|file| file.incomplete);
    if violations > 0 {
        ExitStatus::PolicyViolated
    } else if failed || (is_open && !args.allow_unknown) {
        ExitStatus::Failure
    } else {
        ExitStatus::Success
    }
}
