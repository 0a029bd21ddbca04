//! Registrations (RegistrationsBaseUrl): what is known of an id's versions, all in one page.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::catalog::{self, Places};
use super::{Known, find, one};
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::{clock, reply};

/// `registration/{id}/index.json`
pub(super) fn index(app: &App, packages: &Packages, url: &str, id: &str) -> Result<Response, Problem> {
    let (package, known) = find(app, packages, id)?;
    let leaves = known
        .iter()
        .map(|known| written(url, &package.name, known, true))
        .collect::<Result<Vec<_>, _>>()?;
    let (Some(lower), Some(upper)) = (known.first(), known.last()) else {
        return Err(Problem::missing(format!("{id} has no versions")));
    };
    let at = Places::new(url, &package.name, lower).registration;
    let page = json!({
        "@id": format!("{at}#page"), "@type": "catalog:CatalogPage", "parent": at, "count": leaves.len(),
        "lower": lower.version.normal(), "upper": upper.version.normal(), "items": leaves,
    });
    let body = json!({
        "@id": at, "@type": ["catalog:CatalogRoot", "PackageRegistration", "catalog:Permalink"], "count": 1,
        "items": [page],
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `registration/{id}/{version}.json`
pub(super) fn leaf(
    app: &App,
    packages: &Packages,
    url: &str,
    id: &str,
    version: &str,
) -> Result<Response, Problem> {
    let (package, known) = find(app, packages, id)?;
    let known = one(&known, id, version)?;
    let body = written(url, &package.name, known, false)?;
    Ok(reply::json(StatusCode::OK, &body))
}

/// A version's leaf. In an index the entry is in it, alone it names the entry, which is itself.
fn written(url: &str, id: &str, known: &Known, in_index: bool) -> Result<Value, Problem> {
    let places = Places::new(url, id, known);
    let mut leaf = json!({
        "@id": places.leaf, "@type": "Package", "catalogEntry": catalog::entry(&places, known)?,
        "packageContent": places.content, "registration": places.registration,
    });
    if !in_index {
        leaf["listed"] = json!(true);
        leaf["published"] = json!(clock::rfc3339(known.record.created_at));
    }
    Ok(leaf)
}
