//! `PUT /rpm`: a package in the field `file` of a form.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::rpm;

use super::Builds;
use crate::app::App;
use crate::multipart::Form;
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::files::{self, Put};
use crate::store::{Fault, packages, registries, versions};

/// 201 for a new file, 200 for one that is there with the same content, so that an upload can be sent again; 409
/// for another content, because machines may have the first one installed. The file is called as its header says.
pub(super) fn publish(app: &App, packages: &Packages, mut form: Form) -> Result<Response, Problem> {
    let part = form.take_file("file")?;
    let source = part.staged.source().map_err(Fault::from)?;
    let package = rpm::read(&source).map_err(|error| Problem::package(&part.file_name, &error))?;
    let (file, version) = (package.file_name(), package.full_version());
    let sha256 = part.staged.digests.sha256.clone();
    let put = app.store.publish(vec![part.staged], |transaction| {
        // It may have been deleted while the file arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let id = packages::ensure(transaction, &registry, &package.name)?;
        let before = versions::find_optional(transaction, id, &version)?;
        let mut document = Builds::of(before.as_ref())?;
        document.builds.insert(file.clone(), package);
        let version = versions::ensure(transaction, id, &version)?;
        let put = files::put(transaction, version, &file, &sha256)?;
        if put == Put::Replaced {
            return Err(Problem::conflict(format!(
                "{file} exists already with another content; raise the release"
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
