//! Version catalogs: `gradle/libs.versions.toml`.
//!
//! Source of the rules: Gradle's manual, "Version catalogs" and "The version catalog TOML file format".

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::notation::{Module, Rich};
use crate::error::{Code, InputError, Position};
use crate::text::{self, Encoding};

/// A catalog, by the names of its accessors: `-`, `_` and `.` in an alias are all `.`.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    versions: BTreeMap<String, String>,
    /// Nothing stands for one of which something is not known.
    libraries: BTreeMap<String, Option<Library>>,
    bundles: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Library {
    /// What its version refers to is not looked up, since another catalog may say it otherwise.
    module: Module,
    version_ref: Option<String>,
}

impl Catalog {
    pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let source = text::decode(file, bytes, Encoding::Utf8)?;
        let table: Table = source.parse().map_err(|error: toml::de::Error| {
            let conflict = text::merge_conflict(file, &source);
            conflict.unwrap_or_else(|| {
                let offset = error.span().map_or(0, |span| span.start);
                InputError::new(Code::Syntax, file, format!("not TOML: {}", error.message()))
                    .at(Position::of(&source, offset))
            })
        })?;
        let section = |name: &str| table.get(name).and_then(Value::as_table).into_iter().flatten();
        let mut catalog = Self::default();
        for (alias, version) in section("versions") {
            catalog.versions.insert(accessor(alias), requirement(version));
        }
        for (alias, library) in section("libraries") {
            catalog.libraries.insert(accessor(alias), Library::read(library));
        }
        for (alias, bundle) in section("bundles") {
            let aliases = bundle.as_array().into_iter().flatten().filter_map(Value::as_str);
            catalog
                .bundles
                .insert(accessor(alias), aliases.map(accessor).collect());
        }
        Ok(catalog)
    }

    /// Takes in what another catalog has; that counts before what this one has.
    pub(super) fn extend(&mut self, other: Self) {
        self.versions.extend(other.versions);
        self.libraries.extend(other.libraries);
        self.bundles.extend(other.bundles);
    }

    pub(super) fn add_version(&mut self, alias: &str, version: String) {
        self.versions.insert(accessor(alias), version);
    }

    /// Adds a library whose version is its own, or the one at an alias; nothing stands for one of which something
    /// is not known.
    pub(super) fn add_library(&mut self, alias: &str, library: Option<(Module, Option<String>)>) {
        let library = library.map(|(module, version_ref)| Library { module, version_ref });
        self.libraries.insert(accessor(alias), library);
    }

    pub(super) fn add_bundle(&mut self, alias: &str, aliases: impl Iterator<Item = String>) {
        let aliases = aliases.map(|alias| accessor(&alias)).collect();
        self.bundles.insert(accessor(alias), aliases);
    }

    /// The version that an alias refers to. A reference to nothing stays as it is written.
    fn version_of(&self, alias: &str) -> String {
        let version = self.versions.get(&accessor(alias));
        version.cloned().unwrap_or_else(|| format!("${{{alias}}}"))
    }

    /// The version at `versions.<name>`.
    pub(super) fn version(&self, name: &str) -> Option<&str> {
        self.versions.get(name).map(String::as_str)
    }

    /// The modules at an accessor such as `guava` or `bundles.testing`.
    pub(super) fn modules(&self, accessor: &str) -> Option<Vec<Module>> {
        match accessor.strip_prefix("bundles.") {
            Some(bundle) => {
                let aliases = self.bundles.get(bundle)?.iter();
                aliases.map(|alias| self.library(alias)).collect()
            }
            None => self.library(accessor).map(|module| vec![module]),
        }
    }

    fn library(&self, accessor: &str) -> Option<Module> {
        let library = self.libraries.get(accessor)?.as_ref()?;
        let mut module = library.module.clone();
        if let Some(alias) = &library.version_ref {
            module.version = self.version_of(alias);
        }
        Some(module)
    }
}

impl Library {
    /// `"group:name:version"`, or a table with `module` or `group` and `name`, and perhaps `version`.
    fn read(library: &Value) -> Option<Self> {
        let table = match library {
            Value::String(notation) => {
                return Some(Self {
                    module: Module::parse(notation)?,
                    version_ref: None,
                });
            }
            library => library.as_table()?,
        };
        let text = |key: &str| table.get(key).and_then(Value::as_str);
        let mut module = match text("module") {
            Some(module) => Module::parse(module)?,
            None => Module {
                group: text("group")?.to_owned(),
                name: text("name")?.to_owned(),
                version: String::new(),
            },
        };
        let mut version_ref = None;
        if let Some(version) = table.get("version") {
            match version.get("ref").and_then(Value::as_str) {
                Some(alias) => version_ref = Some(alias.to_owned()),
                None => module.version = requirement(version),
            }
        }
        module.is_named().then_some(Self { module, version_ref })
    }
}

/// The accessor of an alias.
fn accessor(alias: &str) -> String {
    alias.replace(['-', '_'], ".")
}

/// The version that a plain or rich version asks for.
fn requirement(version: &Value) -> String {
    if let Some(version) = version.as_str() {
        return version.to_owned();
    }
    let text = |key: &str| version.get(key).and_then(Value::as_str);
    let rejects = match version.get("reject").and_then(Value::as_array) {
        Some(list) => list.iter().filter_map(Value::as_str).collect(),
        None => text("reject").into_iter().collect(),
    };
    let rejects_all = version.get("rejectAll").and_then(Value::as_bool) == Some(true);
    Rich {
        strictly: text("strictly"),
        require: text("require"),
        prefer: text("prefer"),
        rejects: if rejects_all { vec!["+"] } else { rejects },
    }
    .notation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_have_every_form_of_version() {
        let catalog = Catalog::parse(
            "libs.versions.toml",
            b"[versions]\nv = '1.0'\nrich = { strictly = '[1,2[', prefer = '1.5' }\n\
              [libraries]\na = 'g:a:1'\nb-b = { module = 'g:b', version.ref = 'v' }\n\
              c_c = { group = 'g', name = 'c', version = { ref = 'rich' } }\n\
              d = { module = 'g:d', version = { prefer = '2' } }\ne = { module = 'g:e' }\n\
              f = { module = 'g:f', version.ref = 'none' }\n\
              [bundles]\nall = ['a', 'b-b']\nbroken = ['x']\n",
        )
        .unwrap();
        let shown = |accessor| {
            let modules = catalog.modules(accessor)?;
            Some(
                modules
                    .iter()
                    .map(|m| format!("{}:{}", m.name, m.version))
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        };
        for (accessor, expected) in [
            ("a", Some("a:1")),
            ("b.b", Some("b:1.0")),
            ("c.c", Some("c:[1,2[!!1.5")),
            ("d", Some("d:2")),
            ("e", Some("e:")),
            ("f", Some("f:${none}")),
            ("bundles.all", Some("a:1 b:1.0")),
            ("bundles.broken", None),
            ("none", None),
        ] {
            assert_eq!(shown(accessor).as_deref(), expected, "{accessor}");
        }
        assert_eq!(catalog.version("v"), Some("1.0"));
    }

    #[test]
    fn what_is_not_toml_has_its_place() {
        let error = Catalog::parse("f", b"[versions]\na = \n").unwrap_err();
        assert_eq!(
            (error.code, error.position.map(|at| at.line)),
            (Code::Syntax, Some(2))
        );
    }
}
