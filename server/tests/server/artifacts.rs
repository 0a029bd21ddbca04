//! v1, v2 and v3: artifacts, versions, files, copies, deletion.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Running, blobs, start};

/// A registry `g` with two packages, the first of two versions.
async fn filled() -> Running {
    let server = start().await;
    server.create("acc/o/p", "g", "GENERIC").await;
    server.create("acc/o/p", "h", "GENERIC").await;
    for (file, bytes) in [
        ("app/1.0.0/a.bin", vec![1; 1000]),
        ("app/1.0.0/b/c.bin", vec![2; 536]),
        ("app/2.0.0/a.bin", vec![3; 10]),
        ("lib/1.0.0/l.bin", vec![4; 10]),
    ] {
        server.put_file(&format!("/pkg/acc/g/files/{file}"), bytes).await;
    }
    server
}

fn column(body: &Value, list: &str, name: &str) -> Vec<String> {
    body["data"][list]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[name].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_versions_and_files_are_listed_with_sizes_and_downloads() {
    let server = filled().await;
    for _ in 0..3 {
        server.get("/pkg/acc/g/files/app/1.0.0/a.bin").await;
    }
    let v1 = "/gateway/har/api/v1";
    for (query, expected) in [
        ("", "app 2.0.0, app 1.0.0, lib 1.0.0"),
        ("?latest_version=true", "app 2.0.0, lib 1.0.0"),
        ("?reg_identifier=g&search_term=LI", "lib 1.0.0"),
        ("?reg_identifier=h", ""),
        ("?package_type=NPM", ""),
        ("?page=1&size=2", "lib 1.0.0"),
    ] {
        let (status, body) = server
            .get(&format!("{v1}/spaces/acc/o/p/+/artifacts{query}"))
            .await;
        assert_eq!(status, StatusCode::OK);
        let found: Vec<String> = column(&body, "artifacts", "name")
            .iter()
            .zip(column(&body, "artifacts", "version"))
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        assert_eq!(found.join(", "), expected, "{query}");
    }
    let (status, _) = server
        .get(&format!("{v1}/spaces/acc/o/p/+/artifacts?reg_identifier=none"))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, body) = server.get(&format!("{v1}/spaces/acc/o/p/+/artifacts")).await;
    let row = &body["data"]["artifacts"][1];
    assert_eq!(
        (
            &row["latestVersion"],
            &row["downloadsCount"],
            &row["registryPath"],
            &row["packageType"]
        ),
        (&json!("2.0.0"), &json!(3), &json!("acc/o/p/g"), &json!("GENERIC"))
    );

    let registry = format!("{v1}/registry/acc/o/p/g/+");
    let (_, body) = server.get(&format!("{registry}/artifacts")).await;
    assert_eq!(column(&body, "artifacts", "name"), ["app", "lib"]);
    let (_, body) = server.get(&format!("{registry}/artifact/app/+/versions")).await;
    assert_eq!(column(&body, "artifactVersions", "name"), ["1.0.0", "2.0.0"]);
    let row = &body["data"]["artifactVersions"][0];
    assert_eq!(
        (&row["size"], &row["fileCount"], &row["downloadsCount"]),
        (&json!("1.50KB"), &json!(2), &json!(3))
    );
    let (_, body) = server
        .get(&format!("{registry}/artifact/app/+/version/1.0.0/files"))
        .await;
    assert_eq!(column(&body, "files", "name"), ["a.bin", "b/c.bin"]);
    assert_eq!(body["data"]["files"][1]["size"], "536.00B");
    assert_eq!(body["data"]["files"][1]["checksums"].as_array().unwrap().len(), 4);
    for (path, name) in [
        ("artifact/app/+/summary", "imageName"),
        ("artifact/app/+/version/1.0.0/summary", "imageName"),
        ("artifact/app/+/version/1.0.0/details", "name"),
    ] {
        let (status, body) = server.get(&format!("{registry}/{path}")).await;
        assert_eq!(
            (status, &body["data"][name]),
            (StatusCode::OK, &json!("app")),
            "{path}"
        );
    }
    let (_, body) = server.get(&format!("{v1}/spaces/acc/o/p/+/registries")).await;
    let row = &body["data"]["registries"][0];
    assert_eq!(
        (
            &row["registrySize"],
            &row["artifactsCount"],
            &row["downloadsCount"]
        ),
        (&json!("1.52KB"), &json!(2), &json!(3))
    );
    let (_, body) = server.get(&format!("{v1}/spaces/acc/o/p/+/details")).await;
    assert_eq!(body["data"]["totalSize"], "1.52KB");
    for path in [
        "artifact/none/+/versions",
        "artifact/app/+/version/9/files",
        "artifact/app/+/version/9/summary",
        "webhooks",
    ] {
        let (status, body) = server.get(&format!("{registry}/{path}")).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::NOT_FOUND, &json!("404")),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_and_versions_are_deleted() {
    let server = filled().await;
    let registry = "/gateway/har/api/v1/registry/acc/o/p/g/+";
    for (path, expected) in [
        ("artifact/app/+/version/1.0.0", 200),
        ("artifact/app/+/version/1.0.0", 404),
        ("artifact/lib/+", 200),
        ("artifact/lib/+", 404),
        ("artifact/app/+/version/2.0.0", 200),
        ("artifact/app/+", 404),
    ] {
        let (status, _) = server.delete(&format!("{registry}/{path}")).await;
        assert_eq!(status.as_u16(), expected, "{path}");
    }
    assert_eq!(blobs(server.data.as_ref().unwrap().path()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_deletion_takes_what_its_patterns_fit_and_a_dry_run_takes_nothing() {
    let server = filled().await;
    let path = "/gateway/har/api/v3/bulkdelete?account_identifier=acc&org_identifier=o&project_identifier=p";
    for (packages, versions, dry_run, expected) in [
        ("*", "?.0.0", true, "app@1.0.0 app@2.0.0 lib@1.0.0"),
        ("a*", "", true, "app"),
        ("none", "*", false, ""),
        ("*", "1.*", false, "app@1.0.0 lib@1.0.0"),
        ("*", "*", true, "app@2.0.0"),
        ("app", "", false, "app"),
        ("*", "*", true, ""),
    ] {
        let body = json!({
            "packages": packages, "versions": versions, "registry": "g", "dryRun": dry_run,
        });
        let (status, body) = server.post(path, &body).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let names: Vec<&str> = body["successPackages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(names.join(" "), expected, "{packages} {versions}");
        assert_eq!(
            (&body["dryRun"], &body["total"], &body["failed"]),
            (&json!(dry_run), &json!(names.len()), &json!(0))
        );
    }
    let body = json!({ "packages": "*", "versions": "*", "registry": "none" });
    let (status, body) = server.post(path, &body).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(body["error"]["type"], "INVALID_REQUEST_ERROR");
    let (status, _) = server
        .post(path, &json!({ "packages": "", "versions": "", "registry": "g" }))
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_shares_the_bytes_and_survives_its_source() {
    let server = filled().await;
    server.create("acc/o/p", "n", "NPM").await;
    let data = server.data.as_ref().unwrap().path().to_owned();
    let before = blobs(&data);
    let copy = |target: &str, name: &str, version: &str| {
        format!(
            "/gateway/har/api/v2/copy?account_identifier=acc&src_registry_identifier=g\
             &target_registry_identifier={target}&src_artifact={name}&src_version={version}"
        )
    };
    for (target, name, version, expected) in [
        ("h", "app", "1.0.0", 200),
        ("h", "app", "1.0.0", 409),
        ("n", "app", "1.0.0", 400),
        ("none", "app", "1.0.0", 404),
        ("h", "none", "1.0.0", 404),
        ("h", "app", "9", 404),
        ("h", "app", "", 400),
    ] {
        let (status, body) = server.post(&copy(target, name, version), &json!({})).await;
        assert_eq!(status.as_u16(), expected, "{target} {name} {version}: {body}");
    }
    assert_eq!(blobs(&data), before);
    server.delete("/api/v1/registry/acc/o/p/g/+").await;
    assert_eq!(blobs(&data), 2);
    let response = server.request(reqwest::Method::GET, "/pkg/acc/h/files/app/1.0.0/b/c.bin");
    assert_eq!(
        response.send().await.unwrap().bytes().await.unwrap(),
        vec![2; 536]
    );
}
