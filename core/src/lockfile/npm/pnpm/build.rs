//! From a pnpm lockfile to packages, what they require, and what the projects ask for.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};

use super::super::super::Warning;
use super::super::super::json::{Text, offset_in};
use super::super::entries::Entries;
use super::super::faults::{self, Faults};
use super::super::resolved::{Asked, Package, Require, Resolved};
use super::document::{Described, Document, Reference};
use super::path::{self, Identity};
use crate::dependency::Scope;

/// Reads a document as one of this major version.
pub(super) fn build<'d>(text: &'d str, document: &'d Document<'d>, major: u64) -> (Resolved<'d>, Faulty<'d>) {
    let mut builder = Builder {
        text,
        major,
        described: HashMap::new(),
        by_path: HashMap::new(),
        resolved: Resolved::default(),
        faults: Faulty {
            unreadable: Faults::new("tells no name and version"),
            missing: Faults::new(faults::MISSING),
        },
        offset: 0,
        path: String::new(),
    };
    let packages = Entries::of(document.packages.as_ref());
    if major >= 9 {
        let described = packages.iter();
        builder.described = described
            .filter_map(|(path, body)| Some((path.as_str(), body.as_ref()?)))
            .collect();
        builder.packages(Entries::of(document.snapshots.as_ref()));
    } else {
        builder.packages(packages);
    }
    builder.projects(document);
    (builder.resolved, builder.faults)
}

/// What could not be made sense of, each with its place.
pub(super) struct Faulty<'d> {
    /// Dependency paths without name or version.
    unreadable: Faults<'d>,
    /// What is asked for and the file does not describe.
    missing: Faults<'d>,
}

impl Faulty<'_> {
    pub(super) fn warnings(&self, file: &str, text: &str) -> impl Iterator<Item = Warning> {
        let unreadable = self.unreadable.warning(file, text);
        unreadable.into_iter().chain(self.missing.warning(file, text))
    }
}

struct Builder<'d> {
    text: &'d str,
    major: u64,
    /// What describes the packages of version 9, by their paths without peers.
    described: HashMap<&'d str, &'d Described<'d>>,
    by_path: HashMap<&'d str, usize>,
    resolved: Resolved<'d>,
    faults: Faulty<'d>,
    /// Where the last key stood.
    offset: usize,
    /// Room for the path that is looked up.
    path: String,
}

type Section<'d> = Option<Entries<'d, Reference<'d>>>;

impl<'d> Builder<'d> {
    fn packages(&mut self, entries: &'d [(Text<'d>, Option<Described<'d>>)]) {
        for (path, body) in entries {
            self.package(path.as_str(), body.as_ref());
        }
        for (path, body) in entries {
            if let (Some(body), Some(&from)) = (body, self.by_path.get(path.as_str())) {
                self.requires(from, &body.dependencies, false);
                self.requires(from, &body.optional_dependencies, true);
            }
        }
    }

    fn package(&mut self, path: &'d str, body: Option<&'d Described<'d>>) {
        let offset = self.place(path);
        let identity = if self.major >= 9 {
            let described = self.described.get(path::without_peers(path)).copied();
            path::identity(path, described)
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
        self.by_path.insert(path, self.resolved.packages.len());
        self.resolved.packages.push(Package {
            name: Cow::Borrowed(name),
            version: version.map(Cow::Borrowed),
            source,
            place,
            scope: body.map_or(Scope::Prod, Described::scope),
            offset,
        });
    }

    fn requires(&mut self, from: usize, section: &'d Option<Entries<'d, Text<'d>>>, is_optional: bool) {
        for (name, reference) in Entries::of(section.as_ref()) {
            if let Some(to) = self.resolve(name.as_str(), reference.as_str()) {
                self.resolved.requires.push(Require {
                    from,
                    to,
                    is_optional,
                });
            }
        }
    }

    fn projects(&mut self, document: &'d Document<'d>) {
        self.asks(None, &document.dependencies, Scope::Prod);
        self.asks(None, &document.dev_dependencies, Scope::Dev);
        self.asks(None, &document.optional_dependencies, Scope::Optional);
        for (folder, importer) in Entries::of(document.importers.as_ref()) {
            let member = (folder.as_str() != ".").then(|| {
                self.resolved.members.push(folder.as_str().to_owned());
                self.resolved.members.len() - 1
            });
            if let Some(importer) = importer {
                self.asks(member, &importer.dependencies, Scope::Prod);
                self.asks(member, &importer.dev_dependencies, Scope::Dev);
                self.asks(member, &importer.optional_dependencies, Scope::Optional);
            }
        }
    }

    fn asks(&mut self, by: Option<usize>, section: &'d Section<'d>, scope: Scope) {
        for (name, Reference(reference)) in Entries::of(section.as_ref()) {
            let reference = reference.as_str();
            match self.resolve(name.as_str(), reference) {
                Some(package) => self.resolved.asked.push(Asked { by, package, scope }),
                // Another project of the workspace, or a folder.
                None if reference.starts_with("link:") || reference.starts_with("workspace:") => {}
                None => {
                    let offset = self.place(name.as_str());
                    self.faults.missing.push(name.as_str(), offset);
                }
            }
        }
    }

    /// The package that a name and a reference mean: a version, with the name before it in the path, or a
    /// whole path (of an alias, or of what comes from no registry).
    fn resolve(&mut self, name: &str, reference: &str) -> Option<usize> {
        let shapes: &[_] = if self.major >= 9 {
            &[("", "@")]
        } else {
            &[("/", "@"), ("/", "/")]
        };
        for (before, between) in shapes {
            self.path.clear();
            self.path.extend([before, name, between, reference]);
            if let Some(&package) = self.by_path.get(self.path.as_str()) {
                return Some(package);
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
