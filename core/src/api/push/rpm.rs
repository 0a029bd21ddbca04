//! RPM packages: `PUT /rpm`, and `GET /rpm/package/{name}/{version}/{architecture}/{file}`.

use http::Method;

use super::{Target, boundary};
use crate::api::body::{self, Part, Request};
use crate::api::multipart::Form;
use crate::api::service::encode_path;
use crate::checksum::Checksums;
use crate::package_file::rpm::Package;

/// `PUT`: a package as a form. `checksums` are the file's.
#[must_use]
pub fn request(target: &Target<'_>, file_name: &str, content: Part, checksums: &Checksums) -> Request {
    let form = Form::new(boundary(checksums)).file("file", file_name, content);
    let mut request = form.request(Method::PUT, target.url("rpm"));
    request.headers_mut().extend(checksums.headers());
    request
}

/// `HEAD`: whether the package's file is there, and its checksums.
#[must_use]
pub fn stored(target: &Target<'_>, package: &Package) -> Request {
    let path = encode_path(&package.place());
    body::plain(Method::HEAD, target.url(&format!("rpm/{path}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;

    #[test]
    fn a_package_is_sent_as_a_form_with_its_checksums() {
        let checksums = sample::checksums(b"content");
        let content = Part::Bytes(b"content".to_vec());
        let request = sample::target(|target| request(target, "a-1-1.noarch.rpm", content, &checksums));
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(request.uri(), "https://pkg.example/pkg/acc/reg/rpm");
        assert_eq!(
            sample::fields(&request),
            [("file".to_owned(), "content".to_owned())]
        );
        assert!(request.headers().contains_key("x-checksum-md5"));
    }
}
