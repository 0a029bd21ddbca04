//! Versions that come in several builds, a file each: for one platform, one architecture, one compiler.

use std::collections::BTreeMap;

use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Packages, status};
use crate::app::App;
use crate::problem::Problem;
use crate::store::blobs::Staged;
use crate::store::files::{self, Put};
use crate::store::versions::Version;
use crate::store::{packages, registries, versions};

/// What a version's document keeps: what each build says of itself, by the path of its file.
#[derive(Deserialize, Serialize)]
pub(super) struct Builds<T> {
    pub(super) builds: BTreeMap<String, T>,
}

impl<T: DeserializeOwned> Builds<T> {
    /// Those of a version; none of one that is not there yet.
    pub(super) fn of(version: Option<&Version>) -> Result<Self, Problem> {
        let Some(document) = version.and_then(|version| version.document.as_deref()) else {
            let builds = BTreeMap::new();
            return Ok(Self { builds });
        };
        serde_json::from_str(document).map_err(|error| Problem::internal(format!("builds: {error}")))
    }
}

/// A build that has arrived.
pub(super) struct Build<T> {
    pub(super) package: String,
    pub(super) version: String,
    pub(super) path: String,
    /// What it says of itself.
    pub(super) about: T,
    /// What to raise, so that another content is another build.
    pub(super) distinguished_by: &'static str,
}

/// 201 for a new file, 200 for one that is there with the same content, so that an upload can be sent again; 409
/// for another content, because somebody may have locked or installed the first one.
pub(super) fn publish<T: Serialize + DeserializeOwned>(
    app: &App,
    call: &Packages,
    build: Build<T>,
    staged: Staged,
) -> Result<Response, Problem> {
    let sha256 = staged.digests.sha256.clone();
    let put = app.store.publish(vec![staged], |transaction| {
        // It may have been deleted while the file arrived.
        let registry = registries::get(transaction, &call.registry.reference())?;
        let package = packages::ensure(transaction, &registry, &build.package)?;
        let before = versions::find_optional(transaction, package, &build.version)?;
        let mut document = Builds::of(before.as_ref())?;
        document.builds.insert(build.path.clone(), build.about);
        let version = versions::ensure(transaction, package, &build.version)?;
        let put = files::put(transaction, version, &build.path, &sha256)?;
        if put == Put::Replaced {
            return Err(Problem::conflict(format!(
                "{} exists already with another content; raise the {}",
                build.path, build.distinguished_by
            )));
        }
        let document =
            serde_json::to_string(&document).map_err(|error| Problem::internal(error.to_string()))?;
        versions::set_document(transaction, version, &document)?;
        Ok(put)
    })?;
    Ok(status(put).into_response())
}
