//! `hc artifact …` in process, with a scripted service.

#![expect(clippy::panic, clippy::expect_used, reason = "a test stops at once")]

mod support;

use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent, logged_in, requests};

const ARTIFACTS: &str = r#"{"status":"SUCCESS","data":{"pageIndex":0,"pageCount":1,"pageSize":10,"itemCount":4,"artifacts":[
    {"name":"my-app","version":"1.0.0","packageType":"GENERIC","registryIdentifier":"r1","downloadsCount":3,"registryPath":"acc/r1"},
    {"name":"my-app-2","version":"1.0.0","packageType":"GENERIC","registryIdentifier":"r3","downloadsCount":0},
    {"name":"curl","version":"8","packageType":"DEBIAN","registryIdentifier":"r2","artifactKey":{"architecture":"amd64","distribution":"jammy"}},
    {"name":"evil\u001b[31m","latestVersion":"2.0.0","packageType":"NPM","registryIdentifier":"r2"}]}}"#;
const VERSIONS: &str = r#"{"status":"SUCCESS","data":{"pageIndex":0,"pageCount":2,"pageSize":10,"itemCount":12,"artifactVersions":[
    {"name":"1.0.0","size":"3 KB","fileCount":2,"downloadsCount":3},
    {"name":"0.9 #1","size":"2 KB"}]}}"#;
const FILES: &str = r#"{"status":"SUCCESS","files":[
    {"name":"a/app.zip","size":"1 KB","checksums":["SHA-256: 00"],"downloadCommand":"curl","createdAt":"1"},
    {"name":"evil\u001b[31m","size":"2 KB","checksums":[]}]}"#;
const SUCCESS: &str = r#"{"status":"SUCCESS"}"#;
const MATCHED: &str = r#"{"dryRun":true,"total":2,"success":2,"failed":0,
    "successPackages":["my-app@0.1.0","my-app@0.2.0"],"failedPackages":[],"message":"2 would be deleted"}"#;
const PARTLY: &str = r#"{"data":{"success":1,"failed":2,
    "successPackages":["my-app@0.1.0"],"failedPackages":[{"package":"my-app","version":"0.2.0","error":"in use"}]}}"#;

fn service(sent: &Sent) -> Reply {
    match sent.line.split_once(' ').expect("a method and a URL") {
        ("GET", url) if url.contains("/artifacts?") && url.contains("page=2") => {
            Reply::new(200, ARTIFACTS.replace(r#""pageIndex":0"#, r#""pageIndex":2"#))
        }
        ("GET", url) if url.contains("/artifacts?") => Reply::new(200, ARTIFACTS),
        ("GET", url) if url.contains("/versions?") => Reply::new(200, VERSIONS),
        ("GET", url) if url.contains("/version/1.0.0/files?") => Reply::new(200, FILES),
        ("GET", url) if url.contains("/files?") => Reply::new(404, r#"{"code":"404","message":"no files"}"#),
        ("DELETE", url) if url.contains("/artifact/") => Reply::new(200, SUCCESS),
        ("POST", url) if url.contains("/copy?") => Reply::new(200, SUCCESS),
        other => panic!("{other:?}"),
    }
}

fn host() -> MemoryHost {
    logged_in().service(service)
}

fn bulk(answer: &'static str) -> MemoryHost {
    logged_in().service(move |_| Reply::new(200, answer))
}

#[test]
fn artifacts_are_listed_for_people_and_for_programs() {
    let host = host();
    assert_snapshot!(host.transcript("artifact list"));
    assert_snapshot!(host.transcript("art list r1 --search app --format json --page 2 --page-size 5"));
    host.run("artifact list --registry r1 --org devrel --project sd1");
    host.run("artifact list r1 --registry r1 --all");
    assert_snapshot!(requests(&host));
    assert_snapshot!(host.transcript("artifact list r1 --registry r2"));
}

#[test]
fn an_artifact_is_shown_with_its_versions_and_files() {
    let host = host();
    assert_snapshot!(host.transcript("artifact get my-app"));
    assert_snapshot!(requests(&host));
    assert_snapshot!(host.transcript("artifact get @s/my-app --registry r1 --format json"));
    assert_snapshot!(host.transcript("artifact get my"));
}

#[test]
fn a_list_without_an_end_is_not_fetched() {
    let host = logged_in().service(|_| {
        Reply::new(
            200,
            r#"{"data":{"artifacts":[{"name":"a"}],"pageIndex":0,"pageCount":10001,"itemCount":9}}"#,
        )
    });
    let (code, out, err) = host.run("artifact list --all");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains("error[bad-answer]: the list does not end: the service tells of 10001 pages"),
        "{err}"
    );
    assert_eq!(host.sent().len(), 1);
}

#[test]
fn an_artifact_in_several_registries_needs_a_choice() {
    let two = r#"{"data":{"artifacts":[{"name":"a","registryIdentifier":"r1"},{"name":"a","registryIdentifier":"r2"}]}}"#;
    let none = r#"{"data":{"artifacts":[]}}"#;
    let host = logged_in()
        .service(move |sent| Reply::new(200, if sent.line.contains("page=0") { two } else { none }));
    assert_snapshot!(host.transcript("artifact get a"));
}

#[test]
fn versions_and_packages_have_metadata() {
    let host = logged_in().service(|sent| {
        if sent.line.starts_with("DELETE") {
            return Reply::new(200, SUCCESS);
        }
        Reply::new(
            200,
            r#"{"status":"SUCCESS","data":{"metadata":[{"key":"approved","value":"true"}]}}"#,
        )
    });
    for command in [
        "artifact metadata set --registry r1 --package nginx --metadata owner:team-a",
        "artifact metadata set --registry r1 --package nginx --version 1.2.3 --metadata approved:true",
        "artifact metadata get --registry r1 --package @s/nginx --version 1.2.3",
        "art metadata delete --registry r1 --package nginx --metadata owner:team-a",
        "artifact metadata get --registry deb --package a --artifact-key architecture=amd64,component=main",
        "artifact metadata set --registry deb --package a --artifact-key architecture=amd64 --metadata owner:team-a",
    ] {
        let (code, out, err) = host.run(command);
        assert_eq!((code, err.as_str()), (0, ""), "{command}");
        assert!(out.contains("approved"), "{out}");
    }
    assert_snapshot!(requests(&host));
}

#[test]
fn a_version_or_an_artifact_is_deleted() {
    let host = host();
    assert_snapshot!(host.transcript("artifact delete my-app --registry r1 --version 1.0.0"));
    assert_snapshot!(host.transcript("artifact delete @s/a --registry r1"));
    assert_snapshot!(requests(&host));
}

#[test]
fn a_dry_run_deletes_no_artifact() {
    for command in [
        "artifact delete my-app --registry r1 --dry-run",
        "artifact delete my-app --registry r1 --version 0.1.0 --dry-run --yes",
        "artifact delete my-* --registry r1 --version 0.?.0 --dry-run",
    ] {
        let host = bulk(MATCHED).terminal();
        assert_eq!(host.run(command).0, 0, "{command}");
        let sent = host.sent();
        assert_eq!(sent.len(), 1, "{command}");
        assert!(sent[0].line.starts_with("POST "), "{}", sent[0].line);
        assert!(sent[0].body.contains(r#""dryRun":true"#), "{}", sent[0].body);
    }
    assert_snapshot!(
        bulk(MATCHED).transcript("artifact delete my-app --registry r1 --version 0.* --dry-run")
    );
}

#[test]
fn patterns_are_deleted_in_bulk() {
    let host = bulk(MATCHED);
    assert_snapshot!(host.transcript("artifact delete my-* --registry r1 --format json"));
    host.run("artifact delete my-app --registry r1 --version 0.?.0");
    assert_snapshot!(requests(&host));
    assert_snapshot!(bulk(r#"{"successPackages":[]}"#).transcript("artifact delete no-* --registry r1"));
}

/// No version at all means every version to the service: a script's unset variable must not.
#[test]
fn an_empty_version_is_refused() {
    let host = bulk(MATCHED);
    let delete = ["artifact", "delete", "my-*", "--registry", "r1", "--version", ""];
    assert_eq!(host.run_args(&delete).0, 2);
    assert!(host.sent().is_empty());
}

#[test]
fn what_could_not_be_deleted_is_named_and_fails() {
    assert_snapshot!(bulk(PARTLY).transcript("artifact delete my-* --registry r1"));
}

#[test]
fn on_a_terminal_deleting_needs_a_yes() {
    let agreed = host().answers(&["y"]);
    assert_snapshot!(agreed.transcript("artifact delete my-app --registry r1 --version 1.0.0 --no-color"));
    for answer in [&["n"][..], &[""], &["yess"], &[]] {
        let declined = host().answers(answer);
        let (code, _, err) = declined.run("artifact delete my-* --registry r1 --no-color");
        assert_eq!(code, 1, "{answer:?}");
        assert!(err.ends_with("error[declined]: nothing was done\n"), "{err}");
        assert!(declined.sent().is_empty(), "{answer:?}");
    }
    assert_eq!(
        host()
            .terminal()
            .run("artifact delete my-app --registry r1 --yes")
            .0,
        0
    );
}

#[test]
fn a_version_is_copied() {
    let host = host();
    assert_snapshot!(host.transcript("artifact copy source/@s/nginx/1.2.3 destination"));
    host.run("artifact copy ml/my-model/v2.0 prod --artifact-type model");
    host.run("artifact copy deb/a/1.0 prod --artifact-key architecture=amd64,component=main");
    assert_snapshot!(requests(&host));
    assert_snapshot!(host.transcript("artifact copy source/nginx destination"));
    assert_eq!(host.run("artifact copy a/b/1 c --artifact-type image").0, 2);
    assert_eq!(host.run("artifact copy a/b/1 c --artifact-key architecture").0, 2);
}

#[test]
fn the_open_source_service_only_deletes_by_name() {
    let login =
        r#"{"base_url":"https://har.example","token":"opaque","account_id":"acc","service":"open-source"}"#;
    let host = MemoryHost::default()
        .env("HOME", "/home/me")
        .file("/home/me/.harness/auth.json", login)
        .service(service);
    assert_eq!(host.run("artifact delete my-app --registry r1").0, 0);
    for command in [
        "artifact delete my-* --registry r1",
        "artifact delete my-app --registry r1 --dry-run",
        "artifact copy a/b/1 c",
    ] {
        let (code, _, err) = host.run(command);
        assert_eq!(code, 1, "{command}");
        assert!(
            err.contains("error[unsupported]: Harness Open Source has no "),
            "{err}"
        );
    }
    assert_snapshot!(requests(&host));
}
