//! What Python's lockfiles share: packages that require each other by name, put together into distinct
//! dependencies and who pulls in whom.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::ops::Range;
use std::str::FromStr;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use pep440_rs::{Version, VersionSpecifiers};
use smol_str::SmolStr;

use super::super::hosts::Host;
use super::super::toml::{Item, Table, WrongKind};
use super::super::{Parsed, Warning, order};
use crate::dependency::{Dependency, Scope, Source};
use crate::graph::{Graph, Node, Runs};
use crate::package::Ecosystem;
use crate::text::Lines;

/// An entry of a lockfile.
pub(super) struct Package<'t> {
    /// The name, normalised.
    pub(super) name: Cow<'t, str>,
    pub(super) version: Option<&'t str>,
    /// Where it is taken from, if that is no registry.
    pub(super) specifier: Option<SmolStr>,
    pub(super) source: Source,
    /// What it is for, if its entry tells.
    pub(super) scope: Option<Scope>,
    /// Where in the file it stands.
    pub(super) offset: usize,
    pub(super) role: Role,
    pub(super) requires: Vec<Require<'t>>,
    /// Where its archives come from, as far as it is a registry's.
    pub(super) origin: Origin<'t>,
}

impl<'t> Package<'t> {
    /// A package of the registry, of which no more is known than its name; `None` without one.
    pub(super) fn new(table: Table<'t>) -> Result<Option<Self>, WrongKind> {
        let name = table.get("name").map(Item::str).transpose()?;
        Ok(name.map(|name| Self {
            name: normal(name),
            version: None,
            specifier: None,
            source: Source::Registry,
            scope: None,
            offset: table.offset(),
            role: Role::Dependency,
            requires: Vec::new(),
            origin: Origin::default(),
        }))
    }
}

/// Where the archives of a registry's package come from.
#[derive(Debug, Default)]
pub(super) struct Origin<'t> {
    /// Its index, and that one's URL.
    pub(super) index: Option<(Host, &'t str)>,
    /// Each host of its archives that is not the index's, with a URL there.
    pub(super) hosts: Vec<(Host, &'t str)>,
}

/// What an entry is to the project.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The project itself.
    Project,
    /// A member of the project's workspace.
    Member,
    /// Something that is neither.
    Dependency,
}

/// That a package, or the project, needs another.
pub(super) struct Require<'t> {
    /// The name, normalised.
    pub(super) name: Cow<'t, str>,
    pub(super) which: Which<'t>,
    /// What for.
    pub(super) scope: Scope,
    /// The extra of the package that needs it for which it is needed, normalised; `None` if it is needed without.
    pub(super) of_extra: Option<Cow<'t, str>>,
    /// The extras with which it is needed, normalised.
    pub(super) extras: Vec<Cow<'t, str>>,
    /// Whether it is only needed for an extra that nothing names here.
    pub(super) is_optional: bool,
    /// Where in the file this stands, if the file would be broken without an entry for it.
    pub(super) must_be_held: Option<usize>,
}

impl<'t> Require<'t> {
    /// That `name` is needed to run, in any version.
    pub(super) fn new(name: &'t str) -> Self {
        Self {
            name: normal(name),
            which: Which::Any,
            scope: Scope::Prod,
            of_extra: None,
            extras: Vec::new(),
            is_optional: false,
            must_be_held: None,
        }
    }
}

/// Which of the locked versions of a name is meant.
#[derive(Clone, Copy)]
pub(super) enum Which<'t> {
    Any,
    Version(&'t str),
    /// Those that these PEP 440 specifiers admit; all, if they are not of PEP 440.
    Specifier(&'t str),
}

/// How many versions of one name are looked at for one requirement. Lockfiles have a handful; without a
/// bound, a file of nothing else would have a number of edges that is the square of its length.
const MOST_VERSIONS: usize = 64;

/// How many entries that cannot be listed are told one by one.
const MOST_TOLD: usize = 20;

/// The name as [`Ecosystem::normalize`] gives it.
pub(super) fn normal(name: &str) -> Cow<'_, str> {
    Ecosystem::PyPI.normalize(name)
}

/// Puts the entries of a file together. `asked` is what the project asks for besides what its own entries
/// say; `None` where nobody tells what it asks for.
pub(super) fn assemble(
    file: &str,
    text: &str,
    mut packages: Vec<Package<'_>>,
    asked: Option<&[Require<'_>]>,
    mut warnings: Vec<Warning>,
) -> Parsed {
    packages.sort_by_key(|package| package.offset);
    let nodes = Nodes::new(text, &packages);
    let Needs {
        seeds,
        edges: needs,
        firm,
        parts,
        roots: asked_for,
        shown,
        missing,
    } = Needs::of(&packages, &nodes, asked.unwrap_or_default());
    warnings.extend(not_held(file, text, missing));

    let mut roots = asked_for;
    // Members are the project's own: it reaches them even where nothing asks for them.
    let first_member = nodes.dependencies.len();
    roots.extend((first_member..nodes.count()).map(node));

    let reached = reached_for(parts, &seeds, &needs);
    let scopes = scopes(&reached, &nodes.scopes, &seeds, &firm);
    let mut direct = vec![asked.map(|_| false); nodes.count()];
    for &(seed, _) in &seeds {
        if let Some(direct) = direct.get_mut(seed as usize) {
            *direct = Some(true);
        }
    }
    if asked.is_none() && !shown.is_empty() {
        // What nothing requires must have been asked for; of the rest nobody knows.
        direct.fill(Some(true));
        for &(_, to) in shown.iter().filter(|(from, to)| from != to) {
            direct[to as usize] = None;
        }
        let top = (0..).zip(&direct).filter(|(_, direct)| direct.is_some());
        roots.extend(top.map(|(node, _): (Node, _)| node));
    }
    let Nodes {
        mut dependencies,
        members,
        ..
    } = nodes;
    for (index, dependency) in dependencies.iter_mut().enumerate() {
        dependency.scope = scopes[index].unwrap_or(Scope::Prod);
        dependency.direct = direct[index];
    }
    let graph = Graph::new(dependencies.len(), members, &roots, &shown);
    Parsed {
        dependencies,
        graph,
        warnings,
    }
}

/// Who needs whom, and what for. The nodes are those of the dependencies and members; then the project's own
/// entries; then a part for each extra of an entry, which needs what the entry needs for that extra.
struct Needs {
    /// What the project or a member asks for, and what for.
    seeds: Vec<(Node, Scope)>,
    edges: Vec<(Node, Node)>,
    /// Those of them without which the one that needs does not work.
    firm: Vec<(Node, Node)>,
    /// How many nodes there are with the parts.
    parts: usize,
    /// What the project asks for, of the nodes that are shown.
    roots: Vec<Node>,
    /// The edges between nodes that are shown.
    shown: Vec<(Node, Node)>,
    /// What is needed and not there, and where that stands.
    missing: Vec<(usize, String)>,
}

impl Needs {
    fn of(packages: &[Package<'_>], nodes: &Nodes, asked: &[Require<'_>]) -> Self {
        let mut needs = Self {
            seeds: Vec::new(),
            edges: Vec::new(),
            firm: Vec::new(),
            parts: nodes.count(),
            roots: Vec::new(),
            shown: Vec::new(),
            missing: Vec::new(),
        };
        // Every entry of the project itself is one node.
        let project = node(needs.parts);
        needs.parts += 1;
        let mut parts: BTreeMap<(Node, &str), Node> = BTreeMap::new();
        for (package, own) in packages.iter().zip(&nodes.of_entry) {
            for extra in package
                .requires
                .iter()
                .filter_map(|require| require.of_extra.as_deref())
            {
                let part = parts
                    .entry((own.unwrap_or(project), extra))
                    .or_insert(node(needs.parts));
                if *part == node(needs.parts) {
                    needs.parts += 1;
                }
            }
        }
        let own_entries = packages.iter().filter(|package| package.role == Role::Project);
        let own_names: BTreeSet<&str> = own_entries.map(|package| package.name.as_ref()).collect();

        for (package, own) in packages.iter().zip(&nodes.of_entry) {
            let is_own = package.role != Role::Dependency;
            for require in &package.requires {
                let whole = own.unwrap_or(project);
                let from = match require.of_extra.as_deref() {
                    Some(extra) => parts.get(&(whole, extra)).copied().unwrap_or(whole),
                    None => whole,
                };
                // Nobody gets what a package needs to be developed but who develops it.
                let edge = (require.scope != Scope::Dev).then_some(from);
                let mut is_there = false;
                nodes.resolve(require, |to| {
                    is_there = true;
                    match own {
                        Some(own) => needs.shown.push((*own, to)),
                        None => needs.roots.push(to),
                    }
                    needs.lead(edge, is_own, require, to, &parts);
                });
                if !is_there && is_own && own_names.contains(require.name.as_ref()) {
                    is_there = true;
                    needs.lead(edge, is_own, require, project, &parts);
                }
                if let (false, Some(offset)) = (is_there, require.must_be_held) {
                    needs.missing.push((offset, require.name.clone().into_owned()));
                }
            }
        }
        for require in asked {
            let mut is_there = false;
            nodes.resolve(require, |to| {
                is_there = true;
                needs.roots.push(to);
                needs.lead(None, true, require, to, &parts);
            });
            if let (false, Some(offset)) = (is_there, require.must_be_held) {
                needs.missing.push((offset, require.name.clone().into_owned()));
            }
        }
        needs
    }

    /// Notes that `require` leads to the node `to` and to those of its extras.
    fn lead(
        &mut self,
        edge: Option<Node>,
        is_own: bool,
        require: &Require<'_>,
        to: Node,
        parts: &BTreeMap<(Node, &str), Node>,
    ) {
        let extras = require
            .extras
            .iter()
            .filter_map(|extra| parts.get(&(to, extra.as_ref())));
        for to in std::iter::once(&to).chain(extras) {
            if is_own {
                self.seeds.push((*to, require.scope));
            }
            if let Some(from) = edge {
                self.edges.push((from, *to));
                if !require.is_optional {
                    self.firm.push((from, *to));
                }
            }
        }
    }
}

/// That packages are needed and not there; each name is told once, where it is needed first.
fn not_held(file: &str, text: &str, mut missing: Vec<(usize, String)>) -> Vec<Warning> {
    missing.sort_unstable();
    let mut seen = BTreeSet::new();
    missing.retain(|(_, name)| seen.insert(name.clone()));
    let mut lines = Lines::new(text);
    let mut told: Vec<Warning> = missing
        .iter()
        .take(MOST_TOLD)
        .map(|(offset, name)| {
            let line = lines.line_at(*offset);
            Warning::incomplete(format!(
                "{file}:{line}: {name} is needed here and the lockfile does not hold it"
            ))
        })
        .collect();
    if missing.len() > MOST_TOLD {
        let more = missing.len() - MOST_TOLD;
        told.push(Warning::incomplete(format!(
            "{file}: {more} more packages are needed and not there"
        )));
    }
    told
}

/// What each node is needed for: the first scope of which a seed leads to it.
fn reached_for(nodes: usize, seeds: &[(Node, Scope)], edges: &[(Node, Node)]) -> Vec<Option<Scope>> {
    let required = Runs::new(nodes, edges.iter().copied());
    let mut seeds = seeds.to_vec();
    seeds.sort_unstable_by_key(|&(_, scope)| scope);
    let mut reached = vec![None; nodes];
    let mut pending = Vec::new();
    for (seed, scope) in seeds {
        pending.push(seed);
        while let Some(node) = pending.pop() {
            if reached[node as usize].is_some() {
                continue;
            }
            reached[node as usize] = Some(scope);
            pending.extend(required.of(node));
        }
    }
    reached
}

/// What each node is for: what its entry says, else what it is `reached` for, and no less than the project itself and
/// what it needs ask for.
fn scopes(
    reached: &[Option<Scope>],
    told: &[Option<Scope>],
    seeds: &[(Node, Scope)],
    firm: &[(Node, Node)],
) -> Vec<Option<Scope>> {
    let mut scopes = reached.to_vec();
    for (scope, told) in scopes.iter_mut().zip(told) {
        *scope = Some(told.or(*scope).unwrap_or(Scope::Prod));
    }
    for &(seed, tie) in seeds {
        let scope = &mut scopes[seed as usize];
        *scope = scope.map(|scope| scope.needed_by(Scope::Prod, &[tie]));
    }
    let raised = |scopes: &[Option<Scope>], from: Node, to: Node| {
        let (from, to) = (scopes[from as usize]?, scopes[to as usize]?);
        let raised = to.needed_by(from, &[]);
        (raised != to).then_some(raised)
    };
    if firm.iter().all(|&(from, to)| raised(&scopes, from, to).is_none()) {
        return scopes;
    }
    let needed = Runs::new(reached.len(), firm.iter().copied());
    let mut pending: Vec<Node> = firm.iter().map(|&(from, _)| from).collect();
    while let Some(from) = pending.pop() {
        for &to in needed.of(from) {
            if let Some(raised) = raised(&scopes, from, to) {
                scopes[to as usize] = Some(raised);
                pending.push(to);
            }
        }
    }
    scopes
}

/// The distinct dependencies, sorted, then the members.
struct Nodes {
    dependencies: Vec<Dependency>,
    /// What each dependency's entries say that it is for.
    scopes: Vec<Option<Scope>>,
    members: Vec<String>,
    /// For each entry, its node.
    of_entry: Vec<Option<Node>>,
    /// For each name, the node of its first version, or of the member.
    by_name: HashTable<Node>,
    /// Random, so that a hostile file cannot choose its collisions.
    hasher: RandomState,
}

impl Nodes {
    fn new(text: &str, packages: &[Package<'_>]) -> Self {
        let mut lines = Lines::new(text);
        let lines: Vec<usize> = packages
            .iter()
            .map(|package| lines.line_at(package.offset))
            .collect();
        let mut listed: Vec<([u128; 2], usize)> = (0..packages.len())
            .filter(|&entry| packages[entry].role == Role::Dependency)
            .map(|entry| (order::start_of(&packages[entry].name), entry))
            .collect();

        listed.sort_by(|a, b| {
            let whole = || {
                let (a, b) = (&packages[a.1], &packages[b.1]);
                a.name
                    .cmp(&b.name)
                    .then_with(|| {
                        order::natural(a.version.unwrap_or_default(), b.version.unwrap_or_default())
                    })
                    .then_with(|| a.source.cmp(&b.source))
                    .then_with(|| a.specifier.cmp(&b.specifier))
            };
            a.0.cmp(&b.0).then_with(whole)
        });
        let mut nodes = Self {
            dependencies: Vec::with_capacity(listed.len()),
            scopes: Vec::with_capacity(listed.len()),
            members: Vec::new(),
            of_entry: vec![None; packages.len()],
            by_name: HashTable::with_capacity(listed.len()),
            hasher: RandomState::default(),
        };
        for (_, entry) in listed {
            nodes.add(&packages[entry], lines[entry]);
            nodes.of_entry[entry] = Node::try_from(nodes.dependencies.len() - 1).ok();
        }
        for (entry, package) in packages.iter().enumerate() {
            if package.role == Role::Member {
                let at = nodes.count();
                nodes.of_entry[entry] = Node::try_from(at).ok();
                nodes.members.push(package.name.clone().into_owned());
                nodes.note(at);
            }
        }
        nodes
    }

    fn add(&mut self, package: &Package<'_>, line: usize) {
        if let (Some(last), Some(scope)) = (self.dependencies.last_mut(), self.scopes.last_mut())
            && last.name == *package.name
            && last.version.as_deref() == package.version
            && last.source == package.source
            && last.specifier == package.specifier
        {
            last.line = last.line.min(line);
            *scope = (*scope).zip(package.scope).map(|(one, other)| one.min(other));
            return;
        }
        let is_first = self
            .dependencies
            .last()
            .is_none_or(|last| last.name != *package.name);
        self.scopes.push(package.scope);
        self.dependencies.push(Dependency {
            ecosystem: Ecosystem::PyPI,
            name: SmolStr::new(&package.name),
            version: package.version.map(SmolStr::new),
            specifier: package.specifier.clone(),
            scope: Scope::Prod,
            direct: None,
            source: package.source,
            line,
        });
        if is_first {
            self.note(self.dependencies.len() - 1);
        }
    }

    /// Makes the node at this place the one that its name means.
    fn note(&mut self, at: usize) {
        let Self {
            dependencies,
            members,
            by_name,
            hasher,
            ..
        } = self;
        let name = |at: usize| match dependencies.get(at) {
            Some(dependency) => dependency.name.as_str(),
            None => &members[at - dependencies.len()],
        };
        let is_same = |&other: &Node| name(other as usize) == name(at);
        let rehash = |&other: &Node| hasher.hash_one(name(other as usize));
        *by_name
            .entry(hasher.hash_one(name(at)), is_same, rehash)
            .or_insert(node(at))
            .get_mut() = node(at);
    }

    /// The nodes that `name` means.
    fn named(&self, name: &str) -> Range<usize> {
        let listed = self.dependencies.len();
        let is_same = |&node: &Node| match self.dependencies.get(node as usize) {
            Some(dependency) => dependency.name == name,
            None => self.members[node as usize - listed] == name,
        };
        let Some(&first) = self.by_name.find(self.hasher.hash_one(name), is_same) else {
            return 0..0;
        };
        let first = first as usize;
        let Some(versions) = self.dependencies.get(first..).filter(|rest| !rest.is_empty()) else {
            return first..first + 1;
        };
        // Most names have one version.
        match versions.get(1) {
            Some(second) if second.name == name => {
                first..first + versions.partition_point(|dependency| dependency.name == name)
            }
            _ => first..first + 1,
        }
    }

    fn count(&self) -> usize {
        self.dependencies.len() + self.members.len()
    }

    /// Gives each node that `require` may mean.
    fn resolve(&self, require: &Require<'_>, mut found: impl FnMut(Node)) {
        let range = self.named(&require.name);
        if range.len() == 1 {
            let version = self
                .dependencies
                .get(range.start)
                .and_then(|only| only.version.as_deref());
            if !matches!((require.which, version), (Which::Version(wanted), Some(version)) if wanted != version)
            {
                found(node(range.start));
            }
            return;
        }
        let version = |at: usize| self.dependencies[at].version.as_deref().unwrap_or_default();
        let few = range.clone().take(MOST_VERSIONS);
        match require.which {
            Which::Any => few.map(node).for_each(found),
            Which::Version(wanted) => {
                let versions = &self.dependencies[range.clone()];
                let first = range.start
                    + versions.partition_point(|dependency| {
                        let version = dependency.version.as_deref().unwrap_or_default();
                        order::natural(version, wanted).is_lt()
                    });
                (first..range.end)
                    .take(MOST_VERSIONS)
                    .take_while(|&at| version(at) == wanted)
                    .map(node)
                    .for_each(found);
            }
            Which::Specifier(specifier) => {
                let specifiers = VersionSpecifiers::from_str(specifier).ok();
                let admitted: Vec<usize> = few
                    .clone()
                    .filter(|&at| match (&specifiers, Version::from_str(version(at))) {
                        (Some(specifiers), Ok(version)) => specifiers.contains(&version),
                        _ => true,
                    })
                    .collect();
                if admitted.is_empty() {
                    few.map(node).for_each(found);
                } else {
                    admitted.into_iter().map(node).for_each(found);
                }
            }
        }
    }
}

fn node(at: usize) -> Node {
    // Each dependency takes more than one byte of a file that is smaller than 4 GiB.
    Node::try_from(at).unwrap_or(Node::MAX)
}

/// The packages that `read` finds in the list `entries`. Those in which it finds none are told in `warnings`, with
/// `why`.
pub(super) fn packages<'t>(
    file: &str,
    text: &str,
    entries: Option<Item<'t>>,
    why: &str,
    warnings: &mut Vec<Warning>,
    mut read: impl FnMut(Table<'t>) -> Result<Option<Package<'t>>, WrongKind>,
) -> Result<Vec<Package<'t>>, WrongKind> {
    let mut packages = Vec::new();
    let mut unread = Vec::new();
    for item in entries.map(Item::array).transpose()?.into_iter().flatten() {
        match read(item.table()?)? {
            Some(package) => packages.push(package),
            None => unread.push(item.offset()),
        }
    }
    warnings.extend(left_out(file, text, &unread, why));
    Ok(packages)
}

/// That the entries at these offsets, in ascending order, cannot be listed, and why.
fn left_out(file: &str, text: &str, offsets: &[usize], why: &str) -> Vec<Warning> {
    let (told, more) = offsets.split_at(offsets.len().min(MOST_TOLD));
    let mut lines = Lines::new(text);
    let mut warnings: Vec<Warning> = told
        .iter()
        .map(|&offset| Warning::incomplete(format!("{file}:{}: {why}", lines.line_at(offset))))
        .collect();
    if !more.is_empty() {
        let message = format!("{file}: {} more packages are left out", more.len());
        warnings.push(Warning::incomplete(message));
    }
    warnings
}
