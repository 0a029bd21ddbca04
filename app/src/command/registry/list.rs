//! `hc registry list`

use hc_core::api::registries::{self, Query};

use super::columns::LIST;
use crate::args::{Global, RegistryList};
use crate::command::paging;
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::render::records::records;

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
            search: args.search.as_deref(),
        };
        let request = registries::list(&session.service, &query);
        let parse = |answer: &_| registries::parse_list(answer, page);
        session.client.call(&request, parse).await
    })
    .await?;
    console.result(&records(global.format, &LIST, &list.items)?)?;
    paging::tell(console, global, &list, "registries");
    Ok(ExitStatus::Success)
}
