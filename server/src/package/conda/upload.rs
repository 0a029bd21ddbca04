//! `PUT upload`: a package, with its name and subdirectory in headers.

use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::Response;
use hc_core::package_file::conda;

use super::path_of;
use crate::app::{App, blocking};
use crate::package::Packages;
use crate::package::builds::{self, Build};
use crate::problem::Problem;
use crate::store::Fault;
use crate::store::blobs::Staged;
use crate::upload;

/// What the headers say of the file.
struct Announced {
    file: String,
    subdir: String,
}

impl Announced {
    fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let text = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value
                .map(str::to_owned)
                .ok_or_else(|| Problem::bad(format!("the header {name} is missing, or is not ASCII")))
        };
        Ok(Self {
            file: text("x-file-name")?,
            subdir: text("x-subdir")?,
        })
    }
}

pub(super) async fn put(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let announced = Announced::read(&packages.headers)?;
    let staged = upload::receive(app, &packages.headers, body).await?;
    blocking(app, move |app| publish(app, &packages, &announced, staged)).await
}

/// Reads the package and holds what the headers say against it.
fn publish(
    app: &App,
    packages: &Packages,
    announced: &Announced,
    staged: Staged,
) -> Result<Response, Problem> {
    let source = staged.source().map_err(Fault::from)?;
    let package =
        conda::read(&source, &announced.file).map_err(|error| Problem::package(&announced.file, &error))?;
    if package.subdir != announced.subdir {
        return Err(Problem::bad(format!(
            "x-subdir is {:?}, and should be {:?} by the file; nothing was kept",
            announced.subdir, package.subdir
        )));
    }
    let build = Build {
        path: path_of(&package.subdir, &announced.file),
        package: package.name,
        version: package.version,
        about: package.index,
        distinguished_by: "build number",
    };
    builds::publish(app, packages, build, staged)
}
