//! `hc registry firewall audit`: the firewall's verdict on every dependency of one or more files.

mod offline;
mod registry;

use hc_core::firewall::Status;
use hc_core::lockfile::Lockfile;
use hc_core::report::{AuditReport, Counts, EMBEDDED, FileSummary};

use crate::ExitStatus;
use crate::args::{Audit, FailOn, Format, Global, Verdict};
use crate::console::Console;
use crate::embedded;
use crate::error::Error;
use crate::host::Host;
use crate::input;
use crate::render;

pub(crate) use offline::{note_offline, note_starter};
pub(crate) use registry::RegistryFirewall;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &Audit,
) -> Result<ExitStatus, Error> {
    let files = input::files(host, &args.files, &args.recursive).await?;
    let wanted = args.select.selection();
    let registry = args.registry.as_deref();
    let chosen =
        RegistryFirewall::chosen(host, console, global, registry, args.offline, &args.service).await?;
    let (report, failed) = match chosen {
        Some(firewall) => {
            let (files, failed) = read(host, console, &files, |lockfile| firewall.check(lockfile)).await;
            (firewall.audit(&files, &wanted).await, failed)
        }
        None => {
            let firewall = embedded::set_up(host, console, &args.embedded, &files).await?;
            note_offline(console, registry, args.offline);
            note_starter(console, &firewall.info());
            let (files, failed) = read(host, console, &files, |_| Ok(())).await;
            (offline::audit(console, &firewall, &files, &wanted), failed)
        }
    };
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
    explain(console, &report, &args.verdict);
    Ok(status(&report, failed, &args.verdict))
}

/// Reads every file that can be read and passes `check`; says for each other one why not. Gives whether one
/// could not.
async fn read<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    files: &[String],
    check: impl Fn(&Lockfile) -> Result<(), Error>,
) -> (Vec<(String, Lockfile)>, bool) {
    let mut lockfiles = Vec::with_capacity(files.len());
    for file in files {
        let shown = if files.len() == 1 { file_name(file) } else { file };
        console.step(&format!("> Parsing dependency file: {shown}..."));
        let lockfile = input::read(host, file).await.map_err(Error::from);
        let lockfile = match lockfile.and_then(|lockfile| check(&lockfile).map(|()| lockfile)) {
            Ok(lockfile) => lockfile,
            Err(error) => {
                console.error(&error);
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
        lockfiles.push((file.clone(), lockfile));
    }
    let failed = lockfiles.len() < files.len();
    (lockfiles, failed)
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
    console.step(&format!("Evaluated by: {}", evaluator(report)));
    for (word, count) in [("Blocked", blocked), ("Warnings", warn), ("Unknown", unknown)] {
        if count > 0 {
            console.step(&format!("> {word}: {count}..."));
        }
    }
    console.step(&format!("Allowed: {allowed}"));
    console.gap();
}

/// Which of the two firewalls spoke.
fn evaluator(report: &AuditReport) -> String {
    match report.firewall.evaluated_by.as_str() {
        EMBEDDED => "the embedded firewall".to_owned(),
        registry => format!("the registry {registry}"),
    }
}

/// Says what stands in the way of a clean bill where no verdict does.
fn explain<H: Host>(console: &Console<'_, H>, report: &AuditReport, args: &Verdict) {
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

/// How an audit ends: see [`exit_status`].
fn status(report: &AuditReport, failed: bool, args: &Verdict) -> ExitStatus {
    let Counts {
        warn,
        blocked,
        unknown,
        ..
    } = report.counts;
    let is_open = unknown > 0 || report.files.iter().any(|file| file.incomplete);
    exit_status(blocked > 0, warn > 0, is_open, failed, args)
}

/// How a question about one version ends.
pub(crate) fn status_of(status: Status, args: &Verdict) -> ExitStatus {
    let is = |other| status == other;
    exit_status(
        is(Status::Blocked),
        is(Status::Warn),
        is(Status::Unknown),
        false,
        args,
    )
}

/// A violated policy comes before what could not be evaluated: it is certain.
fn exit_status(has_blocked: bool, has_warn: bool, is_open: bool, failed: bool, args: &Verdict) -> ExitStatus {
    let is_violated = match args.fail_on {
        FailOn::Blocked => has_blocked,
        FailOn::Warn => has_blocked || has_warn,
        FailOn::None => false,
    };
    if is_violated {
        ExitStatus::PolicyViolated
    } else if failed || (is_open && !args.allow_unknown) {
        ExitStatus::Failure
    } else {
        ExitStatus::Success
    }
}
