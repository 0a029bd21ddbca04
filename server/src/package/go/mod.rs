//! Go modules, below `/pkg/{account}/{registry}/go/`: uploads, and the module proxy protocol.
//!
//! Source of the rules: the Go modules reference, "GOPROXY protocol". What is not there is 404, so that the go
//! command asks the next proxy; errors are plain text, which it shows.

mod read;
mod upload;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;
use hc_core::package_file::go::{ModulePath, Version, escape};

use super::Packages;
use crate::app::{App, blocking};
use crate::multipart;
use crate::problem::Problem;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Resource {
    /// `upload`
    Upload,
    /// `{module}/@v/list`
    List(ModulePath),
    /// `{module}/@latest`
    Latest(ModulePath),
    /// `{module}/@v/{version}.{info, mod or zip}`
    File(ModulePath, Version, &'static str),
}

/// The endings of a version's files.
const ENDINGS: [&str; 3] = ["info", "mod", "zip"];

impl Resource {
    /// Reads the segments of a path; `None` where there is nothing of that name.
    fn parse(segments: &[String]) -> Option<Self> {
        let path = |segments: &[String]| ModulePath::unescape(&segments.join("/")).ok();
        match segments {
            [only] if only == "upload" => Some(Self::Upload),
            [module @ .., last] if last == "@latest" => Some(Self::Latest(path(module)?)),
            [module @ .., at, file] if at == "@v" => {
                let module = path(module)?;
                if file == "list" {
                    return Some(Self::List(module));
                }
                let (version, ending) = file.rsplit_once('.')?;
                let ending = ENDINGS.into_iter().find(|known| *known == ending)?;
                Some(Self::File(module, Version::unescape(version).ok()?, ending))
            }
            _ => None,
        }
    }
}

/// Every request about Go modules that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let is_read = matches!(packages.method, Method::GET | Method::HEAD);
    match Resource::parse(&packages.path) {
        Some(Resource::Upload) if packages.method == Method::PUT => {
            let form = multipart::receive(app, &packages.headers, body).await?;
            blocking(app, move |app| upload::publish(app, &packages, form)).await
        }
        Some(resource) if is_read => blocking(app, move |app| read::answer(app, &packages, &resource)).await,
        _ => Err(packages.unknown()),
    }
}

/// The name of a version's file.
fn file_name(version: &Version, ending: &str) -> String {
    format!("{version}.{ending}")
}

/// Where a file of a version is, below the registry's URL.
pub(super) fn path_of(module: &str, file: &str) -> String {
    format!("{}/@v/{}", escape(module), escape(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request;

    #[test]
    fn resources_are_read_from_paths() {
        let module = |path: &str| ModulePath::parse(path).unwrap();
        let version = |text: &str| Version::parse(text).unwrap();
        for (path, expected) in [
            ("upload", Some(Resource::Upload)),
            (
                "go.example/a/@v/list",
                Some(Resource::List(module("go.example/a"))),
            ),
            (
                "go.example/!big/v2/@latest",
                Some(Resource::Latest(module("go.example/Big/v2"))),
            ),
            (
                "go.example/%21big/@latest",
                Some(Resource::Latest(module("go.example/Big"))),
            ),
            (
                "go.example/a/@v/v1.0.0-!r!c1.zip",
                Some(Resource::File(
                    module("go.example/a"),
                    version("v1.0.0-RC1"),
                    "zip",
                )),
            ),
            ("go.example/Big/@latest", None),
            ("go.example/a/@v/v1.0.0.exe", None),
            ("go.example/a/@v/v1.0.zip", None),
            ("go.example/a", None),
            ("@v/list", None),
            ("", None),
        ] {
            assert_eq!(
                Resource::parse(&request::segments(path).unwrap()),
                expected,
                "{path}"
            );
        }
        assert_eq!(
            path_of("go.example/Big", "v1.0.0-RC1.zip"),
            "go.example/!big/@v/v1.0.0-!r!c1.zip"
        );
    }
}
