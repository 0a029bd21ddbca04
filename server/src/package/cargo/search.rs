//! `cargo search` and `cargo owner --list`.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::reply;
use crate::store::packages;
use crate::store::page::Page;

/// `api/v1/crates?q=…&per_page=…`: the crates whose name holds the text.
pub(super) fn answer(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let query = &packages.query;
    let size = match query.one("per_page") {
        None => 10,
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| (1..=100).contains(number))
            .ok_or_else(|| Problem::bad(format!("per_page is {text:?}: expected a number from 1 to 100")))?,
    };
    let page = Page { index: 0, size };
    let registry = packages.registry.id;
    let listed = app
        .store
        .read(|records| packages::list(records, registry, query.one("q"), "p.name ASC", page))?;
    let crates: Vec<Value> = listed
        .items
        .iter()
        .map(|found| json!({ "name": found.name, "max_version": found.latest, "description": "" }))
        .collect();
    let body = json!({ "crates": crates, "meta": { "total": listed.total } });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `api/v1/crates/{name}/owners`: a key has no user, and all who have it own all.
pub(super) fn owners(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let name = packages.path.get(3).map_or("", String::as_str);
    let found = app
        .store
        .read(|records| packages::find_in_any_case(records, &packages.registry, name))?;
    found.ok_or_else(|| Problem::missing(format!("the crate {name:?} is not there")))?;
    let login = &packages.registry.scope.account;
    let body = json!({ "users": [{ "id": 1, "login": login, "name": null }] });
    Ok(reply::json(StatusCode::OK, &body))
}
