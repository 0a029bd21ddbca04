//! `hc registry …`: the registries themselves, and their metadata and firewalls.

mod columns;
mod configure;
mod create;
mod delete;
mod find;
mod get;
mod list;

use crate::args::{Firewall, Global, Registry};
use crate::command::{audit, explain, metadata};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &Registry,
) -> Result<ExitStatus, Error> {
    match command {
        Registry::Firewall(Firewall::Audit(args)) => audit::run(host, console, global, args).await,
        Registry::Firewall(Firewall::Explain(args)) => explain::run(host, console, global, args).await,
        Registry::Configure(command) => configure::run(host, console, global, command).await,
        Registry::List(args) => list::run(host, console, global, args).await,
        Registry::Get(args) => get::run(host, console, global, args).await,
        Registry::Create(args) => create::run(host, console, global, args).await,
        Registry::Delete(args) => delete::run(host, console, global, args).await,
        Registry::Metadata(command) => metadata::of_registry(host, console, global, command).await,
    }
}
