//! From entries to distinct dependencies: the same package may be installed in many folders.

use std::cmp::Ordering;

use foldhash::HashSet;
use smol_str::SmolStr;

use super::super::super::json::{self, Text};
use super::super::super::order;
use super::super::faults::{self, Faults};
use super::entry::{Entry, Kind, List, Need, Origin, Require};
use super::tree::{Index, ROOT};
use crate::dependency::{Dependency, Scope, Source};
use crate::graph::{Graph, Node, Runs};
use crate::package::Ecosystem;
use crate::text::{self, Lines};

/// Who says what the project itself asks for.
pub(super) enum Asked {
    /// The entries of the project's own folders (versions 2 and 3).
    ByEntries,
    /// The manifest beside a version 1 lockfile, with these names.
    ByManifest(Vec<(String, Need)>),
    /// Nobody: a version 1 lockfile alone.
    Untold,
}

/// One entry asks for another.
struct Edge {
    from: Index,
    to: Index,
    need: Need,
    /// Where it is wanted from.
    source: Source,
}

/// The distinct dependencies of a lockfile, sorted, who pulls in whom, and what is missing.
/// `registries` says of each host of the list whether it is one.
pub(super) fn merge<'l>(
    text: &str,
    list: &'l List<'_>,
    asked: &Asked,
    registries: &[bool],
) -> (Vec<Dependency>, Graph, [Faults<'l>; 2]) {
    let (edges, missing) = edges(text, list);
    let sources = sources(list, &edges, registries);
    let scopes = scopes(list, &edges, asked);
    let Merged {
        mut dependencies,
        nodes,
        members,
        without_version,
    } = distinct(text, list, &sources, &scopes);

    let mut roots = Vec::new();
    let mut graph_edges = Vec::with_capacity(edges.len());
    for &Edge { from, to, .. } in &edges {
        let (from, to) = (from as usize, to as usize);
        match (list.entries[from].kind, nodes[from], nodes[to]) {
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
            let found = names
                .iter()
                .filter_map(|(name, _)| list.tree.resolve(ROOT, list.symbols.find(name)?));
            roots.extend(found.filter_map(|entry| nodes[entry as usize]));
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
    (dependencies, graph, [without_version, missing])
}

/// Who requires whom, and what is required and not there.
fn edges<'l>(text: &str, list: &'l List<'_>) -> (Vec<Edge>, Faults<'l>) {
    let mut edges = Vec::with_capacity(list.requires.len());
    let mut missing = Faults::new(faults::MISSING);
    for (from, entry) in (0..).zip(&list.entries) {
        let requires = &list.requires[entry.requires.start as usize..entry.requires.end as usize];
        let mut optional = None;
        for require in requires {
            match list.tree.resolve(entry.folder, require.name) {
                Some(to) => edges.push(Edge {
                    from,
                    to,
                    need: require.need,
                    source: require.source,
                }),
                // Of a folder that is linked, npm installs nothing for development.
                None if entry.kind != Kind::Root && require.need == Need::Dev => {}
                None if must_be_there(require, requires, &mut optional) => {
                    missing.push(list.symbols.text(require.name), offset(text, entry));
                }
                None => {}
            }
        }
    }
    (edges, missing)
}

/// Where an entry stands; the beginning of the text if that does not show.
fn offset(text: &str, entry: &Entry<'_>) -> usize {
    let offset = entry.spot.and_then(|spot| json::offset_in(text, spot));
    offset.unwrap_or_default()
}

/// Whether what is asked for must be there: peers may be left out, and so may what is optional, also where it stands
/// among the dependencies as well. `optional` has the optional ones of `all`, once anybody wanted to know.
fn must_be_there(require: &Require, all: &[Require], optional: &mut Option<HashSet<u32>>) -> bool {
    let mut is_optional = || {
        let optional = optional.get_or_insert_with(|| {
            let optional = all.iter().filter(|other| other.need == Need::Optional);
            optional.map(|other| other.name.0).collect()
        });
        optional.contains(&require.name.0)
    };
    matches!(require.need, Need::Required | Need::Dev | Need::Untold) && !is_optional()
}

/// Where each entry comes from: who asks for what is no registry's gets that.
fn sources(list: &List<'_>, edges: &[Edge], registries: &[bool]) -> Vec<Source> {
    let own = |entry: &Entry<'_>| match entry.origin {
        Origin::Certain(source) => source,
        Origin::Tarball(host) if registries.get(host as usize) == Some(&true) => Source::Registry,
        Origin::Tarball(_) => Source::Url,
    };
    let mut sources: Vec<Source> = list.entries.iter().map(own).collect();
    for edge in edges.iter().filter(|edge| edge.source != Source::Registry) {
        let to = edge.to as usize;
        // A folder is linked, and what is in it is as its own entry says.
        let is_folder = edge.source == Source::File && list.entries[to].place.is_none();
        if sources[to] == Source::Registry && !is_folder {
            sources[to] = edge.source;
        }
    }
    for (at, entry) in list.entries.iter().enumerate() {
        if entry.is_bundled && entry.place.is_none() {
            sources[at] = bundler(list, entry).map_or(Source::Registry, |bundler| sources[bundler as usize]);
        }
    }
    sources
}

/// The entry in whose package a bundled one comes.
fn bundler(list: &List<'_>, bundled: &Entry<'_>) -> Option<Index> {
    let mut folder = bundled.folder;
    while let Some(above) = list.tree.above(folder) {
        let entry = list.tree.entry(above)?;
        if !list.entries[entry as usize].is_bundled {
            return Some(entry);
        }
        folder = above;
    }
    None
}

/// What each entry is for: as it is marked, but no less needed than by those that require it. Marks that agree, as
/// npm writes them, cost one look at each edge.
fn scopes(list: &List<'_>, edges: &[Edge], asked: &Asked) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = list.entries.iter().map(|entry| entry.scope).collect();
    if let Asked::ByManifest(names) = asked {
        let find = |name: &str| list.tree.resolve(ROOT, list.symbols.find(name)?);
        for (name, need) in names {
            if let Some(to) = find(name) {
                let to = &mut scopes[to as usize];
                *to = needed(*to, Scope::Prod, *need);
            }
        }
    }
    let raised = |scopes: &[Scope], edge: &Edge| {
        let (from, to) = (scopes[edge.from as usize], scopes[edge.to as usize]);
        let raised = needed(to, from, edge.need);
        (raised != to).then_some(raised)
    };
    if edges.iter().all(|edge| raised(&scopes, edge).is_none()) {
        return scopes;
    }
    let required = Runs::new(list.entries.len(), edges.iter().map(|edge| edge.from).zip(0..));
    let mut pending: Vec<Index> = edges.iter().map(|edge| edge.from).collect();
    while let Some(from) = pending.pop() {
        for &at in required.of(from) {
            let edge = &edges[at as usize];
            if let Some(raised) = raised(&scopes, edge) {
                scopes[edge.to as usize] = raised;
                pending.push(edge.to);
            }
        }
    }
    scopes
}

/// What something is for that is marked as for `to`, and needed so by what is for `from`.
fn needed(to: Scope, from: Scope, need: Need) -> Scope {
    let ties: &[Scope] = match need {
        // Version 1 tells of no tie that it is optional. What is required may be.
        Need::Required | Need::Untold => &[],
        Need::Optional => &[Scope::Optional],
        // A peer that is optional is told apart from one that is not only by its own mark.
        Need::Peer => &[Scope::Peer, Scope::Optional],
        Need::Dev => &[Scope::Dev],
    };
    to.needed_by(from, ties)
}

struct Merged<'l> {
    dependencies: Vec<Dependency>,
    /// For each entry, its node of the graph.
    nodes: Vec<Option<Node>>,
    /// The names of the project's own members, whose nodes follow those of the dependencies.
    members: Vec<String>,
    /// The registry's packages of which nothing tells the version.
    without_version: Faults<'l>,
}

/// One dependency for each distinct (name, version, source), sorted.
fn distinct<'l>(text: &str, list: &'l List<'_>, sources: &[Source], scopes: &[Scope]) -> Merged<'l> {
    let List { symbols, entries, .. } = list;
    let has_version = |at: usize| entries[at].version.is_some() || sources[at] != Source::Registry;
    let is_listed = |at: usize| entries[at].kind == Kind::Package && has_version(at);
    let mut without_version = Faults::new("has no version");
    for (at, entry) in entries.iter().enumerate() {
        if entry.kind == Kind::Package && !has_version(at) {
            without_version.push(symbols.text(entry.name), offset(text, entry));
        }
    }
    let lines = lines(text, entries, is_listed);
    let listed = (0..).zip(entries).filter(|(at, _)| is_listed(*at as usize));
    let by_name = Runs::new(symbols.len(), listed.map(|(at, entry)| (entry.name.0, at)));

    let mut nodes = vec![None; entries.len()];
    let mut dependencies: Vec<Dependency> = Vec::with_capacity(entries.len());
    let mut namesakes: Vec<usize> = Vec::new();
    for name in symbols.sorted(|name| !by_name.of(name.0).is_empty()) {
        namesakes.clear();
        namesakes.extend(by_name.of(name.0).iter().map(|&at| at as usize));
        let version = |at: usize| entries[at].version.as_ref().map(Text::as_str);
        let identity = |at: usize| (version(at), sources[at]);
        namesakes.sort_by(|&a, &b| {
            if identity(a) == identity(b) {
                return Ordering::Equal;
            }
            order::natural(version(a).unwrap_or_default(), version(b).unwrap_or_default())
                .then_with(|| sources[a].cmp(&sources[b]))
        });
        for same in namesakes.chunk_by(|&a, &b| identity(a) == identity(b)) {
            let node = Node::try_from(dependencies.len()).ok();
            let first = same[0];
            let mut dependency = Dependency {
                ecosystem: Ecosystem::Npm,
                name: symbols.text(name).into(),
                version: version(first).map(SmolStr::new),
                specifier: specifier(&entries[first], sources[first]),
                scope: scopes[first],
                direct: None,
                source: sources[first],
                line: lines[first],
            };
            for &at in same {
                dependency.scope = dependency.scope.min(scopes[at]);
                dependency.line = dependency.line.min(lines[at]);
                nodes[at] = node;
            }
            dependencies.push(dependency);
        }
    }
    let mut members = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if entry.kind == Kind::Member {
            nodes[at] = Node::try_from(dependencies.len() + members.len()).ok();
            members.push(symbols.text(entry.name).to_owned());
        }
    }
    Merged {
        dependencies,
        nodes,
        members,
        without_version,
    }
}

/// What is not from a registry needs its URL to be told apart.
fn specifier(entry: &Entry<'_>, source: Source) -> Option<SmolStr> {
    let place = entry.place.as_ref().filter(|_| source != Source::Registry)?;
    Some(text::without_password(place.as_str()))
}

/// The line of each entry that `is_listed`, and 0 for the others; where its texts do not tell, that of the one before.
fn lines(text: &str, entries: &[Entry<'_>], is_listed: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut lines = Lines::new(text);
    let mut offset = 0;
    let line = |(at, entry): (usize, &Entry<'_>)| {
        let told = entry.spot.and_then(|spot| json::offset_in(text, spot));
        offset = told.unwrap_or(offset);
        if is_listed(at) { lines.line_at(offset) } else { 0 }
    };
    entries.iter().enumerate().map(line).collect()
}
