//! The group `account`: what a login asks to find out whether key and account are good.

use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope;

/// `GET /ng/api/accounts/{account}`
pub(crate) fn route(app: &Arc<App>, call: &Call) -> Result<Response, Problem> {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (&call.method, segments.as_slice()) {
        (&Method::GET, ["accounts", account]) => {
            let account = scope::identifier("account", account)?;
            app.key.open(account)?;
            Ok(reply::data(json!({ "identifier": account, "name": account })))
        }
        _ => Err(call.unknown()),
    }
}
