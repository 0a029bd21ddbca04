//! v2: metadata, and copies.

mod copy;
mod metadata;

use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;

use crate::app::App;
use crate::problem::Problem;
use crate::request::Call;

/// Every call of v2.
pub(crate) fn route(app: &Arc<App>, call: &Call) -> Result<Response, Problem> {
    let scope = call.query.scope()?;
    app.key.open(&scope.account)?;
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (&call.method, segments.as_slice()) {
        (&Method::GET, ["metadata"]) => metadata::get(app, call, &scope),
        (&Method::POST, ["metadata"]) => metadata::set(app, call, &scope),
        (&Method::DELETE, ["metadata"]) => metadata::delete(app, call, &scope),
        (&Method::POST, ["copy"]) => copy::copy(app, call, &scope),
        _ => Err(call.unknown()),
    }
}
