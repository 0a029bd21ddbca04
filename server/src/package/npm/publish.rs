//! `npm publish`, and `npm deprecate`, which sends the same document without a tarball.

use axum::http::StatusCode;
use axum::response::Response;
use hc_core::package_file::npm;
use rusqlite::Transaction;
use serde_json::{Value, json};

use super::Call;
use super::document::{self, Document};
use super::name;
use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::store::{Durability, Fault, files, packages, registries, tags, versions};
use crate::upload::Expected;

/// `PUT /{package}`
pub(super) fn put(app: &App, call: &Call, package: &str) -> Result<Response, Problem> {
    let mut document = Document::parse(&call.body, package)?;
    let Some(publication) = document.take_publication()? else {
        app.store.write(Durability::Synced, |transaction| {
            let found = packages::find(transaction, &call.packages.registry, package)?;
            deprecate(transaction, &found, &document)
        })?;
        return Ok(done());
    };
    for tag in document.tags.keys() {
        name::tag(tag)?;
    }
    let (version, mut manifest) = (publication.version, publication.manifest);
    let mut incoming = app.store.blobs.receive().map_err(Fault::from)?;
    incoming.write(&publication.tarball).map_err(Fault::from)?;
    let staged = incoming.finish().map_err(Fault::from)?;
    Expected::read(&call.packages.headers)?.compare(&staged.digests)?;
    let file = npm::file(package, &version);
    let source = staged.source().map_err(Fault::from)?;
    let inner = npm::read(&source, &file).map_err(|error| Problem::package(&file, &error))?;
    if (inner.name.as_str(), &inner.version) != (package, &version) {
        return Err(Problem::bad(format!(
            "the tarball is of {} {}, the document of {package} {version}",
            inner.name, inner.version
        )));
    }
    document::seal(&mut manifest, &staged.digests)?;
    let sha256 = staged.digests.sha256.clone();
    let manifest = Value::Object(manifest).to_string();
    app.store.publish(vec![staged], |transaction| {
        // It may have been deleted while the document arrived.
        let registry = registries::get(transaction, &call.packages.registry.reference())?;
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
    document: &Document<'_>,
) -> Result<(), Problem> {
    for (version, new) in &document.versions {
        let version = versions::find(transaction, package, version)?;
        let mut manifest = super::read::manifest(&version)?;
        let before = manifest.get("deprecated").cloned();
        // An empty message takes a deprecation back.
        let after = new.get("deprecated").filter(|message| **message != json!(""));
        match after {
            Some(message) => manifest.insert("deprecated".to_owned(), message.clone()),
            None => manifest.remove("deprecated"),
        };
        if before.as_ref() != after {
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
