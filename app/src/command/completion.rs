//! `hc completion`

use clap::CommandFactory as _;

use crate::args::{Cli, Completion};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(crate) fn run<H: Host>(console: &Console<'_, H>, args: &Completion) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hc", &mut script);
    console.result(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Success)
}
