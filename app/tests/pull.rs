//! `hc artifact pull generic` in process: files that break off and are gone on with, services that lie about
//! ranges, and whole versions.

#![expect(clippy::panic, reason = "a test stops at once")]

mod support;

use std::cell::Cell;
use std::rc::Rc;

use hc_app::host::{NetError, NetErrorKind};
use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent, logged_in, requests};

const WHOLE: &str = "0123456789";
/// The SHA-256 of `WHOLE`.
const SHA256: &str = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";
const ETAG: &str = "\"v1\"";
const PULL: &str = "artifact pull generic r1 p/1/f here --pkg-url https://pkg.example";

fn broken() -> NetError {
    NetError {
        kind: NetErrorKind::Broken("reset".to_owned()),
        may_have_arrived: true,
    }
}

fn whole() -> Reply {
    Reply::new(200, WHOLE)
        .header("etag", ETAG)
        .header("content-length", "10")
        .header("x-checksum-sha256", SHA256)
}

/// The whole file is announced, and its first four bytes come.
fn cut() -> Reply {
    whole().body("0123").cut(broken())
}

/// What comes after `first` bytes.
fn rest(first: usize) -> Reply {
    Reply::new(206, &WHOLE[first..])
        .header("etag", ETAG)
        .header("content-range", &format!("bytes {first}-9/10"))
        .header("x-checksum-sha256", SHA256)
}

/// A service that answers requests one after the other, the last one again and again.
fn answering(replies: impl Into<Vec<Reply>>) -> MemoryHost {
    let (replies, next) = (replies.into(), Cell::new(0));
    logged_in().service(move |sent| {
        // It tells nothing of a file beside the file.
        if !is_for_file(sent) {
            return Reply::new(405, "");
        }
        let number = next.replace(next.get() + 1);
        replies[number.min(replies.len() - 1)].clone()
    })
}

/// Whether a request is one for the file itself.
fn is_for_file(sent: &Sent) -> bool {
    sent.line.starts_with("GET https://pkg.example/")
}

/// What was asked for in a request besides the file.
fn conditions(sent: &Sent) -> (Option<&str>, Option<&str>) {
    let header = |name| sent.headers.get(name).and_then(|value| value.to_str().ok());
    (header("range"), header("if-range"))
}

/// Only the file itself is there, with this content.
fn assert_only(host: &MemoryHost, content: Option<&str>, what: &str) {
    assert_eq!(host.content("here").as_deref(), content, "{what}");
    let left: Vec<_> = host
        .paths()
        .into_iter()
        .filter(|path| path != "/work/here")
        .collect();
    assert_eq!(left, [""; 0], "{what}");
}

#[test]
fn what_broke_off_is_gone_on_with() {
    let host = answering([cut(), rest(4).body("45").cut(broken()), rest(6)]);
    assert_snapshot!(host.transcript(PULL));
    assert_only(&host, Some(WHOLE), "");
    let sent = host.sent();
    assert_eq!(conditions(&sent[0]), (None, None));
    assert_eq!(conditions(&sent[1]), (Some("bytes=4-"), Some(ETAG)));
    assert_eq!(conditions(&sent[2]), (Some("bytes=6-"), Some(ETAG)));
}

#[test]
fn the_next_run_goes_on_where_the_last_one_gave_up() {
    let is_up = Rc::new(Cell::new(false));
    let switch = Rc::clone(&is_up);
    let host = logged_in().service(move |sent| match conditions(sent) {
        (None, _) => cut(),
        _ if switch.get() => rest(4),
        _ => rest(4).body("").cut(broken()),
    });
    let (code, out, err) = host.run(PULL);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_snapshot!(err);
    assert_eq!(host.sent().len(), 9);
    assert_eq!(host.content("here"), None);
    assert_eq!(host.content("here.part").as_deref(), Some("0123"));
    is_up.set(true);
    assert_eq!(host.run(PULL).0, 0);
    assert_eq!(host.sent().len(), 10);
    assert_only(&host, Some(WHOLE), "");
}

#[test]
fn what_cannot_be_trusted_to_go_on_is_begun_anew() {
    let header = |name, value: &str| rest(4).header(name, value);
    for (what, second) in [
        ("the file is another one now", whole()),
        ("it begins elsewhere", header("content-range", "bytes 3-9/10")),
        ("the file is longer", header("content-range", "bytes 4-9/11")),
        ("the range makes no sense", header("content-range", "bytes 4-9")),
        ("it has another ETag", header("etag", "\"v2\"")),
        ("it has a weak ETag", header("etag", "W/\"v1\"")),
        (
            "it has no ETag",
            Reply::new(206, "456789").header("content-range", "bytes 4-9/10"),
        ),
        (
            "it has another checksum",
            header("x-checksum-sha256", &SHA256.replace('8', "9")),
        ),
        ("it has no range", Reply::new(206, "456789").header("etag", ETAG)),
        ("there is no such range", Reply::new(416, "")),
    ] {
        let host = answering([cut(), second, whole()]);
        assert_eq!(host.run(PULL).0, 0, "{what}");
        assert_only(&host, Some(WHOLE), what);
        let last = host.sent().pop().expect("a request");
        let is_second = what == "the file is another one now";
        assert_eq!(conditions(&last).0.is_some(), is_second, "{what}");
    }
}

#[test]
fn a_file_that_changed_is_the_new_one() {
    let other = Reply::new(200, "another").header("etag", "\"v2\"");
    let host = answering([cut(), other]);
    assert_eq!(host.run(PULL).0, 0);
    assert_only(&host, Some("another"), "");
}

#[test]
fn what_is_put_together_wrong_is_not_kept() {
    let host = answering([cut(), rest(4).body("x56789")]).file("here", "old");
    let (code, _, err) = host.run(PULL);
    assert_eq!(code, 1);
    assert!(err.contains("error[checksum]"), "{err}");
    assert_only(&host, Some("old"), "");
}

#[test]
fn nothing_stays_that_cannot_be_gone_on_with() {
    let weak = || Reply::new(200, "0123").header("etag", "W/\"v1\"").cut(broken());
    let none = || Reply::new(200, "0123").cut(broken());
    let missing = || Reply::new(404, "");
    let long = || whole().body("0123456789x");
    for (what, replies, asked) in [
        ("a weak ETag", vec![weak()], 1),
        ("no ETag", vec![none()], 1),
        ("more than was announced", vec![long()], 1),
        ("a part that nobody asked for", vec![rest(0)], 1),
        ("no content", vec![Reply::new(204, "")], 1),
        ("the file is gone", vec![cut(), missing()], 2),
    ] {
        let host = answering(replies).file("here", "old");
        assert_eq!(host.run(PULL).0, 1, "{what}");
        let sent = host.sent();
        let asked_for_it = sent.iter().filter(|sent| is_for_file(sent));
        assert_eq!(asked_for_it.count(), asked, "{what}");
        assert_only(&host, Some("old"), what);
    }
}

#[test]
fn what_is_left_counts_only_for_the_same_place() {
    let record = |url: &str| {
        format!(r#"{{"url":"{url}","etag":"\"v1\"","size":10,"checksums":{{"sha256":"{SHA256}"}}}}"#)
    };
    let here = record("https://pkg.example/pkg/acc/r1/files/p/1/f");
    for (what, record, part, range) in [
        ("this file", here.as_str(), "0123", Some("bytes=4-")),
        ("whole, but not yet renamed", &here, WHOLE, Some("bytes=9-")),
        ("longer than the file", &here, "0123456789x", Some("bytes=9-")),
        ("empty", &here, "", None),
        (
            "another file",
            &record("https://pkg.example/pkg/acc/r1/files/p/2/f"),
            "0123",
            None,
        ),
        ("a broken record", &here[..50], "0123", None),
        ("no record", "", "0123", None),
    ] {
        let host = logged_in().service(|sent| match conditions(sent).0 {
            Some("bytes=4-") => rest(4),
            Some("bytes=9-") => rest(9),
            _ => whole(),
        });
        let host = host.file("here.part", part).file("here.part.json", record);
        assert_eq!(host.run(PULL).0, 0, "{what}");
        assert_only(&host, Some(WHOLE), what);
        assert_eq!(conditions(&host.sent()[0]).0, range, "{what}");
    }
}

/// A version with these files; each holds its name.
fn version(names: &'static [&'static str]) -> MemoryHost {
    logged_in().service(move |sent| match sent.line.split_once("/files") {
        Some((_, query)) if query.starts_with('?') => {
            let files: Vec<String> = names
                .iter()
                .map(|name| format!(r#"{{"name":{name:?},"size":"1 B","checksums":[]}}"#))
                .collect();
            let files = files.join(",");
            Reply::new(
                200,
                format!(r#"{{"data":{{"files":[{files}],"pageIndex":0,"pageCount":1}}}}"#),
            )
        }
        Some((_, "/p/1/gone")) => Reply::new(404, r#"{"code":"404","message":"no such file"}"#),
        Some((_, path)) => Reply::new(200, path),
        None => panic!("{}", sent.line),
    })
}

const PULL_ALL: &str = "artifact pull generic r1 p/1 dest/ --pkg-url https://pkg.example";

#[test]
fn all_files_of_a_version_land_under_their_names() {
    let host = version(&["a b#?%.txt", "deep/er/é.txt", "x", "x.part"]);
    assert_snapshot!(host.transcript(PULL_ALL));
    assert_snapshot!(requests(&host));
    assert_eq!(
        host.paths(),
        [
            "/work/dest/a b#?%.txt",
            "/work/dest/deep/er/é.txt",
            "/work/dest/x",
            "/work/dest/x.part"
        ]
    );
    assert_eq!(host.content("dest/x").as_deref(), Some("/p/1/x"));
    assert_eq!(host.content("dest/x.part").as_deref(), Some("/p/1/x.part"));
}

#[test]
fn each_file_that_fails_is_named_and_the_others_come() {
    let host = version(&[
        "../evil",
        "/etc/evil",
        "C:evil",
        "a/../../evil",
        "a\\evil",
        "gone",
        "good",
    ]);
    assert_snapshot!(host.transcript(&format!("{PULL_ALL} --jobs 1")));
    assert_eq!(host.paths(), ["/work/dest/good"]);
    let (code, out, _) = host.run(&format!("{PULL_ALL} --format json"));
    assert_eq!(code, 1);
    assert_snapshot!(out);
}

#[test]
fn a_version_needs_files_and_a_folder_to_put_them_into() {
    assert_snapshot!(version(&[]).transcript(PULL_ALL));
    assert_snapshot!(version(&["a"]).file("dest", "").transcript(PULL_ALL));
    assert_eq!(version(&["a"]).run("artifact pull generic r1 p dest").0, 2);
}

#[test]
fn what_would_fail_for_every_file_is_tried_once() {
    let host = logged_in().service(|sent| match sent.line.contains("/files?") {
        true => Reply::new(
            200,
            r#"{"data":{"files":[{"name":"a"},{"name":"b"},{"name":"c"}],"pageIndex":0,"pageCount":1}}"#,
        ),
        false => Reply::new(401, ""),
    });
    let (code, out, err) = host.run(&format!("{PULL_ALL} --jobs 1 --format json"));
    assert_eq!((code, host.sent().len()), (1, 2));
    assert_eq!(out.matches("not tried").count(), 2, "{out}");
    assert_eq!(err.matches("not tried").count(), 0, "{err}");
}

/// A service of one file, `WHOLE`, that may announce its checksum.
fn offered(is_announced: bool) -> MemoryHost {
    logged_in().service(move |sent| {
        let reply = if sent.line.starts_with("HEAD") {
            Reply::new(200, "").header("content-length", "10")
        } else {
            Reply::new(200, WHOLE)
        };
        match is_announced {
            true => reply.header("x-checksum-sha256", SHA256),
            false => reply,
        }
    })
}

#[test]
fn a_dry_run_tells_what_would_come_and_makes_nothing() {
    let host = offered(true);
    assert_snapshot!(host.transcript(&format!("{} --dry-run", PULL.replace(" here ", " new/ "))));
    assert_eq!(host.sent().len(), 1);
    assert!(host.sent()[0].line.starts_with("HEAD"));
    let host = version(&["a", "../evil"]);
    let (code, out, _) = host.run(&format!("{PULL_ALL} --dry-run --format json"));
    assert_eq!(
        (code, out.matches(r#""status": "planned""#).count()),
        (1, 1),
        "{out}"
    );
    assert!(host.paths().is_empty());
}

#[test]
fn what_is_here_with_the_same_content_is_not_fetched_again() {
    for (what, here, is_announced, expected) in [
        ("the same", Some(WHOLE), true, "skipped"),
        ("of the same length", Some("9876543210"), true, "pulled"),
        ("shorter", Some("0123"), true, "pulled"),
        ("nothing", None, true, "pulled"),
        ("no checksum to compare", Some(WHOLE), false, "pulled"),
    ] {
        let host = match here {
            Some(content) => offered(is_announced).file("here", content),
            None => offered(is_announced),
        };
        let (code, out, err) = host.run(&format!("{PULL} --skip-existing --format json"));
        let row = format!(r#""status": "{expected}""#);
        assert!(code == 0 && out.contains(&row), "{what}: {out}{err}");
        assert_eq!(
            host.sent().len(),
            match (expected, is_announced) {
                ("skipped", _) => 1,
                (_, true) => 2,
                // The list of the version's files is asked too.
                (_, false) => 3,
            },
            "{what}"
        );
        assert_eq!(host.content("here").as_deref(), Some(WHOLE), "{what}");
    }
}
