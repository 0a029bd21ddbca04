//! Go modules.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Running, answer, blobs, form, is_empty, start, zip};

/// A version of a module, as its three files.
#[derive(Clone)]
struct Module {
    version: String,
    go_mod: Vec<u8>,
    info: Vec<u8>,
    zip: Vec<u8>,
}

fn info(version: &str, time: &str) -> Vec<u8> {
    json!({ "Version": version, "Time": time })
        .to_string()
        .into_bytes()
}

fn module(path: &str, version: &str) -> Module {
    let go_mod = format!("module {path}\n").into_bytes();
    let prefix = format!("{path}@{version}");
    let (source, within) = (format!("{prefix}/a.go"), format!("{prefix}/go.mod"));
    Module {
        version: version.to_owned(),
        zip: zip(&[(&source, b"package a\n"), (&within, &go_mod)]),
        go_mod,
        info: info(version, "2026-01-02T03:04:05Z"),
    }
}

async fn push(server: &Running, registry: &str, module: &Module) -> Answer {
    let names = ["mod", "info", "zip"].map(|ending| format!("{}.{ending}", module.version));
    let [go_mod, info, zip] = &names;
    let (content_type, body) = form(&[
        ("mod", Some(go_mod), &module.go_mod),
        ("info", Some(info), &module.info),
        ("zip", Some(zip), &module.zip),
    ]);
    let request = server.request(Method::PUT, &format!("/pkg/acc/{registry}/go/upload"));
    answer(request.header(CONTENT_TYPE, content_type).body(body)).await
}

async fn bytes(server: &Running, path: &str) -> Vec<u8> {
    let response = server.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_is_read_by_the_proxy_protocol_as_it_was_pushed() {
    let server = start().await;
    server.create("acc", "g", "GO").await;
    let path = "go.example/Big/a";
    for version in [
        "v1.2.0",
        "v1.10.0",
        "v1.11.0-RC.1",
        "v0.0.0-20260102030405-abcdefabcdef",
    ] {
        let pushed = push(&server, "g", &module(path, version)).await;
        assert_eq!(pushed.0, StatusCode::CREATED, "{version}: {}", pushed.1);
    }
    push(&server, "g", &module("go.example/Big/a/v2", "v2.0.0")).await;
    let base = "/pkg/acc/g/go/go.example/!big/a";
    let list = bytes(&server, &format!("{base}/@v/list")).await;
    assert_eq!(list, b"v1.2.0\nv1.10.0\nv1.11.0-RC.1\n");
    let pre_release = module(path, "v1.11.0-RC.1");
    for (ending, expected) in [
        ("mod", &pre_release.go_mod),
        ("info", &pre_release.info),
        ("zip", &pre_release.zip),
    ] {
        let file = format!("{base}/@v/v1.11.0-!r!c.1.{ending}");
        assert_eq!(&bytes(&server, &file).await, expected, "{ending}");
    }
    let (_, latest) = server.get(&format!("{base}/@latest")).await;
    assert_eq!(latest["Version"], "v1.10.0");
    let (_, latest) = server.get(&format!("{base}/v2/@latest")).await;
    assert_eq!(latest["Version"], "v2.0.0");
    for missing in [
        "none/@v/list",
        "none/@latest",
        "!big/a/@v/v9.0.0.info",
        "!big/a/@v/v1.2.0.exe",
    ] {
        let url = format!("/pkg/acc/g/go/go.example/{missing}");
        let response = server.request(Method::GET, &url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{missing}");
        // Which the go command shows.
        let content_type = response.headers()["content-type"].to_str().unwrap();
        assert!(content_type.starts_with("text/plain"), "{content_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_never_changes() {
    let server = start().await;
    server.create("acc", "g", "GO").await;
    let data = server.data.as_ref().unwrap().path();
    let first = module("go.example/a", "v1.0.0");
    assert_eq!(push(&server, "g", &first).await.0, StatusCode::CREATED);
    let kept = blobs(data);
    let later = Module {
        info: info("v1.0.0", "2027-01-02T03:04:05Z"),
        ..first.clone()
    };
    assert_eq!(push(&server, "g", &later).await.0, StatusCode::OK);
    let url = "/pkg/acc/g/go/go.example/a/@v/v1.0.0.info";
    assert_eq!(server.get(url).await.1["Time"], "2026-01-02T03:04:05Z");
    let go_mod = b"module go.example/a\n".to_vec();
    let other = Module {
        zip: zip(&[("go.example/a@v1.0.0/go.mod", &go_mod)]),
        ..first
    };
    let (status, said) = push(&server, "g", &other).await;
    assert_eq!(status, StatusCode::CONFLICT, "{said}");
    assert_eq!(blobs(data), kept);
    // What the API deletes is gone for clients, and may be pushed anew.
    let version = "/api/v1/registry/acc/g/+/artifact/go.example%2Fa/+/version/v1.0.0";
    assert_eq!(server.delete(version).await.0, StatusCode::OK);
    assert_eq!(server.get(url).await.0, StatusCode::NOT_FOUND);
    assert_eq!(push(&server, "g", &other).await.0, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_module_is_refused_and_not_kept() {
    let server = start().await;
    server.create("acc", "g", "GO").await;
    let good = module("go.example/a", "v1.0.0");
    let with_zip = |files: &[(&str, &[u8])]| Module {
        zip: zip(files),
        ..good.clone()
    };
    let mut broken = good.zip.clone();
    broken[60] ^= 0xff;
    for (what, bad) in [
        ("the major version", module("go.example/a", "v2.0.0")),
        (
            "a go.mod with +incompatible",
            module("go.example/a", "v2.0.0+incompatible"),
        ),
        ("the path", module("example", "v1.0.0")),
        ("the version", module("go.example/a", "v1.0")),
        (
            "no zip",
            Module {
                zip: b"PK".to_vec(),
                ..good.clone()
            },
        ),
        (
            "another zip",
            Module {
                zip: module("go.example/b", "v1.0.0").zip,
                ..good.clone()
            },
        ),
        (
            "another go.mod",
            Module {
                go_mod: b"module go.example/a\n\n".to_vec(),
                ..good.clone()
            },
        ),
        (
            "no go.mod",
            Module {
                go_mod: b"go 1.24\n".to_vec(),
                ..good.clone()
            },
        ),
        (
            "another version",
            Module {
                info: info("v1.0.1", "2026-01-02T03:04:05Z"),
                ..good.clone()
            },
        ),
        (
            "no time",
            Module {
                info: info("v1.0.0", "now"),
                ..good.clone()
            },
        ),
        (
            "no info",
            Module {
                info: b"{}".to_vec(),
                ..good.clone()
            },
        ),
        (
            "a broken zip",
            Module {
                zip: broken,
                ..good.clone()
            },
        ),
        (
            "a path that leads out",
            with_zip(&[("go.example/a@v1.0.0/../../x", b"")]),
        ),
        (
            "a nested module",
            with_zip(&[("go.example/a@v1.0.0/b/go.mod", b"")]),
        ),
    ] {
        let (status, said) = push(&server, "g", &bad).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{what}: {said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()), "{what}");
    }
    let upload = server.request(Method::PUT, "/pkg/acc/g/go/upload");
    let (content_type, body) = form(&[("mod", Some("v1.0.0.mod"), &good.go_mod)]);
    let missing = answer(upload.header(CONTENT_TYPE, content_type).body(body)).await;
    assert_eq!(missing.0, StatusCode::BAD_REQUEST, "{}", missing.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_copies_of_the_api_know_modules() {
    let server = start().await;
    server.create("acc", "g", "GO").await;
    server.create("acc", "h", "GO").await;
    let pushed = module("go.example/Big", "v1.0.0-RC1");
    push(&server, "g", &pushed).await;
    let artifact = "/api/v1/registry/acc/g/+/artifact/go.example%2FBig/+";
    let (_, body) = server.get(&format!("{artifact}/version/v1.0.0-RC1/files")).await;
    let url = "/pkg/acc/g/go/go.example/%21big/@v/v1.0.0-%21r%21c1.zip";
    assert!(body.to_string().contains(url), "{body}");
    assert_eq!(bytes(&server, url).await, pushed.zip);
    let copy = "/gateway/har/api/v2/copy?account_identifier=acc&src_registry_identifier=g\
                &target_registry_identifier=h&src_artifact=go.example/Big&src_version=v1.0.0-RC1&artifact_type=";
    let (status, said) = server.post(copy, &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let copied = bytes(&server, "/pkg/acc/h/go/go.example/!big/@v/v1.0.0-!r!c1.zip").await;
    assert_eq!(copied, pushed.zip);
}
