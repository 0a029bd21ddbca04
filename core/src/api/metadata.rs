//! Key-value pairs on registries, packages and versions (v2).

use http::Method;
use serde::{Deserialize, Serialize};

use super::artifact_key::ArtifactKey;
use super::body::{Request, Response};
use super::error::{self, ApiError};
use super::page::Rest;
use super::service::Service;
use crate::metadata::Pair;

/// What the pairs belong to.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The registry.
    pub registry: &'a str,
    /// A package in it; `None` for the registry itself.
    pub package: Option<&'a str>,
    /// A version of the package; `None` for the package itself.
    pub version: Option<&'a str>,
    /// Which of several of that name and version.
    pub key: Option<&'a ArtifactKey>,
}

/// A pair as the service keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// What else the service says: `id`, `type`.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `GET /metadata`
#[must_use]
pub fn get(service: &Service, subject: &Subject<'_>) -> Request {
    service
        .v2("/metadata")
        .query("registry_identifier", subject.registry)
        .query_if("package", subject.package)
        .query_if("version", subject.version)
        .filters(subject.key)
        .plain(Method::GET)
}

/// The pairs that [`get`] asked for, or that [`set`] left.
///
/// # Errors
/// What the service said.
pub fn parse(response: &Response) -> Result<Vec<Entry>, ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        // Null stands for none; another call's answer has no such field.
        #[serde(deserialize_with = "Option::deserialize")]
        metadata: Option<Vec<Entry>>,
    }
    let data = error::parse::<Envelope>(response)?.data;
    Ok(data.metadata.unwrap_or_default())
}

/// `POST /metadata`: adds the pairs; a key that is there already gets the new value.
#[must_use]
pub fn set(service: &Service, subject: &Subject<'_>, pairs: &[Pair]) -> Request {
    service
        .v2("/metadata")
        .json(Method::POST, &Body::new(subject, pairs))
}

/// `DELETE /metadata`: removes the pairs.
#[must_use]
pub fn delete(service: &Service, subject: &Subject<'_>, pairs: &[Pair]) -> Request {
    service
        .v2("/metadata")
        .json(Method::DELETE, &Body::new(subject, pairs))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    registry_identifier: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_key_filters: Option<&'a ArtifactKey>,
    metadata: &'a [Pair],
}

impl<'a> Body<'a> {
    fn new(subject: &Subject<'a>, metadata: &'a [Pair]) -> Self {
        Self {
            registry_identifier: subject.registry,
            package: subject.package,
            version: subject.version,
            artifact_key_filters: subject.key,
            metadata,
        }
    }
}
