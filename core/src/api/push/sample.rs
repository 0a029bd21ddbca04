//! What the tests of this folder share.

use super::Target;
use crate::api::body::{Part, Request};
use crate::api::service::BaseUrl;
use crate::checksum::{Algorithm, Checksums, Hasher};

/// Gives `make` a registry to push to.
pub(super) fn target<T>(make: impl FnOnce(&Target<'_>) -> T) -> T {
    let packages = BaseUrl::parse("https://pkg.example").unwrap();
    make(&Target {
        packages: &packages,
        account: "acc",
        registry: "reg",
    })
}

/// All checksums of `bytes`.
pub(super) fn checksums(bytes: &[u8]) -> Checksums {
    let mut hasher = Hasher::new(Algorithm::ALL);
    hasher.update(bytes);
    hasher.finish()
}

/// The fields of a form, names and contents, in their order.
pub(super) fn fields(request: &Request) -> Vec<(String, String)> {
    let text: String = request
        .body()
        .iter()
        .map(|part| match part {
            Part::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    let content_type = request.headers()["content-type"].to_str().unwrap();
    let delimiter = format!("--{}", content_type.split_once("boundary=").unwrap().1);
    let parts = text.split(&delimiter).skip(1);
    let field = |part: &str| {
        let (head, content) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        let name = head.split('"').nth(1)?;
        Some((name.to_owned(), content.strip_suffix("\r\n")?.to_owned()))
    };
    parts.filter_map(field).collect()
}
