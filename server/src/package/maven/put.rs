//! PUT of a file, of a checksum, or of metadata.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hc_core::checksum::Algorithm;
use hc_core::package_file::maven::{Coordinates, MAX_POM};
use hc_core::package_file::maven_plugin;

use super::{Place, Resource, plugins};
use crate::app::{App, blocking};
use crate::package::{Packages, status};
use crate::problem::Problem;
use crate::store::files::{self, Put};
use crate::store::{Fault, packages, registries, versions};
use crate::{request, upload};

/// The longest checksum file, in bytes: some have the file's name behind the checksum.
const MAX_CHECKSUM: usize = 4096;
/// The largest metadata, in bytes.
const MAX_METADATA: usize = 16 << 20;

pub(super) async fn put(
    app: &Arc<App>,
    packages: Packages,
    resource: Resource,
    body: Body,
) -> Result<Response, Problem> {
    match (resource.place, resource.checksum) {
        (Place::File(coordinates, file), None) => put_file(app, packages, coordinates, file, body).await,
        (Place::File(coordinates, file), Some(algorithm)) => {
            let told = request::whole(body, MAX_CHECKSUM).await?;
            blocking(app, move |app| {
                compare(app, &packages, &coordinates, &file, algorithm, &told)
            })
            .await
        }
        // They are made of what is kept.
        (Place::Metadata { .. }, _) => {
            request::whole(body, MAX_METADATA).await?;
            Ok(StatusCode::CREATED.into_response())
        }
    }
}

/// 201 for a new file, 200 for one that is there with the same content. A release never changes: 409 for another
/// content. A file of a snapshot is replaced.
async fn put_file(
    app: &Arc<App>,
    packages: Packages,
    coordinates: Coordinates,
    file: String,
    body: Body,
) -> Result<Response, Problem> {
    let staged = upload::receive(app, &packages.headers, body).await?;
    blocking(app, move |app| {
        // Others, such as the build POM of Maven 4, inherit what they leave out.
        if is_main(&coordinates, &file, "pom") {
            let pom = staged.bytes(MAX_POM).map_err(Fault::from)?;
            let pom = pom.ok_or_else(|| Problem::bad(format!("{file} has more than {MAX_POM} bytes")))?;
            Coordinates::check_model(&pom)
                .and_then(|()| coordinates.check_pom(&pom))
                .map_err(|error| Problem::package(&file, &error))?;
        }
        // A jar that cannot be read is no plugin; Maven itself takes any content as one.
        let plugin = if is_main(&coordinates, &file, "jar") {
            let source = staged.source().map_err(Fault::from)?;
            maven_plugin::read(&source).ok().flatten()
        } else {
            None
        };
        let sha256 = staged.digests.sha256.clone();
        let put = app.store.publish(vec![staged], |transaction| {
            // It may have been deleted while the file arrived.
            let registry = registries::get(transaction, &packages.registry.reference())?;
            let package = packages::ensure(transaction, &registry, &coordinates.name())?;
            let version = versions::ensure(transaction, package, coordinates.version())?;
            let put = files::put(transaction, version, &file, &sha256)?;
            if put == Put::Replaced && !coordinates.is_snapshot() {
                return Err(Problem::conflict(format!(
                    "{file} of {coordinates} exists already with another content; a release never changes"
                )));
            }
            if let Some(plugin) = &plugin {
                versions::set_document(transaction, version, &plugins::document(plugin))?;
            }
            Ok(put)
        })?;
        if put == Put::Replaced {
            app.store.collect()?;
        }
        Ok(status(put).into_response())
    })
    .await
}

/// Whether a file is the artifact's own of this ending: it has no classifier. Of a snapshot's, a time and a number
/// may stand for the word.
fn is_main(coordinates: &Coordinates, file: &str, ending: &str) -> bool {
    let (artifact, version) = (coordinates.artifact(), coordinates.version());
    let Some(stem) = file.strip_suffix(ending).and_then(|stem| stem.strip_suffix('.')) else {
        return false;
    };
    let Some(named) = stem
        .strip_prefix(artifact)
        .and_then(|rest| rest.strip_prefix('-'))
    else {
        return false;
    };
    if named == version {
        return true;
    }
    let base = version
        .strip_suffix("SNAPSHOT")
        .filter(|_| coordinates.is_snapshot());
    base.and_then(|base| named.strip_prefix(base))
        .is_some_and(|time| {
            time.bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        })
}

/// 201 if the file is there and has the checksum.
fn compare(
    app: &App,
    packages: &Packages,
    coordinates: &Coordinates,
    file: &str,
    algorithm: Algorithm,
    told: &[u8],
) -> Result<Response, Problem> {
    let entry = app.store.read(|records| {
        let (name, version) = (coordinates.name(), coordinates.version());
        files::find(records, packages.registry.id, &name, version, file)
    })?;
    let entry =
        entry.ok_or_else(|| Problem::missing(format!("{file} is not there; send it before its checksum")))?;
    let told = String::from_utf8_lossy(told);
    let told = told.split_whitespace().next().unwrap_or_default();
    let found = entry.digests.get(algorithm);
    if !told.eq_ignore_ascii_case(found) {
        return Err(Problem::bad(format!(
            "{file} has the {} {found}, not {told:?}",
            algorithm.as_str()
        )));
    }
    Ok(StatusCode::CREATED.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_main_file_has_no_classifier() {
        for (version, file, expected) in [
            ("1.0", "app-1.0.pom", true),
            ("1.0", "app-1.0-build.pom", false),
            ("1.0-build", "app-1.0-build.pom", true),
            ("1.0", "app-1.0.pom.asc", false),
            ("1-SNAPSHOT", "app-1-SNAPSHOT.pom", true),
            ("1-SNAPSHOT", "app-1-20260102.030405-1.pom", true),
            ("1-SNAPSHOT", "app-1-20260102.030405-1-build.pom", false),
        ] {
            let coordinates = Coordinates::new("g", "app", version).unwrap();
            assert_eq!(is_main(&coordinates, file, "pom"), expected, "{file}");
        }
    }
}
