//! Conda packages, below `/pkg/{account}/{registry}/conda/`: uploads, and a channel.
//!
//! Source of the rules: conda's documentation, "Channels" and "repodata.json", and CEP 36 for what a channel has.

mod repodata;
mod upload;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;
use hc_core::package_file::conda;

use super::Packages;
use crate::app::{App, blocking};
use crate::download;
use crate::problem::Problem;
use crate::store::files;
use repodata::Packing;

/// The path of a file in its version, and in the channel.
fn path_of(subdir: &str, file: &str) -> String {
    format!("{subdir}/{file}")
}

/// Every request about conda packages that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let is_read = matches!(packages.method, Method::GET | Method::HEAD);
    let path: Vec<&str> = packages.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["upload"] if packages.method == Method::PUT => upload::put(app, packages, body).await,
        [subdir, name] if is_read => {
            let packing = Packing::of(name).filter(|_| conda::is_subdir(subdir));
            let subdir = (*subdir).to_owned();
            blocking(app, move |app| match packing {
                Some(packing) => repodata::answer(app, &packages, &subdir, packing),
                None => file(app, &packages),
            })
            .await
        }
        _ => Err(packages.unknown()),
    }
}

/// `{subdir}/{file}`. The file's name says of which package and version it is.
fn file(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let path = packages.path.join("/");
    let missing = || Problem::missing(format!("{path} is not there"));
    let name = packages.path.last().ok_or_else(missing)?;
    let mut parts = name.rsplitn(3, '-').skip(1);
    let (version, package) = parts.next().zip(parts.next()).ok_or_else(missing)?;
    let entry = app
        .store
        .read(|records| files::find(records, packages.registry.id, package, version, &path))?;
    let entry = entry.ok_or_else(missing)?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}
