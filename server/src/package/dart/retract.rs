//! Retraction: a version that nobody new is to depend on stays for those who have it locked.

use axum::http::Method;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::answered;
use super::release::Release;
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::{Durability, packages, versions};

/// The largest body, in bytes.
pub(super) const MAX_BODY: usize = 4 << 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    is_retracted: bool,
}

/// `api/packages/{name}/versions/{version}/options`: `{"isRetracted": …}`, to be read and put.
pub(super) fn options(app: &App, packages: &Packages, told: &[u8]) -> Result<Response, Problem> {
    let [_, _, name, _, version, _] = packages.path.as_slice() else {
        return Err(packages.unknown());
    };
    let is_retracted = if packages.method == Method::PUT {
        let Options { is_retracted } = serde_json::from_slice(told).map_err(|error| Problem::json(&error))?;
        app.store.write(Durability::Synced, |transaction| {
            let package = packages::find(transaction, &packages.registry, name)?;
            let version = versions::find(transaction, &package, version)?;
            let mut release = Release::of(&version)?;
            release.retracted = is_retracted;
            versions::set_document(transaction, version.id, &release.document()?)?;
            packages::touch(transaction, package.id)?;
            Ok::<_, Problem>(is_retracted)
        })?
    } else {
        app.store.read(|records| {
            let package = packages::find(records, &packages.registry, name)?;
            Release::of(&versions::find(records, &package, version)?).map(|release| release.retracted)
        })?
    };
    Ok(answered(&json!({ "isRetracted": is_retracted })))
}
