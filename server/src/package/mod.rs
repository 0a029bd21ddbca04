//! The group pkg: the packages themselves, as their clients read and write them. One file or folder per package
//! type.
//!
//! Its URLs name account and registry, and nothing in between: an identifier is unique in its account.

mod builds;
mod cargo;
mod composer;
mod conda;
mod dart;
mod generic;
mod go;
mod maven;
mod npm;
mod nuget;
mod python;
pub(crate) mod rpm;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app::{App, blocking, locked, rendered};
use crate::package_type::PackageType;
use crate::problem::{Problem, Shape};
use crate::request::{self, Query};
use crate::scope;
use crate::store::files::Put;
use crate::store::registries::{self, Registry};

/// A request about a registry's packages.
struct Packages {
    registry: Registry,
    /// The server's own URL.
    base: String,
    method: Method,
    headers: HeaderMap,
    query: Query,
    /// The segments after the one that names the package type, each decoded.
    path: Vec<String>,
}

impl Packages {
    /// 404: this package type has nothing there, or nothing that does this.
    fn unknown(&self) -> Problem {
        Problem::missing(format!(
            "there is no {} of {:?} in a registry of type {}",
            self.method,
            self.path.join("/"),
            self.registry.package_type.as_str()
        ))
    }
}

/// Every package type under its own segment.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let app_of_fallback = Arc::clone(app);
    let router = Router::new().fallback(move |request: Request| async move {
        let app = app_of_fallback;
        let (head, body) = request.into_parts();
        let mut segments = request::segments(head.uri.path())?;
        if segments.len() < 3 {
            return Err(Problem::missing(
                "a package URL names account, registry and package type",
            ));
        }
        let path = segments.split_off(3);
        let [account, name, kind] = [0, 1, 2].map(|index| segments[index].clone());
        app.key.open(scope::identifier("account", &account)?)?;
        let registry = blocking(&app, move |app| find(app, &account, &name)).await?;
        let packages = Packages {
            registry,
            base: request::base(&head.extensions),
            method: head.method,
            query: Query::parse(head.uri.query().unwrap_or_default()),
            headers: head.headers,
            path,
        };
        route(&app, &kind, packages, body).await
    });
    rendered(app, Shape::Flat, locked(app, router).layer(from_fn(wordings)))
}

/// Whether a request is one of `npm login`: it has no key, or carries it in its body, where the one who answers it looks.
pub(crate) fn asks_for_the_key(request: &Request) -> bool {
    let path: Vec<&str> = request.uri().path().trim_start_matches('/').split('/').collect();
    matches!(
        (request.method(), &path[..]),
        (&Method::PUT, [_, _, "npm", "-", "user", _]) | (&Method::POST, [_, _, "npm", "-", "v1", "login"])
    )
}

/// Lets each type's clients read an error as they can, and asks them for the key as they expect to be asked: they send
/// it only then. The other groups do not ask: a browser would show a person a dialog.
async fn wordings(request: Request, next: Next) -> Response {
    let kind = request
        .uri()
        .path()
        .trim_start_matches('/')
        .split('/')
        .nth(2)
        .map(str::to_owned);
    let (shape, challenge) = match kind.as_deref() {
        // npm says of any other challenge that the password is wrong.
        Some("npm") => (Some(Shape::Npm), "Bearer realm=\"hc serve\""),
        Some("pub") => (Some(Shape::Nested), "Basic realm=\"hc serve\""),
        Some("cargo") => (Some(Shape::Cargo), "Basic realm=\"hc serve\""),
        Some("maven") => (Some(Shape::Details), "Basic realm=\"hc serve\""),
        Some("go") => (Some(Shape::Plain), "Basic realm=\"hc serve\""),
        _ => (None, "Basic realm=\"hc serve\""),
    };
    let mut response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(shape) = shape
        && let Some(problem) = response.extensions_mut().remove::<Problem>()
    {
        response.extensions_mut().insert(problem.in_shape(shape));
    }
    response
}

async fn route(app: &Arc<App>, kind: &str, packages: Packages, body: Body) -> Result<Response, Problem> {
    let package_type = packages.registry.package_type;
    if kind != package_type.segment() {
        return Err(Problem::missing(format!(
            "{} is a registry of type {}, whose packages are under {}/",
            packages.registry.identifier,
            package_type.as_str(),
            package_type.segment()
        )));
    }
    match package_type {
        PackageType::CARGO => cargo::route(app, packages, body).await,
        PackageType::COMPOSER => composer::route(app, packages, body).await,
        PackageType::CONDA => conda::route(app, packages, body).await,
        PackageType::DART => dart::route(app, packages, body).await,
        PackageType::GENERIC => generic::route(app, packages, body).await,
        PackageType::GO => go::route(app, packages, body).await,
        PackageType::MAVEN => maven::route(app, packages, body).await,
        PackageType::NPM => npm::route(app, packages, body).await,
        PackageType::NUGET => nuget::route(app, packages, body).await,
        PackageType::PYTHON => python::route(app, packages, body).await,
        PackageType::RPM => rpm::route(app, packages, body).await,
        other => Err(Problem::missing(format!(
            "this server does not take or give packages of type {}",
            other.as_str()
        ))),
    }
}

fn find(app: &App, account: &str, name: &str) -> Result<Registry, Problem> {
    app.store
        .read(|records| registries::by_identifier(records, account, name))?
        .ok_or_else(|| Problem::missing(format!("the registry {account}/{name} is not there")))
}

/// 201 for a file that is new, 200 for one that was there: with this content, or another that is replaced.
fn status(put: Put) -> StatusCode {
    match put {
        Put::Created => StatusCode::CREATED,
        Put::Replaced | Put::Unchanged => StatusCode::OK,
    }
}

/// Where a registry's packages are.
pub(crate) fn url(base: &str, registry: &Registry) -> String {
    format!(
        "{base}/pkg/{}/{}/{}",
        registry.scope.account,
        registry.identifier,
        registry.package_type.segment()
    )
}

/// Where a file of a version is.
pub(crate) fn file_url(base: &str, registry: &Registry, package: &str, version: &str, path: &str) -> String {
    let url = url(base, registry);
    match registry.package_type {
        PackageType::CARGO => format!("{url}/{}", encoded(&cargo::path_of(package, version))),
        PackageType::COMPOSER => format!("{url}/{}", encoded(&composer::path_of(package, version))),
        PackageType::DART => format!("{url}/{}", encoded(&dart::path_of(package, version))),
        PackageType::CONDA => format!("{url}/{}", encoded(path)),
        PackageType::GO => format!("{url}/{}", encoded(&go::path_of(package, path))),
        PackageType::MAVEN => format!("{url}/{}", encoded(&maven::path_of(package, version, path))),
        PackageType::NPM => format!("{url}/{}/-/{}", encoded(package), encoded(path)),
        PackageType::NUGET => format!("{url}/{}", encoded(&nuget::path_of(package, version, path))),
        PackageType::PYTHON => format!(
            "{url}/files/{}/{}/{}",
            encoded(package),
            encoded(version),
            encoded(path)
        ),
        PackageType::RPM => format!("{url}/{}", encoded(&rpm::path_of(package, version, path))),
        _ => format!(
            "{url}/{}/{}/{}",
            encoded(package),
            encoded(version),
            encoded(path)
        ),
    }
}

/// What a path may hold as it is; a slash stays one.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

pub(crate) fn encoded(text: &str) -> impl std::fmt::Display {
    utf8_percent_encode(text, PATH)
}
