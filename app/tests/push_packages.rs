//! `hc artifact push go` and `rpm` in process, with a scripted service.

mod support;

use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent, logged_in};

const INFO: &str = r#"{"data":{"registryUrl":"https://pkg.example"}}"#;

fn service(sent: &Sent) -> Reply {
    match sent.line.split_once(' ') {
        Some(("GET", _)) => Reply::new(200, INFO),
        Some(("HEAD", _)) => Reply::new(404, ""),
        _ => Reply::taken(sent),
    }
}

fn module() -> MemoryHost {
    logged_in()
        .service(service)
        .file("m/go.mod", "module go.example/Tools/v2\n\ngo 1.24\n")
        .file("m/tools.go", "package tools\n")
        .file("m/vendor/x/x.go", "package x\n")
        .file("m/nested/go.mod", "module go.example/nested\n")
        .file("m/.git/config", "")
        .link("m/link.go", "m/tools.go")
}

#[test]
fn a_module_is_packed_and_pushed() {
    let host = module();
    assert_snapshot!(host.transcript("artifact push go r1 m --version v2.0.0-rc.1"));
    let sent = host.sent();
    let put = sent.last().expect("a request");
    assert_eq!(put.line, "PUT https://pkg.example/pkg/acc/r1/go/upload");
    for expected in [
        "name=\"mod\"; filename=\"v2.0.0-rc.1.mod\"",
        "\r\n\r\nmodule go.example/Tools/v2\n\ngo 1.24\n\r\n--",
        "name=\"info\"; filename=\"v2.0.0-rc.1.info\"",
        "{\"Time\":\"2027-01-15T08:00:00Z\",\"Version\":\"v2.0.0-rc.1\"}",
        "name=\"zip\"; filename=\"v2.0.0-rc.1.zip\"",
    ] {
        assert!(put.body.contains(expected), "{}", put.body);
    }
    // Before each file, and in the directory at the end.
    for (path, times) in [
        ("go.mod", 2),
        ("tools.go", 2),
        ("x.go", 0),
        ("nested", 0),
        (".git", 0),
        ("link.go", 0),
    ] {
        assert_eq!(put.body.matches(path).count(), times, "{path}");
    }
    assert_eq!(put.body.matches("go.example/Tools/v2@v2.0.0-rc.1/").count(), 4);
    // Nothing is left of the zip.
    let left: Vec<_> = host
        .paths()
        .into_iter()
        .filter(|path| path.ends_with(".zip"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_module_without_go_mod_is_pushed_by_its_path() {
    for version in [
        "v1.0.0",
        "v2.0.0+incompatible",
        "v0.0.0-20250607080910-abcdefabcdef",
    ] {
        let host = logged_in()
            .service(service)
            .file("old/old.go", "package old\n")
            .file("old/sub/go.mod", "module go.example/sub\n")
            .file("old/sub/sub.go", "package sub\n");
        let (code, out, err) = host.run(&format!(
            "artifact push go r1 old --module go.example/Old --version {version} --format json"
        ));
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("\"package\": \"go.example/Old\""), "{out}");
        let sent = host.sent();
        let put = &sent.last().expect("a request").body;
        assert!(put.contains("\r\n\r\nmodule go.example/Old\n\r\n--"), "{put}");
        assert!(put.contains(&format!("go.example/Old@{version}/old.go")), "{put}");
        assert!(!put.contains("sub.go") && !put.contains("/go.mod"), "{put}");
        assert_eq!(
            put.contains("2025-06-07T08:09:10Z"),
            version.contains("2025"),
            "{put}"
        );
    }
}

#[test]
fn an_etag_of_what_a_form_carried_is_not_the_files() {
    const OTHER: &str = "0000000000000000000000000000000000000000000000000000000000000000";
    for (name, value, is_taken) in [
        ("etag", format!("\"{OTHER}\""), true),
        ("x-checksum-sha256", OTHER.to_owned(), false),
    ] {
        let host = module().service(move |_| Reply::new(201, "").header(name, &value));
        let (code, _, err) = host.run("artifact push go r1 m --version v2.0.0 --pkg-url https://pkg.example");
        assert_eq!(code == 0, is_taken, "{name}: {err}");
    }
}

#[test]
fn what_is_no_module_is_told_before_anything_is_sent() {
    let host = module()
        .file("old/go.mod", "module go.example/old\n")
        .file("bad/go.mod", "module go.example/bad\n")
        .file("bad/a:b.go", "")
        .file("same/go.mod", "module go.example/same\n")
        .file("same/A.go", "")
        .file("same/a.go", "")
        .file("none/x.go", "");
    let mut all = String::new();
    for arguments in [
        "m --version v3.0.0",
        "m --version 2.0.0",
        "m --version v2.0",
        "m",
        "v2.0.0",
        "old --version v2.0.0",
        "old --version v2.0.0+incompatible",
        "bad --version v1.0.0",
        "same --version v1.0.0",
        "none --version v1.0.0",
        "none --module go.example/none --version v2.0.0",
        "none --module go.example/none/v2 --version v2.0.0",
        "none --module example --version v1.0.0",
        "m --module go.example/other --version v2.0.0",
        "missing --module go.example/other --version v2.0.0",
    ] {
        let (code, out, err) = host.run(&format!("artifact push go r1 {arguments}"));
        assert_eq!((code == 0, out.as_str()), (false, ""), "{arguments}: {err}");
        all.push_str(&format!("{arguments} ({code}):\n{err}\n"));
    }
    assert_snapshot!(all);
    assert!(host.sent().is_empty());
}

#[test]
fn what_is_no_rpm_package_is_refused() {
    let host = logged_in().service(service).file("a.rpm", "no package");
    assert_snapshot!(host.transcript("artifact push rpm r1 a.rpm"));
    assert!(host.sent().is_empty());
}
