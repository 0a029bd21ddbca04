//! `poetry.lock`, lock versions 1.x and 2.x.
//!
//! Source of the rules: Poetry's `Locker`, which writes and reads the file. A package's scope stands in
//! `category` (1.x) or `groups` (2.1); the versions between tell it only together with `pyproject.toml`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::hosts::WithoutUrl;
use super::super::toml::{self, Item, Table, WrongKind};
use super::super::{Input, Parsed, ProjectFiles, Warning};
use super::locked::{self, Package, Require, Which, normal};
use super::origin::{self, Origins};
use super::pyproject;
use super::{archive, indexes};
use crate::dependency::{Scope, Source};
use crate::error::{Code, InputError};
use crate::text::{self, Encoding};

/// The newest major lock version whose meaning is known.
const NEWEST: u32 = 2;

/// What Poetry left to the environment before lock version 2.
const NEVER_LOCKED: [&str; 4] = ["distribute", "pip", "setuptools", "wheel"];

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    // Only a file that has the words is read to its end.
    text.contains("content-hash")
        && text.contains("python-versions")
        && toml::parse("", text).is_ok_and(|document| {
            let metadata = document.root().table("metadata");
            metadata.is_some_and(|metadata| {
                metadata.str("content-hash").is_some() && metadata.str("python-versions").is_some()
            })
        })
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let document = toml::parse(input.path, &text)?;
    let root = document.root();
    let metadata = root.table("metadata");
    if metadata.is_none() && root.get("package").is_none() {
        let message = "not a poetry.lock: no [[package]] and no [metadata] in it";
        return Err(InputError::new(Code::Format, input.path, message)
            .help("make the lockfile anew with `poetry lock`"));
    }
    let mut warnings = Vec::new();
    let mut major = None;
    if let Some(version) = metadata.and_then(|metadata| metadata.str("lock-version")) {
        major = version.split('.').next().and_then(|major| major.parse().ok());
        if major.is_none_or(|major: u32| major > NEWEST) {
            warnings.push(Warning::incomplete(format!(
                "lock-version {version} is not known; it was read as version {NEWEST}"
            )));
        }
    }
    let why = "a package without a name or version is left out";
    let mut origins = Origins::default();
    let mut packages = locked::packages(
        input.path,
        &text,
        root.get("package"),
        why,
        &mut warnings,
        |table| {
            let mut package = package(table, &mut origins)?;
            if major.is_none_or(|major| major < 2) {
                let requires = package.iter_mut().flat_map(|package| &mut package.requires);
                for require in requires.filter(|require| NEVER_LOCKED.contains(&require.name.as_ref())) {
                    require.must_be_held = None;
                }
            }
            Ok(package)
        },
    )
    .map_err(|wrong| wrong.in_file(input.path, &text))?;
    let named = indexes::named(input.path, files);
    let files_of_others = files_of_others(metadata).map_err(|wrong| wrong.in_file(input.path, &text))?;
    for package in &mut packages {
        if let (Source::Registry, Some(file)) = (package.source, files_of_others.get(&package.name)) {
            origin::elsewhere(package, file);
        }
    }
    origins.settle(&mut packages, |host| named.contains(host), WithoutUrl::Usual);
    let asked = pyproject::asked(input.path, files);
    Ok(locked::assemble(
        input.path,
        &text,
        packages,
        asked.as_deref(),
        warnings,
    ))
}

fn package<'t>(table: Table<'t>, origins: &mut Origins) -> Result<Option<Package<'t>>, WrongKind> {
    let Some(mut package) = Package::new(table)? else {
        return Ok(None);
    };
    let mut is_optional = false;
    let mut archives = Vec::new();
    let mut source = None;
    for item in table.items() {
        match item.key() {
            "version" => package.version = Some(item.str()?),
            "optional" => is_optional = item.bool()?,
            "category" => package.scope = Some(scope_of_group(item.str()?)),
            "groups" => package.scope = item.strs()?.into_iter().map(scope_of_group).min(),
            "dependencies" => package.requires = requires(item)?,
            "files" => {
                for file in item.array()? {
                    archives.push((file.table()?.str("file"), None));
                }
            }
            "source" => source = Some(item.table()?),
            _ => {}
        }
    }
    match source {
        Some(source) => place(source, &mut package, origins)?,
        None => origins.usual_index(),
    }
    origins.archives(&mut package, archives.into_iter());
    if is_optional && package.scope.is_none_or(|scope| scope == Scope::Prod) {
        package.scope = Some(Scope::Optional);
    }
    Ok(package.version.is_some().then_some(package))
}

/// Before lock version 2, the files of all versions of a name stood together: for each name, one that is none of it.
fn files_of_others(metadata: Option<Table<'_>>) -> Result<BTreeMap<Cow<'_, str>, &str>, WrongKind> {
    let mut found = BTreeMap::new();
    let Some(files) = metadata.and_then(|metadata| metadata.get("files")) else {
        return Ok(found);
    };
    for item in files.table()?.items() {
        let name = normal(item.key());
        for file in item.array()? {
            if let Some(file) = file.table()?.str("file")
                && !archive::is_of(file, &name, None)
            {
                found.insert(name.clone(), file);
            }
        }
    }
    Ok(found)
}

/// Poetry's own group is `main`; all others are for development.
fn scope_of_group(group: &str) -> Scope {
    if normal(group) == "main" {
        Scope::Prod
    } else {
        Scope::Dev
    }
}

fn place<'t>(source: Table<'t>, package: &mut Package<'t>, origins: &mut Origins) -> Result<(), WrongKind> {
    let text = |key| source.get(key).map(Item::str).transpose();
    package.source = match text("type")? {
        // Another registry with the simple API.
        Some("legacy") => {
            match text("url")? {
                Some(url) => origins.index(package, url),
                None => origins.usual_index(),
            }
            return Ok(());
        }
        Some("git") => Source::Git,
        Some("file" | "directory") => Source::File,
        _ => Source::Url,
    };
    package.specifier = text("url")?.map(text::without_password);
    Ok(())
}

/// `name = "specifier"`, a table with a `version`, or a list of such. What is needed under a condition may rightly
/// not be there: Poetry leaves out what the project's own conditions exclude.
fn requires(dependencies: Item<'_>) -> Result<Vec<Require<'_>>, WrongKind> {
    let mut found = Vec::new();
    for item in dependencies.table()?.items() {
        let several = item.as_array();
        let one = several.is_none().then_some(item);
        for constraint in several.into_iter().flatten().chain(one) {
            let mut require = Require::new(item.key());
            let mut is_conditional = false;
            let version = match constraint.as_str() {
                Some(version) => Some(version),
                None => {
                    let table = constraint.table()?;
                    is_conditional = ["optional", "markers", "python", "platform"]
                        .iter()
                        .any(|key| table.get(key).is_some());
                    table.get("version").map(Item::str).transpose()?
                }
            };
            require.which = version.map_or(Which::Any, Which::Specifier);
            let of_extra = constraint.as_table().and_then(|table| table.get("optional"));
            require.is_optional = of_extra.is_some_and(|of_extra| of_extra.as_bool() == Some(true));
            require.must_be_held = (!is_conditional).then(|| item.offset());
            found.push(require);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn read(text: &str, manifest: Option<&str>) -> Vec<String> {
        sample::told("poetry.lock", text, manifest.map(|text| ("pyproject.toml", text)))
    }

    #[test]
    fn the_scope_stands_in_category_or_groups() {
        for (lines, expected) in [
            ("category = \"main\"\noptional = false", "Prod"),
            ("category = \"main\"\noptional = true", "Optional"),
            ("category = \"dev\"\noptional = true", "Dev"),
            ("groups = [\"dev\", \"main\"]", "Prod"),
            ("groups = [\"docs\"]", "Dev"),
            ("optional = true", "Optional"),
            ("", "Prod"),
        ] {
            let text = format!("[[package]]\nname = \"A_b\"\nversion = \"1.0\"\n{lines}\n[metadata]\n");
            assert_eq!(
                read(&text, None),
                [format!("a-b 1.0 {expected} ? Registry 1")],
                "{lines}"
            );
        }
    }

    #[test]
    fn sources_other_than_legacy_are_no_registry() {
        for (source, expected) in [
            (
                "type = \"legacy\"\nurl = \"https://h.example/simple\"",
                "Registry 1",
            ),
            (
                "type = \"git\"\nurl = \"https://u:p@h.example/a.git\"",
                "Git https://u:***@h.example/a.git 1",
            ),
            ("type = \"directory\"\nurl = \"../a\"", "File ../a 1"),
            ("type = \"file\"\nurl = \"a.whl\"", "File a.whl 1"),
            (
                "type = \"url\"\nurl = \"https://h.example/a.zip\"",
                "Url https://h.example/a.zip 1",
            ),
        ] {
            let text = format!("[[package]]\nname = \"a\"\nversion = \"1.0\"\n[package.source]\n{source}\n");
            assert_eq!(read(&text, None), [format!("a 1.0 Prod ? {expected}")]);
        }
    }

    #[test]
    fn an_entry_is_what_its_files_are() {
        let source = |files: &str, rest: &str| {
            let text = format!(
                "[[package]]\nname = \"a\"\nversion = \"1.0\"\nfiles = [{files}]\n[metadata]\n[metadata.files]\n{rest}"
            );
            read(&text, None)[0].split(' ').nth(4).unwrap().to_owned()
        };
        assert_eq!(source("{file = \"a-1.0.tar.gz\"}", ""), "Registry");
        assert_eq!(source("", "a = [{file = \"A-2.0.tar.gz\"}]"), "Registry");
        assert_eq!(source("{file = \"a-2.0.tar.gz\"}", ""), "Url");
        assert_eq!(source("{file = \"b-1.0.tar.gz\"}", ""), "Url");
        assert_eq!(source("", "A = [{file = \"b-1.0.tar.gz\"}]"), "Url");
    }

    #[test]
    fn another_index_must_be_one_that_the_settings_name() {
        let text = "[[package]]\nname = \"a\"\nversion = \"1\"\n[[package]]\nname = \"b\"\nversion = \"1\"\n[package.source]\ntype = \"legacy\"\nurl = \"https://own.example/simple\"\n";
        let manifest = "[[tool.poetry.source]]\nname = \"own\"\nurl = \"https://own.example/simple/\"\n";
        assert!(read(text, Some(manifest))[1].contains("Registry"));
        assert!(read(text, None)[0].contains("Registry"));
        assert!(read(text, None)[1].contains("Url https://own.example/simple"));
    }

    #[test]
    fn what_production_needs_is_not_for_development_only() {
        let text = r#"
[[package]]
name = "a"
version = "1.0"
category = "main"
[package.dependencies]
b = "*"
o = {version = "*", optional = true}

[[package]]
name = "b"
version = "1.0"
category = "dev"
[package.dependencies]
c = {version = "*", markers = "os_name == 'nt'"}

[[package]]
name = "c"
version = "1.0"
category = "dev"

[[package]]
name = "o"
version = "1.0"
category = "dev"

[metadata]
lock-version = "1.1"
"#;
        let scopes: Vec<String> = read(text, None)
            .iter()
            .map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(scopes, ["a 1.0 Prod", "b 1.0 Prod", "c 1.0 Prod", "o 1.0 Dev"]);
    }

    const TREE: &str = r#"
[[package]]
name = "a"
version = "1.0"
[package.dependencies]
B = ">=1"
c = [{version = "<2", markers = "x"}, {version = ">=2,<3"}]

[[package]]
name = "b"
version = "1.0"

[[package]]
name = "c"
version = "1.0"

[[package]]
name = "c"
version = "2.0"
[package.dependencies]
b = "*"

[[package]]
name = "c"
version = "3.0"

[metadata]
lock-version = "2.0"
"#;

    #[test]
    fn a_requirement_leads_to_the_versions_that_it_admits() {
        assert_eq!(
            read(TREE, None),
            [
                "a 1.0 Prod direct Registry 2 [a@1.0]",
                "b 1.0 Prod ? Registry 9 [a@1.0 b@1.0] [a@1.0 c@2.0 b@1.0]",
                "c 1.0 Prod ? Registry 13 [a@1.0 c@1.0]",
                "c 2.0 Prod ? Registry 17 [a@1.0 c@2.0]",
                "c 3.0 Prod direct Registry 23 [c@3.0]",
            ]
        );
    }

    #[test]
    fn the_manifest_says_what_is_direct_and_what_for() {
        let manifest =
            "[tool.poetry.dependencies]\nb = \"^1\"\n[tool.poetry.group.x.dependencies]\na = \"*\"\n";
        assert_eq!(
            read(TREE, Some(manifest)),
            [
                "a 1.0 Dev direct Registry 2 [a@1.0]",
                "b 1.0 Prod direct Registry 9 [b@1.0] [a@1.0 b@1.0] [a@1.0 c@2.0 b@1.0]",
                "c 1.0 Dev transitive Registry 13 [a@1.0 c@1.0]",
                "c 2.0 Dev transitive Registry 17 [a@1.0 c@2.0]",
                "c 3.0 Prod transitive Registry 23",
            ]
        );
    }

    #[test]
    fn what_is_no_poetry_lock_is_an_error() {
        let fault = |text: &str| sample::fault("poetry.lock", text);
        assert_eq!(fault("a = 1"), Code::Format);
        assert_eq!(fault(""), Code::Empty);
        assert!(read("package = []\n[metadata]\n", None).is_empty());
    }

    #[test]
    fn a_value_of_another_kind_is_an_error() {
        for part in [
            "[package]\nname = \"a\"\nversion = \"1\"",
            "[package.a]\nversion = \"1\"",
            "package = \"a\"",
            "[[package]]\nname = [\"a\"]\nversion = \"1\"",
            "[[package]]\nname = \"a\"\nversion = 1.0",
            "[[package]]\nname = \"a\"\nversion = \"1\"\noptional = \"no\"",
            "[[package]]\nname = \"a\"\nversion = \"1\"\ngroups = \"main\"",
            "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"b\"]",
            "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"git\"",
            "[[package]]\nname = \"a\"\nversion = \"1\"\n[package.dependencies]\nb = 1",
        ] {
            let text = format!("{part}\n[metadata]\nlock-version = \"2.1\"\n");
            assert_eq!(sample::fault("poetry.lock", &text), Code::Format, "{part}");
        }
    }

    #[test]
    fn what_is_needed_without_a_condition_must_be_there() {
        let text = r#"
[[package]]
name = "a"
version = "1"
[package.dependencies]
setuptools = "*"
b = "*"
c = {version = "*", markers = "python_version < '3'"}
d = {version = "*", optional = true}
e = [{version = "*", markers = "os_name == 'nt'"}, {version = "<2"}]
[metadata]
"#;
        assert_eq!(
            sample::warnings("poetry.lock", text),
            [
                "poetry.lock:7: b is needed here and the lockfile does not hold it",
                "poetry.lock:10: e is needed here and the lockfile does not hold it",
            ]
        );
    }

    #[test]
    fn newer_versions_and_odd_entries_are_told() {
        let text = "[[package]]\nname = \"a\"\n[[package]]\nname = \"b\"\nversion = \"1\"\n[metadata]\nlock-version = \"3.0\"\n";
        assert_eq!(
            sample::warnings("poetry.lock", text),
            [
                "lock-version 3.0 is not known; it was read as version 2",
                "poetry.lock:1: a package without a name or version is left out",
            ]
        );
    }
}
