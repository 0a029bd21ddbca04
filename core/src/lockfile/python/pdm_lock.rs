//! `pdm.lock`, lock versions 3 and 4.
//!
//! Source of the rules: PDM's manual ("Lock file") and its lockfile formatter. A package that is asked for
//! with extras has one more entry with them; the groups that it is locked for are listed from version 4.4.

use super::super::hosts::WithoutUrl;
use super::super::toml::{self, Item, Table, WrongKind};
use super::super::{Input, Parsed, ProjectFiles, Warning};
use super::indexes;
use super::locked::{self, Package, Require, Which, normal};
use super::origin::Origins;
use super::pyproject::{self, Groups};
use super::requirement;
use crate::dependency::{Scope, Source};
use crate::error::{Code, InputError};
use crate::text::{self, Encoding};

/// The newest major lock version whose meaning is known.
const NEWEST: u32 = 4;

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    text.contains("lock_version")
        && toml::parse("", text).is_ok_and(|document| {
            let metadata = document.root().table("metadata");
            metadata.is_some_and(|metadata| {
                metadata.str("lock_version").is_some() && metadata.str("content_hash").is_some()
            })
        })
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let document = toml::parse(input.path, &text)?;
    let root = document.root();
    let metadata = root.table("metadata");
    if metadata.is_none() && root.get("package").is_none() {
        let message = "not a pdm.lock: no [[package]] and no [metadata] in it";
        return Err(
            InputError::new(Code::Format, input.path, message).help("make the lockfile anew with `pdm lock`")
        );
    }
    let mut warnings = Vec::new();
    if let Some(version) = metadata.and_then(|metadata| metadata.str("lock_version")) {
        let major = version.split('.').next().and_then(|major| major.parse().ok());
        if major.is_none_or(|major: u32| major > NEWEST) {
            warnings.push(Warning::incomplete(format!(
                "lock_version {version} is not known; it was read as version {NEWEST}"
            )));
        }
    }
    let groups = pyproject::groups(input.path, files);
    let why = "a package without a name is left out";
    let mut origins = Origins::default();
    let mut packages = locked::packages(
        input.path,
        &text,
        root.get("package"),
        why,
        &mut warnings,
        |table| package(table, &groups, &mut origins),
    )
    .map_err(|wrong| wrong.in_file(input.path, &text))?;
    let named = indexes::named(input.path, files);
    origins.settle(&mut packages, |host| named.contains(host), WithoutUrl::Apart);
    let asked = pyproject::asked(input.path, files);
    Ok(locked::assemble(
        input.path,
        &text,
        packages,
        asked.as_deref(),
        warnings,
    ))
}

fn package<'t>(
    table: Table<'t>,
    groups: &Groups,
    origins: &mut Origins,
) -> Result<Option<Package<'t>>, WrongKind> {
    let Some(mut package) = Package::new(table)? else {
        return Ok(None);
    };
    let mut archives = Vec::new();
    for item in table.items() {
        let source = match item.key() {
            "version" => {
                package.version = Some(item.str()?);
                continue;
            }
            "groups" => {
                let names = item.strs()?.into_iter();
                package.scope = names.map(|group| scope_of_group(group, groups)).min();
                continue;
            }
            "dependencies" => {
                let list = item.array()?;
                package.requires = list.map(require).collect::<Result<_, _>>()?;
                continue;
            }
            "files" => {
                for file in item.array()? {
                    let file = file.table()?;
                    archives.push((file.str("file"), file.str("url")));
                }
                continue;
            }
            "git" | "hg" | "svn" | "bzr" => Source::Git,
            "path" => Source::File,
            "url" => Source::Url,
            _ => continue,
        };
        package.source = source;
        package.specifier = Some(text::without_password(item.str()?));
    }
    if table.get("extras").is_some() {
        // Nobody gets this who asks for the package without them.
        for require in &mut package.requires {
            require.is_optional = true;
        }
    }
    origins.archives(&mut package, archives.into_iter());
    Ok(Some(package))
}

/// `default` is what the project needs to run. Which other groups are extras, and which are for development, only the
/// manifest says; where it does not, a group may be either.
fn scope_of_group(group: &str, groups: &Groups) -> Scope {
    match normal(group).as_ref() {
        "default" => Scope::Prod,
        group if groups.extras.contains(group) => Scope::Optional,
        group if groups.development.contains(group) => Scope::Dev,
        _ => Scope::DevOptional,
    }
}

/// What is needed under a condition may rightly not be there: PDM leaves out what its target's conditions exclude.
fn require(item: Item<'_>) -> Result<Require<'_>, WrongKind> {
    let text = item.str()?;
    let (name, rest) = requirement::split(text).unwrap_or((text, ""));
    let (specifier, marker) = match rest.split_once(';') {
        Some((specifier, marker)) => (specifier.trim(), Some(marker)),
        None => (rest.trim(), None),
    };
    let is_place = specifier.starts_with('@');
    Ok(Require {
        which: if is_place || specifier.is_empty() {
            Which::Any
        } else {
            Which::Specifier(specifier)
        },
        must_be_held: marker.is_none().then(|| item.offset()),
        ..Require::new(name)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn read(text: &str, manifest: Option<&str>) -> Vec<String> {
        sample::told("pdm.lock", text, manifest.map(|text| ("pyproject.toml", text)))
    }

    const TREE: &str = r#"
[metadata]
groups = ["default", "test", "fast"]
lock_version = "4.5.0"
content_hash = "sha256:00"
[[package]]
name = "A_b"
version = "1.0"
groups = ["test", "default"]
dependencies = ["c<2; python_version < '3'", "d @ git+https://h.example/d"]
[[package]]
name = "a-b"
version = "1.0"
extras = ["x"]
groups = ["test"]
dependencies = ["a-b==1.0", "e"]
[[package]]
name = "c"
version = "1.0"
groups = ["default"]
[[package]]
name = "c"
version = "2.0"
groups = ["fast"]
[[package]]
name = "d"
version = "1.0"
git = "https://u:p@h.example/d"
revision = "c0ffee"
groups = ["default"]
[[package]]
name = "e"
version = "1.0"
groups = ["test"]
"#;

    #[test]
    fn entries_with_extras_are_the_same_package() {
        assert_eq!(
            read(TREE, None),
            [
                "a-b 1.0 Prod direct Registry 6 [a-b@1.0]",
                "c 1.0 Prod ? Registry 17 [a-b@1.0 c@1.0]",
                "c 2.0 DevOptional direct Registry 21 [c@2.0]",
                "d 1.0 Prod ? Git https://u:***@h.example/d 25 [a-b@1.0 d@1.0]",
                "e 1.0 DevOptional ? Registry 31 [a-b@1.0 e@1.0]",
            ]
        );
    }

    #[test]
    fn the_manifest_says_what_is_direct_and_which_groups_are_extras() {
        let manifest = "[project]\ndependencies = [\"a.b\"]\n[project.optional-dependencies]\nFast = [\"c\"]\n[dependency-groups]\nTest = [\"e\"]\n";
        let told = read(TREE, Some(manifest));
        assert_eq!(told[2], "c 2.0 Optional direct Registry 21 [c@2.0]");
        assert_eq!(told[4], "e 1.0 Dev direct Registry 31 [e@1.0] [a-b@1.0 e@1.0]");
    }

    #[test]
    fn an_entry_is_what_its_files_are() {
        let text = |file: &str| {
            let entry = |name: &str, file: &str| {
                format!("[[package]]\nname = \"{name}\"\nversion = \"1\"\nfiles = [{file}]\n")
            };
            let usual = |name| {
                entry(
                    name,
                    &format!("{{url = \"https://files.example/{name}-1.tar.gz\"}}"),
                )
            };
            format!("[metadata]\n{}{}{}", entry("a", file), usual("x"), usual("y"))
        };
        for (file, expected) in [
            ("{file = \"a-1.tar.gz\"}", "Registry"),
            ("{url = \"https://files.example/a-1.tar.gz\"}", "Registry"),
            ("{url = \"https://other.example/a-1.tar.gz\"}", "Url"),
            ("{url = \"https://files.example/b-1.tar.gz\"}", "Url"),
            ("{file = \"a-2.tar.gz\"}", "Url"),
            (
                "{file = \"a-1.tar.gz\"}, {url = \"https://files.example/a-2.tar.gz\"}",
                "Url",
            ),
        ] {
            let told = read(&text(file), None);
            assert_eq!(told[0].split(' ').nth(4), Some(expected), "{file}");
        }
    }

    #[test]
    fn a_value_of_another_kind_is_an_error() {
        for part in [
            "[package]\nname = \"a\"",
            "package = {}",
            "[[package]]\nname = {}",
            "[[package]]\nname = \"a\"\nversion = 1",
            "[[package]]\nname = \"a\"\ngroups = \"default\"",
            "[[package]]\nname = \"a\"\ndependencies = \"b\"",
            "[[package]]\nname = \"a\"\n[package.dependencies]\nb = \"1\"",
            "[[package]]\nname = \"a\"\ndependencies = [{ b = 1 }]",
            "[[package]]\nname = \"a\"\ngit = true",
        ] {
            let text = format!("{part}\n[metadata]\nlock_version = \"4.5.0\"\n");
            assert_eq!(sample::fault("pdm.lock", &text), Code::Format, "{part}");
        }
    }

    #[test]
    fn what_is_needed_without_a_condition_must_be_there() {
        let text = "[metadata]\n[[package]]\nname = \"a\"\ndependencies = [\"b>1\", \"c; os_name == 'nt'\", \"?\"]\n";
        assert_eq!(
            sample::warnings("pdm.lock", text),
            [
                "pdm.lock:4: b is needed here and the lockfile does not hold it",
                "pdm.lock:4: ? is needed here and the lockfile does not hold it",
            ]
        );
    }

    #[test]
    fn newer_versions_and_odd_entries_are_told() {
        let text = "[metadata]\nlock_version = \"5.0\"\n[[package]]\nversion = \"1\"\n";
        assert!(read(text, None).is_empty());
        assert_eq!(
            sample::warnings("pdm.lock", text),
            [
                "lock_version 5.0 is not known; it was read as version 4",
                "pdm.lock:3: a package without a name is left out",
            ]
        );
        assert_eq!(sample::fault("pdm.lock", "a = 1"), Code::Format);
    }
}
