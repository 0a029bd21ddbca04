//! The audit against a registry: a scripted service answers as a service might, and nothing that it did not
//! say is taken for allowed.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use hc_app::host::{NetError, NetErrorKind};
use insta::assert_snapshot;
use serde_json::{Value, json};
use support::{MemoryHost, Reply, Sent};

const AUDIT: &str = "registry fw audit --file requirements.txt --registry pypi";
const HAR: &str = "https://har.example/gateway/har/api";

/// A service whose evaluation of the batch answers with `scans`, and that knows `details` of every scan.
fn service(
    scans: impl Fn(&[(String, String)]) -> Value + 'static,
    details: Value,
) -> impl Fn(&Sent) -> Reply + 'static {
    script(move |step, asked| match step {
        Step::Start => Reply::new(202, json!({"data": {"evaluationId": "e/1"}}).to_string()),
        Step::Poll(0) => Reply::new(200, json!({"data": {"status": "PROCESSING"}}).to_string()),
        Step::Poll(_) => {
            let body = json!({"data": {"evaluationId": "e/1", "status": "SUCCESS", "scans": scans(asked)}});
            Reply::new(200, body.to_string())
        }
        Step::Details => Reply::new(200, json!({"data": details}).to_string()),
    })
}

/// A request of the audit, after that for the registry.
enum Step {
    Start,
    /// Which time, from 0.
    Poll(usize),
    Details,
}

/// A service of one registry, whose evaluations follow a script. The packages of the batch that was started
/// last are handed over.
fn script(
    answer: impl Fn(Step, &[(String, String)]) -> Reply + 'static,
) -> impl Fn(&Sent) -> Reply + 'static {
    let asked = std::cell::RefCell::new(Vec::new());
    let polls = std::cell::Cell::new(0);
    move |sent| {
        let registry = json!({"data": {"identifier": "pypi", "uuid": "u-1", "packageType": "PYTHON"}});
        if sent
            .line
            .starts_with(&format!("GET {HAR}/v1/registry/acc/pypi/+"))
        {
            Reply::new(200, registry.to_string())
        } else if sent
            .line
            .starts_with(&format!("POST {HAR}/v3/scans/bulk-evaluate?"))
        {
            let body: Value = serde_json::from_str(&sent.body).unwrap();
            assert_eq!(body["registryId"], "u-1");
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            *asked.borrow_mut() = body["artifacts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|package| (text(&package["packageName"]), text(&package["version"])))
                .collect();
            answer(Step::Start, &asked.borrow())
        } else if sent
            .line
            .starts_with(&format!("GET {HAR}/v3/scans/bulk-evaluate/"))
        {
            let poll = polls.replace(polls.get() + 1);
            answer(Step::Poll(poll), &asked.borrow())
        } else {
            assert!(sent.line.contains("/details"), "{}", sent.line);
            answer(Step::Details, &asked.borrow())
        }
    }
}

fn scan(name: &str, version: &str, status: Option<&str>) -> Value {
    let mut scan = json!({"packageName": name, "version": version, "scanId": format!("scan-{name}")});
    if let Some(status) = status {
        scan["scanStatus"] = status.into();
    }
    scan
}

fn host(requirements: &str) -> MemoryHost {
    MemoryHost::default()
        .env("HARNESS_API_URL", "https://har.example")
        .env("HARNESS_API_KEY", "pat.acc.id.secret")
        .env("HARNESS_SERVER", "saas")
        .file("requirements.txt", requirements)
}

const DETAILS: &str = r#"{"lastEvaluatedAt": "1771393686000", "policySetFailureDetails": [{"policySetName": "base", "policyFailureDetails": [
    {"category": "Security", "policyName": "cvss", "vulnerabilities": [{"cveId": "CVE-2023-30861", "cvssScore": 7.5, "cvssThreshold": 7.0}]},
    {"category": "License", "policyName": "licences", "blockedLicense": "GPL-3.0", "allowedLicenses": ["MIT", "Apache-2.0"]},
    {"category": "PackageAge", "policyName": "age", "publishedOn": "2026-11-01", "packageAgeThreshold": "30 days"},
    {"category": "Typosquat", "policyName": "names", "near": "flask"}]}],
    "fixVersionDetails": {"fixVersionAvailable": true, "currentVersion": "2.2.2", "fixVersion": "2.2.5"}}"#;

#[test]
fn the_registry_speaks() {
    let service = service(
        |_| {
            json!([
                scan("Flask", "2.2.2", Some("BLOCKED")),
                scan("requests", "2.0", Some("ALLOWED")),
                scan("six", "1.16.0", Some("WARN"))
            ])
        },
        serde_json::from_str(DETAILS).unwrap(),
    );
    let host = host("flask==2.2.2\nrequests==2.0\nsix==1.16.0\nlocal @ file:///x\n").service(service);
    assert_snapshot!(host.transcript(AUDIT));
    assert_snapshot!(host.transcript(&format!("{AUDIT} --format json")));
    assert_eq!(host.run(&format!("{AUDIT} --offline")).0, 4);
}

#[test]
fn what_a_registry_tells_of_its_data_is_said() {
    let answers = |sources: Value| {
        let service = script(move |step, _| match step {
            Step::Start => Reply::new(202, r#"{"data":{"evaluationId":"e"}}"#),
            _ => {
                let scans = json!([scan("a", "1.0", Some("ALLOWED"))]);
                let data = json!({"status": "SUCCESS", "scans": scans, "advisorySources": sources});
                Reply::new(200, json!({"data": data}).to_string())
            }
        });
        host("a==1.0\n").service(service)
    };
    let starter = json!({"name": "starter set", "kind": "starter", "advisories": 20, "newest": "2026-05-06"});
    let told = answers(json!({"PyPI": [starter], "npm": []}));
    assert_snapshot!(told.transcript(AUDIT));
    let rows: Value = serde_json::from_str(&told.run(&format!("{AUDIT} --format json")).1).unwrap();
    assert_eq!(rows[0]["basis"]["data"], "starter");
    assert_eq!(rows[0]["basis"]["newest"], "2026-05-06");
    let explain = "registry fw explain --registry pypi --package a --version 1.0";
    let (_, out, err) = told.run(explain);
    assert!(out.contains("20 advisories, newest 2026-05-06"), "{out}");
    assert!(
        err.contains("the registry pypi: PyPI: only the built-in starter set of 20"),
        "{err}"
    );
    // What another service means by the name, or one that tells nothing.
    for other in [json!("all"), json!({"PyPI": [{"kind": "new"}]}), Value::Null] {
        let (code, out, err) = answers(other).run(&format!("{AUDIT} --format json"));
        let rows: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (code, &rows[0]["basis"]["data"]),
            (0, &json!("registry")),
            "{err}"
        );
    }
}

#[test]
fn explain_says_all_of_one_version() {
    let answer = |status: Option<&'static str>| {
        let service = service(
            move |_| json!([scan("flask", "2.2.2", status)]),
            serde_json::from_str(DETAILS).unwrap(),
        );
        host("").service(service)
    };
    let explain = "registry fw explain --registry pypi --package flask --version 2.2.2";
    assert_snapshot!(answer(Some("BLOCKED")).transcript(explain));
    assert_snapshot!(answer(Some("BLOCKED")).transcript(&format!("{explain} --format json")));
    assert_snapshot!(answer(None).transcript(explain));
    assert_eq!(answer(Some("new")).run(explain).0, 4);
    assert_eq!(
        answer(Some("new")).run(&format!("{explain} --allow-unknown")).0,
        0
    );
}

#[test]
fn explain_offline_says_what_it_looked_at() {
    let explain = "registry fw explain --package flask --version 2.2.2";
    let host = MemoryHost::default();
    assert_snapshot!(host.transcript(&format!("{explain} --ecosystem pypi")));
    assert_eq!(host.run(explain).0, 2);
    let json = host.run(&format!("{explain} --ecosystem pypi --format json")).1;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["advisories"][0]["applies"], "yes");
}

#[test]
fn a_file_of_another_ecosystem_is_refused() {
    let host = host("").file("package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#);
    let host = host.service(service(|_| json!([]), json!({})));
    assert_snapshot!(host.transcript("registry fw audit --file package-lock.json --registry pypi"));
}

/// Every way in which a service was thought to answer, and what the audit makes of it.
#[test]
fn whatever_the_service_answers_nothing_is_allowed_by_mistake() {
    let failed = |kind: NetErrorKind, may_have_arrived| {
        Reply::fail(NetError {
            kind,
            may_have_arrived,
        })
    };
    let cut = || NetError {
        kind: NetErrorKind::Broken("reset".to_owned()),
        may_have_arrived: true,
    };
    let rows = |rows: Value| {
        let service: Box<dyn Fn(&Sent) -> Reply> = Box::new(service(move |_| rows.clone(), json!({})));
        service
    };
    let steps = |answer: Box<dyn Fn(Step) -> Reply>| {
        let service: Box<dyn Fn(&Sent) -> Reply> = Box::new(script(move |step, _| answer(step)));
        service
    };
    let started = || Reply::new(202, r#"{"data":{"evaluationId":"e"}}"#);
    let done = || {
        let scans = json!([
            scan("a", "1.0", Some("ALLOWED")),
            scan("b", "2.0", Some("ALLOWED"))
        ]);
        Reply::new(
            200,
            json!({"data": {"status": "SUCCESS", "scans": scans}}).to_string(),
        )
    };
    let at_start = |reply: Reply| {
        steps(Box::new(move |step| match step {
            Step::Start => reply.clone(),
            _ => done(),
        }))
    };
    let at_poll = |reply: Reply| {
        steps(Box::new(move |step| match step {
            Step::Start => started(),
            Step::Poll(0) => reply.clone(),
            _ => done(),
        }))
    };
    let always = |reply: Reply| {
        steps(Box::new(move |step| match step {
            Step::Start => started(),
            _ => reply.clone(),
        }))
    };
    let allowed = |name: &str, version: &str| scan(name, version, Some("ALLOWED"));
    let html = "<html><h1>Bad gateway</h1></html>";
    let redirect = Reply::new(302, "").header("location", "https://other.example/x");
    let cases: Vec<(&str, Box<support::Service>)> = vec![
        (
            "both allowed",
            rows(json!([allowed("a", "1.0"), allowed("b", "2.0")])),
        ),
        (
            "one without a status",
            rows(json!([allowed("a", "1.0"), scan("b", "2.0", None)])),
        ),
        ("a row missing", rows(json!([allowed("a", "1.0")]))),
        ("no rows", rows(json!([]))),
        ("rows null", rows(Value::Null)),
        (
            "another version",
            rows(json!([allowed("a", "1.0.0"), allowed("b", "2.0")])),
        ),
        (
            "another package",
            rows(json!([allowed("aa", "1.0"), allowed("b", "2.0")])),
        ),
        (
            "an extra row",
            rows(json!([
                allowed("a", "1.0"),
                allowed("b", "2.0"),
                scan("c", "3.0", Some("BLOCKED"))
            ])),
        ),
        (
            "other letter case",
            rows(json!([allowed("A", "1.0"), allowed("B", "2.0")])),
        ),
        (
            "a row twice, once blocked",
            rows(json!([
                allowed("a", "1.0"),
                scan("a", "1.0", Some("BLOCKED")),
                allowed("b", "2.0")
            ])),
        ),
        (
            "a status that is new",
            rows(json!([
                scan("a", "1.0", Some("QUARANTINED")),
                allowed("b", "2.0")
            ])),
        ),
        (
            "a status in lower case",
            rows(json!([scan("a", "1.0", Some("allowed")), allowed("b", "2.0")])),
        ),
        (
            "a status without letters",
            rows(json!([scan("a", "1.0", Some("")), allowed("b", "2.0")])),
        ),
        (
            "UNKNOWN",
            rows(json!([scan("a", "1.0", Some("UNKNOWN")), allowed("b", "2.0")])),
        ),
        (
            "a row without a name",
            rows(json!([{"version": "1.0"}, allowed("b", "2.0")])),
        ),
        ("a row that is a number", rows(json!([1, allowed("b", "2.0")]))),
        ("202 without an id", at_start(Reply::new(202, r#"{"data":{}}"#))),
        ("202 without data", at_start(Reply::new(202, "{}"))),
        (
            "a start that is refused",
            at_start(Reply::new(400, r#"{"error":{"message":"too many"}}"#)),
        ),
        ("a start that is cut", at_start(Reply::fail(cut()))),
        (
            "a start that never left",
            at_start(failed(NetErrorKind::Resolve, false)),
        ),
        (
            "FAILURE with an error",
            at_poll(Reply::new(
                200,
                r#"{"data":{"status":"FAILURE","error":"no policy"}}"#,
            )),
        ),
        (
            "FAILURE without one",
            at_poll(Reply::new(200, r#"{"data":{"status":"FAILURE"}}"#)),
        ),
        (
            "an evaluation status that is new",
            at_poll(Reply::new(200, r#"{"data":{"status":"DONE"}}"#)),
        ),
        (
            "PENDING for ever",
            always(Reply::new(200, r#"{"data":{"status":"PENDING"}}"#)),
        ),
        (
            "429 with Retry-After, once",
            at_poll(Reply::new(429, "{}").header("retry-after", "2")),
        ),
        (
            "429 for an hour",
            at_poll(Reply::new(429, "{}").header("retry-after", "3600")),
        ),
        ("slow", at_poll(done().after(Duration::from_secs(20)))),
        ("502 with HTML, once", at_poll(Reply::new(502, html))),
        ("502 with HTML, always", always(Reply::new(502, html))),
        ("HTML with 200", at_poll(Reply::new(200, html))),
        ("a redirect to another host", at_poll(redirect)),
        (
            "cut at connect, once",
            at_poll(failed(NetErrorKind::Connect("reset".to_owned()), false)),
        ),
        ("cut in the headers, always", always(Reply::fail(cut()))),
        (
            "cut in the body, always",
            always(Reply::new(200, r#"{"data":{"#).cut(cut())),
        ),
        ("time-out, always", always(failed(NetErrorKind::Timeout, true))),
    ];
    let mut all = String::new();
    for (what, service) in cases {
        let host = host("a==1.0\nb==2.0\n").service(service);
        let (code, out, _) = host.run(&format!("{AUDIT} --format json"));
        let rows: Vec<Value> = serde_json::from_str(&out).unwrap_or_default();
        let _ = writeln!(all, "{what}: exit {code}, {} requests", host.sent().len());
        for row in rows {
            let text = |key: &str| row[key].as_str().unwrap_or("").to_owned();
            let _ = writeln!(
                all,
                "  {} {} {}",
                text("packageName"),
                text("scanStatus"),
                text("note")
            );
        }
    }
    assert_snapshot!(all);
}

#[test]
fn batches_are_asked_several_at_once_and_one_failure_loses_no_other() {
    let requirements: String = (0..170).map(|number| format!("p{number}==1.0\n")).collect();
    let batches = std::cell::RefCell::new(BTreeMap::new());
    let host = host(&requirements).service(move |sent| {
        if sent.line.contains("/v1/registry/") {
            let registry = json!({"data": {"identifier": "pypi", "uuid": "u-1", "packageType": "PYTHON"}});
            return Reply::new(200, registry.to_string());
        }
        let mut batches = batches.borrow_mut();
        if sent.line.starts_with("POST") {
            let body: Value = serde_json::from_str(&sent.body).unwrap();
            let id = format!("e{}", batches.len());
            batches.insert(id.clone(), body["artifacts"].clone());
            return Reply::new(202, json!({"data": {"evaluationId": id}}).to_string());
        }
        let id = sent
            .line
            .rsplit('/')
            .next()
            .and_then(|rest| rest.split('?').next())
            .unwrap();
        if id == "e1" {
            return Reply::new(200, r#"{"data":{"status":"FAILURE","error":"lost"}}"#);
        }
        let mut scans = batches[id].clone();
        for scan in scans.as_array_mut().unwrap() {
            scan["scanStatus"] = "ALLOWED".into();
        }
        Reply::new(
            200,
            json!({"data": {"status": "SUCCESS", "scans": scans}}).to_string(),
        )
    });
    let (code, out, err) = host.run(&format!("{AUDIT} --format json"));
    let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
    let unknown = rows.iter().filter(|row| row["scanStatus"] == "UNKNOWN").count();
    assert_eq!((code, rows.len(), unknown), (4, 170, 50), "{err}");
    assert!(
        err.contains("50 packages could not be evaluated: the registry failed: lost"),
        "{err}"
    );
    let starts: Vec<Duration> = host
        .sent()
        .iter()
        .filter(|sent| sent.line.starts_with("POST"))
        .map(|sent| sent.at)
        .collect();
    assert_eq!(starts.len(), 4);
    assert!(starts.iter().all(|start| *start == starts[0]), "{starts:?}");
}

#[test]
fn waiting_grows_from_a_tenth_of_a_second_to_two() {
    let host = host("a==1.0\n").service(script(|step, _| match step {
        Step::Start => Reply::new(202, r#"{"data":{"evaluationId":"e"}}"#).after(Duration::ZERO),
        Step::Poll(number) if number < 12 => {
            Reply::new(200, r#"{"data":{"status":"PENDING"}}"#).after(Duration::ZERO)
        }
        _ => Reply::new(200, r#"{"data":{"status":"SUCCESS"}}"#),
    }));
    host.run(AUDIT);
    let polls: Vec<Duration> = host
        .sent()
        .iter()
        .filter(|sent| sent.line.contains("bulk-evaluate/"))
        .map(|sent| sent.at)
        .collect();
    let pauses: Vec<u128> = polls
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_millis())
        .collect();
    assert_eq!(
        pauses,
        [150, 225, 337, 506, 759, 1139, 1708, 2000, 2000, 2000, 2000, 2000]
    );
}

#[test]
fn a_token_never_comes_out() {
    let answers = service(|_| json!([scan("a", "1.0", Some("WARN"))]), json!({}));
    let host = host("a==1.0\n").service(answers);
    let (_, out, err) = host.run(&format!("{AUDIT} --verbose"));
    assert!(err.contains("200 OK"), "{err}");
    assert!(!(out + &err).contains("secret"));
    for sent in host.sent() {
        assert_eq!(sent.headers["x-api-key"], "pat.acc.id.secret");
    }
}
