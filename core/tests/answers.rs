//! Every call of the API, held against answers that are none to it.

#![allow(clippy::unwrap_used, reason = "a test stops at once")]

use hc_core::api::artifact_key::ArtifactKey;
use hc_core::api::metadata::Subject;
use hc_core::api::push::maven;
use hc_core::api::push::npm::Published;
use hc_core::api::push::{Target, answer};
use hc_core::api::registries::Query;
use hc_core::api::scans::Package;
use hc_core::api::service::BaseUrl;
use hc_core::api::{
    ApiError, Dialect, Part, Request, Response, Scope, Service, account, artifacts, bulk_delete, cargo_index,
    dist_tags, error, files, metadata, registries, scans, system,
};
use http::StatusCode;

const PAGE: &str = "<!doctype html><title>Sign in</title>";
const REGISTRIES: &str =
    r#"{"status":"SUCCESS","data":{"registries":[],"pageIndex":0,"pageCount":0,"itemCount":0}}"#;
const ARTIFACTS: &str =
    r#"{"status":"SUCCESS","data":{"artifacts":[],"pageIndex":0,"pageCount":0,"itemCount":0}}"#;
const EVALUATION: &str = r#"{"data":{"evaluationId":"e","status":"SUCCESS","scans":[]}}"#;

type Parse = Box<dyn Fn(&Response) -> Result<(), ApiError>>;

/// A call: what it is called, how its answer is read, a good answer, and one of another call.
struct Call {
    name: &'static str,
    parse: Parse,
    good: &'static str,
    other: &'static str,
}

fn call<T>(
    name: &'static str,
    parse: impl Fn(&Response) -> Result<T, ApiError> + 'static,
    good: &'static str,
    other: &'static str,
) -> Call {
    Call {
        name,
        parse: Box::new(move |response| parse(response).map(drop)),
        good,
        other,
    }
}

fn put() -> Request {
    let mut request = Request::new(vec![Part::Bytes(b"a".to_vec())]);
    *request.method_mut() = http::Method::PUT;
    request
}

fn calls() -> Vec<Call> {
    let done = r#"{"status":"SUCCESS"}"#;
    let registry = r#"{"status":"SUCCESS","data":{"identifier":"r","packageType":"NPM","uuid":"u"}}"#;
    vec![
        call(
            "account",
            account::parse,
            r#"{"status":"SUCCESS","data":{"identifier":"acc"}}"#,
            REGISTRIES,
        ),
        call(
            "registries",
            |it| registries::parse_list(it, 0),
            REGISTRIES,
            ARTIFACTS,
        ),
        call(
            "registry",
            |it| registries::parse_get(it, "r"),
            registry,
            REGISTRIES,
        ),
        call(
            "another registry",
            |it| registries::parse_get(it, "r"),
            registry,
            r#"{"data":{"identifier":"s","packageType":"NPM"}}"#,
        ),
        call(
            "new registry",
            |it| registries::parse_create(it, "r"),
            registry,
            done,
        ),
        call("deleted", error::done, done, REGISTRIES),
        call(
            "failed",
            error::done,
            done,
            r#"{"status":"FAILURE","message":"in use"}"#,
        ),
        call(
            "artifacts",
            |it| artifacts::parse_list(it, 0),
            ARTIFACTS,
            REGISTRIES,
        ),
        call(
            "another page",
            |it| artifacts::parse_list(it, 0),
            ARTIFACTS,
            r#"{"data":{"artifacts":[],"pageIndex":1}}"#,
        ),
        call(
            "versions",
            |it| artifacts::parse_versions(it, 0),
            r#"{"data":{"artifactVersions":[{"name":"1"}]}}"#,
            ARTIFACTS,
        ),
        call(
            "files",
            |it| artifacts::parse_files(it, 0),
            r#"{"data":{"files":null,"itemCount":0}}"#,
            ARTIFACTS,
        ),
        call(
            "metadata",
            metadata::parse,
            r#"{"status":"SUCCESS","data":{"metadata":[]}}"#,
            REGISTRIES,
        ),
        call(
            "bulk deletion",
            bulk_delete::parse,
            r#"{"success":1,"successPackages":["a"]}"#,
            done,
        ),
        call(
            "start",
            scans::parse_start,
            r#"{"data":{"evaluationId":"e"}}"#,
            REGISTRIES,
        ),
        call("poll", |it| scans::parse_poll(it, "e"), EVALUATION, REGISTRIES),
        call(
            "another poll",
            |it| scans::parse_poll(it, "e"),
            EVALUATION,
            r#"{"data":{"evaluationId":"f","status":"SUCCESS","scans":[]}}"#,
        ),
        call(
            "details",
            scans::parse_details,
            r#"{"data":{"scanStatus":"WARN"}}"#,
            REGISTRIES,
        ),
        call(
            "system",
            system::parse,
            r#"{"data":{"registryUrl":"https://pkg.example"}}"#,
            REGISTRIES,
        ),
        call(
            "push",
            |it| answer::parse(&put(), it),
            "Pushed.\nSha256: 00",
            REGISTRIES,
        ),
        call(
            "Maven's metadata",
            maven::parse_metadata,
            "<metadata/>",
            REGISTRIES,
        ),
        call(
            "npm's document",
            Published::read,
            r#"{"versions":{},"name":"a"}"#,
            REGISTRIES,
        ),
        call(
            "npm's tags",
            dist_tags::parse,
            r#"{"name":"a","dist-tags":{}}"#,
            REGISTRIES,
        ),
        call(
            "Cargo's index",
            |it| cargo_index::parse(it, "1.0.0"),
            r#"{"name":"a","vers":"1.0.0","deps":[]}"#,
            REGISTRIES,
        ),
    ]
}

fn response(status: u16, body: &str) -> Response {
    let mut response = Response::new(body.as_bytes().to_vec());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

#[test]
fn no_call_takes_an_answer_that_is_none_to_it() {
    for Call {
        name,
        parse,
        good,
        other,
    } in calls()
    {
        assert!(parse(&response(200, good)).is_ok(), "{name}");
        for (status, body) in [(200, PAGE), (200, other), (204, ""), (302, ""), (302, PAGE)] {
            assert!(parse(&response(status, body)).is_err(), "{name}: {status} {body}");
        }
        // A push is answered with nothing by the API itself.
        assert_eq!(parse(&response(200, "")).is_ok(), name == "push", "{name}: empty");
        let mut page = response(200, "");
        let html = http::HeaderValue::from_static("text/html; charset=utf-8");
        page.headers_mut().insert("content-type", html);
        assert!(parse(&page).is_err(), "{name}: an empty page");
    }
}

/// What Go's `net/url` keeps in a path, and what it writes otherwise.
const KEPT: &str = "$&+,:;=@-._~aZ9";
const ENCODED: [(&str, &str); 8] = [
    (" ", "%20"),
    ("!", "%21"),
    ("#", "%23"),
    ("%", "%25"),
    ("?", "%3F"),
    ("[", "%5B"),
    ("\"", "%22"),
    ("é", "%C3%A9"),
];

/// The paths of all calls that name something in their path, with `name` in the place of each.
fn paths(name: &str) -> Vec<(&'static str, String)> {
    let service = Service {
        api: BaseUrl::parse("https://har.example").unwrap(),
        packages: None,
        dialect: Dialect::Hosted,
        scope: Scope {
            account: name.to_owned(),
            org: Some(name.to_owned()),
            project: Some(name.to_owned()),
        },
    };
    let target = Target {
        packages: &service.api,
        account: name,
        registry: name,
    };
    let location = files::Location {
        target,
        package: name,
        version: name,
        file: name,
    };
    let named = [
        ("account", account::get(&service)),
        ("registries", registries::list(&service, &Query::default())),
        ("registry", registries::get(&service, name)),
        ("delete registry", registries::delete(&service, name)),
        (
            "artifacts",
            artifacts::list(&service, &artifacts::Query::default()),
        ),
        ("versions", artifacts::versions(&service, name, name, None, 0, 1)),
        ("files", artifacts::files(&service, name, name, name, None, 0, 1)),
        ("delete", artifacts::delete(&service, name, name, None, None)),
        (
            "delete version",
            artifacts::delete(&service, name, name, Some(name), None),
        ),
        ("poll", scans::poll(&service, name)),
        ("details", scans::details(&service, name)),
        ("file", location.get()),
    ];
    named
        .map(|(call, request)| (call, request.uri().path().to_owned()))
        .into()
}

#[test]
fn names_stand_in_paths_as_go_writes_them() {
    for c in KEPT.chars() {
        let name = format!("a{c}b");
        for (call, path) in paths(&name) {
            assert!(path.contains(&name) && !path.contains('%'), "{call}: {path}");
        }
    }
    for (c, encoded) in ENCODED {
        for (call, path) in paths(&format!("a{c}b")) {
            assert!(path.contains(&format!("a{encoded}b")), "{call}: {path}");
        }
    }
}

#[test]
fn names_stand_in_queries_encoded() {
    let service = Service {
        api: BaseUrl::parse("https://har.example").unwrap(),
        packages: None,
        dialect: Dialect::Hosted,
        scope: Scope {
            account: "a+b".to_owned(),
            ..Scope::default()
        },
    };
    let key = ArtifactKey::parse("architecture=amd64,component=a&b").unwrap();
    let subject = Subject {
        registry: "a+b",
        package: Some("a&b"),
        version: Some("a:b"),
        key: Some(&key),
    };
    let query = registries::Query {
        search: Some("a+b=@"),
        ..Query::default()
    };
    let packages = [Package {
        package_name: "a".to_owned(),
        version: "1".to_owned(),
    }];
    for (request, expected) in [
        (
            registries::list(&service, &query),
            "page=0&size=0&search_term=a%2Bb%3D%40",
        ),
        (
            metadata::get(&service, &subject),
            "account_identifier=a%2Bb&registry_identifier=a%2Bb&package=a%26b&version=a%3Ab\
             &filters=architecture%3Aamd64&filters=component%3Aa%26b",
        ),
        (scans::start(&service, "r", &packages), "account_identifier=a%2Bb"),
    ] {
        assert_eq!(request.uri().query(), Some(expected));
    }
}
