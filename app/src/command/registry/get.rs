//! `hc registry get`

use super::columns::DETAILS;
use super::find::find;
use super::list;
use crate::args::{Global, RegistryGet};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::render::records::record;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &RegistryGet,
) -> Result<ExitStatus, Error> {
    let Some(name) = &args.name else {
        return list::run(host, console, global, &args.list).await;
    };
    let session = Session::open(host, console, global).await?;
    let registry = find(&session, name, args.list.package_type.as_deref()).await?;
    console.result(&record(global.format, &DETAILS, &registry)?)?;
    Ok(ExitStatus::Success)
}
