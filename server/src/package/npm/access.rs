//! Who may do what, as `npm access` asks it: there is one key, and it may do all.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::name::Access;
use super::{Call, user};
use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::store::packages;

/// `GET /-/user/{name}/package`, `GET /-/org/{name}/package`
pub(super) fn packages(app: &App, call: &Call) -> Result<Response, Problem> {
    let registry = call.packages.registry.id;
    let names = app.store.read(|records| packages::names(records, registry))?;
    let all = names
        .into_iter()
        .map(|(_, name)| (name, json!("write")))
        .collect();
    Ok(reply::json(StatusCode::OK, &Value::Object(all)))
}

/// `GET /-/package/{package}/visibility`, `GET /-/package/{package}/collaborators`
pub(super) fn of_package(app: &App, call: &Call, name: &str, what: Access) -> Result<Response, Problem> {
    let packages = &call.packages;
    app.store
        .read(|records| packages::find(records, &packages.registry, name))?;
    let body = match what {
        Access::Visibility => json!({ "public": false }),
        Access::Collaborators => json!({ (user(packages)): "write" }),
    };
    Ok(reply::json(StatusCode::OK, &body))
}
