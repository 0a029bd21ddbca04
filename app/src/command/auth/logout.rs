//! `hc auth logout`

use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::login;
use crate::settings::{self, API_KEY};

pub(crate) async fn run<H: Host>(host: &H, console: &Console<'_, H>) -> Result<ExitStatus, Error> {
    match login::forget(host).await? {
        Some(path) => console.step(&format!("Logged out: {path} is removed")),
        None => console.step("There is no saved login"),
    }
    if settings::environment(host, API_KEY).is_some() {
        console.note(&format!("${API_KEY} is set, and still logs you in"));
    }
    Ok(ExitStatus::Success)
}
