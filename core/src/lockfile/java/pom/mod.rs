//! `pom.xml`.
//!
//! Source of the rules: Maven's "POM Reference" and "Introduction to the Dependency Mechanism", and the
//! order in which Maven's model builder inherits, interpolates and manages. What would take a repository
//! (a parent or an imported BOM that is not on disk) is told in a warning; the versions that it would give
//! stay open. A POM with modules lists their dependencies too.

mod interpolation;
mod model;
mod reactor;

use std::collections::BTreeSet;
use std::rc::Rc;

use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};

use self::interpolation::Interpolation;
use self::model::{Declaration, Key, Model};
use self::reactor::{Management, Reactor};
use super::super::{Input, Parsed, ProjectFiles, Warning, order};
use super::xml::Document;
use crate::dependency::{Dependency, Scope, Source};
use crate::error::InputError;
use crate::graph::Graph;
use crate::package::Ecosystem;

/// What a POM calls its artifact, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
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
        group: own("groupId").or_else(|| inherited("groupId")).map(str::to_owned),
        artifact: own("artifactId").map(str::to_owned),
        version: own("version").or_else(|| inherited("version")).map(str::to_owned),
    })
}

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    let is_pom = |document: Document<'_>| {
        let root = document.root();
        root.child_text("modelVersion") == Some("4.0.0") && root.child("artifactId").is_some()
    };
    text.contains("<project") && Document::parse("", text, "project").is_ok_and(is_pom)
}

pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    let Ok(model) = Model::parse(input) else {
        return Vec::new();
    };
    let parent = model.parent.as_ref().and_then(|parent| parent.path(input.path));
    let modules = model.module_paths(input.path).map(|(path, _)| path);
    modules.chain(parent).collect()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let model = Rc::new(Model::parse(input)?);
    let mut reactor = Reactor::new(files);
    let mut listing = Listing::default();
    let modules = reactor.modules(input.path, &model);
    for module in &modules {
        let effective = reactor.with_parents(&module.path, &module.model);
        listing.members.insert(reactor::identity(&effective));
    }
    listing.add(&mut reactor, input.path, &model, None);
    for module in modules {
        listing.add(&mut reactor, &module.path, &module.model, Some(module.line));
    }
    let mut dependencies = listing.dependencies;
    // Types and classifiers do not make another package.
    order::sort_distinct(&mut dependencies, |kept, next| {
        (kept.scope, kept.line) = (kept.scope, kept.line).min((next.scope, next.line));
    });
    let graph = Graph::flat(dependencies.len());
    let mut warnings = reactor.warnings;
    warnings.extend(listing.warnings);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// The dependencies of a POM and of its modules.
#[derive(Default)]
struct Listing {
    /// Group and artifact of the modules, which are not dependencies of each other.
    members: BTreeSet<(SmolStr, SmolStr)>,
    dependencies: Vec<Dependency>,
    warnings: Vec<Warning>,
}

impl Listing {
    /// Adds the dependencies of the POM at `path`; `module` is the line that stands for all of a module.
    fn add(&mut self, reactor: &mut Reactor<'_>, path: &str, model: &Rc<Model>, module: Option<usize>) {
        let parent_line = model.parent.as_ref().map_or(1, |parent| parent.line);
        let model = reactor.with_parents(path, model);
        let managed = reactor.management(path, &model);
        let context = Interpolation { model: &model };

        // Where a dependency is declared twice, the last one counts.
        let keys: Vec<Key> = model
            .dependencies
            .iter()
            .map(|declaration| context.identity(declaration))
            .collect();
        let last: HashMap<&Key, usize> = keys.iter().zip(0..).collect();
        for (index, (key, declaration)) in keys.iter().zip(&model.dependencies).enumerate() {
            if key.group.is_empty() || key.artifact.is_empty() {
                let message = format!(
                    "{path}:{}: a dependency without groupId or artifactId",
                    declaration.line
                );
                self.warnings.push(Warning::incomplete(message));
                continue;
            }
            if last.get(key) != Some(&index) {
                continue;
            }
            let is_member = |key: &Key| self.members.contains(&(key.group.clone(), key.artifact.clone()));
            if !self.members.is_empty() && is_member(key) {
                continue;
            }
            let own = if declaration.levels_above > 0 {
                parent_line
            } else {
                declaration.line
            };
            let line = module.unwrap_or(own);
            self.dependencies
                .push(dependency(key, declaration, &managed, &context, line));
        }
    }
}

fn dependency(
    key: &Key,
    declaration: &Declaration,
    managed: &Management,
    context: &Interpolation<'_>,
    line: usize,
) -> Dependency {
    let managed = managed.get(key);
    let chosen = |own: Option<&str>, of: fn(&Declaration) -> Option<&str>| match own {
        Some(own) => Some(context.expand(own)),
        None => managed.and_then(|managed| managed.value(of)),
    };
    let requirement = chosen(declaration.version.as_deref(), |managed| {
        managed.version.as_deref()
    });
    let scope = chosen(declaration.scope.as_deref(), |managed| managed.scope.as_deref());
    let optional = chosen(declaration.optional.as_deref(), |_| None);
    let (version, specifier) = requirement.as_deref().map_or((None, None), pin);
    Dependency {
        ecosystem: Ecosystem::Maven,
        name: format_smolstr!("{}:{}", key.group, key.artifact),
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
        assert_eq!(references(&input), ["m/pom.xml", "n/pom.xml"]);
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
            ["c/pom.xml: the versions that p:nowhere manages are not known here"]
        );
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
