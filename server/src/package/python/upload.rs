//! Uploads: the form that `hc` and twine send.

use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::python::{self, Kind, Package};

use super::{Facts, Release, attestation, metadata_of, provenance_of};
use crate::app::App;
use crate::multipart::Form;
use crate::package::{Packages, status};
use crate::problem::Problem;
use crate::store::blobs::Digests;
use crate::store::files::{self, Put};
use crate::store::{Fault, packages, registries, versions};

/// 201 for a new file. PyPI answers 200 to a file that it has with the same content, and so is it here; another
/// content under the same name is 409, which clients understand as they do PyPI's 400 ("already exists").
pub(super) fn publish(app: &App, packages: &Packages, mut form: Form) -> Result<Response, Problem> {
    let content = form.take_file("content")?;
    let file = content.file_name.as_str();
    let source = content.staged.source().map_err(Fault::from)?;
    let package = python::read(&source, file).map_err(|error| Problem::package(file, &error))?;
    compare(&form, &package, &content.staged.digests)?;
    let (name, release) = (package.metadata.normal_name(), package.metadata.normal_version());
    let sha256 = content.staged.digests.sha256.clone();
    let mut staged = vec![content.staged];
    let mut metadata = None;
    if let Kind::Wheel { metadata: bytes, .. } = &package.kind {
        let alone = app.store.blobs.stage(bytes).map_err(Fault::from)?;
        metadata = Some(alone.digests.sha256.clone());
        staged.push(alone);
    }
    let mut attested = None;
    if let Some(bytes) = attestation::of_form(&form, file, &sha256)? {
        let provenance = app.store.blobs.stage(&bytes).map_err(Fault::from)?;
        attested = Some(provenance.digests.sha256.clone());
        staged.push(provenance);
    }
    let put = app.store.publish(staged, |transaction| {
        // It may have been deleted while the file arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let id = packages::ensure(transaction, &registry, &name)?;
        let before = versions::find_optional(transaction, id, &release)?;
        let mut document = Release::of(before.as_ref())?;
        let facts = Facts {
            requires_python: package.metadata.one("requires_python").map(str::to_owned),
            // What is sent once more stays yanked.
            yanked: document.files.remove(file).and_then(|known| known.yanked),
        };
        document.files.insert(file.to_owned(), facts);
        let version = versions::ensure(transaction, id, &release)?;
        let keep =
            |path: &str, what: &str, sha256: &str| match files::put(transaction, version, path, sha256)? {
                Put::Replaced => Err(Problem::conflict(format!(
                    "{file} already exists with {what}; a published file cannot be replaced"
                ))),
                put => Ok(put),
            };
        let put = keep(file, "another content", &sha256)?;
        if let Some(metadata) = &metadata {
            keep(&metadata_of(file), "another content", metadata)?;
        }
        if let Some(attested) = &attested {
            keep(&provenance_of(file), "other attestations", attested)?;
        }
        versions::set_document(transaction, version, &document.document()?)?;
        Ok::<_, Problem>(put)
    })?;
    Ok(status(put).into_response())
}

/// Holds what the form says against the file itself. The BLAKE2 checksum, which twine adds, is not looked at: the
/// others say the same.
fn compare(form: &Form, package: &Package, digests: &Digests) -> Result<(), Problem> {
    let metadata = &package.metadata;
    for (field, text) in &form.fields {
        let (is_right, expected) = match field.as_str() {
            ":action" => (text == "file_upload", "file_upload".to_owned()),
            "protocol_version" => (text == "1", "1".to_owned()),
            "name" => (
                hc_core::package::Ecosystem::PyPI.normalize(text) == metadata.normal_name(),
                metadata.name.clone(),
            ),
            "version" => (
                python::normal_version(text).is_some_and(|version| version == metadata.normal_version()),
                metadata.version.clone(),
            ),
            "filetype" => (
                text == package.kind.file_type(),
                package.kind.file_type().to_owned(),
            ),
            "md5_digest" => (text.eq_ignore_ascii_case(&digests.md5), digests.md5.clone()),
            "sha256_digest" => (text.eq_ignore_ascii_case(&digests.sha256), digests.sha256.clone()),
            _ => continue,
        };
        if !is_right {
            let text: String = text.chars().take(80).collect();
            return Err(Problem::bad(format!(
                "the form's {field} is {text:?}, and should be {expected:?} by the file; nothing was kept"
            )));
        }
    }
    Ok(())
}
