//! From a pnpm lockfile to packages, what they require, and what the projects ask for.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};

use super::super::super::Warning;
use super::super::super::hosts::WithoutUrl;
use super::super::super::json::{Text, offset_in};
use super::super::entries::Entries;
use super::super::faults::{self, Faults};
use super::super::registries::Settings;
use super::super::resolved::{Asked, Package, Require, Resolved};
use super::WITH_SNAPSHOTS;
use super::document::{Described, Document, Peers, Reference};
use super::path::{self, Identity};
use crate::dependency::{Scope, Source};

/// Reads documents, each as one of its major version. The first may be what pnpm installs for itself, the last is the
/// project's.
pub(super) fn build<'d>(
    text: &'d str,
    documents: &'d [(Document<'d>, u64)],
    settings: &'d Settings,
) -> (Resolved<'d>, Faulty<'d>) {
    let mut builder = Builder {
        text,
        settings,
        major: 0,
        described: HashMap::new(),
        by_path: HashMap::new(),
        members: HashMap::new(),
        catalogs: HashMap::new(),
        resolved: Resolved::default(),
        faults: Faulty {
            unreadable: Faults::new("tells no name and version"),
            missing: Faults::new(faults::MISSING),
            hosts: None,
        },
        offset: 0,
        path: String::new(),
    };
    for (document, major) in documents {
        builder.document(document, *major);
    }
    builder.faults.hosts = builder.resolved.settle_hosts(settings, WithoutUrl::Usual);
    (builder.resolved, builder.faults)
}

/// What the reader should know: what could not be made sense of, each with its place.
pub(super) struct Faulty<'d> {
    /// Dependency paths without name or version.
    unreadable: Faults<'d>,
    /// What is asked for and the file does not describe.
    missing: Faults<'d>,
    /// What there is to say of the hosts.
    hosts: Option<Warning>,
}

impl Faulty<'_> {
    pub(super) fn warnings(&self, file: &str, text: &str) -> impl Iterator<Item = Warning> {
        let unreadable = self.unreadable.warning(file, text);
        let missing = self.missing.warning(file, text);
        unreadable.into_iter().chain(missing).chain(self.hosts.clone())
    }
}

struct Builder<'d> {
    text: &'d str,
    settings: &'d Settings,
    major: u64,
    /// What describes the packages of version 9, by their paths without peers.
    described: HashMap<&'d str, &'d Described<'d>>,
    by_path: HashMap<&'d str, Target>,
    /// The members of the project, by their folders.
    members: HashMap<&'d str, usize>,
    /// What `catalog:` means in version 13, by catalog and name.
    catalogs: HashMap<(&'d str, &'d str), &'d str>,
    resolved: Resolved<'d>,
    faults: Faulty<'d>,
    /// Where the last key stood.
    offset: usize,
    /// Room for the path that is looked up.
    path: String,
}

/// What a dependency path leads to.
#[derive(Clone, Copy)]
enum Target {
    Package(usize),
    /// A member of the project that is copied to where it is used.
    Member(usize),
}

type Section<'d> = Option<Entries<'d, Reference<'d>>>;

impl<'d> Builder<'d> {
    fn document(&mut self, document: &'d Document<'d>, major: u64) {
        self.major = major;
        self.by_path.clear();
        self.described.clear();
        for (folder, _) in Entries::of(document.importers.as_ref()) {
            let folder = folder.as_str();
            if folder != "." && !self.members.contains_key(folder) {
                self.members.insert(folder, self.resolved.members.len());
                self.resolved.members.push(folder.to_owned());
            }
        }
        let settings = document.settings.as_ref();
        let catalogs = settings.and_then(|settings| settings.catalogs.as_ref());
        for (catalog, Entries(ranges)) in Entries::of(catalogs) {
            let ranges = ranges.iter();
            let ranges = ranges.map(|(name, range)| ((catalog.as_str(), name.as_str()), range.as_str()));
            self.catalogs.extend(ranges);
        }
        let packages = Entries::of(document.packages.as_ref());
        if major == WITH_SNAPSHOTS {
            let described = packages.iter();
            self.described = described
                .filter_map(|(path, body)| Some((path.as_str(), body.as_ref()?)))
                .collect();
            self.packages(Entries::of(document.snapshots.as_ref()));
        } else {
            self.packages(packages);
        }
        self.projects(document);
    }

    fn packages(&mut self, entries: &'d [(Text<'d>, Option<Described<'d>>)]) {
        for (path, body) in entries {
            self.package(path.as_str(), body.as_ref());
        }
        for (path, body) in entries {
            if let (Some(body), Some(&from)) = (body, self.by_path.get(path.as_str())) {
                self.requires(path, from, Entries::of(body.dependencies.as_ref()), false);
                self.requires(path, from, Entries::of(body.optional_dependencies.as_ref()), true);
                if let Some(Peers(peers)) = body
                    .peer_dependencies
                    .as_ref()
                    .filter(|_| self.major > WITH_SNAPSHOTS)
                {
                    self.requires(path, from, peers, false);
                }
            }
        }
    }

    fn package(&mut self, path: &'d str, body: Option<&'d Described<'d>>) {
        let offset = self.place(path);
        let described = match self.described.get(path::without_peers(path)) {
            Some(described) => Some(*described),
            None => body,
        };
        let identity = if self.major >= WITH_SNAPSHOTS {
            path::identity(path, described, self.settings)
        } else {
            path::old_identity(path, body)
        };
        let Some(Identity {
            name,
            version,
            source,
            place,
        }) = identity
        else {
            self.faults.unreadable.push(path, offset);
            return;
        };
        let resolution = described.and_then(|described| described.resolution.as_ref());
        let folder = resolution.and_then(|resolution| resolution.directory.as_ref());
        let member = folder.and_then(|folder| self.members.get(folder.as_str()));
        if let (Source::File, Some(&member)) = (source, member) {
            self.by_path.insert(path, Target::Member(member));
            return;
        }
        let package = Package {
            name: Cow::Borrowed(name),
            version: version.map(Cow::Borrowed),
            source,
            place,
            scope: body.map_or(Scope::Prod, Described::scope),
            offset,
        };
        let tarball = resolution.and_then(|resolution| resolution.tarball.as_ref());
        let url = tarball.map(|tarball| Cow::Borrowed(tarball.as_str()));
        let package = self.resolved.push(package, url);
        self.by_path.insert(path, Target::Package(package));
    }

    fn requires(
        &mut self,
        path: &'d Text<'d>,
        from: Target,
        section: &'d [(Text<'d>, Text<'d>)],
        is_optional: bool,
    ) {
        for (name, reference) in section {
            let to = match self.resolve(name.as_str(), reference.as_str()) {
                Some(Target::Package(to)) => to,
                Some(Target::Member(_)) => continue,
                None => {
                    if !is_optional && !is_own(reference.as_str()) {
                        let offset = self.place(path.as_str());
                        self.faults.missing.push(name.as_str(), offset);
                    }
                    continue;
                }
            };
            match from {
                Target::Package(from) => self.resolved.requires.push(Require {
                    from,
                    to,
                    is_optional,
                }),
                Target::Member(member) => self.resolved.asked.push(Asked {
                    by: Some(member),
                    package: to,
                    scope: if is_optional { Scope::Optional } else { Scope::Prod },
                }),
            }
        }
    }

    fn projects(&mut self, document: &'d Document<'d>) {
        self.asks(None, &document.dependencies, Scope::Prod);
        self.asks(None, &document.dev_dependencies, Scope::Dev);
        self.asks(None, &document.optional_dependencies, Scope::Optional);
        for (folder, importer) in Entries::of(document.importers.as_ref()) {
            let member = self.members.get(folder.as_str()).copied();
            if let Some(importer) = importer {
                self.asks(member, &importer.dependencies, Scope::Prod);
                self.asks(member, &importer.dev_dependencies, Scope::Dev);
                self.asks(member, &importer.optional_dependencies, Scope::Optional);
                // Both are installed whatever is left out, and run.
                self.asks(member, &importer.config_dependencies, Scope::Prod);
                self.asks(member, &importer.package_manager_dependencies, Scope::Dev);
            }
        }
    }

    fn asks(&mut self, by: Option<usize>, section: &'d Section<'d>, scope: Scope) {
        for (name, Reference { version, .. }) in Entries::of(section.as_ref()) {
            let reference = version.as_str();
            match self.resolve(name.as_str(), reference) {
                Some(Target::Package(package)) => self.resolved.asked.push(Asked { by, package, scope }),
                Some(Target::Member(_)) => {}
                None if is_own(reference) => {}
                None => {
                    let offset = self.place(name.as_str());
                    self.faults.missing.push(name.as_str(), offset);
                }
            }
        }
    }

    /// What a name and a reference mean: a version, with the name before it in the path, or a whole path (of an
    /// alias, or of what comes from no registry). In version 13, a specifier that is as exact stands in its place.
    fn resolve(&mut self, name: &'d str, reference: &'d str) -> Option<Target> {
        let mut reference = reference;
        if self.major > WITH_SNAPSHOTS {
            if let Some(catalog) = reference.strip_prefix("catalog:") {
                let catalog = if catalog.is_empty() { "default" } else { catalog };
                reference = self.catalogs.get(&(catalog, name)).copied().unwrap_or(reference);
            }
            reference = reference.strip_prefix("npm:").unwrap_or(reference);
        }
        let shapes: &[_] = if self.major >= WITH_SNAPSHOTS {
            &[("", "@")]
        } else {
            &[("/", "@"), ("/", "/")]
        };
        for (before, between) in shapes {
            self.path.clear();
            self.path.extend([before, name, between, reference]);
            if let Some(&target) = self.by_path.get(self.path.as_str()) {
                return Some(target);
            }
        }
        self.by_path.get(reference).copied()
    }

    /// Where a key stands: it borrows from the text unless it has escapes, and then stands near the last.
    fn place(&mut self, key: &str) -> usize {
        self.offset = offset_in(self.text, key).unwrap_or(self.offset);
        self.offset
    }
}

/// Whether a reference leads to another project of the workspace, or a folder.
fn is_own(reference: &str) -> bool {
    reference.starts_with("link:") || reference.starts_with("workspace:")
}
