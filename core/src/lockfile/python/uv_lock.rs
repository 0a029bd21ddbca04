//! `uv.lock`, version 1.
//!
//! Source of the rules: uv's manual ("Project structure and files", "Resolution") and `uv-resolver`'s reader.
//! The project and the members of its workspace are entries too, with what they ask for; which entries those
//! are is told by their source and by `manifest.members`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::hosts::WithoutUrl;
use super::super::toml::{self, Item, Table, WrongKind};
use super::super::{Input, Parsed, ProjectFiles, Warning};
use super::indexes;
use super::locked::{self, Package, Require, Role, Which, normal};
use super::origin::Origins;
use super::requirement;
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

/// The settings, which name the indexes.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    indexes::files(input)
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
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
        Some(newer) if newer > NEWEST => warnings.push(Warning::incomplete(format!(
            "version {newer} is not known; it was read as version {NEWEST}"
        ))),
        _ => {}
    }
    let mut origins = Origins::default();
    let mut read = || {
        let manifest = Manifest::read(root)?;
        let why = "a package without a name, or from a source that is not known, is left out";
        let packages = locked::packages(input.path, &text, entries, why, &mut warnings, |table| {
            package(table, &manifest.members, &mut origins)
        })?;
        Ok((manifest.asked, packages))
    };
    let (asked, mut packages) = read().map_err(|wrong: WrongKind| wrong.in_file(input.path, &text))?;
    let named = indexes::named(input.path, files);
    origins.settle(&mut packages, |host| named.contains(host), WithoutUrl::Apart);
    let is_told = !asked.is_empty() || packages.iter().any(|package| package.role != Role::Dependency);
    let asked = is_told.then_some(asked.as_slice());
    Ok(locked::assemble(input.path, &text, packages, asked, warnings))
}

/// What the file says of the project as a whole.
struct Manifest<'t> {
    members: BTreeSet<Cow<'t, str>>,
    /// A script has its requirements here, and a workspace without a project its groups.
    asked: Vec<Require<'t>>,
}

impl<'t> Manifest<'t> {
    fn read(root: Table<'t>) -> Result<Self, WrongKind> {
        let mut read = Self {
            members: BTreeSet::new(),
            asked: Vec::new(),
        };
        let Some(manifest) = root.get("manifest") else {
            return Ok(read);
        };
        for item in manifest.table()?.items() {
            match item.key() {
                "members" => read.members = item.strs()?.into_iter().map(normal).collect(),
                "requirements" => require(item, Scope::Prod, None, &mut read.asked)?,
                "dependency-groups" => groups(item, Scope::Dev, &mut read.asked)?,
                _ => {}
            }
        }
        Ok(read)
    }
}

/// An entry; `None` if it has no name or a source of an unknown kind.
fn package<'t>(
    table: Table<'t>,
    members: &BTreeSet<Cow<'t, str>>,
    origins: &mut Origins,
) -> Result<Option<Package<'t>>, WrongKind> {
    let Some(mut package) = Package::new(table)? else {
        return Ok(None);
    };
    let mut archives = Vec::new();
    for item in table.items() {
        match item.key() {
            "version" => package.version = Some(item.str()?),
            "sdist" => archives.push(item.table()?),
            "wheels" => {
                for wheel in item.array()? {
                    archives.push(wheel.table()?);
                }
            }
            "source" if !place(item, &mut package, origins)? => return Ok(None),
            "dependencies" => require(item, Scope::Prod, None, &mut package.requires)?,
            "optional-dependencies" => groups(item, Scope::Optional, &mut package.requires)?,
            "dev-dependencies" | "dependency-groups" => groups(item, Scope::Dev, &mut package.requires)?,
            _ => {}
        }
    }
    let archives = archives.into_iter().map(|archive| {
        (
            archive.str("filename"),
            archive.str("url").or_else(|| archive.str("path")),
        )
    });
    origins.archives(&mut package, archives);
    let is_local = package.role == Role::Dependency && package.source == Source::File;
    if is_local && members.contains(&package.name) {
        package.role = Role::Member;
    }
    Ok(Some(package))
}

/// Takes down where a package comes from; whether that is of a known kind.
fn place<'t>(source: Item<'t>, package: &mut Package<'t>, origins: &mut Origins) -> Result<bool, WrongKind> {
    let mut kinds = source
        .table()?
        .items()
        .filter(|item| item.key() != "subdirectory");
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        return Ok(false);
    };
    let url = kind.str()?;
    package.source = match kind.key() {
        // A registry may also be a folder of archives.
        "registry" => match requirement::source_of(url) {
            Some(Source::Url) => {
                origins.index(package, url);
                return Ok(true);
            }
            _ => Source::File,
        },
        "git" => Source::Git,
        "url" => Source::Url,
        "path" | "directory" | "editable" | "virtual" => Source::File,
        _ => return Ok(false),
    };
    if matches!(kind.key(), "editable" | "virtual" | "directory") && url == "." {
        package.role = Role::Project;
    }
    package.specifier = Some(text::without_password(url));
    Ok(true)
}

/// A table of groups, each a list of requirements.
fn groups<'t>(groups: Item<'t>, scope: Scope, requires: &mut Vec<Require<'t>>) -> Result<(), WrongKind> {
    for group in groups.table()?.items() {
        let extra = (scope == Scope::Optional).then(|| normal(group.key()));
        require(group, scope, extra, requires)?;
    }
    Ok(())
}

/// A list of requirements, each with a version if there are several of that name. uv refuses a file that does not
/// hold each of them.
fn require<'t>(
    list: Item<'t>,
    scope: Scope,
    of_extra: Option<Cow<'t, str>>,
    requires: &mut Vec<Require<'t>>,
) -> Result<(), WrongKind> {
    for item in list.array()? {
        let table = item.table()?;
        let mut which = Which::Any;
        let mut extras = Vec::new();
        for field in table.items() {
            match field.key() {
                "version" => which = Which::Version(field.str()?),
                "extra" => extras = field.strs()?.into_iter().map(normal).collect(),
                _ => {}
            }
        }
        requires.push(Require {
            which,
            scope,
            of_extra: of_extra.clone(),
            extras,
            is_optional: false,
            must_be_held: Some(item.offset()),
            ..Require::new(table.need("name")?.str()?)
        });
    }
    Ok(())
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
    fn groups_and_extras_of_a_member_are_not_what_asks_for_the_member_gets() {
        let text = r#"
version = 1
[manifest]
members = ["m", "n", "p"]
[[package]]
name = "a"
version = "1"
source = { registry = "https://h.example/simple" }
dependencies = [{ name = "c", extra = ["X.y"] }]
[[package]]
name = "b"
version = "1"
source = { registry = "https://h.example/simple" }
[[package]]
name = "c"
version = "1"
source = { registry = "https://h.example/simple" }
[package.optional-dependencies]
x-y = [{ name = "d" }]
z = [{ name = "e" }]
[[package]]
name = "d"
version = "1"
source = { registry = "https://h.example/simple" }
[[package]]
name = "e"
version = "1"
source = { registry = "https://h.example/simple" }
[[package]]
name = "m"
version = "1"
source = { editable = "m" }
dependencies = [{ name = "a" }]
[package.optional-dependencies]
One_Extra = [{ name = "b" }]
two = [{ name = "f" }]
[package.dev-dependencies]
dev = [{ name = "g" }, { name = "c", extra = ["z"] }]
[[package]]
name = "f"
version = "1"
source = { registry = "https://h.example/simple" }
[[package]]
name = "g"
version = "1"
source = { registry = "https://h.example/simple" }
[[package]]
name = "h"
version = "1"
source = { registry = "https://h.example/simple" }
[[package]]
name = "n"
version = "1"
source = { virtual = "n" }
[package.optional-dependencies]
all = [{ name = "n", extra = ["h"] }]
h = [{ name = "h" }]
[[package]]
name = "p"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "m", extra = ["one-extra"] }]
[package.dev-dependencies]
dev = [{ name = "n", extra = ["all"] }]
"#;
        let scopes: Vec<String> = read(text)
            .iter()
            .map(|line| {
                line.split(' ')
                    .filter(|word| *word != "1")
                    .take(2)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        assert_eq!(
            scopes,
            [
                "a Prod",
                "b Prod",
                "c Prod",
                "d Prod",
                "e Dev",
                "f Optional",
                "g Dev",
                "h DevOptional"
            ]
        );
        assert!(sample::warnings("uv.lock", text).is_empty());
    }

    #[test]
    fn what_is_needed_and_not_there_is_told() {
        let text = r#"
version = 1
[[package]]
name = "p"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "a", version = "2" },
    { name = "gone", marker = "sys_platform == 'win32'" },
    { name = "gone" },
    { name = "P", extra = ["x"] },
]
[[package]]
name = "a"
version = "1"
source = { registry = "https://h.example/simple" }
"#;
        assert_eq!(
            sample::warnings("uv.lock", text),
            [
                "uv.lock:8: a is needed here and the lockfile does not hold it",
                "uv.lock:9: gone is needed here and the lockfile does not hold it",
            ]
        );
    }

    /// Two packages whose archives are where those of an index are, and one with `source` and `archive`.
    fn with(source: &str, archive: &str, manifest: Option<&str>) -> String {
        let usual = |name| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"1\"\nsource = {{ registry = \"https://pypi.example/simple\" }}\nsdist = {{ url = \"https://files.example/00/{name}-1.tar.gz\" }}\n"
            )
        };
        let odd = format!(
            "[[package]]\nname = \"x\"\nversion = \"1.0\"\nsource = {{ registry = \"{source}\" }}\nwheels = [{{ url = \"{archive}\" }}]\n"
        );
        let text = format!("version = 1\n{}{}{odd}", usual("a"), usual("b"));
        sample::told("uv.lock", &text, manifest.map(|text| ("pyproject.toml", text)))
            .pop()
            .unwrap()
    }

    #[test]
    fn an_entry_is_what_its_archives_are() {
        const INDEX: &str = "https://pypi.example/simple";
        for (source, archive, expected) in [
            (INDEX, "https://files.example/x-1.0-py3-none-any.whl", "Registry"),
            (
                INDEX,
                "https://files.example/X-1-py3-none-any.whl#egg=y",
                "Registry",
            ),
            (INDEX, "https://pypi.example/x-1.0-py3-none-any.whl", "Registry"),
            (INDEX, "https://files.example/y-1.0-py3-none-any.whl", "Url"),
            (INDEX, "https://files.example/x-1.1-py3-none-any.whl", "Url"),
            (INDEX, "https://other.example/x-1.0-py3-none-any.whl", "Url"),
            (
                INDEX,
                "https://files.example.other.example/x-1.0-py3-none-any.whl",
                "Url",
            ),
            (
                INDEX,
                "https://files.example@other.example/x-1.0-py3-none-any.whl",
                "Url",
            ),
            (INDEX, "https://files.example/y.whl?x-1.0-py3-none-any.whl", "Url"),
            (INDEX, "https://files.example/../x-1.0-py3-none-any.whl", "Url"),
            (
                "https://other.example/simple",
                "https://other.example/x-1.0-py3-none-any.whl",
                "Url",
            ),
        ] {
            let told = with(source, archive, None);
            assert_eq!(told.split(' ').nth(4), Some(expected), "{archive}: {told}");
        }
    }

    #[test]
    fn the_settings_name_more_indexes() {
        let other = "https://other.example/simple";
        for (manifest, archive, expected) in [
            (
                "[[tool.uv.index]]\nname = \"o\"\nurl = \"https://other.example/x\"",
                "https://other.example/x-1.0-py3-none-any.whl",
                "Registry",
            ),
            (
                "[tool.uv]\nextra-index-url = [\"https://other.example/x\"]",
                "https://other.example/x-1.0-py3-none-any.whl",
                "Registry",
            ),
            (
                "[tool.uv]\nindex = [{ url = \"https://other.example/x\" }, { url = \"https://cdn.example/x\" }]",
                "https://cdn.example/x-1.0-py3-none-any.whl",
                "Registry",
            ),
            (
                "[tool.uv]\nindex-url = \"https://other.example/x\"",
                "https://cdn.example/x-1.0-py3-none-any.whl",
                "Url",
            ),
        ] {
            let told = with(other, archive, Some(manifest));
            assert_eq!(told.split(' ').nth(4), Some(expected), "{manifest}: {told}");
        }
    }

    #[test]
    fn a_script_has_its_settings_in_itself() {
        let entry = |name: &str, index: &str| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"1\"\nsource = {{ registry = \"https://{index}.example/simple\" }}\n"
            )
        };
        let text = format!("version = 1\n{}{}", entry("a", "one"), entry("b", "two"));
        let script =
            "# /// script\n# [[tool.uv.index]]\n# url = \"https://two.example/simple\"\n# ///\n# [tool.uv]\n";
        let sources = |beside| {
            let told = sample::told("s.py.lock", &text, beside);
            told.iter()
                .map(|line| line.split(' ').nth(4).unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(sources(None), ["Url", "Url"]);
        assert_eq!(sources(Some(("s.py", script))), ["Url", "Registry"]);
    }

    #[test]
    fn a_value_of_another_kind_is_an_error() {
        for part in [
            "[package]\nname = \"a\"",
            "package = 1",
            "[[package]]\nname = 1",
            "[[package]]\nname = \"a\"\nversion = 1",
            "[[package]]\nname = \"a\"\nsource = \"x\"",
            "[[package]]\nname = \"a\"\nsource = { git = 1 }",
            "[[package]]\nname = \"a\"\n[package.dependencies]\nb = \"1\"",
            "[[package]]\nname = \"a\"\ndependencies = [\"b\"]",
            "[[package]]\nname = \"a\"\ndependencies = [{ version = \"1\" }]",
            "[[package]]\nname = \"a\"\ndependencies = [{ name = \"b\", extra = \"x\" }]",
            "[[package]]\nname = \"a\"\noptional-dependencies = []",
            "[[package]]\nname = \"a\"\n[package.dev-dependencies]\ndev = { name = \"b\" }",
            "manifest = []",
            "[manifest]\nmembers = \"a\"",
            "[manifest]\nrequirements = { name = \"a\" }",
        ] {
            let text = format!("version = 1\n{part}\n");
            assert_eq!(sample::fault("uv.lock", &text), Code::Format, "{part}");
        }
        let text = "version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"../wheels\" }\n";
        assert_eq!(read(text), ["a 1 Prod ? File ../wheels 2"]);
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
source = { registry = "https://h.example/simple" }
[[package]]
name = "b"
version = "1.0"
source = { registry = "https://h.example/simple" }
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
