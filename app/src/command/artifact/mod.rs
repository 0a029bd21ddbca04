//! `hc artifact …`: what registries hold.

mod batch;
mod content;
mod copy;
mod delete;
mod get;
mod list;
mod listing;
mod pull;
mod push;

use crate::apart::apart;
use crate::args::{Artifact, Global, Pull};
use crate::command::metadata;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &Artifact,
) -> Result<ExitStatus, Error> {
    match command {
        Artifact::List(args) => apart(list::run(host, console, global, args)).await,
        Artifact::Get(args) => apart(get::run(host, console, global, args)).await,
        Artifact::Metadata(command) => apart(metadata::of_artifact(host, console, global, command)).await,
        Artifact::Delete(args) => apart(delete::run(host, console, global, args)).await,
        Artifact::Copy(args) => apart(copy::run(host, console, global, args)).await,
        Artifact::Push(command) => apart(push::run(host, console, global, command)).await,
        Artifact::Pull(Pull::Generic(args)) => apart(pull::generic::run(host, console, global, args)).await,
    }
}
