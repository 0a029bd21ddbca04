//! The sparse index: its configuration, and a file for each crate.

use axum::response::Response;
use hc_core::package_file::cargo::is_name;
use serde_json::json;

use super::entry::Entry;
use crate::app::App;
use crate::package::{self, Packages};
use crate::problem::Problem;
use crate::reply;
use crate::store::{Fault, packages, versions};

/// `index/config.json`. A key is wanted for all of it.
pub(super) fn config(packages: &Packages) -> Response {
    let url = package::url(&packages.base, &packages.registry);
    let config = json!({ "dl": format!("{url}/api/v1/crates"), "api": url, "auth-required": true });
    reply::tagged(&packages.headers, "application/json", config.to_string())
}

/// `index/{prefix}/{name}`: a line for each version, the oldest first.
pub(super) fn of_crate(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let path = packages.path[1..].join("/");
    let name = packages.path.last().map(String::as_str).unwrap_or_default();
    let missing = || Fault::Missing(format!("the crate {name:?}"));
    if path_of(name).as_deref() != Some(path.as_str()) {
        return Err(missing().into());
    }
    let versions = app.store.read(|records| {
        let package = packages::find_in_any_case(records, &packages.registry, name)?.ok_or_else(missing)?;
        versions::all(records, package.id)
    })?;
    let mut lines = String::new();
    for version in &versions {
        lines.push_str(&Entry::of(version)?.line()?);
        lines.push('\n');
    }
    Ok(reply::tagged(
        &packages.headers,
        "text/plain; charset=utf-8",
        lines,
    ))
}

/// Where a crate's file is in the index, by its name in lower case; `None` where no crate can have that name.
fn path_of(name: &str) -> Option<String> {
    if !is_name(name) {
        return None;
    }
    Some(match name.len() {
        1 => format!("1/{name}"),
        2 => format!("2/{name}"),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crates_file_is_in_folders_by_its_first_letters() {
        for (name, expected) in [
            ("a", Some("1/a")),
            ("ab", Some("2/ab")),
            ("abc", Some("3/a/abc")),
            ("abcd", Some("ab/cd/abcd")),
            ("abcde", Some("ab/cd/abcde")),
            ("", None),
            ("aé", None),
            ("éé", None),
        ] {
            assert_eq!(path_of(name).as_deref(), expected, "{name}");
        }
    }
}
