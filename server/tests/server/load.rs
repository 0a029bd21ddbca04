//! Many clients at once.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{answer, npm_tarball, start};

const CLIENTS: usize = 64;

/// For `HC_LOAD_SECONDS` (10), each client writes files of its own, reads them back, replaces and deletes some, and
/// lists, reads and changes what all share.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_meet_no_error_and_lose_no_write() {
    let seconds = std::env::var("HC_LOAD_SECONDS").map_or(10, |text| text.parse().unwrap());
    let server = std::sync::Arc::new(start().await);
    let registry = server.create("acc/o/p", "g", "GENERIC").await;
    server.create("acc/o/p", "n", "NPM").await;
    server.put_file("/pkg/acc/g/files/shared/1/f", "shared").await;
    let end = Instant::now() + Duration::from_secs(seconds);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (server, registry) = (server.clone(), registry.clone());
            tokio::spawn(async move {
                let mut kept: Vec<(String, Vec<u8>)> = Vec::new();
                let mut requests = 0_usize;
                for number in 0.. {
                    if Instant::now() >= end {
                        break;
                    }
                    let path = format!("/pkg/acc/g/files/app{client}/{number}/f");
                    let bytes = vec![(client ^ number) as u8; 1 + number * 997 % 60_000];
                    let expect = async |expected: u16, method: Method, path: &str, body: Value| {
                        let request = server.request(method.clone(), path);
                        let request = if body.is_null() { request } else { request.json(&body) };
                        let (status, body) = answer(request).await;
                        assert_eq!(status.as_u16(), expected, "{method} {path}: {body}");
                        body
                    };
                    let status = server.put_file(&path, bytes.clone()).await;
                    assert_eq!(status, StatusCode::CREATED);
                    let got = server.request(Method::GET, &path).send().await.unwrap();
                    assert_eq!(got.bytes().await.unwrap(), bytes);
                    kept.push((path.clone(), bytes));
                    expect(200, Method::GET, "/pkg/acc/g/files/shared/1/f", Value::Null).await;
                    match number % 5 {
                        0 => {
                            let list = format!("/api/v1/spaces/acc/o/p/+/artifacts?search_term=app{client}&size=5");
                            let body = expect(200, Method::GET, &list, Value::Null).await;
                            assert!(body["data"]["itemCount"].as_u64().unwrap() > 0);
                        }
                        1 => {
                            let metadata = "/gateway/har/api/v2/metadata?account_identifier=acc";
                            let pair = json!({
                                "registryIdentifier": "g", "package": "shared",
                                "metadata": [{ "key": format!("k{}", client % 50), "value": number.to_string() }],
                            });
                            expect(200, Method::POST, metadata, pair).await;
                        }
                        2 => {
                            let name = format!("p{client}-{number}");
                            let tarball = npm_tarball(&name, "1.0.0");
                            let document = json!({
                                "name": name,
                                "versions": { "1.0.0": { "name": name, "version": "1.0.0" } },
                                "_attachments": { "x.tgz": { "data": STANDARD.encode(&tarball) } },
                            });
                            expect(201, Method::PUT, &format!("/pkg/acc/n/npm/{name}"), document).await;
                            kept.push((format!("/pkg/acc/n/npm/{name}/-/{name}-1.0.0.tgz"), tarball));
                        }
                        3 => {
                            let artifacts = json!([{ "packageName": "x", "version": number.to_string() }]);
                            let body = json!({ "registryId": registry, "artifacts": artifacts });
                            let begin = "/gateway/har/api/v3/scans/bulk-evaluate?account_identifier=acc";
                            expect(202, Method::POST, begin, body).await;
                        }
                        _ => {
                            expect(204, Method::DELETE, &path, Value::Null).await;
                            kept.retain(|(kept, _)| *kept != path);
                        }
                    }
                    requests += 4;
                }
                (kept, requests)
            })
        })
        .collect();
    let (mut files, mut requests) = (0, 0);
    for client in clients {
        let (kept, made) = client.await.unwrap();
        for (path, bytes) in &kept {
            let got = server.request(Method::GET, path).send().await.unwrap();
            assert_eq!(got.status(), StatusCode::OK, "{path}");
            assert_eq!(got.bytes().await.unwrap(), *bytes, "{path}");
        }
        files += kept.len();
        requests += made;
    }
    assert!(requests > CLIENTS);
    println!("{requests} requests by {CLIENTS} clients in {seconds} s, {files} files kept");
    assert!(!server.log.text().contains("error:"), "{}", server.log.text());
}
