//! From JSON to a flat list of entries, in one pass, borrowing from the text.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::super::json::{Lenient, Text};
use super::super::specifier::{self, Wanted};
use super::entry::{Kind, List, Names, Need, Require, Written};
use super::tree::{Folder, ROOT};
use crate::dependency::Source;

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

#[derive(Clone, Copy)]
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
    Bundled,
    Dev,
    Optional,
    DevOptional,
    Peer,
    Other,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor;
        impl Visitor<'_> for FieldVisitor {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            // Bytes are compared in place; for text (and in a derived reader) each comparison is a call.
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Field, E> {
                Ok(match value.as_bytes() {
                    b"name" => Field::Name,
                    b"version" => Field::Version,
                    b"lockfileVersion" => Field::LockfileVersion,
                    b"packages" => Field::Packages,
                    b"dependencies" => Field::Dependencies,
                    b"devDependencies" => Field::DevDependencies,
                    b"optionalDependencies" => Field::OptionalDependencies,
                    b"peerDependencies" => Field::PeerDependencies,
                    b"requires" => Field::Requires,
                    b"resolved" => Field::Resolved,
                    b"link" => Field::Link,
                    // The second is that of version 1.
                    b"inBundle" | b"bundled" => Field::Bundled,
                    b"dev" => Field::Dev,
                    b"optional" => Field::Optional,
                    b"devOptional" => Field::DevOptional,
                    b"peer" => Field::Peer,
                    _ => Field::Other,
                })
            }
        }
        deserializer.deserialize_identifier(FieldVisitor)
    }
}

/// Tools have been seen to write the number as a string.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a number: the lockfile version")]
enum LockVersion<'a> {
    Number(u64),
    #[serde(borrow)]
    Text(Text<'a>),
}

/// Reads a lockfile of so many bytes.
pub(super) struct Lockfile {
    pub(super) bytes: usize,
}

impl<'de> DeserializeSeed<'de> for Lockfile {
    type Value = Document<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Lockfile {
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
                    let mut list = List::of_text(self.bytes);
                    map.next_value_seed(Packages(&mut list))?;
                    document.packages = Some(list);
                }
                Field::Dependencies if document.packages.is_none() => {
                    let mut list = List::of_text(self.bytes);
                    map.next_value_seed(Nested {
                        list: &mut list,
                        parent: ROOT,
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
            let at = self.0.push_at(&path);
            let reader = Package {
                list: self.0,
                at,
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
    parent: Folder,
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
            let at = self.list.push_under(self.parent, &name);
            let reader = Package {
                list: self.list,
                at,
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
    let name = list.symbols.text(list.entries[at].name);
    E::custom(format_args!("in {name:?}: {error}"))
}

/// Reads one package, of either kind of list, into the entry that was made for it.
struct Package<'l, 'a> {
    list: &'l mut List<'a>,
    at: usize,
    is_nested: bool,
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Package<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Package<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object: a package")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { list, at, is_nested } = self;
        let is_own = list.entries[at].kind != Kind::Package;
        let first = list.next_require();
        let mut written = Written {
            requires: first..first,
            ..Written::default()
        };
        let Written {
            name,
            version,
            resolved,
            is_link,
            is_bundled,
            marks,
            requires,
        } = &mut written;
        while let Some(field) = map.next_key::<Field>()? {
            match field {
                Field::Name => *name = map.next_value()?,
                Field::Version => *version = map.next_value()?,
                Field::Resolved => *resolved = given(map.next_value()?),
                Field::Link => *is_link = map.next_value()?,
                Field::Bundled => *is_bundled = map.next_value()?,
                Field::Dev => marks.dev = map.next_value()?,
                Field::Optional => marks.optional = map.next_value()?,
                Field::DevOptional => marks.dev_optional = map.next_value()?,
                Field::Peer => marks.peer = map.next_value()?,
                Field::Dependencies if is_nested => {
                    let parent = list.entries[at].folder;
                    map.next_value_seed(Nested {
                        list: &mut *list,
                        parent,
                    })?;
                }
                Field::Requires if is_nested => {
                    // What nested entries require may stand between; each entry's own stays in one piece.
                    requires.start = list.next_require();
                    map.next_value_seed(Requires(&mut *list, Need::Untold))?;
                    requires.end = list.next_require();
                }
                Field::Dependencies | Field::OptionalDependencies | Field::PeerDependencies if !is_nested => {
                    let need = match field {
                        Field::OptionalDependencies => Need::Optional,
                        Field::PeerDependencies => Need::Peer,
                        _ => Need::Required,
                    };
                    map.next_value_seed(Requires(&mut *list, need))?;
                    requires.end = list.next_require();
                }
                // Development dependencies are only installed for the project's own folders.
                Field::DevDependencies if is_own => {
                    map.next_value_seed(Requires(&mut *list, Need::Dev))?;
                    requires.end = list.next_require();
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let mut names = Names {
            symbols: &mut list.symbols,
            hosts: &mut list.hosts,
        };
        list.entries[at].identify(written, is_nested, &mut names);
        Ok(())
    }
}

/// A `resolved` that says something: old npm versions wrote `false` and empty texts too.
fn given(resolved: Lenient<Text<'_>>) -> Option<Text<'_>> {
    resolved.expected().filter(|text| !text.as_str().is_empty())
}

/// Reads an object of names and specifiers; version 1 has `true` and `false` in its place too.
struct Requires<'l, 'a>(&'l mut List<'a>, Need);

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
        while let Some(name) = map.next_key::<Text<'de>>()? {
            let Specifier(source) = map.next_value()?;
            self.0.requires.push(Require {
                name: self.0.symbols.intern(name.as_str()),
                need: self.1,
                source,
            });
        }
        Ok(())
    }
}

/// Where a specifier wants a package from.
struct Specifier(Source);

impl<'de> Deserialize<'de> for Specifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpecifierVisitor;
        impl Visitor<'_> for SpecifierVisitor {
            type Value = Specifier;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Specifier, E> {
                Ok(Specifier(match specifier::wanted(value) {
                    Wanted::From(source) => source,
                    Wanted::Registry { .. } | Wanted::Own => Source::Registry,
                }))
            }
        }
        deserializer.deserialize_str(SpecifierVisitor)
    }
}
