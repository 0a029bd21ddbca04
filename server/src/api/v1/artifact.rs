//! Artifacts, their versions and files: list, read, delete.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};

use crate::app::App;
use crate::package;
use crate::package_type::PackageType;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope::{RegistryRef, Scope};
use crate::store::artifacts::Filter;
use crate::store::registries::{self, Registry};
use crate::store::{Durability, Fault, artifacts, files, packages, versions};

/// `GET /spaces/{ref}/+/artifacts`: a row for each version, or with `latest_version` for each artifact.
pub(super) fn list_in_space(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let query = &call.query;
    let page = query.page(super::MOST)?;
    let (registries, types) = (query.all("reg_identifier"), super::registry::types(call)?);
    if query.flag("deployed_artifact")? {
        return Err(Problem::bad(
            "deployed_artifact: this server knows of no deployments",
        ));
    }
    let filter = Filter {
        scope,
        registries: &registries,
        types: &types,
        term: query.one("search_term"),
        latest_only: query.flag("latest_version")?,
        order: query.order(&artifacts::ORDERS)?,
    };
    app.store.refresh_downloads()?;
    let listed = app.store.read(|records| {
        for identifier in &registries {
            registries::get(
                records,
                &RegistryRef {
                    scope: scope.clone(),
                    identifier: identifier.clone(),
                },
            )?;
        }
        artifacts::list(records, &filter, page)
    })?;
    Ok(super::page("artifacts", &listed, page, |artifact| {
        json!({
            "name": artifact.package,
            "version": artifact.version,
            "latestVersion": artifact.latest,
            "packageType": artifact.package_type,
            "registryIdentifier": artifact.registry,
            "registryPath": format!("{}/{}", artifact.scope, artifact.registry),
            "downloadsCount": artifact.downloads,
            "lastModified": artifact.modified_at.to_string(),
        })
    }))
}

/// `GET /registry/{ref}/+/artifacts`: a row for each artifact.
pub(super) fn list_in_registry(
    app: &Arc<App>,
    call: &Call,
    reference: &RegistryRef,
) -> Result<Response, Problem> {
    let query = &call.query;
    let page = query.page(super::MOST)?;
    let order = query.order(&packages::ORDERS)?;
    app.store.refresh_downloads()?;
    let (registry, listed) = app.store.read(|records| {
        let registry = registries::get(records, reference)?;
        let listed = packages::list(records, registry.id, query.one("search_term"), &order, page)?;
        Ok::<_, Fault>((registry, listed))
    })?;
    Ok(super::page("artifacts", &listed, page, |package| {
        json!({
            "name": package.name,
            "latestVersion": package.latest,
            "packageType": registry.package_type.as_str(),
            "registryIdentifier": registry.identifier,
            "registryPath": reference.to_string(),
            "downloadsCount": package.downloads,
            "lastModified": package.modified_at.to_string(),
        })
    }))
}

/// `GET …/artifact/{artifact}/+/summary`
pub(super) fn summary(app: &Arc<App>, reference: &RegistryRef, name: &str) -> Result<Response, Problem> {
    app.store.refresh_downloads()?;
    let (registry, package) = app.store.read(|records| {
        let registry = registries::get(records, reference)?;
        let package = packages::find(records, &registry, name)?;
        Ok::<_, Fault>((registry, package))
    })?;
    Ok(reply::data(json!({
        "imageName": package.name,
        "packageType": registry.package_type.as_str(),
        "downloadsCount": package.downloads,
        "labels": [],
        "createdAt": package.created_at.to_string(),
        "modifiedAt": package.modified_at.to_string(),
    })))
}

/// `GET …/artifact/{artifact}/+/versions`
pub(super) fn list_versions(
    app: &Arc<App>,
    call: &Call,
    reference: &RegistryRef,
    name: &str,
) -> Result<Response, Problem> {
    let query = &call.query;
    let page = query.page(super::MOST)?;
    let order = query.order(&versions::ORDERS)?;
    app.store.refresh_downloads()?;
    let (registry, latest, listed) = app.store.read(|records| {
        let registry = registries::get(records, reference)?;
        let package = packages::find(records, &registry, name)?;
        let listed = versions::list(records, package.id, query.one("search_term"), &order, page)?;
        Ok::<_, Fault>((registry, package.latest, listed))
    })?;
    Ok(super::page("artifactVersions", &listed, page, |version| {
        json!({
            "name": version.name,
            "latestVersion": latest,
            "packageType": registry.package_type.as_str(),
            "registryIdentifier": registry.identifier,
            "registryPath": reference.to_string(),
            "size": reply::size(version.size),
            "fileCount": version.files,
            "downloadsCount": version.downloads,
            "lastModified": version.modified_at.to_string(),
        })
    }))
}

/// `GET …/version/{version}/summary`
pub(super) fn version_summary(
    app: &Arc<App>,
    reference: &RegistryRef,
    name: &str,
    version: &str,
) -> Result<Response, Problem> {
    let (registry, version) = app.store.read(|records| {
        let registry = registries::get(records, reference)?;
        let package = packages::find(records, &registry, name)?;
        let version = versions::find(records, &package, version)?;
        Ok::<_, Fault>((registry, version))
    })?;
    Ok(reply::data(json!({
        "imageName": name,
        "version": version.name,
        "packageType": registry.package_type.as_str(),
        "registryType": "VIRTUAL",
        "isQuarantined": false,
        "uuid": version.uuid,
        "registryUUID": registry.uuid,
    })))
}

/// `GET …/version/{version}/details`
pub(super) fn version_details(
    app: &Arc<App>,
    call: &Call,
    reference: &RegistryRef,
    name: &str,
    version: &str,
) -> Result<Response, Problem> {
    app.store.refresh_downloads()?;
    let (registry, version) = app.store.read(|records| {
        let registry = registries::get(records, reference)?;
        let package = packages::find(records, &registry, name)?;
        let version = versions::find(records, &package, version)?;
        Ok::<_, Fault>((registry, version))
    })?;
    let mut details = json!({
        "imageName": name,
        "name": name,
        "version": version.name,
        "packageType": registry.package_type.as_str(),
        "registryPath": reference.to_string(),
        "url": package::url(&call.base, &registry),
        "size": reply::size(version.size),
        "downloadCount": version.downloads,
        "createdAt": version.created_at.to_string(),
        "modifiedAt": version.modified_at.to_string(),
    });
    if registry.package_type == PackageType::NPM
        && let Some(document) = &version.document
    {
        details["metadata"] = serde_json::from_str::<Value>(document).map_err(|error| {
            Problem::internal(format!("the document of {name} {}: {error}", version.name))
        })?;
    }
    Ok(reply::data(details))
}

/// `GET …/version/{version}/files`
pub(super) fn list_files(
    app: &Arc<App>,
    call: &Call,
    reference: &RegistryRef,
    name: &str,
    version: &str,
) -> Result<Response, Problem> {
    let query = &call.query;
    let page = query.page(super::MOST)?;
    let order = query.order(&files::ORDERS)?;
    let (registry, listed) = app.store.read(|records| {
        let registry = registries::get(records, reference)?;
        let version = versions::id(records, &registry, name, version)?;
        let listed = files::list(records, version, query.one("search_term"), &order, page)?;
        Ok::<_, Fault>((registry, listed))
    })?;
    Ok(super::page("files", &listed, page, |file| {
        let digests = &file.digests;
        let url = package::file_url(&call.base, &registry, name, version, &file.path);
        json!({
            "name": file.path,
            "size": reply::size(digests.size),
            "checksums": [
                format!("SHA-512: {}", digests.sha512),
                format!("SHA-256: {}", digests.sha256),
                format!("SHA-1: {}", digests.sha1),
                format!("MD5: {}", digests.md5),
            ],
            "createdAt": file.created_at.to_string(),
            "downloadCommand": format!("curl --location --remote-name --header 'x-api-key: <API_KEY>' '{url}'"),
        })
    }))
}

/// `DELETE …/artifact/{artifact}/+`: with all its versions.
pub(super) fn delete(app: &Arc<App>, reference: &RegistryRef, name: &str) -> Result<Response, Problem> {
    app.store.write(Durability::Synced, |transaction| {
        let registry: Registry = registries::get(transaction, reference)?;
        let package = packages::find(transaction, &registry, name)?;
        packages::delete(transaction, package.id)
    })?;
    app.store.collect()?;
    Ok(reply::success())
}

/// `DELETE …/version/{version}`: the last one takes the artifact with it.
pub(super) fn delete_version(
    app: &Arc<App>,
    reference: &RegistryRef,
    name: &str,
    version: &str,
) -> Result<Response, Problem> {
    app.store.write(Durability::Synced, |transaction| {
        let registry = registries::get(transaction, reference)?;
        let package = packages::find(transaction, &registry, name)?;
        let version = versions::find(transaction, &package, version)?;
        versions::delete(transaction, package.id, version.id)
    })?;
    app.store.collect()?;
    Ok(reply::success())
}
