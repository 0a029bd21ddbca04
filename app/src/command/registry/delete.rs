//! `hc registry delete`

use hc_core::api::error::done;
use hc_core::api::registries;

use super::columns::DETAILS;
use super::find::find;
use crate::args::{Global, RegistryDelete};
use crate::command::confirm;
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::render::records::{field, record};

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &RegistryDelete,
) -> Result<ExitStatus, Error> {
    let session = Session::open(host, console, global).await?;
    let name = &args.name;
    if args.dry_run {
        let registry = find(&session, name, None).await?;
        console.result(&record(global.format, &DETAILS, &registry)?)?;
        console.step(&format!(
            "This would go, with all its artifacts; {name} was not deleted"
        ));
        return Ok(ExitStatus::Success);
    }
    if !args.yes && host.is_interactive() {
        let registry = find(&session, name, None).await?;
        let contents = match field(&registry.rest, "artifactsCount").as_str() {
            "" => "all its artifacts".to_owned(),
            "1" => "its 1 artifact".to_owned(),
            count => format!("its {count} artifacts"),
        };
        let question = format!("{name} and {contents} will be gone for good. Type its name to delete it");
        confirm::typed(host, &question, name).await?;
    }
    let request = registries::delete(&session.service, name);
    session.client.call(&request, done).await?;
    console.step(&format!("Deleted registry {name}"));
    Ok(ExitStatus::Success)
}
