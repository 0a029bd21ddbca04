//! `hc registry firewall audit`: the firewall's verdict on every dependency of one or more files.

mod offline;
mod registry;

use hc_core::error::InputError;
use hc_core::lockfile::Lockfile;

use crate::args::{Audit, Global};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::gate::{Ending, Findings};
use crate::host::Host;
use crate::input::{self, Outcomes};
use crate::output::{Explain, Format};
use crate::render;
use crate::render::audit::View;

pub(crate) use offline::note_offline;
pub(crate) use registry::RegistryFirewall;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &Audit,
) -> Result<ExitStatus, Error> {
    let here = [".".to_owned()];
    let names_nothing = args.paths.is_empty() && args.files.is_empty() && args.reading.recursive.is_empty();
    let paths = if names_nothing { &here[..] } else { &args.paths };
    let sources = input::sources(host, paths, &args.files, &args.reading).await?;
    let files = sources.paths();
    let wanted = args.select.selection();
    let registry = args.registry.as_deref();
    let chosen =
        RegistryFirewall::chosen(host, console, global, registry, args.offline, &args.service).await?;
    let check = |file: &str, lockfile: &Lockfile| match &chosen {
        Some(firewall) => firewall.check(file, lockfile),
        None => Ok(()),
    };
    let Outcomes {
        files: outcomes,
        folders,
        passed_over,
    } = input::read_all(host, &args.reading, sources).await;
    let (lockfiles, unread) = readable(host, console, outcomes, check).await;
    let mut report = match &chosen {
        Some(firewall) => firewall.audit(&lockfiles, &wanted).await,
        None => {
            note_offline(console, registry);
            offline::audit(host, console, args, &folders, &lockfiles, &wanted).await?
        }
    };
    report.coverage.unread = unread;
    report.coverage.passed_over = passed_over;
    let is_read = !lockfiles.is_empty();
    if is_read
        && report.rows.is_empty()
        && let Some(package) = args.select.why.clone()
    {
        return Err(Error::no_such_package(package, &files));
    }
    for file in report.coverage.files.iter().filter(|file| file.is_empty()) {
        console.step(&format!("{} is in order and holds no dependencies", file.file));
    }
    // A table says at its end what it covers; beside data for programs, people are told here.
    if is_read && global.format != Format::Table {
        for note in report.coverage.data.iter().filter_map(|data| data.note.as_ref()) {
            console.note(note);
        }
        console.gap();
        for line in render::coverage::summary(&report) {
            console.step(&line);
        }
        console.gap();
    }
    // Where nothing was read there are no rows, which is not the same as none that needs attention.
    match global.format {
        Format::Report => console.result(&render::json::document(&report)?)?,
        _ if !is_read => {}
        Format::Json => console.result(&render::json::document(&report.rows)?)?,
        Format::Yaml => console.result(&render::yaml::document(&report.rows)?)?,
        Format::Table => {
            let explain = if args.all {
                Explain::Everything
            } else {
                args.select.explain()
            };
            let view = View {
                explain,
                columns: console.columns(),
                colour: console.colours_results(),
            };
            console.result(&render::audit::text(&report, view))?;
        }
    }
    let Ending { status, why } = Findings::of_audit(&report, args.require_complete).end(&args.verdict);
    console.end(status, &why);
    Ok(status)
}

/// The files that could be read and pass `check`; says of each other one why not, and gives that too.
async fn readable<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    outcomes: Vec<(String, Result<Lockfile, InputError>)>,
    check: impl Fn(&str, &Lockfile) -> Result<(), InputError>,
) -> (Vec<(String, Lockfile)>, Vec<InputError>) {
    let paths: Vec<String> = outcomes.iter().map(|(file, _)| file.clone()).collect();
    let mut lockfiles = Vec::with_capacity(paths.len());
    let mut unread = Vec::new();
    for (file, outcome) in outcomes {
        let shown = if paths.len() == 1 { file_name(&file) } else { &file };
        console.step(&format!("> Parsing dependency file: {shown}..."));
        let lockfile = match outcome.and_then(|lockfile| check(&file, &lockfile).map(|()| lockfile)) {
            Ok(lockfile) => lockfile,
            Err(error) => {
                console.error(&error.clone().into());
                unread.push(error);
                continue;
            }
        };
        for warning in &lockfile.warnings {
            console.note(&warning.message);
        }
        let better = input::better_file(host, &file).await;
        if let Some(better) = better.filter(|better| !paths.contains(better)) {
            console.note(&format!(
                "{better} stands beside {file}; audit it instead, it has the exact versions"
            ));
        }
        let count = lockfile.dependencies.len();
        console.step(&format!("Found {count} dependencies in {shown}"));
        lockfiles.push((file, lockfile));
    }
    (lockfiles, unread)
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
