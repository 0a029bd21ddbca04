//! Makes a large package-lock.json out of a real one: all of its packages again and again under new names,
//! each copy with the shape of the real tree.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// The fields of an entry whose keys are names of packages.
const NAMED: [&str; 4] = [
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
];

pub(crate) fn run(source: &str, bytes: usize, target: &str) -> Result<()> {
    let text = fs::read_to_string(source).with_context(|| format!("cannot read {source}"))?;
    let mut lock: Value = serde_json::from_str(&text)?;
    let packages = lock["packages"]
        .as_object_mut()
        .context("only lockfileVersion 2 and 3 can be enlarged")?;
    let mut root = packages.remove("").context("there is no root package")?;
    let one = std::mem::take(packages);
    let mut roots = Map::new();
    for copy in 0..=bytes / text.len() {
        let suffix = format!("-{copy}");
        roots.extend(rename_keys(&root["dependencies"], &suffix));
        for (path, entry) in &one {
            packages.insert(rename_path(path, &suffix), rename_entry(entry, &suffix));
        }
    }
    root["dependencies"] = Value::Object(roots);
    packages.insert(String::new(), root);
    fs::write(target, serde_json::to_string_pretty(&lock)?).with_context(|| format!("cannot write {target}"))
}

/// `node_modules/a/node_modules/@s/b` with the suffix after each package's name.
fn rename_path(path: &str, suffix: &str) -> String {
    format!(
        "{}{suffix}",
        path.replace("/node_modules/", &format!("{suffix}/node_modules/"))
    )
}

fn rename_entry(entry: &Value, suffix: &str) -> Value {
    let mut entry = entry.clone();
    for field in NAMED {
        if entry[field].is_object() {
            entry[field] = Value::Object(rename_keys(&entry[field], suffix));
        }
    }
    entry
}

fn rename_keys(names: &Value, suffix: &str) -> Map<String, Value> {
    let names = names.as_object().into_iter().flatten();
    names
        .map(|(name, value)| (format!("{name}{suffix}"), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_of_a_path_is_renamed() {
        for (path, expected) in [
            ("node_modules/a", "node_modules/a-1"),
            (
                "node_modules/@s/a/node_modules/b",
                "node_modules/@s/a-1/node_modules/b-1",
            ),
        ] {
            assert_eq!(rename_path(path, "-1"), expected);
        }
    }
}
