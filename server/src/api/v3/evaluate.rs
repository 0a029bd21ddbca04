//! Bulk evaluation: accepted at once, done in the background, asked about until it is done.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope::Scope;
use crate::store::registries::{self, Registry};
use crate::store::scans::{self, NewScan, State};
use crate::store::{Durability, Fault};

/// The most package versions of one evaluation.
const MOST: usize = 50;

/// `BulkScanEvaluationRequest`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    registry_id: String,
    artifacts: Vec<Artifact>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    package_name: String,
    version: String,
}

/// `POST /scans/bulk-evaluate`: 202 with the id to ask about.
pub(super) fn begin(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let input: Input = call.json()?;
    let count = input.artifacts.len();
    if !(1..=MOST).contains(&count) {
        return Err(Problem::bad(format!(
            "artifacts has {count} items: expected 1 to {MOST}"
        )));
    }
    let nameless = |artifact: &Artifact| artifact.package_name.is_empty() || artifact.version.is_empty();
    if let Some(index) = input.artifacts.iter().position(nameless) {
        return Err(Problem::bad(format!(
            "artifacts[{index}] has no name or no version"
        )));
    }
    let (registry, id) = app.store.write(Durability::Relaxed, |transaction| {
        let registry = registries::by_uuid(transaction, &scope.account, &input.registry_id)?
            .filter(|registry| scope.org.is_empty() || registry.scope == *scope)
            .ok_or_else(|| Fault::Missing(format!("a registry of the id {:?}", input.registry_id)))?;
        let id = scans::begin(transaction, registry.id)?;
        Ok::<_, Fault>((registry, id))
    })?;
    let body = json!({ "data": { "evaluationId": id } });
    let app = Arc::clone(app);
    app.clone()
        .tasks
        .spawn_blocking(move || run(&app, &registry, &id, &input.artifacts));
    Ok(reply::json(StatusCode::ACCEPTED, &body))
}

/// Evaluates, and writes down what was found, or why it was not.
fn run(app: &App, registry: &Registry, id: &str, artifacts: &[Artifact]) {
    let advance = |state, error: Option<&str>| {
        app.store.write(Durability::Relaxed, |transaction| {
            scans::advance(transaction, id, state, error)
        })
    };
    let evaluated = advance(State::Processing, None).and_then(|()| {
        let scans: Vec<NewScan<'_>> = artifacts
            .iter()
            .map(|artifact| {
                let (package, version) = (artifact.package_name.as_str(), artifact.version.as_str());
                let verdict = app.judge.verdict(registry.package_type, package, version);
                NewScan {
                    package,
                    version,
                    status: verdict.status.as_str(),
                    details: app.judge.details(&verdict, version).to_string(),
                }
            })
            .collect();
        app.store.write(Durability::Relaxed, |transaction| {
            scans::finish(transaction, id, registry.id, &scans)
        })
    });
    if let Err(fault) = evaluated {
        app.log.fault(&format!("evaluation {id}: {fault}"));
        // Without this it would be PROCESSING for ever, until the next start.
        if let Err(fault) = advance(State::Failure, Some("a fault in the server; its log says more")) {
            app.log.fault(&format!("evaluation {id}: {fault}"));
        }
    }
}

/// `GET /scans/bulk-evaluate/{id}`
pub(super) fn status(app: &Arc<App>, scope: &Scope, id: &str) -> Result<Response, Problem> {
    let evaluation = app
        .store
        .read(|records| scans::evaluation(records, &scope.account, id))?
        .ok_or_else(|| Problem::missing(format!("there is no evaluation of the id {id:?}")))?;
    let scans: Vec<Value> = evaluation
        .results
        .iter()
        .map(|outcome| {
            json!({
                "packageName": outcome.package, "version": outcome.version, "scanId": outcome.scan,
                "scanStatus": outcome.status,
            })
        })
        .collect();
    let mut data = json!({
        "evaluationId": id, "status": evaluation.state, "scans": scans, "advisorySources": app.judge.sources(),
    });
    if let Some(error) = evaluation.error {
        data["error"] = json!(error);
    }
    Ok(reply::json(StatusCode::OK, &json!({ "data": data })))
}
