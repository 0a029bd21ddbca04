//! Commands that speak to a service, in process: a scripted service and a clock that only waiting moves.

mod support;

use hc_app::host::{NetError, NetErrorKind};
use insta::assert_snapshot;
use support::{MemoryHost, Reply, logged_in};

const REGISTRIES: &str = r#"{"status":"SUCCESS","data":{"pageIndex":0,"pageCount":2,"pageSize":10,"itemCount":12,"registries":[
    {"identifier":"npmproxy","packageType":"NPM","type":"UPSTREAM","registrySize":"1.5 MB","description":"","url":"https://pkg.example/acc/npmproxy","labels":["a"]},
    {"identifier":"evil\u001b[31m","packageType":"GENERIC","type":"VIRTUAL","url":""}]}}"#;

#[test]
fn registries_are_listed_for_people_and_for_programs() {
    let host = || logged_in().service(|_| Reply::new(200, REGISTRIES));
    assert_snapshot!(host().transcript("registry list --org devrel"));
    assert_snapshot!(host().transcript("reg list --format json"));
    let host = host();
    host.run("registry list --org devrel --package-type NPM --page 1 --page-size 5");
    let sent = &host.sent()[0];
    assert_eq!(
        sent.line,
        "GET https://har.example/gateway/har/api/v1/spaces/acc/devrel/+/registries?page=1&size=5&package_type=NPM"
    );
    assert_eq!(sent.headers["x-api-key"], "pat.acc.id.secret");
}

#[test]
fn every_failure_says_what_and_what_next() {
    let mut all = String::new();
    let failed = |kind: NetErrorKind, may_have_arrived| {
        Reply::fail(NetError {
            kind,
            may_have_arrived,
        })
    };
    let json = r#"{"code":"x","message":"no such space"}"#;
    for (what, reply) in [
        ("401", Reply::new(401, json)),
        ("403", Reply::new(403, json)),
        ("404", Reply::new(404, json)),
        ("429", Reply::new(429, json).header("retry-after", "3600")),
        ("502", Reply::new(502, "<html><h1>Bad gateway</h1></html>")),
        ("no JSON", Reply::new(200, "<html>Sign in</html>")),
        (
            "redirect",
            Reply::new(302, "").header("location", "https://other.example/login?secret=1"),
        ),
        ("resolve", failed(NetErrorKind::Resolve, false)),
        (
            "refused",
            failed(
                NetErrorKind::Connect("the connection was refused".to_owned()),
                false,
            ),
        ),
        (
            "certificate",
            failed(NetErrorKind::Tls("unknown issuer".to_owned()), false),
        ),
        ("timeout", failed(NetErrorKind::Timeout, true)),
        ("cut", failed(NetErrorKind::Broken("reset".to_owned()), true)),
        ("cut in the body", {
            let kind = NetErrorKind::Broken("reset".to_owned());
            Reply::new(200, "{").cut(NetError {
                kind,
                may_have_arrived: true,
            })
        }),
    ] {
        let host = logged_in().service(move |_| reply.clone());
        let (code, out, err) = host.run("registry list");
        assert_eq!((code, out.as_str()), (1, ""), "{what}");
        all.push_str(&format!("{what}: asked {} ×\n{err}\n", host.sent().len()));
    }
    assert_snapshot!(all);
}

#[test]
fn a_redirect_on_the_same_host_is_followed() {
    let host = logged_in().service(|sent| {
        if sent.line.contains("/gateway/") {
            Reply::new(307, "").header("location", "/moved?x=1")
        } else {
            Reply::new(200, REGISTRIES)
        }
    });
    assert_eq!(host.run("registry list").0, 0);
    assert_eq!(host.sent()[1].line, "GET https://har.example/moved?x=1");
}

#[test]
fn a_name_that_leads_elsewhere_is_sent_nowhere() {
    for command in [
        "artifact delete p --version .. --registry r",
        "artifact delete .. --registry r",
        "registry delete ..",
        "artifact pull generic r p/1/../../other/1/f here --pkg-url https://pkg.example",
        "artifact pull generic .. p/1/f here --pkg-url https://pkg.example",
    ] {
        let host = logged_in().service(|_| Reply::new(200, "")).file("a", "content");
        let (code, out, err) = host.run(command);
        assert_eq!((code, out.as_str()), (1, ""), "{command}: {err}");
        assert!(err.contains("error[dot-name]: "), "{command}: {err}");
        assert!(host.sent().is_empty(), "{command}");
    }
    for name in [
        "--name ..",
        "--name a/b",
        "--name a --version .",
        "--name a --version 1/2",
    ] {
        let host = logged_in().file("a", "content");
        let (code, _, err) = host.run(&format!("artifact push generic r a {name}"));
        assert_eq!(code, 2, "{name}: {err}");
    }
}

#[test]
fn nobody_logged_in_is_told_how() {
    assert_snapshot!(MemoryHost::default().transcript("registry list"));
}

#[test]
fn a_saved_token_never_reaches_another_service() {
    let login = r#"{"base_url":"https://har.example","token":"pat.acc.id.secret","account_id":"acc"}"#;
    let host = MemoryHost::default()
        .env("HOME", "/home/me")
        .file("/home/me/.harness/auth.json", login)
        .service(|_| Reply::new(200, REGISTRIES));
    assert_eq!(host.run("registry list").0, 0);
    assert_eq!(host.run("registry list --api-url https://other.example").0, 1);
    assert_eq!(host.sent().len(), 1);
}
