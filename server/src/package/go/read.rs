//! What the go command reads: the list of versions, the latest, and the files of one.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::go::{ModulePath, Version};

use super::{Resource, file_name};
use crate::app::App;
use crate::download;
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::{files, packages, versions};

pub(super) fn answer(app: &App, packages: &Packages, resource: &Resource) -> Result<Response, Problem> {
    match resource {
        Resource::List(module) => list(app, packages, module),
        Resource::Latest(module) => {
            let latest = latest(&versions(app, packages, module)?).cloned();
            let latest = latest.ok_or_else(|| missing(module))?;
            file(app, packages, module, &latest, "info")
        }
        Resource::File(module, version, ending) => file(app, packages, module, version, ending),
        Resource::Upload => Err(Problem::missing("modules are put there, and read by their paths")),
    }
}

/// The versions, one a line. Those that name a commit are not listed.
fn list(app: &App, packages: &Packages, module: &ModulePath) -> Result<Response, Problem> {
    let versions = versions(app, packages, module)?;
    let lines: String = versions
        .iter()
        .filter(|version| !version.is_pseudo())
        .map(|version| format!("{version}\n"))
        .collect();
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, content_type)], lines).into_response())
}

fn file(
    app: &App,
    packages: &Packages,
    module: &ModulePath,
    version: &Version,
    ending: &str,
) -> Result<Response, Problem> {
    let name = file_name(version, ending);
    let entry = app.store.read(|records| {
        let (package, version) = (module.as_str(), version.as_str());
        files::find(records, packages.registry.id, package, version, &name)
    })?;
    let entry = entry.ok_or_else(|| Problem::missing(format!("{module}@{version} is not there")))?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}

/// All versions of a module, the lowest first.
fn versions(app: &App, packages: &Packages, module: &ModulePath) -> Result<Vec<Version>, Problem> {
    let names = app.store.read(|records| {
        let package = packages::find_optional(records, &packages.registry, module.as_str())?
            .ok_or_else(|| missing(module))?;
        Ok::<_, Problem>(versions::names(records, package.id)?)
    })?;
    let mut versions: Vec<Version> = names
        .iter()
        .filter_map(|(_, name)| Version::parse(name).ok())
        .collect();
    versions.sort();
    Ok(versions)
}

/// The highest release, else the highest pre-release, else the highest that names a commit; one whose module
/// keeps to the rule of suffixes goes before.
fn latest(versions: &[Version]) -> Option<&Version> {
    versions.iter().max_by_key(|version| {
        (
            !version.is_pseudo(),
            !version.is_pre_release(),
            !version.is_incompatible(),
            *version,
        )
    })
}

fn missing(module: &ModulePath) -> Problem {
    Problem::missing(format!("the module {module} is not there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_a_release_if_there_is_one() {
        for (versions, expected) in [
            (vec!["v1.0.0", "v1.1.0-rc.1"], "v1.0.0"),
            (vec!["v1.0.0", "v1.10.0", "v1.9.0"], "v1.10.0"),
            (vec!["v1.1.0-rc.1", "v1.1.0-beta"], "v1.1.0-rc.1"),
            (
                vec!["v1.0.1-0.20260102030405-abcdefabcdef", "v1.0.0-rc.1"],
                "v1.0.0-rc.1",
            ),
            (
                vec![
                    "v0.0.0-20260102030405-abcdefabcdef",
                    "v0.0.0-20250102030405-abcdefabcdef",
                ],
                "v0.0.0-20260102030405-abcdefabcdef",
            ),
            (vec!["v2.0.0+incompatible", "v1.0.0"], "v1.0.0"),
        ] {
            let versions: Vec<Version> = versions
                .iter()
                .map(|text| Version::parse(text).unwrap())
                .collect();
            assert_eq!(latest(&versions).unwrap().as_str(), expected);
        }
        assert_eq!(latest(&[]), None);
    }
}
