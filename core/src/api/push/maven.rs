//! Maven artifacts: `PUT /maven/{group path}/{artifact}/{version}/{file}`.

use http::Method;

use super::Target;
use crate::api::body::{Part, Request, plain};
use crate::api::service::encode_path;
use crate::checksum::Checksums;
use crate::package_file::maven::Coordinates;

/// `PUT`: a file of an artifact, called as repositories call it. `checksums` are the file's.
#[must_use]
pub fn request(
    target: &Target<'_>,
    coordinates: &Coordinates,
    file_name: &str,
    content: Part,
    checksums: &Checksums,
) -> Request {
    let mut request = plain(Method::PUT, url(target, coordinates, file_name));
    request.headers_mut().extend(checksums.headers());
    *request.body_mut() = vec![content];
    request
}

/// `HEAD`: whether the file is there, and its checksums.
#[must_use]
pub fn stored(target: &Target<'_>, coordinates: &Coordinates, file_name: &str) -> Request {
    plain(Method::HEAD, url(target, coordinates, file_name))
}

fn url(target: &Target<'_>, coordinates: &Coordinates, file_name: &str) -> String {
    let path = encode_path(&format!("{}/{file_name}", coordinates.folder()));
    target.url(&format!("maven/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;

    #[test]
    fn a_file_is_put_into_its_versions_folder() {
        let coordinates = Coordinates::parse("org.example:app:1.0+2").unwrap();
        let checksums = sample::checksums(b"content");
        let content = Part::Bytes(b"content".to_vec());
        let request =
            sample::target(|target| request(target, &coordinates, "app-1.0+2.jar", content, &checksums));
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/maven/org/example/app/1.0+2/app-1.0+2.jar"
        );
        assert!(request.headers().contains_key("x-checksum-sha1"));
    }
}
