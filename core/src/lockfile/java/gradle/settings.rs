//! What `settings.gradle` says of version catalogs.
//!
//! Source of the rules: Gradle's manual, "Version catalogs" ("Declaring a version catalog"), and
//! `DependencyResolutionManagement`. The folder of the settings is the root of the build.

use std::collections::BTreeMap;
use std::ops::Range;

use super::catalog::Catalog;
use super::expression::{Reader, Script};
use super::notation::Module;
use super::rich::Written;
use super::token::{self, Kind, Language};
use super::value::{Value, Variables};
use crate::lockfile::project;
use crate::text::{self, Encoding};

/// Where Gradle looks for the catalog that need not be declared.
pub(super) const CATALOG: &str = "gradle/libs.versions.toml";

/// What the settings of a build say.
#[derive(Debug)]
pub(super) struct Settings {
    /// The name of the catalog that need not be declared.
    default_name: String,
    /// The catalogs that are declared, by name.
    declared: BTreeMap<String, Declared>,
    /// The line at which another build is included, whose plugins this one may use.
    pub(super) includes_build: Option<usize>,
    /// The line at which catalogs are changed in a way that only a run of the build can follow.
    pub(super) open_catalogs: Option<usize>,
}

/// A catalog that is declared.
#[derive(Debug, Default)]
struct Declared {
    /// The files that it is read from, as paths beside the settings.
    files: Vec<String>,
    /// What is declared outright.
    catalog: Catalog,
}

impl Settings {
    /// Reads the settings at `path`. What cannot be read says nothing.
    pub(super) fn parse(path: &str, bytes: &[u8], language: Language) -> Self {
        let mut settings = Self {
            default_name: "libs".to_owned(),
            declared: BTreeMap::new(),
            includes_build: None,
            open_catalogs: None,
        };
        let source = text::decode(path, bytes, Encoding::Utf8);
        if let Ok(source) = source.map(|source| token::without_escapes(language, source))
            && let Ok(tokens) = token::tokens(language, &source)
        {
            let script = Script {
                language,
                source: &source,
                tokens: &tokens,
            };
            settings.read(path, script);
        }
        settings
    }

    /// The files of all catalogs.
    pub(super) fn files(&self, path: &str) -> Vec<String> {
        let declared = self
            .declared
            .values()
            .flat_map(|declared| &declared.files)
            .cloned();
        declared.chain([project::beside(path, CATALOG)]).collect()
    }

    /// The catalogs, by name; `read` gives what a file holds.
    pub(super) fn catalogs(
        self,
        path: &str,
        mut read: impl FnMut(&str) -> Option<Catalog>,
    ) -> BTreeMap<String, Catalog> {
        let mut catalogs = BTreeMap::new();
        if let Some(catalog) = read(&project::beside(path, CATALOG)) {
            catalogs.insert(self.default_name, catalog);
        }
        for (name, declared) in self.declared {
            let catalog: &mut Catalog = catalogs.entry(name).or_default();
            for file in &declared.files {
                if let Some(read) = read(file) {
                    catalog.extend(read);
                }
            }
            catalog.extend(declared.catalog);
        }
        catalogs
    }

    fn read(&mut self, path: &str, script: Script<'_>) {
        let mut variables = Variables::default();
        for at in 0..script.tokens.len() {
            match (script.word(at), script.kind(at + 1)) {
                (Some("versionCatalogs"), Some(Kind::Open(b'{'))) => {
                    let inside = at + 2..script.partner(at + 1);
                    self.read_catalogs(path, script, inside, &mut variables);
                }
                (Some("versionCatalogs" | "getVersionCatalogs"), _) => {
                    // `versionCatalogs.create("libs") { … }`
                    let ends =
                        |at: &usize| matches!(script.kind(*at), None | Some(Kind::Newline | Kind::Close));
                    let mut end = at + 1;
                    while !ends(&end) {
                        end = match script.kind(end) {
                            Some(Kind::Open(_)) => script.partner(end) + 1,
                            _ => end + 1,
                        };
                    }
                    self.read_catalogs(path, script, at + 1..end, &mut variables);
                }
                (Some("includeBuild"), _) if self.includes_build.is_none() => {
                    self.includes_build = Some(line(script, at));
                }
                (Some("defaultLibrariesExtensionName"), _) => {
                    // `= "name"`, `.set("name")`
                    let text = (at + 1..at + 5).find(|&at| script.kind(at) == Some(Kind::Text));
                    let value = text.map(|at| Reader::new(script, at).expression(&mut variables));
                    if let Some(name) = value.and_then(|value| variables.text_of(&value)) {
                        name.as_ref().clone_into(&mut self.default_name);
                    }
                }
                _ => {}
            }
        }
    }

    /// `create("name") { … }` and `name { … }` among these tokens.
    fn read_catalogs(
        &mut self,
        path: &str,
        script: Script<'_>,
        tokens: Range<usize>,
        variables: &mut Variables,
    ) {
        let mut at = tokens.start;
        while at < tokens.end {
            let brace = match script.kind(at + 1) {
                Some(Kind::Open(b'(')) => script.partner(at + 1) + 1,
                _ => at + 1,
            };
            let Some(word) = script.word(at) else {
                at += 1;
                continue;
            };
            if script.kind(brace) != Some(Kind::Open(b'{')) {
                // A catalog that is changed without a block of its own.
                if matches!(word, "version" | "library" | "from" | "bundle") {
                    self.open_catalogs.get_or_insert(line(script, at));
                }
                at += 1;
                continue;
            }
            let name = if brace > at + 1 {
                let arguments = Reader::within(script, at + 1).arguments(variables);
                let first = arguments.positional.first();
                first
                    .and_then(|name| variables.text_of(name))
                    .map(|name| name.to_string())
            } else {
                Some(word.to_owned())
            };
            // Of a block for all catalogs, or for one whose name is not known, it is not known what it changes.
            let name = name.filter(|name| !matches!(&**name, "all" | "configureEach" | "each"));
            let mut unnamed = Declared::default();
            let declared = match name {
                Some(name) => self.declared.entry(name).or_default(),
                None => {
                    self.open_catalogs.get_or_insert(line(script, at));
                    &mut unnamed
                }
            };
            if !declared.read(path, script, brace, variables) {
                self.open_catalogs.get_or_insert(line(script, at));
            }
            at = script.partner(brace) + 1;
        }
    }
}

/// The line of a token.
fn line(script: Script<'_>, at: usize) -> usize {
    let offset = script.tokens.get(at).map_or(0, |token| token.start as usize);
    let before = script.source.get(..offset).unwrap_or_default();
    before.matches('\n').count() + 1
}

impl Declared {
    /// `from(…)`, `version(…)`, `library(…)` and `bundle(…)` in the block that opens at `open`. Whether it is known
    /// what each of them is about.
    fn read(&mut self, path: &str, script: Script<'_>, open: usize, variables: &mut Variables) -> bool {
        let mut is_known = true;
        let end = script.partner(open);
        let mut at = open + 1;
        while at < end {
            let Some(word @ ("from" | "version" | "library" | "bundle")) = script.word(at) else {
                at += 1;
                continue;
            };
            let (arguments, after) = match script.kind(at + 1) {
                Some(Kind::Open(b'(')) => {
                    if word == "from" && script.word(at + 2) == Some("files") {
                        let files = Reader::within(script, at + 3).arguments(variables);
                        let texts = files.positional.iter().filter_map(|file| variables.text_of(file));
                        self.files.extend(texts.map(|file| beside(path, &file)));
                    }
                    let arguments = Reader::within(script, at + 1).arguments(variables);
                    (arguments, script.partner(at + 1) + 1)
                }
                Some(Kind::Text | Kind::Template) => {
                    let mut reader = Reader::new(script, at + 1);
                    let arguments = reader.arguments(variables);
                    (arguments, reader.at)
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            let text = |index: usize| {
                let value = arguments.positional.get(index)?;
                variables.text_of(value).map(|text| text.to_string())
            };
            match (word, text(0), text(1)) {
                ("version", Some(alias), Some(version)) => self.catalog.add_version(&alias, version),
                ("version", Some(alias), None) => {
                    let brace = Some(after).filter(|&at| script.kind(at) == Some(Kind::Open(b'{')));
                    let rich = brace
                        .or(arguments.closure)
                        .map(|open| Written::read(script, open, variables).notation(""));
                    let version = rich.filter(|version| !version.is_empty());
                    let version = version.unwrap_or_else(|| "${version}".to_owned());
                    self.catalog.add_version(&alias, version);
                }
                ("library", Some(alias), group) => {
                    let library = match (group, text(2)) {
                        (Some(module), None) if arguments.positional.len() == 2 => {
                            Module::parse(&module).map(|module| (module, None))
                        }
                        (Some(group), Some(name)) => {
                            let (version, version_ref) = version_after(script, after, variables);
                            Some((Module { group, name, version }, version_ref))
                        }
                        _ => None,
                    };
                    self.catalog
                        .add_library(&alias, library.filter(|(module, _)| module.is_named()));
                }
                ("version" | "library", None, _) => is_known = false,
                ("bundle", Some(alias), _) => {
                    if let Some(Value::List(items, _)) = arguments.positional.get(1) {
                        let aliases = items.iter().filter_map(|item| variables.text_of(item));
                        self.catalog
                            .add_bundle(&alias, aliases.map(|alias| alias.to_string()));
                    }
                }
                _ => {}
            }
            at = after;
        }
        is_known
    }
}

/// `.version("1.0")` or `.versionRef("alias")` after a library: its version, and the alias of it. What is neither
/// stays open.
fn version_after(script: Script<'_>, at: usize, variables: &mut Variables) -> (String, Option<String>) {
    let mut dot = at;
    while script.kind(dot) == Some(Kind::Newline) {
        dot += 1;
    }
    if !script.is_symbol(dot, b'.') || script.kind(dot + 2) != Some(Kind::Open(b'(')) {
        return (String::new(), None);
    }
    let arguments = Reader::within(script, dot + 2).arguments(variables);
    let text = arguments
        .positional
        .first()
        .and_then(|value| variables.text_of(value));
    match (script.word(dot + 1), text) {
        (Some("version"), Some(version)) => (version.to_string(), None),
        (Some("versionRef"), Some(alias)) => (String::new(), Some(alias.to_string())),
        (Some("withoutVersion"), _) => (String::new(), None),
        _ => ("${version}".to_owned(), None),
    }
}

/// The path of a file that the settings name.
fn beside(settings: &str, file: &str) -> String {
    const ROOTS: [&str; 4] = [
        "rootDir",
        "settingsDir",
        "rootProject.projectDir",
        "settings.rootDir",
    ];
    let below = file
        .strip_prefix("${")
        .and_then(|rest| rest.split_once("}/"))
        .filter(|(folder, _)| ROOTS.contains(folder));
    project::beside(settings, below.map_or(file, |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: Language, text: &str, files: &[(&str, &str)]) -> Vec<String> {
        let settings = Settings::parse("a/settings.gradle", text.as_bytes(), language);
        let catalogs = settings.catalogs("a/settings.gradle", |path| {
            let (_, text) = files.iter().find(|(name, _)| *name == path)?;
            Catalog::parse(path, text.as_bytes()).ok()
        });
        let mut shown = Vec::new();
        for (name, catalog) in &catalogs {
            for accessor in ["a", "b.b", "c", "d", "bundles.all"] {
                for module in catalog.modules(accessor).into_iter().flatten() {
                    shown.push(format!("{name}.{accessor} {}:{}", module.name, module.version));
                }
            }
        }
        shown
    }

    #[test]
    fn catalogs_are_declared_in_both_languages() {
        let kotlin = "dependencyResolutionManagement {\n  versionCatalogs {\n    create(\"libs\") {\n      version(\"v\", \"2\")\n\
                      library(\"a\", \"g:a:1\")\n      library(\"b-b\", \"g\", \"b\").versionRef(\"v\")\n\
                      library(\"c\", \"g\", \"c\")\n        .version(\"3\")\n      library(\"d\", \"g\", \"d\").withoutVersion()\n\
                      bundle(\"all\", listOf(\"a\", \"b-b\"))\n    }\n  }\n}";
        let expected = [
            "libs.a a:1",
            "libs.b.b b:2",
            "libs.c c:3",
            "libs.d d:",
            "libs.bundles.all a:1",
            "libs.bundles.all b:2",
        ];
        assert_eq!(shown(Language::Kotlin, kotlin, &[]), expected);
        let groovy = "dependencyResolutionManagement {\n  versionCatalogs {\n    libs {\n      version('v', '2')\n\
                      library('a', 'g:a:1')\n      library('b-b', 'g', 'b').versionRef('v')\n\
                      library('c', 'g', 'c').version('3')\n      library 'd', 'g:d'\n      bundle('all', ['a', 'b-b'])\n    }\n  }\n}";
        assert_eq!(shown(Language::Groovy, groovy, &[]), expected);
    }

    #[test]
    fn catalogs_come_from_files_and_have_names() {
        let catalog = "[libraries]\na = 'g:a:1'\n";
        let files = [("a/x.toml", catalog), ("a/gradle/libs.versions.toml", catalog)];
        let text = "dependencyResolutionManagement {\n defaultLibrariesExtensionName = 'deps'\n\
                    versionCatalogs { own { from(files('x.toml')) }\n create('other') { from(files(\"$rootDir/x.toml\"))\nlibrary('c', 'g:c:2') } } }";
        assert_eq!(
            shown(Language::Groovy, text, &files),
            ["deps.a a:1", "other.a a:1", "other.c c:2", "own.a a:1"]
        );
        let named = "dependencyResolutionManagement { defaultLibrariesExtensionName.set(\"deps\") }";
        assert_eq!(shown(Language::Kotlin, named, &files), ["deps.a a:1"]);
        let settings = Settings::parse("a/settings.gradle", text.as_bytes(), Language::Groovy);
        assert_eq!(
            settings.files("a/settings.gradle"),
            ["a/x.toml", "a/x.toml", "a/gradle/libs.versions.toml"]
        );
    }

    #[test]
    fn what_settings_say_counts_before_the_file() {
        let file =
            "[versions]\nv = '1'\n[libraries]\na = { module = 'g:a', version.ref = 'v' }\nc = 'g:c:1'\n";
        let files = [("a/gradle/libs.versions.toml", file)];
        for (block, expected) in [
            (
                "libs { from(files('gradle/libs.versions.toml')); version('v', '2') }",
                "2",
            ),
            (
                "libs { version('v', '2')\n from(files('gradle/libs.versions.toml')) }",
                "2",
            ),
            (
                "create(\"libs\") { from(files(\"gradle/libs.versions.toml\"))\n version(\"v\", \"2\") }",
                "2",
            ),
            ("libs { version('v', '2') }", "2"),
            ("libs { version 'v', '2' }", "2"),
            ("libs { version('v') { strictly '2' } }", "2"),
            ("libs { version('v', x) }", "${version}"),
            ("libs { library('a', 'g:a:2') }", "2"),
            (
                "libs { version('w', '2'); library('a', 'g', 'a').versionRef('w') }",
                "2",
            ),
        ] {
            for (start, end) in [("versionCatalogs {", "}"), ("versionCatalogs.", "\n")] {
                let text = format!("dependencyResolutionManagement {{ {start}{block}{end} }}");
                for language in [Language::Groovy, Language::Kotlin] {
                    let expected = format!("libs.a a:{expected}");
                    assert_eq!(
                        shown(language, &text, &files),
                        [expected.as_str(), "libs.c c:1"],
                        "{text}"
                    );
                    let settings = Settings::parse("a/settings.gradle", text.as_bytes(), language);
                    assert_eq!(settings.open_catalogs, None, "{text}");
                }
            }
        }
        let text = "versionCatalogs { libs { library('a', x) } }";
        assert_eq!(shown(Language::Groovy, text, &files), ["libs.c c:1"]);
        for open in [
            "versionCatalogs {\nlibs.version('v', '2') }",
            "versionCatalogs {\nall { version('v', '2') } }",
            "versionCatalogs {\nlibs { version(x, '2') } }",
            "x\nversionCatalogs.libs.version('v', '2')",
        ] {
            let settings = Settings::parse("a/settings.gradle", open.as_bytes(), Language::Groovy);
            assert_eq!(settings.open_catalogs, Some(2), "{open}");
        }
    }

    #[test]
    fn an_included_build_has_its_line() {
        let text = "pluginManagement {\n  includeBuild('build-logic')\n}";
        let settings = Settings::parse("settings.gradle", text.as_bytes(), Language::Groovy);
        assert_eq!(settings.includes_build, Some(2));
    }
}
