//! Clients that stall: they hold neither threads nor the others.

use std::time::Duration;

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Running, TOKEN, form, npm_tarball, start};

/// More than the threads that a runtime has for work that blocks.
const MANY: usize = 600;

async fn connect(server: &Running) -> TcpStream {
    let address = server.url.trim_start_matches("http://");
    TcpStream::connect(address).await.unwrap()
}

fn head(method: &str, path: &str, length: usize, more: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {TOKEN}\r\ncontent-length: {length}\r\n{more}\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_stall_stop_nobody() {
    let server = start().await;
    server.create("acc", "g", "GENERIC").await;
    server.create("acc", "n", "NPM").await;
    server.create("acc", "p", "PYTHON").await;
    let port = server.url.rsplit(':').next().unwrap();
    let host = format!("host: localhost:{port}\r\n");
    let (kind, body) = form(&[("content", Some("x-1.0.tar.gz"), b"content")]);
    let tarball = npm_tarball("x", "1.0.0").len();
    let mut stalled = Vec::new();
    for number in 0..MANY {
        let mut connection = connect(&server).await;
        let request = match number % 3 {
            0 => head("PUT", &format!("/pkg/acc/g/files/a/{number}/f"), 1 << 20, "") + "some",
            1 => head("PUT", "/pkg/acc/n/npm/x", 1 << 20, "") + &format!("{{\"name\":\"x\",\"l\":{tarball}"),
            _ => {
                let half = String::from_utf8_lossy(&body[..body.len() / 2]).into_owned();
                head(
                    "POST",
                    "/pkg/acc/p/python/",
                    1 << 20,
                    &format!("content-type: {kind}\r\n"),
                ) + &half
            }
        };
        let request = request.replace("host: localhost\r\n", &host);
        connection.write_all(request.as_bytes()).await.unwrap();
        stalled.push(connection);
    }
    let others = async {
        assert_eq!(
            server.put_file("/pkg/acc/g/files/app/1/f", "content").await,
            StatusCode::CREATED
        );
        assert_eq!(server.get("/pkg/acc/g/files/app/1/f").await.0, StatusCode::OK);
        assert_eq!(
            server.get("/api/v1/spaces/acc/+/registries").await.0,
            StatusCode::OK
        );
    };
    timeout(Duration::from_secs(30), others).await.unwrap();
    // One of them goes on, and is served.
    let mut slow = stalled.swap_remove(0);
    slow.write_all(&vec![b'x'; (1 << 20) - 4]).await.unwrap();
    let mut status = [0; 12];
    timeout(Duration::from_secs(30), slow.read_exact(&mut status))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&status, b"HTTP/1.1 201");
    drop(stalled);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_stands_in_the_status_line_as_one_line_of_ascii() {
    let server = start().await;
    server.create("acc", "m", "MAVEN").await;
    let port = server.url.rsplit(':').next().unwrap();
    let mut connection = connect(&server).await;
    let request = head(
        "PUT",
        "/pkg/acc/m/maven/a/b/1/%C3%A9%0Ax",
        0,
        "connection: close\r\n",
    );
    let request = request.replace("host: localhost\r\n", &format!("host: localhost:{port}\r\n"));
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let line = answer.lines().next().unwrap();
    assert!(
        line.starts_with("HTTP/1.1 400 ") && line.contains("no place in a Maven repository"),
        "{line}"
    );
    assert!(line.is_ascii() && line.len() < 400, "{line}");
}
