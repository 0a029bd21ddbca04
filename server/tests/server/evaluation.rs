//! v3: bulk evaluation, scans, and what the server says of itself.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Running, config, start, start_with};

const V3: &str = "/gateway/har/api/v3";
const SCOPE: &str = "account_identifier=acc&org_identifier=o&project_identifier=p";

fn artifacts(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(name, version)| json!({ "packageName": name, "version": version }))
        .collect()
}

/// Asks for an evaluation and waits for its end.
async fn evaluate(server: &Running, registry: &str, pairs: &[(&str, &str)]) -> Value {
    let body = json!({ "registryId": registry, "artifacts": artifacts(pairs) });
    let (status, body) = server
        .post(&format!("{V3}/scans/bulk-evaluate?{SCOPE}"), &body)
        .await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    let id = body["data"]["evaluationId"].as_str().unwrap();
    loop {
        let (status, body) = server
            .get(&format!("{V3}/scans/bulk-evaluate/{id}?{SCOPE}"))
            .await;
        assert_eq!(status, StatusCode::OK);
        match body["data"]["status"].as_str().unwrap() {
            "PENDING" | "PROCESSING" => tokio::time::sleep(Duration::from_millis(10)).await,
            _ => return body["data"].clone(),
        }
    }
}

fn statuses(data: &Value) -> Vec<(&str, &str)> {
    data["scans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scan| {
            (
                scan["packageName"].as_str().unwrap(),
                scan["scanStatus"].as_str().unwrap(),
            )
        })
        .collect()
}

const ADVISORIES: &str = r#"
{"id":"GHSA-1","aliases":["CVE-2024-1"],"modified":"2024-01-02T03:04:05Z","summary":"about bad","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"npm","name":"bad"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}]}]}
{"id":"MAL-1","modified":"2024-01-02T03:04:05Z","summary":"evil code","affected":[{"package":{"ecosystem":"npm","name":"evil"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}
{"id":"GHSA-2","modified":"2024-01-02T03:04:05Z","summary":"no score","affected":[{"package":{"ecosystem":"npm","name":"odd"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_package_asked_for_comes_back_with_its_status_and_its_reasons() {
    let data = tempfile::tempdir().unwrap();
    let advisories = data.path().join("advisories");
    std::fs::create_dir_all(advisories.join("below")).unwrap();
    std::fs::write(advisories.join("below/a.jsonl"), ADVISORIES.trim()).unwrap();
    let server = start_with(hc_server::Config {
        advisories: vec![advisories],
        ..config(&data.path().join("data"))
    })
    .await;
    let registry = server.create("acc/o/p", "n", "NPM").await;
    let asked = [
        ("bad", "1.0.0"),
        ("fine", "1.0.0"),
        ("evil", "1.0.0"),
        ("bad", "1.x"),
        ("odd", "1.0.0"),
    ];
    let result = evaluate(&server, &registry, &asked).await;
    assert_eq!(result["status"], "SUCCESS");
    // What verdicts rest on, so that clients can say it; where it lies is no affair of theirs.
    let sources = &result["advisorySources"]["npm"];
    assert_eq!(
        (&sources[0]["name"], &sources[0]["kind"]),
        (&json!("starter set"), &json!("starter"))
    );
    let own = json!({ "name": "below", "kind": "own", "advisories": 3, "newest": "2024-01-02" });
    assert_eq!(sources[1], own);
    assert_eq!(result["advisorySources"]["PyPI"].as_array().unwrap().len(), 1);
    let expected = [
        ("bad", "BLOCKED"),
        ("fine", "ALLOWED"),
        ("evil", "BLOCKED"),
        ("bad", "UNKNOWN"),
        ("odd", "WARN"),
    ];
    assert_eq!(statuses(&result), expected);

    let details = async |index: usize| {
        let scan = result["scans"][index]["scanId"].as_str().unwrap();
        let (status, body) = server.get(&format!("{V3}/scans/{scan}/details?{SCOPE}")).await;
        assert_eq!(status, StatusCode::OK);
        body["data"].clone()
    };
    let bad = details(0).await;
    assert_eq!(
        (
            &bad["packageName"],
            &bad["scanStatus"],
            &bad["registryName"],
            &bad["registryId"]
        ),
        (&json!("bad"), &json!("BLOCKED"), &json!("n"), &json!(registry))
    );
    let set = &bad["policySetFailureDetails"][0];
    assert_eq!(set["policySetName"], "built-in");
    let failure = &set["policyFailureDetails"][0];
    assert_eq!(
        (&failure["category"], &failure["policyName"]),
        (&json!("Security"), &json!("security"))
    );
    let vulnerability = &failure["vulnerabilities"][0];
    assert_eq!(
        (
            &vulnerability["cveId"],
            &vulnerability["cvssScore"],
            &vulnerability["cvssThreshold"]
        ),
        (&json!("CVE-2024-1"), &json!(9.8), &json!(9.0))
    );
    assert_eq!(
        bad["fixVersionDetails"],
        json!({ "fixVersionAvailable": true, "currentVersion": "1.0.0", "fixVersion": "2.0.0" })
    );
    assert!(bad["lastEvaluatedAt"].as_str().unwrap().parse::<i64>().is_ok());
    assert_eq!(details(1).await["policySetFailureDetails"], json!([]));
    let evil = details(2).await;
    let failure = &evil["policySetFailureDetails"][0]["policyFailureDetails"][0];
    assert_eq!(
        (&failure["category"], &failure["policyName"], &failure["advisory"]),
        (&json!("Unknown"), &json!("malware"), &json!("MAL-1"))
    );
    assert!(details(3).await["reason"].as_str().unwrap().contains("GHSA-1"));

    let (status, body) = server.get(&format!("{V3}/scans?{SCOPE}&size=2")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        body["meta"],
        json!({ "blockedCount": 2, "warnCount": 1, "totalCount": 3 })
    );
    assert_eq!(body["data"].as_array().unwrap().len(), 2);
    for (filter, expected) in [
        ("scan_status=WARN", 1),
        ("search_term=ba", 1),
        ("package_type=MAVEN", 0),
        ("policy_set_ref=none", 0),
        ("policy_set_ref=built-in", 3),
    ] {
        let (_, body) = server.get(&format!("{V3}/scans?{SCOPE}&{filter}")).await;
        assert_eq!(body["itemCount"], expected, "{filter}");
    }

    // The same version has one scan, however often it is evaluated.
    let again = evaluate(&server, &registry, &asked[..1]).await;
    assert_eq!(again["scans"][0]["scanId"], result["scans"][0]["scanId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_advisory_can_be_about_is_unknown() {
    let server = start().await;
    let registry = server.create("acc/o/p", "g", "GENERIC").await;
    let result = evaluate(&server, &registry, &[("x", "1")]).await;
    assert_eq!(statuses(&result), [("x", "UNKNOWN")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_evaluated_is_refused_in_the_shape_of_v3() {
    let server = start().await;
    let registry = server.create("acc/o/p", "n", "NPM").await;
    let fifty_one: Vec<(&str, &str)> = vec![("x", "1"); 51];
    let path = format!("{V3}/scans/bulk-evaluate?{SCOPE}");
    for (body, expected) in [
        (
            json!({ "registryId": registry, "artifacts": artifacts(&fifty_one) }),
            400,
        ),
        (json!({ "registryId": registry, "artifacts": [] }), 400),
        (
            json!({ "registryId": registry, "artifacts": artifacts(&[("", "1")]) }),
            400,
        ),
        (
            json!({ "registryId": "none", "artifacts": artifacts(&[("x", "1")]) }),
            404,
        ),
        (json!({ "artifacts": 1 }), 400),
    ] {
        let (status, answer) = server.post(&path, &body).await;
        assert_eq!(status.as_u16(), expected, "{answer}");
        assert_eq!(answer["error"]["type"], "INVALID_REQUEST_ERROR");
        assert_eq!(answer["error"]["code"], expected.to_string());
    }
    for path in [
        format!("{V3}/scans/bulk-evaluate/none?{SCOPE}"),
        format!("{V3}/scans/none/details?{SCOPE}"),
        format!("{V3}/nothing?{SCOPE}"),
    ] {
        assert_eq!(server.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, body) = server
        .get(&format!("{V3}/system/info?account_identifier=acc"))
        .await;
    assert_eq!(
        (status, &body["data"]["registryUrl"]),
        (StatusCode::OK, &json!(server.url))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_that_a_stop_cut_short_has_failed() {
    let server = start().await;
    let registry = server.create("acc/o/p", "n", "NPM").await;
    let asked = json!({ "registryId": registry, "artifacts": artifacts(&[("x", "1.0.0")]) });
    let (_, body) = server
        .post(&format!("{V3}/scans/bulk-evaluate?{SCOPE}"), &asked)
        .await;
    let id = body["data"]["evaluationId"].as_str().unwrap();
    let data = server.stop().await.unwrap();
    let records = rusqlite::Connection::open(data.path().join("records.sqlite")).unwrap();
    let changed = records
        .execute(
            "UPDATE evaluations SET status = 'PROCESSING' WHERE uuid = ?1",
            [id],
        )
        .unwrap();
    assert_eq!(changed, 1);
    drop(records);
    let server = start_with(config(data.path())).await;
    let (_, body) = server
        .get(&format!("{V3}/scans/bulk-evaluate/{id}?{SCOPE}"))
        .await;
    assert_eq!(body["data"]["status"], "FAILURE");
    assert!(body["data"]["error"].as_str().unwrap().contains("ask again"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_file_decides_and_gives_its_name() {
    let data = tempfile::tempdir().unwrap();
    let (advisories, policy) = (data.path().join("a.jsonl"), data.path().join("ours.toml"));
    std::fs::write(&advisories, ADVISORIES.trim()).unwrap();
    std::fs::write(&policy, "[security]\nblock = false\nwarn = 5.0\n").unwrap();
    let server = start_with(hc_server::Config {
        advisories: vec![advisories],
        policy: Some(policy.clone()),
        no_starter: true,
        ..config(&data.path().join("data"))
    })
    .await;
    let registry = server.create("acc/o/p", "n", "NPM").await;
    let result = evaluate(&server, &registry, &[("bad", "1.0.0")]).await;
    assert_eq!(statuses(&result), [("bad", "WARN")]);
    let sources = &result["advisorySources"];
    assert_eq!(
        (&sources["npm"][0]["kind"], &sources["PyPI"]),
        (&json!("own"), &json!([]))
    );
    let scan = result["scans"][0]["scanId"].as_str().unwrap();
    let (_, body) = server.get(&format!("{V3}/scans/{scan}/details?{SCOPE}")).await;
    assert_eq!(
        body["data"]["policySetFailureDetails"][0]["policySetName"],
        "ours.toml"
    );
    std::fs::write(&policy, "[security]\nblock = true\n").unwrap();
    let broken = hc_server::Config {
        policy: Some(policy),
        ..config(&data.path().join("other"))
    };
    let Err(error) = hc_server::Server::bind(broken).await else {
        panic!("a policy that cannot be read was passed over")
    };
    assert!(error.to_string().contains("ours.toml:2:"), "{error}");
}
