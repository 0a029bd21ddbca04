//! Composer packages, below `/pkg/{account}/{registry}/composer/`: uploads, and the repository that Composer 2 reads.
//!
//! Source of the rules: Composer's documentation, "Repositories", part "Composer" (`metadata-url`).

mod publish;
mod read;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;

use super::Packages;
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::upload;

/// Where a version's zip is, below the registry's URL.
pub(super) fn path_of(name: &str, version: &str) -> String {
    format!("dist/{name}/{version}.zip")
}

/// Every request about Composer packages that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let path: Vec<&str> = packages.path.iter().map(String::as_str).collect();
    let is_read = matches!(packages.method, Method::GET | Method::HEAD);
    match path.as_slice() {
        ["upload"] if packages.method == Method::POST => {
            let staged = upload::receive(app, &packages.headers, body).await?;
            blocking(app, move |app| publish::publish(app, &packages, staged)).await
        }
        ["packages.json"] if is_read => blocking(app, move |app| read::root(app, &packages)).await,
        ["p2", _, _] if is_read => blocking(app, move |app| read::package(app, &packages)).await,
        ["dist", _, _, _, ..] if is_read => blocking(app, move |app| read::zip(app, &packages)).await,
        _ => Err(packages.unknown()),
    }
}
