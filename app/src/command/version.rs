//! `hc version`

use crate::ExitStatus;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;

pub(crate) fn run<H: Host>(console: &Console<'_, H>) -> Result<ExitStatus, Error> {
    console.result(concat!("hc ", env!("CARGO_PKG_VERSION"), "\n"))?;
    Ok(ExitStatus::Success)
}
