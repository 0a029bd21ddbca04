//! The firewall's scans (v3): bulk evaluation and the details of one scan.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::body::{Request, Response};
use super::error::{self, ApiError};
use super::service::{Service, encode};
use crate::firewall::DataSource;

/// Most packages in one bulk evaluation.
pub const MOST_PACKAGES: usize = 50;

/// A package version to evaluate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// Its name.
    pub package_name: String,
    /// Its version.
    pub version: String,
}

/// `POST /scans/bulk-evaluate`, for at most [`MOST_PACKAGES`].
#[must_use]
pub fn start(service: &Service, registry_id: &str, packages: &[Package]) -> Request {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        registry_id: &'a str,
        artifacts: &'a [Package],
    }
    service.v3("/scans/bulk-evaluate").json(
        Method::POST,
        &Body {
            registry_id,
            artifacts: packages,
        },
    )
}

/// The id by which to ask how the evaluation goes.
///
/// # Errors
/// What the service said, or that it gave no id.
pub fn parse_start(response: &Response) -> Result<String, ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Option<Data>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Data {
        evaluation_id: Option<String>,
    }
    let id = error::parse::<Envelope>(response)?
        .data
        .and_then(|data| data.evaluation_id)
        .filter(|id| !id.is_empty());
    id.ok_or_else(|| ApiError::unfit("it has no evaluationId", response))
}

/// `GET /scans/bulk-evaluate/{id}`
#[must_use]
pub fn poll(service: &Service, evaluation_id: &str) -> Request {
    let path = format!("/scans/bulk-evaluate/{}", encode(evaluation_id));
    service.v3(&path).plain(Method::GET)
}

/// How an evaluation goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// It is not done yet.
    Pending,
    /// It is done.
    Done(Evaluated),
    /// It has failed, for this reason.
    Failed(String),
}

/// What an evaluation gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluated {
    /// The rows.
    pub scans: Vec<Scan>,
    /// The sources of advisories that the service judges by, for each ecosystem by its name. `hc serve` tells
    /// them; `None` where a service does not.
    pub sources: Option<BTreeMap<String, Vec<DataSource>>>,
}

/// What the service returned of one package version. Nothing is taken for granted: every field may be
/// missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scan {
    /// The package's name.
    pub package_name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The scan's id.
    pub scan_id: Option<String>,
    /// The status's word.
    pub scan_status: Option<String>,
}

/// How it goes, as [`poll`] asked about `evaluation_id`. A status that is not known is a failure, and so is a success
/// that tells of an error.
///
/// # Errors
/// What the service said, or that it is another evaluation.
pub fn parse_poll(response: &Response, evaluation_id: &str) -> Result<Evaluation, ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Data,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Data {
        evaluation_id: Option<String>,
        status: String,
        scans: Option<Vec<Scan>>,
        advisory_sources: Option<Value>,
        error: Option<String>,
    }
    let data = error::parse::<Envelope>(response)?.data;
    if let Some(other) = data.evaluation_id.filter(|id| id != evaluation_id) {
        let problem = format!("it is about the evaluation {other}, not {evaluation_id}");
        return Err(ApiError::unfit(problem, response));
    }
    let error = data.error.filter(|error| !error.is_empty());
    Ok(match (data.status.as_str(), error) {
        ("PENDING" | "PROCESSING", None) => Evaluation::Pending,
        ("SUCCESS", None) => Evaluation::Done(Evaluated {
            scans: data.scans.unwrap_or_default(),
            // What another service means by the name is no reason to lose its verdicts.
            sources: data
                .advisory_sources
                .and_then(|sources| serde_json::from_value(sources).ok()),
        }),
        ("PENDING" | "PROCESSING" | "SUCCESS" | "FAILURE", Some(error)) => Evaluation::Failed(error),
        ("FAILURE", None) => Evaluation::Failed("the registry gave no reason".to_owned()),
        (other, _) => Evaluation::Failed(format!("the evaluation has a status that is not known: {other}")),
    })
}

/// `GET /scans/{id}/details`
#[must_use]
pub fn details(service: &Service, scan_id: &str) -> Request {
    let path = format!("/scans/{}/details", encode(scan_id));
    service.v3(&path).plain(Method::GET)
}

/// Why a scan has its status.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// What was violated, a policy set at a time.
    #[serde(rename = "policySetFailureDetails")]
    pub policy_sets: Option<Vec<PolicySet>>,
    /// The same without the sets, as the service's schema still has it too.
    #[serde(rename = "policyFailureDetails")]
    pub policies: Option<Vec<Policy>>,
    /// The scan's status.
    pub scan_status: Option<String>,
    /// A version without the violations.
    #[serde(rename = "fixVersionDetails")]
    pub fix: Option<Fix>,
    /// Milliseconds since the epoch, as text.
    pub last_evaluated_at: Option<String>,
}

/// The violated policies of a policy set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicySet {
    /// By which other things refer to it.
    pub policy_set_ref: Option<String>,
    /// Its name.
    pub policy_set_name: Option<String>,
    /// What was violated.
    #[serde(rename = "policyFailureDetails")]
    pub policies: Option<Vec<Policy>>,
}

/// One violated policy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Its name.
    #[serde(default)]
    pub policy_name: Option<String>,
    /// `Security`, `License`, `PackageAge`, or one that is not known here.
    #[serde(default)]
    pub category: String,
    /// What the category carries.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

/// The version that mends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Fix {
    /// Whether there is one.
    pub fix_version_available: bool,
    /// Which.
    pub fix_version: Option<String>,
}

/// The details that [`details`] asked for. A scan without any (404) violates nothing that is told.
///
/// # Errors
/// What the service said.
pub fn parse_details(response: &Response) -> Result<Option<Details>, ApiError> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Details,
    }
    if response.status() == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let details = error::parse::<Envelope>(response)?.data;
    if details == Details::default() {
        return Err(ApiError::unfit("it holds no details of a scan", response));
    }
    Ok(Some(details))
}
