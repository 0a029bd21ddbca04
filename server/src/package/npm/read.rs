//! What npm reads: the document of a package or a version, and tarballs.

use axum::http::StatusCode;
use axum::response::Response;
use hc_core::package_file::npm;
use serde_json::{Value, json};

use super::Call;
use super::document::Manifest;
use crate::app::App;
use crate::package;
use crate::problem::Problem;
use crate::store::packages::Package;
use crate::store::versions::Version;
use crate::store::{Fault, files, packages, tags, versions};
use crate::{clock, download, reply};

/// `GET /{package}`: all versions, with the URLs of their tarballs on the host that was asked.
pub(super) fn package(app: &App, call: &Call, name: &str) -> Result<Response, Problem> {
    let (package, versions, tags) = app.store.read(|records| {
        let package = packages::find(records, &call.packages.registry, name)?;
        let versions = versions::all(records, package.id)?;
        let tags = tags::of_package(records, package.id)?;
        Ok::<_, Fault>((package, versions, tags))
    })?;
    let mut manifests = Manifest::new();
    let mut times = json!({
        "created": clock::rfc3339(package.created_at),
        "modified": clock::rfc3339(package.modified_at),
    });
    for version in &versions {
        let manifest = with_tarball(call, name, version)?;
        manifests.insert(version.name.clone(), Value::Object(manifest));
        times[&version.name] = json!(clock::rfc3339(version.created_at));
    }
    let tags: Manifest = tags
        .into_iter()
        .map(|(tag, version)| (tag, json!(version)))
        .collect();
    let body = json!({
        "_id": name, "_rev": revision(&package), "name": name,
        "dist-tags": tags, "versions": manifests, "time": times,
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `GET /{package}/{version or tag}`
pub(super) fn version(app: &App, call: &Call, name: &str, wanted: &str) -> Result<Response, Problem> {
    let version = app.store.read(|records| {
        let package = packages::find(records, &call.packages.registry, name)?;
        let tags = tags::of_package(records, package.id)?;
        let tagged = tags.iter().find(|(tag, _)| tag == wanted);
        let wanted = tagged.map_or(wanted, |(_, version)| version);
        versions::find(records, &package, wanted)
    })?;
    let manifest = with_tarball(call, name, &version)?;
    Ok(reply::json(StatusCode::OK, &Value::Object(manifest)))
}

/// `GET /{package}/-/{file}`
pub(super) fn tarball(app: &App, call: &Call, name: &str, file: &str) -> Result<Response, Problem> {
    let packages = &call.packages;
    let entry = app
        .store
        .read(|records| files::find_in_package(records, packages.registry.id, name, file))?
        .ok_or_else(|| Problem::missing(format!("{name} has no {file:?}")))?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}

/// What npm must name to change a package, so that a change that it did not see is not undone.
pub(super) fn revision(package: &Package) -> String {
    format!("{}-{}", package.revision, package.uuid)
}

/// The manifest that was published.
pub(super) fn manifest(version: &Version) -> Result<Manifest, Problem> {
    let document = version.document.as_deref().unwrap_or_default();
    serde_json::from_str(document)
        .map_err(|error| Problem::internal(format!("the manifest of version {}: {error}", version.name)))
}

fn with_tarball(call: &Call, name: &str, version: &Version) -> Result<Manifest, Problem> {
    let mut manifest = manifest(version)?;
    let file = npm::file(name, &version.name);
    let url = package::file_url(&call.base, &call.packages.registry, name, &version.name, &file);
    if let Some(dist) = manifest.get_mut("dist") {
        dist["tarball"] = json!(url);
    }
    Ok(manifest)
}
