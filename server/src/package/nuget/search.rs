//! Searches (SearchQueryService) and completion (SearchAutocompleteService): by words in an id.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::catalog::{self, Places};
use super::{Known, find, sorted};
use crate::app::App;
use crate::package::Packages;
use crate::problem::Problem;
use crate::reply;
use crate::store::{packages, versions};

/// The most packages of an answer.
const MOST: usize = 1000;

/// The longest search, in bytes.
const MAX_WORDS: usize = 1000;

/// What a search asks for: the packages whose id has every word of `q`. Other parameters are not looked at.
struct Wanted {
    words: String,
    skip: usize,
    take: usize,
    with_pre_releases: bool,
}

impl Wanted {
    fn read(packages: &Packages) -> Result<Self, Problem> {
        let query = &packages.query;
        let number = |name: &str, default: usize| match query.one(name) {
            None => Ok(default),
            Some(text) => text
                .parse::<usize>()
                .map_err(|_| Problem::bad(format!("{name} is {text:?}: expected a number"))),
        };
        let words = query.one("q").unwrap_or_default().to_ascii_lowercase();
        if words.len() > MAX_WORDS {
            return Err(Problem::bad(format!("a search has at most {MAX_WORDS} bytes")));
        }
        Ok(Self {
            words,
            skip: number("skip", 0)?,
            take: number("take", 20)?.min(MOST),
            with_pre_releases: query
                .one("prerelease")
                .is_some_and(|text| text.eq_ignore_ascii_case("true")),
        })
    }

    /// The packages, each with its versions, of which it has some.
    fn find(&self, app: &App, packages: &Packages) -> Result<Vec<(String, Vec<Known>)>, Problem> {
        app.store.read(|records| {
            let mut found: Vec<(String, Vec<Known>)> = Vec::new();
            for (package, id) in packages::names(records, packages.registry.id)? {
                let lower = id.to_ascii_lowercase();
                if !self.words.split_whitespace().all(|word| lower.contains(word)) {
                    continue;
                }
                let mut known = sorted(versions::all(records, package)?);
                known.retain(|known| self.with_pre_releases || !known.version.is_pre_release());
                if !known.is_empty() {
                    found.push((id, known));
                }
            }
            Ok::<_, Problem>(found)
        })
    }
}

/// `query?q=…&skip=…&take=…&prerelease=…`
pub(super) fn answer(app: &App, packages: &Packages, url: &str) -> Result<Response, Problem> {
    let wanted = Wanted::read(packages)?;
    let found = wanted.find(app, packages)?;
    let data = found
        .iter()
        .skip(wanted.skip)
        .take(wanted.take)
        .filter_map(|(id, known)| known.last().map(|latest| item(url, id, known, latest)))
        .collect::<Result<Vec<_>, _>>()?;
    let body = json!({ "totalHits": found.len(), "data": data });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `autocomplete?q=…` gives ids, `autocomplete?id=…` the versions of one.
pub(super) fn autocomplete(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let wanted = Wanted::read(packages)?;
    let data: Vec<String> = match packages.query.one("id") {
        Some(id) => find(app, packages, id)?
            .1
            .into_iter()
            .filter(|known| wanted.with_pre_releases || !known.version.is_pre_release())
            .map(|known| known.version.normal())
            .collect(),
        None => {
            let found = wanted.find(app, packages)?.into_iter();
            found.map(|(id, _)| id).collect()
        }
    };
    let total = data.len();
    let data: Vec<String> = data.into_iter().skip(wanted.skip).take(wanted.take).collect();
    Ok(reply::json(
        StatusCode::OK,
        &json!({ "totalHits": total, "data": data }),
    ))
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
