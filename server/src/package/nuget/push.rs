//! Pushes and deletes (PackagePublish/2.0.0), as `hc`, `dotnet nuget` and `nuget` send them.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::nuget;

use super::{catalog, find, one, sorted};
use crate::app::App;
use crate::multipart::Form;
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::{Durability, Fault, files, packages, registries, versions};

/// 201 for a new package. The protocol says 409 where id and version are there already; the very same file again is
/// 200 here, so that a push whose answer was lost can be sent again.
pub(super) fn publish(app: &App, packages: &Packages, mut form: Form) -> Result<Response, Problem> {
    let folder = folder(&packages.path)?;
    let content = match form.files.pop() {
        Some(content) if form.files.is_empty() => content,
        _ => return Err(Problem::bad("a push is a form with one file")),
    };
    // Clients call every file package.nupkg.
    let source = content.staged.source().map_err(Fault::from)?;
    let package = nuget::inspect(&source).map_err(|error| Problem::package(&content.file_name, &error))?;
    let version = package.version.normal();
    let sha256 = content.staged.digests.sha256.clone();
    let nuspec = app.store.blobs.stage(&package.nuspec).map_err(Fault::from)?;
    let nuspec_sha256 = nuspec.digests.sha256.clone();
    let document = catalog::document(&package).to_string();
    app.store.publish(vec![content.staged, nuspec], |transaction| {
        // It may have been deleted while the file arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let existing = packages::find_in_any_case(transaction, &registry, &package.id)?;
        if let Some(existing) = &existing {
            let known = sorted(versions::all(transaction, existing.id)?);
            if let Some(known) = known.iter().find(|known| known.version == package.version) {
                let files = files::of_version(transaction, known.record.id)?;
                if files.iter().any(|file| file.digests.sha256 == sha256) {
                    return Ok(StatusCode::OK.into_response());
                }
                return Err(Problem::conflict(format!(
                    "{} {version} exists already with another content; a pushed version cannot be replaced",
                    package.id
                )));
            }
        }
        let name = existing.map_or_else(|| package.id.clone(), |existing| existing.name);
        let id = packages::ensure(transaction, &registry, &name)?;
        let made = versions::create(transaction, id, &version, Some(&document))?;
        let file = format!("{folder}{}.{version}.nupkg", package.id);
        files::put(transaction, made, &file, &sha256)?;
        files::put(
            transaction,
            made,
            &format!("{folder}{}.nuspec", package.id),
            &nuspec_sha256,
        )?;
        Ok(StatusCode::CREATED.into_response())
    })
}

/// The folder that a push names after the registry: empty, or with a slash at its end.
fn folder(segments: &[String]) -> Result<String, Problem> {
    let whole = segments.join("/");
    if whole.is_empty() {
        return Ok(whole);
    }
    let is_bad = |name: &str| matches!(name, "" | "." | "..") || name.chars().any(char::is_control);
    if whole.len() > 1024 || whole.split('/').any(is_bad) {
        return Err(Problem::bad(format!("{whole:?} is no folder for a package")));
    }
    Ok(whole + "/")
}

/// `DELETE {id}/{version}`: 204.
pub(super) fn delete(app: &App, packages: &Packages, id: &str, version: &str) -> Result<Response, Problem> {
    let (package, known) = find(app, packages, id)?;
    let known = one(&known, id, version)?;
    app.store.write(Durability::Synced, |transaction| {
        versions::delete(transaction, package.id, known.record.id)
    })?;
    app.store.collect()?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
