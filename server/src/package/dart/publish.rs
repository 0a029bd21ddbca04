//! `dart pub publish`: ask where to upload, upload, and finish. `hc artifact push dart` only uploads, so that the
//! upload is what publishes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hc_core::package_file::dart;
use serde_json::json;
use uuid::Uuid;

use super::release::Release;
use super::{answered, success};
use crate::app::App;
use crate::multipart::Form;
use crate::package::{self, Packages};
use crate::problem::Problem;
use crate::store::{Fault, files, packages, registries, versions};

/// `GET api/packages/versions/new`
pub(super) fn begin(packages: &Packages) -> Response {
    let url = package::url(&packages.base, &packages.registry);
    let upload = format!("{url}/api/packages/versions/new/upload/{}", Uuid::new_v4());
    answered(&json!({ "url": upload, "fields": {} }))
}

/// `POST api/packages/versions/new/upload/{uuid}`: 204, and where to finish. The very same archive again is as good
/// as the first, so that an upload whose answer was lost can be sent again; another one is 409.
pub(super) fn upload(app: &App, packages: &Packages, mut form: Form) -> Result<Response, Problem> {
    let id = packages.path.last().map(String::as_str).unwrap_or_default();
    if Uuid::parse_str(id).is_err() {
        return Err(Problem::bad(format!("{id:?} is not the UUID of an upload")));
    }
    let staged = form.take_file("file")?.staged;
    let source = staged.source().map_err(Fault::from)?;
    // Clients call every file so, or not at all.
    let unnamed = "package.tar.gz";
    let package = dart::read(&source, unnamed).map_err(|error| Problem::package(unnamed, &error))?;
    let (name, version) = (&package.name, &package.version);
    let sha256 = staged.digests.sha256.clone();
    let release = Release {
        pubspec: package.pubspec.clone(),
        retracted: false,
    };
    let document = release.document()?;
    app.store.publish(vec![staged], |transaction| {
        // It may have been deleted while the archive arrived.
        let registry = registries::get(transaction, &packages.registry.reference())?;
        let id = packages::ensure(transaction, &registry, name)?;
        if let Some(known) = versions::find_optional(transaction, id, version)? {
            let files = files::of_version(transaction, known.id)?;
            if files.iter().any(|file| file.digests.sha256 == sha256) {
                return Ok(());
            }
            return Err(Problem::conflict(format!(
                "{name} {version} is published already with another content; a published version cannot be replaced"
            )));
        }
        let made = versions::create(transaction, id, version, Some(&document))?;
        files::put(transaction, made, &dart::file(name, version), &sha256)?;
        Ok(())
    })?;
    let url = package::url(&packages.base, &packages.registry);
    let finish = format!(
        "{url}/api/packages/versions/new/finalize/{name}/{}",
        package::encoded(version)
    );
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(finish) = HeaderValue::from_str(&finish) {
        response.headers_mut().insert(header::LOCATION, finish);
    }
    Ok(response)
}

/// `GET api/packages/versions/new/finalize/{name}/{version}`
pub(super) fn finalize(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let [.., name, version] = packages.path.as_slice() else {
        return Err(Problem::missing("an upload is finished by its name and version"));
    };
    app.store.read(|records| {
        let package = packages::find(records, &packages.registry, name)?;
        versions::find(records, &package, version)
    })?;
    Ok(success(&format!("{name} {version} is published.")))
}
