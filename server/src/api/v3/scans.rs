//! The scans that evaluations made.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::app::App;
use crate::package_type::PackageType;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope::Scope;
use crate::store::scans::{self, Filter};

/// The longest page, in items.
const MOST: i64 = 100;

/// `GET /scans`: the scans that found violations.
pub(super) fn list(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let query = &call.query;
    let page = query.page(MOST)?;
    let (registries, statuses) = (query.all("registry_id"), query.all("scan_status"));
    let types = query
        .all("package_type")
        .iter()
        .map(|text| PackageType::parse(text).map(|known| known.as_str().to_owned()))
        .collect::<Result<Vec<_>, _>>()?;
    let filter = Filter {
        scope,
        registries: &registries,
        types: &types,
        statuses: &statuses,
        scan: query.one("scan_id"),
        term: query.one("search_term"),
        order: query.order(&scans::ORDERS)?,
    };
    let (mut listed, mut blocked) = app.store.read(|records| scans::list(records, &filter, page))?;
    let policy_set = app.judge.policy_set();
    if query
        .one("policy_set_ref")
        .is_some_and(|wanted| wanted != policy_set)
    {
        listed.items.clear();
        (listed.total, blocked) = (0, 0);
    }
    let items: Vec<Value> = listed
        .items
        .iter()
        .map(|scan| {
            json!({
                "id": scan.uuid,
                "packageType": scan.package_type,
                "packageName": scan.package,
                "version": scan.version,
                "registryName": scan.registry,
                "registryId": scan.registry_uuid,
                "policySets": [{ "policySetRef": policy_set, "policySetName": policy_set }],
                "scanStatus": scan.status,
                "lastEvaluatedAt": scan.evaluated_at.to_string(),
            })
        })
        .collect();
    let body = json!({
        "data": items,
        "pageIndex": page.index,
        "pageSize": page.size,
        "pageCount": listed.total / page.size + i64::from(listed.total % page.size != 0),
        "itemCount": listed.total,
        "meta": {
            "blockedCount": blocked, "warnCount": listed.total - blocked, "totalCount": listed.total,
        },
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `GET /scans/{id}/details`: of any scan, with or without violations.
pub(super) fn details(app: &Arc<App>, call: &Call, scope: &Scope, id: &str) -> Result<Response, Problem> {
    let scan = app
        .store
        .read(|records| scans::get(records, &scope.account, id))?
        .ok_or_else(|| Problem::missing(format!("there is no scan of the id {id:?}")))?;
    let mut data: Value = serde_json::from_str(&scan.details)
        .map_err(|error| Problem::internal(format!("the details of scan {id}: {error}")))?;
    if let Some(wanted) = call.query.one("policy_set_ref")
        && let Some(sets) = data["policySetFailureDetails"].as_array_mut()
    {
        sets.retain(|set| set["policySetRef"] == wanted);
    }
    for (name, value) in [
        ("id", &scan.uuid),
        ("packageType", &scan.package_type),
        ("packageName", &scan.package),
        ("version", &scan.version),
        ("registryName", &scan.registry),
        ("registryId", &scan.registry_uuid),
        ("scanStatus", &scan.status),
        ("lastEvaluatedAt", &scan.evaluated_at.to_string()),
        ("createdAt", &scan.created_at.to_string()),
    ] {
        data[name] = json!(value);
    }
    Ok(reply::json(StatusCode::OK, &json!({ "data": data })))
}
