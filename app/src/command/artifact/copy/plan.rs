//! What is to be copied.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use hc_core::api::artifacts::{self, Query};
use hc_core::api::registries;
use hc_core::package::Ecosystem;
use hc_core::version::Version;
use http::StatusCode;

use super::source::Source;
use crate::command::paging;
use crate::command::session::Session;
use crate::error::Error;
use crate::host::Host;

/// A package, and those of its versions that are meant, the oldest first where that can be told.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) versions: Vec<String>,
}

/// The type of a registry's packages.
///
/// # Errors
/// When it is not there, or the service does not say.
pub(super) async fn package_type<H: Host>(session: &Session<'_, H>, registry: &str) -> Result<String, Error> {
    let request = registries::get(&session.service, registry);
    let parse = |response: &_| registries::parse_get(response, registry);
    match session.client.call(&request, parse).await {
        Ok(details) => Ok(details.package_type),
        Err(failure) if failure.status() == Some(StatusCode::NOT_FOUND) => Err(Error::NotFound {
            message: format!("{} has no registry called {registry}", session.service.api),
            help: "`hc registry create NAME --package-type TYPE` makes one, with --api-url URL at another service"
                .to_owned(),
        }),
        Err(failure) => Err(failure.into()),
    }
}

/// All packages that are meant.
///
/// # Errors
/// When a list of the service cannot be had, or there are none.
pub(super) async fn packages<H: Host>(
    session: &Session<'_, H>,
    source: Source<'_>,
    package_type: &str,
) -> Result<Vec<Package>, Error> {
    let service = &session.service;
    let listed = paging::every(async |page, size| {
        let query = Query {
            page,
            size,
            registry: Some(source.registry),
            search: None,
        };
        let request = artifacts::list(service, &query);
        let parse = |response: &_| artifacts::parse_list(response, page);
        session.client.call(&request, parse).await
    })
    .await?;
    // A service may list a package once for each version.
    let names: BTreeSet<String> = listed.items.into_iter().map(|artifact| artifact.name).collect();
    let mut packages = Vec::new();
    for name in names.into_iter().filter(|name| source.has_package(name)) {
        let versions = paging::every(async |page, size| {
            let request = artifacts::versions(service, source.registry, &name, None, page, size);
            let parse = |response: &_| artifacts::parse_versions(response, page);
            session.client.call(&request, parse).await
        })
        .await?;
        let versions = versions.items.into_iter().map(|version| version.name);
        let mut versions: Vec<String> = versions.filter(|version| source.has_version(version)).collect();
        if package_type == "NPM" {
            versions.sort_by(|one, other| order(one, other));
        }
        versions.dedup();
        if !versions.is_empty() {
            packages.push(Package { name, versions });
        }
    }
    if packages.is_empty() {
        return Err(Error::NotFound {
            message: format!("nothing in {} matches", source.registry),
            help: "write REGISTRY for all of it, or REGISTRY/PACKAGE/VERSION, where * stands for any text"
                .to_owned(),
        });
    }
    Ok(packages)
}

/// The newest comes last, so that `latest` names it until the tags are there.
fn order(one: &str, other: &str) -> Ordering {
    let [one, other] = [one, other].map(|version| Version::parse(Ecosystem::Npm, version));
    one.partial_cmp(&other).unwrap_or(Ordering::Equal)
}
