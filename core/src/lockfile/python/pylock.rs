//! `pylock.toml` and `pylock.NAME.toml`, lock version 1.0.
//!
//! Source of the rules: PyPA's "pylock.toml Specification", from PEP 751. What a package is for stands in its
//! marker; who requires whom is told where the writer chose to.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::hosts::WithoutUrl;
use super::super::toml::{self, Item, Table, WrongKind};
use super::super::{Input, Parsed, ProjectFiles, Warning};
use super::indexes;
use super::locked::{self, Package, Require, Role, Which, normal};
use super::marker::{self, Claim};
use super::origin::Origins;
use super::pyproject;
use crate::dependency::{Scope, Source};
use crate::error::{Code, InputError};
use crate::text::{self, Encoding};

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    text.contains("created-by")
        && toml::parse("", text).is_ok_and(|document| {
            let root = document.root();
            root.str("lock-version").is_some() && root.str("created-by").is_some()
        })
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let document = toml::parse(input.path, &text)?;
    let root = document.root();
    let (Some(version), Some(entries)) = (root.str("lock-version"), root.get("packages")) else {
        let message = "not a pylock.toml: it has no lock-version, or no packages";
        return Err(InputError::new(Code::Format, input.path, message)
            .help("make the lockfile anew with the tool that wrote it"));
    };
    let mut warnings = Vec::new();
    match version.split_once('.') {
        Some(("1", "0")) => {}
        Some(("1", _)) => warnings.push(Warning::new(format!(
            "lock-version {version} is not known; it was read as version 1.0"
        ))),
        // The specification asks for an error here.
        _ => {
            let message = format!("lock-version {version} is not known (known: 1.0)");
            return Err(InputError::new(Code::Unsupported, input.path, message));
        }
    }
    let why = "a package without a name is left out";
    let mut origins = Origins::default();
    let mut read = || {
        let default_groups = root
            .get("default-groups")
            .map(Item::strs)
            .transpose()?
            .unwrap_or_default();
        let default_groups = default_groups.into_iter().map(normal).collect();
        locked::packages(input.path, &text, Some(entries), why, &mut warnings, |table| {
            package(table, &default_groups, &mut origins)
        })
    };
    let mut packages = read().map_err(|wrong| wrong.in_file(input.path, &text))?;
    let named = indexes::named(input.path, files);
    origins.settle(&mut packages, |host| named.contains(host), WithoutUrl::Apart);
    let is_told = |package: &Package<'_>| package.role == Role::Project && !package.requires.is_empty();
    let asked = if packages.iter().any(is_told) {
        Some(Vec::new())
    } else {
        pyproject::asked(input.path, files)
    };
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
    default_groups: &BTreeSet<Cow<'t, str>>,
    origins: &mut Origins,
) -> Result<Option<Package<'t>>, WrongKind> {
    let Some(mut package) = Package::new(table)? else {
        return Ok(None);
    };
    let mut archives = Vec::new();
    for item in table.items() {
        match item.key() {
            "version" => package.version = Some(item.str()?),
            "index" => origins.index(&mut package, item.str()?),
            "marker" => package.scope = scope(item.str()?, default_groups),
            "dependencies" => {
                let list = item.array()?;
                package.requires = list.map(require).collect::<Result<_, _>>()?;
            }
            "sdist" => archives.push(archive(item, &mut package)?),
            "wheels" => {
                for wheel in item.array()? {
                    archives.push(archive(wheel, &mut package)?);
                }
            }
            "vcs" | "directory" | "archive" => {
                let place = item.table()?;
                let text = |key| place.get(key).map(Item::str).transpose();
                let url = text("url")?;
                package.source = match (item.key(), url) {
                    ("vcs", _) => Source::Git,
                    ("archive", Some(_)) => Source::Url,
                    _ => Source::File,
                };
                package.specifier = url.or(text("path")?).map(text::without_password);
                if item.key() == "directory" && package.specifier.as_deref() == Some(".") {
                    package.role = Role::Project;
                }
            }
            _ => {}
        }
    }
    origins.archives(&mut package, archives.into_iter());
    Ok(Some(package))
}

/// What a package's archive is called, and its URL. Takes down that an archive of a package is a file beside the lockfile, and no registry's.
fn archive<'t>(
    item: Item<'t>,
    package: &mut Package<'_>,
) -> Result<(Option<&'t str>, Option<&'t str>), WrongKind> {
    let table = item.table()?;
    let path = table.get("path").map(Item::str).transpose()?;
    let url = table.get("url").map(Item::str).transpose()?;
    if let (Some(path), None) = (path, url) {
        package.source = Source::File;
        package.specifier = Some(path.into());
    }
    Ok((table.str("name"), url))
}

fn require(item: Item<'_>) -> Result<Require<'_>, WrongKind> {
    let table = item.table()?;
    let version = table.get("version").map(Item::str).transpose()?;
    Ok(Require {
        which: version.map_or(Which::Any, Which::Version),
        is_optional: false,
        must_be_held: Some(item.offset()),
        ..Require::new(table.need("name")?.str()?)
    })
}

/// What a package is for, if its marker tells: what is installed without a choice is needed to run, what needs
/// an extra is optional, what needs another group is for development. A marker that cannot be read excludes
/// nothing.
fn scope(marker: &str, default_groups: &BTreeSet<Cow<'_, str>>) -> Option<Scope> {
    if !marker.contains("extras") && !marker.contains("dependency_groups") {
        return None;
    }
    let by_default = |claim: Claim<'_>| match claim {
        Claim::Extra(_) => false,
        Claim::Group(group) => default_groups.contains(&normal(group)),
        Claim::Other => true,
    };
    let with_extras = |claim: Claim<'_>| matches!(claim, Claim::Extra(_)) || by_default(claim);
    Some(if marker::can_hold(marker, by_default).unwrap_or(true) {
        Scope::Prod
    } else if marker::can_hold(marker, with_extras).unwrap_or(true) {
        Scope::Optional
    } else {
        Scope::Dev
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn read(text: &str, manifest: Option<&str>) -> Vec<String> {
        sample::told("pylock.toml", text, manifest.map(|text| ("pyproject.toml", text)))
    }

    #[test]
    fn an_entry_is_what_its_archives_are() {
        for (archive, expected) in [
            ("url = \"https://files.example/a-1.tar.gz\"", "Registry"),
            (
                "name = \"a-1.tar.gz\", url = \"https://files.example/a-1.tar.gz\"",
                "Registry",
            ),
            (
                "name = \"a-1.tar.gz\", url = \"https://files.example/b-1.tar.gz\"",
                "Url",
            ),
            (
                "name = \"b-1.tar.gz\", url = \"https://files.example/a-1.tar.gz\"",
                "Url",
            ),
            ("url = \"https://other.example/a-1.tar.gz\"", "Url"),
        ] {
            let entry = |name: &str, archive: &str| {
                format!(
                    "[[packages]]\nname = \"{name}\"\nversion = \"1\"\nindex = \"https://pypi.example/simple\"\nsdist = {{ {archive} }}\n"
                )
            };
            let usual = |name| entry(name, &format!("url = \"https://files.example/{name}-1.tar.gz\""));
            let text = format!(
                "lock-version = \"1.0\"\n{}{}{}",
                entry("a", archive),
                usual("b"),
                usual("c")
            );
            let told = read(&text, None);
            assert_eq!(told[0].split(' ').nth(4), Some(expected), "{archive}");
        }
    }

    #[test]
    fn the_marker_says_what_a_package_is_for() {
        for (marker, expected) in [
            ("python_version < '3'", "Prod"),
            ("'x' in extras", "Optional"),
            ("'dev' in dependency_groups", "Dev"),
            (
                "'main' in dependency_groups or 'dev' in dependency_groups",
                "Prod",
            ),
            ("'dev' in dependency_groups and 'x' in extras", "Dev"),
            ("'dev' in dependency_groups or 'x' in extras", "Optional"),
            ("extras are no marker", "Prod"),
        ] {
            let text = format!(
                "lock-version = \"1.0\"\ndefault-groups = [\"main\"]\n[[packages]]\nname = \"a\"\nversion = \"1\"\nmarker = \"{marker}\"\n"
            );
            assert_eq!(
                read(&text, None),
                [format!("a 1 {expected} ? Registry 3")],
                "{marker}"
            );
        }
    }

    #[test]
    fn an_archive_beside_the_lockfile_is_not_the_registrys() {
        for (archives, expected) in [
            (
                "wheels = [{ url = \"https://h.example/a-1-py3-none-any.whl\" }]",
                "Registry 2",
            ),
            (
                "wheels = [{ path = \"w/a-1-py3-none-any.whl\" }]",
                "File w/a-1-py3-none-any.whl 2",
            ),
            ("sdist = { path = \"a-1.tar.gz\" }", "File a-1.tar.gz 2"),
            (
                "sdist = { url = \"https://h.example/a-1.tar.gz\", path = \"a-1.tar.gz\" }",
                "Registry 2",
            ),
        ] {
            let text =
                format!("lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\n{archives}\n");
            assert_eq!(
                read(&text, None),
                [format!("a 1 Prod ? {expected}")],
                "{archives}"
            );
        }
    }

    const TREE: &str = r#"
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "app"
directory = { path = ".", editable = true }
[[packages]]
name = "a"
version = "1.0"
index = "https://h.example/simple"
dependencies = [{ name = "b", version = "2.0" }, { name = "c" }]
[[packages]]
name = "b"
version = "1.0"
[[packages]]
name = "b"
version = "2.0"
[[packages]]
name = "c"
vcs = { type = "git", url = "https://u:p@h.example/c", commit-id = "c0ffee" }
[[packages]]
name = "d"
[packages.archive]
url = "https://h.example/d.zip"
[[packages]]
name = "e"
archive = { path = "e.zip" }
[[packages]]
name = "f"
directory = { path = "../f" }
"#;

    #[test]
    fn places_are_not_the_registry_and_the_project_is_no_dependency() {
        assert_eq!(
            read(TREE, None),
            [
                "a 1.0 Prod direct Registry 7 [a@1.0]",
                "b 1.0 Prod direct Registry 12 [b@1.0]",
                "b 2.0 Prod ? Registry 15 [a@1.0 b@2.0]",
                "c - Prod ? Git https://u:***@h.example/c 18 [a@1.0 c]",
                "d - Prod direct Url https://h.example/d.zip 21 [d]",
                "e - Prod direct File e.zip 25 [e]",
                "f - Prod direct File ../f 28 [f]",
            ]
        );
    }

    #[test]
    fn the_manifest_says_what_is_direct() {
        let told = read(TREE, Some("[project]\ndependencies = [\"c\"]\n"));
        assert_eq!(told[0], "a 1.0 Prod transitive Registry 7");
        assert_eq!(told[3], "c - Prod direct Git https://u:***@h.example/c 18 [c]");
    }

    #[test]
    fn a_value_of_another_kind_is_an_error() {
        for part in [
            "[packages]\nname = \"a\"",
            "packages = \"a\"",
            "packages = []\ndefault-groups = \"main\"",
            "[[packages]]\nname = 1",
            "[[packages]]\nname = \"a\"\nversion = 1",
            "[[packages]]\nname = \"a\"\nmarker = []",
            "[[packages]]\nname = \"a\"\ndependencies = { name = \"b\" }",
            "[[packages]]\nname = \"a\"\ndependencies = [\"b\"]",
            "[[packages]]\nname = \"a\"\ndependencies = [{}]",
            "[[packages]]\nname = \"a\"\nwheels = {}",
            "[[packages]]\nname = \"a\"\nvcs = \"git\"",
            "[[packages]]\nname = \"a\"\n[[packages.archive]]\nurl = \"https://h.example/a.zip\"",
        ] {
            let text = format!("lock-version = \"1.0\"\n{part}\n");
            assert_eq!(sample::fault("pylock.toml", &text), Code::Format, "{part}");
        }
    }

    #[test]
    fn what_is_needed_and_not_there_is_told() {
        let text = "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\ndependencies = [{ name = \"b\" }]\n";
        assert_eq!(
            sample::warnings("pylock.toml", text),
            ["pylock.toml:4: b is needed here and the lockfile does not hold it"]
        );
    }

    #[test]
    fn versions_that_are_not_known_are_told_or_refused() {
        let text = |version| format!("lock-version = \"{version}\"\npackages = []\n");
        assert!(read(&text("1.0"), None).is_empty());
        assert_eq!(
            sample::warnings("pylock.toml", &text("1.1")),
            ["lock-version 1.1 is not known; it was read as version 1.0"]
        );
        assert_eq!(sample::fault("pylock.toml", &text("2.0")), Code::Unsupported);
        assert_eq!(
            sample::fault("pylock.dev.toml", "lock-version = \"1.0\""),
            Code::Format
        );
    }
}
