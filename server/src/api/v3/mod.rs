//! v3: the firewall's scans, bulk deletion, and what the server says of itself.

mod bulk_delete;
mod evaluate;
mod scans;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;

/// Every call of v3 that is served here.
pub(crate) fn route(app: &Arc<App>, call: &Call) -> Result<Response, Problem> {
    let scope = call.query.scope()?;
    app.key.open(&scope.account)?;
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (&call.method, segments.as_slice()) {
        (&Method::GET, ["system", "info"]) => {
            let body = json!({ "data": { "registryUrl": call.base } });
            Ok(reply::json(StatusCode::OK, &body))
        }
        (&Method::POST, ["bulkdelete"]) => bulk_delete::delete(app, call, &scope),
        (&Method::POST, ["scans", "bulk-evaluate"]) => evaluate::begin(app, call, &scope),
        (&Method::GET, ["scans", "bulk-evaluate", id]) => evaluate::status(app, &scope, id),
        (&Method::GET, ["scans"]) => scans::list(app, call, &scope),
        (&Method::GET, ["scans", id, "details"]) => scans::details(app, call, &scope, id),
        _ => Err(call.unknown()),
    }
}
