//! The folders that a lockfile speaks for, beside its own.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::json::{Members, Text};
use super::{Format, Input, jsonc, project, toml, yaml};
use crate::package::Ecosystem;
use crate::text::{self, Encoding};

/// The folders of the members whose dependencies the lockfile holds, as paths in the form of its own; empty for
/// files that list none, and for those that cannot be read.
#[must_use]
pub fn members(format: &Format, input: Input<'_>) -> Vec<String> {
    let Ok(text) = text::decode(input.path, input.bytes, Encoding::Utf8) else {
        return Vec::new();
    };
    let folders = match format.name {
        "package-lock.json" => keys_of_packages(&text),
        "bun.lock" => keys_of_workspaces(&jsonc::to_json(&text)),
        "pnpm-lock.yaml" => importers(input.path, &text),
        // Of Yarn's newer files, the references are the members' manifests.
        "yarn.lock" => {
            let manifests = format.references(input);
            let own = project::beside(input.path, "package.json");
            let folder = |path: &String| path.strip_suffix("/package.json").map(str::to_owned);
            let others = manifests.iter().filter(|path| **path != own);
            return others.filter_map(folder).collect();
        }
        "uv.lock" | "poetry.lock" | "pdm.lock" | "pylock.toml" => local_packages(&text),
        _ => Vec::new(),
    };
    let place = |folder: String| project::beside(input.path, &folder);
    folders
        .into_iter()
        .filter(|folder| !matches!(folder.as_str(), "" | "."))
        .map(place)
        .collect()
}

/// npm lists each folder that it looked at: members, and where packages are installed.
fn keys_of_packages(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Lists<'a> {
        #[serde(borrow)]
        packages: Option<Members<'a, IgnoredAny>>,
    }
    let lists: Option<Lists<'_>> = serde_json::from_str(text).ok();
    keys(lists.and_then(|lists| lists.packages))
}

fn keys_of_workspaces(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Lists<'a> {
        #[serde(borrow)]
        workspaces: Option<Members<'a, IgnoredAny>>,
    }
    let lists: Option<Lists<'_>> = serde_json::from_str(text).ok();
    keys(lists.and_then(|lists| lists.workspaces))
}

fn importers(path: &str, text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Lists<'a> {
        #[serde(borrow)]
        importers: Option<Members<'a, IgnoredAny>>,
    }
    let lists: Option<Lists<'_>> = yaml::from_str(path, text).ok();
    let importers = keys(lists.and_then(|lists| lists.importers));
    // Rush keeps the file elsewhere than where pnpm reads and writes it.
    let place = match path.replace('\\', "/").rsplit_once("common/config/") {
        Some((_, "rush/pnpm-lock.yaml")) => "../../temp/".to_owned(),
        Some((_, rest)) => match rest
            .strip_prefix("subspaces/")
            .and_then(|rest| rest.split_once('/'))
        {
            Some((subspace, "pnpm-lock.yaml")) => format!("../../../temp/{subspace}/"),
            _ => String::new(),
        },
        None => String::new(),
    };
    importers
        .into_iter()
        .map(|importer| format!("{place}{importer}"))
        .collect()
}

fn keys(members: Option<Members<'_, IgnoredAny>>) -> Vec<String> {
    let keys = members.into_iter().flat_map(|members| members.0);
    keys.map(|(key, _)| Text::as_str(&key).to_owned()).collect()
}

/// The packages of a Python lockfile that lie in folders of the project.
fn local_packages(text: &str) -> Vec<String> {
    let Ok(document) = toml::parse("", text) else {
        return Vec::new();
    };
    let root = document.root();
    let lists = [root.get("package"), root.get("packages")];
    let packages = lists
        .into_iter()
        .flatten()
        .filter_map(toml::Item::as_array)
        .flatten();
    let folder = |package: toml::Item<'_>| {
        let package = package.as_table()?;
        let source = package.table("source");
        let of_uv = || {
            let source = source?;
            let kinds = ["editable", "virtual", "directory"];
            kinds.into_iter().find_map(|kind| source.str(kind))
        };
        let of_poetry = || {
            let source = source.filter(|source| source.str("type") == Some("directory"))?;
            source.str("url")
        };
        let of_pylock = || package.table("directory")?.str("path");
        let folder = of_uv()
            .or_else(of_poetry)
            .or_else(of_pylock)
            .or_else(|| package.str("path"))?;
        Some(folder.to_owned())
    };
    packages.filter_map(folder).collect()
}

/// What a manifest says of itself and of its members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workspace {
    /// The package's name.
    pub name: Option<String>,
    /// The patterns of its members' folders, as paths in the form of its own.
    pub members: Vec<String>,
}

/// Reads what a manifest says of its workspace; nothing, for other files and for those that cannot be read.
#[must_use]
pub fn workspace(format: &Format, input: Input<'_>) -> Workspace {
    match format.name {
        "package.json" => of_package_json(input),
        "pyproject.toml" => of_pyproject(input),
        _ => Workspace::default(),
    }
}

/// A lockfile of uv lists the members; here stands only by which name others ask for this one.
fn of_pyproject(input: Input<'_>) -> Workspace {
    let Ok(text) = text::decode(input.path, input.bytes, Encoding::Utf8) else {
        return Workspace::default();
    };
    let name = toml::parse(input.path, &text).ok().and_then(|document| {
        let root = document.root();
        let poetry = || root.table("tool")?.table("poetry")?.str("name");
        let project = root.table("project").and_then(|project| project.str("name"));
        project
            .or_else(poetry)
            .map(|name| Ecosystem::PyPI.normalize(name).into_owned())
    });
    Workspace {
        name,
        members: Vec::new(),
    }
}

fn of_package_json(input: Input<'_>) -> Workspace {
    #[derive(Deserialize)]
    struct Manifest {
        name: Option<Value>,
        workspaces: Option<Value>,
    }
    let manifest: Option<Manifest> = text::decode(input.path, input.bytes, Encoding::Utf8)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok());
    let Some(Manifest { name, workspaces }) = manifest else {
        return Workspace::default();
    };
    let patterns = workspaces.as_ref().and_then(|workspaces| {
        let list = workspaces.get("packages").unwrap_or(workspaces);
        list.as_array()
    });
    let patterns = patterns.into_iter().flatten().filter_map(Value::as_str);
    Workspace {
        name: name.as_ref().and_then(Value::as_str).map(str::to_owned),
        members: patterns
            .map(|pattern| project::beside(input.path, pattern.trim_end_matches('/')))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lockfile::named;

    fn read(format: &str, path: &str, text: &str) -> Vec<String> {
        let input = Input {
            path,
            bytes: text.as_bytes(),
        };
        members(named(format).unwrap(), input)
    }

    #[test]
    fn each_format_names_its_members() {
        let npm =
            r#"{"lockfileVersion": 3, "packages": {"": {}, "libs/a": {}, "node_modules/a": {"link": true}}}"#;
        assert_eq!(
            read("package-lock.json", "w/package-lock.json", npm),
            ["w/libs/a", "w/node_modules/a"]
        );
        let bun = "{\"lockfileVersion\": 1, // x\n\"workspaces\": {\"\": {}, \"libs/a\": {},}}";
        assert_eq!(read("bun.lock", "bun.lock", bun), ["libs/a"]);
        let pnpm = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  libs/a: {}\n";
        assert_eq!(read("pnpm-lock.yaml", "w/pnpm-lock.yaml", pnpm), ["w/libs/a"]);
        let rush = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  ../../libs/a: {}\n";
        for (path, expected) in [
            ("common/config/rush/pnpm-lock.yaml", ["common/temp", "libs/a"]),
            (
                "w/common/config/subspaces/s/pnpm-lock.yaml",
                ["w/common/temp/s", "w/common/libs/a"],
            ),
        ] {
            assert_eq!(read("pnpm-lock.yaml", path, rush), expected);
        }
        let yarn =
            "__metadata:\n  version: 8\n\n\"a@workspace:libs/a\":\n  resolution: \"a@workspace:libs/a\"\n";
        assert_eq!(read("yarn.lock", "w/yarn.lock", yarn), ["w/libs/a"]);
        assert_eq!(read("yarn.lock", "w/yarn.lock", "# yarn lockfile v1\n"), [""; 0]);
        let uv = "version = 1\n[[package]]\nname = \"a\"\nsource = { editable = \"libs/a\" }\n[[package]]\nname = \"w\"\nsource = { virtual = \".\" }\n";
        assert_eq!(read("uv.lock", "w/uv.lock", uv), ["w/libs/a"]);
        let poetry = "[[package]]\nname = \"a\"\n[package.source]\ntype = \"directory\"\nurl = \"libs/a\"\n";
        assert_eq!(read("poetry.lock", "poetry.lock", poetry), ["libs/a"]);
        assert_eq!(read("package-lock.json", "package-lock.json", "{"), [""; 0]);
    }

    #[test]
    fn a_manifest_names_its_workspace() {
        let read_as = |format: &str, text: &str| {
            let input = Input {
                path: "w/package.json",
                bytes: text.as_bytes(),
            };
            workspace(named(format).unwrap(), input)
        };
        let read = |text: &str| read_as("package.json", text);
        let project = read_as("pyproject.toml", "[project]\nname = \"Some.Name\"\n");
        assert_eq!(project.name.as_deref(), Some("some-name"));
        for text in [
            r#"{"name": "w", "workspaces": ["libs/*"]}"#,
            r#"{"name": "w", "workspaces": {"packages": ["./libs/*/"]}}"#,
        ] {
            let found = read(text);
            assert_eq!(
                (found.name.as_deref(), &found.members[..]),
                (Some("w"), &["w/libs/*".to_owned()][..])
            );
        }
        assert_eq!(
            read(r#"{"name": 1, "workspaces": {"nohoist": []}}"#),
            Workspace::default()
        );
    }
}
