//! `hc version`

use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(crate) fn run<H: Host>(console: &Console<'_, H>) -> Result<ExitStatus, Error> {
    console.result(concat!("hc ", env!("CARGO_PKG_VERSION"), "\n"))?;
    Ok(ExitStatus::Success)
}
