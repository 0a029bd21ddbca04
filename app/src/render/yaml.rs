//! Results as YAML.

use serde::Serialize;

use crate::error::Error;

/// `value` as one YAML document.
pub(crate) fn document<T: Serialize>(value: &T) -> Result<String, Error> {
    yaml_serde::to_string(value).map_err(|error| Error::Serialize {
        format: "YAML",
        message: error.to_string(),
    })
}
