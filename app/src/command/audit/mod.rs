//! `hc registry firewall audit`: the firewall's verdict on every dependency of one or more files.

mod offline;
mod registry;

use hc_core::lockfile::Lockfile;
use hc_core::report::{AuditReport, Counts, EMBEDDED, FileSummary};

use crate::args::{Audit, Format, Global};
use crate::console::Console;
use crate::embedded;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::gate::{Ending, Findings};
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
    let (report, unread) = match chosen {
        Some(firewall) => {
            let (files, unread) = read(host, console, &files, |lockfile| firewall.check(lockfile)).await;
            (firewall.audit(&files, &wanted).await, unread)
        }
        None => {
            let firewall = embedded::set_up(host, console, &args.embedded, &files).await?;
            note_offline(console, registry);
            note_starter(console, &firewall.info());
            let (files, unread) = read(host, console, &files, |_| Ok(())).await;
            (offline::audit(console, &firewall, &files, &wanted), unread)
        }
    };
    let Ending { status, why } = Findings::of_audit(&report, unread).end(&args.verdict);
    if report.files.is_empty() {
        console.end(status, &why);
        return Ok(status);
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
    console.end(status, &why);
    Ok(status)
}

/// Reads every file that can be read and passes `check`; says for each other one why not. Gives how many
/// could not.
async fn read<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    files: &[String],
    check: impl Fn(&Lockfile) -> Result<(), Error>,
) -> (Vec<(String, Lockfile)>, usize) {
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
    let unread = files.len() - lockfiles.len();
    (lockfiles, unread)
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
