//! A crate's features, each of which may only turn on what there is: Cargo passes over a version that breaks this.

use std::collections::BTreeMap;

use super::bad;
use super::dependency::Dependency;
use crate::package_file::error::PackageError;

/// Checks what every feature turns on.
///
/// # Errors
/// When that is no feature, and no dependency that can be turned on.
pub(super) fn check(
    features: &BTreeMap<String, Vec<String>>,
    dependencies: &[Dependency],
) -> Result<(), PackageError> {
    let is_dependency = |name: &str| {
        dependencies
            .iter()
            .any(|dependency| dependency.local_name() == name)
    };
    let is_optional = |name: &str| {
        dependencies
            .iter()
            .any(|dependency| dependency.is_optional && dependency.local_name() == name)
    };
    for (feature, values) in features {
        if !is_feature_name(feature) {
            return Err(bad(format!("{feature:?} cannot be the name of a feature")));
        }
        for value in values {
            let is_known = if let Some(name) = value.strip_prefix("dep:") {
                is_optional(name)
            } else if let Some((name, _)) = value.split_once('/') {
                is_dependency(name.strip_suffix('?').unwrap_or(name))
            } else {
                features.contains_key(value) || is_optional(value)
            };
            if !is_known {
                return Err(bad(format!(
                    "the feature {feature} turns on {value:?}, which is neither a feature nor a dependency"
                )));
            }
        }
    }
    Ok(())
}

/// The Cargo book, "Features": letters, digits, `_`, `-`, `+` and `.`, the first no `-`, `+` or `.`. Letters may be
/// of any script, though registries may want ASCII.
fn is_feature_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
}
