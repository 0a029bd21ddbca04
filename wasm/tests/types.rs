//! `types.d.ts` says what Rust serialises: the same fields, null only where it is declared.

#![expect(clippy::unwrap_used, clippy::panic, reason = "all of this file is a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hc_core::advice::Step;
use hc_core::coverage::{Basis, Coverage, DataCoverage, DataKind, FileCoverage, PolicyInForce, Reading};
use hc_core::dependency::{Scope, Source};
use hc_core::error::{Code, InputError, Position};
use hc_core::firewall::{Category, DataSource, Score, SourceKind, Status, Violation};
use hc_core::lockfile::Extent;
use hc_core::package::Ecosystem;
use hc_core::report::{AuditReport, Counts, FirewallInfo, Row};
use hc_core::walk::{PassedOver, Reason};
use hc_wasm::outcome::{FormatInfo, Outcome};
use serde_json::{Value, json};

/// A field's declared type, by the field's name.
type Fields<'a> = BTreeMap<&'a str, &'a str>;

#[test]
fn every_interface_has_the_fields_of_its_struct() {
    let declared = interfaces(include_str!("../src/types.d.ts"));
    let outcome = Outcome {
        report: report(),
        failures: Vec::new(),
        passed_over: Vec::new(),
    };
    let outcome = serde_json::to_value(outcome).unwrap();
    let report = &outcome["report"];
    let empty_row = serde_json::to_value(empty_row()).unwrap();
    let formats = serde_json::to_value(FormatInfo::all()).unwrap();
    let samples = [
        ("Outcome", &outcome),
        ("FormatInfo", &formats[0]),
        ("AuditReport", report),
        ("FirewallInfo", &report["firewall"]),
        ("Coverage", &report["coverage"]),
        ("DataCoverage", &report["coverage"]["data"][0]),
        ("DataSource", &report["coverage"]["data"][0]["sources"][0]),
        ("PolicyInForce", &report["coverage"]["policies"][0]),
        ("FileCoverage", &report["coverage"]["files"][0]),
        ("PassedOver", &report["coverage"]["passedOver"][0]),
        ("PassedOver", &report["coverage"]["passedOver"][1]),
        ("PassedOver", &report["coverage"]["passedOver"][2]),
        ("Basis", &report["rows"][0]["basis"]),
        ("Counts", &report["counts"]),
        ("Row", &report["rows"][0]),
        ("Row", &empty_row),
        ("Violation", &report["rows"][0]["violations"][0]),
        ("Violation", &empty_row["violations"][0]),
        ("Step", &report["rows"][0]["advice"][0]),
        ("Failure", &failure(Some(Position { line: 1, column: 2 }))),
        ("Failure", &failure(None)),
    ];
    for (name, sample) in samples {
        check(name, &declared[name], sample);
    }
    let checked: BTreeSet<&str> = samples.iter().map(|(name, _)| *name).collect();
    assert_eq!(checked, declared.keys().copied().collect());
}

/// The declared fields of each interface. A declaration is `name: type;` or `name?: type;` on a line.
fn interfaces(text: &str) -> BTreeMap<&str, Fields<'_>> {
    let mut interfaces = BTreeMap::<&str, Fields<'_>>::new();
    let mut current = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("export interface ") {
            current = rest.split_whitespace().next();
        } else if line == "}" {
            current = None;
        } else if let (Some(name), Some((field, kind))) = (current, line.split_once(": "))
            && !line.contains('*')
        {
            let fields = interfaces.entry(name).or_default();
            fields.insert(field.trim(), kind.trim_end_matches(';'));
        }
    }
    interfaces
}

fn check(interface: &str, declared: &Fields<'_>, sample: &Value) {
    let sample = sample.as_object().unwrap();
    for (field, value) in sample {
        let kind = declared
            .get(field.as_str())
            .or_else(|| declared.get(format!("{field}?").as_str()));
        let Some(kind) = kind else {
            panic!("{interface} does not declare {field}");
        };
        assert!(
            fits(kind, value),
            "{interface}.{field} is declared {kind}, but serialised {value}"
        );
    }
    for field in declared.keys().filter(|field| !field.ends_with('?')) {
        assert!(
            sample.contains_key(*field),
            "{interface}.{field} is declared, but not serialised"
        );
    }
}

fn fits(kind: &str, value: &Value) -> bool {
    match value {
        Value::Null => kind.ends_with(" | null"),
        Value::Bool(_) => kind.starts_with("boolean"),
        Value::Number(_) => kind.starts_with("number"),
        Value::Array(_) => kind.ends_with("[]"),
        // A string, a type of this file, or a word among others.
        Value::String(text) => {
            kind.starts_with("string")
                || kind.starts_with(char::is_uppercase)
                || kind.split(" | ").any(|word| word.trim_matches('"') == text)
        }
        Value::Object(_) => kind.starts_with(char::is_uppercase),
    }
}

#[test]
fn every_word_of_an_enumeration_is_declared() {
    let text = include_str!("../src/types.d.ts");
    let words: Vec<Value> = [
        json!(Ecosystem::ALL),
        json!([Status::Allowed, Status::Unknown, Status::Warn, Status::Blocked]),
        json!([
            Scope::Prod,
            Scope::Runtime,
            Scope::Provided,
            Scope::Peer,
            Scope::Optional
        ]),
        json!([Scope::DevOptional, Scope::Dev, Scope::Test]),
        json!([Source::Registry, Source::Git, Source::File, Source::Url]),
        json!([Category::Security, Category::Malware]),
        json!([DataKind::Export, DataKind::Registry, DataKind::Own]),
        json!([DataKind::Starter, DataKind::None]),
        json!([SourceKind::Starter, SourceKind::Export]),
        json!([SourceKind::Own, SourceKind::ByTheWay]),
        json!([Reading::Full, Reading::DirectOnly, Reading::Gaps]),
        json!([Extent::Everything, Extent::DirectOnly]),
    ]
    .iter()
    .flat_map(|words| words.as_array().unwrap().clone())
    .collect();
    for word in words {
        assert!(text.contains(&word.to_string()), "{word} is not declared");
    }
}

fn failure(position: Option<Position>) -> Value {
    let mut error = InputError::new(Code::Syntax, "a.json", "broken");
    error.position = position;
    serde_json::to_value(error).unwrap()
}

fn report() -> AuditReport {
    AuditReport {
        firewall: FirewallInfo {
            evaluated_by: "embedded".to_owned(),
            policy: "built-in".to_owned(),
            advisories: "starter set".to_owned(),
            advisory_count: 1,
            advisory_date: None,
            starter_only: true,
        },
        coverage: coverage(),
        counts: Counts::default(),
        rows: vec![full_row()],
    }
}

fn coverage() -> Coverage {
    let passed_over = |reason| PassedOver {
        path: "p".to_owned(),
        reason,
    };
    Coverage {
        data: vec![DataCoverage::new(
            Ecosystem::Npm,
            vec![DataSource {
                name: "starter set".to_owned(),
                kind: SourceKind::Starter,
                advisories: 1,
                newest: None,
            }],
        )],
        policies: vec![PolicyInForce::built_in()],
        files: vec![FileCoverage {
            file: "package-lock.json".to_owned(),
            format: "package-lock.json",
            ecosystem: Ecosystem::Npm,
            dependencies: 1,
            coverage: Reading::Full,
            extent: Extent::Everything,
            gaps: vec!["g".to_owned()],
            warnings: vec!["w".to_owned()],
            advice: None,
            policy: "built-in".to_owned(),
        }],
        unread: vec![InputError::new(Code::Syntax, "a.json", "broken")],
        passed_over: vec![
            passed_over(Reason::UnreadFormat { tool: "Cargo" }),
            passed_over(Reason::Ignored),
            passed_over(Reason::Settled { by: "b".to_owned() }),
        ],
    }
}

fn full_row() -> Row {
    let text = || Some("text".to_owned());
    Row {
        package_name: "a".to_owned(),
        version: text(),
        scan_id: text(),
        scan_status: Status::Warn,
        ecosystem: Ecosystem::Npm,
        purl: text(),
        file: "package-lock.json".to_owned(),
        line: 1,
        scope: Scope::Prod,
        direct: Some(true),
        paths: vec![vec!["a@1".to_owned()]],
        source: Source::Registry,
        specifier: text(),
        assumed: false,
        violations: vec![Violation {
            status: Status::Warn,
            category: Category::Security,
            advisory: Some("GHSA-1".to_owned()),
            cve: text(),
            aliases: vec!["CVE-1".to_owned()],
            summary: String::new(),
            severity: Some("HIGH"),
            score: Score::new(7.5),
            vector: text(),
            threshold: Score::new(7.0),
            affected_range: "<2".to_owned(),
            fix_version: text(),
            policy_set: None,
            policy: None,
            details: serde_json::Map::new(),
        }],
        fix_version: text(),
        advice: vec![Step {
            text: "do".to_owned(),
            command: text(),
            edit: None,
        }],
        evaluated_by: "embedded".to_owned(),
        basis: Arc::new(Basis {
            data: DataKind::Starter,
            sources: vec!["starter set".to_owned()],
            advisories: 1,
            newest: None,
            policy: "built-in".to_owned(),
            file: Reading::Full,
        }),
        note: text(),
    }
}

/// A row in which everything is null that can be.
fn empty_row() -> Row {
    let mut row = full_row();
    row.version = None;
    row.scan_id = None;
    row.purl = None;
    row.direct = None;
    row.specifier = None;
    row.fix_version = None;
    row.note = None;
    let violation = &mut row.violations[0];
    violation.cve = None;
    violation.severity = None;
    violation.score = None;
    violation.vector = None;
    violation.threshold = None;
    violation.fix_version = None;
    row
}
