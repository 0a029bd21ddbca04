//! Conda packages: uploads, and the channel that clients read.

use std::io::Read as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Answer, Running, answer, blobs, is_empty, start, tar};

fn index(build: u32) -> Value {
    json!({
        "name": "a-b", "version": "1.0", "build": format!("py_{build}"), "build_number": build,
        "subdir": "noarch", "depends": ["python >=3.8"], "license": "MIT", "noarch": "python",
    })
}

fn package(index: &Value, content: &[u8]) -> Vec<u8> {
    let encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    let index = index.to_string();
    let files: [(&str, &[u8]); 2] = [
        ("info/index.json", index.as_bytes()),
        ("site-packages/a.py", content),
    ];
    tar(encoder, &files).finish().unwrap()
}

async fn push(server: &Running, file: &str, subdir: &str, content: &[u8]) -> Answer {
    let request = server.request(Method::PUT, "/pkg/acc/c/conda/upload");
    let request = request.header("x-file-name", file).header("x-subdir", subdir);
    answer(request.body(content.to_vec())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_lists_what_was_uploaded() {
    let server = start().await;
    server.create("acc", "c", "CONDA").await;
    let base = "/pkg/acc/c/conda";
    let (status, empty) = server.get(&format!("{base}/linux-64/repodata.json")).await;
    assert_eq!((status, &empty["packages"]), (StatusCode::OK, &json!({})));
    let file = "a-b-1.0-py_0.tar.bz2";
    let bytes = package(&index(0), b"x = 1\n");
    for expected in [StatusCode::CREATED, StatusCode::OK] {
        let (status, said) = push(&server, file, "noarch", &bytes).await;
        assert_eq!(status, expected, "{said}");
    }
    let second = package(&index(1), b"x = 2\n");
    assert_eq!(
        push(&server, "a-b-1.0-py_1.tar.bz2", "noarch", &second).await.0,
        StatusCode::CREATED
    );
    let (_, listed) = server.get(&format!("{base}/noarch/repodata.json")).await;
    assert_eq!(listed["info"]["subdir"], "noarch");
    assert_eq!(listed["packages"].as_object().unwrap().len(), 2);
    let record = &listed["packages"][file];
    assert_eq!(record["depends"], json!(["python >=3.8"]));
    assert_eq!(
        (&record["size"], &record["build_number"]),
        (&json!(bytes.len()), &json!(0))
    );
    let sha256: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(record["sha256"], sha256);
    assert_eq!(record["md5"].as_str().unwrap().len(), 32);
    let response = server
        .request(Method::GET, &format!("{base}/noarch/{file}"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.bytes().await.unwrap(), bytes);
    for missing in [
        "noarch/a-b-1.0-py_2.conda",
        "linux-64/a-b-1.0-py_0.tar.bz2",
        "noarch/x",
        "LINUX/repodata.json",
        "noarch",
    ] {
        assert_eq!(
            server.get(&format!("{base}/{missing}")).await.0,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    let paths = ["noarch/a-b-1.0-py_0.tar.bz2", "noarch/a-b-1.0-py_1.tar.bz2"];
    assert_eq!(server.files("c", "a-b", "1.0").await, paths);
    // The same, packed, and not again while it is the same.
    let get = async |name: &str| {
        let request = server.request(Method::GET, &format!("{base}/noarch/{name}"));
        request.send().await.unwrap()
    };
    let plain = get("repodata.json").await;
    let etag = plain.headers()["etag"].clone();
    let plain = plain.bytes().await.unwrap();
    let packed = get("repodata.json.bz2").await.bytes().await.unwrap();
    let mut unpacked = Vec::new();
    bzip2::read::BzDecoder::new(packed.as_ref())
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain);
    let packed = get("repodata.json.zst").await.bytes().await.unwrap();
    let mut unpacked = Vec::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(packed.as_ref()).unwrap();
    decoder.read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
    let again = server.request(Method::GET, &format!("{base}/noarch/repodata.json"));
    let again = again.header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let path = "/gateway/har/api/v1/registry/acc/c/+/artifact/a-b/+/version/1.0";
    assert_eq!(server.delete(path).await.0, StatusCode::OK);
    let (_, listed) = server.get(&format!("{base}/noarch/repodata.json")).await;
    assert_eq!(listed["packages"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_never_changes() {
    let server = start().await;
    server.create("acc", "c", "CONDA").await;
    let data = server.data.as_ref().unwrap().path();
    let file = "a-b-1.0-py_0.tar.bz2";
    push(&server, file, "noarch", &package(&index(0), b"x = 1\n")).await;
    let kept = blobs(data);
    let other = package(&index(0), b"x = 2\n");
    assert_eq!(
        push(&server, file, "noarch", &other).await.0,
        StatusCode::CONFLICT
    );
    assert_eq!(blobs(data), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says_leaves_nothing_behind() {
    let server = start().await;
    server.create("acc", "c", "CONDA").await;
    let good = package(&index(0), b"");
    let file = "a-b-1.0-py_0.tar.bz2";
    for (file, subdir, content) in [
        ("a-b-1.0-py_1.tar.bz2", "noarch", &good),
        ("../a-b-1.0-py_0.tar.bz2", "noarch", &good),
        ("a-b-1.0-py_0.conda", "noarch", &good),
        (file, "linux-64", &good),
        (file, "../noarch", &good),
        (file, "noarch", &good[..good.len() - 9].to_vec()),
        (file, "noarch", &b"text".to_vec()),
        (file, "noarch", &package(&json!({}), b"")),
    ] {
        let (status, said) = push(&server, file, subdir, content).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{subdir}/{file}: {said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()), "{subdir}/{file}");
    }
    let request = server.request(Method::PUT, "/pkg/acc/c/conda/upload").body(good);
    assert_eq!(answer(request).await.0, StatusCode::BAD_REQUEST);
    assert!(is_empty(server.data.as_ref().unwrap().path()));
}
