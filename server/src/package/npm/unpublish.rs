//! `npm unpublish`.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use rusqlite::Transaction;

use super::document::Document;
use super::publish::{deprecate, done};
use super::receive::receive;
use super::{Call, read};
use crate::app::{App, blocking};
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::packages::{self, Package};
use crate::store::registries::Registry;
use crate::store::{Durability, Fault, files, tags, versions};

/// `PUT /{package}/-rev/{revision}`: the versions that the document leaves out go.
pub(super) async fn versions(
    app: &Arc<App>,
    packages: Packages,
    package: String,
    revision: String,
    body: Body,
) -> Result<Response, Problem> {
    let document = receive(app, &packages.headers, body, &package).await?;
    blocking(app, move |app| {
        keep(app, &packages.registry, &package, &revision, &document)
    })
    .await
}

fn keep(
    app: &App,
    registry: &Registry,
    package: &str,
    revision: &str,
    document: &Document,
) -> Result<Response, Problem> {
    app.store.write(Durability::Synced, |transaction| {
        let found = current(transaction, registry, package, revision)?;
        deprecate(transaction, &found, document)?;
        for (id, name) in versions::names(transaction, found.id)? {
            if !document.versions.contains_key(&name) {
                versions::delete(transaction, found.id, id)?;
            }
        }
        if packages::find_optional(transaction, registry, package)?.is_some() {
            restore_latest(transaction, &found)?;
        }
        Ok::<_, Problem>(())
    })?;
    app.store.collect()?;
    Ok(done())
}

/// `DELETE /{package}/-rev/{revision}`: the package goes.
pub(super) fn package(app: &App, call: &Call, package: &str, revision: &str) -> Result<Response, Problem> {
    app.store.write(Durability::Synced, |transaction| {
        let found = current(transaction, &call.packages.registry, package, revision)?;
        Ok::<_, Problem>(packages::delete(transaction, found.id)?)
    })?;
    app.store.collect()?;
    Ok(done())
}

/// `DELETE /{package}/-/{file}/-rev/{revision}`: npm asks for it after the version is gone, and its file with it.
/// The file of a version that is still there stays.
pub(super) fn tarball(app: &App, call: &Call, package: &str, file: &str) -> Result<Response, Problem> {
    let registry = &call.packages.registry;
    let found = app
        .store
        .read(|records| files::find_in_package(records, registry.id, package, file))?;
    if found.is_some() {
        return Err(Problem::conflict(format!(
            "{file} belongs to a version of {package} that is not unpublished"
        )));
    }
    Ok(done())
}

/// The package, if it is as npm last saw it.
fn current(
    transaction: &Transaction<'_>,
    registry: &Registry,
    package: &str,
    revision: &str,
) -> Result<Package, Problem> {
    let found = packages::find(transaction, registry, package)?;
    if read::revision(&found) != revision {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            format!("{package} was changed meanwhile; read it again"),
        ));
    }
    Ok(found)
}

/// A tag goes with its version; `latest` then names the newest that is left.
fn restore_latest(transaction: &Transaction<'_>, package: &Package) -> Result<(), Fault> {
    let tags = tags::of_package(transaction, package.id)?;
    if tags.iter().any(|(tag, _)| tag == "latest") {
        return Ok(());
    }
    let newest = versions::names(transaction, package.id)?.pop();
    match newest {
        Some((version, _)) => tags::set(transaction, package.id, "latest", version),
        None => Ok(()),
    }
}
