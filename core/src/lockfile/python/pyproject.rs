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
use super::locked::{Require, normal};
use super::poetry;
use super::requirement::{self, Requirement, Unreadable};
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
    let elsewhere = asked_elsewhere(root);
    faults.extend(elsewhere.map(|item| (item.offset(), ELSEWHERE.to_owned())));

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

const ELSEWHERE: &str = "what this tool asks for here is not read";

/// Where tools ask for packages in a form of their own that is not read: flit's old metadata, and pixi.
fn asked_elsewhere(root: Table<'_>) -> impl Iterator<Item = Item<'_>> {
    let tool = root.table("tool");
    let within = |names: &[&str], keys: &'static [&'static str]| {
        let table = names.iter().try_fold(tool?, |table, name| table.table(name))?;
        keys.iter().find_map(|key| table.get(key))
    };
    [
        within(
            &["flit", "metadata"],
            &["requires", "requires-extra", "dev-requires"],
        ),
        within(
            &["pixi"],
            &["dependencies", "pypi-dependencies", "feature", "target"],
        ),
    ]
    .into_iter()
    .flatten()
}

/// The manifest beside a lockfile, which says what the project asks for itself.
pub(in crate::lockfile) fn of_lockfile(input: &Input<'_>) -> Vec<String> {
    vec![path_beside(input.path)]
}

/// What the manifest beside a lockfile asks for. `None` if it is not at hand, cannot be read in full, or asks for
/// nothing: then it does not say what the lockfile's packages are for.
pub(super) fn asked(lockfile: &str, files: &ProjectFiles) -> Option<Vec<Require<'static>>> {
    let text = beside(lockfile, files)?;
    let document = toml::parse(lockfile, &text).ok()?;
    let Reader { found, faults, .. } = read(document.root());
    if found.is_empty() || !faults.is_empty() {
        return None;
    }
    let asked = found.into_iter().map(|dependency| Require {
        name: Cow::Owned(dependency.name.into()),
        scope: dependency.scope,
        ..Require::new("")
    });
    Some(asked.collect())
}

/// The groups that a manifest names, normalised.
#[derive(Default)]
pub(super) struct Groups {
    /// Those that add to what the project does.
    pub(super) extras: BTreeSet<String>,
    /// Those that only its developers install.
    pub(super) development: BTreeSet<String>,
}

/// The groups that the manifest beside a lockfile names; none if it is not at hand or cannot be read.
pub(super) fn groups(lockfile: &str, files: &ProjectFiles) -> Groups {
    let read = || {
        let text = beside(lockfile, files)?;
        let document = toml::parse(lockfile, &text).ok()?;
        let root = document.root();
        let names = |groups: Option<Table<'_>>| {
            let items = groups.into_iter().flat_map(Table::items);
            items
                .map(|item| normal(item.key()).into_owned())
                .collect::<Vec<_>>()
        };
        let pdm = root.table("tool").and_then(|tool| tool.table("pdm"));
        let mut development = names(root.table("dependency-groups"));
        development.extend(names(pdm.and_then(|pdm| pdm.table("dev-dependencies"))));
        let project = root.table("project");
        Some(Groups {
            extras: names(project.and_then(|project| project.table("optional-dependencies")))
                .into_iter()
                .collect(),
            development: development.into_iter().collect(),
        })
    };
    read().unwrap_or_default()
}

fn path_beside(lockfile: &str) -> String {
    project::beside(lockfile, "pyproject.toml")
}

fn beside<'f>(lockfile: &str, files: &'f ProjectFiles) -> Option<Cow<'f, str>> {
    let path = path_beside(lockfile);
    text::decode(&path, files.get(&path)?, Encoding::Utf8).ok()
}

/// How many of the groups that sources are for are looked at.
const MOST_GROUPS: usize = 64;

/// Collects what a manifest asks for.
#[derive(Default)]
pub(super) struct Reader<'t> {
    /// The project's own name: what asks for that means its extras.
    project: Option<Cow<'t, str>>,
    /// What the project's own tables ask for, by name.
    asked: BTreeSet<SmolStr>,
    /// The names of the dependency groups.
    groups: BTreeSet<Cow<'t, str>>,
    /// For each group that a source is for alone, the groups that it includes.
    included: BTreeMap<Cow<'t, str>, BTreeSet<Cow<'t, str>>>,
    /// `tool.uv.sources`, by name.
    sources: BTreeMap<Cow<'t, str>, Item<'t>>,
    /// What takes the place of all that is asked for of a name.
    overrides: BTreeMap<SmolStr, Vec<Requirement>>,
    /// What else must hold for the version of a name.
    constraints: BTreeMap<SmolStr, Vec<SmolStr>>,
    /// With their offsets for lines, until all are there.
    found: Vec<Dependency>,
    /// What cannot be read, with its offset.
    faults: Vec<(usize, String)>,
}

/// Where a requirement stands: sources may hold for one of these only.
#[derive(Clone, Copy)]
enum Section<'t> {
    Project,
    Extra(&'t str),
    Group(&'t str),
}

fn read(root: Table<'_>) -> Reader<'_> {
    let mut reader = Reader::default();
    let tool = reader.table(root.get("tool"));
    let tool = |name| tool.and_then(|tool| tool.get(name));
    let uv = reader.table(tool("uv"));
    let poetry = reader.table(tool("poetry"));
    let pdm = reader.table(tool("pdm"));
    if let Some(uv) = uv {
        reader.uv(uv);
    }
    if let Some(pdm) = pdm {
        reader.pdm(pdm);
    }
    if let Some(project) = reader.table(root.get("project")) {
        reader.project = project.str("name").map(normal);
        reader.requirements(project.get("dependencies"), Section::Project);
        for extra in reader
            .table(project.get("optional-dependencies"))
            .into_iter()
            .flat_map(Table::items)
        {
            reader.requirements(Some(extra), Section::Extra(extra.key()));
        }
        let has_poetry = poetry.is_some_and(|poetry| poetry.table("dependencies").is_some());
        reader.dynamic(project.get("dynamic"), has_poetry);
    }
    let groups = reader.table(root.get("dependency-groups"));
    let groups = groups.into_iter().flat_map(Table::items);
    reader.groups = groups.clone().map(|group| normal(group.key())).collect();
    reader.include(groups.clone());
    for group in groups {
        reader.requirements(Some(group), Section::Group(group.key()));
    }
    if let Some(poetry) = poetry {
        let names = reader.found.iter().map(|dependency| &dependency.name);
        reader.asked = names.cloned().collect();
        poetry::read(poetry, &mut reader);
    }
    let groups = reader.table(pdm.and_then(|pdm| pdm.get("dev-dependencies")));
    for group in groups.into_iter().flat_map(Table::items) {
        reader.requirements(Some(group), Section::Group(group.key()));
    }
    let development = uv.and_then(|uv| uv.get("dev-dependencies"));
    reader.requirements(development, Section::Group("dev"));
    reader.resolve();
    reader
}

impl<'t> Reader<'t> {
    /// The table that `item` should be.
    pub(super) fn table(&mut self, item: Option<Item<'t>>) -> Option<Table<'t>> {
        let item = item?;
        let table = item.as_table();
        if table.is_none() {
            self.fault(item, "expected a table");
        }
        table
    }

    /// Notes what the groups include for which there are sources.
    fn include(&mut self, groups: impl Iterator<Item = Item<'t>>) {
        let sources = self.sources.values().flat_map(|source| {
            let one = source.as_array().is_none().then_some(*source);
            source.as_array().into_iter().flatten().chain(one)
        });
        let of_group = |source: Item<'t>| source.as_table()?.str("group").map(normal);
        let wanted: BTreeSet<_> = sources.filter_map(of_group).take(MOST_GROUPS).collect();
        if wanted.is_empty() {
            return;
        }
        let includes: BTreeMap<_, Vec<_>> = groups
            .map(|group| {
                let items = group.as_array().into_iter().flatten();
                let included = items.filter_map(|item| item.as_table()?.str("include-group"));
                (normal(group.key()), included.map(normal).collect())
            })
            .collect();
        for group in wanted {
            let mut reached = BTreeSet::new();
            let mut pending = vec![group.clone()];
            while let Some(next) = pending.pop() {
                for included in includes.get(&next).into_iter().flatten() {
                    if reached.insert(included.clone()) {
                        pending.push(included.clone());
                    }
                }
            }
            self.included.insert(group, reached);
        }
    }

    /// Whether a source is for a group that includes this section.
    fn holds_for_includer(&self, source: Table<'_>, section: Section<'_>) -> bool {
        let (Some(group), Section::Group(own)) = (source.str("group"), section) else {
            return false;
        };
        let included = self.included.get(&normal(group));
        // Of more groups than are looked at, nobody knows.
        included.is_none_or(|included| included.contains(&normal(own)))
    }

    /// What uv reads besides requirements.
    fn uv(&mut self, uv: Table<'t>) {
        let sources = self.table(uv.get("sources"));
        let sources = sources.into_iter().flat_map(Table::items);
        self.sources = sources.map(|source| (normal(source.key()), source)).collect();
        for (_, requirement) in self.list(uv.get("override-dependencies")) {
            let name = requirement.name.clone();
            self.overrides.entry(name).or_default().push(requirement);
        }
        for (_, requirement) in self.list(uv.get("constraint-dependencies")) {
            let constraints = self.constraints.entry(requirement.name).or_default();
            constraints.extend(requirement.specifier);
        }
    }

    /// What PDM reads besides requirements: `resolution.overrides`, a table of versions, specifiers or places.
    fn pdm(&mut self, pdm: Table<'t>) {
        let resolution = self.table(pdm.get("resolution"));
        let overrides = self.table(resolution.and_then(|resolution| resolution.get("overrides")));
        for item in overrides.into_iter().flat_map(Table::items) {
            let Some(text) = item.as_str() else {
                self.fault(item, "expected a version in quotes");
                continue;
            };
            let name = item.key();
            let text = text.trim();
            let begins = text.starts_with(['=', '<', '>', '!', '~']);
            let requirement = match text {
                place if requirement::source_of(place).is_some() => format!("{name} @ {place}"),
                "*" | "" => name.to_owned(),
                specifier if begins => format!("{name}{specifier}"),
                version => format!("{name}=={version}"),
            };
            match Requirement::parse(&requirement) {
                Ok(requirement) => {
                    let name = requirement.name.clone();
                    self.overrides.entry(name).or_default().push(requirement);
                }
                Err(Unreadable(reason)) => self.fault(item, &reason),
            }
        }
    }

    /// What the build makes up.
    fn dynamic(&mut self, dynamic: Option<Item<'t>>, has_poetry: bool) {
        let Some(item) = dynamic else { return };
        let Some(list) = item.as_array() else {
            return self.fault(item, "expected a list of names");
        };
        for item in list {
            let what = match item.as_str() {
                Some("dependencies") if !has_poetry => "dependencies",
                Some("optional-dependencies") if !has_poetry => "optional dependencies",
                _ => continue,
            };
            let reason = format!("the {what} are dynamic: the build makes them up, so they are missing here");
            self.fault(item, &reason);
        }
    }

    /// Puts what overrides them in the place of requirements, and adds what else must hold for their versions.
    fn resolve(&mut self) {
        let found = std::mem::take(&mut self.found);
        for mut dependency in found {
            if dependency.source != Source::Registry {
                self.found.push(dependency);
                continue;
            }
            if let Some(overrides) = self.overrides.get(&dependency.name) {
                let instead = overrides.iter().map(|requirement| Dependency {
                    version: requirement.version.clone(),
                    specifier: requirement.specifier.clone(),
                    source: requirement.source,
                    ..dependency.clone()
                });
                self.found.extend(instead);
                continue;
            }
            if let Some(constraints) = self.constraints.get(&dependency.name)
                && dependency.version.is_none()
            {
                let own = dependency.specifier.iter();
                let clauses: Vec<&str> = own.chain(constraints).map(SmolStr::as_str).collect();
                dependency.specifier = Some(clauses.join(",").into());
            }
            self.found.push(dependency);
        }
    }

    /// A list of PEP 508 requirements. A group may include another one, which is read by itself.
    fn requirements(&mut self, list: Option<Item<'t>>, section: Section<'t>) {
        for (item, requirement) in self.list(list) {
            if self.project.as_deref() != Some(&requirement.name) {
                self.with_source(item, requirement, section);
            }
        }
    }

    /// The requirements of a list.
    fn list(&mut self, list: Option<Item<'t>>) -> Vec<(Item<'t>, Requirement)> {
        let Some(item) = list else { return Vec::new() };
        let Some(list) = item.as_array() else {
            self.fault(item, "expected a list of requirements");
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in list {
            let included = item.as_table().and_then(|table| table.str("include-group"));
            match (item.as_str(), included) {
                (Some(text), _) => match requirement_of(text) {
                    Ok(requirement) => found.push((item, requirement)),
                    Err(Unreadable(reason)) => {
                        self.fault(item, &format!("{reason}: {}", text::excerpt(text)))
                    }
                },
                (None, Some(group)) if self.groups.contains(&normal(group)) => {}
                (None, Some(_)) => self.fault(item, "the group to include is not there"),
                (None, None) => self.fault(item, "expected a requirement in quotes"),
            }
        }
        found
    }

    /// uv takes a requirement from where `tool.uv.sources` says, if it says so of this section.
    fn with_source(&mut self, item: Item<'t>, requirement: Requirement, section: Section<'t>) {
        let scope = match section {
            Section::Project => Scope::Prod,
            Section::Extra(_) => Scope::Optional,
            Section::Group(_) => Scope::Dev,
        };
        let Some(source) = self.sources.get(requirement.name.as_str()).copied() else {
            return self.found(item, requirement, scope);
        };
        let one = source.as_array().is_none().then_some(source);
        let several = source.as_array().into_iter().flatten();
        // Where no marker holds, the registry remains.
        let mut remains = true;
        for source in one.into_iter().chain(several) {
            let Some(source) = source.as_table() else {
                self.fault(source, "expected a table that says where the package comes from");
                continue;
            };
            let holds = holds_in(source, section);
            if !holds && !self.holds_for_includer(source, section) {
                continue;
            }
            let place = ["git", "url", "path"]
                .into_iter()
                .find_map(|kind| Some((kind, source.get(kind)?)));
            let is_member = source.get("workspace").and_then(Item::as_bool) == Some(true);
            let place = match place {
                Some((kind, place)) => match place.as_str() {
                    Some(text) => Some((kind, text)),
                    None => {
                        self.fault(place, "expected a place in quotes");
                        continue;
                    }
                },
                // A member of the workspace is the project's own.
                None if is_member => None,
                // Another index is a registry too.
                None => continue,
            };
            // Who installs the group alone, which the other one includes, gets the registry's.
            remains &= source.get("marker").is_some() || !holds;
            let Some((kind, place)) = place else { continue };
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

/// A requirement as a manifest writes it.
fn requirement_of(text: &str) -> Result<Requirement, Unreadable> {
    // PDM writes editable requirements as pip does.
    match text.strip_prefix("-e ") {
        Some(place) => Ok(Requirement::placed(place, Source::File)),
        None => Requirement::parse(text),
    }
}

/// Whether a source, which may be for one extra or group alone, holds in `section`.
fn holds_in(source: Table<'_>, section: Section<'_>) -> bool {
    let is_for = |key: &str, name: Option<&str>| {
        let wanted = source.get(key);
        wanted.is_none_or(|wanted| wanted.as_str().map(normal) == name.map(normal))
    };
    let (extra, group) = match section {
        Section::Project => (None, None),
        Section::Extra(name) => (Some(name), None),
        Section::Group(name) => (None, Some(name)),
    };
    is_for("extra", extra) && is_for("group", group)
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
    fn a_source_for_a_group_is_for_what_that_includes() {
        let text = |group: &str| {
            format!(
                "[dependency-groups]\nAll = [{{include-group = \"dev\"}}]\ndev = [{{include-group = \"docs\"}}]\ndocs = [\"a\"]\n[tool.uv.sources]\na = {{ path = \"local\", group = \"{group}\" }}\n"
            )
        };
        let local = "a - Dev File local 4";
        let registry = "a - Dev Registry 4";
        assert_eq!(read(&text("docs")), [local]);
        assert_eq!(read(&text("dev")), [registry, local]);
        assert_eq!(read(&text("all")), [registry, local]);
        assert_eq!(read(&text("none")), [registry]);
    }

    #[test]
    fn what_is_asked_for_in_a_form_of_its_own_is_told() {
        for (text, line) in [
            (
                "[tool.flit.metadata]\nmodule = \"m\"\nrequires = [\"a==1\"]\n",
                Some(3),
            ),
            (
                "[project]\nname = \"p\"\n[tool.pixi.pypi-dependencies]\na = \"*\"\n",
                Some(3),
            ),
            ("[tool.pixi.feature.x.dependencies]\na = \"*\"\n", Some(1)),
            (
                "[tool.flit.module]\nname = \"m\"\n[tool.pixi.workspace]\nchannels = []\n",
                None,
            ),
        ] {
            let told = line.map(|line| format!("pyproject.toml:{line}: {ELSEWHERE}"));
            assert_eq!(
                sample::warnings("pyproject.toml", text),
                Vec::from_iter(told),
                "{text}"
            );
        }
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
    fn a_source_may_be_for_one_group_or_extra() {
        let text = r#"
[project]
dependencies = ["a==1", "b"]
optional-dependencies = { "X.y" = ["a==1", "b"] }
[dependency-groups]
docs = ["a"]
test = ["a==1", "b"]
[tool.uv.sources]
a = { path = "../a", group = "Docs" }
b = [{ git = "https://h.example/b", extra = "x-y" }, { url = "https://h.example/b.zip", group = "test", marker = "m" }]
"#;
        assert_eq!(
            read(text),
            [
                "a - Dev File ../a 6",
                "a 1 Prod Registry ==1 3",
                "b - Prod Registry 3",
                "b - Optional Git https://h.example/b 4",
                "b - Dev Url https://h.example/b.zip 7",
            ]
        );
    }

    #[test]
    fn overrides_take_the_place_of_requirements() {
        let text = r#"
[project]
dependencies = ["a>=3", "b>1", "c", "d==1", "e"]
[tool.uv]
override-dependencies = ["a==2; os_name == 'nt'", "a==1", "other==1"]
constraint-dependencies = ["b<3", "d>0"]
[tool.pdm.resolution.overrides]
c = "1.0"
e = "https://h.example/e.zip"
"#;
        assert_eq!(
            read(text),
            [
                "a 1 Prod Registry ==1 3",
                "a 2 Prod Registry ==2 3",
                "b - Prod Registry >1,<3 3",
                "c 1.0 Prod Registry ==1.0 3",
                "d 1 Prod Registry ==1 3",
                "e - Prod Url https://h.example/e.zip 3",
            ]
        );
    }

    #[test]
    fn a_value_of_another_kind_counts_as_missing() {
        for part in [
            "[[project]]\ndependencies = [\"a\"]",
            "project = 1",
            "[project]\ndependencies = \"a\"",
            "[project]\noptional-dependencies = [\"a\"]",
            "[project.optional-dependencies]\nx = \"a\"",
            "[project]\ndynamic = \"dependencies\"",
            "[project]\ndynamic = [\"optional-dependencies\"]",
            "[[dependency-groups]]\nx = [\"a\"]",
            "[dependency-groups]\nx = { a = \"1\" }",
            "[[tool]]",
            "[[tool.poetry]]\n[tool.poetry.dependencies]\na = \"1\"",
            "[tool.poetry]\ndependencies = [\"a\"]",
            "[tool.poetry]\ngroup = [\"a\"]",
            "[tool.poetry.group]\nx = [\"a\"]",
            "[[tool.poetry.group.x.dependencies]]\na = \"1\"",
            "[tool.poetry.dependencies]\na = { version = 1 }",
            "[tool.poetry.dependencies]\na = { git = [\"x\"] }",
            "[tool.poetry.dependencies]\na = [1]",
            "[tool.pdm]\ndev-dependencies = [\"a\"]",
            "[tool.pdm.resolution]\noverrides = [\"a\"]",
            "[tool.uv]\ndev-dependencies = { a = \"1\" }",
            "[tool.uv]\noverride-dependencies = \"a\"",
            "[tool.uv]\nsources = [\"a\"]",
            "[project]\ndependencies = [\"a\"]\n[tool.uv.sources]\na = \"../a\"",
            "[project]\ndependencies = [\"a\"]\n[tool.uv.sources]\na = { path = 1 }",
        ] {
            // Some of these leave a file that is a pyproject.toml for its build alone.
            let text = format!("{part}\n[build-system]\nrequires = []\n");
            let told = sample::warnings("pyproject.toml", &text);
            assert_eq!(told.len(), 1, "{part}: {told:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_and_counts_as_missing() {
        let text = "[project]\ndependencies = [\"a=1\", 1]\noptional-dependencies = []\ndynamic = [\"dependencies\"]\n[tool.poetry.group.x]\ndependencies = {a = 1}\n[dependency-groups]\na = [{include-group = \"b\"}]\n";
        assert_eq!(
            sample::warnings("pyproject.toml", text),
            [
                "pyproject.toml:2: not a PEP 440 version specifier: a=1",
                "pyproject.toml:2: expected a requirement in quotes",
                "pyproject.toml:3: expected a table",
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
