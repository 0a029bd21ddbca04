//! What the word ALLOWED means, for any file and any set of advisories: there is data that covers the package's
//! ecosystem, a version that its scheme can compare, and no finding at or above a threshold.

use hc_core::audit::Embedded;
use hc_core::coverage::DataKind;
use hc_core::firewall::{Advisories, Policy, Status};
use hc_core::lockfile::{self, Input, ProjectFiles};
use hc_core::package::Ecosystem;
use hc_core::report::AuditReport;
use hc_core::select::Selection;
use hc_core::version::Version;
use proptest::prelude::*;

/// Base scores 9.8, 7.5, 3.1, and none that can be read.
const VECTORS: [&str; 4] = [
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    "CVSS:9.9/X",
];

/// What the policies make of the vectors: the built-in one, and one that lets more pass.
const POLICIES: [(&str, [Status; 4]); 2] = [
    ("", [Status::Blocked, Status::Warn, Status::Allowed, Status::Warn]),
    (
        "[security]\nblock = 9.9\nwarn = 8.0\nunknown-score = \"allow\"",
        [Status::Warn, Status::Allowed, Status::Allowed, Status::Allowed],
    ),
];

const ECOSYSTEMS: [&str; 4] = ["npm", "Maven", "PyPI", "Go"];

/// What one record says: which packages of which ecosystems it is about, in which versions, how bad it is.
#[derive(Clone, Debug)]
struct Record {
    packages: Vec<(usize, String)>,
    versions: Vec<String>,
    vector: usize,
}

fn name() -> impl Strategy<Value = String> {
    "[ab]"
}

fn version() -> impl Strategy<Value = String> {
    prop_oneof![
        "[12]\\.0",
        "[12]\\.0\\.0",
        Just("2004d".to_owned()),
        Just("x y".to_owned())
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let packages = prop::collection::vec((0..ECOSYSTEMS.len(), name()), 1..3);
    let versions = prop::collection::vec(version(), 0..3);
    (packages, versions, 0..VECTORS.len()).prop_map(|(packages, versions, vector)| Record {
        packages,
        versions,
        vector,
    })
}

fn json(number: usize, record: &Record) -> String {
    let affected: Vec<serde_json::Value> = record
        .packages
        .iter()
        .map(|(ecosystem, name)| {
            let name = if ECOSYSTEMS[*ecosystem] == "Maven" {
                format!("{name}:{name}")
            } else {
                name.clone()
            };
            serde_json::json!({
                "package": {"ecosystem": ECOSYSTEMS[*ecosystem], "name": name}, "versions": record.versions,
            })
        })
        .collect();
    serde_json::json!({
        "id": format!("X-{number}"), "modified": "2026-01-01T00:00:00Z", "affected": affected,
        "severity": [{"type": "CVSS_V3", "score": VECTORS[record.vector]}],
    })
    .to_string()
}

/// A file of packages, of one of the ecosystems.
fn file(ecosystem: Ecosystem, packages: &[(String, String)]) -> (&'static str, String) {
    match ecosystem {
        Ecosystem::Npm => {
            let entries: serde_json::Map<String, serde_json::Value> = packages
                .iter()
                .map(|(name, version)| {
                    let entry = serde_json::json!({"version": version});
                    (format!("node_modules/{name}"), entry)
                })
                .collect();
            let text = serde_json::json!({"lockfileVersion": 3, "packages": entries}).to_string();
            ("package-lock.json", text)
        }
        Ecosystem::Maven => {
            let lines = packages
                .iter()
                .map(|(name, version)| format!("{name}:{name}:{version}=runtimeClasspath\n"));
            ("gradle.lockfile", lines.collect())
        }
        Ecosystem::PyPI => {
            let lines = packages
                .iter()
                .map(|(name, version)| format!("{name}=={version}\n"));
            ("requirements.txt", lines.collect())
        }
    }
}

proptest! {
    #[test]
    fn allowed_is_said_only_of_what_was_judged(
        ecosystem in prop::sample::select(Ecosystem::ALL.as_slice()),
        packages in prop::collection::vec((name(), version()), 0..6),
        sources in prop::collection::vec(prop::collection::vec(record(), 0..5), 0..3),
        with_starter in any::<bool>(),
        policy in 0..POLICIES.len(),
    ) {
        let mut advisories = if with_starter { Advisories::starter() } else { Advisories::default() };
        for (number, records) in sources.iter().enumerate().filter(|(_, records)| !records.is_empty()) {
            let lines: Vec<String> = records
                .iter()
                .enumerate()
                .map(|(index, record)| json(number * 100 + index, record))
                .collect();
            advisories.load(&format!("{number}.json"), lines.join("\n").as_bytes()).unwrap();
        }
        let (policy, statuses) = POLICIES[policy];
        let mut firewall = Embedded::new(advisories);
        firewall.set_policy(Policy::parse("p", policy.as_bytes()).unwrap(), "p");
        let (path, text) = file(ecosystem, &packages);
        let input = Input { path, bytes: text.as_bytes() };
        let format = lockfile::detect(input).unwrap();
        let Ok(lockfile) = lockfile::parse(format, input, &ProjectFiles::default()) else {
            return Ok(());
        };
        let mut report = AuditReport::new(firewall.info());
        firewall.audit(&mut report, path, &lockfile, &Selection::default());

        let is_about = |source: &[Record]| {
            source.iter().any(|record| {
                record.packages.iter().any(|(about, _)| ECOSYSTEMS[*about] == ecosystem.as_str())
            })
        };
        let allowed = report.rows.iter().filter(|row| row.scan_status == Status::Allowed);
        for row in allowed {
            // There is data, and the report says so.
            prop_assert!(with_starter || sources.iter().any(|source| is_about(source)));
            prop_assert_ne!(row.basis.data, DataKind::None);
            let version = row.version.as_deref().unwrap();
            prop_assert!(Version::parse(ecosystem, version).is_some(), "{}", version);
            prop_assert!(row.violations.iter().all(|violation| !violation.is_violated()));
            // Nothing that lists this very version is at or above a threshold.
            for record in sources.iter().flatten() {
                let name_of = |name: &str| match ecosystem {
                    Ecosystem::Maven => format!("{name}:{name}"),
                    Ecosystem::Npm | Ecosystem::PyPI => name.to_owned(),
                };
                let applies = record.versions.iter().any(|listed| listed == version)
                    && record.packages.iter().any(|(about, name)| {
                        ECOSYSTEMS[*about] == ecosystem.as_str() && name_of(name) == row.package_name
                    });
                prop_assert!(!applies || statuses[record.vector] == Status::Allowed, "{:?}", record);
            }
        }
    }
}
