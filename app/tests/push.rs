//! `hc artifact push generic` in process, with a scripted service: what all pushes have in common.

#![expect(clippy::panic, clippy::expect_used, reason = "a test stops at once")]

mod support;

use std::time::Duration;

use hc_app::host::HostError;
use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent, logged_in, requests};

/// The SHA-256 of `content`.
const SHA256: &str = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
const INFO: &str = r#"{"data":{"registryUrl":"https://pkg.example"}}"#;

fn service(sent: &Sent) -> Reply {
    match sent.line.split_once(' ').expect("a method and a URL") {
        ("GET", url) if url.contains("/system/info") => Reply::new(200, INFO),
        ("PUT", url) if url.contains("refused") => {
            Reply::new(409, r#"{"code":"409","message":"it is there"}"#)
        }
        ("PUT", _) => Reply::taken(sent),
        ("HEAD", url) if url.contains("same") => Reply::new(200, "").header("etag", &format!("\"{SHA256}\"")),
        ("HEAD", url) if url.contains("other") => {
            Reply::new(200, "").header("x-checksum-md5", "00000000000000000000000000000000")
        }
        ("HEAD", _) => Reply::new(404, ""),
        other => panic!("{other:?}"),
    }
}

fn host() -> MemoryHost {
    logged_in().service(service).file("build/app #1.zip", "content")
}

/// A folder with all that a folder can hold.
fn folder() -> MemoryHost {
    host()
        .file("build/b/c.txt", "c")
        .file("build/.hidden", "h")
        .file("build/.git/config", "g")
        .link("build/link", "build/b/c.txt")
}

#[test]
fn a_file_is_pushed_with_its_checksums() {
    let host = host();
    let push = |more: &[&str]| {
        let args = [
            "artifact",
            "push",
            "generic",
            "r 1",
            "build/app #1.zip",
            "--name",
            "my app",
        ];
        host.run_args(&[&args, more].concat())
    };
    let (code, out, err) = push(&[]);
    assert_eq!(code, 0);
    assert_snapshot!(format!("{out}{err}"));
    let (_, out, _) = push(&[
        "--version",
        "2",
        "--pkg-url",
        "http://127.0.0.1:1/",
        "--format",
        "json",
    ]);
    assert_snapshot!(out);
    let sent = host.sent();
    let put = sent.last().expect("a request");
    assert_eq!(put.headers["content-type"], "application/octet-stream");
    assert_eq!(put.headers["x-checksum-md5"], "9a0364b9e99bb480dd25e1f0284c8555");
    assert_eq!(
        put.headers["x-checksum-sha1"],
        "040f06fd774092478d450774f5ba30c5da78acc8"
    );
    assert_eq!(put.headers["x-checksum-sha256"], SHA256);
    assert_eq!(put.headers["x-checksum-sha512"].len(), 128);
    assert_eq!(put.headers["x-api-key"], "pat.acc.id.secret");
    assert_snapshot!(requests(&host));
}

#[test]
fn what_cannot_be_pushed_is_told() {
    let host = host().file("other/app #1.zip", "x").file(".empty/.hidden", "h");
    assert_snapshot!(host.transcript("artifact push generic r1 nowhere --name a"));
    assert_snapshot!(host.transcript("artifact push generic r1 .empty --name a"));
    let twice = ["build/app #1.zip", "other/app #1.zip"];
    let (code, _, err) = host.run_args(
        &[
            &["artifact", "push", "generic", "r1"],
            &twice[..],
            &["--name", "a"],
        ]
        .concat(),
    );
    assert_eq!(code, 2);
    assert_snapshot!(err);
    assert!(host.sent().is_empty());
    let conflict = r#"{"code":"409","message":"the file is there already"}"#;
    let refusing = logged_in()
        .service(move |_| Reply::new(409, conflict))
        .file("a", "content");
    assert_snapshot!(
        refusing.transcript("artifact push generic r1 a --name a --pkg-url https://pkg.example")
    );
}

#[test]
fn what_stands_there_must_be_a_file() {
    let host = host().pipe("pipe").file("d/a.tgz", "x");
    // As hosts list a name that is no text.
    let host = host.broken_file("e/bad\u{fffd}", HostError::NotFound);
    for push in [
        "generic r1 pipe --name a",
        "npm r1 pipe",
        "maven r1 g.example:a:1 d/a.tgz --pom pipe",
    ] {
        let (code, _, err) = host.run(&format!("artifact push {push}"));
        assert_eq!(code, 1, "{push}");
        assert!(
            err.contains("pipe: is neither a file nor a folder"),
            "{push}: {err}"
        );
    }
    let (_, _, err) = host.run("artifact push maven r1 g.example:a:1 d/a.tgz --pom d");
    assert!(err.contains("d: is a folder, not a file"), "{err}");
    let (_, _, err) = host.run("artifact push generic r1 e --name a");
    assert!(err.contains("may not be valid Unicode"), "{err}");
    assert!(host.sent().is_empty());
}

#[test]
fn a_folder_keeps_its_name_and_links_are_not_followed() {
    let host = folder();
    assert_snapshot!(host.transcript("artifact push generic r1 build --name a"));
    assert_snapshot!(requests(&host));
    let host = folder();
    assert_eq!(
        host.run("artifact push generic r1 ./build/ --name a --include-hidden")
            .0,
        0
    );
    let urls: Vec<String> = host.sent().into_iter().skip(1).map(|sent| sent.line).collect();
    assert_snapshot!(urls.join("\n"));
}

#[test]
fn a_pattern_means_what_it_means_in_a_shell() {
    let host = logged_in()
        .service(service)
        .file("dist/a.whl", "a")
        .file("dist/b.whl", "b")
        .file("dist/.gitignore", "*")
        .file("dist/sub/c.whl", "c")
        .link("dist/linked.whl", "dist/a.whl")
        .link("dist/broken.whl", "nowhere");
    for (pattern, expected) in [
        ("dist/*.whl", &["a.whl", "b.whl", "linked.whl"][..]),
        ("./dist/?.whl", &["a.whl", "b.whl"]),
        ("d[hi]st/a*", &["a.whl"]),
        ("dist/*", &["a.whl", "b.whl", "linked.whl", "sub/c.whl"]),
        ("dist/**/*.whl", &["a.whl", "b.whl", "c.whl", "linked.whl"]),
        ("dist/.*", &[".gitignore"]),
        ("*.whl", &[]),
        ("nowhere/*", &[]),
    ] {
        let push = format!("artifact push generic r1 {pattern} --name a --dry-run --format json");
        let (code, out, err) = host.run(&push);
        assert_eq!(code == 0, !expected.is_empty(), "{pattern}: {err}");
        let names: Vec<_> = out
            .lines()
            .filter_map(|line| line.trim().strip_prefix("\"file\": \""))
            .map(|rest| rest.trim_end_matches("\",").to_owned())
            .collect();
        assert_eq!(names, expected, "{pattern}");
    }
    // A package that a link names is pushed, from a folder as by a pattern; a hidden file is no package.
    for named in ["dist", "dist/*"] {
        let (_, _, err) = host.run(&format!("artifact push python r1 {named}"));
        assert!(
            err.contains("error[refused]: nothing was pushed: 3 of 3"),
            "{named}: {err}"
        );
    }
}

#[test]
fn a_dry_run_shows_what_would_be_sent_and_sends_nothing() {
    let host = folder();
    assert_snapshot!(host.transcript("artifact push generic r1 build --name a --dry-run"));
    let (code, out, _) = host.run(
        "artifact push generic r1 build/b --name a --dry-run --format json --pkg-url https://pkg.example",
    );
    assert_eq!(code, 0);
    assert_snapshot!(out);
    let is_read = |sent: &Sent| sent.line.starts_with("GET");
    assert!(host.sent().iter().all(is_read));
}

#[test]
fn what_is_there_with_the_same_content_is_left_alone() {
    let host = host()
        .file("d/same", "content")
        .file("d/other", "content")
        .file("d/new", "content");
    assert_snapshot!(host.transcript("artifact push generic r1 d --name a --skip-existing --quiet"));
    assert_snapshot!(requests(&host));
}

#[test]
fn what_is_there_may_lie_elsewhere() {
    let host = logged_in().file("a", "content").service(|sent| {
        if sent.line.contains("//store.example") {
            Reply::new(200, "").header("etag", &format!("\"{SHA256}\""))
        } else {
            Reply::new(302, "").header("location", "https://store.example/x")
        }
    });
    let (code, out, err) =
        host.run("artifact push generic r1 a --name a --skip-existing --pkg-url https://pkg.example");
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("skipped"), "{out}");
    let sent = host.sent();
    assert!(sent[0].headers.contains_key("x-api-key"));
    assert!(!sent[1].headers.contains_key("x-api-key"));
}

#[test]
fn each_failure_is_named_and_the_rest_is_pushed() {
    let host = host()
        .file("d/a", "1")
        .file("d/refused", "2")
        .file("d/z", "3")
        .broken_file("d/locked", HostError::PermissionDenied);
    assert_snapshot!(host.transcript("artifact push generic r1 d --name a --format json --quiet"));
    let lost = logged_in()
        .service(|_| Reply::new(401, r#"{"code":"401","message":"no"}"#))
        .file("d/a", "1")
        .file("d/b", "2")
        .file("d/c", "3");
    let push = "artifact push generic r1 d --name a --jobs 1 --quiet --pkg-url https://pkg.example";
    assert_snapshot!(lost.transcript(push));
    assert_eq!(lost.sent().len(), 1);
}

#[test]
fn a_service_that_took_another_content_is_told() {
    const OTHER: &str = "0000000000000000000000000000000000000000000000000000000000000000";
    let (same, other) = (format!("\"{SHA256}\""), format!("\"{OTHER}\""));
    for (name, value, is_taken) in [
        ("x-checksum-sha256", SHA256, true),
        ("x-checksum-sha256", OTHER, false),
        ("x-checksum-md5", "00000000000000000000000000000000", false),
        ("etag", &same, true),
        ("etag", &other, false),
        ("etag", "\"7-5f3a\"", true),
    ] {
        let answer = (name, value.to_owned());
        let host = logged_in()
            .service(move |_| Reply::new(201, "").header(answer.0, &answer.1))
            .file("a", "content");
        let (code, out, err) =
            host.run("artifact push generic r1 a --name a --format json --pkg-url https://pkg.example");
        assert_eq!(code == 0, is_taken, "{name}: {value}: {out}{err}");
        assert_eq!(out.contains(r#""status": "pushed""#), is_taken, "{out}");
        assert_eq!(err.contains("error[checksum]: a: "), !is_taken, "{err}");
        assert_eq!(err.contains("Uploaded"), is_taken, "{err}");
    }
}

#[test]
fn so_many_files_are_sent_at_once() {
    for (jobs, seconds) in [("1", 8), ("4", 2), ("8", 1)] {
        let slow = |sent: &Sent| Reply::taken(sent).after(Duration::from_secs(1));
        let mut host = logged_in().service(slow);
        for number in 0..8 {
            host = host.file(&format!("d/{number}"), "content");
        }
        let push = format!("artifact push generic r1 d --name a --jobs {jobs} --pkg-url https://pkg.example");
        assert_eq!(host.run(&push).0, 0);
        let last = host.sent().iter().map(|sent| sent.at).max().expect("a request");
        assert_eq!(last, Duration::from_secs(seconds - 1), "{jobs}");
    }
}

#[test]
fn each_file_has_a_line_of_progress_on_a_terminal() {
    let slow = |sent: &Sent| Reply::taken(sent).after(Duration::from_millis(250));
    let host = logged_in()
        .service(slow)
        .file("d/a", "content")
        .file("d/b", "b")
        .terminal();
    let (_, _, err) = host.run("artifact push generic r1 d --name a --pkg-url https://pkg.example");
    assert_snapshot!(err.replace('\u{1b}', "ESC").replace('\r', "CR"));
}
