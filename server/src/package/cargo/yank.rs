//! `cargo yank`: a version that nobody new is to depend on stays where it is.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::entry::Entry;
use super::named;
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::reply;
use crate::store::{Durability, Fault, packages, versions};

/// Marks a version as yanked, or takes that back.
pub(super) fn set(app: &App, packages: &Packages, yanked: bool) -> Result<Response, Problem> {
    let (name, version) = named(packages)?;
    app.store.write(Durability::Synced, |transaction| {
        let package = packages::find_in_any_case(transaction, &packages.registry, name)?
            .ok_or_else(|| Fault::Missing(format!("the crate {name:?}")))?;
        let version = versions::find(transaction, &package, version)?;
        let mut entry = Entry::of(&version)?;
        entry.yanked = yanked;
        versions::set_document(transaction, version.id, &entry.line()?)?;
        packages::touch(transaction, package.id)?;
        Ok::<_, Problem>(())
    })?;
    Ok(reply::json(StatusCode::OK, &json!({ "ok": true })))
}
