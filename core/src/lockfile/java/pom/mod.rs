//! `pom.xml`.
//!
//! Source of the rules: Maven's "POM Reference" and "Introduction to the Dependency Mechanism", and the
//! order in which Maven's model builder inherits, interpolates and manages. What would take a repository
//! (a parent or an imported BOM that is not on disk) is told in a warning; the versions that it would give
//! stay open. A POM with modules lists their dependencies too.

mod arguments;
mod declaration;
mod extensions;
mod interpolation;
mod management;
mod merge;
mod model;
mod part;
mod profile;
mod reactor;
mod settings;
mod user_settings;

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use self::declaration::{Declaration, Key};
use self::interpolation::Interpolation;
use self::management::Management;
use self::model::{Model, module_paths};
use self::profile::{Place, Supposed};
use self::reactor::Reactor;
use super::super::{Input, Parsed, ProjectFiles, Warning, order, project};
use super::xml::Document;
use crate::dependency::{Dependency, Scope, Source};
use crate::error::InputError;
use crate::graph::{Graph, Node};
use crate::package::Ecosystem;

/// How many profiles that may be active are tried, each by itself.
const MOST_PROFILES: usize = 32;

/// What a POM calls its artifact, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The version of the POM's own format.
    pub(crate) model: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) artifact: Option<String>,
    pub(crate) version: Option<String>,
}

/// Reads only what a POM calls its artifact; group and version may be its parent's.
pub(crate) fn identity(bytes: &[u8]) -> Result<Identity, InputError> {
    const FILE: &str = "POM";
    let text = super::xml::decode(FILE, bytes)?;
    let document = Document::parse(FILE, &text, "project")?;
    let root = document.root();
    let own = |name| root.child_text(name).filter(|text| !text.is_empty());
    let inherited = |name| root.child("parent").and_then(|parent| parent.child_text(name));
    Ok(Identity {
        model: model::version_of(&document).map(str::to_owned),
        group: own("groupId").or_else(|| inherited("groupId")).map(str::to_owned),
        artifact: own("artifactId").map(str::to_owned),
        version: own("version").or_else(|| inherited("version")).map(str::to_owned),
    })
}

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    let is_pom = |document: Document<'_>| {
        let root = document.root();
        let has_model = root.child("modelVersion").is_some() || document.namespace().contains("/POM/");
        has_model && root.child("artifactId").is_some()
    };
    text.contains("<project") && Document::parse("", text, "project").is_ok_and(is_pom)
}

pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    if project::file_name(input.path) == "maven.config" {
        return settings::references_of_config(input.path, input.bytes);
    }
    let Ok(model) = Model::parse(input) else {
        return Vec::new();
    };
    let path = input.path;
    let mut references: Vec<String> = settings::references(path).collect();
    let parts = std::iter::once(&model.part).chain(model.profiles.iter().map(|profile| &profile.part));
    references.extend(
        parts
            .flat_map(|part| module_paths(path, &part.modules))
            .map(|(path, _)| path),
    );
    if model.finds_subprojects() {
        references.push(project::beside(path, project::IN_EACH_FOLDER));
    }
    references.extend(model.parent.as_ref().and_then(|parent| parent.path(path)));
    references
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let mut reactor = Reactor::new(input, Model::parse(input)?, files);
    let mut listing = Listing::default();
    let modules = reactor.modules();
    let base = reactor.base().to_owned();
    listing.add(&mut reactor, &base, None, None);
    for module in modules {
        listing.add(
            &mut reactor,
            &module.path,
            Some(module.line),
            module.profile.as_ref(),
        );
    }
    let mut warnings = std::mem::take(&mut reactor.warnings);
    warnings.append(&mut listing.warnings);
    let (dependencies, graph) = listing.finish();
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// What makes two rows of the listing the same: name, version, specifier and source.
type RowKey = (SmolStr, Option<SmolStr>, Option<SmolStr>, Source);

fn row_key(row: &Dependency) -> RowKey {
    (
        row.name.clone(),
        row.version.clone(),
        row.specifier.clone(),
        row.source,
    )
}

/// The dependencies of a POM and of its modules.
#[derive(Default)]
struct Listing {
    dependencies: Vec<Dependency>,
    /// For each of them the profile without which it is not there; none for those that certainly are.
    profiles: Vec<Option<String>>,
    warnings: Vec<Warning>,
}

impl Listing {
    /// Adds the dependencies of the POM at `path`: what it certainly has, and what it has if profiles are
    /// active of which that is not known. `module` is the line that stands for all of a module, `profile` the
    /// one that makes it a module.
    fn add(&mut self, reactor: &mut Reactor<'_>, path: &str, module: Option<usize>, profile: Option<&Place>) {
        reactor.suppose(Supposed::None);
        reactor.take_open_profiles();
        let certain = self.rows(reactor, path, module);
        let open = reactor.take_open_profiles();
        if let Some(place) = profile {
            tell_of(reactor, place);
        }
        let mut supposed: Vec<(Supposed, &Place)> = open
            .iter()
            .take(MOST_PROFILES)
            .map(|place| (Supposed::One(place.clone()), place))
            .collect();
        // What several change together.
        if let (Some(first), 2..) = (open.first(), open.len()) {
            supposed.push((Supposed::All, first));
        }
        let known: BTreeSet<(RowKey, Scope)> = if supposed.is_empty() && reactor.readings() == 1 {
            BTreeSet::new()
        } else {
            certain.iter().map(|row| (row_key(row), row.scope)).collect()
        };
        let is_new = |row: &Dependency| !known.contains(&(row_key(row), row.scope));
        for (supposed, place) in supposed {
            reactor.suppose(supposed);
            let mut rows = self.rows(reactor, path, module);
            let count = rows.len();
            rows.retain(is_new);
            if count != certain.len() || !rows.is_empty() {
                tell_of(reactor, place);
            }
            self.push(reactor, rows, Some(profile.unwrap_or(place)));
        }
        // What other versions of Maven make of the project's settings.
        reactor.suppose(Supposed::None);
        for reading in 1..reactor.readings() {
            reactor.read_as(reading);
            let mut rows = self.rows(reactor, path, module);
            reactor.take_open_profiles();
            let count = rows.len();
            rows.retain(is_new);
            if count != certain.len() || !rows.is_empty() || reactor.changes_modules(path) {
                reactor.tell_of_reading();
            }
            self.push(reactor, rows, profile);
        }
        reactor.read_as(0);
        if open.len() > MOST_PROFILES {
            let message = format!(
                "{path}:1: more than {MOST_PROFILES} profiles may be active; not each is tried by itself"
            );
            self.warnings.push(Warning::incomplete(message));
        }
        self.push(reactor, certain, profile);
    }

    /// The dependencies of the POM at `path`, with the profiles that are supposed to be active.
    fn rows(&mut self, reactor: &mut Reactor<'_>, path: &str, module: Option<usize>) -> Vec<Dependency> {
        let Some(model) = reactor.effective(path) else {
            return Vec::new();
        };
        let parent_line = model.parent.as_ref().map_or(1, |parent| parent.line);
        let managed = reactor.management(path, &model);
        let context = Interpolation { model: &model };
        let mut rows = Vec::with_capacity(model.part.dependencies.len());
        for declaration in &model.part.dependencies {
            let mut key = context.identity(&declaration.key);
            if key.group.is_empty() && model.infers {
                key.group = model
                    .coordinate("groupId")
                    .map(|group| context.expand(group))
                    .unwrap_or_default();
            }
            if key.group.is_empty() || key.artifact.is_empty() {
                let message = format!(
                    "{path}:{}: a dependency without groupId or artifactId",
                    declaration.line
                );
                reactor.tell(message.clone(), || Warning::incomplete(message));
                continue;
            }
            let requirement = match &declaration.version {
                Some(own) => Some(context.expand(own)),
                None => managed.value(&key, |managed| managed.version.as_deref()),
            };
            // What the build makes itself; of another version, it comes from a repository.
            let version = match &requirement {
                None if model.infers => Some(SmolStr::default()),
                requirement => requirement.clone(),
            };
            if let Some(version) = version
                && reactor
                    .find(&(key.group.clone(), key.artifact.clone(), version))
                    .is_some()
            {
                continue;
            }
            let own = if declaration.levels_above > 0 {
                parent_line
            } else {
                declaration.line
            };
            let line = module.unwrap_or(own);
            rows.push(dependency(
                &key,
                declaration,
                requirement.as_deref(),
                &managed,
                &context,
                line,
            ));
        }
        rows
    }

    fn push(&mut self, reactor: &Reactor<'_>, rows: Vec<Dependency>, profile: Option<&Place>) {
        let id = profile
            .and_then(|place| reactor.profile(place))
            .map(|profile| profile.id.clone());
        self.profiles.extend(rows.iter().map(|_| id.clone()));
        self.dependencies.extend(rows);
    }

    /// All of them, and how they come in: by themselves, or through a profile.
    fn finish(self) -> (Vec<Dependency>, Graph) {
        let Self {
            mut dependencies,
            profiles,
            ..
        } = self;
        let mut through: BTreeMap<RowKey, BTreeSet<String>> = BTreeMap::new();
        for (row, id) in dependencies.iter().zip(&profiles) {
            if let Some(id) = id {
                through.entry(row_key(row)).or_default().insert(id.clone());
            }
        }
        if !through.is_empty() {
            for (row, _) in dependencies.iter().zip(&profiles).filter(|(_, id)| id.is_none()) {
                through.remove(&row_key(row));
            }
        }
        // Types and classifiers do not make another package.
        order::sort_distinct(&mut dependencies, |kept, next| {
            (kept.scope, kept.line) = (kept.scope, kept.line).min((next.scope, next.line));
        });
        let graph = graph(&dependencies, &through);
        (dependencies, graph)
    }
}

/// A graph in which a profile stands before what comes in through it.
fn graph(dependencies: &[Dependency], through: &BTreeMap<RowKey, BTreeSet<String>>) -> Graph {
    if through.is_empty() {
        return Graph::flat(dependencies.len());
    }
    let ids: BTreeSet<&String> = through.values().flatten().collect();
    let node = |place: usize| Node::try_from(place).unwrap_or(Node::MAX);
    let nodes: BTreeMap<&String, Node> = ids
        .iter()
        .zip(dependencies.len()..)
        .map(|(id, place)| (*id, node(place)))
        .collect();
    let mut roots: Vec<Node> = nodes.values().copied().collect();
    let mut edges = Vec::new();
    for (row, place) in dependencies.iter().zip(0..) {
        match through.get(&row_key(row)) {
            None => roots.push(node(place)),
            Some(ids) => edges.extend(ids.iter().map(|id| (nodes[id], node(place)))),
        }
    }
    let members = ids.iter().map(|id| format!("profile {id}")).collect();
    Graph::new(dependencies.len(), members, &roots, &edges)
}

/// Says that a profile may be active, and by what.
fn tell_of(reactor: &mut Reactor<'_>, place: &Place) {
    let Some(profile) = reactor.profile(place) else {
        return;
    };
    let path = &place.path;
    let cause = profile.depends_on.as_deref().unwrap_or("default");
    let message = format!(
        "{path}:{}: whether the profile {} is active (by <{cause}>) is known only where Maven runs; what it changes is \
         listed beside what holds without it",
        profile.line, profile.id
    );
    reactor.tell(format!("profile {} {path}", place.index), || {
        Warning::incomplete(message)
    });
}

fn dependency(
    key: &Key,
    declaration: &Declaration,
    requirement: Option<&str>,
    managed: &Management,
    context: &Interpolation<'_>,
    line: usize,
) -> Dependency {
    let scope = match &declaration.scope {
        Some(own) => Some(context.expand(own)),
        None => managed.value(key, |managed| managed.scope.as_deref()),
    };
    let is_optional = || {
        let optional = declaration.optional.as_deref();
        optional.is_some_and(|optional| context.expand(optional) == "true")
    };
    let (version, specifier) = requirement.map_or((None, None), pin);
    Dependency {
        ecosystem: Ecosystem::Maven,
        name: format_smolstr!("{}:{}", key.group, key.artifact),
        version,
        specifier,
        scope: match scope.as_deref() {
            Some("test" | "test-only" | "test-runtime") => Scope::Test,
            Some("provided" | "compile-only") => Scope::Provided,
            Some("runtime") => Scope::Runtime,
            _ if is_optional() => Scope::Optional,
            // Types of Maven 4 for what the compiler runs.
            _ if matches!(
                &*key.kind,
                "processor" | "classpath-processor" | "modular-processor"
            ) =>
            {
                Scope::Dev
            }
            _ => Scope::Prod,
        },
        direct: Some(true),
        source: if scope.as_deref() == Some("system") {
            Source::File
        } else {
            Source::Registry
        },
        line,
    }
}

/// The one version that a requirement names, or the requirement itself. Maven's plain `1.0` is what is
/// taken unless something nearer asks otherwise; `[1.0]` is exactly that.
fn pin(requirement: &str) -> (Option<SmolStr>, Option<SmolStr>) {
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
        (_, Some(only)) => (Some(only.into()), Some(requirement.into())),
        (open, None) if is_open => (None, Some(open.into())),
        (exact, None) => (Some(exact.into()), None),
    }
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
                .or_else(|| d.specifier.as_ref().map(|s| format_smolstr!("?{s}")));
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

    fn files(poms: &[(&str, String)]) -> ProjectFiles {
        let mut files = ProjectFiles::default();
        for (path, pom) in poms {
            files.insert(*path, pom.clone().into_bytes());
        }
        files
    }

    fn child(artifact: &str, body: &str) -> String {
        format!(
            "<project><parent><groupId>p</groupId><artifactId>a</artifactId><version>7</version></parent>\
             <artifactId>{artifact}</artifactId>{body}</project>"
        )
    }

    #[test]
    fn modules_are_listed_at_the_lines_of_the_aggregator() {
        let root = pom(&format!(
            "<properties><v>1</v></properties>\n<modules>\n<module>m</module>\n<module>n/pom.xml</module></modules>\n\
             <dependencies>{}</dependencies>",
            dependency("own", "<version>${v}</version>")
        ));
        let in_m = format!(
            "<modules><module>deep</module><module>..</module></modules><dependencies>{}{}</dependencies>",
            dependency("x", "<version>2</version>"),
            "<dependency><groupId>p</groupId><artifactId>n</artifactId><version>7</version></dependency>"
        );
        let in_n = format!(
            "<dependencies>{}</dependencies>",
            dependency("x", "<version>${v}</version>")
        );
        let deep = pom(&format!("<dependencies>{}</dependencies>", dependency("y", "")));
        let files = files(&[
            ("pom.xml", root.clone()),
            ("m/pom.xml", child("m", &in_m)),
            ("n/pom.xml", child("n", &in_n)),
            ("m/deep/pom.xml", deep),
        ]);
        let parsed = parse_text("pom.xml", &root, &files);
        assert_eq!(
            shown(&parsed),
            ["g:own 1 Prod 3", "g:x 1 Prod 4", "g:x 2 Prod 3", "g:y  Prod 3"]
        );
        assert_eq!(parsed.warnings, []);
        let input = Input {
            path: "pom.xml",
            bytes: root.as_bytes(),
        };
        let mut named = references(&input);
        named.retain(|path| !path.contains(".mvn/"));
        assert_eq!(named, ["m/pom.xml", "n/pom.xml"]);
        let alone = parse_text("pom.xml", &root, &ProjectFiles::default());
        let told: Vec<&str> = alone
            .warnings
            .iter()
            .map(|warning| warning.message.as_str())
            .collect();
        assert!(alone.warnings.iter().all(|warning| warning.incomplete));
        assert_eq!(
            told,
            [
                "pom.xml:3: 2 of the modules cannot be read, so their dependencies are not listed: m/pom.xml, n/pom.xml"
            ]
        );
    }

    #[test]
    fn imported_versions_come_from_poms_at_hand() {
        let import = |artifact: &str| {
            format!(
                "<dependency><groupId>p</groupId><artifactId>{artifact}</artifactId>\
                 <version>${{project.version}}</version><type>pom</type><scope>import</scope></dependency>"
            )
        };
        let manage = |list: &str| {
            format!("<dependencyManagement><dependencies>{list}</dependencies></dependencyManagement>")
        };
        let root = pom(&format!(
            "<modules><module>bom</module><module>second</module><module>c</module></modules>{}",
            manage(&(import("second") + &dependency("near", "<version>1</version>")))
        ));
        let bom = format!(
            "<properties><v>3</v></properties>{}",
            manage(&(dependency("x", "<version>${v}</version><scope>test</scope>") + &import("bom")))
        );
        let second = manage(
            &(dependency("x", "<version>4</version>")
                + &dependency("near", "<version>5</version>")
                + &dependency("z", "<version>6</version>")),
        );
        let c = format!(
            "{}<dependencies>{}{}{}</dependencies>",
            manage(&(import("bom") + &import("nowhere"))),
            dependency("x", ""),
            dependency("near", ""),
            dependency("z", "")
        );
        let files = files(&[
            ("pom.xml", root),
            ("bom/pom.xml", child("bom", &bom)),
            ("second/pom.xml", child("second", &second)),
        ]);
        let parsed = parse_text("c/pom.xml", &child("c", &c), &files);
        assert_eq!(
            shown(&parsed),
            ["g:near 1 Prod 1", "g:x 3 Test 1", "g:z 6 Prod 1"]
        );
        let told: Vec<&str> = parsed
            .warnings
            .iter()
            .map(|warning| warning.message.as_str())
            .collect();
        // A BOM that imports itself manages nothing more.
        assert_eq!(
            told,
            [
                "c/pom.xml:1: p:nowhere:7 is not on disk; the versions that it manages, and those that are managed after it, are not known here"
            ]
        );
    }

    fn manage(list: &str) -> String {
        format!("<dependencyManagement><dependencies>{list}</dependencies></dependencyManagement>")
    }

    fn import(artifact: &str) -> String {
        format!(
            "<dependency><groupId>p</groupId><artifactId>{artifact}</artifactId>\
             <version>7</version><type>pom</type><scope>import</scope></dependency>"
        )
    }

    fn told(parsed: &Parsed) -> Vec<String> {
        let show = |warning: &Warning| {
            format!(
                "{} {}",
                if warning.incomplete { "gap" } else { "note" },
                warning.message
            )
        };
        parsed.warnings.iter().map(show).collect()
    }

    #[test]
    fn the_read_pom_is_part_of_the_project_however_its_path_is_written() {
        let root = pom("<modules><module>lib</module></modules><properties><v>1</v></properties>");
        let lib = child(
            "lib",
            &format!(
                "<dependencies>{}</dependencies>",
                dependency("x", "<version>${v}</version>")
            ),
        );
        for (path, lib_path) in [
            ("pom.xml", "lib/pom.xml"),
            ("./pom.xml", "lib/pom.xml"),
            ("lib/../pom.xml", "lib/pom.xml"),
            ("../a/pom.xml", "../a/lib/pom.xml"),
            ("/work/a/pom.xml", "/work/a/lib/pom.xml"),
            ("/work/a/lib/../pom.xml", "/work/a/lib/pom.xml"),
        ] {
            let parsed = parse_text(path, &root, &files(&[(lib_path, lib.clone())]));
            assert_eq!(shown(&parsed), ["g:x 1 Prod 1"], "{path}");
            assert_eq!(parsed.warnings, [], "{path}");
        }
    }

    #[test]
    fn what_maven_would_ask_first_and_is_unseen_leaves_versions_open() {
        let managed = |version: &str| dependency("x", &format!("<version>{version}</version>"));
        let root = |list: &str| {
            pom(&format!(
                "<modules><module>bom</module></modules>{}",
                manage(list)
            ))
        };
        let own = |list: &str| {
            format!(
                "{}<dependencies>{}</dependencies>",
                manage(list),
                dependency("x", "")
            )
        };
        let bom = child("bom", &manage(&managed("3")));
        let elsewhere = "<parent><groupId>o</groupId><artifactId>o</artifactId><version>1</version><relativePath/></parent>";
        let alone = |body: &str| {
            format!(
                "<project>{elsewhere}<groupId>p</groupId><artifactId>a</artifactId><version>7</version><modules><module>bom</module></modules>{body}</project>"
            )
        };
        for (name, root, app, expected) in [
            (
                "an unseen BOM before a known one",
                root(&import("bom")),
                own(&import("unseen")),
                "?",
            ),
            (
                "an unseen BOM after a known one",
                root(&import("unseen")),
                own(&import("bom")),
                "3",
            ),
            (
                "a version of one's own before an unseen BOM",
                root(&managed("2")),
                own(&import("unseen")),
                "2",
            ),
            (
                "an ancestor's own version before a BOM",
                root(&managed("2")),
                own(&import("bom")),
                "2",
            ),
            (
                "an unseen ancestor before a BOM",
                alone(&manage(&import("bom"))),
                own(""),
                "?",
            ),
            (
                "a nearer version before an unseen ancestor",
                alone(&manage(&managed("2"))),
                own(""),
                "2",
            ),
        ] {
            let files = files(&[("pom.xml", root), ("bom/pom.xml", bom.clone())]);
            let parsed = parse_text("app/pom.xml", &child("app", &app), &files);
            let version = parsed.dependencies[0].version.as_deref().unwrap_or("?");
            assert_eq!(version, expected, "{name}");
        }
    }

    #[test]
    fn an_ancestor_that_is_not_on_disk_is_a_gap() {
        let text = "<project>\n<parent><groupId>o</groupId><artifactId>o</artifactId><version>1</version></parent><artifactId>a</artifactId></project>";
        let parsed = parse_text("pom.xml", text, &ProjectFiles::default());
        assert_eq!(
            told(&parsed),
            [
                "gap pom.xml:2: the parent o:o:1 is not on disk; what it declares and manages is not known here"
            ]
        );
    }

    #[test]
    fn what_stands_twice_counts_as_maven_counts_it() {
        let twice = dependency("x", "<version>1</version>") + &dependency("x", "<version>2</version>");
        let x = format!("<dependencies>{}</dependencies>", dependency("x", ""));
        let bom = child("bom", &manage(&dependency("y", "<version>1</version>")));
        let with_bom = "<modules><module>bom</module></modules>";
        let spelled =
            "<dependency><groupId>${g}</groupId><artifactId>x</artifactId><version>3</version></dependency>";
        for (name, root, app, expected) in [
            ("alone, the first", String::new(), manage(&twice), "1"),
            (
                "with an import, the last",
                with_bom.to_owned(),
                manage(&(twice.clone() + &import("bom"))),
                "2",
            ),
            (
                "merged with a parent's, the last",
                manage(&dependency("z", "<version>1</version>")),
                manage(&twice),
                "2",
            ),
            (
                "a parent's, the first",
                manage(&twice),
                manage(&dependency("z", "<version>1</version>")),
                "1",
            ),
            (
                "spelled otherwise than a parent's",
                manage(&twice),
                manage(spelled),
                "3",
            ),
            (
                "spelled otherwise, with an import",
                format!("{with_bom}{}", manage(&dependency("x", "<version>1</version>"))),
                manage(&(spelled.to_owned() + &import("bom"))),
                "1",
            ),
        ] {
            let files = files(&[
                (
                    "pom.xml",
                    pom(&format!("<properties><g>g</g></properties>{root}")),
                ),
                ("bom/pom.xml", bom.clone()),
            ]);
            let parsed = parse_text("app/pom.xml", &child("app", &format!("{app}{x}")), &files);
            assert_eq!(
                parsed.dependencies[0].version.as_deref(),
                Some(expected),
                "{name}"
            );
        }
    }

    #[test]
    fn only_the_version_that_the_build_makes_is_none_of_its_dependencies() {
        let of_p = |version: &str| {
            format!(
                "<dependency><groupId>p</groupId><artifactId>lib</artifactId><version>{version}</version></dependency>"
            )
        };
        let root = pom("<modules><module>lib</module></modules>");
        let app = child(
            "app",
            &format!(
                "<dependencies>{}{}</dependencies>",
                of_p("${project.version}"),
                of_p("6").replace("lib", "a")
            ),
        );
        let parsed = parse_text(
            "app/pom.xml",
            &app,
            &files(&[("pom.xml", root), ("lib/pom.xml", child("lib", ""))]),
        );
        assert_eq!(shown(&parsed), ["p:a 6 Prod 1"]);
    }

    fn profile(id: &str, activation: &str, body: &str) -> String {
        format!("<profile><id>{id}</id><activation>{activation}</activation>{body}</profile>")
    }

    #[test]
    fn a_profile_that_may_be_active_is_listed_and_is_a_gap() {
        let dependencies = |name: &str| {
            format!(
                "<dependencies>{}</dependencies>",
                dependency(name, "<version>1</version>")
            )
        };
        for activation in [
            "<jdk>[11,)</jdk>",
            "<os><family>unix</family></os>",
            "<property><name>!skip</name></property>",
            "<file><missing>x</missing></file>",
            "<packaging>jar</packaging>",
            "<condition>exists('x')</condition>",
            "<activeByDefault>false</activeByDefault><jdk>9</jdk>",
        ] {
            let profile = profile("one", activation, &dependencies("x"));
            let parsed = parse_text(
                "pom.xml",
                &pom(&format!("\n<profiles>{profile}</profiles>")),
                &ProjectFiles::default(),
            );
            assert_eq!(shown(&parsed), ["g:x 1 Prod 2"], "{activation}");
            let told = told(&parsed);
            assert!(
                told.len() == 1 && told[0].starts_with("gap pom.xml:2: whether the profile one is active"),
                "{told:?}"
            );
            let path: Vec<_> = parsed.graph.paths(0)[0]
                .iter()
                .map(|&node| parsed.graph.member(node))
                .collect();
            assert_eq!(path, [Some("profile one"), None]);
        }
    }

    #[test]
    fn profiles_change_what_holds_by_default() {
        let properties = |v: &str| format!("<properties><v>{v}</v></properties>");
        let extra = format!(
            "<dependencies>{}</dependencies>",
            dependency("extra", "<version>1</version>")
        );
        let body = format!(
            "<properties><v>1</v></properties><dependencies>{}</dependencies><profiles>{}{}{}</profiles>",
            dependency("x", "<version>${v}</version>"),
            profile(
                "standard",
                "<activeByDefault>true</activeByDefault>",
                &properties("2")
            ),
            profile("maybe", "<jdk>9</jdk>", &(properties("3") + &extra)),
            profile(
                "asked",
                "",
                &format!(
                    "<dependencies>{}</dependencies>",
                    dependency("y", "<version>1</version>")
                )
            ),
        );
        let alone = ProjectFiles::default();
        let parsed = parse_text("pom.xml", &pom(&body), &alone);
        assert_eq!(
            shown(&parsed),
            ["g:extra 1 Prod 1", "g:x 2 Prod 1", "g:x 3 Prod 1"]
        );
        let told = told(&parsed);
        assert!(
            told[0].starts_with("note") && told[0].ends_with("(-P) is not listed: asked"),
            "{told:?}"
        );
        assert!(
            told[1].starts_with("gap pom.xml:1: whether the profile maybe"),
            "{told:?}"
        );

        let asked = |arguments: &str| files(&[(".mvn/maven.config", arguments.to_owned())]);
        for (arguments, expected) in [
            ("-Pmaybe", &["g:extra 1 Prod 1", "g:x 3 Prod 1"][..]),
            ("-P\n!maybe", &["g:x 2 Prod 1"]),
            ("-P!maybe,!standard,asked", &["g:x 1 Prod 1", "g:y 1 Prod 1"]),
            ("-P!maybe\n-Dv=4", &["g:x 4 Prod 1"]),
        ] {
            let parsed = parse_text("pom.xml", &pom(&body), &asked(arguments));
            assert_eq!(shown(&parsed), expected, "{arguments}");
            assert!(
                parsed.warnings.iter().all(|warning| !warning.incomplete),
                "{arguments}"
            );
        }
    }

    #[test]
    fn a_profile_that_changes_nothing_here_is_no_gap() {
        let body = format!(
            "<profiles>{}</profiles>",
            profile("docs", "<jdk>9</jdk>", "<properties><p>1</p></properties>")
        );
        assert_eq!(
            parse_text("pom.xml", &pom(&body), &ProjectFiles::default()).warnings,
            []
        );
    }

    #[test]
    fn modules_and_managed_versions_of_a_profile_are_listed_too() {
        let managed = |version: &str| manage(&dependency("x", &format!("<version>{version}</version>")));
        let body = format!(
            "{}<dependencies>{}</dependencies><profiles>{}</profiles>",
            managed("1"),
            dependency("x", ""),
            profile(
                "one",
                "<jdk>9</jdk>",
                &format!("{}<modules><module>m</module></modules>", managed("2"))
            )
        );
        let m = pom(&format!(
            "<dependencies>{}</dependencies>",
            dependency("y", "<version>1</version>")
        ));
        let parsed = parse_text("pom.xml", &pom(&body), &files(&[("m/pom.xml", m)]));
        assert_eq!(shown(&parsed), ["g:x 1 Prod 1", "g:x 2 Prod 1", "g:y 1 Prod 1"]);
        assert_eq!(parsed.warnings.len(), 1);
        assert!(parsed.graph.paths(2)[0].len() == 2 && parsed.graph.paths(0)[0].len() == 1);
    }

    #[test]
    fn what_versions_of_maven_read_beside_the_pom_is_listed_for_each() {
        let body = format!(
            "<properties><v>2</v></properties><dependencies>{}{}</dependencies>",
            dependency("x", "<version>${v}</version>"),
            dependency("y", "<version>1</version>")
        );
        let settings = "<settings><profiles><profile><id>a</id><activation><activeByDefault>true</activeByDefault></activation>\
                        <properties><v>3</v></properties></profile></profiles></settings>";
        for (file, text, expected, gap) in [
            (".mvn/maven-user.properties", "v=3", "2 3", true),
            (".mvn/maven-user.properties", "w=3", "2", false),
            (".mvn/settings.xml", settings, "2 3", true),
            (".mvn/maven.config", "-Dv=3 -DskipTests", "3 3 -DskipTests", true),
            (".mvn/maven.config", "-Dw=3 -DskipTests", "2", false),
            (".mvn/maven.config", "\"-Dv=3\"", "3", false),
            (".mvn/maven.config", "-f\nother.xml", "2", true),
        ] {
            let parsed = parse_text("pom.xml", &pom(&body), &files(&[(file, text.to_owned())]));
            let of_x = parsed.dependencies.iter().filter(|d| d.name == "g:x");
            let versions: Vec<&str> = of_x.filter_map(|d| d.version.as_deref()).collect();
            assert_eq!(versions.join(" "), expected, "{file} {text}");
            let told = told(&parsed);
            assert_eq!(told.len(), usize::from(gap), "{file} {text}: {told:?}");
            assert!(
                told.iter()
                    .all(|told| told.starts_with(&format!("gap {file}:1: "))),
                "{told:?}"
            );
        }
    }

    fn pom_4_1(body: &str) -> String {
        format!("<project xmlns=\"http://maven.example/POM/4.1.0\">{body}</project>")
    }

    #[test]
    fn model_4_1_0_leaves_out_what_can_be_inferred() {
        let head =
            "<groupId>p</groupId><artifactId>a</artifactId><version>7</version><packaging>pom</packaging>";
        let bom = "<dependency><groupId>p</groupId><artifactId>bom</artifactId><type>pom</type><scope>import</scope></dependency>";
        let root = |body: &str| {
            pom_4_1(&format!(
                "{head}{}{body}",
                manage(&dependency("x", "<version>1</version>"))
            ))
        };
        let lib = pom_4_1(&format!(
            "<parent/><artifactId>lib</artifactId>{}<dependencies>{}{}{}{}{}{}</dependencies>",
            manage(bom),
            dependency("x", ""),
            dependency("y", ""),
            dependency("c", "<version>1</version><scope>compile-only</scope>"),
            dependency("t", "<version>1</version><scope>test-runtime</scope>"),
            dependency("r", "<version>${version}</version><type>processor</type>"),
            "<dependency><artifactId>app</artifactId></dependency><dependency><groupId>p</groupId><artifactId>app</artifactId></dependency>",
        ));
        let app = pom_4_1(
            "<parent><groupId>p</groupId><artifactId>a</artifactId></parent><artifactId>app</artifactId>",
        );
        let bom = pom_4_1(&format!(
            "<parent><relativePath>..</relativePath></parent><artifactId>bom</artifactId><packaging>bom</packaging>{}",
            manage(&dependency("y", "<version>2</version>"))
        ));
        let files = files(&[("lib/pom.xml", lib), ("app/pom.xml", app), ("bom/pom.xml", bom)]);
        let expected = [
            "g:c 1 Provided 1",
            "g:r 7 Dev 1",
            "g:t 1 Test 1",
            "g:x 1 Prod 1",
            "g:y 2 Prod 1",
        ];
        for modules in [
            "<subprojects><subproject>lib</subproject><subproject>app</subproject><subproject>bom</subproject></subprojects>",
            "",
            "<subprojects/>",
        ] {
            let parsed = parse_text("pom.xml", &root(modules), &files);
            assert_eq!(shown(&parsed), expected, "{modules}");
            assert_eq!(parsed.warnings, [], "{modules}");
        }
        let alone = root("");
        let input = Input {
            path: "r/pom.xml",
            bytes: alone.as_bytes(),
        };
        assert!(references(&input).iter().any(|path| path == "r/*/pom.xml"));
    }

    #[test]
    fn a_model_that_is_not_known_is_told() {
        let text = "<project>\n<modelVersion>4.9.0</modelVersion><groupId>p</groupId><artifactId>a</artifactId></project>";
        let of_namespace = pom_4_1("<artifactId>a</artifactId>").replace("4.1.0", "5.0.0");
        for (text, line, version) in [(text, 2, "4.9.0"), (of_namespace.as_str(), 1, "5.0.0")] {
            let told = told(&parse_text("pom.xml", text, &ProjectFiles::default()));
            let start = format!("gap pom.xml:{line}: the model version {version} is not known");
            assert!(told.len() == 1 && told[0].starts_with(&start), "{told:?}");
        }
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
