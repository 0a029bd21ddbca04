//! What Composer reads: the repository's root, the versions of a package, and zips.

use axum::http::StatusCode;
use axum::response::Response;
use hc_core::package_file::composer;
use serde_json::{Map, Value, json};

use super::publish;
use crate::app::App;
use crate::package::{self, Packages};
use crate::problem::Problem;
use crate::store::files::Entry;
use crate::store::versions::Version;
use crate::store::{Fault, files, packages, versions};
use crate::{clock, download, reply};

/// `packages.json`: which packages there are, and where each one's versions are listed.
pub(super) fn root(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let names = app
        .store
        .read(|records| packages::names(records, packages.registry.id))?;
    let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
    let url = package::url(&packages.base, &packages.registry);
    let body = json!({
        "packages": [],
        "metadata-url": format!("{url}/p2/%package%.json"),
        "available-packages": names,
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `p2/{vendor}/{package}.json`, and `…~dev.json` for the versions in the making.
pub(super) fn package(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let path = packages.path[1..].join("/");
    let name = path.strip_suffix(".json").unwrap_or_default();
    let (name, is_dev) = match name.strip_suffix("~dev") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let known = app.store.read(|records| {
        let package = packages::find(records, &packages.registry, name)?;
        versions::all(records, package.id)?
            .into_iter()
            .map(|version| {
                let files = files::of_version(records, version.id)?;
                Ok((version, files.into_iter().next()))
            })
            .collect::<Result<Vec<_>, Fault>>()
    })?;
    let mut listed = Vec::new();
    for (version, file) in &known {
        let parsed = composer::Version::parse(&version.name);
        if let Some(file) = file
            && parsed.is_some_and(|parsed| parsed.is_dev() == is_dev)
        {
            listed.push(describe(packages, name, version, file)?);
        }
    }
    Ok(reply::json(
        StatusCode::OK,
        &json!({ "packages": { name: listed } }),
    ))
}

/// `dist/{vendor}/{package}/{version}.zip`; a version may hold slashes.
pub(super) fn zip(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let missing = || Problem::missing(format!("{:?} is not there", packages.path.join("/")));
    let [_, vendor, name, version @ ..] = packages.path.as_slice() else {
        return Err(missing());
    };
    let name = format!("{vendor}/{name}");
    let version = version.join("/");
    let version = version.strip_suffix(".zip").ok_or_else(missing)?;
    let file = publish::file(&name, version);
    let entry = app
        .store
        .read(|records| files::find(records, packages.registry.id, &name, version, &file))?
        .ok_or_else(missing)?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}

/// The version's own `composer.json`, and where its zip is.
fn describe(packages: &Packages, name: &str, version: &Version, file: &Entry) -> Result<Value, Problem> {
    let mut described: Map<String, Value> =
        serde_json::from_str(version.document.as_deref().unwrap_or_default()).map_err(|error| {
            Problem::internal(format!("composer.json of {name} {}: {error}", version.name))
        })?;
    let base = &packages.base;
    let url = package::file_url(base, &packages.registry, name, &version.name, &file.path);
    let sha1 = &file.digests.sha1;
    let dist = json!({ "type": "zip", "url": url, "reference": sha1, "shasum": sha1 });
    // Where the author keeps it is not where this very zip is.
    described.remove("source");
    described.insert("name".to_owned(), json!(name));
    described.insert("version".to_owned(), json!(version.name));
    described.insert("dist".to_owned(), dist);
    described.insert("time".to_owned(), json!(clock::rfc3339(version.created_at)));
    Ok(Value::Object(described))
}
