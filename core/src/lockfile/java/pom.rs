//! `pom.xml`.
//!
//! Source of the rules: Maven's "POM Reference" and "Introduction to the Dependency Mechanism", and the
//! order in which Maven's model builder inherits, interpolates and manages. What would take a repository
//! (a parent or an imported BOM that is not on disk) is told in a warning; the versions that it would give
//! stay open.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Input, Parsed, ProjectFiles, Warning, order, project};
use super::xml::{self, Document, Node};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::InputError;
use crate::graph::Graph;
use crate::package::Ecosystem;

/// A chain of parents longer than any real one.
const MOST_PARENTS: usize = 32;

/// The length at which an interpolated value is given up; properties can double without end.
const LONGEST_VALUE: usize = 8 * 1024;

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    let is_pom = |document: Document| {
        let root = document.root();
        root.child_text("modelVersion") == Some("4.0.0") && root.child("artifactId").is_some()
    };
    text.contains("<project") && Document::parse("", text, "project").is_ok_and(is_pom)
}

pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    let parent = Model::parse(input).ok().and_then(|model| model.parent);
    parent
        .and_then(|parent| parent.path(input.path))
        .into_iter()
        .collect()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let model = Model::parse(input)?;
    let mut warnings = Vec::new();
    let own = model.dependencies.len();
    let parent_line = model.parent.as_ref().map_or(1, |parent| parent.line);
    let model = model.with_parents(input.path, files, &mut warnings);
    let context = Interpolation { model: &model };

    let mut managed: BTreeMap<Key, &Declaration> = BTreeMap::new();
    for declaration in &model.managed {
        let declared = context.identity(declaration);
        if declaration.scope.as_deref() == Some("import") {
            warnings.push(Warning::new(format!(
                "{}: the versions that {}:{} manages are not known here",
                input.path, declared.group, declared.artifact
            )));
        }
        managed.insert(declared, declaration);
    }

    // Where a dependency is declared twice, the last one counts.
    let mut declared: BTreeMap<Key, (usize, &Declaration)> = BTreeMap::new();
    for (index, declaration) in model.dependencies.iter().enumerate() {
        let key = context.identity(declaration);
        if key.group.is_empty() || key.artifact.is_empty() {
            let message = format!(
                "{}:{}: a dependency without groupId or artifactId",
                input.path, declaration.line
            );
            warnings.push(Warning::incomplete(message));
            continue;
        }
        let is_inherited = index < model.dependencies.len() - own;
        let line = if is_inherited {
            parent_line
        } else {
            declaration.line
        };
        declared.insert(key, (line, declaration));
    }

    let mut dependencies: Vec<Dependency> = Vec::with_capacity(declared.len());
    for (key, (line, declaration)) in declared {
        let managed = managed.get(&key).copied();
        let chosen = |own: Option<&str>, of: fn(&Declaration) -> Option<&str>| {
            own.or_else(|| managed.and_then(of))
                .map(|value| context.expand(value))
        };
        let requirement = chosen(declaration.version.as_deref(), |managed| {
            managed.version.as_deref()
        });
        let scope = chosen(declaration.scope.as_deref(), |managed| managed.scope.as_deref());
        let optional = chosen(declaration.optional.as_deref(), |_| None);
        let (version, specifier) = requirement.as_deref().map_or((None, None), pin);
        dependencies.push(Dependency {
            ecosystem: Ecosystem::Maven,
            name: format!("{}:{}", key.group, key.artifact),
            version,
            specifier,
            scope: match scope.as_deref() {
                Some("test") => Scope::Test,
                Some("provided") => Scope::Provided,
                Some("runtime") => Scope::Runtime,
                _ if optional.as_deref() == Some("true") => Scope::Optional,
                _ => Scope::Prod,
            },
            direct: Some(true),
            source: if scope.as_deref() == Some("system") {
                Source::File
            } else {
                Source::Registry
            },
            line,
        });
    }
    // Types and classifiers do not make another package.
    dependencies.sort_by(|a, b| order::listing(a, b).then_with(|| a.scope.cmp(&b.scope)));
    dependencies.dedup_by(|next, kept| order::listing(next, kept).is_eq());
    let graph = Graph::flat(dependencies.len());
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// The one version that a requirement names, or the requirement itself. Maven's plain `1.0` is what is
/// taken unless something nearer asks otherwise; `[1.0]` is exactly that.
fn pin(requirement: &str) -> (Option<String>, Option<String>) {
    let only = requirement
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .map(str::trim)
        .filter(|only| !only.is_empty() && !only.contains([',', '[', ']', '(', ')']));
    let is_open = requirement.starts_with(['[', '('])
        || matches!(requirement, "LATEST" | "RELEASE")
        || requirement.contains("${");
    match (requirement, only) {
        ("", _) => (None, None),
        (_, Some(only)) => (Some(only.to_owned()), Some(requirement.to_owned())),
        (open, None) if is_open => (None, Some(open.to_owned())),
        (exact, None) => (Some(exact.to_owned()), None),
    }
}

/// What makes two declarations the same dependency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    group: String,
    artifact: String,
    kind: String,
    classifier: String,
}

/// A `<dependency>`, as it is written.
#[derive(Clone, Debug)]
struct Declaration {
    group: String,
    artifact: String,
    kind: String,
    classifier: String,
    version: Option<String>,
    scope: Option<String>,
    optional: Option<String>,
    line: usize,
}

impl Declaration {
    fn read(node: Node<'_>) -> Self {
        let text = |name| {
            node.child_text(name)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        Self {
            group: text("groupId").unwrap_or_default(),
            artifact: text("artifactId").unwrap_or_default(),
            kind: text("type").unwrap_or_else(|| "jar".to_owned()),
            classifier: text("classifier").unwrap_or_default(),
            version: text("version"),
            scope: text("scope"),
            optional: text("optional"),
            line: node.line(),
        }
    }
}

#[derive(Clone, Debug)]
struct Parent {
    group: String,
    artifact: String,
    version: String,
    /// Where it is on disk, from the child's folder; `None` where the POM says that it is not.
    relative_path: Option<String>,
    line: usize,
}

impl Parent {
    fn path(&self, child: &str) -> Option<String> {
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
    fn is(&self, model: &Model) -> bool {
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
struct Model {
    parent: Option<Parent>,
    group: Option<String>,
    artifact: Option<String>,
    version: Option<String>,
    packaging: Option<String>,
    properties: BTreeMap<String, String>,
    managed: Vec<Declaration>,
    dependencies: Vec<Declaration>,
}

impl Model {
    fn parse(input: &Input<'_>) -> Result<Self, InputError> {
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
    fn add(&mut self, node: Node<'_>) {
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
    }

    /// The model with what its parents on disk give it: what is nearer comes later, and counts.
    fn with_parents(self, path: &str, files: &ProjectFiles, warnings: &mut Vec<Warning>) -> Self {
        let mut model = self;
        let mut seen = BTreeSet::from([path.to_owned()]);
        let mut next = model.parent.clone().map(|parent| (path.to_owned(), parent));
        while let Some((child, parent)) = next.take() {
            let place = parent.path(&child);
            let found = place
                .filter(|place| seen.len() <= MOST_PARENTS && seen.insert(place.clone()))
                .and_then(|place| {
                    let model = Self::parse(&Input {
                        path: &place,
                        bytes: files.get(&place)?,
                    })
                    .ok()?;
                    parent.is(&model).then_some((place, model))
                });
            let Some((place, above)) = found else {
                warnings.push(Warning::new(format!(
                    "{path}: the parent {}:{}:{} is not on disk; what it manages is not known here",
                    parent.group, parent.artifact, parent.version
                )));
                break;
            };
            next = above.parent.clone().map(|parent| (place, parent));
            model = model.inherit(above);
        }
        model
    }

    fn inherit(self, above: Self) -> Self {
        let chain = |mut far: Vec<Declaration>, near: Vec<Declaration>| {
            far.extend(near);
            far
        };
        let mut properties = above.properties;
        properties.extend(self.properties);
        Self {
            parent: self.parent,
            group: self.group.or(above.group),
            artifact: self.artifact,
            version: self.version.or(above.version),
            packaging: self.packaging,
            properties,
            managed: chain(above.managed, self.managed),
            dependencies: chain(above.dependencies, self.dependencies),
        }
    }

    /// The value of `${name}`: the project's own coordinates, then properties, then the coordinates by
    /// their old short names.
    fn value(&self, name: &str) -> Option<&str> {
        let prefixed = name
            .strip_prefix("project.")
            .or_else(|| name.strip_prefix("pom."));
        prefixed
            .and_then(|field| self.coordinate(field))
            .or_else(|| self.properties.get(name).map(String::as_str))
            .or_else(|| self.coordinate(name))
    }

    fn coordinate(&self, field: &str) -> Option<&str> {
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

/// Properties that refer to properties, deeper than any real POM has them.
const DEEPEST_VALUE: usize = 64;

/// Puts values for `${…}`.
struct Interpolation<'m> {
    model: &'m Model,
}

impl Interpolation<'_> {
    fn identity(&self, declaration: &Declaration) -> Key {
        Key {
            group: self.expand(&declaration.group),
            artifact: self.expand(&declaration.artifact),
            kind: self.expand(&declaration.kind),
            classifier: self.expand(&declaration.classifier),
        }
    }

    /// `text` with its properties replaced. What is not known, refers to itself or grows too long stays
    /// as it is written.
    fn expand(&self, text: &str) -> String {
        let mut budget = LONGEST_VALUE;
        self.expand_within(text, &mut Vec::new(), &mut budget)
            .unwrap_or_else(|| text.to_owned())
    }

    fn expand_within<'t>(
        &'t self,
        text: &'t str,
        inside: &mut Vec<&'t str>,
        budget: &mut usize,
    ) -> Option<String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_property(rest) {
            expanded.push_str(before);
            let value = self
                .model
                .value(name)
                .filter(|_| inside.len() < DEEPEST_VALUE && !inside.contains(&name));
            match value {
                Some(value) => {
                    inside.push(name);
                    expanded.push_str(&self.expand_within(value, inside, budget)?);
                    inside.pop();
                }
                None => expanded.push_str(&format!("${{{name}}}")),
            }
            *budget = budget.checked_sub(before.len() + name.len())?;
            rest = after;
        }
        *budget = budget.checked_sub(rest.len())?;
        expanded.push_str(rest);
        Some(expanded)
    }
}

/// What stands before the next `${name}`, the name, and what follows.
fn next_property(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("${")?;
    let end = start + text[start..].find('}')?;
    Some((&text[..start], &text[start + 2..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(path: &str, text: &str, files: &ProjectFiles) -> Parsed {
        parse(
            &Input {
                path,
                bytes: text.as_bytes(),
            },
            files,
        )
        .unwrap()
    }

    fn shown(parsed: &Parsed) -> Vec<String> {
        let show = |d: &Dependency| {
            let version = d
                .version
                .clone()
                .or_else(|| d.specifier.as_ref().map(|s| format!("?{s}")));
            format!(
                "{} {} {:?} {}",
                d.name,
                version.unwrap_or_default(),
                d.scope,
                d.line
            )
        };
        parsed.dependencies.iter().map(show).collect()
    }

    fn dependency(artifact: &str, rest: &str) -> String {
        format!("<dependency><groupId>g</groupId><artifactId>{artifact}</artifactId>{rest}</dependency>")
    }

    fn pom(body: &str) -> String {
        format!("<project><groupId>p</groupId><artifactId>a</artifactId><version>7</version>{body}</project>")
    }

    #[test]
    fn versions_come_from_properties_and_management() {
        let body = format!(
            "<properties><x>1.${{y}}</x><y>2</y></properties>\
             <dependencyManagement><dependencies>{}{}</dependencies></dependencyManagement>\n\
             <dependencies>{}{}{}{}</dependencies>",
            dependency("managed", "<version>${x}</version><scope>test</scope>"),
            dependency("unused", "<version>1</version>"),
            dependency("managed", ""),
            dependency("own", "<version>${project.version}</version>"),
            dependency("open", "<version>${nowhere}</version>"),
            dependency("range", "<version>[1.0,2.0)</version><scope>provided</scope>"),
        );
        let parsed = parse_text("pom.xml", &pom(&body), &ProjectFiles::default());
        assert_eq!(
            shown(&parsed),
            [
                "g:managed 1.2 Test 2",
                "g:open ?${nowhere} Prod 2",
                "g:own 7 Prod 2",
                "g:range ?[1.0,2.0) Provided 2"
            ]
        );
    }

    #[test]
    fn what_is_nearer_counts() {
        let mut files = ProjectFiles::default();
        let above = format!(
            "<properties><v>1</v><w>1</w></properties><dependencies>{}</dependencies>",
            dependency("inherited", "<version>${v}.${w}</version>")
        );
        files.insert("pom.xml", pom(&above).into_bytes());
        let child = format!(
            "<project>\n<parent><groupId>p</groupId><artifactId>a</artifactId><version>7</version></parent>\
             <artifactId>b</artifactId><properties><v>2</v></properties>\n<dependencies>{}{}</dependencies></project>",
            dependency("twice", "<version>1</version>"),
            dependency("twice", "<version>${project.version}</version>"),
        );
        let parsed = parse_text("b/pom.xml", &child, &files);
        assert_eq!(shown(&parsed), ["g:inherited 2.1 Prod 2", "g:twice 7 Prod 3"]);
        assert!(parsed.warnings.is_empty());
        let alone = parse_text("b/pom.xml", &child, &ProjectFiles::default());
        assert_eq!(alone.warnings.len(), 1);
    }

    #[test]
    fn active_profiles_add_and_system_files_are_files() {
        let profile = |active, name| {
            let own = dependency(name, "<version>1</version><scope>system</scope>");
            format!(
                "<profile><activation><activeByDefault>{active}</activeByDefault></activation><dependencies>{own}</dependencies></profile>"
            )
        };
        let body = format!(
            "<profiles>{}{}</profiles>",
            profile(true, "on"),
            profile(false, "off")
        );
        let parsed = parse_text("pom.xml", &pom(&body), &ProjectFiles::default());
        assert_eq!(
            (parsed.dependencies.len(), parsed.dependencies[0].source),
            (1, Source::File)
        );
    }

    #[test]
    fn properties_that_never_end_stay_as_written() {
        let mut properties = String::from("<a>${b}</a><b>${a}</b><d0>dd</d0>");
        for level in 1..40 {
            let below = level - 1;
            properties.push_str(&format!("<d{level}>${{d{below}}}${{d{below}}}</d{level}>"));
        }
        let body = format!(
            "<properties>{properties}</properties><dependencies>{}{}</dependencies>",
            dependency("cycle", "<version>${a}</version>"),
            dependency("bomb", "<version>${d39}</version>"),
        );
        let parsed = parse_text("pom.xml", &pom(&body), &ProjectFiles::default());
        assert_eq!(shown(&parsed), ["g:bomb ?${d39} Prod 1", "g:cycle ?${a} Prod 1"]);
    }

    #[test]
    fn a_parent_that_is_the_file_itself_ends() {
        let text = "<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version>\
                    <relativePath>pom.xml</relativePath></parent><artifactId>a</artifactId></project>";
        let mut files = ProjectFiles::default();
        files.insert("pom.xml", text.as_bytes().to_vec());
        assert_eq!(parse_text("pom.xml", text, &files).warnings.len(), 1);
    }
}
