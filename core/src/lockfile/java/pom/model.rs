//! A POM as it is written, and what it inherits.

use super::super::super::{Input, project};
use super::super::xml::{self, Document, Node};
use super::declaration::Declaration;
use super::merge;
use super::part::Part;
use super::profile::Profile;
use crate::error::InputError;

#[derive(Clone, Debug)]
pub(super) struct Parent {
    /// Empty, as the others, where it is left to be inferred.
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
    /// Where it is on disk, from the child's folder; `None` where the POM says that it is not.
    pub(super) relative_path: Option<String>,
    pub(super) line: usize,
}

impl Parent {
    fn read(node: Node<'_>) -> Self {
        let text = |name| node.child_text(name).unwrap_or_default().to_owned();
        Self {
            group: text("groupId"),
            artifact: text("artifactId"),
            version: text("version"),
            relative_path: match node.child_text("relativePath") {
                None => Some("../pom.xml".to_owned()),
                Some("") => None,
                Some(path) => Some(path.to_owned()),
            },
            line: node.line(),
        }
    }

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

    /// Whether the POM found on disk is the one that is meant. Versions may be properties, and where
    /// `may_infer` says so, what is not written is what the POM on disk says.
    pub(super) fn is(&self, model: &Model, may_infer: bool) -> bool {
        let above = model.parent.as_ref();
        let same = |own: &str, written: Option<&str>, inherited: Option<&str>| {
            if own.is_empty() {
                return may_infer;
            }
            match written.or(inherited).filter(|other| !other.is_empty()) {
                Some(other) => own == other || own.contains("${") || other.contains("${"),
                // It is inferred there too.
                None => above.is_some() && may_infer,
            }
        };
        same(
            &self.group,
            model.group.as_deref(),
            above.map(|parent| parent.group.as_str()),
        ) && same(
            &self.version,
            model.version.as_deref(),
            above.map(|parent| parent.version.as_str()),
        ) && same(&self.artifact, model.artifact.as_deref(), None)
    }
}

/// A POM, as it is written; with [`Model::inherit`] also what it inherits.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) parent: Option<Parent>,
    pub(super) group: Option<String>,
    pub(super) artifact: Option<String>,
    pub(super) version: Option<String>,
    pub(super) packaging: Option<String>,
    pub(super) part: Part,
    pub(super) profiles: Vec<Profile>,
    /// The version of the model that the POM is written in, where it is one that is not known.
    pub(super) unknown_version: Option<(String, usize)>,
    /// Whether Maven infers what is left out: from model 4.1.0 on.
    pub(super) infers: bool,
    /// Whether an ancestor is not at hand, which may declare and manage more.
    pub(super) lacks_ancestor: bool,
}

/// The version of a POM's own format: the one that it names, else that of its namespace, which Maven 4 takes it from.
pub(super) fn version_of<'d>(document: &'d Document<'_>) -> Option<&'d str> {
    let written = document
        .root()
        .child_text("modelVersion")
        .filter(|text| !text.is_empty());
    written.or_else(|| {
        document
            .namespace()
            .rsplit_once("/POM/")
            .map(|(_, version)| version)
    })
}

impl Model {
    pub(super) fn parse(input: &Input<'_>) -> Result<Self, InputError> {
        let text = xml::decode(input.path, input.bytes)?;
        let document = Document::parse(input.path, &text, "project")?;
        let root = document.root();
        let own = |name: &str| {
            root.child_text(name)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let version = version_of(&document);
        let line = root.child("modelVersion").map_or(1, Node::line);
        Ok(Self {
            parent: root.child("parent").map(Parent::read),
            group: own("groupId"),
            artifact: own("artifactId"),
            version: own("version"),
            packaging: own("packaging"),
            part: Part::read(root),
            profiles: root
                .list("profiles", "profile")
                .map(|profile| Profile::read(profile, Part::read(profile)))
                .collect(),
            unknown_version: version
                .filter(|version| !matches!(*version, "4.0.0" | "4.1.0"))
                .map(|version| (version.to_owned(), line)),
            infers: version != Some("4.0.0"),
            lacks_ancestor: false,
        })
    }

    /// The model without what it says of dependencies: its coordinates and properties.
    pub(super) fn head(&self) -> Self {
        Self {
            parent: self.parent.clone(),
            group: self.group.clone(),
            artifact: self.artifact.clone(),
            version: self.version.clone(),
            packaging: self.packaging.clone(),
            part: Part {
                properties: self.part.properties.clone(),
                ..Part::default()
            },
            profiles: Vec::new(),
            unknown_version: None,
            ..*self
        }
    }

    /// The model with what its profiles at these indices add; they count before it, a later one before an
    /// earlier one.
    pub(super) fn with_profiles(mut self, active: &[usize]) -> Self {
        for profile in active.iter().filter_map(|&index| self.profiles.get(index)) {
            let added = profile.part.clone();
            self.part.properties.extend(added.properties);
            self.part.managed = merge::dominant(self.part.managed, added.managed);
            self.part.dependencies = merge::dominant(self.part.dependencies, added.dependencies);
            self.part.modules.extend(added.modules);
        }
        self
    }

    /// The model with what a parent gives it that stands `levels_above` it: what is nearer counts.
    pub(super) fn inherit(self, above: &Self, levels_above: usize) -> Self {
        let inherited = |far: &[Declaration]| {
            let far = far.iter().cloned().map(|declaration| Declaration {
                levels_above,
                ..declaration
            });
            far.collect()
        };
        let mut properties = above.part.properties.clone();
        properties.extend(self.part.properties);
        Self {
            group: self.group.or_else(|| above.group.clone()),
            version: self.version.or_else(|| above.version.clone()),
            part: Part {
                properties,
                managed: merge::recessive(self.part.managed, inherited(&above.part.managed)),
                dependencies: merge::recessive(self.part.dependencies, inherited(&above.part.dependencies)),
                modules: self.part.modules,
            },
            ..self
        }
    }

    /// Whether Maven looks for the subprojects itself: it takes each folder beside the POM that has one.
    pub(super) fn finds_subprojects(&self) -> bool {
        self.infers && self.packaging.as_deref() == Some("pom") && self.part.modules.is_empty()
    }

    /// The value of `${name}`: the project's own coordinates, then properties, then the coordinates by
    /// their old short names.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let old_prefix = || name.strip_prefix("pom.").filter(|_| !self.infers);
        name.strip_prefix("project.")
            .or_else(old_prefix)
            .and_then(|field| self.coordinate(field))
            .or_else(|| self.part.properties.get(name).map(String::as_str))
            .or_else(|| self.coordinate(name))
    }

    pub(super) fn coordinate(&self, field: &str) -> Option<&str> {
        let above = |of: fn(&Parent) -> &str| self.parent.as_ref().map(of).filter(|text| !text.is_empty());
        let group = || above(|parent| &parent.group);
        let version = || above(|parent| &parent.version);
        match field {
            "groupId" => self.group.as_deref().or_else(group),
            "artifactId" => self.artifact.as_deref(),
            "version" => self.version.as_deref().or_else(version),
            "packaging" => Some(self.packaging.as_deref().unwrap_or("jar")),
            "parent.groupId" => group(),
            "parent.artifactId" => above(|parent| &parent.artifact),
            "parent.version" => version(),
            _ => None,
        }
    }
}

/// Where the modules of the POM at `path` are on disk, with the lines of their `<module>`s.
pub(super) fn module_paths<'m>(
    path: &'m str,
    modules: &'m [(String, usize)],
) -> impl Iterator<Item = (String, usize)> + 'm {
    modules.iter().map(move |(module, line)| {
        let is_file = module.ends_with(".xml") || module.ends_with(".pom");
        let file = if is_file { "" } else { "/pom.xml" };
        (project::beside(path, &format!("{module}{file}")), *line)
    })
}
