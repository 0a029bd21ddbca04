//! `hc registry create`

use hc_core::api::registries;

use super::columns::DETAILS;
use crate::args::{Global, RegistryCreate};
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
    args: &RegistryCreate,
) -> Result<ExitStatus, Error> {
    let session = Session::open(host, console, global).await?;
    let request = registries::create(
        &session.service,
        &args.name,
        &args.package_type,
        args.description.as_deref(),
    );
    let registry = {
        let parse = |answer: &_| registries::parse_create(answer, &args.name);
        session.client.call(&request, parse).await?
    };
    console.step(&format!("Created registry {} ({})", args.name, args.package_type));
    console.result(&record(global.format, &DETAILS, &registry)?)?;
    Ok(ExitStatus::Success)
}
