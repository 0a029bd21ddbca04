//! `hc artifact delete`

use hc_core::api::artifacts;
use hc_core::api::bulk_delete::{self, Item, Query};
use hc_core::api::error::done;
use serde::Serialize;

use crate::args::{ArtifactDelete, ArtifactType, Global};
use crate::command::confirm;
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::render::records::{Column, records};

/// One line of a bulk deletion.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    item: Item,
    result: Outcome,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Outcome {
    Deleted,
    WouldBeDeleted,
    Failed,
}

const COLUMNS: [Column<Row>; 2] = [
    Column("Artifact", |row| name(&row.item)),
    Column("Result", |row| {
        let word = match row.result {
            Outcome::Deleted => "deleted",
            Outcome::WouldBeDeleted => "would be deleted",
            Outcome::Failed => "failed",
        };
        word.to_owned()
    }),
];

fn name(item: &Item) -> String {
    match &item.version {
        Some(version) => format!("{}@{version}", item.package),
        None => item.package.clone(),
    }
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactDelete,
) -> Result<ExitStatus, Error> {
    let session = Session::open(host, console, global).await?;
    let version = args.version.as_deref();
    let is_pattern = [Some(args.name.as_str()), version]
        .into_iter()
        .flatten()
        .any(|text| text.contains(['*', '?']));
    if is_pattern || args.dry_run {
        session.needs_hosted("deletion by pattern, and no dry run of a deletion")?;
    }
    if !args.dry_run && !args.yes && host.is_interactive() {
        confirm::yes(host, &question(args, is_pattern)).await?;
    }
    if is_pattern || args.dry_run {
        return in_bulk(&session, console, global, args).await;
    }
    let kind = args.artifact_type.map(ArtifactType::as_str);
    let request = artifacts::delete(&session.service, &args.registry, &args.name, version, kind);
    session.client.call(&request, done).await?;
    console.step(&format!("Deleted {} from {}", what(args), args.registry));
    Ok(ExitStatus::Success)
}

fn question(args: &ArtifactDelete, is_pattern: bool) -> String {
    let matching = if is_pattern {
        "everything that matches "
    } else {
        ""
    };
    format!(
        "Delete {matching}{} from {}? This cannot be undone.",
        what(args),
        args.registry
    )
}

fn what(args: &ArtifactDelete) -> String {
    match &args.version {
        Some(version) => format!("{} {version}", args.name),
        None => format!("{} with all its versions", args.name),
    }
}

async fn in_bulk<H: Host>(
    session: &Session<'_, H>,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactDelete,
) -> Result<ExitStatus, Error> {
    let query = Query {
        packages: &args.name,
        versions: args.version.as_deref().unwrap_or_default(),
        registry: &args.registry,
        dry_run: args.dry_run,
    };
    let request = bulk_delete::post(&session.service, &query);
    let outcome = session.client.call(&request, bulk_delete::parse).await?;
    let good = if args.dry_run {
        Outcome::WouldBeDeleted
    } else {
        Outcome::Deleted
    };
    let row = |result| move |item| Row { item, result };
    let deleted = outcome.deleted.len();
    let rows: Vec<Row> = outcome
        .deleted
        .into_iter()
        .map(row(good))
        .chain(outcome.failed.into_iter().map(row(Outcome::Failed)))
        .collect();
    console.result(&records(global.format, &COLUMNS, &rows)?)?;
    if rows.is_empty() {
        console.step("The service names nothing that matches");
    }
    let is_clear = !rows.is_empty() && outcome.failures == 0;
    if let Some(message) = outcome.message.filter(|_| !is_clear) {
        console.step(&format!("The service says: {message}"));
    }
    if args.dry_run {
        console.step("A dry run: nothing was deleted");
    }
    for row in rows.iter().filter(|row| matches!(row.result, Outcome::Failed)) {
        let reason = row
            .item
            .error
            .as_deref()
            .unwrap_or("the service does not say why");
        console.note(&format!("{} was not deleted: {reason}", name(&row.item)));
    }
    if outcome.failures == 0 {
        return Ok(ExitStatus::Success);
    }
    let failed = usize::try_from(outcome.failures).unwrap_or(usize::MAX);
    Err(Error::Partly {
        failed,
        all: deleted.saturating_add(failed),
    })
}
