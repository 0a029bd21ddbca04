//! Package content (PackageBaseAddress/3.0.0): the versions of an id, and their files.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{find, one};
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::files;
use crate::{download, reply};

/// `package/{id}/index.json`
pub(super) fn versions(app: &App, packages: &Packages, id: &str) -> Result<Response, Problem> {
    let (_, known) = find(app, packages, id)?;
    let versions: Vec<String> = known.iter().map(|known| known.version.lower()).collect();
    Ok(reply::json(StatusCode::OK, &json!({ "versions": versions })))
}

/// `package/{id}/{version}/{file}`: the package, or its nuspec.
pub(super) fn file(
    app: &App,
    packages: &Packages,
    id: &str,
    version: &str,
    file: &str,
) -> Result<Response, Problem> {
    let (_, known) = find(app, packages, id)?;
    let known = one(&known, id, version)?;
    let (id, version) = (id.to_ascii_lowercase(), known.version.lower());
    let ending = [format!("{id}.{version}.nupkg"), format!("{id}.nuspec")]
        .iter()
        .find(|name| name.eq_ignore_ascii_case(file))
        .and_then(|name| name.rsplit_once('.').map(|(_, ending)| format!(".{ending}")))
        .ok_or_else(|| Problem::missing(format!("{id} {version} has no file {file:?}")))?;
    let entries = app
        .store
        .read(|records| files::of_version(records, known.record.id))?;
    let entry = entries
        .iter()
        .find(|entry| entry.path.ends_with(&ending))
        .ok_or_else(|| Problem::missing(format!("{id} {version} has no file {file:?}")))?;
    download::answer(&app.store, &packages.method, &packages.headers, entry)
}
