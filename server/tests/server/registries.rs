//! v1: registries and their scopes.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{TOKEN, answer, start};

fn names(body: &Value) -> Vec<&str> {
    body["data"]["registries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|registry| registry["identifier"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_is_made_read_changed_and_deleted_by_either_form_of_ref() {
    let server = start().await;
    let body = json!({
        "identifier": "r1", "packageType": "npm", "description": "ours", "labels": ["a"],
        "config": { "type": "VIRTUAL" },
    });
    let (status, made) = server
        .post("/gateway/har/api/v1/registry?space_ref=acc/o/p", &body)
        .await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(made["status"], "SUCCESS");
    for path in [
        "/gateway/har/api/v1/registry/acc/o/p/r1/+",
        "/gateway/har/api/v1/registry/acc%2Fo%2Fp%2Fr1/+",
        "/api/v1/registry/acc/o/p/r1/+",
    ] {
        let (status, got) = server.get(path).await;
        assert_eq!((status, &got["data"]), (StatusCode::OK, &made["data"]), "{path}");
    }
    let data = &made["data"];
    assert_eq!(
        (
            &data["packageType"],
            &data["description"],
            &data["labels"],
            &data["config"]["type"]
        ),
        (&json!("NPM"), &json!("ours"), &json!(["a"]), &json!("VIRTUAL"))
    );
    assert_eq!(data["url"], format!("{}/pkg/acc/r1/npm", server.url));
    assert!(data["createdAt"].as_str().unwrap().parse::<i64>().unwrap() > 1_700_000_000_000);

    let path = "/api/v1/registry/acc/o/p/r1/+";
    let change = json!({ "identifier": "r1", "packageType": "NPM", "description": "new" });
    let (status, changed) = answer(server.request(Method::PUT, path).json(&change)).await;
    assert_eq!(
        (status, &changed["data"]["description"]),
        (StatusCode::OK, &json!("new"))
    );
    let change = json!({ "identifier": "r1", "packageType": "MAVEN" });
    let (status, _) = answer(server.request(Method::PUT, path).json(&change)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let (status, body) = server.delete(path).await;
    assert_eq!((status, body), (StatusCode::OK, json!({ "status": "SUCCESS" })));
    for method in [Method::GET, Method::DELETE] {
        let (status, body) = answer(server.request(method, path)).await;
        assert_eq!(
            (status, body),
            (
                StatusCode::NOT_FOUND,
                json!({ "code": "404", "message": "the registry acc/o/p/r1 is not there" })
            )
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_lists_its_own_registries_page_by_page() {
    let server = start().await;
    for (scope, name, package_type) in [
        ("acc", "top", "GENERIC"),
        ("acc/o", "mid", "NPM"),
        ("acc/o/p", "a-one", "NPM"),
        ("acc/o/p", "b_two", "GENERIC"),
        ("acc/o/p", "c-three", "MAVEN"),
        ("acc/o/q", "other", "NPM"),
    ] {
        server.create(scope, name, package_type).await;
    }
    for (path, expected) in [
        ("acc/+/registries", "top"),
        ("acc/o/+/registries", "mid"),
        ("acc/o/p/+/registries", "a-one b_two c-three"),
        ("acc%2Fo%2Fp/+/registries", "a-one b_two c-three"),
        ("acc/nowhere/+/registries", ""),
        ("acc/o/p/+/registries?package_type=NPM", "a-one"),
        (
            "acc/o/p/+/registries?package_type=NPM&package_type=maven",
            "a-one c-three",
        ),
        ("acc/o/p/+/registries?search_term=TWO", "b_two"),
        ("acc/o/p/+/registries?search_term=_", "b_two"),
        ("acc/o/p/+/registries?search_term=%25", ""),
        ("acc/o/p/+/registries?page=0&size=2", "a-one b_two"),
        ("acc/o/p/+/registries?page=1&size=2", "c-three"),
        ("acc/o/p/+/registries?page=2&size=2", ""),
        (
            "acc/o/p/+/registries?sort_field=identifier&sort_order=DESC",
            "c-three b_two a-one",
        ),
        (
            "acc/o/p/+/registries?scope=ancestors",
            "a-one b_two c-three mid top",
        ),
        (
            "acc/o/+/registries?scope=descendants",
            "a-one b_two c-three mid other",
        ),
        ("acc/o/p/+/registries?type=UPSTREAM", ""),
    ] {
        let (status, body) = server.get(&format!("/gateway/har/api/v1/spaces/{path}")).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        assert_eq!(names(&body).join(" "), expected, "{path}");
    }
    let (_, body) = server
        .get("/api/v1/spaces/acc/o/p/+/registries?page=1&size=2")
        .await;
    let data = &body["data"];
    assert_eq!(
        (
            &data["pageIndex"],
            &data["pageSize"],
            &data["pageCount"],
            &data["itemCount"]
        ),
        (&json!(1), &json!(2), &json!(2), &json!(3))
    );
    assert_eq!(data["registries"][0]["path"], "acc/o/p/c-three");
    assert_eq!(data["registries"][0]["registrySize"], "0.00B");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_refused_with_its_reason() {
    let server = start().await;
    server.create("acc/o/p", "taken", "NPM").await;
    let registry = |name: &str, kind: &str| json!({ "identifier": name, "packageType": kind });
    for (scope, body, expected, says) in [
        (
            "?space_ref=acc/o/p",
            registry("taken", "NPM"),
            409,
            "acc/o/p/taken is there already",
        ),
        // Package URLs have no room for the scope.
        (
            "?space_ref=acc",
            registry("taken", "NPM"),
            409,
            "acc/o/p/taken is there already",
        ),
        (
            "?space_ref=acc",
            registry("x", "FLOPPY"),
            400,
            "not a package type",
        ),
        ("?space_ref=acc", registry("../x", "NPM"), 400, "no identifier"),
        ("?space_ref=acc", registry("", "NPM"), 400, "no identifier"),
        (
            "?space_ref=acc/a/b/c",
            registry("x", "NPM"),
            400,
            "names no scope",
        ),
        ("?space_ref=other", registry("x", "NPM"), 403, "does not open"),
        ("", registry("x", "NPM"), 400, "scope is missing"),
        (
            "?space_ref=acc",
            json!({ "identifier": "x" }),
            400,
            "line 1, column 18",
        ),
        (
            "?space_ref=acc",
            json!({ "identifier": "x", "packageType": "NPM", "config": { "type": "UPSTREAM" } }),
            400,
            "VIRTUAL only",
        ),
        (
            "?space_ref=acc",
            json!({ "identifier": "x", "packageType": "NPM", "blockedPattern": ["y"] }),
            400,
            "does not support",
        ),
    ] {
        let (status, answer) = server.post(&format!("/api/v1/registry{scope}"), &body).await;
        assert_eq!(status.as_u16(), expected, "{body}: {answer}");
        assert_eq!(answer["code"], expected.to_string());
        assert!(answer["message"].as_str().unwrap().contains(says), "{answer}");
    }
    let parent = json!({ "identifier": "y", "packageType": "NPM", "parentRef": "acc/o" });
    let (status, _) = server.post("/api/v1/registry", &parent).await;
    assert_eq!(status, StatusCode::CREATED);
    let malformed = server
        .request(Method::POST, "/api/v1/registry?space_ref=acc")
        .body("{\n  \"identifier\": }");
    let (status, body) = answer(malformed).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["details"], json!({ "line": 2, "column": 17 }));
    assert!(!body.to_string().contains(TOKEN));
}
