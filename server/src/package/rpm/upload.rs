//! `PUT /rpm`: a package in the field `file` of a form.

use axum::response::Response;
use hc_core::package_file::rpm;

use crate::app::App;
use crate::multipart::Form;
use crate::package::Packages;
use crate::package::builds::{self, Build};
use crate::problem::Problem;
use crate::store::Fault;

/// The file is called as its header says.
pub(super) fn publish(app: &App, packages: &Packages, mut form: Form) -> Result<Response, Problem> {
    let part = form.take_file("file")?;
    let source = part.staged.source().map_err(Fault::from)?;
    let package = rpm::read(&source).map_err(|error| Problem::package(&part.file_name, &error))?;
    let build = Build {
        package: package.name.clone(),
        version: package.full_version(),
        path: package.file_name(),
        about: package,
        distinguished_by: "release",
    };
    builds::publish(app, packages, build, part.staged)
}
