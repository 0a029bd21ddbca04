//! Key-value pairs on a registry, a package or a version.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{refuse_filters, registry_in};
use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope::Scope;
use crate::store::metadata::{self, Entity, Pair};
use crate::store::{Durability, packages, versions};

/// The longest key and value, in characters.
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// `MetadataInput`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    registry_identifier: String,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    artifact_key_filters: BTreeMap<String, String>,
    metadata: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    key: String,
    value: String,
}

impl Input {
    fn read(call: &Call) -> Result<Self, Problem> {
        let input: Self = call.json()?;
        refuse_filters(!input.artifact_key_filters.is_empty())?;
        let count = input.metadata.len();
        if !(1..=metadata::MOST).contains(&count) {
            return Err(Problem::bad(format!(
                "metadata has {count} pairs: expected 1 to {}",
                metadata::MOST
            )));
        }
        for (index, Item { key, value }) in input.metadata.iter().enumerate() {
            for (what, text, most) in [("key", key, MAX_KEY), ("value", value, MAX_VALUE)] {
                let length = text.chars().count();
                if !(1..=most).contains(&length) {
                    return Err(Problem::bad(format!(
                        "metadata[{index}].{what} has {length} characters: expected 1 to {most}"
                    )));
                }
            }
        }
        Ok(input)
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata
            .iter()
            .map(|item| (item.key.as_str(), item.value.as_str()))
    }

    fn entity(&self, records: &Connection, scope: &Scope) -> Result<Entity, Problem> {
        entity(
            records,
            scope,
            &self.registry_identifier,
            self.package.as_deref(),
            self.version.as_deref(),
        )
    }
}

/// `GET /metadata`
pub(super) fn get(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let query = &call.query;
    let registry = query.required("registry_identifier")?;
    refuse_filters(query.one("filters").is_some())?;
    let pairs = app.store.read(|records| {
        let entity = entity(
            records,
            scope,
            registry,
            query.one("package"),
            query.one("version"),
        )?;
        Ok::<_, Problem>(metadata::get(records, entity)?)
    })?;
    Ok(output(&pairs))
}

/// `POST /metadata`: adds pairs, or gives their keys new values; answers with all of the entity's.
pub(super) fn set(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let input = Input::read(call)?;
    let pairs = app.store.write(Durability::Synced, |transaction| {
        let entity = input.entity(transaction, scope)?;
        metadata::set(transaction, entity, input.pairs())?;
        Ok::<_, Problem>(metadata::get(transaction, entity)?)
    })?;
    Ok(output(&pairs))
}

/// `DELETE /metadata`: removes pairs, each of which must be there as it is named.
pub(super) fn delete(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let input = Input::read(call)?;
    app.store.write(Durability::Synced, |transaction| {
        let entity = input.entity(transaction, scope)?;
        Ok::<_, Problem>(metadata::delete(transaction, entity, input.pairs())?)
    })?;
    Ok(reply::success())
}

fn entity(
    records: &Connection,
    scope: &Scope,
    registry: &str,
    package: Option<&str>,
    version: Option<&str>,
) -> Result<Entity, Problem> {
    let registry = registry_in(records, scope, registry)?;
    let package = package.filter(|name| !name.is_empty());
    let version = version.filter(|name| !name.is_empty());
    let (package, version) = match (package, version) {
        (None, None) => (None, None),
        (None, Some(_)) => return Err(Problem::bad("a version needs its package")),
        (Some(package), version) => {
            let package = packages::find(records, &registry, package)?;
            let version = version
                .map(|version| versions::find(records, &package, version))
                .transpose()?;
            (Some(package.id), version.map(|version| version.id))
        }
    };
    Ok(Entity {
        registry: registry.id,
        package,
        version,
    })
}

fn output(pairs: &[Pair]) -> Response {
    let items: Vec<Value> = pairs
        .iter()
        .map(|Pair { uuid, key, value }| json!({ "id": uuid, "key": key, "value": value, "type": "MANUAL" }))
        .collect();
    reply::data(json!({ "metadata": items }))
}
