//! A crate's `Cargo.toml`, as `cargo package` writes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::dependency::{Dependency, DependencyKind, Written};
use super::lock::Lock;
use super::{About, MANIFEST, Package, bad, features, is_name, is_version, toml_error};
use crate::package_file::error::PackageError;

/// What is read of it.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    package: Header,
    #[serde(flatten)]
    dependencies: Sections,
    #[serde(default)]
    target: BTreeMap<String, Sections>,
    #[serde(default)]
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Header {
    name: String,
    version: Value<String>,
    links: Option<String>,
    rust_version: Option<Value<String>>,
    #[serde(default)]
    publish: Publish,
    #[serde(default)]
    authors: Value<Vec<String>>,
    description: Option<Value<String>>,
    documentation: Option<Value<String>>,
    homepage: Option<Value<String>>,
    repository: Option<Value<String>>,
    license: Option<Value<String>>,
    license_file: Option<Value<String>>,
    #[serde(default)]
    keywords: Value<Vec<String>>,
    #[serde(default)]
    categories: Value<Vec<String>>,
    readme: Option<Readme>,
}

/// A value, or the table that takes it from a workspace, which no crate has any more.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value<T> {
    Here(T),
    Inherited {
        #[serde(rename = "workspace")]
        _workspace: bool,
    },
}

impl<T: Default> Default for Value<T> {
    fn default() -> Self {
        Self::Here(T::default())
    }
}

impl<T> Value<T> {
    fn get(self, key: &str) -> Result<T, PackageError> {
        match self {
            Self::Here(value) => Ok(value),
            Self::Inherited { .. } => Err(bad(format!(
                "its {key} is inherited from a workspace; make the crate with cargo package"
            ))),
        }
    }
}

/// Where a crate may be published.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Publish {
    Anywhere(bool),
    /// The names that the author's Cargo has for them.
    In(Vec<String>),
}

impl Default for Publish {
    fn default() -> Self {
        Self::Anywhere(true)
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Readme {
    Default(bool),
    Path(String),
}

/// The three tables of dependencies; the spelling with an underscore is an old one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sections {
    #[serde(default)]
    dependencies: BTreeMap<String, Written>,
    #[serde(default, alias = "build_dependencies")]
    build_dependencies: BTreeMap<String, Written>,
    #[serde(default, alias = "dev_dependencies")]
    dev_dependencies: BTreeMap<String, Written>,
}

impl Sections {
    fn add_to(
        self,
        all: &mut Vec<Dependency>,
        target: Option<&str>,
        lock: &Lock,
    ) -> Result<(), PackageError> {
        for (kind, section) in [
            (DependencyKind::Normal, self.dependencies),
            (DependencyKind::Build, self.build_dependencies),
            (DependencyKind::Development, self.dev_dependencies),
        ] {
            for (key, written) in section {
                all.extend(written.dependency(&key, kind, target, lock)?);
            }
        }
        Ok(())
    }
}

impl Manifest {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PackageError> {
        let text = std::str::from_utf8(bytes).map_err(|_| bad("it is not UTF-8"))?;
        toml::from_str(text).map_err(|error| toml_error(MANIFEST, text, &error))
    }

    /// What it says, and the path of the readme.
    pub(super) fn package(self, lock: &Lock) -> Result<(Package, Option<String>), PackageError> {
        let header = self.package;
        let version = header.version.get("version")?;
        if !is_name(&header.name) {
            return Err(bad(format!("{:?} cannot be the name of a crate", header.name)));
        }
        if !is_version(&version) {
            return Err(bad(format!(
                "its version {version:?} is not one of Semantic Versioning"
            )));
        }
        let is_private = match header.publish {
            Publish::Anywhere(may) => !may,
            Publish::In(registries) => registries.is_empty(),
        };
        if is_private {
            return Err(bad("it says publish = false: take that out to push it"));
        }
        let mut dependencies = Vec::new();
        self.dependencies.add_to(&mut dependencies, None, lock)?;
        for (target, sections) in self.target {
            sections.add_to(&mut dependencies, Some(&target), lock)?;
        }
        features::check(&self.features, &dependencies)?;
        let readme = match header.readme {
            Some(Readme::Path(path)) => Some(path),
            Some(Readme::Default(true)) => Some("README.md".to_owned()),
            Some(Readme::Default(false)) | None => None,
        };
        let one = |value: Option<Value<String>>, key| value.map(|value| value.get(key)).transpose();
        let about = About {
            authors: header.authors.get("authors")?,
            description: one(header.description, "description")?,
            documentation: one(header.documentation, "documentation")?,
            homepage: one(header.homepage, "homepage")?,
            repository: one(header.repository, "repository")?,
            license: one(header.license, "license")?,
            license_file: one(header.license_file, "license-file")?,
            keywords: header.keywords.get("keywords")?,
            categories: header.categories.get("categories")?,
            readme_file: None,
            readme: None,
        };
        let package = Package {
            name: header.name,
            version,
            dependencies,
            features: self.features,
            links: header.links,
            rust_version: one(header.rust_version, "rust-version")?,
            about,
        };
        Ok((package, readme))
    }
}
