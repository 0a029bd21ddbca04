//! The documents that npm publishes, by themselves.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::support::{Answer, Running, TOKEN, answer, blobs, is_empty, npm_tarball, start};

const PATH: &str = "/pkg/acc/n/npm/x";

/// As npm sends it, with the tarball in base64.
fn document(name: &str, version: &str, data: &str, dist: Value) -> Value {
    let length = STANDARD.decode(data).map_or(0, |bytes| bytes.len());
    json!({
        "name": name,
        "dist-tags": { "latest": version },
        "versions": { (version): { "name": name, "version": version, "dist": dist } },
        "_attachments": { (format!("{name}-{version}.tgz")): { "data": data, "length": length } },
    })
}

async fn put(server: &Running, document: impl Into<String>) -> Answer {
    answer(server.request(Method::PUT, PATH).body(document.into())).await
}

/// A connection on which so much of a body was sent.
async fn begin(server: &Running, length: usize, body: &str) -> TcpStream {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "PUT {PATH} HTTP/1.1\r\nHost: {address}\r\nx-api-key: {TOKEN}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// A server with a registry, and the tarball of version 1.0.0 in base64.
async fn with_registry() -> (Running, String) {
    let server = start().await;
    server.create("acc", "n", "NPM").await;
    (server, STANDARD.encode(npm_tarball("x", "1.0.0")))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_of_a_document_may_come_in_any_order() {
    let (server, data) = with_registry().await;
    let length = STANDARD.decode(&data).unwrap().len();
    let attachment =
        |version: &str, inside: &str| format!(r#""_attachments":{{"x-{version}.tgz":{{{inside}}}}}"#);
    let rest = |version: &str| {
        format!(r#""versions":{{"{version}":{{"name":"x","version":"{version}","big":1e300}}}},"name":"x""#)
    };
    let escaped = STANDARD
        .encode(npm_tarball("x", "4.0.0"))
        .replace('/', "\\/")
        .replace('A', "\\u0041");
    for (version, document) in [
        (
            "1.0.0",
            format!(
                "{{{},{}}}",
                attachment("1.0.0", &format!(r#""data":"{data}","length":{length}"#)),
                rest("1.0.0")
            ),
        ),
        (
            "2.0.0",
            format!(
                "\n{{ {},\t\"readme\": [{{}}, null, \"}}\"], {} }}\r\n ",
                rest("2.0.0"),
                attachment(
                    "2.0.0",
                    &format!(
                        r#" "length" : null , "content_type":"x", "data" : "{}" "#,
                        STANDARD.encode(npm_tarball("x", "2.0.0"))
                    )
                ),
            ),
        ),
        (
            "4.0.0",
            format!(
                "{{{},{}}}",
                attachment("4.0.0", &format!(r#""data":"{escaped}""#)),
                rest("4.0.0")
            ),
        ),
    ] {
        let (status, said) = put(&server, document).await;
        assert_eq!(status, StatusCode::CREATED, "{version}: {said}");
        let file = server.request(Method::GET, &format!("{PATH}/-/x-{version}.tgz"));
        let bytes = file.send().await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes, npm_tarball("x", version), "{version}");
    }
    let (_, body) = server.get(PATH).await;
    assert_eq!(body["versions"]["1.0.0"]["big"], json!(1e300));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tarball_comes_with_a_document_and_in_whole_base64() {
    let (server, data) = with_registry().await;
    let good = document("x", "1.0.0", &data, json!({})).to_string();
    let attached = |inside: &str| good.replace("\"_attachments\":{", &format!("\"_attachments\":{{{inside}"));
    let with = |bad: &str| good.replace(&data, bad);
    let (begin, end) = data.split_at(data.len() - 4);
    for (what, document, says) in [
        (
            "two tarballs",
            attached(r#""x-0.9.0.tgz":{"data":"aGVsbG8="},"#),
            r#""x-0.9.0.tgz", "x-1.0.0.tgz""#,
        ),
        (
            "two lists",
            format!(r#"{{"_attachments":{{"y.tgz":{{"data":""}}}},{}"#, &good[1..]),
            r#""y.tgz", "x-1.0.0.tgz""#,
        ),
        ("no data", attached(r#""y.tgz":{},"#), r#""y.tgz" has no data"#),
        (
            "data of another type",
            attached(r#""y.tgz":{"data":[]},"#),
            "expected String, found Array",
        ),
        ("an odd sign", with(&format!("{begin}*{end}")), "is not base64"),
        ("a line break", with(&format!("{begin}\\n{end}")), "is not base64"),
        ("no padding", with(&format!("{data}aGVsbG8")), "is not base64"),
        (
            "padding inside",
            with(&format!("aGVsbG8={data}")),
            "is not base64",
        ),
        (
            "a broken escape",
            with(&format!("{begin}\\x{end}")),
            "UnknownEscapeSequence",
        ),
        (
            "not UTF-8",
            good.replace("latest", "\\ud800"),
            "UnpairedSurrogate",
        ),
        ("two documents", format!("{good}{good}"), "TrailingData"),
        ("too deep", good.replace("{}", &"[".repeat(200)), "nesting"),
        (
            "no object",
            format!("[{good}]"),
            "line 1, column 1: expected Object, found Array",
        ),
        ("not JSON", "{\n nonsense".to_owned(), "line 2, column 2"),
    ] {
        let (status, said) = put(&server, document).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{what}: {said}");
        assert!(said["error"].as_str().unwrap().contains(says), "{what}: {said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()), "{what}");
    }
    assert_eq!(put(&server, good).await.0, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_ends_early_leaves_nothing() {
    let (server, data) = with_registry().await;
    let good = document("x", "1.0.0", &data, json!({})).to_string();
    for length in 0..good.len() {
        let (status, said) = put(&server, &good[..length]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{length}: {said}");
    }
    let data = server.data.as_ref().unwrap().path();
    assert!(is_empty(data));

    // The client goes away in the middle of the tarball.
    let mut stream = begin(&server, good.len(), &good[..good.len() / 2]).await;
    stream.shutdown().await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
    let incoming = || std::fs::read_dir(data.join("incoming")).unwrap().count();
    for _ in 0..500 {
        if incoming() == 0 {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    assert!(is_empty(data));
    assert_eq!(put(&server, good).await.0, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_in_npms_words() {
    let (server, _) = with_registry().await;
    let mut stream = begin(&server, (64 << 20) + 1, "").await;
    let mut answer = String::new();
    let told = timeout(Duration::from_secs(30), stream.read_to_string(&mut answer));
    told.await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(
        answer.contains(r#"{"error":"the body is larger than the 67108864 bytes"#),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_do_not_fit_together_are_refused_and_not_kept() {
    let server = start().await;
    server.create("acc", "n", "NPM").await;
    let path = PATH;
    let content = STANDARD.encode(npm_tarball("x", "1.0.0"));
    let elsewhere = STANDARD.encode(npm_tarball("x", "1.0.1"));
    let put = |body: Value| answer(server.request(Method::PUT, path).json(&body));
    let mut other = document("x", "1.0.0", &content, json!({}));
    let mut short = document("x", "1.0.0", &content, json!({}));
    short["_attachments"]["x-1.0.0.tgz"]["length"] = json!(5);
    other["versions"]["1.0.0"]["version"] = json!("1.0.1");
    for (body, says) in [
        (document("y", "1.0.0", &content, json!({})), "was sent to"),
        (document("x", "one", &content, json!({})), "no version"),
        (document("x", "1.0.0", "?", json!({})), "not base64"),
        (short, "length"),
        (
            document("x", "1.0.0", "aGVsbG8=", json!({})),
            "is not a tar archive",
        ),
        (
            document("x", "1.0.0", &elsewhere, json!({})),
            "the tarball is of x 1.0.1",
        ),
        (
            document("x", "1.0.0", &content, json!({ "shasum": "00" })),
            "dist.shasum",
        ),
        (
            document("x", "1.0.0", &content, json!({ "integrity": "sha512-x" })),
            "dist.integrity",
        ),
        (other, "another version"),
        (
            json!({ "name": "x", "versions": [] }),
            "expected Object, found Array",
        ),
    ] {
        let (status, said) = put(body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert!(said["error"].as_str().unwrap().contains(says), "{said}");
    }
    let wrong = server
        .request(Method::PUT, path)
        .header("x-checksum-md5", "0".repeat(32));
    let (status, said) = answer(wrong.json(&document("x", "1.0.0", &content, json!({})))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
    assert_eq!(blobs(server.data.as_ref().unwrap().path()), 0);
    let right = document(
        "x",
        "1.0.0",
        &content,
        json!({ "tarball": "http://elsewhere.example/x" }),
    );
    assert_eq!(put(right.clone()).await.0, StatusCode::CREATED);
    assert_eq!(put(right).await.0, StatusCode::CONFLICT);
    let (_, body) = server.get(path).await;
    let dist = &body["versions"]["1.0.0"]["dist"];
    assert_eq!(dist["tarball"], format!("{}{path}/-/x-1.0.0.tgz", server.url));
    assert_eq!(dist["shasum"].as_str().unwrap().len(), 40);
    let (_, body) = server.get(&format!("{path}/latest")).await;
    assert_eq!(body["version"], "1.0.0");
    let tarball = server.request(Method::GET, &format!("{path}/-/x-1.0.0.tgz"));
    let tarball = tarball.send().await.unwrap().bytes().await.unwrap();
    assert_eq!(STANDARD.encode(tarball), content);
    for path in [
        "/pkg/acc/n/npm/none",
        "/pkg/acc/n/npm/x/9.9.9",
        "/pkg/acc/n/npm/x/-/y.tgz",
    ] {
        let (status, body) = server.get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(body["error"].is_string());
    }
}
