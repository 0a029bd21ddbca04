//! Maven artifacts, below `/pkg/{account}/{registry}/maven/`: a repository that `mvn deploy` writes and mvn reads.
//!
//! Source of the rules: Maven's "Repository Layout" and "Repository Metadata". Checksum files are not kept: they are
//! made of what is kept, and compared when they are sent. So is the `maven-metadata.xml` of artifacts and of groups (with
//! their plugins), which would otherwise know nothing of what others delete; that of a snapshot is kept as it was sent.

mod metadata;
mod plugins;
mod put;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hc_core::checksum::{Algorithm, Hasher};
use hc_core::package_file::maven::Coordinates;

use super::Packages;
use crate::app::{App, blocking};
use crate::download;
use crate::problem::Problem;
use crate::store::files;

/// The name of the files that tell of versions.
const METADATA: &str = "maven-metadata.xml";

/// What a path names, and of which checksum of it, if it is that.
#[derive(Debug, PartialEq, Eq)]
struct Resource {
    place: Place,
    checksum: Option<Algorithm>,
}

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// A file of a version.
    File(Coordinates, String),
    /// What versions there are: of an artifact, or, with plugins, of a group.
    Metadata {
        /// With dots.
        group: String,
        artifact: String,
    },
}

impl Resource {
    fn parse(path: &[String]) -> Option<Self> {
        let whole = path.join("/");
        let (stem, checksum) = match whole.rsplit_once('.') {
            Some((stem, "md5")) => (stem, Some(Algorithm::Md5)),
            Some((stem, "sha1")) => (stem, Some(Algorithm::Sha1)),
            Some((stem, "sha256")) => (stem, Some(Algorithm::Sha256)),
            Some((stem, "sha512")) => (stem, Some(Algorithm::Sha512)),
            _ => (whole.as_str(), None),
        };
        let place = Place::parse(stem)?;
        Some(Self { place, checksum })
    }
}

impl Place {
    fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        let (file, folders) = parts.split_last()?;
        let (last, above) = folders.split_last()?;
        let of_version = || {
            let (artifact, group) = above.split_last()?;
            Coordinates::new(&group.join("."), artifact, last).ok()
        };
        if *file == METADATA {
            return match of_version() {
                Some(coordinates) if coordinates.is_snapshot() => {
                    Some(Self::File(coordinates, METADATA.to_owned()))
                }
                _ => Some(Self::Metadata {
                    group: above.join("."),
                    artifact: (*last).to_owned(),
                }),
            };
        }
        let coordinates = of_version()?;
        let is_its_own = file
            .strip_prefix(coordinates.artifact())
            .is_some_and(|rest| rest.starts_with('-'));
        let is_safe = !file.chars().any(|c| c.is_control() || c == '\\');
        (is_its_own && is_safe).then(|| Self::File(coordinates, (*file).to_owned()))
    }
}

/// Where a file is, below the registry's URL.
pub(super) fn path_of(package: &str, version: &str, file: &str) -> String {
    let (group, artifact) = package.split_once(':').unwrap_or((package, ""));
    format!("{}/{artifact}/{version}/{file}", group.replace('.', "/"))
}

/// GET, HEAD and PUT of a file.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let Some(resource) = Resource::parse(&packages.path) else {
        let path = packages.path.join("/");
        return Err(match packages.method {
            Method::GET | Method::HEAD => Problem::missing(format!("{path:?} is not there")),
            _ => Problem::bad(format!(
                "{path:?} is no place in a Maven repository: expected group/artifact/version/artifact-version.ending"
            )),
        });
    };
    match packages.method {
        Method::GET | Method::HEAD => blocking(app, move |app| get(app, &packages, &resource)).await,
        Method::PUT => put::put(app, packages, resource, body).await,
        method => Err(Problem::missing(format!("a Maven repository knows no {method}"))),
    }
}

fn get(app: &App, packages: &Packages, resource: &Resource) -> Result<Response, Problem> {
    let missing = || Problem::missing(format!("{:?} is not there", packages.path.join("/")));
    let text = match (&resource.place, resource.checksum) {
        (Place::File(coordinates, file), checksum) => {
            let entry = app.store.read(|records| {
                let (name, version) = (coordinates.name(), coordinates.version());
                files::find(records, packages.registry.id, &name, version, file)
            })?;
            let entry = entry.ok_or_else(missing)?;
            match checksum {
                None => return download::answer(&app.store, &packages.method, &packages.headers, &entry),
                Some(algorithm) => entry.digests.get(algorithm).to_owned(),
            }
        }
        (Place::Metadata { group, artifact }, checksum) => {
            let text = metadata::of_place(app, &packages.registry, group, artifact)?.ok_or_else(missing)?;
            match checksum {
                None => text,
                Some(algorithm) => {
                    let mut hasher = Hasher::new([algorithm]);
                    hasher.update(text.as_bytes());
                    hasher
                        .finish()
                        .get(algorithm)
                        .map(str::to_owned)
                        .ok_or_else(missing)?
                }
            }
        }
    };
    let content_type = HeaderValue::from_static(match resource.checksum {
        None => "application/xml",
        Some(_) => "text/plain",
    });
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, content_type)], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request;

    #[test]
    fn a_path_is_a_file_its_checksum_or_metadata() {
        let file = |version: &str, name: &str| {
            let coordinates = Coordinates::new("org.example", "app", version).unwrap();
            Place::File(coordinates, name.to_owned())
        };
        let metadata = |group: &str, artifact: &str| Place::Metadata {
            group: group.to_owned(),
            artifact: artifact.to_owned(),
        };
        for (path, expected) in [
            (
                "org/example/app/1.0/app-1.0.jar",
                Some((file("1.0", "app-1.0.jar"), None)),
            ),
            (
                "org/example/app/1.0/app-1.0.jar.sha1",
                Some((file("1.0", "app-1.0.jar"), Some(Algorithm::Sha1))),
            ),
            (
                "org/example/app/1.0/app-1.0.jar.asc.md5",
                Some((file("1.0", "app-1.0.jar.asc"), Some(Algorithm::Md5))),
            ),
            (
                "org/example/app/1-SNAPSHOT/app-1-20260102.030405-1.jar",
                Some((file("1-SNAPSHOT", "app-1-20260102.030405-1.jar"), None)),
            ),
            (
                "org/example/app/1-SNAPSHOT/maven-metadata.xml",
                Some((file("1-SNAPSHOT", "maven-metadata.xml"), None)),
            ),
            (
                "org/example/app/maven-metadata.xml.sha512",
                Some((metadata("org.example", "app"), Some(Algorithm::Sha512))),
            ),
            ("org/maven-metadata.xml", Some((metadata("", "org"), None))),
            ("org/example/app/1.0/other-1.0.jar", None),
            ("org/example/app/1.0/app.jar", None),
            ("org/example/../1.0/..-1.0.jar", None),
            ("org/..%2F../app/1.0/app-1.0.jar", None),
            ("org//app/1.0/app-1.0.jar", None),
            ("app/1.0/app-1.0.jar", None),
            ("app-1.0.jar", None),
            ("", None),
        ] {
            let parsed = Resource::parse(&request::segments(path).unwrap());
            let expected = expected.map(|(place, checksum)| Resource { place, checksum });
            assert_eq!(parsed, expected, "{path}");
        }
        assert_eq!(
            path_of("org.example:app", "1.0", "app-1.0.jar"),
            "org/example/app/1.0/app-1.0.jar"
        );
    }
}
