//! What a proxy answers that opens no tunnel: the client library only says that there is none.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How much of an answer is read, in bytes: its first line is wanted.
const LONGEST: usize = 1024;

/// Why `proxy` opens no tunnel to `target`, a host and port, in words that show no password. It is asked once more, in
/// clear text; what only TLS reaches is told without its answer.
pub(super) async fn told(proxy: &str, target: &str, patience: Duration) -> Option<String> {
    let url = Url::parse(proxy).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let port = url.port_or_known_default()?;
    let name = format!("the proxy {host}:{port}");
    let status = if url.scheme() == "http" {
        timeout(patience, ask(host, port, target, &authorization(&url)))
            .await
            .ok()
            .flatten()
    } else {
        None
    };
    Some(match status {
        Some(status) => format!("{name} answers {status}"),
        None => format!("{name} opens no way to {target}"),
    })
}

/// For a proxy that wants a user and password (RFC 7617).
fn authorization(url: &Url) -> String {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (
        decoded(url.username()),
        decoded(url.password().unwrap_or_default()),
    );
    if user.is_empty() && password.is_empty() {
        return String::new();
    }
    let credentials = BASE64_STANDARD.encode(format!("{user}:{password}"));
    format!("Proxy-Authorization: Basic {credentials}\r\n")
}

async fn ask(host: &str, port: u16, target: &str, authorization: &str) -> Option<u16> {
    let mut connection = TcpStream::connect((host, port)).await.ok()?;
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n");
    connection.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    let mut piece = [0; LONGEST];
    while !answer.contains(&b'\n') && answer.len() < LONGEST {
        match connection.read(&mut piece).await.ok()? {
            0 => break,
            count => answer.extend(&piece[..count]),
        }
    }
    refused(&answer)
}

/// The status of an answer, unless it is a good one after all.
fn refused(answer: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(answer.split(|byte| *byte == b'\n').next()?).ok()?;
    let status = line.strip_prefix("HTTP/1.")?.split_whitespace().nth(1)?;
    let status: u16 = status.parse().ok()?;
    (300..600).contains(&status).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_in_the_first_line() {
        for (answer, expected) in [
            ("HTTP/1.1 403 Forbidden\r\nVia: x\r\n\r\n", Some(403)),
            ("HTTP/1.0 407\r\n", Some(407)),
            ("HTTP/1.1 200 OK\r\n\r\n", None),
            ("220 mail.example\r\n", None),
            ("HTTP/1.1 40x\r\n", None),
            ("", None),
        ] {
            assert_eq!(refused(answer.as_bytes()), expected, "{answer}");
        }
    }

    #[test]
    fn a_user_and_a_password_are_told_as_they_are_meant() {
        let header = |url: &str| authorization(&Url::parse(url).unwrap());
        assert_eq!(header("http://proxy.example:3128"), "");
        let expected = BASE64_STANDARD.encode("a b:c@d");
        assert_eq!(
            header("http://a%20b:c%40d@proxy.example"),
            format!("Proxy-Authorization: Basic {expected}\r\n")
        );
    }
}
