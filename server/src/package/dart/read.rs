//! What `dart pub` reads: a package with its versions, and archives.

use axum::response::Response;
use hc_core::package_file::dart;
use semver::Version as Semantic;
use serde_json::{Value, json};

use super::answered;
use super::release::Release;
use crate::app::App;
use crate::download;
use crate::package::{self, Packages};
use crate::problem::Problem;
use crate::store::versions::Version;
use crate::store::{Fault, files, packages, versions};

/// A version, and the SHA-256 of its archive.
type Known = (Version, Option<String>);

/// `GET api/packages/{name}`
pub(super) fn package(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let name = packages.path.get(2).map(String::as_str).unwrap_or_default();
    let known = all(app, packages, name)?;
    let mut listed = Vec::new();
    let mut latest: Option<(bool, bool, Semantic, usize)> = None;
    for (version, sha256) in &known {
        let release = Release::of(version)?;
        // The highest release, or the highest pre-release where there is no release; a retracted one where there is no
        // other.
        if let Ok(semantic) = Semantic::parse(&version.name) {
            let rank = (
                !release.retracted,
                semantic.pre.is_empty(),
                semantic,
                listed.len(),
            );
            latest = latest.max(Some(rank));
        }
        listed.push(describe(
            packages,
            name,
            &version.name,
            &release,
            sha256.as_deref(),
        ));
    }
    let latest = latest.and_then(|(.., index)| listed.get(index)).cloned();
    Ok(answered(
        &json!({ "name": name, "latest": latest, "versions": listed }),
    ))
}

/// `GET api/packages/{name}/versions/{version}`
pub(super) fn version(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let [_, _, name, _, wanted] = packages.path.as_slice() else {
        return Err(Problem::missing("a version is named by package and version"));
    };
    let known = all(app, packages, name)?;
    let found = known.iter().find(|(version, _)| version.name == *wanted);
    let (version, sha256) = found.ok_or_else(|| Fault::Missing(format!("{name} {wanted}")))?;
    let release = Release::of(version)?;
    let described = describe(packages, name, &version.name, &release, sha256.as_deref());
    Ok(answered(&described))
}

/// `GET packages/{name}/versions/{version}.tar.gz`
pub(super) fn archive(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let missing = || Problem::missing(format!("{:?} is not there", packages.path.join("/")));
    let [_, name, _, file] = packages.path.as_slice() else {
        return Err(missing());
    };
    let version = file.strip_suffix(".tar.gz").ok_or_else(missing)?;
    let file = dart::file(name, version);
    let entry = app
        .store
        .read(|records| files::find(records, packages.registry.id, name, version, &file))?
        .ok_or_else(missing)?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}

fn all(app: &App, packages: &Packages, name: &str) -> Result<Vec<Known>, Problem> {
    Ok(app.store.read(|records| {
        let package = packages::find(records, &packages.registry, name)?;
        versions::all(records, package.id)?
            .into_iter()
            .map(|version| {
                let files = files::of_version(records, version.id)?;
                Ok((version, files.into_iter().next().map(|file| file.digests.sha256)))
            })
            .collect::<Result<_, Fault>>()
    })?)
}

fn describe(
    packages: &Packages,
    name: &str,
    version: &str,
    release: &Release,
    sha256: Option<&str>,
) -> Value {
    let file = dart::file(name, version);
    json!({
        "version": version,
        "retracted": release.retracted,
        "archive_url": package::file_url(&packages.base, &packages.registry, name, version, &file),
        "archive_sha256": sha256,
        "pubspec": release.pubspec,
    })
}
