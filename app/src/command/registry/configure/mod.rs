//! `hc registry configure …`: package managers, set up to use a registry.

mod npm;

use crate::args::{Configure, Global};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &Configure,
) -> Result<ExitStatus, Error> {
    match command {
        Configure::Npm(args) => npm::run(host, console, global, args).await,
    }
}
