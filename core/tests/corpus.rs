//! Real files against what the reference implementations found in them (`shared/lockfiles`, which is not
//! part of the project; without it these tests say so and pass).

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    reason = "a test reads files from disk, and stops at once when one is not there"
)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hc_core::dependency::{Dependency, Source};
use hc_core::lockfile::{self, Input, ProjectFiles};
use serde_json::Value;

/// Where we differ from a reference on purpose; `docs/formats.md` gives the reasons.
const EXPLAINED: [&str; 16] = [
    // A Pipfile under this name: an error, not an empty list.
    "pyproject-toml/dependabot__dependabot-core__pipenv_dependency_grapher/",
    // What a manifest overrides is applied.
    "package-json/dependabot__dependabot-core__npm8-simple_with_overrides/package.json: ",
    "package-json/dependabot__dependabot-core__yarn-resolutions/package.json: ",
    // What is patched is the package.
    "package-json/babel__babel__root/package.json: missing (\"@rollup/plugin-commonjs\", \"patch:",
    "package-json/babel__babel__root/package.json: missing (\"rollup-plugin-dts\", \"patch:",
    "package-json/babel__babel__root/package.json: extra (\"@rollup/plugin-commonjs\", \"29.",
    "package-json/babel__babel__root/package.json: extra (\"rollup-plugin-dts\", \"6.",
    // The tarball is another package's.
    "pnpm-lock-v6/dependabot__dependabot-core__pnpm-private_package_access_with_package_name/pnpm-lock.yaml: ",
    // What pnpm installs for itself is installed.
    "pnpm-lock-v9/dependabot__dependabot-core__helpers-test-pnpm-parser-multi_document/pnpm-lock.yaml: extra",
    // The version stands in the URL.
    "yarn-classic/dependabot__dependabot-core__yarn-empty_version/yarn.lock: extra (\"encoding\", \"0.1.12\")",
    // Tarballs of several hosts, without settings that name the registries.
    "yarn-classic/google__osv-scalibr__with-prerelease.v1/yarn.lock: missing (\"gensync\"",
    "yarn-classic/google__osv-scalibr__with-quotes.v1/yarn.lock: missing (\"concat-",
    // What a profile sets that may be active is listed too.
    "pom-xml/dependabot__dependabot-core__nested_property_url_pom/pom.xml: extra (\"javax.xml.bind:jaxb-api\"",
    "pom-xml/dependabot__dependabot-core__profile_property_pom/pom.xml: extra (\"org.springframework:spring-",
    // A constraint gives the version that a declaration leaves out.
    "build-gradle/dependabot__dependabot-core__nested_constraint_build/build.gradle: ",
    // Its extras ask for more of its own extras: the project is none of its dependencies.
    "pyproject-toml/jupyter-server__jupyter_server__jupyter_server-2.14.2/pyproject.toml: missing (\"jupyter-server\"",
];

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, found)
        } else {
            found.push(path)
        }
    }
}

/// Name and version, or the raw requirement where the file gives no version.
type Listed = (String, String);

fn read(path: &Path) -> Result<Vec<Dependency>, String> {
    let bytes = std::fs::read(path).unwrap();
    let name = path.to_str().unwrap();
    let input = Input {
        path: name,
        bytes: &bytes,
    };
    let format = lockfile::detect(input).map_err(|error| error.to_string())?;
    let mut project = ProjectFiles::default();
    let mut pending = format.references(input);
    let mut seen = BTreeSet::new();
    while let Some(reference) = pending.pop() {
        if seen.insert(reference.clone())
            && let Ok(bytes) = std::fs::read(&reference)
        {
            pending.extend(format.references(Input {
                path: &reference,
                bytes: &bytes,
            }));
            project.insert(reference, bytes);
        }
    }
    let lockfile = lockfile::parse(format, input, &project).map_err(|error| error.to_string())?;
    Ok(lockfile.dependencies)
}

fn expected(value: &Value, key: &str) -> BTreeSet<Listed> {
    let entries = value[key].as_array().cloned().unwrap_or_default();
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    let listed = |entry: &Value| {
        let name = entry["normalized"]
            .as_str()
            .map_or_else(|| text(entry, "name"), str::to_owned);
        (name, text(entry, "version"))
    };
    entries.iter().map(listed).collect()
}

fn pairs(value: &Value) -> BTreeSet<Listed> {
    let entries = value.as_array().cloned().unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|entry| serde_json::from_value(entry).ok())
        .collect()
}

/// Packages of the reference that are not listed, for the reasons that `docs/formats.md` gives. The build script is
/// no valid Kotlin, and its reference does not tell the build's own dependencies (`buildscript`) and managed
/// versions (`dependencyManagement`) from the project's dependencies. The lockfiles take packages from several
/// hosts, or another version than they say, without settings that name the registries.
const EXPLAINED_PACKAGES: [(&str, &[&str]); 4] = [
    (
        "npm6-private_source",
        &[
            "@dependabot/etag",
            "@dependabot/pack-core",
            "@dependabot/pack-core-2",
            "@dependabot/pack-core-3",
            "@dependabot/pack-core-4",
            "chalk",
            "fetch-factory",
        ],
    ),
    (
        "npm8-private_registry_ghpr_with_ports",
        &["@dsp-testing/inner-source-top-secret-npm-2", "lodash"],
    ),
    ("osv-scalibr__files.v2", &["abbrev"]),
    (
        "dependabot__dependabot-core__root_build",
        &[
            "com.android.tools.build:gradle",
            "com.github.jengelman.gradle.plugins:shadow",
            "com.google.auto.service:auto-service",
            "com.google.protobuf:protobuf-java",
            "com.google.protobuf:protobuf-java-util",
            "com.google.protobuf:protoc",
            "com.salesforce.servicelibs:reactor-grpc-stub",
            "io.grpc:grpc-core",
            "io.grpc:grpc-netty",
            "io.grpc:grpc-protobuf",
            "io.grpc:grpc-services",
            "io.grpc:grpc-stub",
            "io.grpc:protoc-gen-grpc-java",
            "org.apache.kafka:kafka-clients",
            "org.awaitility:awaitility",
            "org.jetbrains.kotlin:kotlin-gradle-plugin",
            "org.junit:junit-bom",
            "org.lognet:grpc-spring-boot-starter",
            "org.pf4j:pf4j",
            "org.projectlombok:lombok",
            "org.springframework.boot:spring-boot-dependencies",
            "org.testcontainers:testcontainers-bom",
        ],
    ),
];

/// Compares every file of a format; gives the differences.
fn compare(shared: &Path, format: &str) -> Vec<String> {
    let mut answers = Vec::new();
    files_under(&shared.join("expected").join(format), &mut answers);
    answers.sort();
    let mut differences = Vec::new();
    for answer in &answers {
        let reference: Value = serde_json::from_slice(&std::fs::read(answer).unwrap()).unwrap();
        let relative = answer
            .strip_prefix(shared.join("expected"))
            .unwrap()
            .with_extension("");
        let found = read(&shared.join("corpus").join(&relative));
        let status = reference["status"].as_str().unwrap();
        let found = match (status, found) {
            ("skip", _) | ("error", Err(_)) => continue,
            ("error", Ok(_)) => {
                differences.push(format!("{}: no error", relative.display()));
                continue;
            }
            (_, Err(error)) => {
                differences.push(format!("{}: {error}", relative.display()));
                continue;
            }
            (_, Ok(found)) => found,
        };
        let registry = found
            .iter()
            .filter(|dependency| dependency.source == Source::Registry);
        let found: BTreeSet<Listed> = registry
            .map(|dependency| {
                let version = dependency
                    .version
                    .clone()
                    .or_else(|| dependency.specifier.clone());
                (
                    dependency.name.to_string(),
                    version.unwrap_or_default().to_string(),
                )
            })
            .collect();
        let mut wanted = expected(&reference, "packages");
        let also = expected(&reference, "inherited");
        let catalog = shared
            .join("corpus")
            .join(&relative)
            .with_file_name("gradle/libs.versions.toml");
        if catalog.is_file() {
            // Plugins have no group.
            let named = expected(&reference, "catalog_resolved").into_iter();
            wanted.extend(named.filter(|(name, _)| name.contains(':')));
        }
        let second_opinions = [
            expected(&reference, "packages_single_file"),
            pairs(&reference["second_opinion_pip"]["packages"]),
        ];
        if second_opinions
            .iter()
            .any(|opinion| !opinion.is_empty() && *opinion == found)
        {
            continue;
        }
        let is_explained = |listed: &Listed| {
            let file = relative.to_str().unwrap();
            EXPLAINED_PACKAGES
                .iter()
                .any(|(explained, keys)| file.contains(explained) && keys.contains(&&*listed.0))
        };
        for missing in wanted.difference(&found).filter(|missing| !is_explained(missing)) {
            differences.push(format!("{}: missing {missing:?}", relative.display()));
        }
        let follows = reference["includes"].is_array();
        for extra in found
            .difference(&wanted)
            .filter(|extra| !follows && !also.contains(extra))
        {
            if status == "ok" {
                differences.push(format!("{}: extra {extra:?}", relative.display()));
            }
        }
    }
    differences.retain(|difference| !EXPLAINED.iter().any(|known| difference.starts_with(known)));
    eprintln!("{format}: {} files compared", answers.len());
    differences
}

#[test]
fn formats_agree_with_their_references() {
    let Some(shared) = support::lockfiles() else {
        return;
    };
    let mut differences = Vec::new();
    for format in [
        "package-lock-v1",
        "package-lock-v2",
        "package-lock-v3",
        "package-json",
        "pnpm-lock-v5",
        "pnpm-lock-v6",
        "pnpm-lock-v9",
        "yarn-berry",
        "yarn-classic",
        "requirements-txt",
        "pom-xml",
        "poetry-lock",
        "pyproject-toml",
        "pipfile-lock",
        "build-gradle",
        "build-gradle-kts",
    ] {
        differences.extend(compare(&shared, format));
    }
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
