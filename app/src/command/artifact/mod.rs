//! `hc artifact …`: what registries hold.

mod batch;
mod copy;
mod delete;
mod get;
mod list;
mod pull;
mod push;

use crate::ExitStatus;
use crate::args::{Artifact, Global, Pull};
use crate::command::metadata;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &Artifact,
) -> Result<ExitStatus, Error> {
    match command {
        Artifact::List(args) => list::run(host, console, global, args).await,
        Artifact::Get(args) => get::run(host, console, global, args).await,
        Artifact::Metadata(command) => metadata::of_artifact(host, console, global, command).await,
        Artifact::Delete(args) => delete::run(host, console, global, args).await,
        Artifact::Copy(args) => copy::run(host, console, global, args).await,
        Artifact::Push(command) => push::run(host, console, global, command).await,
        Artifact::Pull(Pull::Generic(args)) => pull::generic::run(host, console, global, args).await,
    }
}
