//! One registry by its name. The service's search finds every name that holds the text.

use hc_core::api::registries::{self, Query, Registry};

use crate::command::paging;
use crate::command::session::Session;
use crate::error::Error;
use crate::host::Host;

/// The registry of exactly this name.
///
/// # Errors
/// When there is none, or the service does not answer.
pub(super) async fn find<H: Host>(
    session: &Session<'_, H>,
    name: &str,
    package_type: Option<&str>,
) -> Result<Registry, Error> {
    let found = paging::every(async |page, size| {
        let query = Query {
            page,
            size,
            package_type,
            search: Some(name),
        };
        let request = registries::list(&session.service, &query);
        let parse = |answer: &_| registries::parse_list(answer, page);
        session.client.call(&request, parse).await
    })
    .await?;
    found
        .items
        .into_iter()
        .find(|registry| registry.identifier == name)
        .ok_or_else(|| Error::NotFound {
            message: match package_type {
                Some(package_type) => format!("no registry called {name} of type {package_type}"),
                None => format!("no registry called {name}"),
            },
            help: "`hc registry list` shows what there is; check --org and --project".to_owned(),
        })
}
