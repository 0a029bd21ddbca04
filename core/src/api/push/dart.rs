//! Dart: the form that `dart pub publish` sends.
//!
//! Source of the rules: Dart's "Package repository specification", version 2.

use http::Method;

use super::{Target, boundary};
use crate::api::body::{Part, Request, plain};
use crate::api::multipart::Form;
use crate::api::service::encode;
use crate::checksum::{Algorithm, Checksums};
use crate::package_file::dart::{self, Package};

/// `POST`: the archive. Its place is made from its checksum, so that the same file sent again goes to the same one.
#[must_use]
pub fn request(target: &Target<'_>, content: Part, checksums: &Checksums, package: &Package) -> Request {
    let id = upload_id(checksums.get(Algorithm::Sha256).unwrap_or_default());
    let url = target.url(&format!("pub/api/packages/versions/new/upload/{id}"));
    let file = dart::file(&package.name, &package.version);
    let form = Form::new(boundary(checksums)).file("file", &file, content);
    let mut request = form.request(Method::POST, url);
    request.headers_mut().extend(checksums.headers());
    request
}

/// A UUID of version 8 (RFC 9562, section 5.8) with the first digits of a hash in hex.
fn upload_id(hash: &str) -> String {
    let mut digits: Vec<char> = hash.chars().chain(std::iter::repeat('0')).take(32).collect();
    digits[12] = '8';
    digits[16] = 'a';
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| String::from_iter(&digits[range]));
    groups.join("-")
}

/// `HEAD` of the archive where Dart's older clients look for it.
#[must_use]
pub fn stored(target: &Target<'_>, package: &Package) -> Request {
    let (name, version) = (encode(&package.name), encode(&package.version));
    plain(
        Method::HEAD,
        target.url(&format!("pub/packages/{name}/versions/{version}.tar.gz")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;

    #[test]
    fn a_push_is_a_form_with_the_archive() {
        let package = Package {
            name: "x".to_owned(),
            version: "1.0.0+1".to_owned(),
            pubspec: serde_json::Map::new(),
        };
        let content = Part::Bytes(b"content".to_vec());
        let checksums = sample::checksums(b"content");
        let request = sample::target(|target| request(target, content.clone(), &checksums, &package));
        assert_eq!(request.method(), Method::POST);
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/pub/api/packages/versions/new/upload/ed7002b4-39e9-8c84-af22-357d822bac14"
        );
        assert_eq!(
            sample::fields(&request),
            [("file".to_owned(), "content".to_owned())]
        );
        assert!(request.headers().contains_key("x-checksum-md5"));
        let request = sample::target(|target| stored(target, &package));
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/pub/packages/x/versions/1.0.0+1.tar.gz"
        );
    }
}
