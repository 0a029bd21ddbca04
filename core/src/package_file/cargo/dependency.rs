//! A crate's dependencies, and where they come from.

use semver::VersionReq;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::lock::Lock;
use super::platform;
use super::{bad, is_name};
use crate::package_file::error::PackageError;

/// A dependency of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the crate that is needed.
    pub name: String,
    /// What it is called here, where the crate's name is told beside it.
    pub alias: Option<String>,
    /// Which versions will do, as Cargo writes requirements: `^1.0`.
    pub requirement: String,
    /// Its features that are turned on.
    pub features: Vec<String>,
    /// Whether it is needed only when a feature asks for it.
    pub is_optional: bool,
    /// Whether its default features are turned on.
    pub has_default_features: bool,
    /// The platform that needs it, `cfg(unix)` say; all of them where there is none.
    pub target: Option<String>,
    /// What it is needed for.
    pub kind: DependencyKind,
    /// Which registry it comes from.
    pub index: Index,
}

impl Dependency {
    /// What the crate's own code and features call it.
    #[must_use]
    pub fn local_name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependencyKind {
    /// The crate itself.
    Normal,
    /// Its build script.
    Build,
    /// Its tests and examples.
    Development,
}

impl DependencyKind {
    /// As registries write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Build => "build",
            Self::Development => "dev",
        }
    }
}

/// The registry that a dependency comes from, by the URL of its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// The one that the crate names.
    Named(String),
    /// The one that Cargo uses where none is named; which one that is only the crate's `Cargo.lock` says, if it
    /// has one.
    Default(Option<String>),
}

/// A dependency as a manifest writes it: `"1.0"`, or a table.
#[derive(Debug)]
pub(super) struct Written(Table);

/// The table of a dependency. Git, path and the name of a registry mean nothing outside of the author's machine.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Table {
    version: Option<String>,
    package: Option<String>,
    registry_index: Option<String>,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    optional: bool,
    #[serde(alias = "default_features")]
    default_features: Option<bool>,
    #[serde(default)]
    workspace: bool,
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Written;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a version or a table")
            }

            fn visit_str<E>(self, version: &str) -> Result<Written, E> {
                Ok(Written(Table {
                    version: Some(version.to_owned()),
                    ..Table::default()
                }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map)).map(Written)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Whether Cargo takes this for what a dependency is called where that is not its crate's name: a letter of any
/// script or `_`, then also digits and `-`.
fn is_alias(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

impl Written {
    /// The dependency that stands under `key`; `None` for one that only the author's own tests need, by its path.
    pub(super) fn dependency(
        self,
        key: &str,
        kind: DependencyKind,
        target: Option<&str>,
        lock: &Lock,
    ) -> Result<Option<Dependency>, PackageError> {
        let table = self.0;
        if table.workspace {
            return Err(bad(format!(
                "the dependency {key} is inherited from a workspace; make the crate with cargo package"
            )));
        }
        let version = match (table.version, kind) {
            (Some(version), _) => version,
            (None, DependencyKind::Development) => return Ok(None),
            (None, _) => {
                return Err(bad(format!(
                    "the dependency {key} has no version, and a registry knows no other source"
                )));
            }
        };
        let requirement = VersionReq::parse(&version).map_err(|error| {
            bad(format!(
                "the dependency {key} has the version {version:?}: {error}"
            ))
        })?;
        let (name, alias) = match table.package {
            // Cargo tells the name here even where it is the crate's own.
            Some(package) => (package, Some(key.to_owned())),
            None => (key.to_owned(), None),
        };
        if !is_name(&name) {
            return Err(bad(format!(
                "the dependency {name:?} cannot be the name of a crate"
            )));
        }
        if let Some(alias) = &alias
            && !is_alias(alias)
        {
            return Err(bad(format!("no dependency can be called {alias:?}")));
        }
        let index = match table.registry_index {
            Some(url) => Index::Named(url),
            None => Index::Default(lock.index_of(&name, &requirement)),
        };
        Ok(Some(Dependency {
            name,
            alias,
            requirement: requirement.to_string(),
            features: table.features,
            is_optional: table.optional,
            has_default_features: table.default_features.unwrap_or(true),
            target: target.map(platform::written),
            kind,
            index,
        }))
    }
}
