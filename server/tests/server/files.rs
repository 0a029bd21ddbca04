//! Generic files over pkg.

use reqwest::{Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::support::{answer, blobs, config, start, start_with};

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_out_as_it_went_in_whatever_its_name() {
    let server = start().await;
    server.create("acc/o/p", "g", "GENERIC").await;
    let large: Vec<u8> = (0..3_000_000_u32).map(|i| (i / 7) as u8).collect();
    for (name, bytes) in [
        ("pkg/1.0.0/plain.txt", b"hello".to_vec()),
        ("pkg/1.0.0/empty", Vec::new()),
        ("pkg/1.0.0/folder/large.bin", large),
        ("p%20k%23g/v%25%3F/na%20me%20%C3%A9%22.txt", b"odd".to_vec()),
    ] {
        let path = format!("/pkg/acc/g/files/{name}");
        assert_eq!(
            server.put_file(&path, bytes.clone()).await,
            StatusCode::CREATED,
            "{name}"
        );
        let etag = format!("\"{}\"", hex(Sha256::digest(&bytes)));
        for method in [Method::GET, Method::HEAD] {
            let response = server.request(method.clone(), &path).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            let headers = response.headers();
            assert_eq!(headers["etag"], etag.as_str());
            assert_eq!(headers["content-length"], bytes.len().to_string().as_str());
            assert_eq!(headers["accept-ranges"], "bytes");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert!(headers.contains_key("last-modified"));
            assert!(
                headers["content-disposition"]
                    .to_str()
                    .unwrap()
                    .starts_with("attachment;")
            );
            let body = response.bytes().await.unwrap();
            assert_eq!(
                body,
                if method == Method::HEAD { &[] } else { &bytes[..] },
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_file_can_be_read_while_it_is_the_same() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    let path = "/pkg/acc/g/files/p/1/f";
    server.put_file(path, "0123456789").await;
    let etag = format!("\"{}\"", hex(Sha256::digest("0123456789")));
    for (headers, status, body, range) in [
        (vec![("range", "bytes=2-4")], 206, "234", "bytes 2-4/10"),
        (vec![("range", "bytes=7-")], 206, "789", "bytes 7-9/10"),
        (vec![("range", "bytes=-1")], 206, "9", "bytes 9-9/10"),
        (
            vec![("range", "bytes=2-4"), ("if-range", &etag)],
            206,
            "234",
            "bytes 2-4/10",
        ),
        (
            vec![("range", "bytes=2-4"), ("if-range", "\"other\"")],
            200,
            "0123456789",
            "",
        ),
        (vec![("if-none-match", &etag)], 304, "", ""),
        (vec![("if-none-match", "\"other\"")], 200, "0123456789", ""),
    ] {
        let mut request = server.request(Method::GET, path);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{headers:?}");
        let found = response
            .headers()
            .get("content-range")
            .map_or("", |value| value.to_str().unwrap());
        assert_eq!(found, range);
        assert_eq!(response.text().await.unwrap(), body);
    }
    let beyond = server.request(Method::GET, path).header("range", "bytes=10-");
    let response = beyond.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(response.headers()["content-range"], "bytes */10");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replaced_or_deleted_leaves_no_bytes_behind_and_what_is_shared_stays() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    let data = server.data.as_ref().unwrap().path().to_owned();
    let path = |name: &str| format!("/pkg/acc/g/files/p/{name}");
    assert_eq!(server.put_file(&path("1/a"), "same").await, StatusCode::CREATED);
    assert_eq!(server.put_file(&path("1/b"), "same").await, StatusCode::CREATED);
    assert_eq!(blobs(&data), 1);
    assert_eq!(server.put_file(&path("1/a"), "same").await, StatusCode::OK);
    assert_eq!(server.put_file(&path("1/a"), "other").await, StatusCode::OK);
    assert_eq!(blobs(&data), 2);
    assert_eq!(server.get(&path("1/b")).await.1, "same");
    assert_eq!(server.delete(&path("1/b")).await.0, StatusCode::NO_CONTENT);
    assert_eq!(blobs(&data), 1);
    assert_eq!(server.delete(&path("1/b")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(server.delete(&path("1/a")).await.0, StatusCode::NO_CONTENT);
    assert_eq!(blobs(&data), 0);
    // The last file took its version and its package with it.
    let (status, _) = server.get("/api/v1/registry/acc/g/+/artifact/p/+/summary").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    server.put_file(&path("1/a"), "again").await;
    server.delete("/api/v1/registry/acc/g/+").await;
    assert_eq!(blobs(&data), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_its_checksums_say_is_not_kept() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    let path = "/pkg/acc/g/files/p/1/f";
    let right = [
        ("X-Checksum-Md5", "5d41402abc4b2a76b9719d911017c592".to_owned()),
        (
            "X-Checksum-Sha1",
            "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D".to_owned(),
        ),
        ("X-Checksum-Sha256", hex(Sha256::digest("hello"))),
        ("X-Checksum-Sha512", hex(sha2::Sha512::digest("hello"))),
    ];
    for (name, value) in &right {
        for wrong in [
            value.replace('4', "5"),
            value[1..].to_owned(),
            "x".repeat(value.len()),
        ] {
            let request = server
                .request(Method::PUT, path)
                .header(*name, wrong)
                .body("hello");
            assert_eq!(answer(request).await.0, StatusCode::BAD_REQUEST, "{name}");
        }
    }
    assert_eq!(server.get(path).await.0, StatusCode::NOT_FOUND);
    let data = server.data.as_ref().unwrap().path();
    assert_eq!(blobs(data), 0);
    assert_eq!(std::fs::read_dir(data.join("incoming")).unwrap().count(), 0);
    let mut request = server.request(Method::PUT, path).body("hello");
    for (name, value) in &right {
        request = request.header(*name, value);
    }
    assert_eq!(answer(request).await.0, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_places_and_wrong_registries_are_refused() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    server.create("acc", "n", "NPM").await;
    server.create("acc", "d", "DOCKER").await;
    for (path, expected) in [
        ("/pkg/acc/g/files/p/1", 400),
        ("/pkg/acc/g/files/p/%2e%2e/f", 400),
        ("/pkg/acc/g/files/p/1/a%2f..%2fb", 400),
        ("/pkg/acc/g/files/p//f", 400),
        ("/pkg/acc/g/files/p/1/%00", 400),
        ("/pkg/acc/g/files/p/1/%ff", 400),
        ("/pkg/acc/none/files/p/1/f", 404),
        ("/pkg/other/g/files/p/1/f", 403),
        ("/pkg/acc/n/files/p/1/f", 404),
        ("/pkg/acc/d/docker/p/1/f", 404),
        ("/pkg/acc/g/what/p/1/f", 404),
        ("/pkg/acc", 404),
    ] {
        let (status, body) = answer(server.request(Method::PUT, path).body("x")).await;
        assert_eq!(status.as_u16(), expected, "{path}: {body}");
        assert_eq!(body["code"], expected.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_and_not_kept() {
    let data = tempfile::tempdir().unwrap();
    let server = start_with(hc_server::Config {
        max_body: 1000,
        ..config(data.path())
    })
    .await;
    server.create("acc", "g", "GENERIC").await;
    let path = "/pkg/acc/g/files/p/1/f";
    assert_eq!(server.put_file(path, vec![0; 1000]).await, StatusCode::CREATED);
    let (status, body) = answer(server.request(Method::PUT, path).body(vec![1; 1001])).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &"413".into())
    );
    // Without a length before it.
    let pieces = tokio_stream(vec![vec![2_u8; 600]; 2]);
    assert_eq!(
        server.put_file(path, reqwest::Body::wrap_stream(pieces)).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let json = format!("{{\"identifier\": \"{}\"}}", "x".repeat(1000));
    let create = server
        .request(Method::POST, "/api/v1/registry?space_ref=acc")
        .body(json);
    assert_eq!(answer(create).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(blobs(data.path()), 1);
}

fn tokio_stream(
    pieces: Vec<Vec<u8>>,
) -> impl futures_core::Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static {
    struct Pieces(std::vec::IntoIter<Vec<u8>>);
    impl futures_core::Stream for Pieces {
        type Item = Result<Vec<u8>, std::io::Error>;

        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.next().map(Ok))
        }
    }
    Pieces(pieces.into_iter())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_comes_and_goes_under_many_names_is_never_lost() {
    let server = std::sync::Arc::new(start().await);
    server.create("acc", "g", "GENERIC").await;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let server = server.clone();
            tokio::spawn(async move {
                let path = format!("/pkg/acc/g/files/p/{task}/f");
                for _ in 0..20 {
                    assert_eq!(server.put_file(&path, "the same").await, StatusCode::CREATED);
                    assert_eq!(server.get(&path).await, (StatusCode::OK, "the same".into()));
                    assert_eq!(server.delete(&path).await.0, StatusCode::NO_CONTENT);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(blobs(server.data.as_ref().unwrap().path()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_clears_away_what_an_interrupted_run_left() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    let path = "/pkg/acc/g/files/p/1/f";
    server.put_file(path, "kept").await;
    let data = server.stop().await.unwrap();
    let unnamed = hex(Sha256::digest("unnamed"));
    let folder = data.path().join("files").join(&unnamed[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&unnamed), "unnamed").unwrap();
    // It was put into its place, and its record was not written any more.
    std::fs::write(data.path().join("incoming").join(&unnamed), "").unwrap();
    std::fs::write(data.path().join("incoming").join("a".repeat(32)), "ha").unwrap();
    let server = start_with(config(data.path())).await;
    assert_eq!(blobs(data.path()), 1);
    assert_eq!(
        std::fs::read_dir(data.path().join("incoming")).unwrap().count(),
        0
    );
    assert_eq!(server.get(path).await.1, "kept");
}
