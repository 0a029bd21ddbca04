//! Python packages, below `/pkg/{account}/{registry}/python/`: uploads, the simple index and the files.
//!
//! Sources of the rules: PyPI's "legacy" upload API, and the packaging specification "Simple repository API" (PEP
//! 503, 592, 629, 658, 691, 700 and 740). A package is kept under its normalised name and version. No standard says
//! how a file is yanked; the path for it is of this server.

mod accept;
mod attestation;
mod simple;
mod upload;
mod yank;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;
use hc_core::package::Ecosystem;
use serde::{Deserialize, Serialize};

use super::Packages;
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::store::files;
use crate::store::versions::Version;
use crate::{download, multipart, request};

/// What a version's document keeps: what the index says of each file beyond its record.
#[derive(Default, Deserialize, Serialize)]
struct Release {
    files: BTreeMap<String, Facts>,
}

/// What the index says of a file.
#[derive(Deserialize, Serialize)]
struct Facts {
    /// Which Pythons it is for, as its metadata says.
    requires_python: Option<String>,
    /// Why nobody new is to take it (PEP 592), where that was said; the reason may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    yanked: Option<String>,
}

impl Release {
    fn of(version: Option<&Version>) -> Result<Self, Problem> {
        let Some(document) = version.and_then(|version| version.document.as_deref()) else {
            return Ok(Self::default());
        };
        serde_json::from_str(document)
            .map_err(|error| Problem::internal(format!("a Python release: {error}")))
    }

    /// As it is kept.
    fn document(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|error| Problem::internal(error.to_string()))
    }
}

/// The name of the file that holds a wheel's metadata alone (PEP 658).
fn metadata_of(file: &str) -> String {
    format!("{file}.metadata")
}

/// The name of the file that holds what is attested of a file (PEP 740).
fn provenance_of(file: &str) -> String {
    format!("{file}.provenance")
}

/// Every request about Python packages that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let is_read = matches!(packages.method, Method::GET | Method::HEAD);
    let path: Vec<&str> = packages.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] if packages.method == Method::POST => {
            let form = multipart::receive(app, &packages.headers, body).await?;
            blocking(app, move |app| upload::publish(app, &packages, form)).await
        }
        ["simple"] if is_read => blocking(app, move |app| simple::projects(app, &packages)).await,
        ["simple", name] if is_read => {
            let name = Ecosystem::PyPI.normalize(name).into_owned();
            blocking(app, move |app| simple::project(app, &packages, &name)).await
        }
        ["files", _, _, _] if is_read => blocking(app, move |app| file(app, &packages)).await,
        ["integrity", _, _, _, "provenance"] if is_read => {
            blocking(app, move |app| attestation::provenance(app, &packages)).await
        }
        ["yanked", _, _] | ["yanked", _, _, _] => {
            let told = request::whole(body, yank::MAX_BODY).await?;
            blocking(app, move |app| yank::set(app, &packages, &told)).await
        }
        _ => Err(packages.unknown()),
    }
}

/// `files/{name}/{version}/{file}`
fn file(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let [_, name, version, file] = packages.path.as_slice() else {
        return Err(Problem::missing("a file is named by package, version and name"));
    };
    let name = Ecosystem::PyPI.normalize(name);
    let entry = app
        .store
        .read(|records| files::find(records, packages.registry.id, &name, version, file))?;
    let entry =
        entry.ok_or_else(|| Problem::missing(format!("{file:?} of {name} {version} is not there")))?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}
