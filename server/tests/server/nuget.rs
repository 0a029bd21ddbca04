//! NuGet packages, by the documented protocol: no client of NuGet's is at hand here.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Running, TOKEN, answer, blobs, form, is_empty, start, zip};

const BASE: &str = "/pkg/acc/n/nuget";

fn nuspec(id: &str, version: &str, more: &str) -> String {
    format!(
        "<package xmlns=\"http://schemas.example/nuspec.xsd\"><metadata><id>{id}</id><version>{version}</version>\
         <authors>A</authors><description>D</description>{more}</metadata></package>"
    )
}

fn package(id: &str, version: &str, more: &str) -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("a.nuspec", nuspec(id, version, more).as_bytes()),
        ("lib/net8.0/a.dll", b"code"),
    ])
}

async fn push(server: &Running, path: &str, content: &[u8]) -> Answer {
    let (content_type, body) = form(&[("package", Some("package.nupkg"), content)]);
    let request = server.request(Method::PUT, &format!("{BASE}{path}"));
    answer(request.header(CONTENT_TYPE, content_type).body(body)).await
}

/// The URL of a resource, as a client finds it.
async fn resource(server: &Running, kind: &str) -> String {
    let (_, index) = server.get(&format!("{BASE}/index.json")).await;
    assert_eq!(index["version"], "3.0.0");
    let mut resources = index["resources"].as_array().unwrap().iter();
    let found = resources.find(|resource| resource["@type"] == kind).unwrap();
    let url = found["@id"].as_str().unwrap();
    url.strip_prefix(&server.url).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_finds_what_was_pushed() {
    let server = start().await;
    server.create("acc", "n", "NUGET").await;
    let more = "<dependencies><group targetFramework=\"net8.0\"><dependency id=\"X\" version=\"1.0\"/></group>\
        </dependencies><tags>t</tags>";
    let first = package("My.Pkg", "1.0", more);
    // As NuGet's own clients push: the key in their header, the field's names without quotes.
    let url = format!(
        "{}{}/",
        server.url,
        resource(&server, "PackagePublish/2.0.0").await
    );
    let mut body = b"--x\r\nContent-Disposition: form-data; name=package; filename=package.nupkg; \
        filename*=utf-8''package.nupkg\r\nContent-Type: application/octet-stream\r\n\r\n"
        .to_vec();
    body.extend(&first);
    body.extend(b"\r\n--x--\r\n");
    let request = server.client.put(url).header("x-nuget-apikey", TOKEN);
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=\"x\"");
    let (status, said) = answer(request.body(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
    for version in ["1.0.1-Beta.2", "1.0.1-beta.10+build", "0.9.0.1"] {
        let (status, said) = push(&server, "/some/folder", &package("my.pkg", version, "")).await;
        assert_eq!(status, StatusCode::CREATED, "{said}");
    }

    let complete = resource(&server, "SearchAutocompleteService").await;
    let (_, ids) = server.get(&format!("{complete}?q=PKG&prerelease=true")).await;
    assert_eq!(ids, json!({ "totalHits": 1, "data": ["My.Pkg"] }));
    let (_, known) = server.get(&format!("{complete}?id=my.pkg")).await;
    assert_eq!(known["data"], json!(["0.9.0.1", "1.0.0"]));

    let content = resource(&server, "PackageBaseAddress/3.0.0").await;
    let (_, versions) = server.get(&format!("{content}my.pkg/index.json")).await;
    assert_eq!(
        versions["versions"],
        json!(["0.9.0.1", "1.0.0", "1.0.1-beta.2", "1.0.1-beta.10"])
    );
    let bytes = async |path: &str| {
        let response = server.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.bytes().await.unwrap().to_vec()
    };
    assert_eq!(
        bytes(&format!("{content}my.pkg/1.0.0/my.pkg.1.0.0.nupkg")).await,
        first
    );
    let manifest = bytes(&format!("{content}my.pkg/1.0.0/my.pkg.nuspec")).await;
    assert_eq!(manifest, nuspec("My.Pkg", "1.0", more).as_bytes());
    for missing in [
        "other/index.json",
        "my.pkg/2.0.0/my.pkg.2.0.0.nupkg",
        "my.pkg/1.0.0/other.nupkg",
    ] {
        assert_eq!(
            server.get(&format!("{content}{missing}")).await.0,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }

    let registration = resource(&server, "RegistrationsBaseUrl/3.6.0").await;
    let (_, index) = server.get(&format!("{registration}my.pkg/index.json")).await;
    let page = &index["items"][0];
    assert_eq!((&index["count"], &page["count"]), (&json!(1), &json!(4)));
    assert_eq!(
        (&page["lower"], &page["upper"]),
        (&json!("0.9.0.1"), &json!("1.0.1-beta.10"))
    );
    let leaf = &page["items"][1];
    let entry = &leaf["catalogEntry"];
    assert_eq!(
        (&entry["id"], &entry["version"]),
        (&json!("My.Pkg"), &json!("1.0"))
    );
    let group = &entry["dependencyGroups"][0];
    assert_eq!(group["targetFramework"], "net8.0");
    assert_eq!(
        (
            &group["dependencies"][0]["id"],
            &group["dependencies"][0]["range"]
        ),
        (&json!("X"), &json!("[1.0.0, )"))
    );
    let address = leaf["packageContent"]
        .as_str()
        .unwrap()
        .strip_prefix(&server.url)
        .unwrap();
    assert_eq!(bytes(address).await, first);
    let address = leaf["@id"].as_str().unwrap().strip_prefix(&server.url).unwrap();
    assert_eq!(server.get(address).await.1["catalogEntry"]["version"], "1.0");

    let search = resource(&server, "SearchQueryService").await;
    for (query, hits, latest) in [
        ("", 1, "1.0"),
        ("?q=PKG+my&prerelease=true", 1, "1.0.1-beta.10+build"),
        ("?q=other", 0, ""),
        ("?skip=1", 1, ""),
        ("?take=0", 1, ""),
    ] {
        let (_, found) = server.get(&format!("{search}{query}")).await;
        assert_eq!(found["totalHits"], hits, "{query}");
        assert_eq!(
            found["data"][0]["version"].as_str().unwrap_or_default(),
            latest,
            "{query}"
        );
    }
    assert_eq!(
        server.get(&format!("{search}?skip=x")).await.0,
        StatusCode::BAD_REQUEST
    );

    // The API lists what the protocol knows.
    let names = server.files("n", "My.Pkg", "1.0.1-Beta.2").await;
    assert_eq!(
        names,
        [
            "some/folder/my.pkg.1.0.1-Beta.2.nupkg",
            "some/folder/my.pkg.nuspec"
        ]
    );

    assert_eq!(
        server.delete(&format!("{BASE}/MY.PKG/1.0.0.0")).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        server.delete(&format!("{BASE}/MY.PKG/1.0.0.0")).await.0,
        StatusCode::NOT_FOUND
    );
    let (_, versions) = server.get(&format!("{content}my.pkg/index.json")).await;
    assert_eq!(versions["versions"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_version_never_changes() {
    let server = start().await;
    server.create("acc", "n", "NUGET").await;
    let data = server.data.as_ref().unwrap().path();
    let first = package("A", "1.0.0-a", "");
    assert_eq!(push(&server, "", &first).await.0, StatusCode::CREATED);
    assert_eq!(push(&server, "", &first).await.0, StatusCode::OK);
    let kept = blobs(data);
    for version in ["1.0.0-a", "1.0-A+x"] {
        let (status, said) = push(&server, "", &package("a", version, "<tags>t</tags>")).await;
        assert_eq!(status, StatusCode::CONFLICT, "{said}");
    }
    assert_eq!(blobs(data), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says_leaves_nothing_behind() {
    let server = start().await;
    server.create("acc", "n", "NUGET").await;
    let good = package("a", "1.0.0", "");
    for (path, content) in [
        ("", good[..good.len() - 9].to_vec()),
        ("", package("../a", "1.0.0", "")),
        ("", package("a", "one", "")),
        ("", zip(&[("[Content_Types].xml", b"")])),
        ("", b"text".to_vec()),
        ("/a%2F..%2Fb", good.clone()),
        ("/a//b", good.clone()),
    ] {
        let (status, said) = push(&server, path, &content).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}: {said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()), "{path}");
    }
    for parts in [
        vec![("package", None, &good[..])],
        vec![("a", Some("a"), &good[..]), ("b", Some("b"), &good[..])],
    ] {
        let (content_type, body) = form(&parts);
        let request = server
            .request(Method::PUT, BASE)
            .header(CONTENT_TYPE, content_type);
        let (status, said): (StatusCode, Value) = answer(request.body(body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()));
    }
}
