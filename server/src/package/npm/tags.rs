//! `npm dist-tag`.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::publish::done;
use super::{Call, name};
use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::store::{Durability, Fault, packages, tags, versions};

/// `GET /-/package/{package}/dist-tags`
pub(super) fn list(app: &App, call: &Call, package: &str) -> Result<Response, Problem> {
    let tags = app.store.read(|records| {
        let package = packages::find(records, &call.packages.registry, package)?;
        tags::of_package(records, package.id)
    })?;
    let tags = tags
        .into_iter()
        .map(|(tag, version)| (tag, Value::String(version)))
        .collect();
    Ok(reply::json(StatusCode::OK, &Value::Object(tags)))
}

/// `PUT /-/package/{package}/dist-tags/{tag}` with the version as a JSON string.
pub(super) fn set(app: &App, call: &Call, package: &str, tag: &str) -> Result<Response, Problem> {
    name::tag(tag)?;
    let version: String = serde_json::from_slice(&call.body).map_err(|error| Problem::json(&error))?;
    app.store.write(Durability::Synced, |transaction| {
        let package = packages::find(transaction, &call.packages.registry, package)?;
        let version = versions::find(transaction, &package, &version)?;
        tags::set(transaction, package.id, tag, version.id)?;
        packages::touch(transaction, package.id)
    })?;
    Ok(done())
}

/// `DELETE /-/package/{package}/dist-tags/{tag}`. Every package has a `latest`.
pub(super) fn delete(app: &App, call: &Call, package: &str, tag: &str) -> Result<Response, Problem> {
    if tag == "latest" {
        return Err(Problem::bad(
            "latest cannot be removed; let it name another version",
        ));
    }
    app.store.write(Durability::Synced, |transaction| {
        let found = packages::find(transaction, &call.packages.registry, package)?;
        if !tags::delete(transaction, found.id, tag)? {
            return Err(Fault::Missing(format!("the tag {tag} of {package}")));
        }
        packages::touch(transaction, found.id)
    })?;
    Ok(done())
}
