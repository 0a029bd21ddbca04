//! Go modules: `PUT /go/upload`, and reading back by the module proxy protocol.

use http::Method;

use super::{Target, boundary};
use crate::api::body::{self, Part, Request};
use crate::api::multipart::Form;
use crate::checksum::Checksums;
use crate::package_file::go::Module;

/// The three files of a module's version.
#[derive(Clone, Debug)]
pub struct Files {
    /// The `go.mod`.
    pub go_mod: Vec<u8>,
    /// What the proxy tells of the version.
    pub info: Vec<u8>,
    /// The module's zip.
    pub zip: Part,
}

/// What a proxy tells of a version. `now` is RFC 3339 in UTC: its time, unless it is a pseudo-version, which says
/// its commit's.
#[must_use]
pub fn info(module: &Module, now: &str) -> Vec<u8> {
    let version = module.version();
    let commit = version.commit_time();
    let time = commit.as_deref().unwrap_or(now);
    let info = serde_json::json!({ "Version": version.as_str(), "Time": time });
    info.to_string().into_bytes()
}

/// `PUT`: a version of a module. `checksums` are the zip's.
#[must_use]
pub fn request(target: &Target<'_>, module: &Module, files: Files, checksums: &Checksums) -> Request {
    let version = module.version();
    Form::new(boundary(checksums))
        .file("mod", &format!("{version}.mod"), Part::Bytes(files.go_mod))
        .file("info", &format!("{version}.info"), Part::Bytes(files.info))
        .file("zip", &format!("{version}.zip"), files.zip)
        .request(Method::PUT, target.url("go/upload"))
}

/// `HEAD`: whether the module's zip is there, and its checksums.
#[must_use]
pub fn stored(target: &Target<'_>, module: &Module) -> Request {
    // Neither a path nor a version has a character that a URL has not.
    let (path, version) = (module.path().escaped(), module.version().escaped());
    body::plain(Method::HEAD, target.url(&format!("go/{path}/@v/{version}.zip")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;
    use crate::package_file::go::{ModulePath, Version};

    #[test]
    fn a_module_is_sent_as_its_three_files() {
        let path = ModulePath::parse("go.example/Big/v2").unwrap();
        let module = Module::new(path, Version::parse("v2.0.0-RC1").unwrap()).unwrap();
        let head = sample::target(|target| stored(target, &module));
        assert_eq!(head.method(), Method::HEAD);
        assert_eq!(
            head.uri(),
            "https://pkg.example/pkg/acc/reg/go/go.example/!big/v2/@v/v2.0.0-!r!c1.zip"
        );
        let files = Files {
            go_mod: b"module go.example/Big/v2\n".to_vec(),
            info: info(&module, "2026-01-02T03:04:05Z"),
            zip: Part::Bytes(b"PK".to_vec()),
        };
        let checksums = sample::checksums(b"PK");
        let request = sample::target(|target| request(target, &module, files, &checksums));
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(request.uri(), "https://pkg.example/pkg/acc/reg/go/upload");
        let expected = [
            ("mod", "module go.example/Big/v2\n"),
            (
                "info",
                r#"{"Time":"2026-01-02T03:04:05Z","Version":"v2.0.0-RC1"}"#,
            ),
            ("zip", "PK"),
        ];
        let expected = expected.map(|(name, content)| (name.to_owned(), content.to_owned()));
        assert_eq!(sample::fields(&request), expected);
    }

    #[test]
    fn a_pseudo_version_has_the_time_of_its_commit() {
        let path = ModulePath::parse("go.example/a").unwrap();
        let version = Version::parse("v0.0.0-20250607080910-abcdefabcdef").unwrap();
        let module = Module::new(path, version).unwrap();
        let info = info(&module, "2026-01-02T03:04:05Z");
        assert!(
            String::from_utf8(info)
                .unwrap()
                .contains(r#""Time":"2025-06-07T08:09:10Z""#)
        );
    }
}
