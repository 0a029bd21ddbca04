//! `hc registry create`

use hc_core::api::registries;

use super::columns::DETAILS;
use crate::ExitStatus;
use crate::args::{Global, RegistryCreate};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::render::records::record;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &RegistryCreate,
) -> Result<ExitStatus, Error> {
    let session = Session::open(host, console, global).await?;
    // The service writes its types in capitals; which ones there are is for it to say.
    let package_type = args.package_type.to_ascii_uppercase();
    let request = registries::create(
        &session.service,
        &args.name,
        &package_type,
        args.description.as_deref(),
    );
    let registry = session.client.call(&request, registries::parse_create).await?;
    console.step(&format!("Created registry {} ({package_type})", args.name));
    console.result(&record(global.format, &DETAILS, &registry)?)?;
    Ok(ExitStatus::Success)
}
