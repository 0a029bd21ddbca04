//! Artifacts: list, versions and files of one, delete (v1), copy (v2).

use http::Method;
use serde::{Deserialize, Serialize};

use super::artifact_key::ArtifactKey;
use super::body::{Request, Response};
use super::error::ApiError;
use super::page::{self, Page, Rest};
use super::service::{Service, encode, encode_path};
use crate::checksum::{Algorithm, Checksums};

/// What tells models from data sets of the same name.
const ARTIFACT_TYPE: &str = "artifact_type";

/// An artifact as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    /// Its name in its registry.
    pub name: String,
    /// The version that the row is about.
    #[serde(default)]
    pub version: String,
    /// `NPM`, `MAVEN`, `GENERIC`, …
    #[serde(default)]
    pub package_type: String,
    /// The registry that holds it.
    #[serde(default)]
    pub registry_identifier: String,
    /// How often it was downloaded.
    #[serde(default)]
    pub downloads_count: Option<u64>,
    /// What tells it from others of its name and version, such as an architecture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_key: Option<serde_json::Map<String, serde_json::Value>>,
    /// What else the service says.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A version of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// The version.
    pub name: String,
    /// How large it is, as the service writes it.
    #[serde(default)]
    pub size: Option<String>,
    /// How many files it has.
    #[serde(default)]
    pub file_count: Option<u64>,
    /// How often it was downloaded.
    #[serde(default)]
    pub downloads_count: Option<u64>,
    /// What else the service says.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A file of a version.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct File {
    /// Its name.
    pub name: String,
    /// How large it is, as the service writes it.
    #[serde(default)]
    pub size: String,
    /// Its checksums, each `ALGORITHM: hex`.
    #[serde(default)]
    pub checksums: Vec<String>,
    /// What else the service says.
    #[serde(flatten)]
    pub rest: Rest,
}

impl File {
    /// Its checksums, as far as their algorithms are known here.
    #[must_use]
    pub fn known_checksums(&self) -> Checksums {
        let known = self.checksums.iter().filter_map(|text| {
            let (name, hex) = text.split_once(':')?;
            Some((Algorithm::named(name.trim())?, hex.trim().to_owned()))
        });
        Checksums::from_hex(known)
    }
}

/// Which artifacts to list.
#[derive(Clone, Debug, Default)]
pub struct Query<'a> {
    /// The page's number, from 0.
    pub page: u64,
    /// How many on a page.
    pub size: u64,
    /// Only those in this registry.
    pub registry: Option<&'a str>,
    /// Only those whose name holds this text.
    pub search: Option<&'a str>,
}

/// `GET /spaces/{ref}/+/artifacts`
#[must_use]
pub fn list(service: &Service, query: &Query<'_>) -> Request {
    service
        .v1_space("/artifacts")
        .page(query.page, query.size)
        .query_if("reg_identifier", query.registry)
        .query_if("search_term", query.search)
        .plain(Method::GET)
}

/// The page that [`list`] asked for.
///
/// # Errors
/// What the service said.
pub fn parse_list(response: &Response, page: u64) -> Result<Page<Artifact>, ApiError> {
    page::parse(response, "artifacts", page)
}

/// `GET /registry/{ref}/+/artifact/{artifact}/+/versions`
#[must_use]
pub fn versions(
    service: &Service,
    registry: &str,
    artifact: &str,
    artifact_type: Option<&str>,
    page: u64,
    size: u64,
) -> Request {
    service
        .v1_registry(
            registry,
            &format!("/artifact/{}/+/versions", encode_path(artifact)),
        )
        .page(page, size)
        .query_if(ARTIFACT_TYPE, artifact_type)
        .plain(Method::GET)
}

/// The page that [`versions`] asked for.
///
/// # Errors
/// What the service said.
pub fn parse_versions(response: &Response, page: u64) -> Result<Page<Version>, ApiError> {
    page::parse(response, "artifactVersions", page)
}

/// `GET /registry/{ref}/+/artifact/{artifact}/+/version/{version}/files`
#[must_use]
pub fn files(
    service: &Service,
    registry: &str,
    artifact: &str,
    version: &str,
    artifact_type: Option<&str>,
    page: u64,
    size: u64,
) -> Request {
    let path = format!("{}/files", version_path(artifact, version));
    service
        .v1_registry(registry, &path)
        .page(page, size)
        .query_if(ARTIFACT_TYPE, artifact_type)
        .plain(Method::GET)
}

/// The page that [`files`] asked for.
///
/// # Errors
/// What the service said.
pub fn parse_files(response: &Response, page: u64) -> Result<Page<File>, ApiError> {
    page::parse(response, "files", page)
}

/// `DELETE …/artifact/{artifact}/+`, or of one version `…/version/{version}`
#[must_use]
pub fn delete(
    service: &Service,
    registry: &str,
    artifact: &str,
    version: Option<&str>,
    artifact_type: Option<&str>,
) -> Request {
    let path = match version {
        Some(version) => version_path(artifact, version),
        None => format!("/artifact/{}/+", encode_path(artifact)),
    };
    service
        .v1_registry(registry, &path)
        .query_if(ARTIFACT_TYPE, artifact_type)
        .plain(Method::DELETE)
}

fn version_path(artifact: &str, version: &str) -> String {
    format!(
        "/artifact/{}/+/version/{}",
        encode_path(artifact),
        encode(version)
    )
}

/// `POST /copy`: one version of a package into another registry.
#[must_use]
pub fn copy(
    service: &Service,
    source: &str,
    artifact: &str,
    version: &str,
    target: &str,
    artifact_type: Option<&str>,
    key: Option<&ArtifactKey>,
) -> Request {
    service
        .v2("/copy")
        .query("src_registry_identifier", source)
        .query("target_registry_identifier", target)
        .query("src_artifact", artifact)
        .query("src_version", version)
        .query_if(ARTIFACT_TYPE, artifact_type)
        .filters(key)
        .plain(Method::POST)
}
