//! `hc registry metadata …` and `hc artifact metadata …`

use hc_core::api::error::done;
use hc_core::api::metadata::{self as api, Entry, Subject};
use hc_core::metadata::parse;

use crate::args::{ArtifactMetadata, Global, RegistryMetadata};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::render::records::{Column, records};

const COLUMNS: [Column<Entry>; 2] = [
    Column("Key", |entry| entry.key.clone()),
    Column("Value", |entry| entry.value.clone()),
];

/// What to do; with the pairs as they were given.
enum Action<'a> {
    Set(&'a str),
    Get,
    Delete(&'a str),
}

pub(crate) async fn of_registry<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &RegistryMetadata,
) -> Result<ExitStatus, Error> {
    let (subject, action) = match command {
        RegistryMetadata::Set { subject, pairs } => (subject, Action::Set(&pairs.metadata)),
        RegistryMetadata::Get { subject } => (subject, Action::Get),
        RegistryMetadata::Delete { subject, pairs } => (subject, Action::Delete(&pairs.metadata)),
    };
    let subject = Subject {
        registry: &subject.registry,
        package: None,
        version: None,
        key: None,
    };
    run(host, console, global, &subject, &action).await
}

pub(crate) async fn of_artifact<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &ArtifactMetadata,
) -> Result<ExitStatus, Error> {
    let (subject, action) = match command {
        ArtifactMetadata::Set { subject, pairs } => (subject, Action::Set(&pairs.metadata)),
        ArtifactMetadata::Get { subject } => (subject, Action::Get),
        ArtifactMetadata::Delete { subject, pairs } => (subject, Action::Delete(&pairs.metadata)),
    };
    let subject = Subject {
        registry: &subject.registry,
        package: Some(&subject.package),
        version: subject.version.as_deref(),
        key: subject.artifact_key.as_ref(),
    };
    run(host, console, global, &subject, &action).await
}

/// Does it, and shows what is there afterwards.
async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    subject: &Subject<'_>,
    action: &Action<'_>,
) -> Result<ExitStatus, Error> {
    // Wrong pairs are told before anybody is asked anything.
    let pairs = match action {
        Action::Set(pairs) | Action::Delete(pairs) => parse(pairs)?,
        Action::Get => Vec::new(),
    };
    let session = Session::open(host, console, global).await?;
    session.needs_hosted("metadata")?;
    let (service, client) = (&session.service, &session.client);
    let entries = match action {
        Action::Set(_) => {
            client
                .call(&api::set(service, subject, &pairs), api::parse)
                .await?
        }
        Action::Get => client.call(&api::get(service, subject), api::parse).await?,
        Action::Delete(_) => {
            client.call(&api::delete(service, subject, &pairs), done).await?;
            client.call(&api::get(service, subject), api::parse).await?
        }
    };
    console.result(&records(global.format, &COLUMNS, &entries)?)?;
    Ok(ExitStatus::Success)
}
