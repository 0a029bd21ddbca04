//! All that a firewall says of one package version.

use hc_core::advice::Step;
use hc_core::coverage::{DataCoverage, PolicyInForce};
use hc_core::firewall::{Status, Violation};
use hc_core::package::Ecosystem;
use serde::Serialize;

/// All that is known, as other programs read it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    pub(crate) package_name: String,
    pub(crate) version: String,
    /// The registry's scan; null from the embedded firewall.
    pub(crate) scan_id: Option<String>,
    pub(crate) scan_status: Status,
    pub(crate) ecosystem: Ecosystem,
    pub(crate) purl: String,
    /// The registry, or `embedded`.
    pub(crate) evaluated_by: String,
    /// The policy that judged.
    pub(crate) policy: PolicyInForce,
    /// The data that the verdict rests on.
    pub(crate) data: DataCoverage,
    /// When the registry last evaluated it, in UTC.
    pub(crate) last_evaluated: Option<String>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) fix_version: Option<String>,
    /// What to do about it.
    pub(crate) advice: Vec<Step>,
    /// Why there is no verdict, or no reason.
    pub(crate) note: Option<String>,
    /// The embedded firewall's advisories about the package; null from a registry.
    pub(crate) advisories: Option<Vec<LookedAt>>,
}

/// An advisory about the package, and whether it applies to the version.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LookedAt {
    pub(crate) advisory: String,
    pub(crate) summary: String,
    pub(crate) applies: Applies,
    pub(crate) why: String,
}

/// Whether an advisory applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Applies {
    Yes,
    No,
    Unknown,
}
