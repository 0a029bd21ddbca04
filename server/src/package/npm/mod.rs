//! npm: what its clients read and write, below `/pkg/{account}/{registry}/npm/`.

mod access;
mod audit;
mod document;
mod name;
mod publish;
mod read;
mod receive;
mod search;
mod tags;
mod unpublish;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::Packages;
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::{reply, request};
use name::Resource;

/// The largest body that is no document, in bytes: the version that a tag is to name.
const MAX_BODY: usize = 64 << 10;

/// What the routes get whose body is no document.
struct Call {
    packages: Packages,
    body: Bytes,
}

/// Every request of npm's that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    match (&packages.method, Resource::parse(&packages.path)?) {
        (&Method::PUT, Resource::Package(name)) => publish::put(app, packages, name, body).await,
        (&Method::PUT, Resource::Revision(name, revision)) => {
            unpublish::versions(app, packages, name, revision, body).await
        }
        (_, resource) => {
            let limit = match resource {
                Resource::Audit(_) => audit::MAX_BODY,
                _ => MAX_BODY,
            };
            let call = Call {
                packages,
                body: request::whole(body, limit).await?,
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
            let body = json!({ "username": user(packages) });
            Ok(reply::json(StatusCode::OK, &body))
        }
        (&Method::PUT, Resource::User) => login(app, call),
        // npm asks on the terminal then. A page that takes the key would let whoever sends somebody its address have it.
        (&Method::POST, Resource::WebLogin) => Err(Problem::missing(
            "there is no login by a page: npm asks for a user, which may be any, and a password, which is the key",
        )),
        (&Method::GET, Resource::Profile) => {
            let body = json!({ "name": user(packages), "email": "", "email_verified": false, "tfa": null });
            Ok(reply::json(StatusCode::OK, &body))
        }
        (&Method::GET, Resource::Packages) => access::packages(app, call),
        (&Method::GET, Resource::Access(name, what)) => access::of_package(app, call, &name, what),
        (&Method::GET, Resource::Search) => search::answer(app, call),
        (&Method::POST, Resource::Audit(form)) => audit::answer(app, call, form),
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

/// A key has no user; npm only wants to know that it is good.
fn user(packages: &Packages) -> &str {
    &packages.registry.scope.account
}

/// `npm login`: the password is the key, and so is the token that npm keeps.
fn login(app: &App, call: &Call) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    struct Login {
        password: String,
    }
    let Login { password } = serde_json::from_slice(&call.body).map_err(|error| Problem::json(&error))?;
    app.key.is(password.as_bytes())?;
    let user = user(&call.packages);
    let body = json!({ "ok": true, "id": format!("org.couchdb.user:{user}"), "rev": "1", "token": password });
    Ok(reply::json(StatusCode::CREATED, &body))
}
