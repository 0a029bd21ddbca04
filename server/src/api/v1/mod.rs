//! v1: registries and artifacts, addressed by *refs* in the path.

mod artifact;
mod path;
mod registry;

use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;
use serde_json::{Value, json};

use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::store::page::{Listed, Page};
use path::Resource;

/// The longest page, in items.
const MOST: i64 = 1000;

/// Every call of v1 that is served here; `path` says which path is which resource.
pub(crate) fn route(app: &Arc<App>, call: &Call) -> Result<Response, Problem> {
    let resource = path::parse(&call.segments)?.ok_or_else(|| call.unknown())?;
    if let Some(account) = resource.account() {
        app.key.open(account)?;
    }
    match (&call.method, &resource) {
        (&Method::POST, Resource::Registries) => registry::create(app, call),
        (&Method::GET, Resource::Registry(reference)) => registry::get(app, call, reference),
        (&Method::PUT, Resource::Registry(reference)) => registry::update(app, call, reference),
        (&Method::DELETE, Resource::Registry(reference)) => registry::delete(app, reference),
        (&Method::GET, Resource::SpaceRegistries(scope)) => registry::list(app, call, scope),
        (&Method::GET, Resource::SpaceDetails(scope)) => registry::storage(app, scope),
        (&Method::GET, Resource::SpaceArtifacts(scope)) => artifact::list_in_space(app, call, scope),
        (&Method::GET, Resource::RegistryArtifacts(reference)) => {
            artifact::list_in_registry(app, call, reference)
        }
        (&Method::DELETE, Resource::Artifact(reference, name)) => artifact::delete(app, reference, name),
        (&Method::GET, Resource::ArtifactSummary(reference, name)) => artifact::summary(app, reference, name),
        (&Method::GET, Resource::Versions(reference, name)) => {
            artifact::list_versions(app, call, reference, name)
        }
        (&Method::DELETE, Resource::Version(reference, name, version)) => {
            artifact::delete_version(app, reference, name, version)
        }
        (&Method::GET, Resource::VersionSummary(reference, name, version)) => {
            artifact::version_summary(app, reference, name, version)
        }
        (&Method::GET, Resource::VersionDetails(reference, name, version)) => {
            artifact::version_details(app, call, reference, name, version)
        }
        (&Method::GET, Resource::Files(reference, name, version)) => {
            artifact::list_files(app, call, reference, name, version)
        }
        _ => Err(call.unknown()),
    }
}

/// A page of a list: `{status, data: {<name>: […], pageIndex, pageCount, pageSize, itemCount}}`.
fn page<T>(name: &str, listed: &Listed<T>, page: Page, item: impl Fn(&T) -> Value) -> Response {
    let items: Vec<Value> = listed.items.iter().map(item).collect();
    let mut data = json!({
        "pageIndex": page.index,
        "pageSize": page.size,
        "pageCount": pages(listed.total, page),
        "itemCount": listed.total,
    });
    data[name] = Value::Array(items);
    reply::data(data)
}

/// How many pages there are of so many items.
fn pages(total: i64, page: Page) -> i64 {
    total / page.size + i64::from(total % page.size != 0)
}
