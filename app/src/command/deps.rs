//! `hc deps`: what a file holds, no verdicts.

use hc_core::lockfile::Lockfile;
use hc_core::select::Selection;
use hc_core::walk;

use crate::args::{Deps, Global};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::gate::{Ending, Findings};
use crate::host::Host;
use crate::input::{self, Outcomes};
use crate::listed::Listed;
use crate::output::Format;
use crate::render;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &Deps,
) -> Result<ExitStatus, Error> {
    let sources = input::sources(host, &args.paths, &[], &args.reading).await?;
    let files = sources.paths();
    let Outcomes {
        files: outcomes,
        passed_over,
        ..
    } = input::read_all(host, &args.reading, sources).await;
    let wanted = args.select.selection();
    let mut all = Vec::new();
    let (mut gaps, mut unread) = (0, 0);
    let count = outcomes.len();
    for (file, outcome) in outcomes {
        match outcome {
            Ok(lockfile) => {
                for warning in &lockfile.warnings {
                    console.note(&warning.message);
                }
                gaps += usize::from(lockfile.is_incomplete());
                all.extend(listed(&file, &lockfile, &wanted));
            }
            Err(error) => {
                unread += 1;
                console.error(&error.into());
            }
        }
    }
    for line in walk::summary(&passed_over) {
        console.note(&format!("not read: {line}"));
    }
    let Ending { status, why } = Findings::of_files(gaps, unread).end_listing();
    if unread < count {
        if let Some(package) = args.select.why.clone().filter(|_| all.is_empty()) {
            return Err(Error::no_such_package(package, &files));
        }
        console.result(&match global.format {
            Format::Json | Format::Report => render::json::document(&all)?,
            Format::Yaml => render::yaml::document(&all)?,
            Format::Table => render::listing::dependencies(&all, args.select.explain()),
        })?;
    }
    if status != ExitStatus::Success {
        console.end(status, &why);
    }
    Ok(status)
}

fn listed<'l>(
    file: &'l str,
    lockfile: &'l Lockfile,
    wanted: &'l Selection,
) -> impl Iterator<Item = Listed> + use<'l> {
    wanted.of(lockfile).map(move |(index, dependency)| Listed {
        ecosystem: dependency.ecosystem,
        name: dependency.name.to_string(),
        version: dependency.version.as_deref().map(str::to_owned),
        specifier: dependency.specifier.as_deref().map(str::to_owned),
        exact: dependency.version.is_some(),
        purl: dependency.purl(),
        scope: dependency.scope,
        direct: dependency.direct,
        source: dependency.source,
        paths: lockfile.paths(index),
        file: file.to_owned(),
        line: dependency.line,
    })
}
