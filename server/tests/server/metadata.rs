//! v2: metadata.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Running, answer, start};

const PATH: &str = "/gateway/har/api/v2/metadata?account_identifier=acc";

async fn with_package() -> Running {
    let server = start().await;
    server.create("acc/o/p", "g", "GENERIC").await;
    server.put_file("/pkg/acc/g/files/app/1/f", "x").await;
    server
}

fn pairs(body: &Value) -> String {
    let pair = |pair: &Value| {
        format!(
            "{}={}",
            pair["key"].as_str().unwrap(),
            pair["value"].as_str().unwrap()
        )
    };
    let items = body["data"]["metadata"].as_array().unwrap();
    items.iter().map(pair).collect::<Vec<_>>().join(" ")
}

fn input(package: Option<&str>, version: Option<&str>, pairs: &[(&str, &str)]) -> Value {
    let metadata: Vec<Value> = pairs
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": value }))
        .collect();
    json!({ "registryIdentifier": "g", "package": package, "version": version, "metadata": metadata })
}

#[tokio::test(flavor = "multi_thread")]
async fn registries_packages_and_versions_have_pairs_of_their_own() {
    let server = with_package().await;
    for (package, version, value, query) in [
        (None, None, "registry", ""),
        (Some("app"), None, "package", "&package=app"),
        (Some("app"), Some("1"), "version", "&package=app&version=1"),
    ] {
        let body = input(package, version, &[("of", value), ("a", "1")]);
        let (status, body) = server.post(PATH, &body).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(pairs(&body), format!("a=1 of={value}"));
        let change = input(package, version, &[("a", "2")]);
        server.post(PATH, &change).await;
        let (_, body) = server.get(&format!("{PATH}&registry_identifier=g{query}")).await;
        assert_eq!(pairs(&body), format!("a=2 of={value}"));
        assert_eq!(body["data"]["metadata"][0]["type"], "MANUAL");
    }
    let delete = |pairs: &[(&str, &str)]| {
        answer(
            server
                .request(Method::DELETE, PATH)
                .json(&input(None, None, pairs)),
        )
    };
    // One that is not there as it is named keeps all from being removed.
    assert_eq!(
        delete(&[("of", "registry"), ("a", "1")]).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(delete(&[("of", "registry")]).await.0, StatusCode::OK);
    let (_, body) = server.get(&format!("{PATH}&registry_identifier=g")).await;
    assert_eq!(pairs(&body), "a=2");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_of_the_service_hold() {
    let server = with_package().await;
    let many = |from: usize, count: usize| -> Value {
        let keys: Vec<String> = (from..from + count).map(|index| format!("k{index}")).collect();
        let pairs: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "v")).collect();
        input(None, None, &pairs)
    };
    let long = |length: usize| "é".repeat(length);
    for (body, expected) in [
        (many(0, 50), 200),
        (many(0, 50), 200),
        (many(50, 1), 400),
        (many(100, 51), 400),
        (many(0, 0), 400),
        (input(Some("app"), None, &[(&long(128), &long(256))]), 200),
        (input(Some("app"), None, &[(&long(129), "v")]), 400),
        (input(Some("app"), None, &[("k", &long(257))]), 400),
        (input(Some("app"), None, &[("", "v")]), 400),
        (input(Some("app"), None, &[("k", "")]), 400),
        (input(Some("none"), None, &[("k", "v")]), 404),
        (input(Some("app"), Some("9"), &[("k", "v")]), 404),
        (input(None, Some("1"), &[("k", "v")]), 400),
        (
            json!({ "registryIdentifier": "none", "metadata": [{ "key": "k", "value": "v" }] }),
            404,
        ),
        (json!({ "registryIdentifier": "g" }), 400),
    ] {
        let (status, answer) = server.post(PATH, &body).await;
        assert_eq!(status.as_u16(), expected, "{answer}");
    }
    for (path, expected) in [
        ("/gateway/har/api/v2/metadata?registry_identifier=g", 400),
        ("/gateway/har/api/v2/metadata?account_identifier=acc", 400),
        (
            "/gateway/har/api/v2/metadata?account_identifier=x&registry_identifier=g",
            403,
        ),
        (
            "/gateway/har/api/v2/metadata?account_identifier=acc&org_identifier=z&registry_identifier=g",
            404,
        ),
        ("/gateway/har/api/v2/nothing?account_identifier=acc", 404),
    ] {
        let (status, body) = server.get(path).await;
        assert_eq!(status.as_u16(), expected, "{body}");
        assert_eq!(body["code"], expected.to_string());
    }
}
