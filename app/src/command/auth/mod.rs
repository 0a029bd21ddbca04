//! `hc auth …`: who the user is to a service.

mod login;
mod logout;
mod status;

use crate::args::{Auth, Global};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &Auth,
) -> Result<ExitStatus, Error> {
    match command {
        Auth::Login(args) => login::run(host, console, global, args).await,
        Auth::Status => status::run(host, console, global).await,
        Auth::Logout => logout::run(host, console).await,
    }
}
