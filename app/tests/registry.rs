//! `hc registry …` in process, with a scripted service.

#![expect(clippy::panic, clippy::expect_used, reason = "a test stops at once")]

mod support;

use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent, logged_in, requests};

/// A search finds more than the name that is asked for.
const FOUND: &str = r#"{"status":"SUCCESS","data":{"pageIndex":0,"pageCount":1,"pageSize":100,"itemCount":2,"registries":[
    {"identifier":"my-files-2","packageType":"GENERIC","type":"VIRTUAL","url":"https://pkg.example/acc/my-files-2"},
    {"identifier":"my-files","packageType":"GENERIC","type":"VIRTUAL","path":"acc/my-files","registrySize":"1.5 MB","artifactsCount":3,
     "downloadsCount":7,"description":"evil\u001b[31m","url":"https://pkg.example/acc/my-files","labels":["a"]}]}}"#;
const METADATA: &str = r#"{"status":"SUCCESS","data":{"metadata":[
    {"id":"1","key":"env","value":"prod","type":"MANUAL"},{"id":"2","key":"evil\u001b[31m","value":"a,b"}]}}"#;

fn service(sent: &Sent) -> Reply {
    match sent.line.split_once(' ').expect("a method and a URL") {
        ("GET", url) if url.contains("/registries?") && url.contains("page=1") => {
            Reply::new(200, FOUND.replace(r#""pageIndex":0"#, r#""pageIndex":1"#))
        }
        ("GET", url) if url.contains("/registries?") => Reply::new(200, FOUND),
        ("DELETE", url) if url.ends_with("/registry/acc/my-files/+") => {
            Reply::new(200, r#"{"status":"SUCCESS"}"#)
        }
        ("POST", url) if url.contains("/registry?") => Reply::new(
            201,
            r#"{"status":"SUCCESS","data":{"identifier":"new","name":"new","packageType":"NPM","url":"https://pkg.example/acc/new","config":{"type":"VIRTUAL"}}}"#,
        ),
        ("DELETE", url) if url.contains("/metadata") => Reply::new(200, r#"{"status":"SUCCESS"}"#),
        (_, url) if url.contains("/metadata") => Reply::new(200, METADATA),
        other => panic!("{other:?}"),
    }
}

fn host() -> MemoryHost {
    logged_in().service(service)
}

#[test]
fn one_registry_is_found_by_its_whole_name() {
    let host = host();
    assert_snapshot!(host.transcript("registry get my-files"));
    assert_snapshot!(requests(&host));
    assert_snapshot!(host.transcript("reg get my-files --format json"));
    assert_snapshot!(host.transcript("registry get my --package-type npm"));
}

#[test]
fn without_a_name_get_lists() {
    let host = host();
    let (code, out, _) = host.run("registry get --package-type GENERIC --page 1 --page-size 20");
    assert_eq!(code, 0);
    assert!(out.contains("my-files-2"), "{out}");
    assert_snapshot!(requests(&host));
}

#[test]
fn a_registry_is_created() {
    let host = host();
    assert_snapshot!(host.transcript("registry create new --package-type npm --description Builds"));
    assert_snapshot!(requests(&host));
}

#[test]
fn a_registry_that_is_there_is_not_created_again() {
    let conflict = r#"{"code":"409","message":"registry new already exists"}"#;
    let host = logged_in().service(move |_| Reply::new(409, conflict));
    assert_snapshot!(host.transcript("registry create new --package-type npm"));
}

#[test]
fn without_a_terminal_a_registry_is_deleted() {
    let host = host();
    assert_snapshot!(host.transcript("registry delete my-files"));
    assert_snapshot!(requests(&host));
}

#[test]
fn on_a_terminal_the_name_must_be_typed() {
    let agreed = host().answers(&["my-files"]);
    assert_snapshot!(agreed.transcript("registry delete my-files --no-color"));
    assert_eq!(agreed.sent().len(), 2);
    for answer in [&["my-file"][..], &["y"], &[""], &[]] {
        let declined = host().answers(answer);
        let (code, out, err) = declined.run("registry delete my-files --no-color");
        assert_eq!((code, out.as_str()), (1, ""), "{answer:?}");
        assert!(err.ends_with("error[declined]: nothing was done\n"), "{err}");
        assert!(!requests(&declined).contains("DELETE"), "{answer:?}");
    }
    let unasked = host().terminal();
    assert_eq!(unasked.run("registry delete my-files --yes").0, 0);
    assert_eq!(unasked.sent().len(), 1);
}

#[test]
fn a_dry_run_deletes_no_registry() {
    let host = host();
    assert_snapshot!(host.transcript("registry delete my-files --dry-run"));
    assert!(!requests(&host).contains("DELETE"));
    assert_eq!(host.run("registry delete my-file --dry-run").0, 1);
}

#[test]
fn metadata_is_set_shown_and_deleted() {
    let host = host();
    assert_snapshot!(
        host.transcript("registry metadata set --registry r --metadata env:prod,url:http://a:1")
    );
    assert_snapshot!(host.transcript("registry metadata get --registry r --format json"));
    assert_snapshot!(
        host.transcript("registry metadata delete --registry r --metadata env:prod --format yaml")
    );
    assert_snapshot!(requests(&host));
}

#[test]
fn wrong_pairs_are_told_before_anything_is_sent() {
    let host = host();
    assert_snapshot!(host.transcript("registry metadata set --registry r --metadata env:prod,region"));
    assert!(host.sent().is_empty());
}

#[test]
fn the_open_source_service_has_no_metadata() {
    let login =
        r#"{"base_url":"https://har.example","token":"opaque","account_id":"acc","service":"open-source"}"#;
    let host = MemoryHost::default()
        .env("HOME", "/home/me")
        .file("/home/me/.harness/auth.json", login)
        .service(service);
    assert_snapshot!(host.transcript("registry metadata get --registry r"));
    assert_eq!(host.run("registry delete my-files").0, 0);
    assert_snapshot!(requests(&host));
}
