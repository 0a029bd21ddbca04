//! `hc artifact get`

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hc_core::api::artifacts::{self, File, Query, Version};
use http::StatusCode;
use serde::Serialize;

use super::listing;
use crate::args::{ArtifactGet, ArtifactType, Global};
use crate::command::paging;
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::net::Failure;
use crate::output::Format;
use crate::render::{json, table, yaml};

/// How many versions' files are asked for at once.
const AT_ONCE: usize = 8;

/// One artifact.
#[derive(Debug, Serialize)]
struct Details<'a> {
    name: &'a str,
    registry: &'a str,
    versions: Vec<VersionDetails>,
}

/// One version of it.
#[derive(Debug, Serialize)]
struct VersionDetails {
    #[serde(flatten)]
    version: Version,
    files: Vec<File>,
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactGet,
) -> Result<ExitStatus, Error> {
    let session = Session::open(host, console, global).await?;
    let (service, client) = (&session.service, &session.client);
    let name = &args.name;
    let registry = match &args.registry {
        Some(registry) => registry.clone(),
        None => locate(&session, name).await?,
    };
    let kind = args.artifact_type.map(ArtifactType::as_str);
    let mut list = paging::fetch(&args.paging, async |page, size| {
        let request = artifacts::versions(service, &registry, name, kind, page, size);
        let parse = |answer: &_| artifacts::parse_versions(answer, page);
        client.call(&request, parse).await
    })
    .await?;
    let versions = stream::iter(std::mem::take(&mut list.items))
        .map(|version| async {
            let files = files(&session, &registry, name, &version.name, kind).await?;
            Ok::<_, Failure>(VersionDetails { version, files })
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let details = Details {
        name,
        registry: &registry,
        versions,
    };
    let text = match global.format {
        Format::Json | Format::Report => json::document(&details)?,
        Format::Yaml => yaml::document(&details)?,
        Format::Table => rows(&details.versions),
    };
    console.result(&text)?;
    paging::tell(console, global, &list, "versions");
    Ok(ExitStatus::Success)
}

/// The only registry that has an artifact of exactly this name.
async fn locate<H: Host>(session: &Session<'_, H>, name: &str) -> Result<String, Error> {
    let found = paging::every(async |page, size| {
        let query = Query {
            page,
            size,
            registry: None,
            search: Some(name),
        };
        let request = artifacts::list(&session.service, &query);
        let parse = |answer: &_| artifacts::parse_list(answer, page);
        session.client.call(&request, parse).await
    })
    .await?;
    let registries: BTreeSet<String> = found
        .items
        .into_iter()
        .filter(|artifact| artifact.name == name)
        .map(|artifact| artifact.registry_identifier)
        .collect();
    let names: Vec<String> = registries.into_iter().collect();
    match names.as_slice() {
        [registry] => Ok(registry.clone()),
        [] => Err(Error::NotFound {
            message: format!("no artifact called {name}"),
            help: "`hc artifact list` shows what there is; check --org and --project".to_owned(),
        }),
        several => Err(Error::Usage {
            message: format!("{name} is in several registries: {}", several.join(", ")),
            help: "choose one with --registry".to_owned(),
        }),
    }
}

/// All files of a version. Of images and the like the service keeps no list of files.
async fn files<H: Host>(
    session: &Session<'_, H>,
    registry: &str,
    artifact: &str,
    version: &str,
    artifact_type: Option<&str>,
) -> Result<Vec<File>, Failure> {
    match listing::files(session, registry, artifact, version, artifact_type).await {
        Err(Failure::Api { error, .. }) if error.status() == Some(StatusCode::NOT_FOUND) => Ok(Vec::new()),
        files => files,
    }
}

/// A line for each file, and one for a version that has none.
fn rows(versions: &[VersionDetails]) -> String {
    let row = |VersionDetails { version, .. }: &VersionDetails, file: Option<&File>| {
        let size = file
            .map(|file| file.size.clone())
            .or_else(|| version.size.clone());
        let downloads = version.downloads_count.map(|count| count.to_string());
        vec![
            version.name.clone(),
            file.map_or_else(String::new, |file| file.name.clone()),
            size.unwrap_or_default(),
            downloads.unwrap_or_default(),
        ]
    };
    let rows = versions.iter().flat_map(|details| {
        let files = details.files.iter().map(|file| row(details, Some(file)));
        let bare = details.files.is_empty().then(|| row(details, None));
        files.chain(bare).collect::<Vec<_>>()
    });
    table::table(&["Version", "File", "Size", "Download Count"], rows)
}
