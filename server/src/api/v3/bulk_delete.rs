//! Deletion by patterns.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::api::registry_in;
use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope::Scope;
use crate::store::{Durability, packages, versions};

/// `BulkDeleteRequest`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    packages: String,
    /// Empty for whole packages.
    versions: String,
    registry: String,
    #[serde(default)]
    force: bool,
    #[serde(default)]
    dry_run: bool,
}

/// `POST /bulkdelete`: deletes every version that both patterns fit, or, without a pattern of versions, every
/// package; all or none. A dry run says what would go. The service can keep what was deleted unless `force` is set;
/// here it is gone either way. The answer names each package, or each version as `package@version`.
pub(super) fn delete(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let input: Input = call.json()?;
    if input.packages.is_empty() {
        return Err(Problem::bad("packages is empty: give a name or a pattern"));
    }
    let found = if input.dry_run {
        app.store.read(|records| {
            let registry = registry_in(records, scope, &input.registry)?;
            fitting(records, registry.id, &input)
        })?
    } else {
        let deleted = app.store.write(Durability::Synced, |transaction| {
            let registry = registry_in(transaction, scope, &input.registry)?;
            let found = fitting(transaction, registry.id, &input)?;
            for Found { package, version, .. } in &found {
                match version {
                    Some(version) => versions::delete(transaction, *package, *version)?,
                    None => packages::delete(transaction, *package)?,
                }
            }
            Ok::<_, Problem>(found)
        })?;
        app.store.collect()?;
        deleted
    };
    let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
    let message = if input.dry_run {
        "would be deleted"
    } else {
        "deleted"
    };
    let body = json!({
        "dryRun": input.dry_run,
        "force": input.force,
        "registry": input.registry,
        "pattern": input.packages,
        "versionPattern": input.versions,
        "total": names.len(),
        "success": names.len(),
        "failed": 0,
        "successPackages": names,
        "failedPackages": [],
        "message": format!("{} {message}", names.len()),
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// What is to go.
struct Found {
    package: i64,
    /// `None` for the package with all its versions.
    version: Option<i64>,
    name: String,
}

fn fitting(records: &rusqlite::Connection, registry: i64, input: &Input) -> Result<Vec<Found>, Problem> {
    let mut found = Vec::new();
    for (package, name) in packages::names(records, registry)? {
        if !fits(&input.packages, &name) {
            continue;
        }
        if input.versions.is_empty() {
            found.push(Found {
                package,
                version: None,
                name,
            });
            continue;
        }
        for (version, version_name) in versions::names(records, package)? {
            if fits(&input.versions, &version_name) {
                found.push(Found {
                    package,
                    version: Some(version),
                    name: format!("{name}@{version_name}"),
                });
            }
        }
    }
    Ok(found)
}

/// Whether a text fits a pattern, in which `*` is any run of characters and `?` is any one.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut from) = (0, 0);
    // The last `*`, and how much of the text it takes so far.
    let mut star = None;
    while from < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(&c) if c == '?' || c == text[from] => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((position, taken)) => {
                    star = Some((position, taken + 1));
                    at = position + 1;
                    from = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_runs_and_single_characters() {
        for (pattern, text, expected) in [
            ("lodash", "lodash", true),
            ("lodash", "lodash2", false),
            ("com.a:*", "com.a:b", true),
            ("com.a:*", "com.ab:b", false),
            ("?.0.0", "1.0.0", true),
            ("?.0.0", "10.0.0", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b", "xaxxbxb", true),
            ("*a*b", "xaxxbxc", false),
            ("@s/*", "@s/é", true),
            ("[ab]", "a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
