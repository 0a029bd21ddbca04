//! A version's catalog entry: what is kept in its document, and what registrations and searches say of it.

use hc_core::package_file::nuget::Package;
use serde_json::{Map, Value, json};

use super::Known;
use crate::clock;
use crate::problem::Problem;

/// What is kept of a package, in the form of a catalog entry.
pub(super) fn document(package: &Package) -> Value {
    let mut entry = Map::new();
    for (name, text) in &package.texts {
        entry.insert((*name).to_owned(), json!(text));
    }
    entry.insert("id".to_owned(), json!(package.id));
    entry.insert("version".to_owned(), json!(package.version.written()));
    entry.insert(
        "requireLicenseAcceptance".to_owned(),
        json!(package.requires_license_acceptance),
    );
    if let Some(version) = &package.min_client_version {
        entry.insert("minClientVersion".to_owned(), json!(version));
    }
    let groups = package.dependency_groups.iter().map(|group| {
        let dependencies: Vec<Value> = group
            .dependencies
            .iter()
            .map(|needed| json!({ "@type": "PackageDependency", "id": needed.id, "range": needed.range }))
            .collect();
        let mut written = json!({ "@type": "PackageDependencyGroup" });
        if let Some(framework) = &group.target_framework {
            written["targetFramework"] = json!(framework);
        }
        if !dependencies.is_empty() {
            written["dependencies"] = json!(dependencies);
        }
        written
    });
    entry.insert("dependencyGroups".to_owned(), groups.collect());
    let types = package.package_types.iter().map(|name| json!({ "name": name }));
    entry.insert("packageTypes".to_owned(), types.collect());
    Value::Object(entry)
}

/// What was kept of a version.
pub(super) fn read(known: &Known) -> Result<Map<String, Value>, Problem> {
    let document = known.record.document.as_deref().unwrap_or_default();
    serde_json::from_str(document)
        .map_err(|error| Problem::internal(format!("the entry of version {}: {error}", known.record.name)))
}

/// The places of a version, below the registry's `url`.
pub(super) struct Places {
    /// Its leaf in the registration.
    pub(super) leaf: String,
    pub(super) content: String,
    pub(super) registration: String,
}

impl Places {
    pub(super) fn new(url: &str, id: &str, known: &Known) -> Self {
        let (id, version) = (id.to_ascii_lowercase(), known.version.lower());
        Self {
            leaf: format!("{url}/registration/{id}/{version}.json"),
            content: format!("{url}/package/{id}/{version}/{id}.{version}.nupkg"),
            registration: format!("{url}/registration/{id}/index.json"),
        }
    }
}

/// The entry as a registration has it.
pub(super) fn entry(places: &Places, known: &Known) -> Result<Value, Problem> {
    let mut entry = read(known)?;
    for (name, value) in [
        ("@id", json!(places.leaf)),
        ("@type", json!("PackageDetails")),
        ("listed", json!(true)),
        ("packageContent", json!(places.content)),
        ("published", json!(clock::rfc3339(known.record.created_at))),
    ] {
        entry.insert(name.to_owned(), value);
    }
    Ok(Value::Object(entry))
}
