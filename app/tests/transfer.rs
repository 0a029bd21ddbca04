//! `hc artifact pull …` in process, with a scripted service.

#![expect(clippy::panic, clippy::expect_used, reason = "a test stops at once")]

mod support;

use hc_app::host::{HostError, NetError, NetErrorKind};
use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent, logged_in, requests};

/// The SHA-256 of `content`.
const SHA256: &str = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
const INFO: &str = r#"{"data":{"registryUrl":"https://pkg.example"}}"#;

fn service(sent: &Sent) -> Reply {
    match sent.line.split_once(' ').expect("a method and a URL") {
        ("GET", url) if url.contains("/system/info") => Reply::new(200, INFO),
        ("GET", _) => Reply::new(200, "content")
            .header("etag", &format!("\"{SHA256}\""))
            .header("content-length", "7")
            .header("content-disposition", "attachment; filename=../../evil"),
        other => panic!("{other:?}"),
    }
}

fn host() -> MemoryHost {
    logged_in().service(service).file("build/app #1.zip", "content")
}

fn pulling(reply: Reply) -> MemoryHost {
    logged_in().service(move |sent| {
        if sent.line.contains("/system/info") {
            Reply::new(200, INFO)
        } else {
            reply.clone()
        }
    })
}

const PULL: &str = "artifact pull generic r1 my-app/1.0.0/a/app.zip";

#[test]
fn a_file_is_pulled_into_a_file_or_a_folder() {
    let host = host();
    assert_snapshot!(host.transcript(&format!("{PULL} here.zip")));
    assert_snapshot!(requests(&host));
    assert_snapshot!(host.transcript(&format!("{PULL} build --format json")));
    assert_eq!(host.run(&format!("{PULL} new/deep/")).0, 0);
    for path in ["here.zip", "build/app.zip", "new/deep/app.zip"] {
        assert_eq!(host.content(path).as_deref(), Some("content"), "{path}");
        assert_eq!(host.content(&format!("{path}.part")), None, "{path}");
    }
}

#[test]
fn a_device_is_not_replaced() {
    let host = host().pipe("dev/null");
    let (code, _, err) = host.run(&format!("{PULL} dev/null"));
    assert_eq!(code, 1);
    assert!(err.contains("dev/null: is neither a file nor a folder"), "{err}");
    assert_eq!(host.content("dev/null").as_deref(), Some(""));
}

#[test]
fn without_a_checksum_the_user_is_told() {
    let host = pulling(Reply::new(200, "content"));
    assert_snapshot!(host.transcript(&format!("{PULL} here.zip")));
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    let host = host();
    for file in ["..", "a/..", "a/.", "x/", "a\\b", "C:a"] {
        let source = format!("my-app/1.0.0/{file}");
        let (code, _, err) = host.run_args(&["artifact", "pull", "generic", "r1", &source, "build"]);
        assert_eq!(code, 2, "{file}: {err}");
    }
    assert!(host.sent().is_empty());
}

#[test]
fn a_failure_leaves_nothing_under_the_final_name() {
    let broken = || NetError {
        kind: NetErrorKind::Broken("reset".to_owned()),
        may_have_arrived: true,
    };
    let mut all = String::new();
    for (what, reply) in [
        (
            "another checksum",
            Reply::new(200, "contend").header("x-checksum-sha256", SHA256),
        ),
        ("too short", Reply::new(200, "cont").header("content-length", "7")),
        ("cut in the body", Reply::new(200, "cont").cut(broken())),
        (
            "not there",
            Reply::new(404, r#"{"code":"404","message":"no such file"}"#),
        ),
    ] {
        let host = pulling(reply).file("here.zip", "old");
        let (code, out, err) = host.run(&format!("{PULL} here.zip"));
        assert_eq!((code, out.as_str()), (1, ""), "{what}");
        assert_eq!(host.content("here.zip").as_deref(), Some("old"), "{what}");
        assert_eq!(host.content("here.zip.part"), None, "{what}");
        all.push_str(&format!("{what}:\n{err}\n"));
    }
    let full = pulling(Reply::new(200, "content"))
        .broken_file("here.zip.part", HostError::Other("no space left".to_owned()));
    let (code, _, err) = full.run(&format!("{PULL} here.zip"));
    assert_eq!((code, full.content("here.zip")), (1, None));
    all.push_str(&format!("disk full:\n{err}"));
    assert_snapshot!(all);
}

#[test]
fn a_package_host_that_leads_elsewhere_gets_no_key() {
    let host = logged_in().service(|sent| {
        if sent.line.contains("//pkg.example") {
            Reply::new(302, "").header("location", "https://store.example/x?signature=1")
        } else {
            Reply::new(200, "content")
        }
    });
    assert_eq!(
        host.run(&format!("{PULL} here.zip --pkg-url https://pkg.example"))
            .0,
        0
    );
    let sent = host.sent();
    assert!(sent[0].headers.contains_key("x-api-key"));
    assert!(!sent[1].headers.contains_key("x-api-key"));
}

#[test]
fn progress_is_one_line_on_a_terminal_and_nothing_when_quiet() {
    let (_, _, err) = host().terminal().run(&format!("{PULL} here.zip"));
    assert_eq!(
        err,
        "  Downloading my-app/1.0.0/a/app.zip...\n\u{1b}[?7l\r  Downloading here.zip: ████████████ \
         7 B of 7 B (100 %)\u{1b}[K\u{1b}[?7h\r\u{1b}[K"
    );
    assert_eq!(host().terminal().run(&format!("{PULL} here.zip --quiet")).2, "");
}
