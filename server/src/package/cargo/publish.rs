//! `cargo publish`, and `hc artifact push cargo`, which sends the same.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hc_core::package_file::cargo::{self, Dependency};
use serde::Deserialize;
use serde_json::json;

use super::entry::Entry;
use super::frames::Frames;
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::reply;
use crate::store::blobs::Staged;
use crate::store::{Fault, files, packages, registries, versions};
use crate::upload::{self, Expected};

/// What has arrived.
pub(super) struct Published {
    metadata: Metadata,
    staged: Staged,
}

/// What is read of the metadata; the rest is in the crate, and is read there.
#[derive(Deserialize)]
struct Metadata {
    name: String,
    vers: String,
    #[serde(default)]
    deps: Vec<Dep>,
}

/// Which dependency, and from where.
#[derive(Deserialize)]
struct Dep {
    name: String,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    registry: Option<String>,
    #[serde(default)]
    explicit_name_in_toml: Option<String>,
}

impl Dep {
    fn is(&self, dependency: &Dependency) -> bool {
        let called = self.explicit_name_in_toml.as_ref().unwrap_or(&self.name);
        self.name == dependency.name
            && called == dependency.local_name()
            && self.target.as_deref().map(cargo::platform) == dependency.target
            && self.kind.as_deref().unwrap_or("normal") == dependency.kind.as_str()
    }
}

/// Takes the body in. Nothing of it is kept when it breaks off, or the crate is not what the checksum headers say.
pub(super) async fn receive(app: &Arc<App>, headers: &HeaderMap, body: Body) -> Result<Published, Problem> {
    let expected = Expected::read(headers)?;
    let (metadata, mut file) = Frames::read(upload::admit(app, headers, body)?).await?;
    let metadata = serde_json::from_slice(&metadata).map_err(|error| Problem::json(&error))?;
    let staged = upload::store(app, &mut file).await?;
    expected.compare(&staged.digests)?;
    Ok(Published { metadata, staged })
}

/// `PUT api/v1/crates/new`: 200 with Cargo's warnings, of which there are none.
///
/// Cargo itself looks into the index before it publishes a version again. The very same file again is 200 all the
/// same, so that a push whose answer was lost can be sent again; another file is 409.
pub(super) fn publish(app: &App, packages: &Packages, published: Published) -> Result<Response, Problem> {
    let Published { metadata, staged } = published;
    let Metadata { name, vers, deps } = &metadata;
    if !cargo::is_name(name) || !cargo::is_version(vers) {
        return Err(Problem::bad(format!(
            "{name:?} {vers:?} cannot be a crate and its version"
        )));
    }
    let file = cargo::file(name, vers);
    let source = staged.source().map_err(Fault::from)?;
    let package = cargo::read(&source, &file).map_err(|error| Problem::package(&file, &error))?;
    // One that was told of no registry would be taken from this one, whoever puts it there.
    if let Some(untold) = package
        .dependencies
        .iter()
        .find(|one| !deps.iter().any(|dep| dep.is(one)))
    {
        return Err(Problem::bad(format!(
            "the crate needs {}, and what was sent with it does not say from where",
            untold.local_name()
        )));
    }
    let sha256 = staged.digests.sha256.clone();
    let entry = Entry::new(&package, &sha256, |dependency| {
        deps.iter().find(|dep| dep.is(dependency))?.registry.clone()
    });
    let line = entry.line()?;
    app.store.publish(vec![staged], |transaction| {
        // It may have been deleted while the crate arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let all = packages::names(transaction, registry.id)?;
        let known = all.iter().find(|(_, known)| cargo::normalize(known) == cargo::normalize(name));
        if let Some((id, known)) = known {
            if known != name {
                return Err(Problem::conflict(format!(
                    "{name} and {known}, which is here already, are one name: letter case, - and _ make no difference"
                )));
            }
            // Build metadata makes no other version.
            let bare = |version: &str| version.split('+').next().map(str::to_owned);
            let versions = versions::names(transaction, *id)?;
            if let Some((version, known)) = versions.iter().find(|(_, known)| bare(known) == bare(vers)) {
                let files = files::of_version(transaction, *version)?;
                if known == vers && files.iter().any(|file| file.digests.sha256 == sha256) {
                    return Ok(());
                }
                return Err(Problem::conflict(format!(
                    "{name} {known} is published already with another content; a published version cannot be replaced"
                )));
            }
        }
        let id = packages::ensure(transaction, &registry, name)?;
        let version = versions::create(transaction, id, vers, Some(&line))?;
        files::put(transaction, version, &file, &sha256)?;
        Ok(())
    })?;
    let warnings = json!({ "invalid_categories": [], "invalid_badges": [], "other": [] });
    Ok(reply::json(StatusCode::OK, &json!({ "warnings": warnings })))
}
