//! NuGet packages, below `/pkg/{account}/{registry}/nuget/`: pushes, and version 3 of the protocol that clients read.
//!
//! Source of the rules: NuGet's documentation, "NuGet Server API". Ids and versions are found in any letter case; a
//! package keeps the id that it was first pushed with, a version its normal form.

mod catalog;
mod content;
mod push;
mod registration;
mod search;
mod service;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;
use hc_core::package_file::nuget;

use super::Packages;
use crate::app::{App, blocking};
use crate::multipart;
use crate::problem::Problem;
use crate::store::packages::Package;
use crate::store::{Fault, packages, versions};

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Resource<'p> {
    /// `index.json`: what there is, and where.
    Service,
    /// `package/{id}/index.json`
    Versions(&'p str),
    /// `package/{id}/{version}/{file}`
    File(&'p str, &'p str, &'p str),
    /// `registration/{id}/index.json`
    Registration(&'p str),
    /// `registration/{id}/{version}.json`
    Leaf(&'p str, &'p str),
    /// `query`
    Search,
    /// `autocomplete`
    Autocomplete,
}

impl<'p> Resource<'p> {
    fn parse(path: &[&'p str]) -> Option<Self> {
        match path {
            ["index.json"] => Some(Self::Service),
            ["package", id, "index.json"] => Some(Self::Versions(id)),
            ["package", id, version, file] => Some(Self::File(id, version, file)),
            ["registration", id, "index.json"] => Some(Self::Registration(id)),
            ["registration", id, leaf] => Some(Self::Leaf(id, leaf.strip_suffix(".json")?)),
            ["query"] => Some(Self::Search),
            ["autocomplete"] => Some(Self::Autocomplete),
            _ => None,
        }
    }
}

/// Where a package's file is, below the registry's URL. Its nuspec is there under the same path with another
/// ending.
pub(super) fn path_of(id: &str, version: &str, path: &str) -> String {
    let (id, version) = (id.to_ascii_lowercase(), version.to_ascii_lowercase());
    if path.ends_with(".nuspec") {
        return format!("package/{id}/{version}/{id}.nuspec");
    }
    format!("package/{id}/{version}/{id}.{version}.nupkg")
}

/// Every request about NuGet packages that is served here.
pub(super) async fn route(app: &Arc<App>, packages: Packages, body: Body) -> Result<Response, Problem> {
    let is_read = matches!(packages.method, Method::GET | Method::HEAD);
    if packages.method == Method::PUT {
        // What follows in the path is a folder for the file.
        let form = multipart::receive(app, &packages.headers, body).await?;
        return blocking(app, move |app| push::publish(app, &packages, form)).await;
    }
    if is_read || packages.method == Method::DELETE {
        return blocking(app, move |app| answer(app, &packages)).await;
    }
    Err(packages.unknown())
}

fn answer(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let path: Vec<&str> = packages.path.iter().map(String::as_str).collect();
    if packages.method == Method::DELETE {
        return match path.as_slice() {
            [id, version] => push::delete(app, packages, id, version),
            _ => Err(packages.unknown()),
        };
    }
    let url = super::url(&packages.base, &packages.registry);
    match Resource::parse(&path).ok_or_else(|| packages.unknown())? {
        Resource::Service => Ok(service::index(&url)),
        Resource::Versions(id) => content::versions(app, packages, id),
        Resource::File(id, version, file) => content::file(app, packages, id, version, file),
        Resource::Registration(id) => registration::index(app, packages, &url, id),
        Resource::Leaf(id, version) => registration::leaf(app, packages, &url, id, version),
        Resource::Search => search::answer(app, packages, &url),
        Resource::Autocomplete => search::autocomplete(app, packages),
    }
}

/// A version as its records and its own rules see it.
struct Known {
    version: nuget::Version,
    record: versions::Version,
}

/// The package of this id, and its versions, the lowest first.
fn find(app: &App, packages: &Packages, id: &str) -> Result<(Package, Vec<Known>), Problem> {
    let (package, records) = app.store.read(|records| {
        let package = packages::find_in_any_case(records, &packages.registry, id)?
            .ok_or_else(|| Fault::Missing(format!("the package {id:?}")))?;
        let records = versions::all(records, package.id)?;
        Ok::<_, Fault>((package, records))
    })?;
    Ok((package, sorted(records)))
}

fn sorted(records: Vec<versions::Version>) -> Vec<Known> {
    let known = |record: versions::Version| {
        let version = nuget::Version::parse(&record.name)?;
        Some(Known { version, record })
    };
    let mut sorted: Vec<Known> = records.into_iter().filter_map(known).collect();
    sorted.sort_by(|left, right| left.version.cmp(&right.version));
    sorted
}

/// The version that `text` means.
fn one<'k>(known: &'k [Known], id: &str, text: &str) -> Result<&'k Known, Problem> {
    let wanted = nuget::Version::parse(text);
    let found = wanted.and_then(|wanted| known.iter().find(|known| known.version == wanted));
    found.ok_or_else(|| Problem::missing(format!("{id} {text} is not there")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_what_the_protocol_means() {
        for (path, expected) in [
            ("index.json", Some(Resource::Service)),
            ("package/a/index.json", Some(Resource::Versions("a"))),
            (
                "package/a/1.0.0/a.1.0.0.nupkg",
                Some(Resource::File("a", "1.0.0", "a.1.0.0.nupkg")),
            ),
            ("registration/a/index.json", Some(Resource::Registration("a"))),
            ("registration/a/1.0.0.json", Some(Resource::Leaf("a", "1.0.0"))),
            ("query", Some(Resource::Search)),
            ("autocomplete", Some(Resource::Autocomplete)),
            ("registration/a/1.0.0", None),
            ("package/a", None),
            ("", None),
        ] {
            let segments: Vec<&str> = path.split('/').collect();
            assert_eq!(Resource::parse(&segments), expected, "{path}");
        }
        assert_eq!(
            path_of("A.b", "1.0.0-RC", "x/A.b.1.0.0-RC.nupkg"),
            "package/a.b/1.0.0-rc/a.b.1.0.0-rc.nupkg"
        );
        assert_eq!(path_of("A", "1.0.0", "A.nuspec"), "package/a/1.0.0/a.nuspec");
    }
}
