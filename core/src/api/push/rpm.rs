//! RPM packages: `PUT /rpm`, and `GET /rpm/package/{name}/{version}/{file}` as `hc serve` has it.

use http::Method;
use http::header::{HeaderName, HeaderValue};

use super::Target;
use crate::api::body::{self, Part, Request};
use crate::api::multipart::Form;
use crate::api::service::encode;
use crate::package_file::rpm::Package;

/// `PUT`: a package as a form with its file, and the file's checksums. `boundary` must stand nowhere in it.
#[must_use]
pub fn request(
    target: &Target<'_>,
    file_name: &str,
    content: Part,
    checksums: &[(HeaderName, HeaderValue)],
    boundary: &str,
) -> Request {
    let form = Form::new(boundary).file("file", file_name, content);
    let mut request = form.request(Method::PUT, target.url("rpm"));
    request.headers_mut().extend(checksums.iter().cloned());
    request
}

/// `HEAD`: whether the package's file is there, and its checksums.
#[must_use]
pub fn stored(target: &Target<'_>, package: &Package) -> Request {
    let path = format!(
        "rpm/package/{}/{}/{}",
        encode(&package.name),
        encode(&package.full_version()),
        encode(&package.file_name())
    );
    body::plain(Method::HEAD, target.url(&path))
}
