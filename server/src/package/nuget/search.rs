//! Searches (SearchQueryService): by words in an id.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::catalog::{self, Places};
use super::{Known, sorted};
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::reply;
use crate::store::{packages, versions};

/// The most packages of an answer.
const MOST: usize = 1000;

/// `query?q=…&skip=…&take=…&prerelease=…`. A package fits when its id has every word of `q`. Other parameters are
/// not looked at.
pub(super) fn answer(app: &App, packages: &Packages, url: &str) -> Result<Response, Problem> {
    let query = &packages.query;
    let number = |name: &str, default: usize| match query.one(name) {
        None => Ok(default),
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| Problem::bad(format!("{name} is {text:?}: expected a number"))),
    };
    let (skip, take) = (number("skip", 0)?, number("take", 20)?.min(MOST));
    let with_pre_releases = query
        .one("prerelease")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let wanted = query.one("q").unwrap_or_default().to_ascii_lowercase();
    let fits = |id: &str| {
        let id = id.to_ascii_lowercase();
        wanted.split_whitespace().all(|word| id.contains(word))
    };
    let found = app.store.read(|records| {
        let mut found: Vec<(String, Vec<Known>)> = Vec::new();
        for (package, id) in packages::names(records, packages.registry.id)? {
            if !fits(&id) {
                continue;
            }
            let mut known = sorted(versions::all(records, package)?);
            known.retain(|known| with_pre_releases || !known.version.is_pre_release());
            if !known.is_empty() {
                found.push((id, known));
            }
        }
        Ok::<_, Problem>(found)
    })?;
    let data = found
        .iter()
        .skip(skip)
        .take(take)
        .filter_map(|(id, known)| known.last().map(|latest| item(url, id, known, latest)))
        .collect::<Result<Vec<_>, _>>()?;
    let body = json!({ "totalHits": found.len(), "data": data });
    Ok(reply::json(StatusCode::OK, &body))
}

fn item(url: &str, id: &str, known: &[Known], latest: &Known) -> Result<Value, Problem> {
    let mut item = catalog::read(latest)?;
    let versions: Vec<Value> = known
        .iter()
        .map(|known| {
            json!({
                "@id": Places::new(url, id, known).leaf, "version": known.version.normal(),
                "downloads": known.record.downloads,
            })
        })
        .collect();
    let downloads: i64 = known.iter().map(|known| known.record.downloads).sum();
    let registration = Places::new(url, id, latest).registration;
    for (name, value) in [
        ("@id", json!(registration)),
        ("@type", json!("Package")),
        ("registration", json!(registration)),
        ("totalDownloads", json!(downloads)),
        ("versions", json!(versions)),
    ] {
        item.insert(name.to_owned(), value);
    }
    // Those belong to registrations alone.
    for name in ["dependencyGroups", "requireLicenseAcceptance", "minClientVersion"] {
        item.remove(name);
    }
    Ok(Value::Object(item))
}
