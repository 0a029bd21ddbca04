//! What a lockfile lists, whatever its version: entries, and what they require.

use std::borrow::Cow;
use std::ops::Range;

use super::super::super::hosts::{Host, Hosts};
use super::super::super::json::Text;

use super::super::{source, specifier, tarball};
use super::symbols::{Symbol, Symbols};
use super::tree::{Folder, Index, ROOT, Tree, folded, installation};
use crate::dependency::{Scope, Source};

/// The entries of a lockfile, and where they stand.
#[derive(Default)]
pub(super) struct List<'a> {
    pub(super) symbols: Symbols,
    pub(super) tree: Tree,
    pub(super) entries: Vec<Entry<'a>>,
    /// What the entries require, one after the other; each has its range.
    pub(super) requires: Vec<Require>,
    /// Where the registry's packages come from.
    pub(super) hosts: Hosts,
}

/// One installed package or project folder.
pub(super) struct Entry<'a> {
    /// A text of it as it stands in the file, which tells its line; none if they all have escapes.
    pub(super) spot: Option<&'a str>,
    pub(super) kind: Kind,
    /// Where it is installed.
    pub(super) folder: Folder,
    /// The real name, which may not be the one under which it is installed; or a member's name or path.
    pub(super) name: Symbol,
    pub(super) version: Option<Text<'a>>,
    /// Where it was taken from, as the file writes it.
    pub(super) place: Option<Text<'a>>,
    /// What that says.
    pub(super) origin: Origin,
    /// Whether it comes in the package of another entry, around it.
    pub(super) is_bundled: bool,
    pub(super) scope: Scope,
    /// Its part of what the list's entries require.
    pub(super) requires: Range<u32>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The project itself.
    Root,
    /// A folder of the project: a workspace, or what a link leads to.
    Member,
    /// A link to the entry of another folder, which is its place.
    Link,
    /// A package.
    Package,
}

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is certain.
    Certain(Source),
    /// A registry's tarball, if this host is a registry.
    Tarball(Host),
}

/// A package that an entry asks for.
#[derive(Clone, Copy)]
pub(super) struct Require {
    pub(super) name: Symbol,
    pub(super) need: Need,
    /// Where it is wanted from.
    pub(super) source: Source,
}

/// How much a package needs what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// It must be there.
    Required,
    /// Version 1 does not tell what is optional.
    Untold,
    Optional,
    Peer,
    /// To develop it, if it is a part of the project.
    Dev,
}

/// What the members of an entry say.
#[derive(Default)]
pub(super) struct Written<'a> {
    /// Given where it is not the name under which it is installed.
    pub(super) name: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
    pub(super) resolved: Option<Text<'a>>,
    pub(super) is_link: bool,
    pub(super) is_bundled: bool,
    pub(super) marks: Marks,
    pub(super) requires: Range<u32>,
}

/// Why npm could leave a package out.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    pub(super) dev: bool,
    pub(super) optional: bool,
    pub(super) dev_optional: bool,
    pub(super) peer: bool,
}

impl Marks {
    /// What has no mark is needed to run.
    pub(super) const fn scope(self) -> Scope {
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
}

/// How many bytes of a lockfile an entry takes, and something that it requires: less than usual.
const ENTRY_BYTES: usize = 320;
const REQUIRE_BYTES: usize = 160;

impl<'a> List<'a> {
    /// An empty list with room for what a text of so many bytes usually lists, so that it seldom has to move.
    pub(super) fn of_text(bytes: usize) -> Self {
        Self {
            symbols: Symbols::with_capacity(bytes / ENTRY_BYTES),
            entries: Vec::with_capacity(bytes / ENTRY_BYTES),
            requires: Vec::with_capacity(bytes / REQUIRE_BYTES),
            ..Self::default()
        }
    }

    /// Whether the project or a member of it has an entry, and so says what it asks for.
    pub(super) fn has_own(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry.kind, Kind::Root | Kind::Member))
    }

    /// Adds an entry at this path (versions 2 and 3), and gives its place in the list. The project's own
    /// path is empty, a member's does not end in an installed package.
    pub(super) fn push_at(&mut self, path: &Text<'a>) -> usize {
        let folded = folded(path.as_str());
        let (kind, folder, name) = match (installation(&folded), &*folded) {
            (Some((parent, name)), _) => {
                let parent = self.tree.locate(parent, &mut self.symbols);
                let name = self.symbols.intern(name);
                (Kind::Package, self.tree.install(parent, name), name)
            }
            (None, "") => (Kind::Root, ROOT, self.symbols.intern("")),
            (None, path) => (Kind::Member, self.tree.member(path), self.symbols.intern(path)),
        };
        self.push(path, kind, folder, name)
    }

    /// Adds a package in the `node_modules` of `parent` (version 1), and gives its place in the list.
    pub(super) fn push_under(&mut self, parent: Folder, key: &Text<'a>) -> usize {
        let name = self.symbols.intern(key.as_str());
        let folder = self.tree.install(parent, name);
        self.push(key, Kind::Package, folder, name)
    }

    fn push(&mut self, key: &Text<'a>, kind: Kind, folder: Folder, name: Symbol) -> usize {
        let at = self.entries.len();
        self.tree.occupy(folder, Index::try_from(at).ok());
        self.entries.push(Entry {
            spot: key.borrowed(),
            kind,
            folder,
            name,
            version: None,
            place: None,
            origin: Origin::Certain(Source::Registry),
            is_bundled: false,
            scope: Scope::Prod,
            requires: 0..0,
        });
        at
    }

    /// Where in `requires` the next one will stand.
    pub(super) fn next_require(&self) -> u32 {
        u32::try_from(self.requires.len()).unwrap_or(u32::MAX)
    }

    /// Connects the folders, once all entries are there: what a member does not have is looked for in the
    /// folders around it, and where a link stands its target is found.
    pub(super) fn connect(&mut self) {
        self.tree.join_members();
        let links = (0..)
            .zip(&self.entries)
            .filter(|(at, entry)| entry.kind == Kind::Link && self.tree.entry(entry.folder) == Some(*at));
        let targets: Vec<(Folder, Index)> = links
            .filter_map(|(_, link)| {
                let path = link.place.as_ref()?.as_str();
                Some((link.folder, self.tree.target(path, &self.symbols)?))
            })
            .collect();
        for (folder, target) in targets {
            self.tree.occupy(folder, Some(target));
        }
    }
}

impl<'a> Entry<'a> {
    /// Settles what it is. Version 1 keeps tarball URLs and git commits in `version`; npm installs from there what
    /// has no `resolved` in any version.
    pub(super) fn identify(&mut self, written: Written<'a>, is_nested: bool, list: &mut Names<'_>) {
        self.scope = written.marks.scope();
        self.requires = written.requires;
        self.is_bundled = written.is_bundled;
        self.spot = self.spot.or_else(|| written.version.as_ref()?.borrowed());
        let (mut place, mut version) = (written.resolved, written.version);
        if let Some(name) = &written.name {
            self.name = list.symbols.intern(name.as_str());
        }
        match self.kind {
            Kind::Package if written.is_link => self.kind = Kind::Link,
            // A part of the project comes from nowhere.
            Kind::Member if place.is_some() && !written.is_link => {
                self.kind = Kind::Package;
                if written.name.is_none() {
                    let path = list.symbols.text(self.name);
                    let name = base_name(path).to_owned();
                    self.name = list.symbols.intern(&name);
                }
            }
            _ => {}
        }
        let text = version.as_ref().map_or("", Text::as_str);
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            if let Some((name, exact)) = source::alias(text) {
                self.name = list.symbols.intern(name);
                version = Some(Text(Cow::Owned(exact.to_owned())));
            } else if source::is_git(text) || source::is_file(text) || source::is_http(text) {
                if is_nested || place.is_none() {
                    place = version.take();
                }
                version = None;
            } else if specifier::exact(text).is_none() {
                version = None;
            }
        }
        self.version = version;
        if self.kind == Kind::Package {
            self.take_from(place.as_ref(), list);
        }
        self.place = place;
    }

    fn take_from(&mut self, place: Option<&Text<'a>>, list: &mut Names<'_>) {
        let Some(place) = place else {
            if !self.is_bundled && self.version.is_some() {
                list.hosts.note_without_url();
            }
            return;
        };
        let url = place.as_str();
        let name = list.symbols.text(self.name);
        if let Some(version) = &self.version
            && let Some(host) = tarball::plain_host(url, name, version.as_str())
        {
            self.origin = Origin::Tarball(list.hosts.note(host));
            return;
        }
        let Some(told) = tarball::read(url) else {
            self.origin = Origin::Certain(source::source(url));
            return;
        };
        self.origin = Origin::Tarball(list.hosts.note(&told.host));
        // What is installed is what the URL leads to.
        let is_same = |version: &Text<'_>| tarball::is_same_version(version.as_str(), &told.version);
        if *told.name != *name || !self.version.as_ref().is_some_and(is_same) {
            self.version = Some(Text(Cow::Owned(told.version.into_owned())));
            self.name = list.symbols.intern(&told.name);
        }
    }
}

/// What the entries of a list share while they are read.
pub(super) struct Names<'l> {
    pub(super) symbols: &'l mut Symbols,
    pub(super) hosts: &'l mut Hosts,
}

/// The name that npm gives to what is in a folder.
fn base_name(path: &str) -> &str {
    let Some((before, _)) = path.rsplit_once('/') else {
        return path;
    };
    let scope = before.rfind('/').map_or(0, |slash| slash + 1);
    let start = if before[scope..].starts_with('@') {
        scope
    } else {
        before.len() + 1
    };
    &path[start..]
}
