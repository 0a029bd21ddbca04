//! `hc artifact push cargo|composer|dart` in process, with a scripted service.

mod support;

use insta::assert_snapshot;
use support::archive::{tar_gz, zip};
use support::{MemoryHost, Reply, logged_in};

const CARGO: &str = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nlog = \"0.4\"\n\
    b = { version = \"1\", registry-index = \"sparse+https://pkg.example/pkg/acc/r1/cargo/index/\" }\n";
const COMPOSER: &str = r#"{"name": "acme/x", "version": "1.0"}"#;
const PUBSPEC: &str = "name: x\nversion: 1.0.0\n";

fn host() -> MemoryHost {
    logged_in()
        .service(|sent| {
            if sent.line.contains("/system/info") {
                return Reply::new(200, r#"{"data":{"registryUrl":"https://pkg.example"}}"#);
            }
            match sent.line.split(' ').next() {
                Some("HEAD") => Reply::new(404, ""),
                Some("POST") if sent.line.contains("/pub/") => Reply::new(204, ""),
                Some("POST") => Reply::new(201, ""),
                _ => Reply::new(200, r#"{"warnings":{}}"#),
            }
        })
        .file("a-1.0.0.crate", tar_gz(&[("a-1.0.0/Cargo.toml", CARGO)]))
        .file("x.zip", zip(&[("composer.json", COMPOSER)]))
        .file("x.tar.gz", tar_gz(&[("pubspec.yaml", PUBSPEC)]))
}

/// What was sent to the package host, a line a request.
fn lines(host: &MemoryHost) -> Vec<String> {
    let sent = host.sent().into_iter().map(|sent| sent.line);
    sent.filter(|line| line.contains("//pkg.example")).collect()
}

#[test]
fn each_type_is_sent_where_it_belongs() {
    let host = host();
    for arguments in [
        "cargo r1 a-1.0.0.crate --default-index https://index.example/git",
        "cargo r1 a-1.0.0.crate --default-index https://index.example/git --skip-existing",
        "composer r1 x.zip --skip-existing",
        "dart r1 x.tar.gz --skip-existing",
    ] {
        let (code, _, err) = host.run(&format!("artifact push {arguments}"));
        assert_eq!(code, 0, "{arguments}: {err}");
    }
    let mut lines = lines(&host);
    // The rest of it is the archive's checksum.
    let upload = lines.pop().unwrap_or_default();
    assert!(upload.starts_with("POST https://pkg.example/pkg/acc/r1/pub/api/packages/versions/new/upload/"));
    assert_eq!(
        lines,
        [
            "PUT https://pkg.example/pkg/acc/r1/cargo/api/v1/crates/new",
            "HEAD https://pkg.example/pkg/acc/r1/cargo/api/v1/crates/a/1.0.0/download",
            "PUT https://pkg.example/pkg/acc/r1/cargo/api/v1/crates/new",
            "HEAD https://pkg.example/pkg/acc/r1/composer/dist/acme/x/1.0.zip",
            "POST https://pkg.example/pkg/acc/r1/composer/upload",
            "HEAD https://pkg.example/pkg/acc/r1/pub/packages/x/versions/1.0.0.tar.gz",
        ]
    );
}

#[test]
fn a_dependency_is_never_looked_for_in_the_registry_that_a_crate_is_pushed_to() {
    let pushed = host();
    let (code, _, err) = pushed.run("artifact push cargo r1 a-1.0.0.crate");
    assert_eq!(code, 1);
    assert!(
        err.contains("it needs log from Cargo's default registry"),
        "{err}"
    );
    assert!(err.contains("--default-index URL"), "{err}");
    assert_eq!(lines(&pushed), [""; 0]);
    let pushed = host();
    let (code, _, err) =
        pushed.run("artifact push cargo r1 a-1.0.0.crate --default-index https://index.example/git");
    assert_eq!(code, 0, "{err}");
    let body = pushed.sent().pop().map(|sent| sent.body).unwrap_or_default();
    assert!(
        body.contains(r#""registry":"https://index.example/git""#),
        "{body}"
    );
    let lock =
        "[[package]]\nname = \"log\"\nversion = \"0.4.1\"\nsource = \"registry+https://index.example/git\"\n";
    let files = [("a-1.0.0/Cargo.toml", CARGO), ("a-1.0.0/Cargo.lock", lock)];
    let host = host().file("locked/a-1.0.0.crate", tar_gz(&files));
    let (code, _, err) = host.run("artifact push cargo r1 locked/a-1.0.0.crate");
    assert_eq!((code, err.contains("note")), (0, false), "{err}");
}

#[test]
fn what_is_no_package_is_refused_before_anything_is_sent() {
    let host = host()
        .file("b-1.0.0.crate", tar_gz(&[("a-1.0.0/Cargo.toml", CARGO)]))
        .file(
            "versionless.zip",
            zip(&[("composer.json", r#"{"name": "acme/x"}"#)]),
        )
        .file("x.tgz", tar_gz(&[("x/pubspec.yaml", PUBSPEC)]));
    for (arguments, expected) in [
        (
            "cargo r1 a-1.0.0.crate b-1.0.0.crate --default-index https://index.example/git --all-or-nothing",
            "should be called a-1.0.0.crate",
        ),
        ("cargo r1 x.zip", "is not a crate, which ends in .crate"),
        ("composer r1 versionless.zip", "it has no version: add"),
        ("dart r1 x.tgz", "has no pubspec.yaml at its root"),
        ("dart r1 x.zip", "is not a Dart package"),
    ] {
        let (code, _, err) = host.run(&format!("artifact push {arguments}"));
        assert_eq!(code, 1, "{arguments}");
        assert!(err.contains(expected), "{arguments}: {err}");
    }
    assert!(lines(&host).is_empty());
}

#[test]
fn what_is_no_package_stops_no_other_one() {
    let host = host()
        .file("b-1.0.0.crate", tar_gz(&[("a-1.0.0/Cargo.toml", CARGO)]))
        .file("c-1.0.0.crate", "no archive");
    let push = "artifact push cargo r1 b-1.0.0.crate a-1.0.0.crate c-1.0.0.crate --default-index https://index.example/git";
    assert_snapshot!(host.transcript(&format!("{push} --format json --quiet")));
    let puts = lines(&host);
    assert_eq!(
        puts.last().map(String::as_str),
        Some("PUT https://pkg.example/pkg/acc/r1/cargo/api/v1/crates/new")
    );
    assert_snapshot!(host.transcript(&format!("{push} --dry-run --quiet")));
    assert_snapshot!(host.transcript(&format!("{push} --all-or-nothing --quiet")));
    assert_eq!(lines(&host).len(), puts.len());
}
