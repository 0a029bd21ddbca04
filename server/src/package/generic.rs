//! Generic files: any bytes under `{package}/{version}/{path}`.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::{Packages, status};
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::store::files::{self, Put};
use crate::store::registries;
use crate::store::{Durability, Fault, packages, versions};
use crate::{download, upload};

/// A file's place. It is a name, never a path on the server's disk; but clients make paths of it, so what would
/// lead out of a folder there is refused here.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    package: String,
    version: String,
    /// May hold slashes.
    path: String,
}

/// The longest place, in bytes.
const MAX_PLACE: usize = 4096;

impl Place {
    fn parse(segments: &[String]) -> Result<Self, Problem> {
        let whole = segments.join("/");
        if whole.len() > MAX_PLACE {
            return Err(Problem::bad(format!("the name is longer than {MAX_PLACE} bytes")));
        }
        let names: Vec<&str> = whole.split('/').collect();
        for name in &names {
            if matches!(*name, "" | "." | "..") || name.chars().any(char::is_control) {
                return Err(Problem::bad(format!(
                    "{whole:?} is no place for a file: {name:?} cannot be a part of it"
                )));
            }
        }
        match names.as_slice() {
            [package, version, path @ ..] if !path.is_empty() => Ok(Self {
                package: (*package).to_owned(),
                version: (*version).to_owned(),
                path: path.join("/"),
            }),
            _ => Err(Problem::bad(format!(
                "{whole:?} names no file: expected package/version/file"
            ))),
        }
    }
}

/// PUT, GET, HEAD and DELETE of a file.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let place = Place::parse(&packages.path)?;
    match packages.method {
        Method::GET | Method::HEAD => {
            blocking(app, move |app| {
                let entry = app.store.read(|records| {
                    files::find(
                        records,
                        packages.registry.id,
                        &place.package,
                        &place.version,
                        &place.path,
                    )
                })?;
                let entry = entry.ok_or_else(|| Problem::from(missing(&place)))?;
                download::answer(&app.store, &packages.method, &packages.headers, &entry)
            })
            .await
        }
        Method::PUT => put(app, packages, place, body).await,
        Method::DELETE => blocking(app, move |app| delete(app, &packages, &place)).await,
        method => Err(Problem::missing(format!("a file knows no {method}"))),
    }
}

/// 201 for a new file, 200 for one that is replaced or there with the same content.
async fn put(app: &Arc<App>, packages: Packages, place: Place, body: Body) -> Result<Response, Problem> {
    let staged = upload::receive(app, &packages.headers, body).await?;
    blocking(app, move |app| {
        let sha256 = staged.digests.sha256.clone();
        let put = app.store.publish(vec![staged], |transaction| {
            // It may have been deleted while the file arrived.
            let registry = registries::get(transaction, &packages.registry.reference())?;
            let package = packages::ensure(transaction, &registry, &place.package)?;
            let version = versions::ensure(transaction, package, &place.version)?;
            files::put(transaction, version, &place.path, &sha256)
        })?;
        if put == Put::Replaced {
            app.store.collect()?;
        }
        let mut response = status(put).into_response();
        if let Ok(etag) = HeaderValue::from_str(&format!("\"{sha256}\"")) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        Ok(response)
    })
    .await
}

/// 204; the last file takes its version with it, the last version its package.
fn delete(app: &App, packages: &Packages, place: &Place) -> Result<Response, Problem> {
    app.store.write(Durability::Synced, |transaction| {
        let package = packages::find(transaction, &packages.registry, &place.package)?;
        let version = versions::find(transaction, &package, &place.version)?;
        let entry = files::find(
            transaction,
            packages.registry.id,
            &place.package,
            &place.version,
            &place.path,
        )?
        .ok_or_else(|| missing(place))?;
        if !files::delete(transaction, version.id, entry.id)? {
            versions::delete(transaction, package.id, version.id)?;
        }
        Ok::<_, Fault>(())
    })?;
    app.store.collect()?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn missing(place: &Place) -> Fault {
    Fault::Missing(format!("{:?} in {} {}", place.path, place.package, place.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request;

    #[test]
    fn what_leads_out_of_a_folder_is_no_place() {
        for (path, expected) in [
            ("p/1/f", Some(("p", "1", "f"))),
            ("p/1/a/b.txt", Some(("p", "1", "a/b.txt"))),
            ("p/1/a%20%23%25%3F%C3%A9", Some(("p", "1", "a #%?é"))),
            ("p/1/a%2Fb", Some(("p", "1", "a/b"))),
            ("p/1/...", Some(("p", "1", "..."))),
            ("p/1", None),
            ("p/1/..", None),
            ("p/../f", None),
            ("p/1/%2e%2e/f", None),
            ("p/1/..%2Ff", None),
            ("p/1//f", None),
            ("p/1/a%00", None),
            ("p/1/a%0Ab", None),
            ("p/1/.", None),
        ] {
            let place = Place::parse(&request::segments(path).unwrap()).ok();
            let parts = place
                .as_ref()
                .map(|place| (&*place.package, &*place.version, &*place.path));
            assert_eq!(parts, expected, "{path}");
        }
    }
}
