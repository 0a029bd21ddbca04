//! NuGet: the form that `dotnet nuget push` sends (protocol resource PackagePublish/2.0.0).

use http::Method;

use super::{Target, boundary};
use crate::api::body::{Part, Request, plain};
use crate::api::multipart::Form;
use crate::api::service::{encode, encode_path};
use crate::checksum::Checksums;
use crate::package_file::nuget::Package;

/// `PUT /nuget`, or `PUT /nuget/{folder}` to keep the file in a folder (names with `/` between them). `checksums` are
/// the file's.
#[must_use]
pub fn request(
    target: &Target<'_>,
    folder: Option<&str>,
    file_name: &str,
    content: Part,
    checksums: &Checksums,
) -> Request {
    let path = folder.map_or_else(
        || "nuget".to_owned(),
        |folder| format!("nuget/{}", encode_path(folder)),
    );
    let form = Form::new(boundary(checksums)).file("package", file_name, content);
    let mut request = form.request(Method::PUT, target.url(&path));
    request.headers_mut().extend(checksums.headers());
    request
}

/// `HEAD` of the package where clients find it (protocol resource PackageBaseAddress/3.0.0).
#[must_use]
pub fn stored(target: &Target<'_>, package: &Package) -> Request {
    let (id, version) = (package.id.to_ascii_lowercase(), package.version.lower());
    let path = format!(
        "nuget/package/{}/{}/{}",
        encode(&id),
        encode(&version),
        encode(&format!("{id}.{version}.nupkg"))
    );
    plain(Method::HEAD, target.url(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;

    #[test]
    fn a_push_is_a_form_with_the_package() {
        for (folder, expected) in [
            (None, "https://pkg.example/pkg/acc/reg/nuget"),
            (Some("a/b c"), "https://pkg.example/pkg/acc/reg/nuget/a/b%20c"),
        ] {
            let checksums = sample::checksums(b"content");
            let content = Part::Bytes(b"content".to_vec());
            let request =
                sample::target(|target| request(target, folder, "A.1.0.0.nupkg", content, &checksums));
            assert_eq!(
                (request.method(), request.uri().to_string()),
                (&Method::PUT, expected.to_owned())
            );
            assert_eq!(
                sample::fields(&request),
                [("package".to_owned(), "content".to_owned())]
            );
            assert!(request.headers().contains_key("x-checksum-sha512"));
        }
    }
}
