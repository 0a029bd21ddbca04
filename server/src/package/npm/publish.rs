//! `npm publish`, and `npm deprecate`, which sends the same document without a tarball.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use hc_core::package_file::npm;
use rusqlite::Transaction;
use serde_json::{Value, json};

use super::document::{self, Document, Publication};
use super::name;
use super::receive::receive;
use crate::app::{App, blocking};
use crate::package::Packages;
use crate::problem::Problem;
use crate::reply;
use crate::store::registries::Registry;
use crate::store::{Durability, Fault, files, packages, registries, tags, versions};
use crate::upload::Expected;

/// `PUT /{package}`
pub(super) async fn put(
    app: &Arc<App>,
    packages: Packages,
    package: String,
    body: Body,
) -> Result<Response, Problem> {
    let expected = Expected::read(&packages.headers)?;
    let document = receive(app, &packages.headers, body, &package).await?;
    blocking(app, move |app| {
        publish(app, &packages.registry, &package, document, &expected)
    })
    .await
}

fn publish(
    app: &App,
    registry: &Registry,
    package: &str,
    mut document: Document,
    expected: &Expected,
) -> Result<Response, Problem> {
    let Some(publication) = document.take_publication()? else {
        app.store.write(Durability::Synced, |transaction| {
            let found = packages::find(transaction, registry, package)?;
            deprecate(transaction, &found, &document)
        })?;
        return Ok(done());
    };
    for tag in document.tags.keys() {
        name::tag(tag)?;
    }
    let Publication {
        version,
        mut manifest,
        tarball,
    } = publication;
    expected.compare(&tarball.digests)?;
    let file = npm::file(package, &version);
    let source = tarball.source().map_err(Fault::from)?;
    let inner = npm::read(&source, &file).map_err(|error| Problem::package(&file, &error))?;
    if (inner.name.as_str(), &inner.version) != (package, &version) {
        return Err(Problem::bad(format!(
            "the tarball is of {} {}, the document of {package} {version}",
            inner.name, inner.version
        )));
    }
    document::seal(&mut manifest, &tarball.digests)?;
    let sha256 = tarball.digests.sha256.clone();
    let manifest = Value::Object(manifest).to_string();
    app.store.publish(vec![tarball], |transaction| {
        // It may have been deleted while the document arrived.
        let registry = registries::get(transaction, &registry.reference())?;
        let id = packages::ensure(transaction, &registry, package)?;
        let made =
            versions::create(transaction, id, &version, Some(&manifest)).map_err(|fault| match fault {
                Fault::Exists(_) => Problem::conflict(format!(
                    "{package} {version} is published already; a published version cannot be replaced"
                )),
                other => other.into(),
            })?;
        files::put(transaction, made, &file, &sha256)?;
        for (tag, of) in &document.tags {
            if *of == version {
                tags::set(transaction, id, tag, made)?;
            }
        }
        let has_latest = tags::of_package(transaction, id)?
            .iter()
            .any(|(tag, _)| tag == "latest");
        if !has_latest {
            tags::set(transaction, id, "latest", made)?;
        }
        Ok::<_, Problem>(())
    })?;
    Ok(reply::json(StatusCode::CREATED, &json!({ "ok": true })))
}

/// Takes over which of the document's versions are deprecated. All else of a published version stays as it is.
pub(super) fn deprecate(
    transaction: &Transaction<'_>,
    package: &packages::Package,
    document: &Document,
) -> Result<(), Problem> {
    for deprecation in document.deprecations() {
        let (version, new) = deprecation?;
        let version = versions::find(transaction, package, version)?;
        let mut manifest = super::read::manifest(&version)?;
        let before = manifest.get("deprecated").cloned();
        // An empty message takes a deprecation back.
        let after = new.filter(|message| *message != json!(""));
        match &after {
            Some(message) => manifest.insert("deprecated".to_owned(), message.clone()),
            None => manifest.remove("deprecated"),
        };
        if before != after {
            versions::set_document(transaction, version.id, &Value::Object(manifest).to_string())?;
        }
    }
    packages::touch(transaction, package.id)?;
    Ok(())
}

/// What npm is told when it was done.
pub(super) fn done() -> Response {
    reply::json(StatusCode::OK, &json!({ "ok": true }))
}
