//! A version in the index: one line of JSON, made of what the crate's own manifest says.

use std::collections::BTreeMap;

use hc_core::package_file::cargo::{Dependency, Package};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::store::versions::Version;

/// The line. It is kept as a version's document.
#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Entry {
    pub(super) name: String,
    vers: String,
    deps: Vec<Dep>,
    /// The SHA-256 of the crate's file.
    cksum: String,
    features: BTreeMap<String, Vec<String>>,
    /// Those whose values older Cargos do not understand.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    features2: BTreeMap<String, Vec<String>>,
    pub(super) yanked: bool,
    links: Option<String>,
    /// 2 where there are `features2`.
    v: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rust_version: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
struct Dep {
    /// What the crate calls it.
    name: String,
    req: String,
    features: Vec<String>,
    optional: bool,
    default_features: bool,
    target: Option<String>,
    kind: String,
    /// The URL of the index; null is this registry.
    registry: Option<String>,
    /// Its own name, where the crate calls it otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    package: Option<String>,
}

impl Entry {
    /// `registry` tells which registry a dependency comes from: that is for the publisher to say.
    pub(super) fn new(
        package: &Package,
        sha256: &str,
        registry: impl Fn(&Dependency) -> Option<String>,
    ) -> Self {
        let (features2, features): (BTreeMap<_, _>, BTreeMap<_, _>) = package
            .features
            .clone()
            .into_iter()
            .partition(|(_, values)| values.iter().any(|value| is_new(value)));
        Self {
            name: package.name.clone(),
            vers: package.version.clone(),
            deps: package
                .dependencies
                .iter()
                .map(|dependency| Dep {
                    name: dependency.local_name().to_owned(),
                    req: dependency.requirement.clone(),
                    features: dependency.features.clone(),
                    optional: dependency.is_optional,
                    default_features: dependency.has_default_features,
                    target: dependency.target.clone(),
                    kind: dependency.kind.as_str().to_owned(),
                    registry: registry(dependency),
                    package: dependency.alias.as_ref().map(|_| dependency.name.clone()),
                })
                .collect(),
            cksum: sha256.to_owned(),
            v: if features2.is_empty() { 1 } else { 2 },
            features,
            features2,
            yanked: false,
            links: package.links.clone(),
            rust_version: package.rust_version.clone(),
        }
    }

    /// The entry that is kept with a version.
    pub(super) fn of(version: &Version) -> Result<Self, Problem> {
        serde_json::from_str(version.document.as_deref().unwrap_or_default())
            .map_err(|error| Problem::internal(format!("the index entry of {}: {error}", version.name)))
    }

    /// The line, without its end.
    pub(super) fn line(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|error| Problem::internal(error.to_string()))
    }
}

/// Whether a feature's value is of a kind that came with Cargo 1.60.
fn is_new(value: &str) -> bool {
    value.starts_with("dep:") || value.contains("?/")
}
