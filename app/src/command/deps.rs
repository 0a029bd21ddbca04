//! `hc deps`: what a file holds, no verdicts.

use hc_core::dependency::{Scope, Source};
use hc_core::lockfile::Lockfile;
use hc_core::package::Ecosystem;
use hc_core::select::Selection;
use serde::Serialize;

use crate::ExitStatus;
use crate::args::{Deps, Format, Global};
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::input;
use crate::render;

/// A dependency as other programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    /// Null where the file gives a range.
    pub(crate) version: Option<String>,
    /// The requirement as the file gives it.
    pub(crate) specifier: Option<String>,
    /// Whether the file settles on one version.
    pub(crate) exact: bool,
    /// Null for what comes from no registry.
    pub(crate) purl: Option<String>,
    pub(crate) scope: Scope,
    /// Null where the file does not tell.
    pub(crate) direct: Option<bool>,
    pub(crate) source: Source,
    pub(crate) paths: Vec<Vec<String>>,
    pub(crate) line: usize,
}

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &Deps,
) -> Result<ExitStatus, Error> {
    let lockfile = input::read(host, &args.file).await?;
    for warning in &lockfile.warnings {
        console.note(&warning.message);
    }
    let listed = listed(&lockfile, &args.select.selection());
    if let Some(error) = args
        .select
        .missing(std::slice::from_ref(&args.file))
        .filter(|_| listed.is_empty())
    {
        return Err(error);
    }
    console.result(&match global.format {
        Format::Json => render::json::document(&listed)?,
        Format::Yaml => render::yaml::document(&listed)?,
        Format::Table => render::table::dependencies(&listed, args.select.explain()),
    })?;
    let is_incomplete = lockfile.warnings.iter().any(|warning| warning.incomplete);
    Ok(if is_incomplete {
        ExitStatus::Failure
    } else {
        ExitStatus::Success
    })
}

fn listed(lockfile: &Lockfile, wanted: &Selection) -> Vec<Listed> {
    let listed = wanted.of(lockfile).map(|(index, dependency)| Listed {
        ecosystem: dependency.ecosystem,
        name: dependency.name.clone(),
        version: dependency.version.clone(),
        specifier: dependency.specifier.clone(),
        exact: dependency.version.is_some(),
        purl: dependency.purl(),
        scope: dependency.scope,
        direct: dependency.direct,
        source: dependency.source,
        paths: lockfile.paths(index),
        line: dependency.line,
    });
    listed.collect()
}
