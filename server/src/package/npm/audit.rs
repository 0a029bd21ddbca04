//! `npm audit`, and what pnpm, Yarn, Bun and Deno ask in the same way: which advisories are about these versions.
//!
//! The answer is made of the advisories that the server has, whatever the policy blocks. Where none of them is about
//! npm there is none: "no vulnerabilities" would be untrue.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use axum::http::{StatusCode, header};
use axum::response::Response;
use flate2::read::GzDecoder;
use hc_core::firewall::{Advisory, Outcome, Severity};
use hc_core::package::Ecosystem;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::Call;
use super::name::Audit;
use crate::app::App;
use crate::problem::Problem;
use crate::reply;

/// The largest question as it is sent, in bytes.
pub(super) const MAX_BODY: usize = 4 << 20;

/// The largest question, in bytes: some clients compress it.
const MAX_QUESTION: u64 = 16 << 20;

/// The versions of each package, by its name.
type Versions = BTreeMap<String, BTreeSet<String>>;

/// A package of a tree, as npm 6 and Yarn 1 send it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    version: Option<String>,
    dependencies: BTreeMap<String, Node>,
}

/// What an advisory says of the versions that were asked about.
struct Found<'a> {
    advisory: &'a Advisory,
    severity: Option<&'a Severity>,
    versions: BTreeSet<String>,
}

/// `POST /-/npm/v1/security/advisories/bulk`, `POST /-/npm/v1/security/audits` and `…/quick`
pub(super) fn answer(app: &App, call: &Call, form: Audit) -> Result<Response, Problem> {
    if !app.judge.firewall().advisories().covers(Ecosystem::Npm) {
        return Err(Problem::missing(
            "none of the advisories that this server has is about npm, so it cannot tell what is vulnerable",
        ));
    }
    let question = question(call)?;
    let body = match form {
        Audit::Bulk => {
            let asked = serde_json::from_slice(&question).map_err(|error| Problem::json(&error))?;
            bulk(app, &asked)
        }
        Audit::Quick => {
            let tree: Node = serde_json::from_slice(&question).map_err(|error| Problem::json(&error))?;
            quick(app, &tree)
        }
    };
    Ok(reply::json(StatusCode::OK, &body))
}

fn question(call: &Call) -> Result<Vec<u8>, Problem> {
    let encoding = call.packages.headers.get(header::CONTENT_ENCODING);
    let is_packed = match encoding.map(|encoding| encoding.as_bytes().to_ascii_lowercase()) {
        None => false,
        Some(encoding) if encoding == b"gzip" || encoding == b"x-gzip" => true,
        Some(encoding) if encoding == b"identity" => false,
        Some(_) => {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the body may be compressed with gzip, and with nothing else",
            ));
        }
    };
    if !is_packed {
        return Ok(call.body.to_vec());
    }
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(call.body.as_ref())
        .take(MAX_QUESTION + 1)
        .read_to_end(&mut unpacked);
    read.map_err(|error| Problem::bad(format!("the body is no gzip: {error}")))?;
    if unpacked.len() as u64 > MAX_QUESTION {
        return Err(Problem::too_large(MAX_QUESTION));
    }
    Ok(unpacked)
}

/// The advisories about a package, each with those of `versions` that it may be about. A version that cannot be
/// compared with an advisory's ranges counts.
fn about<'a>(app: &'a App, name: &str, versions: &BTreeSet<String>) -> Vec<Found<'a>> {
    let mut found: Vec<Found<'a>> = Vec::new();
    for version in versions {
        for examined in app.judge.firewall().examine(Ecosystem::Npm, name, version) {
            let severity = match examined.outcome {
                Outcome::Affected(finding) => finding.severity,
                Outcome::Undecided => None,
                Outcome::Withdrawn | Outcome::NotAffected => continue,
            };
            match found
                .iter_mut()
                .find(|found| found.advisory.id == examined.advisory.id)
            {
                Some(found) => {
                    found.versions.insert(version.clone());
                }
                None => found.push(Found {
                    advisory: examined.advisory,
                    severity,
                    versions: BTreeSet::from([version.clone()]),
                }),
            }
        }
    }
    found
}

impl Found<'_> {
    /// npm knows advisories by numbers.
    fn number(&self) -> u64 {
        let hash = Sha256::digest(self.advisory.id.as_bytes());
        hash.iter()
            .take(6)
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// An advisory without a score may be of any weight, and is told as a heavy one.
    fn severity(&self) -> &'static str {
        if self.advisory.is_malware {
            return "critical";
        }
        match self.severity.map(|severity| severity.score.value()) {
            Some(score) if score >= 9.0 => "critical",
            Some(score) if score >= 7.0 => "high",
            Some(score) if score >= 4.0 => "moderate",
            Some(_) => "low",
            None => "high",
        }
    }

    fn title(&self) -> &str {
        let summary = &*self.advisory.summary;
        if summary.is_empty() {
            &self.advisory.id
        } else {
            summary
        }
    }

    /// Those that were asked about, which is all that the client needs.
    fn vulnerable_versions(&self) -> String {
        let versions: Vec<&str> = self.versions.iter().map(String::as_str).collect();
        versions.join(" || ")
    }

    fn cvss(&self) -> Value {
        match self.severity {
            Some(severity) => json!({ "score": severity.score.value(), "vectorString": severity.vector }),
            None => json!({ "score": 0, "vectorString": null }),
        }
    }
}

/// The page of an advisory, where the people who wrote it have one.
fn url(advisory: &Advisory) -> String {
    match &*advisory.id {
        id if id.starts_with("GHSA-") => format!("https://github.com/advisories/{id}"),
        id => format!("https://osv.dev/vulnerability/{id}"),
    }
}

fn bulk(app: &App, asked: &Versions) -> Value {
    let mut answer = Map::new();
    for (name, versions) in asked {
        let found: Vec<Value> = about(app, name, versions)
            .iter()
            .map(|found| {
                json!({
                    "id": found.number(), "url": url(found.advisory), "title": found.title(),
                    "severity": found.severity(), "vulnerable_versions": found.vulnerable_versions(),
                    "cwe": [], "cvss": found.cvss(),
                })
            })
            .collect();
        if !found.is_empty() {
            answer.insert(name.clone(), Value::Array(found));
        }
    }
    Value::Object(answer)
}

/// Where the versions of each package stand in the tree, as `a>b>c`.
fn places(node: &Node, path: &mut Vec<String>, found: &mut BTreeMap<String, BTreeMap<String, Vec<String>>>) {
    for (name, dependency) in &node.dependencies {
        path.push(name.clone());
        if let Some(version) = &dependency.version {
            let versions = found.entry(name.clone()).or_default();
            versions.entry(version.clone()).or_default().push(path.join(">"));
        }
        places(dependency, path, found);
        path.pop();
    }
}

fn quick(app: &App, tree: &Node) -> Value {
    let mut found = BTreeMap::new();
    places(tree, &mut Vec::new(), &mut found);
    let total: usize = found.values().flat_map(BTreeMap::values).map(Vec::len).sum();
    let mut advisories = Map::new();
    let mut counts = BTreeMap::from(["info", "low", "moderate", "high", "critical"].map(|level| (level, 0)));
    for (name, places) in &found {
        let versions = places.keys().cloned().collect();
        for found in about(app, name, &versions) {
            let findings: Vec<Value> = found
                .versions
                .iter()
                .map(|version| json!({ "version": version, "paths": places.get(version) }))
                .collect();
            let paths: usize = found
                .versions
                .iter()
                .filter_map(|version| places.get(version))
                .map(Vec::len)
                .sum();
            *counts.entry(found.severity()).or_default() += paths;
            // One advisory may be about several packages.
            let key = format!("{}:{name}", found.number());
            advisories.insert(key, json!({
                "id": found.number(), "module_name": name, "title": found.title(), "overview": found.title(),
                "severity": found.severity(), "url": url(found.advisory), "findings": findings,
                "vulnerable_versions": found.vulnerable_versions(), "patched_versions": "",
                "recommendation": "", "cves": found.advisory.cve().into_iter().collect::<Vec<_>>(), "cwe": [],
                "cvss": found.cvss(), "access": "public",
            }));
        }
    }
    json!({
        "actions": [], "advisories": advisories, "muted": [],
        "metadata": {
            "vulnerabilities": counts, "dependencies": total, "devDependencies": 0, "optionalDependencies": 0,
            "totalDependencies": total,
        },
    })
}
