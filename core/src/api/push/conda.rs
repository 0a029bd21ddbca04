//! Conda: the file as it is, with its name and subdirectory in headers.

use http::Method;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use super::Target;
use crate::api::body::{Part, Request, plain};
use crate::api::service::encode;
use crate::package_file::conda::Package;

/// `PUT /conda/upload`. The service takes no checksums here.
#[must_use]
pub fn request(target: &Target<'_>, content: Part, package: &Package) -> Request {
    let mut request = plain(Method::PUT, target.url("conda/upload"));
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    for (name, value) in [
        ("x-file-name", package.file_name()),
        ("x-subdir", package.subdir.clone()),
    ] {
        // Names and subdirectories are ASCII: their reader sees to it.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    *request.body_mut() = vec![content];
    request
}

/// `HEAD` of the file where conda's clients find it.
#[must_use]
pub fn stored(target: &Target<'_>, package: &Package) -> Request {
    let path = format!(
        "conda/{}/{}",
        encode(&package.subdir),
        encode(&package.file_name())
    );
    plain(Method::HEAD, target.url(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;
    use crate::package_file::conda::Format;

    #[test]
    fn a_push_is_the_file_with_its_name_in_headers() {
        let package = Package {
            name: "a_b".to_owned(),
            version: "1!2.0+x".to_owned(),
            build: "py_0".to_owned(),
            subdir: "linux-64".to_owned(),
            format: Format::Conda,
            is_looked_at: true,
            index: serde_json::Map::new(),
        };
        let content = Part::Bytes(b"content".to_vec());
        let request = sample::target(|target| request(target, content.clone(), &package));
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(request.uri(), "https://pkg.example/pkg/acc/reg/conda/upload");
        assert_eq!(request.headers()["x-file-name"], "a_b-1!2.0+x-py_0.conda");
        assert_eq!(request.headers()["x-subdir"], "linux-64");
        assert_eq!(request.body(), &[content]);
        let request = sample::target(|target| stored(target, &package));
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/conda/linux-64/a_b-1%212.0+x-py_0.conda"
        );
    }
}
