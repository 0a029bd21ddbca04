//! Rust crates, below `/pkg/{account}/{registry}/cargo/`: the web API to publish, yank and download, and the sparse
//! index that Cargo reads.
//!
//! Source of the rules: the Cargo book, "Registry Index" and "Registry Web API".

mod entry;
mod frames;
mod index;
mod publish;
mod search;
mod yank;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;

use super::Packages;
use crate::app::{App, blocking};
use crate::download;
use crate::problem::Problem;
use crate::store::{Fault, files, packages};

/// Where a crate's file is, below the registry's URL.
pub(super) fn path_of(name: &str, version: &str) -> String {
    format!("api/v1/crates/{name}/{version}/download")
}

/// Every request of Cargo's that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let path: Vec<&str> = packages.path.iter().map(String::as_str).collect();
    let method = &packages.method;
    match path.as_slice() {
        ["api", "v1", "crates", "new"] if *method == Method::PUT => {
            let published = publish::receive(app, &packages.headers, body).await?;
            blocking(app, move |app| publish::publish(app, &packages, published)).await
        }
        ["api", "v1", "crates", _, _, "yank"] if *method == Method::DELETE => {
            blocking(app, move |app| yank::set(app, &packages, true)).await
        }
        ["api", "v1", "crates", _, _, "unyank"] if *method == Method::PUT => {
            blocking(app, move |app| yank::set(app, &packages, false)).await
        }
        ["api", "v1", "crates"] if *method == Method::GET => {
            blocking(app, move |app| search::answer(app, &packages)).await
        }
        ["api", "v1", "crates", _, "owners"] if *method == Method::GET => {
            blocking(app, move |app| search::owners(app, &packages)).await
        }
        ["api", "v1", "crates", _, _, "download"] if matches!(*method, Method::GET | Method::HEAD) => {
            blocking(app, move |app| file(app, &packages)).await
        }
        ["index", "config.json"] if matches!(*method, Method::GET | Method::HEAD) => {
            Ok(index::config(&packages))
        }
        ["index", ..] if matches!(*method, Method::GET | Method::HEAD) => {
            blocking(app, move |app| index::of_crate(app, &packages)).await
        }
        _ => Err(packages.unknown()),
    }
}

/// The crate and the version that `api/v1/crates/{name}/{version}/…` names.
fn named(packages: &Packages) -> Result<(&str, &str), Problem> {
    match packages.path.as_slice() {
        [_, _, _, name, version, _] => Ok((name, version)),
        _ => Err(Problem::missing("a crate is named by its name and version")),
    }
}

/// `api/v1/crates/{name}/{version}/download`
fn file(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let (name, version) = named(packages)?;
    let entry = app.store.read(|records| {
        let found = packages::find_in_any_case(records, &packages.registry, name)?;
        let name = found.map_or_else(|| name.to_owned(), |found| found.name);
        let file = hc_core::package_file::cargo::file(&name, version);
        files::find(records, packages.registry.id, &name, version, &file)
    })?;
    let entry = entry.ok_or_else(|| Fault::Missing(format!("the crate {name} {version}")))?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}
