//! What Python's lockfiles share: packages that require each other by name, put together into distinct
//! dependencies and who pulls in whom.

use std::borrow::Cow;
use std::ops::Range;
use std::str::FromStr;

use foldhash::HashMap;
use pep440_rs::{Version, VersionSpecifiers};
use smol_str::SmolStr;

use super::super::toml::{Item, Table};
use super::super::{Warning, order};
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
}

impl<'t> Package<'t> {
    /// A package of the registry, of which no more is known than its name; `None` without one.
    pub(super) fn new(table: Table<'t>) -> Option<Self> {
        Some(Self {
            name: normal(table.str("name")?),
            version: None,
            specifier: None,
            source: Source::Registry,
            scope: None,
            offset: table.offset(),
            role: Role::Dependency,
            requires: Vec::new(),
        })
    }
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
    text: &str,
    mut packages: Vec<Package<'_>>,
    asked: Option<&[Require<'_>]>,
) -> (Vec<Dependency>, Graph) {
    packages.sort_by_key(|package| package.offset);
    let nodes = Nodes::new(text, &packages);

    let mut roots = Vec::new();
    // What the project or a member asks for, and what for.
    let mut seeds: Vec<(Node, Scope)> = Vec::new();
    let mut edges = Vec::new();
    for (package, node) in packages.iter().zip(&nodes.of_entry) {
        for require in &package.requires {
            nodes.resolve(require, |to| {
                match node {
                    Some(from) => edges.push((*from, to)),
                    None => roots.push(to),
                }
                if package.role != Role::Dependency {
                    seeds.push((to, require.scope));
                }
            });
        }
    }
    for require in asked.unwrap_or_default() {
        nodes.resolve(require, |to| {
            roots.push(to);
            seeds.push((to, require.scope));
        });
    }
    // Members are the project's own: it reaches them even where nothing asks for them.
    let first_member = nodes.dependencies.len();
    roots.extend((first_member..nodes.count()).map(node));

    let scopes = reached_for(nodes.count(), &seeds, &edges);
    let mut direct = vec![asked.map(|_| false); nodes.count()];
    for &(seed, _) in &seeds {
        direct[seed as usize] = Some(true);
    }
    if asked.is_none() && !edges.is_empty() {
        // What nothing requires must have been asked for; of the rest nobody knows.
        direct.fill(Some(true));
        for &(_, to) in edges.iter().filter(|(from, to)| from != to) {
            direct[to as usize] = None;
        }
        let top = (0..).zip(&direct).filter(|(_, direct)| direct.is_some());
        roots.extend(top.map(|(node, _): (Node, _)| node));
    }
    let Nodes {
        mut dependencies,
        members,
        scopes: told,
        ..
    } = nodes;
    for (index, dependency) in dependencies.iter_mut().enumerate() {
        dependency.scope = told[index].or(scopes[index]).unwrap_or(Scope::Prod);
        dependency.direct = direct[index];
    }
    let graph = Graph::new(dependencies.len(), members, &roots, &edges);
    (dependencies, graph)
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

/// The distinct dependencies, sorted, then the members.
struct Nodes<'t> {
    dependencies: Vec<Dependency>,
    /// What each dependency's entries say that it is for.
    scopes: Vec<Option<Scope>>,
    members: Vec<String>,
    /// For each entry, its node.
    of_entry: Vec<Option<Node>>,
    /// For each name, the nodes of its versions.
    of_name: HashMap<Cow<'t, str>, Range<usize>>,
}

impl<'t> Nodes<'t> {
    fn new(text: &str, packages: &[Package<'t>]) -> Self {
        let mut lines = Lines::new(text);
        let lines: Vec<usize> = packages
            .iter()
            .map(|package| lines.line_at(package.offset))
            .collect();
        let mut listed: Vec<([u128; 2], usize)> = (0..packages.len())
            .filter(|&entry| packages[entry].role == Role::Dependency)
            .map(|entry| (order::start_of(&packages[entry].name), entry))
            .collect();
        let version = |package: &Package<'t>| package.version.unwrap_or_default();
        listed.sort_by(|a, b| {
            let whole = || {
                let (a, b) = (&packages[a.1], &packages[b.1]);
                a.name
                    .cmp(&b.name)
                    .then_with(|| order::natural(version(a), version(b)))
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
            of_name: HashMap::with_capacity_and_hasher(listed.len(), Default::default()),
        };
        for (_, entry) in listed {
            nodes.add(&packages[entry], lines[entry]);
            nodes.of_entry[entry] = Node::try_from(nodes.dependencies.len() - 1).ok();
        }
        for (entry, package) in packages.iter().enumerate() {
            if package.role == Role::Member {
                let node = nodes.count();
                nodes.of_name.insert(package.name.clone(), node..node + 1);
                nodes.of_entry[entry] = Node::try_from(node).ok();
                nodes.members.push(package.name.clone().into_owned());
            }
        }
        nodes
    }

    fn add(&mut self, package: &Package<'t>, line: usize) {
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
        let node = self.dependencies.len();
        self.of_name.entry(package.name.clone()).or_insert(node..node).end = node + 1;
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
    }

    fn count(&self) -> usize {
        self.dependencies.len() + self.members.len()
    }

    /// Gives each node that `require` may mean.
    fn resolve(&self, require: &Require<'_>, mut found: impl FnMut(Node)) {
        let Some(range) = self.of_name.get(&require.name) else {
            return;
        };
        if range.len() == 1 {
            found(node(range.start));
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

/// The packages that `read` finds in `entries`. Those in which it finds none are told in `warnings`, with
/// `why`.
pub(super) fn packages<'t>(
    file: &str,
    text: &str,
    entries: impl Iterator<Item = Item<'t>>,
    why: &str,
    warnings: &mut Vec<Warning>,
    read: impl Fn(Table<'t>) -> Option<Package<'t>>,
) -> Vec<Package<'t>> {
    let mut packages = Vec::new();
    let mut unread = Vec::new();
    for item in entries {
        match item.as_table().and_then(&read) {
            Some(package) => packages.push(package),
            None => unread.push(item.offset()),
        }
    }
    warnings.extend(left_out(file, text, &unread, why));
    packages
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
