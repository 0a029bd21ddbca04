//! From JSON to a flat list of entries, in one pass, borrowing from the text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::super::json::{Lenient, Text};
use super::super::source::{self, Origin};
use super::tree::installation;
use crate::dependency::Scope;

/// A lockfile as it is written.
#[derive(Default)]
pub(super) struct Document<'a> {
    /// `lockfileVersion`.
    pub(super) version: Option<u64>,
    /// Whether `requires` is there, which only a lockfile has.
    pub(super) has_requires: bool,
    /// `packages`, of versions 2 and 3.
    pub(super) packages: Option<List<'a>>,
    /// `dependencies`, of version 1. Version 2 repeats itself there for old clients; that is not read.
    pub(super) nested: Option<List<'a>>,
}

/// The entries of a lockfile, and what they require.
#[derive(Default)]
pub(super) struct List<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// What the entries require, one after the other; each has its range.
    pub(super) requires: Vec<Require<'a>>,
}

/// One installed package or project folder.
#[derive(Default)]
pub(super) struct Entry<'a> {
    pub(super) place: Place<'a>,
    /// The real name, where it is not the one under which it is installed.
    pub(super) name: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
    /// Where it is from, as the file writes it.
    pub(super) resolved: Option<Text<'a>>,
    /// What that says.
    pub(super) origin: Origin,
    pub(super) is_link: bool,
    pub(super) marks: Marks,
    pub(super) requires: Range<usize>,
}

/// Where an entry is installed.
pub(super) enum Place<'a> {
    /// Nowhere: it is a folder of the project, at this path; the project's own is empty (versions 2 and 3).
    Own(Text<'a>),
    /// Under this name, in the `node_modules` of the folder at this path (versions 2 and 3).
    Installed { parent: Text<'a>, name: Text<'a> },
    /// Under this name, in the folder of an entry that stands before it, or of the project (version 1).
    Under(Option<usize>, Text<'a>),
}

impl<'a> Place<'a> {
    fn new(path: Text<'a>) -> Self {
        match installation(path.as_str()).map(|(parent, name)| (parent.len(), name.len())) {
            Some((parent, name)) => Self::Installed {
                parent: path.slice(0..parent),
                name: path.slice(path.as_str().len() - name..path.as_str().len()),
            },
            None => Self::Own(path),
        }
    }

    /// What the file calls it, or ends the path with.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Own(key) | Self::Installed { name: key, .. } | Self::Under(_, key) => key.as_str(),
        }
    }
}

impl Default for Place<'_> {
    fn default() -> Self {
        Self::Own(Text(Cow::Borrowed("")))
    }
}

/// Why npm could leave a package out.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    dev: bool,
    optional: bool,
    dev_optional: bool,
    peer: bool,
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

/// A package that an entry asks for.
pub(super) struct Require<'a> {
    pub(super) name: Text<'a>,
    /// Whether it asks for a URL of the web, not for a version.
    pub(super) is_url: bool,
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    Name,
    Version,
    LockfileVersion,
    Packages,
    Dependencies,
    DevDependencies,
    OptionalDependencies,
    PeerDependencies,
    Requires,
    Resolved,
    Link,
    Dev,
    Optional,
    DevOptional,
    Peer,
    #[serde(other)]
    Other,
}

/// Tools have been seen to write the number as a string.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a number: the lockfile version")]
enum LockVersion<'a> {
    Number(u64),
    #[serde(borrow)]
    Text(Text<'a>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Document<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DocumentVisitor;
        impl<'de> Visitor<'de> for DocumentVisitor {
            type Value = Document<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object: the lockfile")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut document = Document::default();
                while let Some(field) = map.next_key::<Field>()? {
                    match field {
                        Field::LockfileVersion => {
                            document.version = match map.next_value()? {
                                LockVersion::Number(number) => Some(number),
                                LockVersion::Text(text) => text.as_str().parse().ok(),
                            };
                        }
                        Field::Requires => {
                            document.has_requires = true;
                            map.next_value::<IgnoredAny>()?;
                        }
                        Field::Packages => {
                            let mut list = List::default();
                            map.next_value_seed(Packages(&mut list))?;
                            document.packages = Some(list);
                        }
                        Field::Dependencies if document.packages.is_none() => {
                            let mut list = List::default();
                            map.next_value_seed(Nested {
                                list: &mut list,
                                parent: None,
                            })?;
                            document.nested = Some(list);
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(document)
            }
        }
        deserializer.deserialize_map(DocumentVisitor)
    }
}

/// Reads `packages`.
struct Packages<'l, 'a>(&'l mut List<'a>);

impl<'de: 'a, 'a> DeserializeSeed<'de> for Packages<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Packages<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object: packages by folder")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(path) = map.next_key::<Text<'de>>()? {
            let at = self.0.entries.len();
            let reader = Package {
                list: self.0,
                place: Place::new(path),
                is_nested: false,
            };
            map.next_value_seed(reader)
                .map_err(|error| named(self.0, at, error))?;
        }
        Ok(())
    }
}

/// Reads version 1's `dependencies`, of the project or of an entry.
struct Nested<'l, 'a> {
    list: &'l mut List<'a>,
    parent: Option<usize>,
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Nested<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Nested<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object: packages by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Text<'de>>()? {
            let at = self.list.entries.len();
            let place = Place::Under(self.parent, name);
            let reader = Package {
                list: self.list,
                place,
                is_nested: true,
            };
            map.next_value_seed(reader)
                .map_err(|error| named(self.list, at, error))?;
        }
        Ok(())
    }
}

/// The error with the name of the entry that was being read.
fn named<E: de::Error>(list: &List<'_>, at: usize, error: E) -> E {
    match list.entries.get(at) {
        Some(entry) => E::custom(format_args!("in {:?}: {error}", entry.place.key())),
        None => error,
    }
}

/// Reads one package, of either kind of list.
struct Package<'l, 'a> {
    list: &'l mut List<'a>,
    place: Place<'a>,
    is_nested: bool,
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Package<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // Pushed before it is read: what is nested in it comes after, and errors find its name.
        self.list.entries.push(Entry {
            place: self.place,
            ..Entry::default()
        });
        let at = self.list.entries.len() - 1;
        deserializer.deserialize_map(Fields {
            list: self.list,
            at,
            is_nested: self.is_nested,
        })
    }
}

struct Fields<'l, 'a> {
    list: &'l mut List<'a>,
    at: usize,
    is_nested: bool,
}

impl<'de: 'a, 'a> Visitor<'de> for Fields<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object: a package")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { list, at, is_nested } = self;
        let is_own = matches!(list.entries[at].place, Place::Own(_));
        let mut entry = Entry::default();
        let first = list.requires.len();
        let mut requires = first..first;
        while let Some(field) = map.next_key::<Field>()? {
            match field {
                Field::Name => entry.name = map.next_value()?,
                Field::Version => entry.version = map.next_value()?,
                Field::Resolved => entry.resolved = given(map.next_value()?),
                Field::Link => entry.is_link = map.next_value()?,
                Field::Dev => entry.marks.dev = map.next_value()?,
                Field::Optional => entry.marks.optional = map.next_value()?,
                Field::DevOptional => entry.marks.dev_optional = map.next_value()?,
                Field::Peer => entry.marks.peer = map.next_value()?,
                Field::Dependencies if is_nested => {
                    map.next_value_seed(Nested {
                        list: &mut *list,
                        parent: Some(at),
                    })?;
                }
                Field::Requires if is_nested => {
                    // What nested entries require may stand between; each entry's own stays in one piece.
                    let start = list.requires.len();
                    map.next_value_seed(Requires(&mut list.requires))?;
                    requires = start..list.requires.len();
                }
                Field::Dependencies | Field::OptionalDependencies | Field::PeerDependencies if !is_nested => {
                    map.next_value_seed(Requires(&mut list.requires))?;
                    requires.end = list.requires.len();
                }
                // Development dependencies are only installed for the project's own folders.
                Field::DevDependencies if is_own => {
                    map.next_value_seed(Requires(&mut list.requires))?;
                    requires.end = list.requires.len();
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if let Some(resolved) = &entry.resolved {
            entry.origin = source::origin(resolved.as_str());
        }
        let slot = &mut list.entries[at];
        entry.place = std::mem::take(&mut slot.place);
        *slot = Entry { requires, ..entry };
        Ok(())
    }
}

/// A `resolved` that says something: old npm versions wrote `false` and empty texts too.
fn given(resolved: Lenient<Text<'_>>) -> Option<Text<'_>> {
    resolved.expected().filter(|text| !text.as_str().is_empty())
}

/// Reads an object of names and specifiers; version 1 has `true` and `false` in its place too.
struct Requires<'l, 'a>(&'l mut Vec<Require<'a>>);

impl<'de: 'a, 'a> DeserializeSeed<'de> for Requires<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Requires<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object: names and what versions of them are required")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key()? {
            let specifier: Text<'de> = map.next_value()?;
            self.0.push(Require {
                name,
                is_url: source::is_http(specifier.as_str()),
            });
        }
        Ok(())
    }
}
