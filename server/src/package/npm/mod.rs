//! npm: what its clients read and write, below `/pkg/{account}/{registry}/npm/`.

mod document;
mod name;
mod publish;
mod read;
mod receive;
mod tags;
mod unpublish;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

use super::Packages;
use crate::app::{App, blocking};
use crate::problem::{Problem, Shape};
use crate::{reply, request};
use name::Resource;

/// The largest body that is no document, in bytes: the version that a tag is to name.
const MAX_BODY: usize = 64 << 10;

/// What the routes get whose body is no document.
struct Call {
    packages: Packages,
    /// The server's own URL.
    base: String,
    body: Bytes,
}

/// Every request of npm's that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    answer(app, packages, body)
        .await
        .map_err(|problem| problem.in_shape(Shape::Npm))
}

async fn answer(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    match (&packages.method, Resource::parse(&packages.path)?) {
        (&Method::PUT, Resource::Package(name)) => publish::put(app, packages, name, body).await,
        (&Method::PUT, Resource::Revision(name, revision)) => {
            unpublish::versions(app, packages, name, revision, body).await
        }
        (_, resource) => {
            let call = Call {
                base: request::base(&packages.headers),
                packages,
                body: request::whole(body, MAX_BODY).await?,
            };
            blocking(app, move |app| dispatch(app, &call, resource)).await
        }
    }
}

fn dispatch(app: &App, call: &Call, resource: Resource) -> Result<Response, Problem> {
    let packages = &call.packages;
    match (&packages.method, resource) {
        (&Method::GET, Resource::Ping) => Ok(reply::json(StatusCode::OK, &json!({}))),
        (&Method::GET, Resource::WhoAmI) => {
            // A key has no user; npm only wants to know that it is good.
            let body = json!({ "username": packages.registry.scope.account });
            Ok(reply::json(StatusCode::OK, &body))
        }
        (&Method::GET | &Method::HEAD, Resource::Package(name)) => read::package(app, call, &name),
        (&Method::GET, Resource::Version(name, version)) => read::version(app, call, &name, &version),
        (&Method::GET | &Method::HEAD, Resource::Tarball(name, file)) => {
            read::tarball(app, call, &name, &file)
        }
        (&Method::GET, Resource::Tags(name)) => tags::list(app, call, &name),
        (&Method::PUT | &Method::POST, Resource::Tag(name, tag)) => tags::set(app, call, &name, &tag),
        (&Method::DELETE, Resource::Tag(name, tag)) => tags::delete(app, call, &name, &tag),
        (&Method::DELETE, Resource::Revision(name, revision)) => {
            unpublish::package(app, call, &name, &revision)
        }
        (&Method::DELETE, Resource::TarballRevision(name, file)) => {
            unpublish::tarball(app, call, &name, &file)
        }
        _ => Err(packages.unknown()),
    }
}
