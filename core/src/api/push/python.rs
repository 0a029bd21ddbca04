//! Python: the form that PyPI's "legacy" upload API takes, and so twine sends.

use http::Method;

use super::{Target, boundary};
use crate::api::body::{Part, Request, plain};
use crate::api::multipart::Form;
use crate::api::service::encode;
use crate::checksum::{Algorithm, Checksums};
use crate::package_file::python::Package;

/// `POST /python`: the file, and all of its core metadata. `checksums` are the file's.
#[must_use]
pub fn request(
    target: &Target<'_>,
    file_name: &str,
    content: Part,
    checksums: &Checksums,
    package: &Package,
) -> Request {
    let metadata = &package.metadata;
    let mut form = Form::new(boundary(checksums))
        .text(":action", "file_upload")
        .text("protocol_version", "1")
        .text("metadata_version", &metadata.metadata_version)
        .text("name", &metadata.normal_name())
        .text("version", &metadata.version)
        .text("filetype", package.kind.file_type())
        .text("pyversion", package.kind.python_version());
    for field in &metadata.fields {
        form = form.text(field.name, &field.value);
    }
    for (field, algorithm) in [
        ("md5_digest", Algorithm::Md5),
        ("sha256_digest", Algorithm::Sha256),
    ] {
        if let Some(digest) = checksums.get(algorithm) {
            form = form.text(field, digest);
        }
    }
    let form = form.file("content", file_name, content);
    let mut request = form.request(Method::POST, target.url("python"));
    request.headers_mut().extend(checksums.headers());
    request
}

/// `HEAD` of the file where installers find it.
#[must_use]
pub fn stored(target: &Target<'_>, file_name: &str, package: &Package) -> Request {
    let metadata = &package.metadata;
    let path = format!(
        "python/files/{}/{}/{}",
        encode(&metadata.normal_name()),
        encode(&metadata.normal_version()),
        encode(file_name)
    );
    plain(Method::HEAD, target.url(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;
    use crate::package_file::python::{Field, Kind, Metadata};

    fn package() -> Package {
        let field = |name, value: &str| Field {
            name,
            value: value.to_owned(),
        };
        Package {
            metadata: Metadata {
                metadata_version: "2.1".to_owned(),
                name: "My.Pkg".to_owned(),
                version: "1.0-1".to_owned(),
                fields: vec![
                    field("requires_dist", "a>=1"),
                    field("requires_dist", "b"),
                    field("description", "Two\nlines"),
                ],
            },
            kind: Kind::Wheel {
                python: "py3".to_owned(),
                metadata: Vec::new(),
            },
        }
    }

    #[test]
    fn a_push_is_the_form_of_the_upload_api() {
        let checksums = sample::checksums(b"content");
        let content = Part::Bytes(b"content".to_vec());
        let request = sample::target(|target| request(target, "x.whl", content, &checksums, &package()));
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri(), "https://pkg.example/pkg/acc/reg/python");
        assert_eq!(
            request.headers()["x-checksum-md5"],
            checksums.get(Algorithm::Md5).unwrap()
        );
        let (md5, sha256) = (checksums.get(Algorithm::Md5), checksums.get(Algorithm::Sha256));
        assert_eq!(
            sample::fields(&request),
            [
                (":action", "file_upload"),
                ("protocol_version", "1"),
                ("metadata_version", "2.1"),
                ("name", "my-pkg"),
                ("version", "1.0-1"),
                ("filetype", "bdist_wheel"),
                ("pyversion", "py3"),
                ("requires_dist", "a>=1"),
                ("requires_dist", "b"),
                ("description", "Two\nlines"),
                ("md5_digest", md5.unwrap()),
                ("sha256_digest", sha256.unwrap()),
                ("content", "content"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn a_file_is_looked_for_under_its_normal_name_and_version() {
        let request = sample::target(|target| stored(target, "x y.whl", &package()));
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/python/files/my-pkg/1.0.post1/x%20y.whl"
        );
    }
}
