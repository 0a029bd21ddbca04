//! Composer: the zip as it is.

use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::Target;
use crate::api::body::{Part, Request, plain};
use crate::api::service::{encode, encode_path};
use crate::checksum::Checksums;
use crate::package_file::composer::Package;

/// `POST`: a package, whose file is `content`.
#[must_use]
pub fn request(target: &Target<'_>, content: Part, checksums: &Checksums) -> Request {
    let mut request = plain(Method::POST, target.url("composer/upload"));
    let zip = HeaderValue::from_static("application/zip");
    request.headers_mut().insert(CONTENT_TYPE, zip);
    request.headers_mut().extend(checksums.headers());
    *request.body_mut() = vec![content];
    request
}

/// `HEAD` of the zip where Composer is told to find it.
#[must_use]
pub fn stored(target: &Target<'_>, package: &Package) -> Request {
    let (name, version) = (encode_path(&package.name), encode(&package.version));
    plain(
        Method::HEAD,
        target.url(&format!("composer/dist/{name}/{version}.zip")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;
    use crate::package_file::composer::Version;

    #[test]
    fn a_push_is_the_zip() {
        let content = Part::Bytes(b"content".to_vec());
        let checksums = sample::checksums(b"content");
        let request = sample::target(|target| request(target, content.clone(), &checksums));
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri(), "https://pkg.example/pkg/acc/reg/composer/upload");
        assert!(request.headers().contains_key("x-checksum-sha1"));
        assert_eq!(request.body(), &[content]);
        let package = Package {
            name: "acme/x".to_owned(),
            version: "dev-a/b".to_owned(),
            parsed: Version::parse("dev-a/b").unwrap(),
            manifest: serde_json::Map::new(),
        };
        let request = sample::target(|target| stored(target, &package));
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/composer/dist/acme/x/dev-a%2Fb.zip"
        );
    }
}
