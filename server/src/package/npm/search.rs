//! `npm search`: the packages whose name holds the text.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Call, read};
use crate::app::App;
use crate::clock;
use crate::problem::Problem;
use crate::reply;
use crate::store::page::Page;
use crate::store::{Fault, packages, versions};

/// The most results at once.
const MOST: i64 = 250;

/// `GET /-/v1/search?text=…&size=20&from=0`
pub(super) fn answer(app: &App, call: &Call) -> Result<Response, Problem> {
    let query = &call.packages.query;
    let number = |name: &str, default: i64| match query.one(name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| *number >= 0)
            .ok_or_else(|| Problem::bad(format!("{name} is {text:?}: expected a number"))),
    };
    let size = number("size", 20)?.clamp(1, MOST);
    let page = Page {
        index: number("from", 0)? / size,
        size,
    };
    let registry = call.packages.registry.id;
    let (found, total) = app.store.read(|records| {
        let listed = packages::list(records, registry, query.one("text"), "p.name ASC", page)?;
        let mut found = Vec::new();
        for package in listed.items {
            let latest = versions::find_optional(records, package.id, &package.latest)?;
            found.extend(latest.map(|latest| (package, latest)));
        }
        Ok::<_, Fault>((found, listed.total))
    })?;
    let mut objects = Vec::new();
    for (package, latest) in found {
        let mut about = json!({
            "name": package.name, "version": latest.name, "date": clock::rfc3339(latest.created_at),
            "links": {}, "publisher": { "username": super::user(&call.packages), "email": "" },
            "maintainers": [],
        });
        let manifest = read::manifest(&latest)?;
        for member in ["description", "keywords", "license", "maintainers", "author"] {
            if let Some(value) = manifest.get(member) {
                about[member] = value.clone();
            }
        }
        objects.push(json!({
            "package": about, "searchScore": 1, "flags": {},
            "score": { "final": 1, "detail": { "quality": 1, "popularity": 1, "maintenance": 1 } },
        }));
    }
    let body =
        json!({ "objects": Value::Array(objects), "total": total, "time": clock::rfc3339(clock::now()) });
    Ok(reply::json(StatusCode::OK, &body))
}
