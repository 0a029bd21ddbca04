//! Registries (v1): list, get, create, delete.

use http::Method;
use serde::{Deserialize, Serialize};

use super::body::{Request, Response};
use super::error::{self, ApiError};
use super::page::{self, Page, Rest};
use super::service::Service;

/// A registry as lists show it. Everything else that the service says of it is in `rest`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    /// Its name in its scope.
    pub identifier: String,
    /// `NPM`, `MAVEN`, `GENERIC`, …
    pub package_type: String,
    /// `VIRTUAL` or `UPSTREAM`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Where its packages are.
    #[serde(default)]
    pub url: String,
    /// How much it holds, as the service writes it.
    #[serde(rename = "registrySize", default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// What else the service says.
    #[serde(flatten)]
    pub rest: Rest,
}

/// Which registries to list.
#[derive(Clone, Debug, Default)]
pub struct Query<'a> {
    /// The page's number, from 0.
    pub page: u64,
    /// How many on a page.
    pub size: u64,
    /// Only this package type.
    pub package_type: Option<&'a str>,
    /// Only those whose name holds this text.
    pub search: Option<&'a str>,
}

/// `GET /spaces/{ref}/+/registries`
#[must_use]
pub fn list(service: &Service, query: &Query<'_>) -> Request {
    service
        .v1_space("/registries")
        .page(query.page, query.size)
        .query_if("package_type", query.package_type)
        .query_if("search_term", query.search)
        .plain(Method::GET)
}

/// The page that [`list`] asked for.
///
/// # Errors
/// What the service said.
pub fn parse_list(response: &Response, page: u64) -> Result<Page<Registry>, ApiError> {
    page::parse(response, "registries", page)
}

/// What an audit needs to know of a registry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// Its name in its scope.
    pub identifier: String,
    /// The id by which scans know it.
    #[serde(default)]
    pub uuid: Option<String>,
    /// `NPM`, `MAVEN`, `PYTHON`, …
    pub package_type: String,
}

/// `GET /registry/{ref}/+`
#[must_use]
pub fn get(service: &Service, registry: &str) -> Request {
    service.v1_registry(registry, "").plain(Method::GET)
}

/// What [`get`] asked for.
///
/// # Errors
/// What the service said, or that it is another registry.
pub fn parse_get(response: &Response, registry: &str) -> Result<Details, ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Details,
    }
    let details = error::parse::<Envelope>(response)?.data;
    is_about(&details.identifier, registry, response)?;
    Ok(details)
}

/// Refuses an answer about another registry than the one that was named.
fn is_about(answered: &str, asked: &str, response: &Response) -> Result<(), ApiError> {
    if answered == asked {
        return Ok(());
    }
    let problem = format!("it is about the registry {answered}, not {asked}");
    Err(ApiError::unfit(problem, response))
}

/// `POST /registry`: a new registry of one's own (`VIRTUAL`) in the service's scope.
#[must_use]
pub fn create(service: &Service, identifier: &str, package_type: &str, description: Option<&str>) -> Request {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        identifier: &'a str,
        package_type: &'a str,
        parent_ref: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        config: Config,
    }
    #[derive(Serialize)]
    struct Config {
        #[serde(rename = "type")]
        kind: &'static str,
    }
    let parent_ref = service.parent_ref();
    service.v1("/registry").query("space_ref", &parent_ref).json(
        Method::POST,
        &Body {
            identifier,
            package_type,
            parent_ref: parent_ref.clone(),
            description,
            config: Config { kind: "VIRTUAL" },
        },
    )
}

/// The registry that [`create`] made.
///
/// # Errors
/// What the service said.
pub fn parse_create(response: &Response, registry: &str) -> Result<Registry, ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Registry,
    }
    let created = error::parse::<Envelope>(response)?.data;
    is_about(&created.identifier, registry, response)?;
    Ok(created)
}

/// `DELETE /registry/{ref}/+`
#[must_use]
pub fn delete(service: &Service, registry: &str) -> Request {
    service.v1_registry(registry, "").plain(Method::DELETE)
}
