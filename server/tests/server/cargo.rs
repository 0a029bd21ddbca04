//! Rust crates: publishing, the sparse index and downloads. The real Cargo is in `tests/clients`.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::support::{Answer, Running, TOKEN, answer, is_empty, start, tgz};

const BASE: &str = "/pkg/acc/c/cargo";

fn crate_of(name: &str, version: &str, more: &str) -> Vec<u8> {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\n{more}");
    tgz(&[(&format!("{name}-{version}/Cargo.toml"), manifest.as_bytes())])
}

/// A body as Cargo sends it.
fn body(metadata: &Value, file: &[u8]) -> Vec<u8> {
    let metadata = metadata.to_string();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let parts: [&[u8]; 4] = [
        &length(metadata.as_bytes()),
        metadata.as_bytes(),
        &length(file),
        file,
    ];
    parts.concat()
}

async fn publish(server: &Running, name: &str, version: &str, file: &[u8]) -> Answer {
    let metadata = json!({ "name": name, "vers": version, "deps": [] });
    send(server, body(&metadata, file)).await
}

async fn send(server: &Running, body: Vec<u8>) -> Answer {
    let request = server.request(Method::PUT, &format!("{BASE}/api/v1/crates/new"));
    answer(request.body(body)).await
}

/// The lines of a crate in the index.
async fn lines(server: &Running, path: &str) -> Vec<Value> {
    let response = server
        .request(Method::GET, &format!("{BASE}/index/{path}"))
        .send();
    let text = response
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .text()
        .await
        .unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What names a dependency's registry is found however the manifest spells it, and must be there.
#[tokio::test(flavor = "multi_thread")]
async fn a_dependency_without_its_registry_is_not_taken_from_this_one() {
    const INDEX: &str = "https://index.example/git";
    let server = start().await;
    server.create("acc", "c", "CARGO").await;
    let more = "[target.'cfg(target_os=\"wasi\")'.dependencies]\nb = { package = \"b\", version = \"1\" }\n";
    let file = crate_of("a", "1.0.0", more);
    let metadata = |deps: Value| json!({ "name": "a", "vers": "1.0.0", "deps": deps });
    let dep = |alias: Value| {
        json!({
            "name": "b", "kind": "normal", "target": "cfg(target_os = \"wasi\")", "registry": INDEX,
            "explicit_name_in_toml": alias,
        })
    };
    let (status, said) = send(&server, body(&metadata(json!([])), &file)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
    assert!(said.to_string().contains("does not say from where"), "{said}");
    for alias in [json!("b"), Value::Null] {
        let (status, said) = send(&server, body(&metadata(json!([dep(alias)])), &file)).await;
        assert_eq!(status, StatusCode::OK, "{said}");
    }
    let found = lines(&server, "1/a").await;
    assert_eq!(found[0]["deps"][0]["registry"], INDEX);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_says_what_the_crate_itself_says() {
    let server = start().await;
    server.create("acc", "c", "CARGO").await;
    let (_, config) = server.get(&format!("{BASE}/index/config.json")).await;
    let url = format!("{}{BASE}", server.url);
    assert_eq!(
        config,
        json!({ "dl": format!("{url}/api/v1/crates"), "api": url, "auth-required": true })
    );
    let more = "links = \"z\"\nrust-version = \"1.70\"\n[features]\nold = []\nnew = [\"dep:b\", \"e?/x\"]\n\
        [dependencies]\nb = { version = \"1\", optional = true, default-features = false, features = [\"f\"] }\n\
        e = { package = \"d\", version = \"2\" }\n[target.'cfg(unix)'.build-dependencies]\nb = \"3\"\n";
    let file = crate_of("A_b", "1.0.0", more);
    let dep = |name: &str, kind: &str, target: Value, alias: Value, registry: Value| {
        json!({
            "name": name, "kind": kind, "target": target, "registry": registry,
            "explicit_name_in_toml": alias, "version_req": "^999",
        })
    };
    let metadata = json!({
        "name": "A_b", "vers": "1.0.0", "features": { "lies": [] },
        "deps": [
            dep("b", "build", json!("cfg(unix)"), Value::Null, json!("https://index.example/git")),
            dep("b", "normal", Value::Null, Value::Null, Value::Null),
            dep("d", "normal", Value::Null, json!("e"), json!("https://other.example/git")),
        ],
    });
    let (status, said) = send(&server, body(&metadata, &file)).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    assert_eq!(said["warnings"]["other"], json!([]));

    let found = lines(&server, "3/a/a_b").await;
    let dep = |name: &str, req: &str, kind: &str| {
        json!({
            "name": name, "req": req, "kind": kind, "features": [], "optional": false, "default_features": true,
            "target": null, "registry": null,
        })
    };
    let (mut b, mut e, mut build) = (
        dep("b", "^1", "normal"),
        dep("e", "^2", "normal"),
        dep("b", "^3", "build"),
    );
    b["features"] = json!(["f"]);
    b["optional"] = json!(true);
    b["default_features"] = json!(false);
    e["package"] = json!("d");
    e["registry"] = json!("https://other.example/git");
    build["target"] = json!("cfg(unix)");
    build["registry"] = json!("https://index.example/git");
    let sha256: String = sha2::Sha256::digest(&file)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        found,
        [json!({
            "name": "A_b", "vers": "1.0.0", "cksum": sha256, "yanked": false, "links": "z", "v": 2,
            "rust_version": "1.70", "features": { "old": [] }, "features2": { "new": ["dep:b", "e?/x"] },
            "deps": [b, e, build],
        })]
    );
    let download = format!("{BASE}/api/v1/crates/a_b/1.0.0/download");
    let response = server.request(Method::GET, &download).send().await.unwrap();
    assert_eq!(response.bytes().await.unwrap(), file);
    assert_eq!(server.files("c", "A_b", "1.0.0").await, ["A_b-1.0.0.crate"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_differ_little_are_one_crate_and_versions_stay() {
    let server = start().await;
    server.create("acc", "c", "CARGO").await;
    let file = crate_of("Foo-bar", "1.0.0+a", "");
    assert_eq!(
        publish(&server, "Foo-bar", "1.0.0+a", &file).await.0,
        StatusCode::OK
    );
    // The very same again is taken for done.
    assert_eq!(
        publish(&server, "Foo-bar", "1.0.0+a", &file).await.0,
        StatusCode::OK
    );
    for (name, version, says) in [
        ("Foo-bar", "1.0.0+a", "already with another content"),
        ("Foo-bar", "1.0.0+b", "already with another content"),
        ("foo_bar", "2.0.0", "one name"),
        ("foo-bar", "2.0.0", "one name"),
    ] {
        let other = crate_of(name, version, "description = \"other\"\n");
        let (status, said) = publish(&server, name, version, &other).await;
        assert_eq!(status, StatusCode::CONFLICT, "{name} {version}");
        let detail = said["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(says), "{detail}");
    }
    assert_eq!(lines(&server, "fo/o-/foo-bar").await.len(), 1);
    // A deleted version leaves the index.
    let delete = "/gateway/har/api/v1/registry/acc/c/+/artifact/Foo-bar/+/version/1.0.0%2Ba";
    assert_eq!(server.delete(delete).await.0, StatusCode::OK);
    let (status, _) = server.get(&format!("{BASE}/index/fo/o-/foo-bar")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_is_not_sent_again_while_it_is_the_same() {
    let server = start().await;
    server.create("acc", "c", "CARGO").await;
    publish(&server, "abc", "1.0.0", &crate_of("abc", "1.0.0", "")).await;
    let path = format!("{BASE}/index/3/a/abc");
    let get = async |etag: &str| {
        let request = server.request(Method::GET, &path).header("if-none-match", etag);
        request.send().await.unwrap()
    };
    let etag = get("\"other\"").await.headers()["etag"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(get(&etag).await.status(), StatusCode::NOT_MODIFIED);
    let yank = server
        .delete(&format!("{BASE}/api/v1/crates/ABC/1.0.0/yank"))
        .await;
    assert_eq!(yank, (StatusCode::OK, json!({ "ok": true })));
    assert_eq!(get(&etag).await.status(), StatusCode::OK);
    assert_eq!(lines(&server, "3/a/abc").await[0]["yanked"], true);
    let unyank = server.request(Method::PUT, &format!("{BASE}/api/v1/crates/abc/1.0.0/unyank"));
    assert_eq!(answer(unyank).await.0, StatusCode::OK);
    assert_eq!(get(&etag).await.status(), StatusCode::NOT_MODIFIED);
    // Cargo sends the key alone, and asks without one first.
    let bare = |path: &str| server.client.get(format!("{}{path}", server.url));
    assert_eq!(
        bare(&path).send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    let keyed = bare(&path).header("authorization", TOKEN);
    assert_eq!(keyed.send().await.unwrap().status(), StatusCode::OK);
    // Copied, it is in the other registry's index too.
    server.create("acc", "d", "CARGO").await;
    let copy = "/gateway/har/api/v2/copy?account_identifier=acc&src_registry_identifier=c&target_registry_identifier=d\
        &src_artifact=abc&src_version=1.0.0&artifact_type=package";
    assert!(server.post(copy, &json!({})).await.0.is_success());
    let (status, _) = server
        .get("/pkg/acc/d/cargo/api/v1/crates/abc/1.0.0/download")
        .await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_publication_is_refused_and_nothing_is_kept() {
    let server = start().await;
    server.create("acc", "c", "CARGO").await;
    let file = crate_of("a", "1.0.0", "");
    let metadata = |name: &str, version: &str| json!({ "name": name, "vers": version });
    let good = body(&metadata("a", "1.0.0"), &file);
    let outside = tgz(&[
        (
            "a-1.0.0/Cargo.toml",
            b"[package]\nname = \"a\"\nversion = \"1.0.0\"\n",
        ),
        ("b/x", b""),
    ]);
    let mut long = vec![0xff; 4];
    long.extend([b' '; 100]);
    for (body, says) in [
        (good[..good.len() - 1].to_vec(), "ends before"),
        (good[..20].to_vec(), "ends before"),
        (Vec::new(), "ends before"),
        ([&good[..], b"x"].concat(), "goes on after"),
        (long, "at most"),
        (
            body(&metadata("a", "1.0.1"), &file),
            "should be called a-1.0.0.crate",
        ),
        (body(&metadata("../a", "1.0.0"), &file), "cannot be a crate"),
        (body(&metadata("a", "one"), &file), "cannot be a crate"),
        (body(&metadata("a", "1.0.0"), b"no crate"), "is not"),
        (body(&metadata("a", "1.0.0"), &file[..file.len() / 2]), "damaged"),
        (body(&metadata("a", "1.0.0"), &outside), "leads out"),
        (body(&json!([]), &file), "the body"),
    ] {
        let (status, said) = send(&server, body).await;
        let detail = said["errors"][0]["detail"].as_str().unwrap_or_default();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert!(detail.contains(says), "{says}: {detail}");
    }
    // The checksums are the crate's, not the body's.
    let push = |checksum: String| {
        let request = server.request(Method::PUT, &format!("{BASE}/api/v1/crates/new"));
        answer(request.header("x-checksum-sha256", checksum).body(good.clone()))
    };
    assert_eq!(push("0".repeat(64)).await.0, StatusCode::BAD_REQUEST);
    assert!(is_empty(server.data.as_ref().unwrap().path()));
    let right = sha2::Sha256::digest(&file)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(push(right).await.0, StatusCode::OK);
    for path in [
        "index/aa/a",
        "index/1/b",
        "index",
        "api/v1/crates/a/2.0.0/download",
    ] {
        let (status, said) = server.get(&format!("{BASE}/{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(said["errors"][0]["detail"].is_string(), "{path}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crates_are_found_by_their_names_and_owned_by_the_account() {
    let server = start().await;
    server.create("acc", "c", "CARGO").await;
    for name in ["left-pad", "right"] {
        publish(&server, name, "1.0.0", &crate_of(name, "1.0.0", "")).await;
    }
    let (status, found) = server
        .get(&format!("{BASE}/api/v1/crates?q=left&per_page=10"))
        .await;
    assert_eq!(status, StatusCode::OK);
    let expected = json!([{ "name": "left-pad", "max_version": "1.0.0", "description": "" }]);
    assert_eq!(
        (&found["crates"], &found["meta"]["total"]),
        (&expected, &json!(1))
    );
    let (_, owners) = server.get(&format!("{BASE}/api/v1/crates/right/owners")).await;
    assert_eq!(owners["users"][0]["login"], "acc");
    assert_eq!(
        server.get(&format!("{BASE}/api/v1/crates/gone/owners")).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        server.get(&format!("{BASE}/api/v1/crates?per_page=x")).await.0,
        StatusCode::BAD_REQUEST
    );
}
