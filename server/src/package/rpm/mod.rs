//! RPM packages, below `/pkg/{account}/{registry}/rpm/`: uploads, and a repository as dnf and others read it.
//!
//! Source of the rules: createrepo_c's manual and output, and libsolv's reader of `repomd.xml`.

mod metadata;
mod repodata;
mod upload;
mod xml;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;

use super::Packages;
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::store::files;
use crate::{download, multipart};
pub(crate) use repodata::Generations;

/// Where a package's file is, below the registry's URL.
pub(super) use hc_core::package_file::rpm::place as path_of;

/// Every request about RPM packages that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let is_read = matches!(packages.method, Method::GET | Method::HEAD);
    if packages.method == Method::PUT && packages.path.is_empty() {
        let form = multipart::receive(app, &packages.headers, body).await?;
        return blocking(app, move |app| upload::publish(app, &packages, form)).await;
    }
    if is_read {
        return blocking(app, move |app| answer(app, &packages)).await;
    }
    Err(packages.unknown())
}

fn answer(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let path: Vec<&str> = packages.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["repodata", file] => repodata::answer(app, packages, file),
        ["package", name, version, _, file] if packages.path.join("/") == path_of(name, version, file) => {
            let entry = app
                .store
                .read(|records| files::find(records, packages.registry.id, name, version, file))?
                .ok_or_else(|| Problem::missing(format!("{file:?} of {name} {version} is not there")))?;
            download::answer(&app.store, &packages.method, &packages.headers, &entry)
        }
        _ => Err(packages.unknown()),
    }
}
