//! `{subdir}/repodata.json`: all packages of a platform.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::package::Packages;
use crate::package::builds::Builds;
use crate::problem::Problem;
use crate::reply;
use crate::store::{files, packages, versions};

/// Every subdirectory has one: clients ask for their platform and for `noarch`, whether there is anything or not.
pub(super) fn answer(app: &App, packages: &Packages, subdir: &str) -> Result<Response, Problem> {
    let (mut older, mut newer) = (Map::new(), Map::new());
    app.store.read(|records| {
        for (package, _) in packages::names(records, packages.registry.id)? {
            for version in versions::all(records, package)? {
                let mut builds = Builds::<Map<String, Value>>::of(Some(&version))?.builds;
                for file in files::of_version(records, version.id)? {
                    let Some(name) = file
                        .path
                        .strip_prefix(subdir)
                        .and_then(|rest| rest.strip_prefix('/'))
                    else {
                        continue;
                    };
                    let Some(mut record) = builds.remove(&file.path) else {
                        continue;
                    };
                    let digests = &file.digests;
                    for (member, value) in [
                        ("md5", json!(digests.md5)),
                        ("sha256", json!(digests.sha256)),
                        ("size", json!(digests.size)),
                        ("subdir", json!(subdir)),
                    ] {
                        record.insert(member.to_owned(), value);
                    }
                    let list = if name.ends_with(".conda") {
                        &mut newer
                    } else {
                        &mut older
                    };
                    list.insert(name.to_owned(), Value::Object(record));
                }
            }
        }
        Ok::<_, Problem>(())
    })?;
    let body = json!({
        "info": { "subdir": subdir }, "packages": older, "packages.conda": newer, "removed": [],
        "repodata_version": 1,
    });
    Ok(reply::json(StatusCode::OK, &body))
}
