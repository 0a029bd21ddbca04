//! From entries to distinct dependencies: the same package may be installed in many folders.

use super::super::super::{json, order};
use super::super::source::{self, Origin};
use super::read::{Entry, List, Place};
use super::tree::{Tree, installation};
use crate::dependency::{Dependency, Scope, Source};
use crate::graph::{Graph, Node};
use crate::package::Ecosystem;
use crate::text::{self, Lines};

/// Who says what the project itself asks for.
pub(super) enum Asked {
    /// The entries of the project's own folders (versions 2 and 3).
    ByEntries,
    /// The manifest beside a version 1 lockfile, with these names.
    ByManifest(Vec<String>),
    /// Nobody: a version 1 lockfile alone.
    Untold,
}

/// What an entry is.
enum Kind<'a> {
    /// The project itself.
    Root,
    /// A folder of the project: a workspace, or what a link leads to.
    Member(&'a str),
    /// A link, to the entry of its target.
    Link(Option<usize>),
    /// A package.
    Package(Package<'a>),
}

struct Package<'a> {
    name: &'a str,
    version: Option<&'a str>,
    /// Where it was taken from, as the file writes it.
    place: Option<&'a str>,
    origin: Origin,
    scope: Scope,
    /// Where in the file it stands.
    offset: usize,
}

impl Package<'_> {
    fn version(&self) -> &str {
        self.version.unwrap_or_default()
    }
}

struct Edge {
    from: usize,
    to: usize,
    is_url: bool,
}

/// The distinct dependencies of a lockfile, sorted, and who pulls in whom.
pub(super) fn merge(text: &str, list: &List<'_>, asked: &Asked) -> (Vec<Dependency>, Graph) {
    let tree = Tree::new(list);
    let mut offset = 0;
    let kinds: Vec<Kind<'_>> = list
        .entries
        .iter()
        .map(|entry| {
            offset = place_in(text, entry).unwrap_or(offset);
            kind(entry, &tree, offset)
        })
        .collect();
    let edges = edges(list, &tree, &kinds);
    let sources = sources(&kinds, &edges);
    let Merged {
        mut dependencies,
        nodes,
        members,
    } = distinct(text, &kinds, &sources);

    let mut roots = Vec::new();
    let mut graph_edges = Vec::with_capacity(edges.len());
    for &Edge { from, to, .. } in &edges {
        match (&kinds[from], nodes[from], nodes[to]) {
            (Kind::Root, _, Some(to)) => roots.push(to),
            (_, Some(from), Some(to)) => graph_edges.push((from, to)),
            _ => {}
        }
    }
    // Members are the project's own: it reaches them even where nothing asks for them.
    let first_member = dependencies.len();
    let all = first_member + members.len();
    roots.extend((first_member..all).filter_map(|node| Node::try_from(node).ok()));

    let mut direct = vec![Some(false); all];
    match asked {
        Asked::ByEntries => {
            let of_members = graph_edges
                .iter()
                .filter(|(from, _)| *from as usize >= first_member);
            for &to in roots.iter().chain(of_members.map(|(_, to)| to)) {
                direct[to as usize] = Some(true);
            }
        }
        Asked::ByManifest(names) => {
            let found = names.iter().filter_map(|name| tree.resolve_in_root(name));
            roots.extend(found.filter_map(|entry| nodes[entry]));
            for &root in &roots {
                direct[root as usize] = Some(true);
            }
        }
        Asked::Untold => {
            // What nothing requires must have been asked for; of the rest nobody knows.
            direct.fill(Some(true));
            for &(_, to) in graph_edges.iter().filter(|(from, to)| from != to) {
                direct[to as usize] = None;
            }
            let top = (0..).zip(&direct).filter(|(_, direct)| direct.is_some());
            roots.extend(top.map(|(node, _): (Node, _)| node));
        }
    }
    for (dependency, direct) in dependencies.iter_mut().zip(direct) {
        dependency.direct = direct;
    }
    let graph = Graph::new(dependencies.len(), members, &roots, &graph_edges);
    (dependencies, graph)
}

/// Where an entry stands in the text: at its key, unless that has escapes and so does not borrow.
fn place_in(text: &str, entry: &Entry<'_>) -> Option<usize> {
    let version = || json::offset_in(text, entry.version.as_ref()?.as_str());
    json::offset_in(text, entry.place.key()).or_else(version)
}

fn kind<'t>(entry: &'t Entry<'_>, tree: &Tree<'_>, offset: usize) -> Kind<'t> {
    let resolved = entry.resolved.as_ref().map(|text| text.as_str());
    let version = entry.version.as_ref().map(|text| text.as_str());
    let real_name = entry.name.as_ref().map(|text| text.as_str());
    let scope = entry.marks.scope();
    match &entry.place {
        Place::Own(path) if path.as_str().is_empty() => Kind::Root,
        Place::Own(path) => Kind::Member(real_name.unwrap_or(path.as_str())),
        Place::Installed { .. } if entry.is_link => Kind::Link(resolved.and_then(|path| tree.target(path))),
        Place::Installed { name, .. } => Kind::Package(Package {
            name: real_name.unwrap_or(name.as_str()),
            version: filled(version, resolved),
            place: resolved,
            origin: entry.origin,
            scope,
            offset,
        }),
        Place::Under(_, name) => {
            let identity = nested(name.as_str(), version, resolved);
            let (name, version, place) = identity;
            let origin = if place == resolved {
                entry.origin
            } else {
                place.map_or(entry.origin, source::origin)
            };
            Kind::Package(Package {
                name,
                version,
                place,
                origin,
                scope,
                offset,
            })
        }
    }
}

/// The version; where it was left empty, the one in the registry's URL.
fn filled<'t>(version: Option<&'t str>, resolved: Option<&'t str>) -> Option<&'t str> {
    match version {
        Some("") => source::tarball_package(resolved?).map(|(_, version)| version),
        version => version,
    }
}

/// Name, version and place of a package of version 1, which keeps aliases, tarball URLs and git commits in
/// `version`.
fn nested<'t>(
    name: &'t str,
    version: Option<&'t str>,
    resolved: Option<&'t str>,
) -> (&'t str, Option<&'t str>, Option<&'t str>) {
    let text = version.unwrap_or_default();
    match source::alias(text).or_else(|| source::tarball_package(text)) {
        Some((real, number)) => (real, Some(number), resolved),
        None if source::is_git(text) || source::is_file(text) || source::is_http(text) => {
            (name, None, Some(text))
        }
        None => (name, filled(version, resolved), resolved),
    }
}

/// Who requires whom; links are followed to their targets.
fn edges(list: &List<'_>, tree: &Tree<'_>, kinds: &[Kind<'_>]) -> Vec<Edge> {
    let mut edges = Vec::with_capacity(list.requires.len());
    for (from, entry) in list.entries.iter().enumerate() {
        for require in &list.requires[entry.requires.clone()] {
            let Some(found) = tree.resolve(from, require.name.as_str()) else {
                continue;
            };
            let to = match kinds[found] {
                Kind::Link(target) => target,
                _ => Some(found),
            };
            edges.extend(to.map(|to| Edge {
                from,
                to,
                is_url: require.is_url,
            }));
        }
    }
    edges
}

/// Where each entry comes from.
fn sources(kinds: &[Kind<'_>], edges: &[Edge]) -> Vec<Source> {
    let origin = |kind: &Kind<'_>| match kind {
        Kind::Package(package) => package.origin,
        _ => Origin::default(),
    };
    let certain = |kind: &Kind<'_>| match origin(kind) {
        Origin::Certain(source) => source,
        Origin::SomeTarball => Source::Registry,
    };
    let mut sources: Vec<Source> = kinds.iter().map(certain).collect();
    for edge in edges.iter().filter(|edge| edge.is_url) {
        if origin(&kinds[edge.to]) == Origin::SomeTarball {
            sources[edge.to] = Source::Url;
        }
    }
    sources
}

struct Merged {
    dependencies: Vec<Dependency>,
    /// For each entry, its node of the graph.
    nodes: Vec<Option<Node>>,
    /// The names of the project's own members, whose nodes follow those of the dependencies.
    members: Vec<String>,
}

/// One dependency for each distinct (name, version, source), sorted.
fn distinct(text: &str, kinds: &[Kind<'_>], sources: &[Source]) -> Merged {
    struct Listed<'t> {
        /// The beginning of the name: most names differ there, and comparing it costs nothing.
        start: [u128; 2],
        entry: usize,
        line: usize,
        package: &'t Package<'t>,
    }
    let mut lines = Lines::new(text);
    let mut listed: Vec<Listed<'_>> = Vec::with_capacity(kinds.len());
    let mut owners = Vec::new();
    for (entry, kind) in kinds.iter().enumerate() {
        match kind {
            Kind::Package(package) if package.version.is_some() || sources[entry] != Source::Registry => {
                let line = lines.line_at(package.offset);
                listed.push(Listed {
                    start: start_of(package.name),
                    entry,
                    line,
                    package,
                });
            }
            Kind::Member(name) => owners.push((entry, (*name).to_owned())),
            _ => {}
        }
    }
    listed.sort_by(|a, b| {
        a.start
            .cmp(&b.start)
            .then_with(|| a.package.name.cmp(b.package.name))
            .then_with(|| order::natural(a.package.version(), b.package.version()))
            .then_with(|| sources[a.entry].cmp(&sources[b.entry]))
    });

    let mut nodes = vec![None; kinds.len()];
    let mut dependencies: Vec<Dependency> = Vec::with_capacity(listed.len());
    for Listed {
        entry, line, package, ..
    } in listed
    {
        let source = sources[entry];
        match dependencies.last_mut() {
            Some(last)
                if last.name == package.name
                    && last.version.as_deref() == package.version
                    && last.source == source =>
            {
                last.scope = last.scope.min(package.scope);
                last.line = last.line.min(line);
            }
            _ => dependencies.push(Dependency {
                ecosystem: Ecosystem::Npm,
                name: package.name.to_owned(),
                version: package.version.map(str::to_owned),
                specifier: package
                    .place
                    .filter(|_| source != Source::Registry)
                    .map(text::without_password),
                scope: package.scope,
                direct: None,
                source,
                line,
            }),
        }
        nodes[entry] = Node::try_from(dependencies.len() - 1).ok();
    }
    for (member, (entry, _)) in owners.iter().enumerate() {
        nodes[*entry] = Node::try_from(dependencies.len() + member).ok();
    }
    Merged {
        dependencies,
        nodes,
        members: owners.into_iter().map(|(_, name)| name).collect(),
    }
}

/// The first bytes of `name`, as numbers that order as the text does.
fn start_of(name: &str) -> [u128; 2] {
    let mut bytes = [0; 32];
    let length = name.len().min(bytes.len());
    bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
    let (high, low) = bytes.split_at(16);
    [high, low].map(|half| {
        half.iter()
            .fold(0, |number, &byte| number << 8 | u128::from(byte))
    })
}
