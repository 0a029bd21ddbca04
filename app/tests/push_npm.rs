//! `hc artifact push npm` in process, with a registry that remembers.

#![expect(clippy::expect_used, reason = "a test stops at once")]

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use insta::assert_snapshot;
use serde_json::{Value, json};
use support::archive::tar_gz;
use support::{MemoryHost, Reply, Sent, logged_in};

fn tarball(name: &str, version: &str, more: &str) -> Vec<u8> {
    let manifest = json!({ "name": name, "version": version }).to_string();
    tar_gz(&[("package/package.json", &manifest), ("package/more", more)])
}

/// A registry of one package, which keeps what it is sent.
fn registry(has: Value) -> MemoryHost {
    let document = Rc::new(RefCell::new(has));
    logged_in().service(move |sent| {
        if sent.line.contains("/system/info") {
            return Reply::new(200, r#"{"data":{"registryUrl":"https://pkg.example"}}"#);
        }
        let mut kept = document.borrow_mut();
        if sent.line.starts_with("GET") {
            return match kept["versions"].as_object() {
                Some(versions) if !versions.is_empty() => Reply::new(200, kept.to_string()),
                _ => Reply::new(404, r#"{"error":"it is not there"}"#),
            };
        }
        let new: Value = serde_json::from_str(&sent.body).expect("a document");
        for member in ["versions", "dist-tags"] {
            for (key, value) in new[member].as_object().expect("a map") {
                kept[member][key] = value.clone();
            }
        }
        Reply::new(201, "{}")
    })
}

/// Which version each request published under which tag.
fn published(host: &MemoryHost) -> Vec<String> {
    let puts = host
        .sent()
        .into_iter()
        .filter(|sent: &Sent| sent.line.starts_with("PUT"));
    let tag = |sent: Sent| {
        let document: Value = serde_json::from_str(&sent.body).expect("a document");
        document["dist-tags"].to_string()
    };
    puts.map(tag).collect()
}

#[test]
fn a_package_is_published_as_npm_does_it() {
    let host = registry(json!({})).file("x.tgz", tarball("@s/x", "1.0.0", ""));
    assert_snapshot!(host.transcript("artifact push npm r1 x.tgz"));
    let sent = host.sent();
    let lines: Vec<&str> = sent.iter().map(|sent| sent.line.as_str()).skip(1).collect();
    assert_eq!(
        lines,
        [
            "GET https://pkg.example/pkg/acc/r1/npm/@s/x",
            "PUT https://pkg.example/pkg/acc/r1/npm/@s/x",
        ]
    );
    let put = sent.last().expect("a request");
    let document: Value = serde_json::from_str(&put.body).expect("a document");
    let attachment = &document["_attachments"]["@s/x-1.0.0.tgz"];
    let length = tarball("@s/x", "1.0.0", "").len();
    assert_eq!(attachment["length"], length);
    assert_eq!(
        attachment["data"].as_str().map(str::len),
        Some(length.div_ceil(3) * 4)
    );
    let dist = &document["versions"]["1.0.0"]["dist"];
    let sha1 = put.headers["x-checksum-sha1"].to_str().expect("text");
    assert_eq!(dist["shasum"], sha1);
}

#[test]
fn versions_that_are_pushed_together_arrive_in_their_order() {
    let mut host = registry(json!({}));
    let versions = ["1.10.0", "2.0.0-beta.1", "1.2.0", "1.9.0", "2.0.0-1"];
    for version in versions {
        host = host.file(&format!("x-{version}.tgz"), tarball("x", version, ""));
    }
    let (code, _, err) = host.run("artifact push npm r1 x-*.tgz --jobs 8");
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        published(&host),
        [
            r#"{"latest":"1.2.0"}"#,
            r#"{"latest":"1.9.0"}"#,
            r#"{"latest":"1.10.0"}"#,
            r#"{"next":"2.0.0-1"}"#,
            r#"{"beta":"2.0.0-beta.1"}"#,
        ]
    );
    assert!(
        err.contains("x 2.0.0-beta.1 is a pre-release and gets the tag beta, not latest"),
        "{err}"
    );
}

#[test]
fn what_is_there_is_not_published_over() {
    let there = json!({ "versions": { "1.0.0": {}, "2.0.0": {} } });
    let host = registry(there)
        .file("x.tgz", tarball("x", "1.0.0", ""))
        .file("old.tgz", tarball("x", "1.0.1", ""))
        .file("new.tgz", tarball("x", "3.0.0", ""))
        .file("other.tgz", tarball("x", "3.0.0", "other"));
    assert_snapshot!(host.transcript("artifact push npm r1 x.tgz"));
    // Without a checksum there is nothing to compare.
    assert_eq!(host.run("artifact push npm r1 x.tgz --skip-existing").0, 1);
    assert_snapshot!(host.transcript("artifact push npm r1 old.tgz"));
    assert_eq!(host.run("artifact push npm r1 old.tgz --tag 1.x").0, 2);
    assert!(published(&host).is_empty());
    assert_eq!(host.run("artifact push npm r1 old.tgz --tag one").0, 0);
    assert_eq!(host.run("artifact push npm r1 new.tgz").0, 0);
    let (code, out, _) = host.run("artifact push npm r1 new.tgz --skip-existing --format json");
    assert_eq!((code, out.contains("\"skipped\"")), (0, true), "{out}");
    let (code, _, err) = host.run("artifact push npm r1 other.tgz --skip-existing");
    assert_eq!(code, 1);
    assert!(
        err.contains("x 3.0.0 is there already with another content"),
        "{err}"
    );
    assert_eq!(published(&host), [r#"{"one":"1.0.1"}"#, r#"{"latest":"3.0.0"}"#]);
}
