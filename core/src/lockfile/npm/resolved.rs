//! What the lockfiles of pnpm, Yarn and Bun come to: packages, who requires whom, and what the project asks
//! for. From this follow the distinct dependencies, their scopes, and the graph.

use std::borrow::Cow;
use std::cmp::Ordering;

use smol_str::SmolStr;

use super::super::hosts::{Host, Hosts, WithoutUrl};
use super::super::{Warning, order};
use super::registries::Settings;
use super::{source, tarball};
use crate::dependency::{Dependency, Scope, Source};
use crate::graph::{Graph, Node, Runs};
use crate::package::Ecosystem;
use crate::text::{self, Lines};

/// A package as a lockfile describes it. Several entries may be the same one.
#[derive(Clone, Debug)]
pub(super) struct Package<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) version: Option<Cow<'a, str>>,
    pub(super) source: Source,
    /// Where it is taken from, if that is no registry.
    pub(super) place: Option<Cow<'a, str>>,
    /// What it is for, as far as the file says so of the package alone.
    pub(super) scope: Scope,
    /// Where it stands in the text.
    pub(super) offset: usize,
}

/// What the project itself asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// The member that asks; none for the project's root.
    pub(super) by: Option<usize>,
    pub(super) package: usize,
    pub(super) scope: Scope,
}

/// That one package requires another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Require {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) is_optional: bool,
}

/// A lockfile's content. Packages are numbered by their place in the list.
#[derive(Debug, Default)]
pub(super) struct Resolved<'a> {
    /// In the order of the text.
    pub(super) packages: Vec<Package<'a>>,
    /// The names of the project's members.
    pub(super) members: Vec<String>,
    pub(super) asked: Vec<Asked>,
    pub(super) requires: Vec<Require>,
    /// Whether anything else may be asked for, since the files at hand do not say all of it.
    pub(super) is_asked_untold: bool,
    /// Where the registry's packages come from.
    hosts: Hosts,
    /// The packages that are taken from a registry's tarball, if its host is a registry.
    tarballs: Vec<Taken<'a>>,
}

/// That a package is taken from a tarball.
#[derive(Debug)]
struct Taken<'a> {
    package: usize,
    host: Host,
    url: Cow<'a, str>,
}

impl<'a> Resolved<'a> {
    /// Adds a package, and gives its number. If it is the registry's and a URL tells where it is taken from, it is
    /// what that leads to.
    pub(super) fn push(&mut self, mut package: Package<'a>, url: Option<Cow<'a, str>>) -> usize {
        let number = self.packages.len();
        match url {
            _ if package.source != Source::Registry => {}
            None => self.hosts.note_without_url(),
            Some(url) => {
                if let Some(host) = self.host(&mut package, &url) {
                    self.tarballs.push(Taken {
                        package: number,
                        host,
                        url,
                    });
                } else {
                    package.source = source::source(&url);
                    package.place = Some(url);
                }
            }
        }
        self.packages.push(package);
        number
    }

    /// The host of a registry's tarball; the package becomes what that is.
    fn host(&mut self, package: &mut Package<'a>, url: &str) -> Option<Host> {
        if let Some(version) = &package.version
            && let Some(host) = tarball::plain_host(url, &package.name, version)
        {
            return Some(self.hosts.note(host));
        }
        let told = tarball::read(url)?;
        let is_same = |version: &Cow<'_, str>| tarball::is_same_version(version, &told.version);
        if told.name != package.name || !package.version.as_ref().is_some_and(is_same) {
            package.name = Cow::Owned(told.name.into_owned());
            package.version = Some(Cow::Owned(told.version.into_owned()));
        }
        Some(self.hosts.note(&told.host))
    }

    /// Settles which hosts are registries, once all packages are there: what others serve comes from a URL. Gives what
    /// the reader should know of the hosts.
    pub(super) fn settle_hosts(&mut self, settings: &Settings, without_url: WithoutUrl) -> Option<Warning> {
        let registries = self.hosts.registries(|host| settings.has(host), without_url);
        for taken in self.tarballs.drain(..) {
            if registries.get(taken.host as usize) != Some(&true) {
                let package = &mut self.packages[taken.package];
                package.source = Source::Url;
                package.place = Some(taken.url);
            }
        }
        settings.told(&self.hosts, &registries)
    }
}

impl Resolved<'_> {
    /// The distinct dependencies, sorted, and who pulls in whom.
    pub(super) fn into_parts(mut self, text: &str) -> (Vec<Dependency>, Graph) {
        let (mut dependencies, nodes) = self.distinct(text);
        for asked in &mut self.asked {
            asked.package = nodes[asked.package];
        }
        for require in &mut self.requires {
            (require.from, require.to) = (nodes[require.from], nodes[require.to]);
        }
        let mut is_direct = vec![false; dependencies.len()];
        for asked in &self.asked {
            is_direct[asked.package] = true;
        }
        let mut tops = Vec::new();
        if self.is_asked_untold {
            // What nothing requires must have been asked for; of the rest nobody knows.
            let mut is_required = vec![false; dependencies.len()];
            for require in self.requires.iter().filter(|require| require.from != require.to) {
                is_required[require.to] = true;
            }
            tops.extend((0..dependencies.len()).filter(|&node| !is_required[node] && !is_direct[node]));
            for &node in &tops {
                is_direct[node] = true;
            }
        }
        // Where anything may be asked for, anything may be needed.
        let scopes = match self.is_asked_untold {
            true => vec![Scope::Prod; dependencies.len()],
            false => self.scopes(&dependencies),
        };
        for ((dependency, is_direct), scope) in dependencies.iter_mut().zip(is_direct).zip(scopes) {
            dependency.direct = (is_direct || !self.is_asked_untold).then_some(is_direct);
            dependency.scope = scope;
        }
        let graph = self.graph(dependencies.len(), &tops);
        (dependencies, graph)
    }

    /// One dependency for each distinct package, sorted, and the dependency of each package.
    fn distinct(&self, text: &str) -> (Vec<Dependency>, Vec<usize>) {
        let mut lines = Lines::new(text);
        let mut listed = Vec::with_capacity(self.packages.len());
        for (index, package) in self.packages.iter().enumerate() {
            let line = lines.line_at(package.offset);
            listed.push((order::start_of(&package.name), index, line));
        }
        listed.sort_by(|a, b| {
            let whole = || compare(&self.packages[a.1], &self.packages[b.1]);
            a.0.cmp(&b.0).then_with(whole)
        });
        let mut nodes = vec![0; self.packages.len()];
        let mut dependencies: Vec<Dependency> = Vec::new();
        let mut previous: Option<&Package<'_>> = None;
        for (_, index, line) in listed {
            let package = &self.packages[index];
            match dependencies.last_mut() {
                Some(last) if previous.is_some_and(|previous| compare(previous, package).is_eq()) => {
                    last.scope = last.scope.min(package.scope);
                    last.line = last.line.min(line);
                }
                _ => dependencies.push(Dependency {
                    ecosystem: Ecosystem::Npm,
                    name: SmolStr::new(&package.name),
                    version: package.version.as_deref().map(SmolStr::new),
                    specifier: package.place.as_deref().map(text::without_password),
                    scope: package.scope,
                    direct: None,
                    source: package.source,
                    line,
                }),
            }
            nodes[index] = dependencies.len() - 1;
            previous = Some(package);
        }
        (dependencies, nodes)
    }

    /// What each dependency is for, by how the project comes to it. What it does not come to is for what its mark says,
    /// and so is what that needs.
    fn scopes(&self, dependencies: &[Dependency]) -> Vec<Scope> {
        let nodes = dependencies.len();
        let mut reached = self.reached(nodes, &self.asked);
        let unasked: Vec<Asked> = (0..nodes)
            .filter(|&node| reached[node].is_none())
            .map(|package| Asked {
                by: None,
                package,
                scope: dependencies[package].scope,
            })
            .collect();
        if !unasked.is_empty() {
            reached = self.reached(nodes, &[&self.asked[..], &unasked].concat());
        }
        let own = dependencies.iter().map(|dependency| dependency.scope);
        reached
            .into_iter()
            .zip(own)
            .map(|(reached, own)| reached.unwrap_or(own))
            .collect()
    }

    /// What each dependency is for that is come to from what is `asked` for.
    fn reached(&self, nodes: usize, asked: &[Asked]) -> Vec<Option<Scope>> {
        let places = self.requires.iter().map(|require| number(require.from)).zip(0..);
        let required = Runs::new(nodes, places);
        let needed = self.reach(asked, &required, |scope| scope == Scope::Prod, false);
        let peer = self.reach(asked, &required, |scope| scope == Scope::Peer, false);
        let installed = self.reach(asked, &required, |scope| scope != Scope::Dev, true);
        let dev = self.reach(asked, &required, |scope| scope == Scope::Dev, true);
        (0..nodes)
            .map(|node| match (installed[node], dev[node]) {
                _ if needed[node] => Some(Scope::Prod),
                _ if peer[node] => Some(Scope::Peer),
                (true, true) => Some(Scope::DevOptional),
                (true, false) => Some(Scope::Optional),
                (false, true) => Some(Scope::Dev),
                (false, false) => None,
            })
            .collect()
    }

    /// Which dependencies are reached from what is `asked` for in some scopes. `required` has the places of each
    /// one's requirements.
    fn reach(
        &self,
        asked: &[Asked],
        required: &Runs,
        from: impl Fn(Scope) -> bool,
        with_optional: bool,
    ) -> Vec<bool> {
        let mut is_reached = vec![false; required.len()];
        let starts = asked.iter().filter(|asked| from(asked.scope));
        let mut pending: Vec<usize> = starts.map(|asked| asked.package).collect();
        while let Some(node) = pending.pop() {
            if std::mem::replace(&mut is_reached[node], true) {
                continue;
            }
            let own = required.of(number(node)).iter();
            let own = own
                .map(|&require| &self.requires[require as usize])
                .filter(|require| with_optional || !require.is_optional);
            pending.extend(own.map(|require| require.to).filter(|&to| !is_reached[to]));
        }
        is_reached
    }

    /// The graph; `tops` are asked for without anyone saying so.
    fn graph(self, dependencies: usize, tops: &[usize]) -> Graph {
        let member = |member: usize| number(dependencies + member);
        let mut edges: Vec<(Node, Node)> = self
            .requires
            .iter()
            .map(|require| (number(require.from), number(require.to)))
            .collect();
        // Members are the project's own: it reaches them even where nothing asks for them.
        let mut roots: Vec<Node> = (0..self.members.len()).map(member).collect();
        roots.extend(tops.iter().map(|&top| number(top)));
        for asked in &self.asked {
            match asked.by {
                Some(by) => edges.push((member(by), number(asked.package))),
                None => roots.push(number(asked.package)),
            }
        }
        Graph::new(dependencies, self.members, &roots, &edges)
    }
}

/// The node at this place, or the place of a requirement: there are fewer than bytes in a file, which Node
/// limits to 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
const fn number(at: usize) -> Node {
    at as Node
}

/// Orders packages for listing; equal ones are the same.
fn compare(a: &Package<'_>, b: &Package<'_>) -> Ordering {
    let versions = || {
        order::natural(
            a.version.as_deref().unwrap_or_default(),
            b.version.as_deref().unwrap_or_default(),
        )
    };
    a.name
        .cmp(&b.name)
        .then_with(versions)
        .then_with(|| a.source.cmp(&b.source))
        .then_with(|| a.place.cmp(&b.place))
}
