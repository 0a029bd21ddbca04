//! `pyproject.toml`.
//!
//! Source of the rules: PyPA's "pyproject.toml specification" (`[project]`, from PEP 621) and "Dependency
//! Groups" (PEP 735), and the manuals of Poetry, PDM and uv for their own tables under `[tool]`. What builds
//! the project (`build-system.requires`) is none of its dependencies.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::super::toml::{self, Item, Table};
use super::super::{Input, Parsed, ProjectFiles, Warning, order, project};
use super::locked::{Require, Which, normal};
use super::poetry;
use super::requirement::{Requirement, Unreadable};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::{Code, InputError};
use crate::graph::Graph;
use crate::package::Ecosystem;
use crate::text::{self, Encoding, Lines};

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    text.contains("[build-system]")
        && toml::parse("", text).is_ok_and(|document| {
            let build = document.root().table("build-system");
            build.is_some_and(|build| {
                build
                    .get("requires")
                    .is_some_and(|item| item.as_array().is_some())
            })
        })
}

pub(in crate::lockfile) fn references(_: &Input<'_>) -> Vec<String> {
    Vec::new()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, _: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let document = toml::parse(input.path, &text)?;
    let root = document.root();
    let tables = ["project", "dependency-groups", "tool", "build-system"];
    if tables.iter().all(|table| root.table(table).is_none()) {
        let message =
            "not a pyproject.toml: no [project], [dependency-groups], [tool] or [build-system] in it";
        return Err(InputError::new(Code::Format, input.path, message));
    }
    let Reader {
        found: mut dependencies,
        mut faults,
        ..
    } = read(root);

    let mut lines = Lines::new(&text);
    dependencies.sort_by_key(|dependency| dependency.line);
    for dependency in &mut dependencies {
        dependency.line = lines.line_at(dependency.line);
    }
    order::sort_distinct(&mut dependencies, |kept, next| {
        kept.scope = kept.scope.min(next.scope)
    });

    let mut lines = Lines::new(&text);
    faults.sort_by_key(|(offset, _)| *offset);
    let warnings = faults
        .into_iter()
        .map(|(offset, fault)| {
            Warning::incomplete(format!("{}:{}: {fault}", input.path, lines.line_at(offset)))
        })
        .collect();
    let graph = Graph::flat(dependencies.len());
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// The manifest beside a lockfile, which says what the project asks for itself.
pub(in crate::lockfile) fn of_lockfile(input: &Input<'_>) -> Vec<String> {
    vec![path_beside(input.path)]
}

/// What the manifest beside a lockfile asks for, if it is at hand and can be read.
pub(super) fn asked(lockfile: &str, files: &ProjectFiles) -> Option<Vec<Require<'static>>> {
    let text = beside(lockfile, files)?;
    let document = toml::parse(lockfile, &text).ok()?;
    let found = read(document.root()).found.into_iter();
    Some(
        found
            .map(|dependency| Require {
                name: Cow::Owned(dependency.name.into()),
                which: Which::Any,
                scope: dependency.scope,
            })
            .collect(),
    )
}

/// The extras that the manifest beside a lockfile names, if it is at hand and can be read.
pub(super) fn extras(lockfile: &str, files: &ProjectFiles) -> BTreeSet<String> {
    let names = || {
        let text = beside(lockfile, files)?;
        let document = toml::parse(lockfile, &text).ok()?;
        let extras = document.root().table("project")?.table("optional-dependencies")?;
        Some(extras.items().map(|item| item.key().to_owned()).collect())
    };
    names().unwrap_or_default()
}

fn path_beside(lockfile: &str) -> String {
    project::beside(lockfile, "pyproject.toml")
}

fn beside<'f>(lockfile: &str, files: &'f ProjectFiles) -> Option<Cow<'f, str>> {
    let path = path_beside(lockfile);
    text::decode(&path, files.get(&path)?, Encoding::Utf8).ok()
}

/// Collects what a manifest asks for.
#[derive(Default)]
pub(super) struct Reader<'t> {
    /// The project's own name: what asks for that means its extras.
    project: Option<Cow<'t, str>>,
    /// What the project's own tables ask for, by name.
    asked: BTreeSet<SmolStr>,
    /// The names of the dependency groups.
    groups: BTreeSet<Cow<'t, str>>,
    /// `tool.uv.sources`, by name.
    sources: BTreeMap<Cow<'t, str>, Item<'t>>,
    /// With their offsets for lines, until all are there.
    found: Vec<Dependency>,
    /// What cannot be read, with its offset.
    faults: Vec<(usize, String)>,
}

fn read(root: Table<'_>) -> Reader<'_> {
    let mut reader = Reader::default();
    let tool = root.table("tool");
    let tool = |name| tool.and_then(|tool| tool.table(name));
    let sources = tool("uv").and_then(|uv| uv.table("sources"));
    let sources = sources.into_iter().flat_map(Table::items);
    reader.sources = sources.map(|source| (normal(source.key()), source)).collect();
    if let Some(project) = root.table("project") {
        reader.project = project.str("name").map(normal);
        reader.requirements(project.get("dependencies"), Scope::Prod);
        reader.groups(project.get("optional-dependencies"), Scope::Optional);
        let has_poetry = tool("poetry").is_some_and(|poetry| poetry.table("dependencies").is_some());
        let dynamic = project.array("dynamic");
        for item in dynamic.filter(|item| !has_poetry && item.as_str() == Some("dependencies")) {
            reader.fault(
                item,
                "the dependencies are dynamic: the build makes them up, so they are missing here",
            );
        }
    }
    let groups = root.table("dependency-groups");
    let groups = groups.into_iter().flat_map(Table::items);
    reader.groups = groups.map(|group| normal(group.key())).collect();
    reader.groups(root.get("dependency-groups"), Scope::Dev);
    if let Some(poetry) = tool("poetry") {
        let names = reader.found.iter().map(|dependency| &dependency.name);
        reader.asked = names.cloned().collect();
        poetry::read(poetry, &mut reader);
    }
    reader.groups(
        tool("pdm").and_then(|pdm| pdm.get("dev-dependencies")),
        Scope::Dev,
    );
    reader.requirements(tool("uv").and_then(|uv| uv.get("dev-dependencies")), Scope::Dev);
    reader
}

impl<'t> Reader<'t> {
    /// A table of groups, each a list of requirements.
    fn groups(&mut self, groups: Option<Item<'t>>, scope: Scope) {
        let Some(item) = groups else { return };
        let Some(table) = item.as_table() else {
            return self.fault(item, "expected a table of lists");
        };
        for group in table.items() {
            self.requirements(Some(group), scope);
        }
    }

    /// A list of PEP 508 requirements. A group may include another one, which is read by itself.
    fn requirements(&mut self, list: Option<Item<'t>>, scope: Scope) {
        let Some(item) = list else { return };
        let Some(list) = item.as_array() else {
            return self.fault(item, "expected a list of requirements");
        };
        for item in list {
            let included = item.as_table().and_then(|table| table.str("include-group"));
            match (item.as_str(), included) {
                (Some(text), _) => self.requirement(item, text, scope),
                (None, Some(group)) if self.groups.contains(&normal(group)) => {}
                (None, Some(_)) => self.fault(item, "the group to include is not there"),
                (None, None) => self.fault(item, "expected a requirement in quotes"),
            }
        }
    }

    fn requirement(&mut self, item: Item<'t>, text: &str, scope: Scope) {
        // PDM writes editable requirements as pip does.
        let parsed = match text.strip_prefix("-e ") {
            Some(place) => Ok(Requirement::placed(place, Source::File)),
            None => Requirement::parse(text),
        };
        match parsed {
            Ok(requirement) if self.project.as_deref() == Some(&requirement.name) => {}
            Ok(requirement) => self.with_source(item, requirement, scope),
            Err(Unreadable(reason)) => self.fault(item, &format!("{reason}: {}", text::excerpt(text))),
        }
    }

    /// uv takes a requirement from where `tool.uv.sources` says, if it says so.
    fn with_source(&mut self, item: Item<'t>, requirement: Requirement, scope: Scope) {
        let Some(source) = self.sources.get(requirement.name.as_str()).copied() else {
            return self.found(item, requirement, scope);
        };
        let one = source.as_table();
        let several = source.as_array().into_iter().flatten().filter_map(Item::as_table);
        // Where no marker holds, the registry remains.
        let mut remains = true;
        for source in one.into_iter().chain(several) {
            remains &= source.get("marker").is_some();
            let place = ["git", "url", "path"]
                .into_iter()
                .find_map(|kind| Some((kind, source.str(kind)?)));
            let (kind, place) = match place {
                Some(place) => place,
                // A member of the workspace is the project's own.
                None if source.get("workspace").is_some() => continue,
                None => {
                    remains = true;
                    continue;
                }
            };
            let source = match kind {
                "git" => Source::Git,
                "url" => Source::Url,
                _ => Source::File,
            };
            let elsewhere = Requirement {
                name: requirement.name.clone(),
                version: None,
                specifier: Some(text::without_password(place)),
                source,
                is_conditional: requirement.is_conditional,
            };
            self.found(item, elsewhere, scope);
        }
        if remains {
            self.found(item, requirement, scope);
        }
    }

    /// Takes a requirement that stands at `item`.
    pub(super) fn found(&mut self, item: Item<'t>, requirement: Requirement, scope: Scope) {
        let Requirement {
            name,
            version,
            specifier,
            source,
            ..
        } = requirement;
        let dependency = Dependency {
            ecosystem: Ecosystem::PyPI,
            name,
            version,
            specifier,
            scope,
            direct: Some(true),
            source,
            line: item.offset(),
        };
        self.found.push(dependency);
    }

    /// Whether the project's own tables ask for `name` already.
    pub(super) fn has(&self, name: &str) -> bool {
        self.asked.contains(name)
    }

    /// Notes that what stands at `item` cannot be read.
    pub(super) fn fault(&mut self, item: Item<'_>, reason: &str) {
        self.faults.push((item.offset(), reason.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let told = sample::told("pyproject.toml", text, None);
        // All is direct, so that the paths say nothing.
        told.into_iter()
            .map(|line| line.split(" [").next().unwrap().replace(" direct", ""))
            .collect()
    }

    #[test]
    fn each_section_has_its_scope() {
        let text = r#"
[project]
name = "my.project"
dependencies = [
    "A>=1 , <2",
    "b[x]==1.0; python_version < '3'",
    "my-project[all]",
]
[project.optional-dependencies]
x = ["c", "a<2,>=1"]
[dependency-groups]
test = ["d~=1.4", {include-group = "docs"}]
docs = ["e @ git+https://h.example/e"]
[tool.pdm.dev-dependencies]
lint = ["f", "-e file:///g#egg=g"]
[tool.uv]
dev-dependencies = ["h===1"]
[build-system]
requires = ["not-a-dependency"]
"#;
        assert_eq!(
            read(text),
            [
                "a - Prod Registry <2,>=1 5",
                "b 1.0 Prod Registry ==1.0 6",
                "c - Optional Registry 10",
                "d - Dev Registry ~=1.4 12",
                "e - Dev Git git+https://h.example/e 13",
                "f - Dev Registry 15",
                "g - Dev File file:///g#egg=g 15",
                "h 1 Dev Registry ===1 17",
            ]
        );
    }

    #[test]
    fn poetry_has_constraints_of_its_own() {
        let text = r#"
[tool.poetry.dependencies]
python = "^3.8"
a = "1.2.3"
b = "^2.0"
c = [
    {version = "==1.0", python = "<3.9"},
    {version = "~2", python = ">=3.9"},
]
d = {git = "https://h.example/d.git", tag = "v1"}
e = {path = "../e", develop = true}
f = {url = "https://h.example/f.whl"}
"G.h" = {version = "*", optional = true}
[tool.poetry.dev-dependencies]
i = ">=1,<2 || 3"
[tool.poetry.group.main.dependencies]
j = "1.*"
[tool.poetry.group.test.dependencies.k]
version = "1"
"#;
        assert_eq!(
            read(text),
            [
                "a 1.2.3 Prod Registry 1.2.3 4",
                "b - Prod Registry ^2.0 5",
                "c - Prod Registry ~2 8",
                "c 1.0 Prod Registry ==1.0 7",
                "d - Prod Git https://h.example/d.git 10",
                "e - Prod File ../e 11",
                "f - Prod Url https://h.example/f.whl 12",
                "g-h - Optional Registry * 13",
                "i - Dev Registry >=1,<2 || 3 15",
                "j - Prod Registry 1.* 17",
                "k 1 Dev Registry 1 18",
            ]
        );
    }

    #[test]
    fn poetry_may_only_say_more_about_what_the_project_asks_for() {
        let text = "[project]\ndependencies = [\"a>=1\", \"b>=1\"]\n[tool.poetry.dependencies]\na = {source = \"x\"}\nb = {version = \"^1\"}\n";
        assert_eq!(
            read(text),
            [
                "a - Prod Registry >=1 2",
                "b - Prod Registry >=1 2",
                "b - Prod Registry ^1 5",
            ]
        );
    }

    #[test]
    fn uv_takes_requirements_from_its_sources() {
        let text = r#"
[project]
dependencies = ["a", "b>1", "c", "d", "e"]
[tool.uv.sources]
A = {git = "https://h.example/a"}
b = {index = "other"}
c = {workspace = true}
d = [{path = "../d", marker = "x"}, {url = "https://h.example/d.zip"}]
e = {path = "../e", marker = "x"}
"#;
        assert_eq!(
            read(text),
            [
                "a - Prod Git https://h.example/a 3",
                "b - Prod Registry >1 3",
                "d - Prod File ../d 3",
                "d - Prod Url https://h.example/d.zip 3",
                "e - Prod Registry 3",
                "e - Prod File ../e 3",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_and_counts_as_missing() {
        let text = "[project]\ndependencies = [\"a=1\", 1]\noptional-dependencies = []\ndynamic = [\"dependencies\"]\n[tool.poetry.group.x]\ndependencies = {a = 1}\n[dependency-groups]\na = [{include-group = \"b\"}]\n";
        assert_eq!(
            sample::warnings("pyproject.toml", text),
            [
                "pyproject.toml:2: not a PEP 440 version specifier: a=1",
                "pyproject.toml:2: expected a requirement in quotes",
                "pyproject.toml:3: expected a table of lists",
                "pyproject.toml:4: the dependencies are dynamic: the build makes them up, so they are missing here",
                "pyproject.toml:6: expected a version in quotes or a table",
                "pyproject.toml:8: the group to include is not there",
            ]
        );
        assert_eq!(
            sample::fault("pyproject.toml", "[packages]\na = \"1\"\n"),
            Code::Format
        );
    }
}
