//! The doors of the house: which crate may use which. `ARCHITECTURE.md` draws the same picture.

#![expect(clippy::unwrap_used, reason = "all of this file is a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// Every crate of the workspace, with those that it may use.
const ARROWS: [(&str, &[&str]); 8] = [
    ("hc-core", &[]),
    ("hc-hashing", &["hc-core"]),
    ("hc-app", &["hc-core"]),
    ("hc-cli", &["hc-core", "hc-hashing", "hc-app", "hc-server"]),
    ("hc-wasm", &["hc-core", "hc-app"]),
    ("hc-server", &["hc-core", "hc-hashing"]),
    ("xtask", &[]),
    ("hc-bench", &["hc-core", "hc-server"]),
];

/// Crates that bring an event loop, a network or a browser with them.
const NOT_IN_CORE_OR_APP: [&str; 8] = [
    "tokio",
    "reqwest",
    "hyper",
    "futures",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "mio",
];

#[test]
fn crates_use_each_other_only_along_the_arrows() {
    let wrong = against_the_arrows(&workspace_edges(&metadata()));
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn core_and_app_bring_no_event_loop_network_or_browser() {
    let metadata = metadata();
    for room in ["hc-core", "hc-app"] {
        let wrong: Vec<_> = normal_tree(&metadata, room)
            .into_iter()
            .filter(|name| NOT_IN_CORE_OR_APP.contains(&name.as_str()))
            .collect();
        assert_eq!(wrong, Vec::<String>::new(), "in the tree of {room}");
    }
}

#[test]
fn a_wrong_edge_and_an_unknown_crate_are_found() {
    let edges = [
        ("hc-app", "hc-core"),
        ("hc-core", "hc-app"),
        ("hc-wasm", "hc-cli"),
        ("hc-new", "hc-core"),
    ]
    .map(|(from, to)| (from.to_owned(), to.to_owned()));
    assert_eq!(
        against_the_arrows(&edges),
        [
            "hc-core must not use hc-app",
            "hc-wasm must not use hc-cli",
            "hc-new must not use hc-core",
        ]
    );
}

#[test]
fn the_tree_holds_what_a_crate_uses_through_others() {
    assert!(normal_tree(&metadata(), "hc-app").contains("serde_core"));
}

fn metadata() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .unwrap()
}

/// (user, used) for every pair of workspace crates, whatever the kind of dependency.
fn workspace_edges(metadata: &Metadata) -> Vec<(String, String)> {
    let packages = metadata.workspace_packages();
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    packages
        .iter()
        .flat_map(|package| {
            package
                .dependencies
                .iter()
                .filter(|dependency| names.contains(dependency.name.as_str()))
                .map(|dependency| (package.name.to_string(), dependency.name.clone()))
        })
        .collect()
}

fn against_the_arrows(edges: &[(String, String)]) -> Vec<String> {
    let arrows = BTreeMap::from(ARROWS);
    edges
        .iter()
        .filter(|(from, to)| {
            arrows
                .get(from.as_str())
                .is_none_or(|allowed| !allowed.contains(&to.as_str()))
        })
        .map(|(from, to)| format!("{from} must not use {to}"))
        .collect()
}

/// The names of all crates that are compiled into `root`.
fn normal_tree(metadata: &Metadata, root: &str) -> BTreeSet<String> {
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    let used_by: BTreeMap<&PackageId, Vec<&PackageId>> = nodes
        .iter()
        .map(|node| {
            let normal = node.deps.iter().filter(|dependency| {
                dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind == DependencyKind::Normal)
            });
            (&node.id, normal.map(|dependency| &dependency.pkg).collect())
        })
        .collect();
    let start = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == root)
        .unwrap();
    let mut seen = BTreeSet::new();
    let mut open = vec![&start.id];
    while let Some(id) = open.pop() {
        for &used in &used_by[id] {
            if seen.insert(used) {
                open.push(used);
            }
        }
    }
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}
