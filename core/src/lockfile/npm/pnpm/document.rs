//! A pnpm lockfile as it is written.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::super::json::Text;
use super::super::entries::Entries;
use crate::dependency::Scope;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: the lockfile")]
pub(super) struct Document<'a> {
    #[serde(borrow)]
    pub(super) lockfile_version: Option<Text<'a>>,
    /// The projects of the workspace, by their folders.
    #[serde(borrow, alias = "projects")]
    pub(super) importers: Option<Entries<'a, Option<Importer<'a>>>>,
    // What the only project asks for, in versions 5 and 6.
    #[serde(borrow)]
    pub(super) dependencies: Option<Entries<'a, Reference<'a>>>,
    #[serde(borrow)]
    pub(super) dev_dependencies: Option<Entries<'a, Reference<'a>>>,
    #[serde(borrow)]
    pub(super) optional_dependencies: Option<Entries<'a, Reference<'a>>>,
    /// The packages, by their dependency paths.
    #[serde(borrow)]
    pub(super) packages: Option<Entries<'a, Option<Described<'a>>>>,
    /// What packages require, once for each choice of their peers, in version 9.
    #[serde(borrow)]
    pub(super) snapshots: Option<Entries<'a, Option<Described<'a>>>>,
    #[serde(borrow)]
    pub(super) settings: Option<Settings<'a>>,
}

/// The settings that the lockfile was made with.
#[derive(Deserialize)]
#[serde(expecting = "an object: settings")]
pub(super) struct Settings<'a> {
    /// What `catalog:` means, by catalog and name, in version 13.
    #[serde(borrow)]
    pub(super) catalogs: Option<Entries<'a, Entries<'a, Text<'a>>>>,
}

/// What one project of the workspace asks for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: a project")]
pub(super) struct Importer<'a> {
    #[serde(borrow)]
    pub(super) dependencies: Option<Entries<'a, Reference<'a>>>,
    #[serde(borrow)]
    pub(super) dev_dependencies: Option<Entries<'a, Reference<'a>>>,
    #[serde(borrow)]
    pub(super) optional_dependencies: Option<Entries<'a, Reference<'a>>>,
    /// What pnpm installs for itself, and runs.
    #[serde(borrow)]
    pub(super) config_dependencies: Option<Entries<'a, Reference<'a>>>,
    #[serde(borrow)]
    pub(super) package_manager_dependencies: Option<Entries<'a, Reference<'a>>>,
}

/// An entry of `packages` or `snapshots`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: a package")]
pub(super) struct Described<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) version: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) resolution: Option<Resolution<'a>>,
    dev: Option<bool>,
    optional: Option<bool>,
    #[serde(borrow)]
    pub(super) dependencies: Option<Entries<'a, Text<'a>>>,
    #[serde(borrow)]
    pub(super) optional_dependencies: Option<Entries<'a, Text<'a>>>,
    /// What peers came to, in version 13; before, these are ranges and what they came to is a dependency.
    #[serde(borrow)]
    pub(super) peer_dependencies: Option<Peers<'a>>,
}

impl Described<'_> {
    /// What its marks say it is for.
    pub(super) const fn scope(&self) -> Scope {
        match (self.dev, self.optional) {
            (Some(true), _) => Scope::Dev,
            (_, Some(true)) => Scope::Optional,
            _ => Scope::Prod,
        }
    }
}

/// Where a package is taken from.
#[derive(Deserialize)]
#[serde(expecting = "an object: where the package is from")]
pub(super) struct Resolution<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) tarball: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) repo: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) commit: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) directory: Option<Text<'a>>,
}

/// The peers that stand with a version.
pub(super) struct Peers<'a>(pub(super) Vec<(Text<'a>, Text<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Peers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PeersVisitor;
        impl<'de> Visitor<'de> for PeersVisitor {
            type Value = Peers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object: peers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut peers = Vec::new();
                while let Some(name) = map.next_key::<Text<'de>>()? {
                    if let Reference {
                        version,
                        is_alone: false,
                    } = map.next_value()?
                    {
                        peers.push((name, version));
                    }
                }
                Ok(Peers(peers))
            }
        }
        deserializer.deserialize_map(PeersVisitor)
    }
}

/// What a dependency of a project came to: a version, or a dependency path. Since version 6, it stands
/// beside the specifier.
pub(super) struct Reference<'a> {
    pub(super) version: Text<'a>,
    /// Whether it stands there without a specifier; in version 13, it is the specifier then.
    pub(super) is_alone: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for Reference<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReferenceVisitor;
        impl<'de> Visitor<'de> for ReferenceVisitor {
            type Value = Reference<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a version, or an object with one")
            }

            fn visit_borrowed_str<E: de::Error>(self, version: &'de str) -> Result<Self::Value, E> {
                Ok(Reference {
                    version: Text(Cow::Borrowed(version)),
                    is_alone: true,
                })
            }

            fn visit_str<E: de::Error>(self, version: &str) -> Result<Self::Value, E> {
                Ok(Reference {
                    version: Text(Cow::Owned(version.to_owned())),
                    is_alone: true,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut version = None;
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    if key.as_str() == "version" {
                        version = Some(map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                let version = version.ok_or_else(|| de::Error::missing_field("version"))?;
                Ok(Reference {
                    version,
                    is_alone: false,
                })
            }
        }
        deserializer.deserialize_any(ReferenceVisitor)
    }
}
