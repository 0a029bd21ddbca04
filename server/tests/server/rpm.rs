//! RPM packages, and the metadata of a repository of them.

use std::io::Read as _;

use hc_core::checksum::hex;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::support::{Answer, Running, answer, blobs, form, is_empty, start};

/// A package that says little of itself; `payload` tells two of one name apart.
fn package(name: &str, arch: &str, payload: &[u8]) -> Vec<u8> {
    let tags = [
        (1000, name),
        (1001, "1.0"),
        (1002, "1"),
        (1004, "Says <hello>"),
        (1022, arch),
        (1044, "x-1.0-1.src.rpm"),
    ];
    let (mut index, mut store) = (Vec::new(), Vec::new());
    for (tag, text) in tags {
        for word in [tag, 6, u32::try_from(store.len()).unwrap(), 1] {
            index.extend(u32::to_be_bytes(word));
        }
        store.extend([text.as_bytes(), &[0]].concat());
    }
    let intro = |entries: usize, bytes: usize| {
        let mut intro = vec![0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];
        intro.extend(u32::try_from(entries).unwrap().to_be_bytes());
        intro.extend(u32::try_from(bytes).unwrap().to_be_bytes());
        intro
    };
    let lead = [&[0xed, 0xab, 0xee, 0xdb][..], &[0; 92]].concat();
    [
        lead,
        intro(0, 0),
        intro(tags.len(), store.len()),
        index,
        store,
        payload.to_vec(),
    ]
    .concat()
}

async fn push(server: &Running, bytes: &[u8]) -> Answer {
    let (content_type, body) = form(&[("file", Some("any.rpm"), bytes)]);
    let request = server
        .request(Method::PUT, "/pkg/acc/r/rpm")
        .header(CONTENT_TYPE, content_type);
    answer(request.body(body)).await
}

async fn get(server: &Running, path: &str) -> Vec<u8> {
    let response = server
        .request(Method::GET, &format!("/pkg/acc/r/rpm/{path}"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.bytes().await.unwrap().to_vec()
}

/// What stands between two texts.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

/// The path of the document of this kind that `repomd.xml` names, and its checksum.
async fn named(server: &Running, kind: &str) -> (String, String) {
    let repomd = String::from_utf8(get(server, "repodata/repomd.xml").await).unwrap();
    let data = between(&repomd, &format!("<data type=\"{kind}\">"), "</data>");
    let checksum = between(data, "<checksum type=\"sha256\">", "<");
    (between(data, "href=\"", "\"").to_owned(), checksum.to_owned())
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_name_what_is_there_and_stay_whole_while_that_changes() {
    let server = start().await;
    server.create("acc", "r", "RPM").await;
    let bytes = package("hello", "noarch", b"payload");
    assert_eq!(push(&server, &bytes).await.0, StatusCode::CREATED);
    let (before, checksum) = named(&server, "primary").await;
    assert_eq!(
        named(&server, "primary").await,
        (before.clone(), checksum.clone())
    );
    assert_eq!(
        push(&server, &package("other", "x86_64", b"")).await.0,
        StatusCode::CREATED
    );
    let (after, _) = named(&server, "primary").await;
    assert_ne!(before, after);
    // Who read repomd.xml before the push still gets what it named.
    let primary = get(&server, &before).await;
    assert_eq!(hex(&Sha256::digest(&primary)), checksum);
    let primary = unpacked(&primary);
    assert!(
        primary.contains("packages=\"1\"") && primary.contains("Says &lt;hello&gt;"),
        "{primary}"
    );
    let location = between(&primary, "<location href=\"", "\"");
    assert_eq!(location, "package/hello/1.0-1/noarch/hello-1.0-1.noarch.rpm");
    assert_eq!(get(&server, location).await, bytes);
    let version = "/api/v1/registry/acc/r/+/artifact/hello/+/version/1.0-1";
    assert_eq!(server.delete(version).await.0, StatusCode::OK);
    let (left, _) = named(&server, "primary").await;
    let left = unpacked(&get(&server, &left).await);
    assert!(
        left.contains("<name>other</name>") && !left.contains("<name>hello</name>"),
        "{left}"
    );
    for kind in ["filelists", "other"] {
        let (path, checksum) = named(&server, kind).await;
        assert_eq!(
            hex(&Sha256::digest(get(&server, &path).await)),
            checksum,
            "{kind}"
        );
    }
    let (status, _) = server.get("/pkg/acc/r/rpm/repodata/0-primary.xml.gz").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_stays_what_it_is_and_has_one_file_for_each_architecture() {
    let server = start().await;
    server.create("acc", "r", "RPM").await;
    let data = server.data.as_ref().unwrap().path();
    let first = package("hello", "x86_64", b"payload");
    assert_eq!(push(&server, &first).await.0, StatusCode::CREATED);
    assert_eq!(push(&server, &first).await.0, StatusCode::OK);
    let (status, said) = push(&server, &package("hello", "x86_64", b"other")).await;
    assert_eq!(status, StatusCode::CONFLICT, "{said}");
    assert_eq!(
        push(&server, &package("hello", "aarch64", b"payload")).await.0,
        StatusCode::CREATED
    );
    assert_eq!(blobs(data), 2);
    let (path, _) = named(&server, "primary").await;
    let primary = unpacked(&get(&server, &path).await);
    assert!(
        primary.contains("<arch>x86_64</arch>") && primary.contains("<arch>aarch64</arch>"),
        "{primary}"
    );
    let files = "/api/v1/registry/acc/r/+/artifact/hello/+/version/1.0-1/files";
    let (_, body) = server.get(files).await;
    assert!(body.to_string().contains("hello-1.0-1.aarch64.rpm"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_package_or_not_what_its_checksums_say_is_not_kept() {
    let server = start().await;
    server.create("acc", "r", "RPM").await;
    let data = server.data.as_ref().unwrap().path();
    let good = package("hello", "noarch", b"");
    for (what, bad) in [
        ("no package", b"hello".to_vec()),
        ("cut", good[..good.len() - 3].to_vec()),
        ("a name that leads out", package("../hello", "noarch", b"")),
        ("no architecture", package("hello", "", b"")),
    ] {
        let (status, said) = push(&server, &bad).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{what}: {said}");
        assert!(is_empty(data), "{what}");
    }
    let (content_type, body) = form(&[("file", Some("a.rpm"), &good)]);
    let wrong = hex(&Sha256::digest(b"other"));
    let request = server
        .request(Method::PUT, "/pkg/acc/r/rpm")
        .header(CONTENT_TYPE, content_type);
    let (status, said) = answer(request.header("x-checksum-sha256", wrong).body(body)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
    assert!(is_empty(data));
}
