//! Registries: create, read, change, delete, list.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::package;
use crate::package_type::PackageType;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope::{self, RegistryRef, Scope};
use crate::store::registries::{self, Filter, Reach, Registry, Wanted};
use crate::store::{Durability, Fault};

/// `RegistryRequest`. Its other members ask for what this server does not do, and are refused unless they ask
/// for nothing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    identifier: String,
    package_type: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    labels: Option<Vec<String>>,
    #[serde(default)]
    parent_ref: Option<String>,
    #[serde(default)]
    config: Option<Value>,
    #[serde(default)]
    allowed_pattern: Option<Vec<Value>>,
    #[serde(default)]
    blocked_pattern: Option<Vec<Value>>,
    #[serde(default)]
    cleanup_policy: Option<Vec<Value>>,
    #[serde(default)]
    scanners: Option<Vec<Value>>,
}

impl Input {
    fn check(&self) -> Result<(), Problem> {
        if let Some(config) = &self.config {
            let kind = config["type"].as_str().unwrap_or("VIRTUAL");
            if kind != "VIRTUAL" {
                return Err(Problem::bad(format!(
                    "config.type is {kind:?}: this server has registries of type VIRTUAL only"
                )));
            }
            if config["upstreamProxies"]
                .as_array()
                .is_some_and(|proxies| !proxies.is_empty())
            {
                return Err(Problem::bad(
                    "config.upstreamProxies: this server has no upstream registries",
                ));
            }
        }
        for (name, list) in [
            ("allowedPattern", &self.allowed_pattern),
            ("blockedPattern", &self.blocked_pattern),
            ("cleanupPolicy", &self.cleanup_policy),
            ("scanners", &self.scanners),
        ] {
            if list.as_ref().is_some_and(|list| !list.is_empty()) {
                return Err(Problem::bad(format!("{name}: this server does not support it")));
            }
        }
        Ok(())
    }

    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            description: self.description.as_deref().unwrap_or_default(),
            labels: self.labels.as_deref().unwrap_or_default(),
        }
    }
}

/// `POST /registry`: the scope is the query's `space_ref`, or the body's `parentRef`.
pub(super) fn create(app: &Arc<App>, call: &Call) -> Result<Response, Problem> {
    let input: Input = call.json()?;
    let parent = call
        .query
        .one("space_ref")
        .or(input.parent_ref.as_deref())
        .ok_or_else(|| Problem::bad("the scope is missing: give space_ref in the query, or parentRef"))?;
    let reference = RegistryRef {
        // Some clients end it as paths do.
        scope: Scope::parse(parent.trim_end_matches("/+"))?,
        identifier: scope::identifier("registry", &input.identifier)?.to_owned(),
    };
    app.key.open(&reference.scope.account)?;
    let package_type = PackageType::parse(&input.package_type)?;
    input.check()?;
    let registry = app.store.write(Durability::Synced, |transaction| {
        registries::create(transaction, &reference, package_type, &input.wanted())
    })?;
    let body = json!({ "status": "SUCCESS", "data": details(&registry, call) });
    Ok(reply::json(StatusCode::CREATED, &body))
}

/// `GET /registry/{ref}/+`
pub(super) fn get(app: &Arc<App>, call: &Call, reference: &RegistryRef) -> Result<Response, Problem> {
    let registry = app.store.read(|records| registries::get(records, reference))?;
    Ok(reply::data(details(&registry, call)))
}

/// `PUT /registry/{ref}/+`: the description and the labels; identifier and type stay as they are.
pub(super) fn update(app: &Arc<App>, call: &Call, reference: &RegistryRef) -> Result<Response, Problem> {
    let input: Input = call.json()?;
    input.check()?;
    let package_type = PackageType::parse(&input.package_type)?;
    let registry = app.store.write(Durability::Synced, |transaction| {
        let registry = registries::get(transaction, reference)?;
        if input.identifier != registry.identifier || package_type != registry.package_type {
            return Err(Fault::Refused(format!(
                "a registry keeps its identifier and package type: this one is {} of type {}",
                registry.identifier,
                registry.package_type.as_str()
            )));
        }
        registries::update(transaction, registry.id, &input.wanted())?;
        registries::get(transaction, reference)
    })?;
    Ok(reply::data(details(&registry, call)))
}

/// `DELETE /registry/{ref}/+`: the registry and all that is in it.
pub(super) fn delete(app: &Arc<App>, reference: &RegistryRef) -> Result<Response, Problem> {
    app.store.write(Durability::Synced, |transaction| {
        let registry = registries::get(transaction, reference)?;
        registries::delete(transaction, registry.id)
    })?;
    app.store.collect()?;
    Ok(reply::success())
}

/// `GET /spaces/{ref}/+/registries`
pub(super) fn list(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let query = &call.query;
    let reach = match query.one("scope") {
        None if query.flag("recursive")? => Reach::Descendants,
        None | Some("none") => Reach::Exact,
        Some("ancestors") => Reach::Ancestors,
        Some("descendants") => Reach::Descendants,
        Some(other) => {
            return Err(Problem::bad(format!(
                "scope is {other:?}: expected none, ancestors or descendants"
            )));
        }
    };
    let page = query.page(super::MOST)?;
    let types = types(call)?;
    let filter = Filter {
        scope,
        reach,
        types: &types,
        term: query.one("search_term"),
        order: query.order(&registries::ORDERS)?,
    };
    // Registries here are all virtual.
    let none_of_type = match query.one("type") {
        None | Some("VIRTUAL") => false,
        Some("UPSTREAM") => true,
        Some(other) => {
            return Err(Problem::bad(format!(
                "type is {other:?}: expected VIRTUAL or UPSTREAM"
            )));
        }
    };
    app.store.refresh_downloads()?;
    let listed = app.store.read(|records| {
        let mut listed = registries::list(records, &filter, page)?;
        if none_of_type {
            listed.items.clear();
            listed.total = 0;
        }
        let items = listed
            .items
            .into_iter()
            .map(|registry| Ok((registries::totals(records, registry.id)?, registry)))
            .collect::<Result<Vec<_>, Fault>>()?;
        Ok::<_, Fault>(crate::store::page::Listed {
            items,
            total: listed.total,
        })
    })?;
    Ok(super::page("registries", &listed, page, |(totals, registry)| {
        json!({
            "identifier": registry.identifier,
            "packageType": registry.package_type.as_str(),
            "type": "VIRTUAL",
            "description": registry.description,
            "labels": registry.labels,
            "path": registry.reference().to_string(),
            "url": package::url(&call.base, registry),
            "registrySize": reply::size(totals.size),
            "artifactsCount": totals.packages,
            "downloadsCount": totals.downloads,
            "lastModified": registry.modified_at.to_string(),
        })
    }))
}

/// `GET /spaces/{ref}/+/details`
pub(super) fn storage(app: &Arc<App>, scope: &Scope) -> Result<Response, Problem> {
    let bytes = app.store.read(|records| registries::stored(records, scope))?;
    Ok(reply::data(json!({ "totalSize": reply::size(bytes) })))
}

/// The package types that a list is limited to.
pub(super) fn types(call: &Call) -> Result<Vec<String>, Problem> {
    call.query
        .all("package_type")
        .iter()
        .map(|text| PackageType::parse(text).map(|known| known.as_str().to_owned()))
        .collect()
}

/// `Registry`
fn details(registry: &Registry, call: &Call) -> Value {
    json!({
        "uuid": registry.uuid,
        "identifier": registry.identifier,
        "packageType": registry.package_type.as_str(),
        "description": registry.description,
        "labels": registry.labels,
        "url": package::url(&call.base, registry),
        "config": { "type": "VIRTUAL", "upstreamProxies": [] },
        "allowedPattern": [],
        "blockedPattern": [],
        "cleanupPolicy": [],
        "createdAt": registry.created_at.to_string(),
        "modifiedAt": registry.modified_at.to_string(),
    })
}
