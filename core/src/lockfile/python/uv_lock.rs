//! `uv.lock`, version 1.
//!
//! Source of the rules: uv's manual ("Project structure and files", "Resolution") and `uv-resolver`'s reader.
//! The project and the members of its workspace are entries too, with what they ask for; which entries those
//! are is told by their source and by `manifest.members`.

use std::collections::BTreeSet;

use super::super::toml::{self, Item, Table};
use super::super::{Input, Parsed, ProjectFiles, Warning};
use super::locked::{self, Package, Require, Role, Which, normal};
use crate::dependency::{Scope, Source};
use crate::error::{Code, InputError};
use crate::text::{self, Encoding};

/// The newest version whose meaning is known.
const NEWEST: u64 = 1;

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    text.contains("requires-python")
        && toml::parse("", text).is_ok_and(|document| {
            let root = document.root();
            let is_number = root.get("version").and_then(Item::as_number).is_some();
            is_number && root.str("requires-python").is_some()
        })
}

pub(in crate::lockfile) fn references(_: &Input<'_>) -> Vec<String> {
    Vec::new()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, _: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let document = toml::parse(input.path, &text)?;
    let root = document.root();
    let version = root.get("version").and_then(Item::as_number);
    // The first releases wrote [[distribution]].
    let entries = root.get("package").or_else(|| root.get("distribution"));
    let mut warnings = Vec::new();
    match version {
        None if entries.is_none() => {
            let message = "not a uv.lock: no version and no [[package]] in it";
            return Err(InputError::new(Code::Format, input.path, message)
                .help("make the lockfile anew with `uv lock`"));
        }
        Some(newer) if newer > NEWEST => warnings.push(Warning::new(format!(
            "version {newer} is not known; it was read as version {NEWEST}"
        ))),
        _ => {}
    }

    let manifest = root.table("manifest");
    let members = manifest.map(|manifest| manifest.array("members"));
    let members: BTreeSet<_> = members
        .into_iter()
        .flatten()
        .filter_map(Item::as_str)
        .map(normal)
        .collect();
    let why = "a package without a name, or from a source that is not known, is left out";
    let entries = entries.and_then(Item::as_array).into_iter().flatten();
    let packages = locked::packages(input.path, &text, entries, why, &mut warnings, |table| {
        let mut package = package(table)?;
        let is_local = package.role == Role::Dependency && package.source == Source::File;
        if is_local && members.contains(&package.name) {
            package.role = Role::Member;
        }
        Some(package)
    });

    // A script has its requirements here, and a workspace without a project its groups.
    let mut asked = Vec::new();
    if let Some(manifest) = manifest {
        require(manifest.get("requirements"), Scope::Prod, &mut asked);
        let groups = manifest.table("dependency-groups");
        for group in groups.into_iter().flat_map(Table::items) {
            require(Some(group), Scope::Dev, &mut asked);
        }
    }
    let is_told = !asked.is_empty() || packages.iter().any(|package| package.role != Role::Dependency);
    let asked = is_told.then_some(asked.as_slice());
    let (dependencies, graph) = locked::assemble(&text, packages, asked);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// An entry; `None` if it has no name or a source of an unknown kind.
fn package(table: Table<'_>) -> Option<Package<'_>> {
    let mut package = Package::new(table)?;
    for item in table.items() {
        match item.key() {
            "version" => package.version = item.as_str(),
            "source" => place(item.as_table()?, &mut package)?,
            "dependencies" => require(Some(item), Scope::Prod, &mut package.requires),
            "optional-dependencies" => groups(item, Scope::Optional, &mut package.requires),
            "dev-dependencies" | "dependency-groups" => groups(item, Scope::Dev, &mut package.requires),
            _ => {}
        }
    }
    Some(package)
}

fn place(source: Table<'_>, package: &mut Package<'_>) -> Option<()> {
    let kind = source.items().find(|item| item.key() != "subdirectory")?;
    let url = kind.as_str()?;
    package.source = match kind.key() {
        "registry" => return Some(()),
        "git" => Source::Git,
        "url" => Source::Url,
        "path" | "directory" | "editable" | "virtual" => Source::File,
        _ => return None,
    };
    if matches!(kind.key(), "editable" | "virtual" | "directory") && url == "." {
        package.role = Role::Project;
    }
    package.specifier = Some(text::without_password(url));
    Some(())
}

/// A table of groups, each a list of requirements.
fn groups<'t>(groups: Item<'t>, scope: Scope, requires: &mut Vec<Require<'t>>) {
    for group in groups.as_table().into_iter().flat_map(Table::items) {
        require(Some(group), scope, requires);
    }
}

/// A list of requirements, each with a version if there are several of that name.
fn require<'t>(list: Option<Item<'t>>, scope: Scope, requires: &mut Vec<Require<'t>>) {
    let tables = list.and_then(Item::as_array).into_iter().flatten();
    for table in tables.filter_map(Item::as_table) {
        if let Some(name) = table.str("name") {
            requires.push(Require {
                name: normal(name),
                which: table.str("version").map_or(Which::Any, Which::Version),
                scope,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        sample::told("uv.lock", text, None)
    }

    #[test]
    fn the_project_and_its_members_are_no_dependencies() {
        let text = r#"
version = 1
requires-python = ">=3.12"
[manifest]
members = ["app", "Lib_x"]
[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "lib-x" }, { name = "a", extra = ["x"], marker = "m" }]
[package.optional-dependencies]
fast = [{ name = "b", version = "2.0" }]
[package.dev-dependencies]
dev = [{ name = "c" }, { name = "a" }]
[[package]]
name = "lib-x"
version = "0.1.0"
source = { virtual = "lib" }
dependencies = [{ name = "d" }]
[[package]]
name = "a"
version = "1.0"
source = { registry = "https://h.example/simple" }
dependencies = [{ name = "b", version = "1.0", source = { registry = "https://h.example/simple" } }]
[[package]]
name = "b"
version = "1.0"
source = { registry = "https://h.example/simple" }
[[package]]
name = "b"
version = "2.0"
source = { registry = "https://h.example/simple" }
[[package]]
name = "c"
version = "1.0"
source = { git = "https://u:p@h.example/c?rev=x#c0ffee" }
dependencies = [{ name = "d" }, { name = "f" }]
[[package]]
name = "d"
version = "1.0"
source = { directory = "../d" }
[[package]]
name = "f"
version = "1.0"
source = { url = "https://h.example/f.whl" }
"#;
        assert_eq!(
            read(text),
            [
                "a 1.0 Prod direct Registry 20 [a@1.0]",
                "b 1.0 Prod transitive Registry 25 [a@1.0 b@1.0]",
                "b 2.0 Optional direct Registry 29 [b@2.0]",
                "c 1.0 Dev direct Git https://u:***@h.example/c?rev=x#c0ffee 33 [c@1.0]",
                "d 1.0 Prod direct File ../d 38 [c@1.0 d@1.0] [lib-x d@1.0]",
                "f 1.0 Dev transitive Url https://h.example/f.whl 42 [c@1.0 f@1.0]",
            ]
        );
    }

    #[test]
    fn a_script_and_a_workspace_without_a_project_ask_in_the_manifest() {
        let text = r#"
version = 1
[manifest]
requirements = [{ name = "a", specifier = ">=1" }]
[manifest.dependency-groups]
dev = [{ name = "b" }]
[[package]]
name = "a"
version = "1.0"
source = { registry = "x" }
[[package]]
name = "b"
version = "1.0"
source = { registry = "x" }
"#;
        assert_eq!(
            read(text),
            [
                "a 1.0 Prod direct Registry 7 [a@1.0]",
                "b 1.0 Dev direct Registry 11 [b@1.0]",
            ]
        );
    }

    #[test]
    fn versions_and_sources_that_are_not_known_are_told() {
        let text = "version = 2\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { odd = \"x\" }\n";
        assert!(read(text).is_empty());
        assert_eq!(
            sample::warnings("uv.lock", text),
            [
                "version 2 is not known; it was read as version 1",
                "uv.lock:2: a package without a name, or from a source that is not known, is left out",
            ]
        );
        assert!(read("version = 1\nrequires-python = \">=3.12\"\n").is_empty());
        assert_eq!(
            sample::fault("uv.lock", "[project]\nname = \"x\"\n"),
            Code::Format
        );
    }
}
