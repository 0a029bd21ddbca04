//! `PUT upload`: a package, with its name and subdirectory in headers.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::conda;

use super::{Builds, path_of};
use crate::app::{App, blocking};
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::blobs::Staged;
use crate::store::files::{self, Put};
use crate::store::{Fault, packages, registries, versions};
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

pub(super) async fn put(app: &Arc<App>, packages: Packages, mut body: Body) -> Result<Response, Problem> {
    let announced = match Announced::read(&packages.headers) {
        Ok(announced) => announced,
        Err(problem) => {
            upload::drain(&packages.headers, &mut body);
            return Err(problem);
        }
    };
    let staged = upload::receive(app, &packages.headers, body).await?;
    blocking(app, move |app| publish(app, &packages, &announced, staged)).await
}

/// 201 for a new file, 200 for one that is there with the same content, so that an upload can be sent again; 409
/// for another content, because clients may have the first one in their lockfiles.
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
    let path = path_of(&package.subdir, &announced.file);
    let sha256 = staged.digests.sha256.clone();
    let put = app.store.publish(vec![staged], |transaction| {
        // It may have been deleted while the file arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let id = packages::ensure(transaction, &registry, &package.name)?;
        let before = versions::find_optional(transaction, id, &package.version)?;
        let mut document = Builds::of(before.as_ref())?;
        document.builds.insert(path.clone(), package.index);
        let version = versions::ensure(transaction, id, &package.version)?;
        let put = files::put(transaction, version, &path, &sha256)?;
        if put == Put::Replaced {
            return Err(Problem::conflict(format!(
                "{path} exists already with another content; raise the build number"
            )));
        }
        let document =
            serde_json::to_string(&document).map_err(|error| Problem::internal(error.to_string()))?;
        versions::set_document(transaction, version, &document)?;
        Ok(put)
    })?;
    let status = match put {
        Put::Created => StatusCode::CREATED,
        Put::Replaced | Put::Unchanged => StatusCode::OK,
    };
    Ok(status.into_response())
}
