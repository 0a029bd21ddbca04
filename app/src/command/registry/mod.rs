//! `hc registry …`: the registries themselves, and their firewalls.

mod configure;
mod list;

use crate::ExitStatus;
use crate::args::{Firewall, Global, Registry};
use crate::command::{audit, explain};
use crate::console::Console;
use crate::error::Error;
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
    }
}
