//! Dart packages, by the documented protocol: no Dart client is at hand here.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Answer, Running, answer, form, is_empty, start, tgz};

const BASE: &str = "/pkg/acc/d/pub";
const ID: &str = "00000000-0000-8000-a000-000000000000";

fn package(name: &str, version: &str) -> Vec<u8> {
    let pubspec = format!("name: {name}\nversion: {version}\n");
    tgz(&[("pubspec.yaml", pubspec.as_bytes())])
}

async fn upload(server: &Running, id: &str, content: &[u8]) -> Answer {
    let (content_type, body) = form(&[("file", Some("package.tar.gz"), content)]);
    let path = format!("{BASE}/api/packages/versions/new/upload/{id}");
    let request = server
        .request(Method::POST, &path)
        .header(CONTENT_TYPE, content_type);
    answer(request.body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_is_the_highest_release_or_else_the_highest() {
    let server = start().await;
    server.create("acc", "d", "DART").await;
    for (version, latest) in [
        ("1.0.0-b", "1.0.0-b"),
        ("1.0.0-a", "1.0.0-b"),
        ("0.9.0", "0.9.0"),
        ("0.9.0+1", "0.9.0+1"),
        ("0.10.0", "0.10.0"),
        ("0.9.1", "0.10.0"),
    ] {
        let (status, said) = upload(&server, ID, &package("x", version)).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
        let (_, listed) = server.get(&format!("{BASE}/api/packages/x")).await;
        assert_eq!(listed["latest"]["version"], latest, "{version}");
    }
    assert_eq!(server.files("d", "x", "0.9.0+1").await, ["x-0.9.0+1.tar.gz"]);
    // A deleted version is listed no more.
    let delete = "/gateway/har/api/v1/registry/acc/d/+/artifact/x/+/version/0.10.0";
    assert_eq!(server.delete(delete).await.0, StatusCode::OK);
    let (_, listed) = server.get(&format!("{BASE}/api/packages/x")).await;
    assert_eq!(listed["latest"]["version"], "0.9.1");
    assert_eq!(listed["versions"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_stays_and_what_is_no_package_is_not_kept() {
    let server = start().await;
    server.create("acc", "d", "DART").await;
    let good = package("x", "1.0.0");
    for (id, content, says) in [
        ("1", good.clone(), "UUID"),
        (ID, b"none".to_vec(), "is not"),
        (ID, package("X-x", "1.0.0"), "cannot be the name"),
        (ID, package("x", "1"), "version"),
        (ID, good[..good.len() - 1].to_vec(), "damaged"),
        (
            ID,
            tgz(&[("x/pubspec.yaml", b"name: x\nversion: 1.0.0")]),
            "has no pubspec.yaml",
        ),
    ] {
        let (status, said) = upload(&server, id, &content).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert!(
            said["error"]["message"].as_str().unwrap().contains(says),
            "{said}"
        );
    }
    assert!(is_empty(server.data.as_ref().unwrap().path()));
    assert_eq!(upload(&server, ID, &good).await.0, StatusCode::NO_CONTENT);
    assert_eq!(upload(&server, ID, &good).await.0, StatusCode::NO_CONTENT);
    let other = tgz(&[
        ("pubspec.yaml", b"name: x\nversion: 1.0.0\n"),
        ("README.md", b"x"),
    ]);
    let (status, said) = upload(&server, ID, &other).await;
    assert_eq!(
        (status, &said["error"]["code"]),
        (StatusCode::CONFLICT, &json!("409"))
    );
    for path in [
        "api/packages/y",
        "api/packages/x/versions/2.0.0",
        "packages/x/versions/1.0.0.zip",
        "api",
    ] {
        let (status, said) = server.get(&format!("{BASE}/{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(said["error"]["message"].is_string(), "{path}");
    }
    let finalize = format!("{BASE}/api/packages/versions/new/finalize/x/9.0.0");
    assert_eq!(server.get(&finalize).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retracted_version_is_the_latest_only_where_there_is_no_other() {
    let server = start().await;
    server.create("acc", "d", "DART").await;
    for version in ["1.0.0", "1.1.0", "2.0.0-a"] {
        assert_eq!(
            upload(&server, ID, &package("x", version)).await.0,
            StatusCode::NO_CONTENT
        );
    }
    let options = |version: &str| format!("{BASE}/api/packages/x/versions/{version}/options");
    let retract = async |version: &str, is_retracted: bool| {
        let request = server.request(Method::PUT, &options(version));
        answer(request.json(&json!({ "isRetracted": is_retracted }))).await
    };
    let latest = async || {
        let (_, listed) = server.get(&format!("{BASE}/api/packages/x")).await;
        listed["latest"]["version"].clone()
    };
    assert_eq!(
        server.get(&options("1.1.0")).await.1,
        json!({ "isRetracted": false })
    );
    for (version, is_retracted, expected) in [
        ("1.1.0", true, "1.0.0"),
        ("1.0.0", true, "2.0.0-a"),
        ("2.0.0-a", true, "1.1.0"),
        ("1.0.0", false, "1.0.0"),
        ("1.1.0", false, "1.1.0"),
    ] {
        let said = retract(version, is_retracted).await;
        assert_eq!(said, (StatusCode::OK, json!({ "isRetracted": is_retracted })));
        assert_eq!(latest().await, expected, "{version} {is_retracted}");
    }
    let (_, one) = server
        .get(&format!("{BASE}/api/packages/x/versions/2.0.0-a"))
        .await;
    assert_eq!(
        (&one["retracted"], &one["pubspec"]["name"]),
        (&json!(true), &json!("x"))
    );
    assert_eq!(retract("9.0.0", true).await.0, StatusCode::NOT_FOUND);
    let request = server.request(Method::PUT, &options("1.0.0")).json(&json!({}));
    assert_eq!(answer(request).await.0, StatusCode::BAD_REQUEST);
}
