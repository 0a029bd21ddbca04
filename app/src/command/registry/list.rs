//! `hc registry list`

use hc_core::api::registries::{self, Query, Registry};

use crate::ExitStatus;
use crate::args::{Global, RegistryList};
use crate::command::paging;
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::render::records::{Column, records};

/// The columns that users know.
const COLUMNS: [Column<Registry>; 6] = [
    Column("Registry", |registry| registry.identifier.clone()),
    Column("Package Type", |registry| registry.package_type.clone()),
    Column("Size", |registry| registry.size.clone().unwrap_or_default()),
    Column("Registry Type", |registry| registry.kind.clone()),
    Column("Description", |registry| registry.description.clone()),
    Column("Link", |registry| registry.url.clone()),
];

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &RegistryList,
) -> Result<ExitStatus, Error> {
    let session = Session::open(host, console, global).await?;
    let list = paging::fetch(&args.paging, async |page, size| {
        let query = Query {
            page,
            size,
            package_type: args.package_type.as_deref(),
            search: None,
        };
        let request = registries::list(&session.service, &query);
        session.client.call(&request, registries::parse_list).await
    })
    .await?;
    console.result(&records(global.format, &COLUMNS, &list.items)?)?;
    paging::tell(console, global, &list, "registries");
    Ok(ExitStatus::Success)
}
