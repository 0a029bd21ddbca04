//! What npm and its kin ask beside packages: errors that they can read, two forms of a document, search, login, access
//! and audits.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Running, TOKEN, answer, npm_tarball, start};

const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

async fn publish(server: &Running, name: &str, version: &str, more: &Value) {
    let mut manifest = json!({ "name": name, "version": version });
    manifest
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let document = json!({
        "name": name, "versions": { version: manifest }, "dist-tags": { "latest": version },
        "readme": "# From the document",
        "_attachments": { format!("{name}-{version}.tgz"): { "data": STANDARD.encode(npm_tarball(name, version)) } },
    });
    let (status, body) = answer(
        server
            .request(Method::PUT, &format!("/pkg/acc/n/npm/{name}"))
            .json(&document),
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_each_client_is_asked_as_it_expects() {
    let server = start().await;
    for (path, challenge, body) in [
        (
            "/pkg/acc/n/npm/left",
            "Bearer",
            json!({ "error": "the key is not the one of this server" }),
        ),
        (
            "/pkg/acc/n/cargo/index/config.json",
            "Basic",
            json!({ "errors": [{ "detail": "the key is not the one of this server" }] }),
        ),
        (
            "/pkg/acc/n/go/@v/list",
            "Basic",
            json!("the key is not the one of this server\n"),
        ),
        (
            "/pkg/acc/n/python/simple/",
            "Basic",
            json!({ "code": "401", "message": "the key is not the one of this server" }),
        ),
    ] {
        let request = server
            .client
            .get(format!("{}{path}", server.url))
            .bearer_auth("wrong");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let asked = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(asked.starts_with(challenge), "{path}: {asked}");
        let text = response.text().await.unwrap();
        assert_eq!(serde_json::from_str(&text).unwrap_or(json!(text)), body, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_says_of_the_package_what_its_latest_version_says() {
    let server = start().await;
    server.create("acc", "n", "NPM").await;
    let about = json!({
        "description": "one", "license": "MIT", "repository": { "url": "git+https://code.example/x" },
        "scripts": { "postinstall": "x" }, "bin": { "x": "x.js" }, "readme": "# Own",
    });
    publish(&server, "left", "1.0.0", &about).await;
    publish(
        &server,
        "left",
        "1.1.0",
        &json!({ "description": "two", "keywords": ["k"] }),
    )
    .await;
    let get = async |accept: &str| {
        let request = server
            .request(Method::GET, "/pkg/acc/n/npm/left")
            .header("accept", accept);
        request.send().await.unwrap()
    };
    let response = get("application/json").await;
    assert_eq!(response.headers()["content-type"], "application/json");
    let etag = response.headers()["etag"].clone();
    let full: Value = response.json().await.unwrap();
    assert_eq!(
        (
            &full["description"],
            &full["readme"],
            &full["keywords"],
            &full["license"]
        ),
        (
            &json!("two"),
            &json!("# From the document"),
            &json!(["k"]),
            &Value::Null
        )
    );
    assert!(full["time"]["1.0.0"].is_string());
    for version in ["1.0.0", "1.1.0"] {
        assert_eq!(full["versions"][version].get("readme"), None);
    }
    assert_eq!(full["versions"]["1.0.0"]["scripts"]["postinstall"], "x");
    let (_, one) = server.get("/pkg/acc/n/npm/left/1.0.0").await;
    assert_eq!(one["readme"], "# Own");

    let again = server
        .request(Method::GET, "/pkg/acc/n/npm/left")
        .header("if-none-match", &etag);
    assert_eq!(answer(again).await.0, StatusCode::NOT_MODIFIED);

    let response = get(&format!("{ABBREVIATED}; q=1.0, application/json; q=0.8, */*")).await;
    assert_eq!(response.headers()["content-type"], ABBREVIATED);
    assert_ne!(response.headers()["etag"], etag);
    let short: Value = response.json().await.unwrap();
    let members: Vec<&String> = short.as_object().unwrap().keys().collect();
    assert_eq!(members, ["dist-tags", "modified", "name", "versions"]);
    let first = &short["versions"]["1.0.0"];
    assert_eq!(
        (&first["hasInstallScript"], &first["bin"]["x"]),
        (&json!(true), &json!("x.js"))
    );
    assert_eq!((first.get("description"), first.get("scripts")), (None, None));
    assert!(
        first["dist"]["tarball"]
            .as_str()
            .unwrap()
            .ends_with("/left/-/left-1.0.0.tgz")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_are_found_and_a_login_gives_the_key() {
    let server = start().await;
    server.create("acc", "n", "NPM").await;
    publish(&server, "left", "1.0.0", &json!({ "description": "one" })).await;
    publish(&server, "right", "1.0.0", &json!({})).await;
    let (status, found) = server.get("/pkg/acc/n/npm/-/v1/search?text=lef&size=20").await;
    assert_eq!((status, &found["total"]), (StatusCode::OK, &json!(1)));
    assert_eq!(found["objects"][0]["package"]["description"], "one");
    let long = format!("/pkg/acc/n/npm/-/v1/search?text={}", "x".repeat(60_000));
    assert_eq!(server.get(&long).await.0, StatusCode::BAD_REQUEST);

    let login = async |password: &str| {
        let url = format!("{}/pkg/acc/n/npm/-/user/org.couchdb.user:me", server.url);
        answer(
            server
                .client
                .put(url)
                .json(&json!({ "name": "me", "password": password })),
        )
        .await
    };
    // npm looks first whether there is a page for it, without a key; any 4xx lets it ask on the terminal.
    let page = format!("{}/pkg/acc/n/npm/-/v1/login", server.url);
    let (status, said) = answer(server.client.post(page).json(&json!({}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(
        said["error"].as_str().unwrap().contains("no login by a page"),
        "{said}"
    );
    assert_eq!(login("wrong").await.0, StatusCode::UNAUTHORIZED);
    let (status, body) = login(TOKEN).await;
    assert_eq!((status, &body["token"]), (StatusCode::CREATED, &json!(TOKEN)));
    assert_eq!(server.get("/pkg/acc/n/npm/-/npm/v1/user").await.1["name"], "acc");
    let (_, all) = server.get("/pkg/acc/n/npm/-/user/me/package").await;
    assert_eq!(all, json!({ "left": "write", "right": "write" }));
    let (_, access) = server.get("/pkg/acc/n/npm/-/package/left/collaborators").await;
    assert_eq!(access, json!({ "acc": "write" }));
    assert_eq!(
        server.get("/pkg/acc/n/npm/-/package/gone/visibility").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_is_answered_from_the_advisories_of_the_server() {
    let server = start().await;
    server.create("acc", "n", "NPM").await;
    let bulk = "/pkg/acc/n/npm/-/npm/v1/security/advisories/bulk";
    let asked = json!({ "lodash": ["4.17.11", "4.17.21"], "not-there": ["1.0.0"] });
    let (status, plain) = server.post(bulk, &asked).await;
    assert_eq!(status, StatusCode::OK, "{plain}");
    let found = plain["lodash"].as_array().unwrap();
    assert!(!found.is_empty() && plain.get("not-there").is_none());
    assert!(
        found
            .iter()
            .all(|one| one["vulnerable_versions"].as_str().unwrap().contains("4.17.11"))
    );
    assert!(found[0]["id"].is_u64() && found[0]["severity"].is_string() && found[0]["title"].is_string());

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(asked.to_string().as_bytes()).unwrap();
    let request = server
        .request(Method::POST, bulk)
        .header("content-encoding", "gzip");
    assert_eq!(
        answer(request.body(packed.finish().unwrap())).await,
        (StatusCode::OK, plain)
    );
    let request = server
        .request(Method::POST, bulk)
        .header("content-encoding", "br");
    assert_eq!(
        answer(request.body("x")).await.0,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );

    let tree = json!({
        "name": "x", "version": "1.0.0", "requires": { "a": "1" },
        "dependencies": { "a": { "version": "1.0.0", "dependencies": { "lodash": { "version": "4.17.11" } } } },
    });
    let (status, quick) = server
        .post("/pkg/acc/n/npm/-/npm/v1/security/audits/quick", &tree)
        .await;
    assert_eq!(
        (status, &quick["metadata"]["totalDependencies"]),
        (StatusCode::OK, &json!(2))
    );
    let advisories = quick["advisories"].as_object().unwrap();
    assert!(!advisories.is_empty());
    assert!(
        advisories
            .values()
            .all(|one| one["findings"][0]["paths"] == json!(["a>lodash"]))
    );
}
