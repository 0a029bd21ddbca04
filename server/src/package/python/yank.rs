//! Yanking (PEP 592): a file that nobody new is to take stays for those who name its very version.
//!
//! `PUT yanked/{name}/{version}` yanks all files of a version, `PUT yanked/{name}/{version}/{file}` one; the body may
//! be `{"reason": "…"}`. DELETE takes it back.

use axum::http::{Method, StatusCode};
use axum::response::Response;
use hc_core::package::Ecosystem;
use hc_core::package_file::python;
use serde::Deserialize;
use serde_json::json;

use super::Release;
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::reply;
use crate::store::{Durability, packages, versions};

/// The largest body, in bytes.
pub(super) const MAX_BODY: usize = 4 << 10;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    #[serde(default)]
    reason: String,
}

/// Yanks, or takes it back, and tells how the version's files stand then.
pub(super) fn set(app: &App, packages: &Packages, told: &[u8]) -> Result<Response, Problem> {
    let yanked = match packages.method {
        Method::PUT if told.is_empty() => Some(String::new()),
        Method::PUT => {
            let told: Told = serde_json::from_slice(told).map_err(|error| Problem::json(&error))?;
            Some(told.reason)
        }
        Method::DELETE => None,
        _ => return Err(packages.unknown()),
    };
    let [_, name, version, file @ ..] = packages.path.as_slice() else {
        return Err(packages.unknown());
    };
    let name = Ecosystem::PyPI.normalize(name);
    let version = python::normal_version(version)
        .ok_or_else(|| Problem::bad(format!("{version:?} is no version as PEP 440 has them")))?;
    let release = app.store.write(Durability::Synced, |transaction| {
        let package = packages::find(transaction, &packages.registry, &name)?;
        let version = versions::find(transaction, &package, &version)?;
        let mut release = Release::of(Some(&version))?;
        let mut is_there = false;
        for (known, facts) in &mut release.files {
            if file.first().is_none_or(|file| file == known) {
                facts.yanked.clone_from(&yanked);
                is_there = true;
            }
        }
        if !is_there {
            return Err(Problem::missing(format!(
                "{:?} of {name} {} is not there",
                file.first().map(String::as_str).unwrap_or_default(),
                version.name
            )));
        }
        versions::set_document(transaction, version.id, &release.document()?)?;
        packages::touch(transaction, package.id)?;
        Ok(release)
    })?;
    let files: Vec<_> = release
        .files
        .iter()
        .map(|(file, facts)| json!({ "filename": file, "yanked": facts.yanked.is_some(), "reason": facts.yanked }))
        .collect();
    let body = json!({ "name": name, "version": version, "files": files });
    Ok(reply::json(StatusCode::OK, &body))
}
