//! Maven artifacts, as `mvn deploy` writes and mvn reads them.

use hc_core::checksum::hex;
use reqwest::{Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::support::{answer, blobs, is_empty, start, zip};

const BASE: &str = "/pkg/acc/m/maven/org/example/app";

fn pom(version: &str) -> String {
    format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>app</artifactId>\
         <version>{version}</version></project>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deployed_is_read_with_checksums_and_metadata() {
    let server = start().await;
    server.create("acc", "m", "MAVEN").await;
    let put =
        async |path: &str, body: &str| server.put_file(&format!("{BASE}/{path}"), body.to_owned()).await;
    let get = async |path: &str| server.get(&format!("{BASE}/{path}")).await;
    let sha1 = "040f06fd774092478d450774f5ba30c5da78acc8";
    // In the order of mvn deploy.
    assert_eq!(get("maven-metadata.xml").await.0, StatusCode::NOT_FOUND);
    for (path, body, expected) in [
        ("1.0/app-1.0.jar", "content", 201),
        ("1.0/app-1.0.jar.sha1", sha1, 201),
        (
            "1.0/app-1.0.jar.md5",
            "9a0364b9e99bb480dd25e1f0284c8555  app-1.0.jar",
            201,
        ),
        ("1.0/app-1.0.jar.sha1", "0000", 400),
        ("1.0/app-1.0.war.sha1", sha1, 404),
        ("1.0/app-1.0.pom", &pom("1.0"), 201),
        ("1.0/app-1.0-sources.jar", "sources", 201),
        // What Maven 4 builds by, which leaves out what its parent says.
        (
            "1.0/app-1.0-build.pom",
            "<project><modelVersion>4.1.0</modelVersion><artifactId>app</artifactId></project>",
            201,
        ),
        ("maven-metadata.xml", "<metadata/>", 201),
        ("maven-metadata.xml.sha1", "0000", 201),
        (
            "2.0-SNAPSHOT/app-2.0-20260102.030405-1.pom",
            &pom("2.0-SNAPSHOT"),
            201,
        ),
        ("2.0-SNAPSHOT/maven-metadata.xml", "<metadata>1</metadata>", 201),
    ] {
        assert_eq!(put(path, body).await.as_u16(), expected, "{path}");
    }
    assert_eq!(get("1.0/app-1.0.jar").await, (StatusCode::OK, "content".into()));
    assert_eq!(get("1.0/app-1.0.jar.sha1").await.1, sha1);
    let sha256 = hex(&Sha256::digest("content"));
    assert_eq!(get("1.0/app-1.0.jar.sha256").await.1, sha256);
    assert_eq!(get("1.0/app-1.0.zip.sha1").await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        get("2.0-SNAPSHOT/maven-metadata.xml").await.1,
        "<metadata>1</metadata>"
    );
    let (_, metadata) = get("maven-metadata.xml").await;
    let text = metadata.as_str().unwrap();
    for expected in [
        "<latest>2.0-SNAPSHOT</latest>",
        "<release>1.0</release>",
        "<version>1.0</version>",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(
        get("maven-metadata.xml.sha256").await.1,
        hex(&Sha256::digest(text))
    );
    let deleted = server
        .delete("/api/v1/registry/acc/m/+/artifact/org.example:app/+/version/2.0-SNAPSHOT")
        .await;
    assert_eq!(deleted.0, StatusCode::OK);
    let (_, metadata) = get("maven-metadata.xml").await;
    assert!(
        metadata.as_str().unwrap().contains("<latest>1.0</latest>"),
        "{metadata}"
    );
    // What the list of files names is there.
    let (_, files) = server
        .get("/api/v1/registry/acc/m/+/artifact/org.example:app/+/version/1.0/files")
        .await;
    let url = "/pkg/acc/m/maven/org/example/app/1.0/app-1.0-sources.jar";
    assert!(files.to_string().contains(url), "{files}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_never_changes_and_a_snapshot_does() {
    let server = start().await;
    server.create("acc", "m", "MAVEN").await;
    let data = server.data.as_ref().unwrap().path();
    for (path, body, expected) in [
        ("1.0/app-1.0.jar", "first", 201),
        ("1.0/app-1.0.jar", "first", 200),
        ("1.0/app-1.0.jar", "second", 409),
        ("1-SNAPSHOT/app-1-SNAPSHOT.jar", "first", 201),
        ("1-SNAPSHOT/app-1-SNAPSHOT.jar", "second", 200),
    ] {
        assert_eq!(
            server.put_file(&format!("{BASE}/{path}"), body).await.as_u16(),
            expected,
            "{path} {body}"
        );
    }
    assert_eq!(blobs(data), 2);
    let (_, now) = server.get(&format!("{BASE}/1-SNAPSHOT/app-1-SNAPSHOT.jar")).await;
    assert_eq!(now, "second");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_place_or_is_not_what_it_says_is_not_kept() {
    let server = start().await;
    server.create("acc", "m", "MAVEN").await;
    for (path, body) in [
        ("1.0/other-1.0.jar", "content"),
        ("1.0/../app-1.0.jar", "content"),
        ("1.0/app-1.0%5C..jar", "content"),
        ("%2e%2e/app-1.0.jar", "content"),
        ("1.0/app-1.0.pom", "no pom"),
        ("1.0/app-1.0.pom", &pom("2.0")),
        (
            "1.0/app-1.0.pom",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><project>&a;</project>",
        ),
    ] {
        let status = server.put_file(&format!("{BASE}/{path}"), body.to_owned()).await;
        // The client itself may take `..` out of a path, which then leads to no file.
        assert!(status.is_client_error(), "{path}: {status}");
        assert!(is_empty(server.data.as_ref().unwrap().path()), "{path}");
    }
    let request = server
        .request(Method::PUT, &format!("{BASE}/1.0/app-1.0.jar"))
        .header("x-checksum-sha1", "0".repeat(40));
    assert_eq!(answer(request.body("content")).await.0, StatusCode::BAD_REQUEST);
    assert!(is_empty(server.data.as_ref().unwrap().path()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plugins_of_a_group_are_told_by_their_prefixes() {
    let server = start().await;
    server.create("acc", "m", "MAVEN").await;
    let base = "/pkg/acc/m/maven/org/example/plugins";
    let metadata = format!("{base}/maven-metadata.xml");
    let pom = |artifact: &str, version: &str| {
        pom(version)
            .replace("org.example", "org.example.plugins")
            .replace(">app<", &format!(">{artifact}<"))
    };
    for (artifact, version, prefix) in [
        ("hello-maven-plugin", "1.0", Some("hello")),
        ("hello-maven-plugin", "1.1", Some("hi")),
        ("library", "1.0", None),
    ] {
        let descriptor = prefix.map(|prefix| {
            format!("<plugin><name>A &amp; B</name><goalPrefix>{prefix}</goalPrefix></plugin>")
        });
        let descriptor = descriptor.unwrap_or_default();
        let path = if prefix.is_some() {
            "META-INF/maven/plugin.xml"
        } else {
            "note.txt"
        };
        let jar = zip(&[(path, descriptor.as_bytes())]);
        let at = format!("{base}/{artifact}/{version}/{artifact}-{version}");
        assert_eq!(
            server.put_file(&format!("{at}.jar"), jar).await,
            StatusCode::CREATED
        );
        assert_eq!(
            server
                .put_file(&format!("{at}.pom"), pom(artifact, version))
                .await,
            StatusCode::CREATED
        );
    }
    // mvn deploy sends it as well, and it is made of what is kept.
    assert_eq!(
        server.put_file(&metadata, "<metadata/>").await,
        StatusCode::CREATED
    );
    let (status, text) = server.get(&metadata).await;
    assert_eq!(status, StatusCode::OK);
    let text = text.as_str().unwrap();
    assert!(
        text.contains("<prefix>hi</prefix>") && !text.contains("<prefix>hello</prefix>"),
        "{text}"
    );
    assert!(
        text.contains("<artifactId>hello-maven-plugin</artifactId>") && !text.contains("library"),
        "{text}"
    );
    let sha1 = server.get(&format!("{metadata}.sha1")).await;
    assert_eq!(sha1.0, StatusCode::OK);
    assert_eq!(
        server
            .get("/pkg/acc/m/maven/org/example/maven-metadata.xml")
            .await
            .0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_main_pom_is_of_the_model_that_all_of_maven_reads() {
    let server = start().await;
    server.create("acc", "m", "MAVEN").await;
    for (path, version, model, expected) in [
        ("1.0/app-1.0.pom", "1.0", "4.1.0", 400),
        (
            "2-SNAPSHOT/app-2-20260102.030405-1.pom",
            "2-SNAPSHOT",
            "4.1.0",
            400,
        ),
        ("1.0/app-1.0-build.pom", "1.0", "4.1.0", 201),
        ("1.0/app-1.0.pom", "1.0", "4.0.0", 201),
    ] {
        let body = pom(version).replace("4.0.0", model);
        let request = server.request(Method::PUT, &format!("{BASE}/{path}"));
        let (status, said) = answer(request.body(body)).await;
        assert_eq!(status.as_u16(), expected, "{path}: {said}");
        if expected == 400 {
            let reason = said["message"].as_str().unwrap();
            assert!(
                reason.contains("of the model 4.1.0") && reason.contains("-build.pom"),
                "{reason}"
            );
        }
    }
    assert_eq!(server.files("m", "org.example:app", "1.0").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_as_problem_details() {
    let server = start().await;
    server.create("acc", "m", "MAVEN").await;
    let put = |body: &'static str| {
        server
            .request(Method::PUT, &format!("{BASE}/1.0/app-1.0.jar"))
            .body(body)
    };
    assert_eq!(answer(put("one")).await.0, StatusCode::CREATED);
    let response = put("two").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let said: serde_json::Value = response.json().await.unwrap();
    assert_eq!(
        (&said["title"], &said["status"]),
        (&"Conflict".into(), &409.into())
    );
    assert!(
        said["detail"]
            .as_str()
            .unwrap()
            .ends_with("a release never changes"),
        "{said}"
    );
    assert_eq!(said["detail"], said["message"]);
}
