//! Who may ask what, under which name, and what the log says of it.

use std::time::Duration;

use hc_server::{Config, Error, LogFormat, Server};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{TOKEN, answer, client, config, is_empty, start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn every_group_wants_the_key_and_says_so_in_its_own_shape() {
    let server = start().await;
    for path in [
        "/ng/api/accounts/acc",
        "/gateway/har/api/v1/spaces/acc/+/registries",
        "/api/v1/spaces/acc/+/registries",
        "/gateway/har/api/v2/metadata?account_identifier=acc&registry_identifier=x",
        "/gateway/har/api/v3/system/info?account_identifier=acc",
        "/pkg/acc/r/files/a/b/c",
        "/gateway/har/api/v3/nothing",
    ] {
        for key in [None, Some("pat.acc.id.wrong")] {
            let mut request = server.client.get(format!("{}{path}", server.url));
            if let Some(key) = key {
                request = request.header("x-api-key", key);
            }
            let (status, body) = answer(request).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
            let code = if path.contains("/v3/") {
                assert_eq!(body["error"]["type"], "AUTHENTICATION_ERROR");
                &body["error"]["code"]
            } else {
                &body["code"]
            };
            assert_eq!(code, "401", "{path}: {body}");
        }
    }
    let path = "/ng/api/accounts/acc";
    let url = format!("{}{path}", server.url);
    let carried = [
        server.client.get(&url).header("x-api-key", TOKEN),
        server.client.get(&url).bearer_auth(TOKEN),
        server.client.get(&url).basic_auth("user", Some(TOKEN)),
    ];
    for request in carried {
        let (status, body) = answer(request).await;
        assert_eq!(
            (status, &body["data"]["identifier"]),
            (StatusCode::OK, &json!("acc"))
        );
    }
    assert_eq!(
        server.get("/ng/api/accounts/other").await.0,
        StatusCode::FORBIDDEN
    );
    let refused = server.client.get(format!("{}/pkg/acc/r/files/a/b/c", server.url));
    let refused = refused.send().await.unwrap();
    assert!(refused.headers().contains_key("www-authenticate"));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_and_other_origins_are_not_served() {
    let server = start().await;
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    let url = format!("{}/ng/api/accounts/acc", server.url);
    for (host, expected) in [
        (format!("localhost:{port}"), 200),
        (format!("evil.example:{port}"), 421),
        ("localhost".to_owned(), 421),
    ] {
        let request = server
            .client
            .get(&url)
            .header("host", host.as_str())
            .header("origin", "http://evil.example")
            .header("x-api-key", TOKEN);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{host}");
        assert!(!response.headers().contains_key("access-control-allow-origin"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_a_line_a_request_and_no_secrets() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let data = tempfile::tempdir().unwrap();
        let server = start_with(Config {
            log: format,
            ..config(data.path())
        })
        .await;
        server.get(&format!("/ng/api/accounts/acc?secret={TOKEN}")).await;
        let (log, url) = (server.log.clone(), server.url.clone());
        server.stop().await;
        let text = log.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{text}");
        assert!(!text.contains("secret"), "{text}");
        match format {
            LogFormat::Text => {
                assert!(lines[0].contains(" GET /ng/api/accounts/acc 200 "), "{text}");
            }
            LogFormat::Json => {
                let line: Value = serde_json::from_str(lines[0]).unwrap();
                assert_eq!(
                    (
                        &line["method"],
                        &line["path"],
                        &line["status"],
                        line["bytes"].as_u64() > Some(0)
                    ),
                    (&json!("GET"), &json!("/ng/api/accounts/acc"), &json!(200), true)
                );
            }
        }
        assert!(client().get(&url).send().await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_once_and_kept_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    let config = || Config {
        token: None,
        ..config(&data)
    };
    let server = Server::bind(config()).await.unwrap();
    let (token, greeting) = (server.token().to_owned(), server.greeting());
    assert!(token.starts_with("pat.local.") && token.len() > 64);
    let kept = data.join("token");
    assert!(greeting.contains(&format!(
        "hc auth login --api-url {} --api-token \"$(cat '{}')\"",
        server.url(),
        kept.display()
    )));
    assert!(!greeting.contains(&token));
    let known = "note: npm: only the built-in starter set of ";
    assert!(
        greeting.contains("Firewall: policy built-in, ") && greeting.contains(known),
        "{greeting}"
    );
    assert!(matches!(Server::bind(config()).await, Err(Error::InUse { .. })));
    drop(server);
    assert_eq!(Server::bind(config()).await.unwrap().token(), token);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data), mode(&data.join("token"))), (0o700, 0o600));
    }
    let given = Server::bind(Config {
        token: Some("sesame".to_owned()),
        ..config()
    })
    .await
    .unwrap();
    assert!(!given.greeting().contains("sesame"));
    drop(given);
    let blank = Config {
        token: Some(" ".to_owned()),
        ..config()
    };
    assert!(matches!(Server::bind(blank).await, Err(Error::Token)));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_what_is_in_flight_is_finished_and_what_was_kept_is_there_again() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut upload = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "PUT /pkg/acc/g/files/p/1/f HTTP/1.1\r\nHost: {address}\r\nx-api-key: {TOKEN}\r\n\
         Content-Length: 10\r\n\r\nhello"
    );
    upload.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stopping = tokio::spawn(server.stop());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(&address).await.is_err());
    upload.write_all(b"world").await.unwrap();
    let mut response = String::new();
    upload.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 201 "), "{response}");
    let data = stopping.await.unwrap().unwrap();
    let server = start_with(config(data.path())).await;
    assert_eq!(server.get("/pkg/acc/g/files/p/1/f").await.1, "helloworld");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut upload = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "PUT /pkg/acc/g/files/p/1/f HTTP/1.1\r\nHost: {address}\r\nx-api-key: {TOKEN}\r\n\
         Content-Length: 10\r\n\r\nhello"
    );
    upload.write_all(head.as_bytes()).await.unwrap();
    let incoming = server.data.as_ref().unwrap().path().join("incoming");
    let count = || std::fs::read_dir(&incoming).unwrap().count();
    while count() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(upload);
    while count() != 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (status, _) = answer(server.request(Method::GET, "/pkg/acc/g/files/p/1/f")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused() {
    let server = start().await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nX: {}\r\n\r\n",
        "x".repeat(1_000_000)
    );
    // The answer may come before all is sent.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_before_sending_is_answered_before_sending() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    let address = server.url.trim_start_matches("http://").to_owned();
    for (key, expected) in [("wrong", "HTTP/1.1 401"), (TOKEN, "HTTP/1.1 100")] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "PUT /pkg/acc/g/files/p/1/f HTTP/1.1\r\nHost: {address}\r\nx-api-key: {key}\r\n\
             Content-Length: 10\r\nExpect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_still_sending_gets_the_refusal() {
    const LENGTH: usize = 32 << 20;
    let data = tempfile::tempdir().unwrap();
    let server = start_with(Config {
        max_body: LENGTH as u64,
        ..config(data.path())
    })
    .await;
    for package_type in ["GENERIC", "NPM", "MAVEN", "PYTHON", "CARGO"] {
        server.create("acc", package_type, package_type).await;
    }
    let address = server.url.trim_start_matches("http://").to_owned();
    let key = format!("x-api-key: {TOKEN}\r\n");
    for (request, headers, expected) in [
        ("PUT /pkg/acc/GENERIC/files/p/1/f", String::new(), "401"),
        ("PUT /pkg/acc/missing/files/p/1/f", key.clone(), "404"),
        ("PUT /pkg/acc/GENERIC/files/p/../f", key.clone(), "400"),
        (
            "PUT /pkg/acc/GENERIC/files/p/1/f",
            format!("{key}x-checksum-md5: 0\r\n"),
            "400",
        ),
        ("PUT /pkg/acc/NPM/npm/@x", key.clone(), "404"),
        ("PUT /pkg/acc/NPM/npm/x", key.clone(), "400"),
        ("PUT /pkg/acc/MAVEN/maven/g/a/1/a-1.jar.md5", key.clone(), "413"),
        ("POST /pkg/acc/PYTHON/python", key.clone(), "400"),
        ("PUT /pkg/acc/CARGO/cargo/api/v1/crates/new", key.clone(), "400"),
        ("POST /gateway/har/api/v1/registry?space_ref=acc", key, "413"),
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head =
            format!("{request} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {LENGTH}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..LENGTH >> 20 {
            let sent = stream.write_all(&[b'x'; 1 << 20]).await;
            assert!(sent.is_ok(), "{request}: {sent:?}");
        }
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer[9..]), expected, "{request}");
    }
    assert!(is_empty(data.path()));
}
