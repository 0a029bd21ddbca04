//! `PUT /go/upload`: a version of a module as its `go.mod`, its info and its zip.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::go::{self, GoMod, MAX_GO_MOD, Module, Version};
use serde::Deserialize;

use super::file_name;
use crate::app::App;
use crate::clock;
use crate::multipart::{FilePart, Form};
use crate::package::Packages;
use crate::problem::Problem;
use crate::store::registries::{self, Registry};
use crate::store::{Fault, files, packages, versions};

/// The largest info, in bytes.
const MAX_INFO: u64 = 64 << 10;

/// What is read of an info.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    version: String,
    time: String,
}

/// 201 for a new version. A version never changes: 200 for the same module again, whose first info stays, as it
/// says when the version was made; 409 for another.
pub(super) fn publish(app: &App, packages: &Packages, mut form: Form) -> Result<Response, Problem> {
    let [go_mod, info, zip] = ["mod", "info", "zip"].map(|field| form.take_file(field));
    let (go_mod, info, zip) = (go_mod?, info?, zip?);
    let module = read(&go_mod, &info, &zip)?;
    let parts = [(go_mod, "mod"), (info, "info"), (zip, "zip")];
    for (part, ending) in &parts {
        let expected = file_name(module.version(), ending);
        if part.file_name != expected {
            return Err(Problem::bad(format!(
                "the {ending} of {module} is called {:?}: expected {expected:?}",
                part.file_name
            )));
        }
    }
    if is_there(app, &packages.registry, &module, &parts)? {
        return Ok(StatusCode::OK.into_response());
    }
    let named: Vec<_> = parts
        .iter()
        .map(|(part, _)| (part.file_name.clone(), part.staged.digests.sha256.clone()))
        .collect();
    let staged = parts.into_iter().map(|(part, _)| part.staged).collect();
    app.store.publish(staged, |transaction| {
        // It may have been deleted while the module arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let package = packages::ensure(transaction, &registry, module.path().as_str())?;
        let version =
            versions::create(transaction, package, module.version().as_str(), None).map_err(|fault| {
                match fault {
                    Fault::Exists(_) => taken(&module),
                    other => other.into(),
                }
            })?;
        for (path, sha256) in &named {
            files::put(transaction, version, path, sha256)?;
        }
        Ok::<_, Problem>(())
    })?;
    Ok(StatusCode::CREATED.into_response())
}

/// Reads the three files, which must agree with each other.
fn read(go_mod: &FilePart, info: &FilePart, zip: &FilePart) -> Result<Module, Problem> {
    let bytes = go_mod.bytes(MAX_GO_MOD)?;
    let path = GoMod::parse(&bytes)
        .map_err(|error| Problem::package(&go_mod.file_name, &error))?
        .path;
    let info: Info = serde_json::from_slice(&info.bytes(MAX_INFO)?)
        .map_err(|error| Problem::bad(format!("{:?} is no info of a version: {error}", info.file_name)))?;
    if !clock::is_rfc3339(&info.time) {
        return Err(Problem::bad(format!(
            "the info's Time, {:?}, is not as RFC 3339 writes it",
            info.time
        )));
    }
    let bad = |error: go::ModuleError| Problem::bad(error.to_string());
    let version = Version::parse(&info.version).map_err(bad)?;
    let module = Module::new(path, version).map_err(bad)?;
    let source = zip.staged.source().map_err(Fault::from)?;
    let within = go::read(&source, &module).map_err(|error| Problem::package(&zip.file_name, &error))?;
    match within {
        Some(within) if within != bytes => Err(Problem::bad(format!(
            "the go.mod in the zip of {module} is not the one beside it"
        ))),
        Some(_) if module.version().is_incompatible() => Err(Problem::bad(format!(
            "{module} has a go.mod, so that its path must end with /v{}",
            module.version().major()
        ))),
        _ => Ok(module),
    }
}

/// Whether the version is there with the same module.
fn is_there(
    app: &App,
    registry: &Registry,
    module: &Module,
    parts: &[(FilePart, &str)],
) -> Result<bool, Problem> {
    app.store.read(|records| {
        let (package, version) = (module.path().as_str(), module.version().as_str());
        let mut is_there = false;
        for (part, _) in parts.iter().filter(|(_, ending)| *ending != "info") {
            match files::find(records, registry.id, package, version, &part.file_name)? {
                Some(entry) if entry.digests.sha256 == part.staged.digests.sha256 => is_there = true,
                Some(_) => return Err(taken(module)),
                None => {}
            }
        }
        Ok(is_there)
    })
}

fn taken(module: &Module) -> Problem {
    Problem::conflict(format!(
        "{module} is published already with other content; a published version never changes"
    ))
}
