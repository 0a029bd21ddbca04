//! Composer packages: uploads and the repository. The real Composer is in `tests/clients`.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Running, answer, is_empty, start, zip};

const BASE: &str = "/pkg/acc/p/composer";

fn package(manifest: &Value) -> Vec<u8> {
    zip(&[("composer.json", manifest.to_string().as_bytes())])
}

async fn upload(server: &Running, content: Vec<u8>) -> Answer {
    answer(
        server
            .request(Method::POST, &format!("{BASE}/upload"))
            .body(content),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_and_branches_are_listed_apart_each_with_its_zip() {
    let server = start().await;
    server.create("acc", "p", "COMPOSER").await;
    for version in ["1.0", "2.0.0-beta1", "dev-a/b", "1.x-dev"] {
        let manifest = json!({
            "name": "acme/x", "version": version, "require": { "php": ">=8" },
            "dist": { "url": "http://elsewhere.example" }, "source": {},
        });
        let (status, said) = upload(&server, package(&manifest)).await;
        assert_eq!(status, StatusCode::CREATED, "{said}");
    }
    let (_, root) = server.get(&format!("{BASE}/packages.json")).await;
    let url = format!("{}{BASE}", server.url);
    assert_eq!(root["metadata-url"], format!("{url}/p2/%package%.json"));
    assert_eq!(root["available-packages"], json!(["acme/x"]));
    let listed = async |file: &str| {
        let (_, body) = server.get(&format!("{BASE}/p2/acme/{file}.json")).await;
        body["packages"]["acme/x"].as_array().unwrap().clone()
    };
    let releases = listed("x").await;
    let versions: Vec<&Value> = releases.iter().map(|one| &one["version"]).collect();
    assert_eq!(versions, ["1.0", "2.0.0-beta1"]);
    assert_eq!(releases[0]["require"]["php"], ">=8");
    assert_eq!(releases[0]["dist"]["url"], format!("{url}/dist/acme/x/1.0.zip"));
    assert_eq!(releases[0]["dist"]["shasum"].as_str().unwrap().len(), 40);
    assert!(releases[0].get("source").is_none());
    let branches = listed("x~dev").await;
    let versions: Vec<&Value> = branches.iter().map(|one| &one["version"]).collect();
    assert_eq!(versions, ["dev-a/b", "1.x-dev"]);
    for version in ["1.0", "dev-a%2Fb"] {
        assert_eq!(server.files("p", "acme%2Fx", version).await.len(), 1, "{version}");
    }
    let zip = server.get(&format!("{BASE}/dist/acme/x/dev-a%2Fb.zip")).await;
    assert_eq!(zip.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_stays_and_what_is_no_package_is_not_kept() {
    let server = start().await;
    server.create("acc", "p", "COMPOSER").await;
    // The same length, so that nothing else in the zip changes.
    let mut outside = zip(&[("composer.json", b"{}"), ("aa/x", b"")]);
    for start in 0..outside.len() - 4 {
        if &outside[start..start + 4] == b"aa/x" {
            outside[start..start + 2].copy_from_slice(b"..");
        }
    }
    let named = |name: &str, version: &str| package(&json!({ "name": name, "version": version }));
    for (content, says) in [
        (b"none".to_vec(), "is not a zip"),
        (package(&json!({ "name": "acme/x" })), "no version"),
        (named("Acme/x", "1"), "lower case"),
        (named("acme/x", "one"), "Composer reads"),
        (zip(&[("x", b"")]), "has no composer.json"),
        (outside, "leads out"),
    ] {
        let (status, said) = upload(&server, content).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert!(said["message"].as_str().unwrap().contains(says), "{says}: {said}");
    }
    let good = named("acme/x", "1.0");
    let wrong = server.request(Method::POST, &format!("{BASE}/upload"));
    let wrong = wrong.header("x-checksum-sha1", "0".repeat(40)).body(good.clone());
    assert_eq!(answer(wrong).await.0, StatusCode::BAD_REQUEST);
    assert!(is_empty(server.data.as_ref().unwrap().path()));
    assert_eq!(upload(&server, good.clone()).await.0, StatusCode::CREATED);
    assert_eq!(upload(&server, good).await.0, StatusCode::OK);
    // Another spelling of the same version.
    let (status, said) = upload(&server, named("acme/x", "v1.0.0")).await;
    assert_eq!(status, StatusCode::CONFLICT, "{said}");
    for path in ["p2/acme/y.json", "p2/acme/x", "dist/acme/x/2.0.zip", "p/x"] {
        let (status, _) = server.get(&format!("{BASE}/{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}
