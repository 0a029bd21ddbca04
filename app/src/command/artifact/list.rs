//! `hc artifact list`

use hc_core::api::artifacts::{self, Artifact, Query};

use crate::args::{ArtifactList, Global};
use crate::command::paging;
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::render::records::{Column, field, records};

/// The columns that users know.
const COLUMNS: [Column<Artifact>; 6] = [
    Column("Artifact", |artifact| artifact.name.clone()),
    Column("Version", version),
    Column("Artifact Key", key),
    Column("Package Type", |artifact| artifact.package_type.clone()),
    Column("Registry", |artifact| artifact.registry_identifier.clone()),
    Column("Download Count", |artifact| {
        artifact
            .downloads_count
            .map_or_else(String::new, |count| count.to_string())
    }),
];

/// A row that is about a whole artifact has only its latest version.
fn version(artifact: &Artifact) -> String {
    if artifact.version.is_empty() {
        field(&artifact.rest, "latestVersion")
    } else {
        artifact.version.clone()
    }
}

/// `architecture:amd64, distribution:jammy`
fn key(artifact: &Artifact) -> String {
    let Some(key) = &artifact.artifact_key else {
        return String::new();
    };
    let parts: Vec<String> = key
        .keys()
        .map(|name| format!("{name}:{}", field(key, name)))
        .collect();
    parts.join(", ")
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactList,
) -> Result<ExitStatus, Error> {
    let registry = match (&args.name, &args.registry) {
        (Some(name), Some(flag)) if name != flag => {
            return Err(Error::Usage {
                message: format!("two registries are given: {name} and --registry {flag}"),
                help: "name one; without any, the artifacts of all registries are listed".to_owned(),
            });
        }
        (name, flag) => name.as_deref().or(flag.as_deref()),
    };
    let session = Session::open(host, console, global).await?;
    let list = paging::fetch(&args.paging, async |page, size| {
        let query = Query {
            page,
            size,
            registry,
            search: args.search.as_deref(),
        };
        let request = artifacts::list(&session.service, &query);
        let parse = |answer: &_| artifacts::parse_list(answer, page);
        session.client.call(&request, parse).await
    })
    .await?;
    console.result(&records(global.format, &COLUMNS, &list.items)?)?;
    paging::tell(console, global, &list, "artifacts");
    Ok(ExitStatus::Success)
}
