//! `package-lock.json` and `npm-shrinkwrap.json`, lockfile versions 1, 2 and 3.
//!
//! Source of the rules: npm's document "package-lock.json" and how npm's arborist reads such a file.
//! Version 1 nests `dependencies`; versions 2 and 3 list `packages` by the folder each is installed in.
//! Both become the same list of [`Entry`]s, in which `require` is resolved as Node does: up the folders.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::json::{self, Lenient, Members, Text};
use super::super::text::{self, Encoding, Lines};
use super::super::{Input, Parsed, ProjectFiles, Reference, Warning, order, project};
use super::source::{self, Origin};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::{Code, InputError};
use crate::graph::{Graph, Node};
use crate::package::Ecosystem;

/// The newest lockfile version whose meaning is known.
const NEWEST: u64 = 3;

/// Hashing that does not let a hostile file choose its collisions easily.
type Map<K, V> = foldhash::HashMap<K, V>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: the lockfile")]
struct LockDocument<'a> {
    #[serde(borrow)]
    lockfile_version: Option<LockVersion<'a>>,
    #[serde(borrow)]
    packages: Option<Members<'a, PackageEntry<'a>>>,
    /// Read only where there is no `packages`: version 2 repeats itself here for old clients.
    #[serde(borrow)]
    dependencies: Option<&'a serde_json::value::RawValue>,
    requires: Option<IgnoredAny>,
}

/// Tools have been seen to write the number as a string.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a number: the lockfile version")]
enum LockVersion<'a> {
    Number(u64),
    #[serde(borrow)]
    Text(Text<'a>),
}

impl LockVersion<'_> {
    fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.as_str().parse().ok(),
        }
    }
}

/// An entry of `packages`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: a package", default)]
struct PackageEntry<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    version: Option<Text<'a>>,
    #[serde(borrow)]
    resolved: Option<Lenient<Text<'a>>>,
    link: bool,
    dev: bool,
    optional: bool,
    dev_optional: bool,
    peer: bool,
    #[serde(borrow)]
    dependencies: Option<Members<'a, Text<'a>>>,
    #[serde(borrow)]
    dev_dependencies: Option<Members<'a, Text<'a>>>,
    #[serde(borrow)]
    optional_dependencies: Option<Members<'a, Text<'a>>>,
    #[serde(borrow)]
    peer_dependencies: Option<Members<'a, Text<'a>>>,
}

/// An entry of version 1's `dependencies`.
#[derive(Deserialize)]
#[serde(expecting = "an object: a package")]
struct NestedEntry<'a> {
    #[serde(borrow)]
    version: Option<Text<'a>>,
    #[serde(borrow)]
    resolved: Option<Lenient<Text<'a>>>,
    #[serde(default)]
    dev: bool,
    #[serde(default)]
    optional: bool,
    #[serde(borrow)]
    requires: Option<Lenient<Members<'a, Text<'a>>>>,
    #[serde(borrow)]
    dependencies: Option<Members<'a, NestedEntry<'a>>>,
}

/// The part of a `package.json` that says what the project asks for itself.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Manifest<'a> {
    #[serde(borrow)]
    dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
    #[serde(borrow)]
    dev_dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
    #[serde(borrow)]
    optional_dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
    #[serde(borrow)]
    peer_dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
}

/// A folder that may hold a `node_modules`; the project's own is 0.
type Folder = usize;

const ROOT: Folder = 0;

/// One installed package or project folder, whichever lockfile version told of it.
struct Entry<'a> {
    kind: Kind<'a>,
    /// What it asks for, and with which specifiers.
    requires: Vec<(Text<'a>, Text<'a>)>,
    /// Its own folder.
    folder: Folder,
}

enum Kind<'a> {
    /// The project itself.
    Root,
    /// A folder of the project: a workspace, or the target of a link.
    Member(Cow<'a, str>),
    /// A link to the folder of a member.
    Link(Folder),
    /// A package.
    Package(Package<'a>),
}

struct Package<'a> {
    name: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    resolved: Option<Cow<'a, str>>,
    scope: Scope,
    /// Where in the file it stands.
    offset: usize,
}

/// The folders of a lockfile, and what is installed in their `node_modules`.
#[derive(Default)]
struct Tree<'a> {
    entries: Vec<Entry<'a>>,
    /// For each folder, the one whose `node_modules` is asked next.
    up: Vec<Option<Folder>>,
    /// For each folder, the entry that it belongs to.
    owner: Vec<Option<usize>>,
    installed: Map<(Folder, Cow<'a, str>), usize>,
}

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Signature {
        lockfile_version: u64,
        requires: Option<bool>,
        packages: Option<std::collections::BTreeMap<String, Shape>>,
        dependencies: Option<IgnoredAny>,
        // bun.lock and deno.lock have a version, but other shapes.
        workspaces: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Shape {}
    serde_json::from_str::<Signature>(text).is_ok_and(|signature| {
        let known =
            signature.requires.is_some() || signature.packages.is_some() || signature.dependencies.is_some();
        signature.lockfile_version > 0 && known && signature.workspaces.is_none()
    })
}

/// A version 1 lockfile does not say what the project itself asks for; the manifest beside it does.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<Reference> {
    let is_nested = text::decode(input.path, input.bytes, Encoding::Utf8)
        .ok()
        .and_then(|text| Some(serde_json::from_str::<LockHead>(&text).ok()?.packages.is_none()));
    match is_nested {
        Some(true) => vec![Reference {
            path: manifest_path(input.path),
            required: false,
        }],
        _ => Vec::new(),
    }
}

#[derive(Deserialize)]
struct LockHead {
    packages: Option<IgnoredAny>,
}

fn manifest_path(path: &str) -> String {
    project::beside(path, "package.json")
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let document: LockDocument<'_> = json::from_str(input.path, &text)?;
    let lock_version = document.lockfile_version.as_ref().and_then(LockVersion::number);
    let mut warnings: Vec<Warning> = Vec::new();
    if let Some(newer) = lock_version.filter(|&number| number > NEWEST) {
        if document.packages.is_none() {
            let message = format!("lockfileVersion {newer} is newer than the versions known (1 to {NEWEST})");
            return Err(InputError::new(Code::Unsupported, input.path, message)
                .help("make the lockfile with `npm install --lockfile-version 3`"));
        }
        let message = format!("lockfileVersion {newer} is not known; it was read as version {NEWEST}");
        warnings.push(Warning::new(message));
    }
    let is_lockfile = lock_version.is_some() || document.requires.is_some();
    let mut tree = Tree::default();
    let mut asked = Asked::ByEntries;
    match (document.packages, document.dependencies) {
        (Some(packages), _) => tree.read_packages(&text, packages),
        (None, Some(nested)) => {
            let manifest = files.get(&manifest_path(input.path));
            asked = manifest
                .and_then(read_manifest)
                .map_or(Asked::Untold, Asked::ByManifest);
            tree.read_nested(&text, json::from_str_within(input.path, &text, nested.get())?);
        }
        (None, None) if is_lockfile => {}
        (None, None) => {
            let message = "not a package-lock.json: no lockfileVersion, packages or dependencies in it";
            return Err(InputError::new(Code::Format, input.path, message)
                .help("make the lockfile anew with `npm install --package-lock-only`"));
        }
    }
    let (dependencies, graph) = tree.finish(&text, &asked);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// The names that a manifest asks for; nothing if it cannot be read, since the lockfile alone suffices.
fn read_manifest(bytes: &[u8]) -> Option<Vec<String>> {
    let text = text::decode("package.json", bytes, Encoding::Utf8).ok()?;
    let manifest: Manifest<'_> = serde_json::from_str(&text).ok()?;
    let sections = [
        manifest.dependencies,
        manifest.dev_dependencies,
        manifest.optional_dependencies,
        manifest.peer_dependencies,
    ];
    let members = sections.into_iter().flatten().filter_map(Lenient::expected);
    Some(
        members
            .flat_map(|members| members.0)
            .map(|(name, _)| name.0.into_owned())
            .collect(),
    )
}

impl<'a> Tree<'a> {
    /// Reads versions 2 and 3.
    fn read_packages(&mut self, text: &str, packages: Members<'a, PackageEntry<'a>>) {
        let mut folders = Folders::new();
        self.entries.reserve(packages.0.len());
        self.installed.reserve(packages.0.len());
        for (Text(path), mut entry) in packages.0 {
            let folder = folders.intern(path.clone());
            let installed = installation(&path);
            let offset = json::offset_in(text, &path)
                .or_else(|| json::offset_in(text, entry.version.as_ref()?.as_str()))
                .unwrap_or(0);
            let resolved = entry
                .resolved
                .take()
                .and_then(Lenient::expected)
                .map(|text| text.0);
            let scope = entry.scope();
            let kind = match installed {
                None if path.is_empty() => Kind::Root,
                None => Kind::Member(entry.name.take().map_or_else(|| path.clone(), |name| name.0)),
                Some(_) if entry.link => match &resolved {
                    Some(target) => Kind::Link(folders.intern(target.clone())),
                    None => continue,
                },
                Some((_, name_at)) => Kind::Package(Package {
                    name: entry
                        .name
                        .take()
                        .map_or_else(|| slice(&path, name_at..path.len()), |name| name.0),
                    version: entry.version.take().map(|version| version.0),
                    resolved,
                    scope,
                    offset,
                }),
            };
            let is_own = matches!(kind, Kind::Root | Kind::Member(_));
            let index = self.entries.len();
            if let Some((parent_end, name_at)) = installed {
                let parent = folders.intern(slice(&path, 0..parent_end));
                self.installed
                    .insert((parent, slice(&path, name_at..path.len())), index);
            }
            self.entries.push(Entry {
                kind,
                requires: entry.requires(is_own),
                folder,
            });
        }
        self.up = folders.into_up();
        self.own_folders();
    }

    /// Reads version 1.
    fn read_nested(&mut self, text: &str, dependencies: Members<'a, NestedEntry<'a>>) {
        self.up.push(None);
        self.entries.push(Entry {
            kind: Kind::Root,
            requires: Vec::new(),
            folder: ROOT,
        });
        let mut pending = vec![(ROOT, dependencies)];
        while let Some((parent, dependencies)) = pending.pop() {
            for (Text(name), entry) in dependencies.0 {
                let folder = self.up.len();
                self.up.push(Some(parent));
                self.installed.insert((parent, name.clone()), self.entries.len());
                let requires = entry.requires.and_then(Lenient::expected).unwrap_or_default().0;
                if let Some(inner) = entry.dependencies {
                    pending.push((folder, inner));
                }
                let offset = json::offset_in(text, &name).unwrap_or(0);
                let resolved = entry.resolved.and_then(given);
                let (name, version, resolved) =
                    nested_identity(name, entry.version.map(|version| version.0), resolved);
                let scope = match (entry.dev, entry.optional) {
                    (true, _) => Scope::Dev,
                    (false, true) => Scope::Optional,
                    (false, false) => Scope::Prod,
                };
                let package = Package {
                    name,
                    version,
                    resolved,
                    scope,
                    offset,
                };
                self.entries.push(Entry {
                    kind: Kind::Package(package),
                    requires,
                    folder,
                });
            }
        }
        self.own_folders();
    }

    fn own_folders(&mut self) {
        self.owner = vec![None; self.up.len()];
        for (index, entry) in self.entries.iter().enumerate() {
            self.owner[entry.folder] = Some(index);
        }
    }

    /// What `require(name)` finds from `folder`: the nearest `node_modules` that has it, going up.
    fn resolve(&self, folder: Folder, name: &str) -> Option<usize> {
        let mut at = Some(folder);
        while let Some(folder) = at {
            if let Some(&found) = self.installed.get(&(folder, Cow::Borrowed(name))) {
                return Some(found);
            }
            at = self.up[folder];
        }
        None
    }

    /// Merges the entries into distinct dependencies, and their requirements into a graph.
    fn finish(self, text: &str, asked: &Asked) -> (Vec<Dependency>, Graph) {
        let edges = self.entry_edges();
        let sources = self.sources(&edges);
        let (mut dependencies, nodes, members) = self.merge(text, &sources);
        let mut roots = Vec::new();
        let mut graph_edges = Vec::with_capacity(edges.len());
        for &Edge { from, to, .. } in &edges {
            match (&self.entries[from].kind, nodes[from], nodes[to]) {
                (Kind::Root, _, Some(to)) => roots.push(to),
                (_, Some(from), Some(to)) => graph_edges.push((from, to)),
                _ => {}
            }
        }
        // Members are the project's own: it reaches them even where nothing asks for them.
        let first_member = dependencies.len();
        roots.extend(
            (first_member..first_member + members.len()).filter_map(|node| Node::try_from(node).ok()),
        );

        let mut direct = vec![Some(false); dependencies.len() + members.len()];
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
                let found = names.iter().filter_map(|name| self.resolve(ROOT, name));
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
        let graph = Graph::new(dependencies.len(), members, &roots, graph_edges);
        (dependencies, graph)
    }

    /// Who requires whom, as indices of entries; links are followed to their targets.
    fn entry_edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (from, entry) in self.entries.iter().enumerate() {
            for (name, specifier) in &entry.requires {
                let Some(to) = self.resolve(entry.folder, name.as_str()) else {
                    continue;
                };
                let to = match self.entries[to].kind {
                    Kind::Link(target) => self.owner[target],
                    _ => Some(to),
                };
                let is_url = source::is_http(specifier.as_str());
                edges.extend(to.map(|to| Edge { from, to, is_url }));
            }
        }
        edges
    }

    /// Where each entry comes from.
    fn sources(&self, edges: &[Edge]) -> Vec<Source> {
        let origin = |entry: &Entry<'_>| match &entry.kind {
            Kind::Package(Package {
                resolved: Some(resolved),
                ..
            }) => source::origin(resolved),
            _ => Origin::Certain(Source::Registry),
        };
        let origins: Vec<Origin> = self.entries.iter().map(origin).collect();
        let mut sources: Vec<Source> = origins
            .iter()
            .map(|origin| match origin {
                Origin::Certain(source) => *source,
                Origin::SomeTarball => Source::Registry,
            })
            .collect();
        for edge in edges
            .iter()
            .filter(|edge| edge.is_url && origins[edge.to] == Origin::SomeTarball)
        {
            sources[edge.to] = Source::Url;
        }
        sources
    }

    /// One dependency for each distinct (name, version, source), sorted; the node of each entry; and the
    /// names of the project's own members, whose nodes follow.
    fn merge(&self, text: &str, sources: &[Source]) -> (Vec<Dependency>, Vec<Option<Node>>, Vec<String>) {
        let mut packages: Vec<(usize, &Package<'_>, Option<&str>)> = Vec::with_capacity(self.entries.len());
        let mut members = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            match &entry.kind {
                Kind::Package(package) => packages.push((index, package, package.version())),
                Kind::Member(name) => members.push((index, name.clone().into_owned())),
                Kind::Root | Kind::Link(_) => {}
            }
        }
        // Entries stand in the file's order, so that lines are counted in one pass.
        packages.sort_by_key(|(_, package, _)| package.offset);
        let mut lines = Lines::new(text);
        let mut listed: Vec<_> = packages
            .into_iter()
            .filter(|(index, _, version)| version.is_some() || sources[*index] != Source::Registry)
            .map(|(index, package, version)| (index, package, version, lines.line_at(package.offset)))
            .collect();
        listed.sort_by(|a, b| {
            let names = a.1.name.cmp(&b.1.name);
            names
                .then_with(|| order::natural(a.2.unwrap_or(""), b.2.unwrap_or("")))
                .then_with(|| sources[a.0].cmp(&sources[b.0]))
        });

        let mut nodes = vec![None; self.entries.len()];
        let mut dependencies: Vec<Dependency> = Vec::with_capacity(listed.len());
        for (index, package, version, line) in listed {
            let source = sources[index];
            match dependencies.last_mut() {
                Some(last)
                    if last.name == package.name
                        && last.version.as_deref() == version
                        && last.source == source =>
                {
                    last.scope = last.scope.min(package.scope);
                    last.line = last.line.min(line);
                }
                _ => dependencies.push(Dependency {
                    ecosystem: Ecosystem::Npm,
                    name: package.name.clone().into_owned(),
                    version: version.map(str::to_owned),
                    specifier: (source != Source::Registry)
                        .then(|| package.resolved.as_deref().map(text::without_password))
                        .flatten(),
                    scope: package.scope,
                    direct: None,
                    source,
                    line,
                }),
            }
            nodes[index] = Node::try_from(dependencies.len() - 1).ok();
        }
        for (member, (index, _)) in members.iter().enumerate() {
            nodes[*index] = Node::try_from(dependencies.len() + member).ok();
        }
        (
            dependencies,
            nodes,
            members.into_iter().map(|(_, name)| name).collect(),
        )
    }
}

/// Who says what the project itself asks for.
enum Asked {
    /// The entries of the project's own folders (versions 2 and 3).
    ByEntries,
    /// The manifest beside a version 1 lockfile, with these names.
    ByManifest(Vec<String>),
    /// Nobody: a version 1 lockfile alone.
    Untold,
}

struct Edge {
    from: usize,
    to: usize,
    is_url: bool,
}

impl<'a> PackageEntry<'a> {
    /// npm marks what can be left out; what has no mark is needed to run.
    const fn scope(&self) -> Scope {
        match self {
            Self { dev: true, .. } => Scope::Dev,
            Self {
                dev_optional: true, ..
            } => Scope::DevOptional,
            Self { optional: true, .. } => Scope::Optional,
            Self { peer: true, .. } => Scope::Peer,
            _ => Scope::Prod,
        }
    }

    /// Development dependencies are only installed for the project's own folders.
    fn requires(self, is_own: bool) -> Vec<(Text<'a>, Text<'a>)> {
        let mut all = self.dependencies.unwrap_or_default().0;
        let rest = [
            self.dev_dependencies.filter(|_| is_own),
            self.optional_dependencies,
            self.peer_dependencies,
        ];
        for section in rest.into_iter().flatten() {
            all.extend(section.0);
        }
        all
    }
}

impl Package<'_> {
    /// The version; where it was left empty, the one in the registry's URL.
    fn version(&self) -> Option<&str> {
        match self.version.as_deref() {
            Some("") => source::tarball_package(self.resolved.as_deref()?).map(|(_, version)| version),
            version => version,
        }
    }
}

/// A `resolved` that says something: old npm versions wrote `false` and empty texts too.
fn given(resolved: Lenient<Text<'_>>) -> Option<Cow<'_, str>> {
    resolved
        .expected()
        .map(|text| text.0)
        .filter(|text| !text.is_empty())
}

/// Version 1 keeps aliases, tarball URLs and git commits in `version`.
fn nested_identity<'a>(
    name: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    resolved: Option<Cow<'a, str>>,
) -> (Cow<'a, str>, Option<Cow<'a, str>>, Option<Cow<'a, str>>) {
    let Some(text) = version.as_deref() else {
        return (name, version, resolved);
    };
    if let Some((real, number)) = source::alias(text).or_else(|| source::tarball_package(text)) {
        let (real, number) = (real.to_owned(), number.to_owned());
        return (real.into(), Some(number.into()), resolved);
    }
    if source::is_git(text) || source::is_file(text) || source::is_http(text) {
        return (name, None, version);
    }
    (name, version, resolved)
}

/// Part of `text`, borrowing where `text` does.
fn slice<'a>(text: &Cow<'a, str>, range: Range<usize>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

/// For the path of an installed package: where its parent's path ends, and where its name begins. A
/// folder deeper within a package is no installed package.
fn installation(path: &str) -> Option<(usize, usize)> {
    const MODULES: &str = "node_modules/";
    let is_part = |at: usize| at == 0 || path.as_bytes()[at - 1] == b'/';
    let (at, _) = path.rmatch_indices(MODULES).find(|&(at, _)| is_part(at))?;
    let name_at = at + MODULES.len();
    let parts = path[name_at..].split('/').count();
    let is_package = parts == 1 + usize::from(path[name_at..].starts_with('@'));
    is_package.then_some((at.saturating_sub(1), name_at))
}

/// The folders that a lockfile speaks of, each with the one above it.
struct Folders<'a> {
    known: Map<Cow<'a, str>, Folder>,
    paths: Vec<Cow<'a, str>>,
    up: Vec<Option<Folder>>,
}

impl<'a> Folders<'a> {
    /// No path has this many folders; beyond, `require` goes on at the project's own.
    const DEEPEST: usize = 64;

    fn new() -> Self {
        let root = Cow::Borrowed("");
        Self {
            known: Map::from_iter([(root.clone(), ROOT)]),
            paths: vec![root],
            up: vec![None],
        }
    }

    /// The number of the folder at `path`, and of those in whose `node_modules` it lies.
    fn intern(&mut self, path: Cow<'a, str>) -> Folder {
        if let Some(&known) = self.known.get(&path) {
            return known;
        }
        let first = self.add(path.clone());
        let (mut below, mut path) = (first, path);
        for _ in 0..Self::DEEPEST {
            let Some((parent_end, _)) = installation(&path) else {
                break;
            };
            path = slice(&path, 0..parent_end);
            if let Some(&known) = self.known.get(&path) {
                self.up[below] = Some(known);
                break;
            }
            let parent = self.add(path.clone());
            self.up[below] = Some(parent);
            below = parent;
        }
        first
    }

    fn add(&mut self, path: Cow<'a, str>) -> Folder {
        let folder = self.up.len();
        self.up.push(Some(ROOT));
        self.known.insert(path.clone(), folder);
        self.paths.push(path);
        folder
    }

    /// The folder above each one. A folder of the project lies in the nearest one that is known.
    fn into_up(mut self) -> Vec<Option<Folder>> {
        for (folder, path) in self.paths.iter().enumerate().skip(1) {
            if installation(path).is_none() {
                let above = path
                    .rmatch_indices('/')
                    .take(Self::DEEPEST)
                    .map(|(at, _)| &path[..at]);
                let nearest = above.into_iter().find_map(|above| self.known.get(above).copied());
                self.up[folder] = Some(nearest.unwrap_or(ROOT));
            }
        }
        self.up
    }
}
