//! Uploads.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::composer::{self, Version};
use serde_json::Value;

use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::blobs::Staged;
use crate::store::{Fault, files, packages, registries, versions};

/// The name of a version's file.
pub(super) fn file(name: &str, version: &str) -> String {
    format!("{name}-{version}.zip").replace('/', "-")
}

/// `POST upload`: 201 for a new version, 200 for one that is there with this content; one that is there with another
/// is 409. `1.0` and `v1.0.0` are one version.
pub(super) fn publish(app: &App, packages: &Packages, staged: Staged) -> Result<Response, Problem> {
    let source = staged.source().map_err(Fault::from)?;
    // It came without a name.
    let unnamed = "package.zip";
    let package = composer::read(&source, unnamed).map_err(|error| Problem::package(unnamed, &error))?;
    let (name, version) = (&package.name, &package.version);
    let sha256 = staged.digests.sha256.clone();
    let document = Value::Object(package.manifest.clone()).to_string();
    let status = app.store.publish(vec![staged], |transaction| {
        // It may have been deleted while the zip arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let id = packages::ensure(transaction, &registry, name)?;
        for (known, text) in versions::names(transaction, id)? {
            if Version::parse(&text).as_ref() != Some(&package.parsed) {
                continue;
            }
            let files = files::of_version(transaction, known)?;
            if files.iter().any(|file| file.digests.sha256 == sha256) {
                return Ok(StatusCode::OK);
            }
            return Err(Problem::conflict(format!(
                "{name} {text} is there already with another content; a published version cannot be replaced"
            )));
        }
        let made = versions::create(transaction, id, version, Some(&document))?;
        files::put(transaction, made, &file(name, version), &sha256)?;
        Ok(StatusCode::CREATED)
    })?;
    Ok(status.into_response())
}
