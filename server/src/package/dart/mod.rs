//! Dart packages, below `/pkg/{account}/{registry}/pub/`: version 2 of the pub API.
//!
//! Source of the rules: Dart's "Hosted Pub Repository Specification Version 2". It does not say how a version is
//! retracted; that is done here as the public site's own API does it.

mod publish;
mod read;
mod release;
mod retract;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::Packages;
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::{multipart, reply, request};

/// Where an archive is, below the registry's URL.
pub(super) fn path_of(name: &str, version: &str) -> String {
    format!("packages/{name}/versions/{version}.tar.gz")
}

/// Every request of `dart pub` that is served here. Its errors have the form of v3's.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let path: Vec<&str> = packages.path.iter().map(String::as_str).collect();
    let is_read = matches!(packages.method, Method::GET | Method::HEAD);
    match path.as_slice() {
        ["api", "packages", "versions", "new"] if is_read => Ok(publish::begin(&packages)),
        ["api", "packages", "versions", "new", "upload", _] if packages.method == Method::POST => {
            let form = multipart::receive(app, &packages.headers, body).await?;
            blocking(app, move |app| publish::upload(app, &packages, form)).await
        }
        ["api", "packages", "versions", "new", "finalize", _, _] if is_read => {
            blocking(app, move |app| publish::finalize(app, &packages)).await
        }
        ["api", "packages", _] if is_read => blocking(app, move |app| read::package(app, &packages)).await,
        ["api", "packages", _, "versions", _] if is_read => {
            blocking(app, move |app| read::version(app, &packages)).await
        }
        ["api", "packages", _, "versions", _, "options"] if is_read || packages.method == Method::PUT => {
            let told = request::whole(body, retract::MAX_BODY).await?;
            blocking(app, move |app| retract::options(app, &packages, &told)).await
        }
        ["packages", _, "versions", _] if is_read => {
            blocking(app, move |app| read::archive(app, &packages)).await
        }
        _ => Err(packages.unknown()),
    }
}

/// An answer under the media type of the API.
fn answered(body: &Value) -> Response {
    let mut response = reply::json(StatusCode::OK, body);
    let media_type = HeaderValue::from_static("application/vnd.pub.v2+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

/// What a client is told when it was done.
fn success(message: &str) -> Response {
    answered(&json!({ "success": { "message": message } }))
}
