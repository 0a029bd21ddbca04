//! A POM as it is written, and what it inherits.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::super::super::{Input, project};
use super::super::xml::{self, Document, Node};
use crate::error::InputError;

/// What makes two declarations the same dependency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) group: SmolStr,
    pub(super) artifact: SmolStr,
    pub(super) kind: SmolStr,
    pub(super) classifier: SmolStr,
}

/// A `<dependency>`, as it is written.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub(super) group: SmolStr,
    pub(super) artifact: SmolStr,
    pub(super) kind: SmolStr,
    pub(super) classifier: SmolStr,
    pub(super) version: Option<SmolStr>,
    pub(super) scope: Option<SmolStr>,
    pub(super) optional: Option<SmolStr>,
    pub(super) line: usize,
    /// How many parents up it stands.
    pub(super) levels_above: usize,
}

impl Declaration {
    pub(super) fn read(node: Node<'_>) -> Self {
        let text = |name| {
            node.child_text(name)
                .filter(|text| !text.is_empty())
                .map(SmolStr::new)
        };
        Self {
            group: text("groupId").unwrap_or_default(),
            artifact: text("artifactId").unwrap_or_default(),
            kind: text("type").unwrap_or_else(|| SmolStr::new_static("jar")),
            classifier: text("classifier").unwrap_or_default(),
            version: text("version"),
            scope: text("scope"),
            optional: text("optional"),
            line: node.line(),
            levels_above: 0,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Parent {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
    /// Where it is on disk, from the child's folder; `None` where the POM says that it is not.
    pub(super) relative_path: Option<String>,
    pub(super) line: usize,
}

impl Parent {
    pub(super) fn path(&self, child: &str) -> Option<String> {
        let relative = self.relative_path.as_deref()?;
        let is_file = relative.ends_with(".xml") || relative.ends_with(".pom");
        let relative = if is_file {
            relative.to_owned()
        } else {
            format!("{relative}/pom.xml")
        };
        Some(project::beside(child, &relative))
    }

    /// Whether the POM found on disk is the one that is meant. Versions may be properties.
    pub(super) fn is(&self, model: &Model) -> bool {
        let group = model
            .group
            .as_ref()
            .or(model.parent.as_ref().map(|parent| &parent.group));
        let version = model
            .version
            .as_ref()
            .or(model.parent.as_ref().map(|parent| &parent.version));
        let same =
            |a: &str, b: Option<&String>| b.is_some_and(|b| a == b || a.contains("${") || b.contains("${"));
        same(&self.group, group)
            && same(&self.version, version)
            && same(&self.artifact, model.artifact.as_ref())
    }
}

/// A POM, as it is written; with [`Model::with_parents`] also what it inherits.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) parent: Option<Parent>,
    pub(super) group: Option<String>,
    pub(super) artifact: Option<String>,
    pub(super) version: Option<String>,
    pub(super) packaging: Option<String>,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) managed: Vec<Declaration>,
    pub(super) dependencies: Vec<Declaration>,
    /// The folders or files of the modules, with their lines.
    pub(super) modules: Vec<(String, usize)>,
}

impl Model {
    pub(super) fn parse(input: &Input<'_>) -> Result<Self, InputError> {
        let text = xml::decode(input.path, input.bytes)?;
        let document = Document::parse(input.path, &text, "project")?;
        let root = document.root();
        let own = |name| {
            root.child_text(name)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let mut model = Self {
            parent: None,
            group: own("groupId"),
            artifact: own("artifactId"),
            version: own("version"),
            packaging: own("packaging"),
            properties: BTreeMap::new(),
            managed: Vec::new(),
            dependencies: Vec::new(),
            modules: Vec::new(),
        };
        model.parent = root.child("parent").map(|parent| {
            let text = |name| parent.child_text(name).unwrap_or_default().to_owned();
            Parent {
                group: text("groupId"),
                artifact: text("artifactId"),
                version: text("version"),
                relative_path: match parent.child_text("relativePath") {
                    None => Some("../pom.xml".to_owned()),
                    Some("") => None,
                    Some(path) => Some(path.to_owned()),
                },
                line: parent.line(),
            }
        });
        model.add(root);
        let is_active = |profile: &Node<'_>| {
            let activation = profile.child("activation");
            activation.and_then(|activation| activation.child_text("activeByDefault")) == Some("true")
        };
        for profile in root.list("profiles", "profile").filter(is_active) {
            model.add(profile);
        }
        Ok(model)
    }

    /// Adds what the project, or a profile of it, declares.
    pub(super) fn add(&mut self, node: Node<'_>) {
        if let Some(properties) = node.child("properties") {
            let pairs = properties
                .children()
                .map(|property| (property.name().to_owned(), property.text().to_owned()));
            self.properties.extend(pairs);
        }
        if let Some(management) = node.child("dependencyManagement") {
            self.managed.extend(
                management
                    .list("dependencies", "dependency")
                    .map(Declaration::read),
            );
        }
        self.dependencies
            .extend(node.list("dependencies", "dependency").map(Declaration::read));
        let modules = node
            .list("modules", "module")
            .filter(|module| !module.text().is_empty());
        self.modules
            .extend(modules.map(|module| (module.text().to_owned(), module.line())));
    }

    /// The model with what a parent gives it that stands `levels_above` it: what is nearer comes later, and
    /// counts.
    pub(super) fn inherit(self, above: &Self, levels_above: usize) -> Self {
        let chain = |far: &[Declaration], near: Vec<Declaration>| {
            let inherited = far.iter().cloned().map(|declaration| Declaration {
                levels_above,
                ..declaration
            });
            let near = near.into_iter();
            inherited.chain(near).collect()
        };
        let mut properties = above.properties.clone();
        properties.extend(self.properties);
        Self {
            parent: self.parent,
            group: self.group.or_else(|| above.group.clone()),
            artifact: self.artifact,
            version: self.version.or_else(|| above.version.clone()),
            packaging: self.packaging,
            properties,
            managed: chain(&above.managed, self.managed),
            dependencies: chain(&above.dependencies, self.dependencies),
            modules: self.modules,
        }
    }

    /// Where the modules are on disk, and the lines of their `<module>`s.
    pub(super) fn module_paths(&self, path: &str) -> impl Iterator<Item = (String, usize)> {
        self.modules.iter().map(move |(module, line)| {
            let is_file = module.ends_with(".xml") || module.ends_with(".pom");
            let file = if is_file { "" } else { "/pom.xml" };
            (project::beside(path, &format!("{module}{file}")), *line)
        })
    }

    /// The value of `${name}`: the project's own coordinates, then properties, then the coordinates by
    /// their old short names.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let prefixed = name
            .strip_prefix("project.")
            .or_else(|| name.strip_prefix("pom."));
        prefixed
            .and_then(|field| self.coordinate(field))
            .or_else(|| self.properties.get(name).map(String::as_str))
            .or_else(|| self.coordinate(name))
    }

    pub(super) fn coordinate(&self, field: &str) -> Option<&str> {
        let parent = self.parent.as_ref();
        match field {
            "groupId" => self
                .group
                .as_deref()
                .or(parent.map(|parent| parent.group.as_str())),
            "artifactId" => self.artifact.as_deref(),
            "version" => self
                .version
                .as_deref()
                .or(parent.map(|parent| parent.version.as_str())),
            "packaging" => Some(self.packaging.as_deref().unwrap_or("jar")),
            "parent.groupId" => parent.map(|parent| parent.group.as_str()),
            "parent.artifactId" => parent.map(|parent| parent.artifact.as_str()),
            "parent.version" => parent.map(|parent| parent.version.as_str()),
            _ => None,
        }
    }
}
