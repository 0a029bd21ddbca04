//! What is kept of a version.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::store::versions::Version;

/// A version's document.
#[derive(Deserialize, Serialize)]
pub(super) struct Release {
    /// What its pubspec.yaml says.
    pub(super) pubspec: Map<String, Value>,
    /// Whether nobody new is to depend on it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) retracted: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Release {
    pub(super) fn of(version: &Version) -> Result<Self, Problem> {
        serde_json::from_str(version.document.as_deref().unwrap_or_default())
            .map_err(|error| Problem::internal(format!("a Dart release, {}: {error}", version.name)))
    }

    /// As it is kept.
    pub(super) fn document(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|error| Problem::internal(error.to_string()))
    }
}
