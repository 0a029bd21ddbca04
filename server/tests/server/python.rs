//! Python packages: what twine sends, and what installers read.

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::support::{Answer, FormPart, Running, answer, blobs, form, is_empty, start, tar, zip};

const JSON: &str = "application/vnd.pypi.simple.v1+json";

fn metadata(version: &str, python: &str) -> String {
    format!("Metadata-Version: 2.1\nName: My.Pkg\nVersion: {version}\nRequires-Python: {python}\n\nText\n")
}

fn wheel(version: &str, metadata: &str) -> Vec<u8> {
    let folder = format!("my_pkg-{version}.dist-info");
    zip(&[
        ("my_pkg.py", b"x = 1\n"),
        (&format!("{folder}/METADATA"), metadata.as_bytes()),
        (&format!("{folder}/WHEEL"), b"Wheel-Version: 1.0\n"),
        (&format!("{folder}/RECORD"), b""),
    ])
}

fn source(version: &str) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let (path, info) = (format!("my_pkg-{version}/PKG-INFO"), metadata(version, ">=3.8"));
    tar(encoder, &[(&path, info.as_bytes())]).finish().unwrap()
}

async fn push(server: &Running, file: &str, content: &[u8], fields: &[(&str, &str)]) -> Answer {
    let mut parts: Vec<FormPart<'_>> = vec![
        (":action", None, b"file_upload"),
        ("protocol_version", None, b"1"),
    ];
    parts.extend(fields.iter().map(|(name, value)| (*name, None, value.as_bytes())));
    parts.push(("content", Some(file), content));
    let (content_type, body) = form(&parts);
    let request = server.request(Method::POST, "/pkg/acc/p/python/");
    answer(request.header(CONTENT_TYPE, content_type).body(body)).await
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn text(server: &Running, path: &str) -> String {
    let response = server.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn installers_find_what_was_uploaded() {
    let server = start().await;
    server.create("acc", "p", "PYTHON").await;
    let about = metadata("1.0", ">=3.8,<\"4\"");
    let (wheel, sdist) = (wheel("1.0", &about), source("1.0-1"));
    let fields = [
        ("name", "my-pkg"),
        ("version", "1.0.0"),
        ("filetype", "bdist_wheel"),
    ];
    // 1.0 and 1.0.0 are one version, but the file says how it is written.
    let (status, said) = push(&server, "my_pkg-1.0-py3-none-any.whl", &wheel, &fields[..1]).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
    let digest = sha256(&sdist);
    let fields = [
        ("name", "My.Pkg"),
        ("version", "1.0.post1"),
        ("filetype", "sdist"),
        ("sha256_digest", &digest),
    ];
    let (status, said) = push(&server, "my_pkg-1.0-1.tar.gz", &sdist, &fields).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");

    let base = "/pkg/acc/p/python";
    for name in ["my-pkg/", "My.Pkg/", "my_pkg"] {
        let page = text(&server, &format!("{base}/simple/{name}")).await;
        let url = format!(
            "{}{base}/files/my-pkg/1.0/my_pkg-1.0-py3-none-any.whl",
            server.url
        );
        let (file, alone) = (sha256(&wheel), sha256(about.as_bytes()));
        assert!(
            page.contains(&format!(
                "<a href=\"{url}#sha256={file}\" data-requires-python=\"&gt;=3.8,&lt;&quot;4&quot;\" \
                 data-core-metadata=\"sha256={alone}\" data-dist-info-metadata=\"sha256={alone}\">\
                 my_pkg-1.0-py3-none-any.whl</a>"
            )),
            "{page}"
        );
    }
    let index = server
        .request(Method::GET, &format!("{base}/simple/my-pkg/"))
        .header(ACCEPT, JSON);
    let response = index.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], JSON);
    let index: serde_json::Value = response.json().await.unwrap();
    assert_eq!(index["meta"]["api-version"], "1.3");
    assert_eq!(
        (&index["name"], &index["versions"]),
        (&json!("my-pkg"), &json!(["1.0", "1.0.post1"]))
    );
    let file = &index["files"][1];
    assert_eq!(file["filename"], "my_pkg-1.0-1.tar.gz");
    assert_eq!(
        (&file["hashes"]["sha256"], &file["size"]),
        (&json!(digest), &json!(sdist.len()))
    );
    assert_eq!(
        (&file["core-metadata"], &file["requires-python"]),
        (&json!(false), &json!(">=3.8"))
    );
    let url = file["url"].as_str().unwrap().strip_prefix(&server.url).unwrap();
    let downloaded = server.request(Method::GET, url).send().await.unwrap();
    assert_eq!(downloaded.bytes().await.unwrap(), sdist);
    let alone = text(
        &server,
        &format!("{base}/files/my-pkg/1.0/my_pkg-1.0-py3-none-any.whl.metadata"),
    )
    .await;
    assert_eq!(alone, about);

    let index = server
        .request(Method::GET, &format!("{base}/simple/"))
        .header(ACCEPT, JSON);
    assert_eq!(answer(index).await.1["projects"], json!([{ "name": "my-pkg" }]));
    let page = text(&server, &format!("{base}/simple/")).await;
    assert!(page.contains("/python/simple/my-pkg/\">my-pkg</a>"), "{page}");
    assert_eq!(
        server.get(&format!("{base}/simple/other/")).await.0,
        StatusCode::NOT_FOUND
    );

    let name = "my_pkg-1.0-py3-none-any.whl";
    assert_eq!(
        server.files("p", "my-pkg", "1.0").await,
        [name.to_owned(), format!("{name}.metadata")]
    );
    let path = "/gateway/har/api/v1/registry/acc/p/+/artifact/my-pkg/+/version/1.0";
    assert_eq!(server.delete(path).await.0, StatusCode::OK);
    let page = text(&server, &format!("{base}/simple/my-pkg/")).await;
    assert!(
        !page.contains(".whl") && page.contains("my_pkg-1.0-1.tar.gz"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_file_never_changes() {
    let server = start().await;
    server.create("acc", "p", "PYTHON").await;
    let data = server.data.as_ref().unwrap().path();
    let name = "my_pkg-1.0-py3-none-any.whl";
    let first = wheel("1.0", &metadata("1.0", ">=3.8"));
    assert_eq!(push(&server, name, &first, &[]).await.0, StatusCode::CREATED);
    assert_eq!(push(&server, name, &first, &[]).await.0, StatusCode::OK);
    let kept = blobs(data);
    let other = wheel("1.0", &metadata("1.0", ">=3.9"));
    let (status, said) = push(&server, name, &other, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        said["message"].as_str().unwrap().contains("already exists"),
        "{said}"
    );
    assert_eq!(blobs(data), kept);
    let page = text(&server, "/pkg/acc/p/python/simple/my-pkg/").await;
    assert!(page.contains("data-requires-python=\"&gt;=3.8\""), "{page}");
    // Another file of the same version is welcome.
    let build = "my_pkg-1.0-1-py3-none-any.whl";
    assert_eq!(push(&server, build, &other, &[]).await.0, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says_leaves_nothing_behind() {
    let server = start().await;
    server.create("acc", "p", "PYTHON").await;
    let good = wheel("1.0", &metadata("1.0", ">=3.8"));
    let name = "my_pkg-1.0-py3-none-any.whl";
    let zeros = "0".repeat(64);
    for (file, content, field) in [
        ("my_pkg-1.1-py3-none-any.whl", &good, None),
        ("../my_pkg-1.0-py3-none-any.whl", &good, None),
        ("my_pkg-1.0.tar.gz", &good, None),
        ("my_pkg-1.0.exe", &good, None),
        (name, &good[..good.len() - 9].to_vec(), None),
        (name, &zip(&[("my_pkg.py", b"")]), None),
        (
            name,
            &wheel("1.0", "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"),
            None,
        ),
        (name, &good, Some(("name", "other"))),
        (name, &good, Some(("version", "1.1"))),
        (name, &good, Some(("filetype", "sdist"))),
        (name, &good, Some(("sha256_digest", &*zeros))),
        (name, &good, Some(("md5_digest", "0"))),
        (name, &good, Some((":action", "submit"))),
    ] {
        let fields: Vec<_> = field.into_iter().collect();
        let (status, said) = push(&server, file, content, &fields).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{file} {field:?}: {said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()), "{file} {field:?}");
    }
    let (content_type, body) = form(&[("content", Some(name), &good)]);
    let request = server
        .request(Method::POST, "/pkg/acc/p/python")
        .header(CONTENT_TYPE, content_type);
    let request = request.header("x-checksum-sha256", zeros);
    assert_eq!(answer(request.body(body)).await.0, StatusCode::BAD_REQUEST);
    assert!(is_empty(server.data.as_ref().unwrap().path()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_has_its_index_too() {
    let server = start().await;
    server.create("acc", "p", "PYTHON").await;
    server.create("acc", "q", "PYTHON").await;
    let good = wheel("1.0", &metadata("1.0", ">=3.8"));
    push(&server, "my_pkg-1.0-py3-none-any.whl", &good, &[]).await;
    let copy = "/gateway/har/api/v2/copy?account_identifier=acc&src_registry_identifier=p\
        &target_registry_identifier=q&src_artifact=my-pkg&src_version=1.0";
    assert_eq!(server.post(copy, &json!({})).await.0, StatusCode::OK);
    let page = text(&server, "/pkg/acc/q/python/simple/my-pkg/").await;
    assert!(page.contains("/pkg/acc/q/python/files/my-pkg/1.0/"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yanked_file_is_told_with_its_reason() {
    let server = start().await;
    server.create("acc", "p", "PYTHON").await;
    let (file, archive) = ("my_pkg-1.0-py3-none-any.whl", "my_pkg-1.0.tar.gz");
    let content = wheel("1.0", &metadata("1.0", ">=3.8"));
    assert_eq!(push(&server, file, &content, &[]).await.0, StatusCode::CREATED);
    assert_eq!(
        push(&server, archive, &source("1.0"), &[]).await.0,
        StatusCode::CREATED
    );
    let base = "/pkg/acc/p/python";
    let said = async || {
        let index = server
            .request(Method::GET, &format!("{base}/simple/my-pkg/"))
            .header(ACCEPT, JSON);
        let files = answer(index).await.1["files"].clone();
        let files = files.as_array().unwrap().iter();
        files.map(|file| file["yanked"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(said().await, [json!(false), json!(false)]);
    let put = async |path: &str, body: &str| {
        let request = server.request(Method::PUT, &format!("{base}/yanked/{path}"));
        answer(request.body(body.to_owned())).await
    };
    let one = format!("My.Pkg/v1.0/{file}");
    let (status, body) = put(&one, "{\"reason\": \"breaks <all>\"}").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["files"][0]["reason"], "breaks <all>");
    assert_eq!(said().await, [json!("breaks <all>"), json!(false)]);
    let page = text(&server, &format!("{base}/simple/my-pkg/")).await;
    assert!(page.contains("data-yanked=\"breaks &lt;all&gt;\""), "{page}");
    assert_eq!(page.matches("data-yanked").count(), 1);
    // The same file again is as good as before, and stays yanked. It can still be had.
    assert_eq!(push(&server, file, &content, &[]).await.0, StatusCode::OK);
    assert_eq!(said().await[0], "breaks <all>");
    let downloaded = server.request(Method::GET, &format!("{base}/files/my-pkg/1.0/{file}"));
    assert_eq!(downloaded.send().await.unwrap().bytes().await.unwrap(), content);
    assert_eq!(put("my-pkg/1.0", "").await.0, StatusCode::OK);
    assert_eq!(said().await, [json!(true), json!(true)]);
    let page = text(&server, &format!("{base}/simple/my-pkg/")).await;
    assert_eq!(page.matches(" data-yanked=\"\"").count(), 2, "{page}");
    assert_eq!(
        server.delete(&format!("{base}/yanked/my-pkg/1.0")).await.0,
        StatusCode::OK
    );
    assert_eq!(said().await, [json!(false), json!(false)]);
    for (path, body, expected) in [
        ("my-pkg/2.0", "", StatusCode::NOT_FOUND),
        ("other/1.0", "", StatusCode::NOT_FOUND),
        ("my-pkg/1.0/other.whl", "", StatusCode::NOT_FOUND),
        ("my-pkg/x", "", StatusCode::BAD_REQUEST),
        ("my-pkg/1.0", "{\"why\": 1}", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(put(path, body).await.0, expected, "{path} {body}");
    }
}

/// An attestation as twine sends it, about a file.
fn attestation(name: &str, digest: &str) -> serde_json::Value {
    use base64::Engine as _;
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": name, "digest": { "sha256": digest } }],
        "predicateType": "https://docs.pypi.org/attestations/publish/v1",
        "predicate": null,
    });
    let statement = base64::engine::general_purpose::STANDARD.encode(statement.to_string());
    json!({
        "version": 1,
        "verification_material": { "certificate": "AA==", "transparency_entries": [{}] },
        "envelope": { "statement": statement, "signature": "AA==" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn attestations_are_kept_and_given() {
    let server = start().await;
    server.create("acc", "p", "PYTHON").await;
    let file = "my_pkg-1.0-py3-none-any.whl";
    let content = wheel("1.0", &metadata("1.0", ">=3.8"));
    let good = json!([attestation(file, &sha256(&content))]);
    for (wrong, says) in [
        (
            json!([attestation("other.whl", &sha256(&content))]),
            "another name",
        ),
        (json!([attestation(file, &sha256(b"other"))]), "another name"),
        (json!([{ "version": 1 }]), "missing field"),
        (json!({}), "expected a sequence"),
    ] {
        let (status, said) = push(&server, file, &content, &[("attestations", &wrong.to_string())]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert!(said["message"].as_str().unwrap().contains(says), "{said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()));
    }
    let fields = [("attestations", &*good.to_string())];
    assert_eq!(
        push(&server, file, &content, &fields).await.0,
        StatusCode::CREATED
    );
    assert_eq!(push(&server, file, &content, &fields).await.0, StatusCode::OK);
    let base = "/pkg/acc/p/python";
    let url = format!("{}{base}/integrity/my-pkg/1.0/{file}/provenance", server.url);
    let index = server
        .request(Method::GET, &format!("{base}/simple/my-pkg/"))
        .header(ACCEPT, JSON);
    assert_eq!(answer(index).await.1["files"][0]["provenance"], url);
    let page = text(&server, &format!("{base}/simple/my-pkg/")).await;
    assert!(page.contains(&format!(" data-provenance=\"{url}\"")), "{page}");
    let response = server.request(Method::GET, url.strip_prefix(&server.url).unwrap());
    let response = response.send().await.unwrap();
    assert_eq!(
        response.headers()[CONTENT_TYPE],
        "application/vnd.pypi.integrity.v1+json"
    );
    let provenance: serde_json::Value = response.json().await.unwrap();
    assert_eq!(provenance["version"], 1);
    let bundle = &provenance["attestation_bundles"][0];
    assert_eq!(
        (&bundle["publisher"]["kind"], &bundle["attestations"]),
        (&json!("unverified"), &good)
    );
    let none = format!("{base}/integrity/my-pkg/1.0/other.whl/provenance");
    assert_eq!(server.get(&none).await.0, StatusCode::NOT_FOUND);
}
