//! Attestations (PEP 740): who says that a file is theirs.
//!
//! They come with an upload as twine sends them, and are given as a provenance object. Whether one is of this very file
//! is looked at. Its signature and whose it is are not: that is for who installs, with the roots that they trust, and
//! so the publisher's kind says that this server vouches for nobody.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hc_core::package::Ecosystem;
use serde::Deserialize;
use serde_json::{Value, json};

use super::provenance_of;
use crate::app::App;
use crate::download;
use crate::multipart::Form;
use crate::package::{self, Packages};
use crate::problem::Problem;
use crate::store::files;

/// What a provenance object is given under.
const MEDIA_TYPE: &str = "application/vnd.pypi.integrity.v1+json";

/// The publisher's kind. There is no trusted publisher here.
const KIND: &str = "unverified";

/// What is looked at in an attestation; it is kept as it came.
#[derive(Deserialize)]
struct Attestation {
    version: u32,
    envelope: Envelope,
    #[serde(rename = "verification_material")]
    _material: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
struct Envelope {
    /// Base64 of a statement.
    statement: String,
    #[serde(rename = "signature")]
    _signature: String,
}

/// A statement of in-toto.
#[derive(Deserialize)]
struct Statement {
    subject: Vec<Subject>,
}

#[derive(Deserialize)]
struct Subject {
    name: String,
    digest: std::collections::BTreeMap<String, String>,
}

/// The provenance object of what the field `attestations` of a form says of a file.
pub(super) fn of_form(form: &Form, file: &str, sha256: &str) -> Result<Option<Vec<u8>>, Problem> {
    let Some((_, text)) = form.fields.iter().find(|(field, _)| field == "attestations") else {
        return Ok(None);
    };
    let refused = |why: String| Problem::bad(format!("the form's attestations: {why}; nothing was kept"));
    let attestations: Vec<Value> = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
    if attestations.is_empty() {
        return Ok(None);
    }
    for attestation in &attestations {
        check(attestation, file, sha256).map_err(refused)?;
    }
    let publisher = json!({ "kind": KIND, "claims": null });
    let provenance = json!({
        "version": 1,
        "attestation_bundles": [{ "publisher": publisher, "attestations": attestations }],
    });
    Ok(Some(provenance.to_string().into_bytes()))
}

/// Whether an attestation is about this file.
fn check(attestation: &Value, file: &str, sha256: &str) -> Result<(), String> {
    let attestation = Attestation::deserialize(attestation).map_err(|error| error.to_string())?;
    if attestation.version != 1 {
        return Err(format!("version {} is not known here", attestation.version));
    }
    let statement = STANDARD
        .decode(&attestation.envelope.statement)
        .map_err(|error| format!("the statement is no base64: {error}"))?;
    let statement: Statement =
        serde_json::from_slice(&statement).map_err(|error| format!("the statement: {error}"))?;
    let [subject] = statement.subject.as_slice() else {
        return Err(format!("it is about {} files, not one", statement.subject.len()));
    };
    let digest = subject
        .digest
        .get("sha256")
        .map(String::as_str)
        .unwrap_or_default();
    if subject.name != file || !digest.eq_ignore_ascii_case(sha256) {
        let name: String = subject.name.chars().take(80).collect();
        return Err(format!(
            "one is about {name:?} with another name or SHA-256 than this file"
        ));
    }
    Ok(())
}

/// Where the provenance of a file is, below the registry's URL.
pub(super) fn path_of(project: &str, version: &str, file: &str) -> String {
    format!(
        "integrity/{}/{}/{}/provenance",
        package::encoded(project),
        package::encoded(version),
        package::encoded(file)
    )
}

/// `integrity/{name}/{version}/{file}/provenance`
pub(super) fn provenance(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let [_, name, version, file, _] = packages.path.as_slice() else {
        return Err(packages.unknown());
    };
    let name = Ecosystem::PyPI.normalize(name);
    let entry = app.store.read(|records| {
        files::find(
            records,
            packages.registry.id,
            &name,
            version,
            &provenance_of(file),
        )
    })?;
    let entry = entry
        .ok_or_else(|| Problem::missing(format!("nothing is attested of {file:?} of {name} {version}")))?;
    let mut response = download::answer(&app.store, &packages.method, &packages.headers, &entry)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.remove(header::CONTENT_DISPOSITION);
    Ok(response)
}
