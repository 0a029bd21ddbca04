//! The page at `/`, which needs no key.

use reqwest::StatusCode;

use crate::support::start;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_or_how_to_build_it_is_at_the_root_under_a_strict_policy() {
    let server = start().await;
    let response = server.client.get(&server.url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe-inline"));
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    let text = response.text().await.unwrap();
    if media_type.starts_with("text/html") {
        for (asset, media_type) in [
            ("app.js", "text/javascript; charset=utf-8"),
            ("hc_wasm_bg.wasm", "application/wasm"),
        ] {
            let response = server
                .client
                .get(format!("{}/{asset}", server.url))
                .send()
                .await
                .unwrap();
            assert_eq!(response.headers()["content-type"], media_type);
            assert!(!response.bytes().await.unwrap().is_empty());
        }
    } else {
        assert!(text.contains("cargo xtask web"), "{text}");
    }
    for path in ["/none", "/..%2fCargo.toml", "/index.html/"] {
        let (status, body) = server.get(path).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::NOT_FOUND, &"404".into()),
            "{path}"
        );
    }
}
