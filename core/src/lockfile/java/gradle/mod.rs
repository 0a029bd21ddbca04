//! `build.gradle` and `build.gradle.kts`.
//!
//! Source of the rules: Gradle's manual. A build script is a program; it is read, not run. What stands
//! outright in it, in the scripts that it applies, in the builds above it, in `gradle.properties` and in
//! the version catalog is known. All else is told in a warning, and its versions stay open.

mod catalog;
mod definition;
mod expression;
mod handler;
mod notation;
mod rich;
mod rules;
mod script;
mod settings;
mod string;
mod token;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::ops::RangeInclusive;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use smol_str::SmolStr;

use self::catalog::Catalog;
use self::expression::Script;
use self::notation::Notation;
use self::rules::{Reach, Rule, Rules};
use self::script::Listener;
use self::settings::Settings;
use self::token::Language;
use self::value::Variables;
use super::super::{Input, Parsed, ProjectFiles, Warning, order, project};
use super::{above, properties};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::InputError;
use crate::graph::Graph;
use crate::package::Ecosystem;
use crate::text::{self, Encoding, Lines};

/// How many folders up the root of a build without settings is looked for.
const LEVELS_WITHOUT_SETTINGS: usize = 2;

/// How deep scripts may apply each other.
const MOST_SCRIPTS: usize = 16;

/// The line of what stands in a file above.
const NO_LINE: usize = usize::MAX;

/// How many different things that are not known are named.
const MOST_UNKNOWN: usize = 50;

pub(in crate::lockfile) fn recognise(_: &str) -> bool {
    false
}

pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    let Some(language) = language_of(input.path) else {
        return Vec::new();
    };
    if is_settings(input.path) {
        let mut references = Settings::parse(input.path, input.bytes, language).files(input.path);
        references.extend(BUILD_SRC.map(|file| project::beside(input.path, file)));
        return references;
    }
    let files = ProjectFiles::default();
    let mut build = Build::new(input.path, &files);
    if build.main(input, language, &mut Variables::default()).is_err() {
        return Vec::new();
    }
    let levels = above::levels(input.path);
    let around = (0..=levels).flat_map(|level| {
        let above: &[&str] = if level == 0 { &[] } else { &BUILD_FILES };
        let catalog: &[&str] = if level <= LEVELS_WITHOUT_SETTINGS {
            &[settings::CATALOG]
        } else {
            &[]
        };
        let files = ["gradle.properties"].iter().chain(&SETTINGS_FILES);
        let files = files.chain(above).chain(catalog);
        files.map(move |file| above::up(input.path, level, file))
    });
    let applied = build.applied.iter();
    around
        .chain(applied.flat_map(|path| places(input.path, path, 0..=levels)))
        .collect()
}

pub(in crate::lockfile) fn parse_groovy(
    input: &Input<'_>,
    files: &ProjectFiles,
) -> Result<Parsed, InputError> {
    parse(input, Language::Groovy, files)
}

pub(in crate::lockfile) fn parse_kotlin(
    input: &Input<'_>,
    files: &ProjectFiles,
) -> Result<Parsed, InputError> {
    parse(input, Language::Kotlin, files)
}

fn parse(input: &Input<'_>, language: Language, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let mut variables = Variables::default();
    let mut build = Build::new(input.path, files);
    build.look_around(&mut variables);
    build.main(input, language, &mut variables)?;
    let has_catalog = variables.catalogs.contains_key("libs");
    Ok(build.finish(has_catalog))
}

const BUILD_FILES: [&str; 2] = ["build.gradle", "build.gradle.kts"];
const SETTINGS_FILES: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];

/// The build of a project's own plugins, at its root.
const BUILD_SRC: [&str; 2] = ["buildSrc/build.gradle", "buildSrc/build.gradle.kts"];

/// The language of a script, by its name.
fn language_of(path: &str) -> Option<Language> {
    if path.ends_with(".gradle") {
        Some(Language::Groovy)
    } else {
        path.ends_with(".gradle.kts").then_some(Language::Kotlin)
    }
}

fn is_settings(path: &str) -> bool {
    SETTINGS_FILES.contains(&project::file_name(path))
}

/// Where a script that the build at `base` applies as `path` may be; `roots` are the folders, counted upwards, of
/// which one is the root of the build. Only scripts are looked for, and only by relative paths.
fn places(base: &str, path: &str, roots: RangeInclusive<usize>) -> Vec<String> {
    const ROOTS: [&str; 4] = [
        "rootDir",
        "rootProject.projectDir",
        "rootProject.rootDir",
        "project.rootDir",
    ];
    const PROJECTS: [&str; 2] = ["projectDir", "project.projectDir"];
    let (folder, relative) = match path.strip_prefix("${").and_then(|rest| rest.split_once("}/")) {
        Some((folder, relative)) => (Some(folder), relative),
        None => (None, path),
    };
    if language_of(relative).is_none() || relative.contains(['$', ':']) || relative.starts_with(['/', '\\']) {
        return Vec::new();
    }
    let mut levels = match folder {
        None => 0..=0,
        Some(folder) if PROJECTS.contains(&folder) => 0..=0,
        Some(folder) if ROOTS.contains(&folder) => roots,
        Some(_) => return Vec::new(),
    };
    levels
        .by_ref()
        .map(|level| above::up(base, level, relative))
        .collect()
}

/// What is gathered while the scripts of one build are read.
struct Build<'f> {
    files: &'f ProjectFiles,
    /// The build file that is read.
    base: String,
    dependencies: Vec<Dependency>,
    /// Where each module and version stands among them, with its hash.
    known: HashTable<(u64, usize)>,
    hasher: RandomState,
    /// The name that is looked up; kept for its memory.
    name: String,
    /// Names that only a run knows: where each first stands, and how often.
    unknown: BTreeMap<String, (usize, usize)>,
    /// How many more there are than are named.
    more_unknown: usize,
    /// Scripts that are applied, as they are written.
    applied: BTreeSet<String>,
    warnings: Vec<Warning>,
    rules: Rules,
    /// Rules that only a run can follow: what they are, and where they stand.
    code: Vec<(String, usize)>,
    /// Of a build above the one that is asked for: that one's build file. Only what is for it, too, is gathered.
    below: Option<String>,
    /// Whether the script that is read is applied for other projects, too.
    is_for_others: bool,
    /// How deep the script that is read is applied.
    depth: usize,
    /// The folders, counted upwards, of which one is the root of the build.
    root: RangeInclusive<usize>,
}

impl<'f> Build<'f> {
    fn new(base: &str, files: &'f ProjectFiles) -> Self {
        Self {
            files,
            base: base.to_owned(),
            dependencies: Vec::new(),
            known: HashTable::new(),
            hasher: RandomState::default(),
            name: String::new(),
            unknown: BTreeMap::new(),
            more_unknown: 0,
            applied: BTreeSet::new(),
            warnings: Vec::new(),
            rules: Rules::default(),
            code: Vec::new(),
            below: None,
            is_for_others: false,
            depth: 0,
            root: 0..=0,
        }
    }

    /// Takes in what stands in files around the build: catalogs, properties, and what the builds above it
    /// give to their subprojects. What is nearer comes later, and counts.
    fn look_around(&mut self, variables: &mut Variables) {
        let files = self.files;
        let base = self.base.clone();
        let levels = above::levels(&base);
        let settings = (0..=levels).find_map(|level| {
            let mut places = SETTINGS_FILES
                .map(|file| above::up(&base, level, file))
                .into_iter();
            places.find_map(|place| Some((level, files.get(&place)?, place)))
        });
        self.root = match &settings {
            Some((level, ..)) => *level..=*level,
            None => 0..=LEVELS_WITHOUT_SETTINGS.min(levels),
        };
        if let Some((_, bytes, place)) = settings {
            self.look_at_settings(&place, bytes, variables);
        } else {
            for level in self.root.clone().rev() {
                if let Some(catalog) = self.catalog(&above::up(&base, level, settings::CATALOG)) {
                    variables.catalogs.insert("libs".to_owned(), catalog);
                }
            }
        }
        for level in (0..=*self.root.end()).rev() {
            if let Some(bytes) = files.get(&above::up(&base, level, "gradle.properties"))
                && let Ok(text) = text::decode("", bytes, Encoding::Latin1)
            {
                variables.properties.extend(properties::parse(&text));
            }
            for file in BUILD_FILES.iter().filter(|_| level > 0) {
                let path = above::up(&base, level, file);
                if let (Some(bytes), Some(language)) = (files.get(&path), language_of(&path)) {
                    self.above(&path, level, language, bytes, variables);
                }
            }
        }
    }

    /// Takes in what a script `level` folders above the build says of this project.
    fn above(
        &mut self,
        path: &str,
        level: usize,
        language: Language,
        bytes: &[u8],
        variables: &mut Variables,
    ) {
        let mut above = Build {
            below: Some(self.base.clone()),
            root: self.root.start().saturating_sub(level)..=self.root.end().saturating_sub(level),
            ..Build::new(path, self.files)
        };
        // A build above that cannot be read is not the file that was asked for.
        if let Err(error) = above.main(&Input { path, bytes }, language, variables) {
            self.warnings.push(Warning::new(error.to_string()));
        }
        let is_of_plugins = |path: &str| path.split(['/', '\\']).any(|folder| folder == "buildSrc");
        if is_of_plugins(&self.base) && !is_of_plugins(path) {
            // It is a build of its own.
            return;
        }
        self.warnings.append(&mut above.warnings);
        self.warnings
            .append(&mut above.open_ends(variables.catalogs.contains_key("libs")));
        self.rules.inherit(above.rules);
        // It has no line in the build file; if that asks for the same, its line is told.
        let inherited = above.dependencies.into_iter();
        self.dependencies.extend(inherited.map(|asked| Dependency {
            line: NO_LINE,
            ..asked
        }));
    }

    /// Takes in what the settings of the build say.
    fn look_at_settings(&mut self, path: &str, bytes: &[u8], variables: &mut Variables) {
        let Some(language) = language_of(path) else {
            return;
        };
        let settings = Settings::parse(path, bytes, language);
        let build_src = BUILD_SRC.map(|file| project::beside(path, file));
        let build_src = build_src
            .into_iter()
            .find(|place| self.files.get(place).is_some());
        let own_plugins = match (settings.includes_build, build_src) {
            (_, Some(place)) => Some((place, 1)),
            (Some(line), None) => Some((path.to_owned(), line)),
            (None, None) => None,
        };
        if let Some((place, line)) = own_plugins {
            let message = format!("{place}:{line}: plugins that the build brings along may add dependencies");
            self.warnings.push(Warning::new(message));
        }
        if let Some(line) = settings.open_catalogs {
            let message = format!(
                "{path}:{line}: what the settings make of version catalogs is known only to a run of the build"
            );
            self.warnings.push(Warning::incomplete(message));
        }
        let level = *self.root.end();
        self.above(path, level, language, bytes, &mut Variables::default());
        variables.catalogs = settings.catalogs(path, |file| self.catalog(file));
    }

    /// The catalog in a file, if it is at hand and is one.
    fn catalog(&mut self, path: &str) -> Option<Catalog> {
        match Catalog::parse(path, self.files.get(path)?) {
            Ok(catalog) => Some(catalog),
            Err(error) => {
                self.warnings.push(Warning::incomplete(error.to_string()));
                None
            }
        }
    }

    /// Reads the build file itself.
    fn main(
        &mut self,
        input: &Input<'_>,
        language: Language,
        variables: &mut Variables,
    ) -> Result<(), InputError> {
        self.script(input, language, None, variables)
    }

    /// Reads a script; `via` is the line of the build file that applies it.
    fn script(
        &mut self,
        input: &Input<'_>,
        language: Language,
        via: Option<usize>,
        variables: &mut Variables,
    ) -> Result<(), InputError> {
        let source = text::decode(input.path, input.bytes, Encoding::Utf8)?;
        let source = token::without_escapes(language, source);
        if let Some(conflict) = text::merge_conflict(input.path, &source) {
            return Err(conflict);
        }
        let tokens = token::tokens(language, &source).map_err(|fault| fault.in_file(input.path, &source))?;
        let script = Script {
            language,
            source: &source,
            tokens: &tokens,
        };
        let mut reading = Reading {
            lines: Lines::new(&source),
            via,
            build: self,
            at: (0, false),
        };
        script::walk(script, variables, &mut reading);
        Ok(())
    }

    /// Adds a dependency, or what is new of it to the one that is there.
    fn add(&mut self, module: Notation<'_>, scope: Scope, line: usize) {
        let Notation { group, name, version } = module;
        self.name.clear();
        self.name.extend([group, ":", name]);
        let (version, specifier) = notation::pin(version);
        let dependencies = &mut self.dependencies;
        let is_same = |&(_, at): &(u64, usize)| {
            let known = &dependencies[at];
            known.name == self.name && known.version == version && known.specifier == specifier
        };
        let hash = self.hasher.hash_one((&self.name, &version, &specifier));
        match self.known.entry(hash, is_same, |&(hash, _)| hash) {
            Entry::Occupied(found) => {
                let known = &mut dependencies[found.get().1];
                known.scope = known.scope.min(scope);
                known.line = known.line.min(line);
            }
            Entry::Vacant(slot) => {
                slot.insert((hash, dependencies.len()));
                dependencies.push(Dependency {
                    ecosystem: Ecosystem::Maven,
                    name: SmolStr::new(&self.name),
                    version,
                    specifier,
                    scope,
                    direct: Some(true),
                    source: Source::Registry,
                    line,
                });
            }
        }
    }

    /// Reads a script that the build applies as `path`, if it is at hand.
    fn apply(&mut self, path: Option<&str>, line: usize, variables: &mut Variables) {
        let base = self.base.clone();
        let Some(path) = path else {
            let message =
                format!("{base}:{line}: which script is applied is known only to a run of the build");
            if self.is_asked() {
                self.warnings.push(Warning::incomplete(message));
            }
            return;
        };
        if self.depth >= MOST_SCRIPTS || !self.applied.insert(path.to_owned()) {
            return;
        }
        let files = self.files;
        let found = places(&base, path, self.root.clone())
            .into_iter()
            .find_map(|place| {
                let bytes = files.get(&place)?;
                Some((language_of(&place)?, place, bytes))
            });
        let Some((language, place, bytes)) = found else {
            let message = format!(
                "{base}:{line}: the script {} is not at hand; what it declares is not known here",
                text::excerpt(&text::without_password(path))
            );
            if self.is_asked() {
                self.warnings.push(Warning::incomplete(message));
            }
            return;
        };
        self.depth += 1;
        let input = Input { path: &place, bytes };
        if let Err(error) = self.script(&input, language, Some(line), variables) {
            self.warnings.push(Warning::incomplete(error.to_string()));
        }
        self.depth -= 1;
    }

    /// Whether what the script says is asked for: not what builds above say of themselves.
    const fn is_asked(&self) -> bool {
        self.below.is_none() || self.is_for_others
    }

    /// Tells what only a run of the build knows.
    fn open_ends(&mut self, has_catalog: bool) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (name, (line, count)) in std::mem::take(&mut self.unknown) {
            let base = &self.base;
            let name = text::excerpt(&name);
            let more = if count > 1 {
                format!(", and {} more", count - 1)
            } else {
                String::new()
            };
            let message = if name == "libs" && !has_catalog {
                format!(
                    "{base}:{line}: there is no version catalog {}; what `libs` names is not listed{more}",
                    settings::CATALOG
                )
            } else {
                format!(
                    "{base}:{line}: what `{name}` adds is known only to a run of the build, and is not listed{more}"
                )
            };
            warnings.push(Warning::incomplete(message));
        }
        if self.more_unknown > 0 {
            let message = format!(
                "{}: {} more declarations are known only to a run of the build, and are not listed",
                self.base, self.more_unknown
            );
            warnings.push(Warning::incomplete(message));
        }
        for (what, line) in &self.code {
            warnings.push(open_rule(&self.base, *line, what));
        }
        warnings
    }

    fn finish(mut self, has_catalog: bool) -> Parsed {
        let mut open = self.open_ends(has_catalog);
        self.warnings.append(&mut open);
        let mut dependencies = self.dependencies;
        if !self.rules.is_empty() {
            let resolved = dependencies.into_iter().flat_map(|asked| self.rules.apply(asked));
            dependencies = resolved.collect();
        }
        // Without rules, each is there once already.
        order::sort_distinct(&mut dependencies, |kept, next| {
            (kept.scope, kept.line) = (kept.scope.min(next.scope), kept.line.min(next.line));
        });
        for inherited in dependencies.iter_mut().filter(|asked| asked.line == NO_LINE) {
            inherited.line = 1;
        }
        let graph = Graph::flat(dependencies.len());
        Parsed {
            dependencies,
            graph,
            warnings: self.warnings,
        }
    }
}

/// Tells of a rule that only a run of the build can follow.
fn open_rule(path: &str, line: usize, what: &str) -> Warning {
    Warning::incomplete(format!(
        "{path}:{line}: what {what} makes of the versions is known only to a run of the build"
    ))
}

/// One script, while it is read.
struct Reading<'r, 'f, 's> {
    build: &'r mut Build<'f>,
    lines: Lines<'s>,
    via: Option<usize>,
    /// Where the walk is, and whether that is for other projects, too.
    at: (u32, bool),
}

impl Reading<'_, '_, '_> {
    /// The line of the build file at which something stands that this script says.
    fn line(&mut self) -> usize {
        match self.via {
            Some(line) => line,
            None => self.lines.line_at(self.at.0 as usize),
        }
    }

    /// Whether what the script says here is asked for.
    const fn is_asked(&self) -> bool {
        self.at.1 || self.build.is_asked()
    }
}

impl Listener for Reading<'_, '_, '_> {
    fn at(&mut self, offset: u32, is_for_others: bool) {
        self.at = (offset, is_for_others);
    }

    fn module(&mut self, configuration: &str, is_test: bool, module: Notation<'_>) {
        if !self.is_asked() {
            return;
        }
        let line = self.line();
        let scope = if is_test {
            Scope::Test
        } else {
            notation::scope(configuration)
        };
        self.build.add(module, scope, line);
    }

    fn unknown(&mut self, what: &str) {
        if !self.is_asked() {
            return;
        }
        let line = self.line();
        let name = what.split('.').next().unwrap_or(what);
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-'));
        let what = if is_name { name } else { what };
        let unknown = &mut self.build.unknown;
        if let Some((_, count)) = unknown.get_mut(what) {
            *count += 1;
        } else if unknown.len() < MOST_UNKNOWN {
            unknown.insert(what.to_owned(), (line, 1));
        } else {
            self.build.more_unknown += 1;
        }
    }

    fn rule(&mut self, rule: Rule, reach: Reach) {
        if self.is_asked() {
            self.build.rules.add(rule, reach);
        }
    }

    fn code(&mut self, what: &str) {
        if self.is_asked() {
            let line = self.line();
            self.build.code.push((what.to_owned(), line));
        }
    }

    fn apply(&mut self, path: Option<&str>, variables: &mut Variables) {
        let line = self.line();
        let outer = self.build.is_for_others;
        self.build.is_for_others |= self.at.1;
        self.build.apply(path, line, variables);
        self.build.is_for_others = outer;
    }

    fn is_read(&self, project: &str) -> bool {
        let folder = |path: &str| {
            let mut parts = path.rsplit(['/', '\\']).skip(1);
            parts.next().unwrap_or_default().to_owned()
        };
        let name = project.rsplit(':').next().unwrap_or_default();
        self.build
            .below
            .as_deref()
            .is_some_and(|below| folder(below) == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `text` as `a/build.gradle` or `a/build.gradle.kts`; gives the dependencies as
    /// `name version-or-?specifier scope line`, then the warnings.
    fn read(language: Language, text: &str, files: &[(&str, &str)]) -> (Vec<String>, Vec<Warning>) {
        let mut project = ProjectFiles::default();
        for (path, text) in files {
            project.insert(*path, text.as_bytes().to_vec());
        }
        let path = match language {
            Language::Groovy => "a/build.gradle",
            Language::Kotlin => "a/build.gradle.kts",
        };
        let input = Input {
            path,
            bytes: text.as_bytes(),
        };
        let parsed = parse(&input, language, &project).unwrap();
        let show = |d: &Dependency| {
            let open = || {
                d.specifier
                    .as_ref()
                    .map(|specifier| SmolStr::from(format!("?{specifier}")))
            };
            let version = d.version.clone().or_else(open).unwrap_or_default();
            format!("{} {version} {:?} {}", d.name, d.scope, d.line)
        };
        (parsed.dependencies.iter().map(show).collect(), parsed.warnings)
    }

    /// Names and versions alone, of a script that is known in full.
    fn listed(language: Language, text: &str, files: &[(&str, &str)]) -> String {
        let (dependencies, warnings) = read(language, text, files);
        assert_eq!(warnings, [], "{text}");
        let short = |line: &String| {
            line.split(' ')
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
                .trim()
                .to_owned()
        };
        dependencies.iter().map(short).collect::<Vec<_>>().join(", ")
    }

    fn groovy(statement: &str) -> String {
        listed(
            Language::Groovy,
            &format!("dependencies {{\n{statement}\n}}"),
            &[],
        )
    }

    fn kotlin(statement: &str) -> String {
        listed(
            Language::Kotlin,
            &format!("dependencies {{\n{statement}\n}}"),
            &[],
        )
    }

    #[test]
    fn groovy_notations() {
        for (statement, expected) in [
            ("api 'g:a:1'", "g:a 1"),
            ("api('g:a:1')", "g:a 1"),
            ("api \"g:a:1\", 'g:b:2',\n  'g:c:3'", "g:a 1, g:b 2, g:c 3"),
            ("api(['g:a:1', 'g:b:2'])", "g:a 1, g:b 2"),
            ("api group: 'g', name: 'a', version: '1', changing: true", "g:a 1"),
            ("api(group: 'g', name: 'a') { transitive = false }", "g:a"),
            (
                "api([group: 'g', name: 'a', version: '1'], [group: 'g', name: 'b', version: '2'])",
                "g:a 1, g:b 2",
            ),
            ("api 'g:a:1', { exclude group: 'x', module: 'y' }", "g:a 1"),
            ("api 'g:a:1:sources@jar'; api 'g:b:1'", "g:a 1, g:b 1"),
            ("api platform('g:a:1'), testFixtures(\"g:b:2\")", "g:a 1, g:b 2"),
            ("api(platform('g:a:1')) { because 'x' }", "g:a 1"),
            ("api 'g:' + 'a' + ':1'", "g:a 1"),
            ("api(testFixtures('g:a:1'))", "g:a 1"),
            ("add('api', 'g:a:1')", "g:a 1"),
            ("if (x) { api 'g:a:1' } else api 'g:b:2'", "g:a 1, g:b 2"),
            ("['x', 'y'].each { n ->\n  api 'g:a:1'\n}", "g:a 1"),
            (
                "api('g:a') { version { strictly '[1,2[' ; prefer '1.5' } }",
                "g:a 1.5",
            ),
            ("api 'g:a:1.+'", "g:a 1.+"),
            ("api('g:a:1.0') { version { reject '1.1' } }", "g:a 1.0"),
            ("api('g:a:1.0') { version { require '2.0' } }", "g:a 2.0"),
            ("api('g:a:1.+') { version { prefer '1.5' } }", "g:a 1.5"),
        ] {
            assert_eq!(groovy(statement).replace('?', ""), expected, "{statement}");
        }
    }

    #[test]
    fn a_rejected_version_leaves_what_is_asked_for() {
        for (statement, expected) in [
            (
                "api('g:a:1.+') { version { reject '1.0' } }",
                "g:a ?1.+ not 1.0 Prod 1",
            ),
            (
                "api('g:a:1.0') { version { reject '1.0', '1.1' } }",
                "g:a ?1.0 not 1.0, 1.1 Prod 1",
            ),
            (
                "api('g:a:1.0') { version { rejectAll() } }",
                "g:a ?1.0 not + Prod 1",
            ),
        ] {
            let text = format!("dependencies {{ {statement} }}");
            assert_eq!(read(Language::Groovy, &text, &[]).0, [expected], "{statement}");
        }
    }

    #[test]
    fn kotlin_notations() {
        for (statement, expected) in [
            ("api(\"g:a:1\")", "g:a 1"),
            ("\"custom\"(\"g:a:1\")", "g:a 1"),
            ("`custom`(\"g:a:1\")", "g:a 1"),
            ("api(group = \"g\", name = \"a\", version = \"1\")", "g:a 1"),
            ("api(\"g\", \"a\", \"1\")", "g:a 1"),
            ("add(\"api\", \"g:a:1\") { isTransitive = false }", "g:a 1"),
            ("api(platform(\"g:a:1\"))", "g:a 1"),
            ("api(project.dependencies.platform(\"g:a:1\"))", "g:a 1"),
            ("api(kotlin(\"stdlib\"))", "org.jetbrains.kotlin:kotlin-stdlib"),
            (
                "api(kotlin(\"test\", \"1.9\"))",
                "org.jetbrains.kotlin:kotlin-test 1.9",
            ),
            (
                "val v = \"1\"\napi(\"g:a:$v\")\napi(\"g:b:${v}.2\")",
                "g:a 1, g:b 1.2",
            ),
            ("listOf(\"x\").forEach { api(\"g:a:1\") }", "g:a 1"),
        ] {
            assert_eq!(kotlin(statement), expected, "{statement}");
        }
    }

    #[test]
    fn what_is_local_or_of_the_build_is_no_dependency() {
        for statement in [
            "api project(':x'), files('a.jar'), fileTree(dir: 'libs', include: ['*.jar'])",
            "api project(path: ':x', configuration: 'y')",
            "api(project(':x')) { exclude group: 'g' }",
            "api gradleApi(), localGroovy(), gradleTestKit()",
            "api projects.core.api",
            "api sourceSets.main.output, configurations.api",
            "api name: 'flat', ext: 'aar'",
            "constraints { api 'g:a:1' }",
            "components { all { api 'g:a:1' } }",
            "// api 'g:a:1'\n/* api 'g:a:1' */\ndef x = 'api \"g:a:1\"'",
            "exclude group: 'g', module: 'a'",
        ] {
            assert_eq!(groovy(statement), "", "{statement}");
        }
        for text in [
            "buildscript { dependencies { classpath 'g:a:1' } }",
            "plugins { id 'g.a' version '1' }",
            "dependencyManagement { dependencies { dependency 'g:a:1' } }",
            "shadowJar { dependencies { include(dependency('g:a:1')) } }",
            "def text = '''\ndependencies { api 'g:a:1' }\n'''",
        ] {
            assert_eq!(listed(Language::Groovy, text, &[]), "", "{text}");
        }
    }

    #[test]
    fn blocks_are_found_wherever_they_stand() {
        for text in [
            "subprojects { afterEvaluate { dependencies { api 'g:a:1' } } }",
            "configure(subprojects.findAll { it.name }) { dependencies { api 'g:a:1' } }",
            "if (x) {\n  project(':y') { dependencies { api 'g:a:1' } }\n}",
            "foo(1, { dependencies { api 'g:a:1' } })",
            "def x = y { dependencies { api 'g:a:1' } }",
            "sourceSets { main.dependencies { api 'g:a:1' } }",
        ] {
            assert_eq!(listed(Language::Groovy, text, &[]), "g:a 1", "{text}");
        }
    }

    #[test]
    fn groovy_variables() {
        for definition in [
            "def v = '1'",
            "final String v = '1'",
            "ext.v = '1'",
            "ext { v = '1' }",
            "ext['v'] = '1'",
            "ext.set('v', '1')",
            "project.ext.v = '1'",
            "buildscript { ext.v = '1' }",
            "buildscript { ext { v = '1' } }",
            "allprojects { ext { v = '1' } }",
            "def w = '1'\ndef v = \"$w\"",
            "def v = '2'\nv = '1'",
            "def v\nif (x) { v = '1' } else { v = '1' }",
        ] {
            let text = format!(
                "{definition}\ndependencies {{ api \"g:a:$v\"; api \"g:b:${{v}}.2\"; api 'g:c:$v' }}"
            );
            let expected = "g:a 1, g:b 1.2, g:c ?$v";
            assert_eq!(listed(Language::Groovy, &text, &[]), expected, "{definition}");
        }
        let maps = "ext.versions = [a: '1', 'b-b': '2', n: [x: '3']]\nversions.c = '4'\nversions += [d: '5']\n\
                    ext.libs2 = [e: \"g:e:$versions.d\", all: ['g:f:6', 'g:h:7']]\n\
                    dependencies { api \"g:a:$versions.a\", \"g:b:${versions['b-b']}\", \"g:n:${rootProject.ext.versions.n.x}\"\n\
                    api \"g:c:${project.versions.c}\"\napi libs2.e, libs2.all }";
        assert_eq!(
            listed(Language::Groovy, maps, &[]),
            "g:a 1, g:b 2, g:c 4, g:e 5, g:f 6, g:h 7, g:n 3"
        );
    }

    #[test]
    fn kotlin_variables() {
        for definition in [
            "val v = \"1\"",
            "const val v: String = \"1\"",
            "val v by extra(\"1\")",
            "val v: String by extra { \"1\" }",
            "extra[\"v\"] = \"1\"\nval v: String by extra",
            "extra.set(\"v\", \"1\")\nval v = extra[\"v\"] as String",
            "extra.apply { set(\"v\", \"1\") }\nval v: String by project",
            "val m = mapOf(\"x\" to \"1\")\nval v = m[\"x\"]!!",
            "val v = listOf(\"0\", \"1\")[1]",
        ] {
            let text = format!("{definition}\ndependencies {{ api(\"g:a:$v\"); api(\"g:b:${{v}}.2\") }}");
            assert_eq!(
                listed(Language::Kotlin, &text, &[]),
                "g:a 1, g:b 1.2",
                "{definition}"
            );
        }
    }

    #[test]
    fn what_only_a_run_knows_stays_open() {
        for definition in [
            "",
            "def v = x ? '1' : '2'",
            "def v = project.findProperty('x') ?: '1'",
            "def v = System.getenv('V')",
            "def v = '1'\nif (x) { v = '2' }",
            "def f() { def v = '1' }",
            "android { v = '1' }",
            "project(':y') { ext.v = '1' }",
        ] {
            let text = format!("{definition}\ndependencies {{ api \"g:a:$v\" }}");
            assert_eq!(listed(Language::Groovy, &text, &[]), "g:a ?${v}", "{definition}");
        }
        let (dependencies, warnings) = read(
            Language::Groovy,
            "dependencies {\n  addModules(handler, 1)\n  api \"g:$n:1\"\n  api libs.a\n  api libs.b.c\n}",
            &[],
        );
        assert!(dependencies.is_empty());
        assert!(warnings.iter().all(|warning| warning.incomplete), "{warnings:?}");
        let told: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(
            told[2].starts_with("a/build.gradle:4: there is no version catalog"),
            "{told:?}"
        );
        assert!(told[2].ends_with(", and 1 more"), "{told:?}");
    }

    #[test]
    fn lines_and_scopes_are_told() {
        let (dependencies, _) = read(
            Language::Kotlin,
            "dependencies {\n  testImplementation(\"g:a:1\")\n\n  api(\"g:a:1\")\n}\n\
             kotlin.sourceSets { commonTest { dependencies { implementation(\"g:b:1\") } } }\n\
             val jvmTest by getting { dependencies { implementation(\"g:c:1\") } }",
            &[],
        );
        assert_eq!(dependencies, ["g:a 1 Prod 2", "g:b 1 Test 6", "g:c 1 Test 7"]);
    }

    #[test]
    fn catalogs_properties_and_builds_above_are_used() {
        let catalog = "[versions]\nv = '1'\n[libraries]\na-b = { module = 'g:a', version.ref = 'v' }\nc = 'g:c:2'\n\
                       [bundles]\nboth = ['a-b', 'c']\n";
        for place in ["a/gradle/libs.versions.toml", "gradle/libs.versions.toml"] {
            let files = [(place, catalog)];
            for (statement, expected) in [
                ("api libs.a.b", "g:a 1"),
                ("api(libs.a.b) { transitive = false }", "g:a 1"),
                ("api libs.a.b { transitive = false }", "g:a 1"),
                ("api platform(libs.c), libs.a.b.get()", "g:a 1, g:c 2"),
                ("api libs.bundles.both", "g:a 1, g:c 2"),
                ("api \"g:d:${libs.versions.v.get()}\"", "g:d 1"),
                ("api 'g:e:' + libs.versions.v.get()", "g:e 1"),
            ] {
                let text = format!("dependencies {{ {statement} }}");
                assert_eq!(listed(Language::Groovy, &text, &files), expected, "{statement}");
            }
        }
        let files = [
            ("gradle.properties", "p=1\nq=1"),
            ("a/gradle.properties", "q=2"),
            ("build.gradle", "ext.r = '3'\ndependencies { api 'g:no:1' }"),
        ];
        let text = "dependencies { api \"g:a:$p.$q.$r\" }";
        assert_eq!(listed(Language::Groovy, text, &files), "g:a 1.2.3");
        let at_root = [("a/settings.gradle", ""), files[0]];
        assert_eq!(
            listed(Language::Groovy, "dependencies { api \"g:a:$p\" }", &at_root),
            "g:a ?${p}"
        );
    }

    #[test]
    fn applied_scripts_are_read_where_they_are_applied() {
        let files = [
            (
                "gradle/v.gradle",
                "ext { v = '1' }\n\n\ndependencies { api 'g:b:2' }\napply from: 'v.gradle'",
            ),
            ("a/v.gradle", "ext.w = '3'"),
        ];
        let text = "x\napply from: \"$rootDir/gradle/v.gradle\"\ndependencies { api \"g:a:$v\", \"g:c:$w\" }";
        let (dependencies, warnings) = read(Language::Groovy, text, &files);
        assert_eq!(dependencies, ["g:a 1 Prod 3", "g:b 2 Prod 2", "g:c 3 Prod 3"]);
        assert_eq!(warnings, []);
        for path in [
            "'none.gradle'",
            "'/etc/passwd'",
            "'https://h.example/x.gradle'",
            "file('x')",
            "y.z",
        ] {
            let (_, warnings) = read(Language::Groovy, &format!("apply from: {path}"), &[]);
            assert!(warnings.len() == 1 && warnings[0].incomplete, "{path}");
        }
    }

    #[test]
    fn references_are_around_the_build() {
        let text = "apply from: \"$rootDir/x.gradle\"\napply from: 'y.gradle'\napply from: '/z.gradle'";
        let input = Input {
            path: "a/build.gradle",
            bytes: text.as_bytes(),
        };
        let references = references(&input);
        for expected in [
            "a/gradle/libs.versions.toml",
            "gradle/libs.versions.toml",
            "a/gradle.properties",
            "a/settings.gradle",
            "build.gradle.kts",
            "x.gradle",
            "a/x.gradle",
            "a/y.gradle",
        ] {
            assert!(references.iter().any(|path| path == expected), "{expected}");
        }
        assert!(
            !references
                .iter()
                .any(|path| path.contains("z.gradle") || path == "a/build.gradle")
        );
    }

    #[test]
    fn the_catalog_is_that_of_the_folder_of_the_settings() {
        let catalog = |version: &str| format!("[libraries]\na = 'g:a:{version}'\n");
        let (root, own) = (catalog("1"), catalog("2"));
        let text = "dependencies { api libs.a }";
        for (path, settings, expected) in [
            ("x/y/z/build.gradle", "settings.gradle", "1"),
            ("x/y/z/u/v/w/build.gradle", "settings.gradle.kts", "1"),
            ("/r/x/build.gradle", "/r/settings.gradle", "1"),
            ("build.gradle", "../../../../settings.gradle", "1"),
            ("x/y/build.gradle", "x/settings.gradle", "2"),
        ] {
            let folder = settings
                .trim_end_matches("settings.gradle.kts")
                .trim_end_matches("settings.gradle");
            let mut project = ProjectFiles::default();
            for (path, text) in [
                ("x/gradle/libs.versions.toml", &own),
                (
                    &*format!("{folder}gradle/libs.versions.toml"),
                    if expected == "1" { &root } else { &own },
                ),
                (settings, &String::new()),
            ] {
                project.insert(path, text.as_bytes().to_vec());
            }
            let input = Input {
                path,
                bytes: text.as_bytes(),
            };
            let parsed = parse(&input, Language::Groovy, &project).unwrap();
            assert_eq!(
                parsed.dependencies[0].version.as_deref(),
                Some(expected),
                "{path}"
            );
            assert_eq!(parsed.warnings, [], "{path}");
            assert!(references(&input).iter().any(|place| place == settings), "{path}");
        }
        let settings = Input {
            path: "r/settings.gradle",
            bytes: b"dependencyResolutionManagement { versionCatalogs { own { from(files('x.toml')) } } }",
        };
        assert_eq!(
            references(&settings)[..2],
            ["r/x.toml", "r/gradle/libs.versions.toml"]
        );
    }

    #[test]
    fn rules_over_versions_are_followed() {
        let declared = "dependencies { api 'ex:lib:2.0'; api 'ex:other:1.0' }";
        let all =
            |rules: &str| format!("configurations.all {{ resolutionStrategy {{ {rules} }} }}\n{declared}");
        for (text, expected) in [
            (all("force 'ex:lib:1.5'"), "ex:lib 1.5, ex:other 1.0"),
            (all("force('ex:lib:1.5', \"ex:none:1\")"), "ex:lib 1.5, ex:other 1.0"),
            (all("forcedModules = ['ex:lib:1.5']"), "ex:lib 1.5, ex:other 1.0"),
            (format!("configurations.configureEach {{ resolutionStrategy.force 'ex:lib:1.5' }}\n{declared}"), "ex:lib 1.5, ex:other 1.0"),
            (format!("configurations {{ all {{ resolutionStrategy {{ force 'ex:lib:1.5' }} }} }}\n{declared}"), "ex:lib 1.5, ex:other 1.0"),
            (format!("subprojects {{ configurations.all {{ resolutionStrategy {{ force 'ex:lib:1.5' }} }} }}\n{declared}"), "ex:lib 1.5, ex:other 1.0"),
            // For one configuration only, so both are there.
            (format!("configurations.testRuntimeClasspath {{ resolutionStrategy {{ force 'ex:lib:1.5' }} }}\n{declared}"), "ex:lib 1.5, ex:lib 2.0, ex:other 1.0"),
            (all("if (x) { force 'ex:lib:1.5' }"), "ex:lib 1.5, ex:lib 2.0, ex:other 1.0"),
            (all("dependencySubstitution { substitute module('ex:other') using module('ex:fork:3.0') }"), "ex:fork 3.0, ex:lib 2.0"),
            (all("dependencySubstitution { substitute(module('ex:other:1.0')).because('x').using(module('ex:fork:3.0')) }"), "ex:fork 3.0, ex:lib 2.0"),
            (all("dependencySubstitution { substitute module('ex:other:9') with module('ex:fork:3.0') }"), "ex:lib 2.0, ex:other 1.0"),
            (all("dependencySubstitution { substitute module('ex:other') using project(':own') }"), "ex:lib 2.0"),
            (all("dependencySubstitution { substitute module('ex:other') using module('ex:lib:2.0') }; force 'ex:lib:1.5'"), "ex:lib 1.5"),
            ("dependencies { api 'ex:lib:2.0'; api 'ex:other'; constraints { api 'ex:lib:2.1'; api('ex:other:1') { because 'x' } } }".to_owned(), "ex:lib 2.1, ex:other 1"),
            ("dependencies { api 'ex:lib:2.0'; constraints { api 'ex:lib:1.9'; api 'ex:none:1' } }".to_owned(), "ex:lib 2.0"),
        ] {
            assert_eq!(listed(Language::Groovy, &text, &[]), expected, "{text}");
        }
        let kotlin = "configurations.all { resolutionStrategy { force(\"ex:lib:1.5\")\n dependencySubstitution {\n\
                      substitute(module(\"ex:other\"))\n  .using(module(\"ex:fork:3.0\")) } } }\n\
                      dependencies { api(\"ex:lib:2.0\")\n api(\"ex:other:1.0\") }";
        assert_eq!(listed(Language::Kotlin, kotlin, &[]), "ex:fork 3.0, ex:lib 1.5");
        let above = [
            ("settings.gradle", ""),
            (
                "build.gradle",
                "allprojects { configurations.all { resolutionStrategy { force 'ex:lib:1.5' } } }\nconfigurations.all { resolutionStrategy { force 'ex:other:7' } }",
            ),
        ];
        assert_eq!(
            listed(Language::Groovy, declared, &above),
            "ex:lib 1.5, ex:other 1.0"
        );
    }

    #[test]
    fn dependencies_are_found_outside_of_their_block() {
        for text in [
            "dependencies.api 'g:a:1'",
            "project.dependencies.api('g:a:1')",
            "dependencies.add('api', 'g:a:1')",
            "getDependencies().add('api', 'g:a:1')",
            "with(dependencies) { api 'g:a:1' }",
            "dependencies.with { api 'g:a:1' }",
            "project.dependencies.apply { add(\"api\", \"g:a:1\") }",
            "dependencies { d -> d.api 'g:a:1' }",
            "configurations.api.dependencies.add(project.dependencies.create('g:a:1'))",
            "configurations['api'].dependencies.add(dependencies.create('g:a:1'))",
            "configurations.api.defaultDependencies { it.add(project.dependencies.create('g:a:1')) }",
            "allprojects { p -> p.dependencies.add('api', 'g:a:1') }",
            "a\\u0070i 'x'\ndependencies { a\\u0070i 'g:a:1' }",
            "d\\u0065pendencies { api 'g:a:1' }",
        ] {
            assert_eq!(listed(Language::Groovy, text, &[]), "g:a 1", "{text}");
        }
        for text in [
            "def c = { api 'g:a:1' }\ndependencies c",
            "def c = { api 'g:a:1' }\ndependencies(c)",
            "def addIt(h) { h.add('api', 'g:a:1') }\naddIt(dependencies)",
            "def d = dependencies\nd.add('api', 'g:a:1')",
            "def d = configurations.api.dependencies\nd.add(x)",
            "\ndependencies.add('api', x)",
            "\ndependencies.addProvider('api', x)",
            "\nconfigurations.api.dependencies.add(x)",
            "\nconfigurations.api.dependencies.addLater(x)",
            "\nconfigurations.api.dependencies += x",
            "\nconfigurations.api.defaultDependencies { x }",
            "\nconfigurations.api.withDependencies { x }",
            "\ndependencies.constraints.add('api', 'g:a:2')",
        ] {
            let (dependencies, warnings) = read(Language::Groovy, text, &[]);
            assert!(dependencies.is_empty(), "{text}");
            assert!(
                warnings.len() == 1 && warnings[0].incomplete,
                "{text}: {warnings:?}"
            );
            let line = if text.contains("def d") { 1 } else { 2 };
            let start = format!("a/build.gradle:{line}: ");
            assert!(warnings[0].message.starts_with(&start), "{text}: {warnings:?}");
        }
        for text in [
            "ext { dependencies = [a: 'g:a:1'] }\ndef d = rootProject.ext.dependencies\nx(d.a)",
            "pom.withXml { pomNode.dependencies.dependency.each { it.x } }",
            "buildscript.dependencies.add('classpath', 'g:a:1')",
            "buildscript { dependencies { classpath 'g:a:1' } }",
            "configurations.api.dependencies.each { println it }",
            "for (d in configurations.api.dependencies) { x }",
            "tasks.register('dependencies')",
            "tasks.x { dependsOn(tasks.dependencies) }",
            "fun(dependencies: 1)",
            "def dependencies = []\nx(dependencies)",
            "configurations.api.dependencies.findAll { it.x }.collect { it.y }",
        ] {
            assert_eq!(listed(Language::Groovy, text, &[]), "", "{text}");
        }
    }

    #[test]
    fn what_builds_above_and_settings_say_of_a_project_counts() {
        for (place, above, expected) in [
            (
                "build.gradle",
                "subprojects { dependencies { api 'g:b:2' } }",
                "g:a 1, g:b 2",
            ),
            (
                "build.gradle",
                "allprojects { dependencies { api 'g:b:2' } }\ndependencies { api 'g:no:1' }",
                "g:a 1, g:b 2",
            ),
            (
                "build.gradle",
                "subprojects.findAll { it.x }.each { p -> p.dependencies.add('api', 'g:b:2') }",
                "g:a 1, g:b 2",
            ),
            (
                "build.gradle",
                "configure(subprojects) { dependencies { api 'g:b:2' } }",
                "g:a 1, g:b 2",
            ),
            (
                "build.gradle",
                "project(':a') { dependencies { api 'g:b:2' } }",
                "g:a 1, g:b 2",
            ),
            (
                "build.gradle",
                "project(':c') { dependencies { api 'g:b:2' } }",
                "g:a 1",
            ),
            (
                "build.gradle",
                "subprojects { dependencies { constraints { api 'g:a:3' } } }",
                "g:a 3",
            ),
            (
                "build.gradle",
                "project(':a') { configurations.all { resolutionStrategy.force 'g:a:3' } }",
                "g:a 1, g:a 3",
            ),
            (
                "build.gradle",
                "configurations.all { resolutionStrategy.force 'g:a:3' }",
                "g:a 1",
            ),
            (
                "build.gradle",
                "subprojects { apply from: \"$rootDir/x.gradle\" }",
                "g:a 1, g:x 1",
            ),
            ("build.gradle", "apply from: \"$rootDir/x.gradle\"", "g:a 1"),
            ("build.gradle", "apply from: 'none.gradle'", "g:a 1"),
            (
                "settings.gradle",
                "gradle.allprojects { configurations.all { resolutionStrategy.force 'g:a:3' } }",
                "g:a 3",
            ),
            (
                "settings.gradle",
                "gradle.beforeProject { it.dependencies.add('api', 'g:b:2') }",
                "g:a 1, g:b 2",
            ),
            ("settings.gradle", "include 'a'", "g:a 1"),
        ] {
            let files = [
                ("settings.gradle", ""),
                ("x.gradle", "dependencies { api 'g:x:1' }"),
                (place, above),
            ];
            let text = "\ndependencies { api 'g:a:1' }";
            assert_eq!(listed(Language::Groovy, text, &files), expected, "{above}");
        }
        for above in [
            "\nsubprojects { configurations.all { resolutionStrategy.eachDependency { x } } }",
            "\nallprojects { dependencies { api x.y } }",
            "\nsubprojects { apply from: 'none.gradle' }",
        ] {
            let files = [("settings.gradle", ""), ("build.gradle", above)];
            let (_, warnings) = read(Language::Groovy, "dependencies { api 'g:a:1' }", &files);
            assert!(
                warnings.len() == 1 && warnings[0].incomplete,
                "{above}: {warnings:?}"
            );
            assert!(
                warnings[0].message.starts_with("build.gradle:2: "),
                "{warnings:?}"
            );
        }
        let files = [(
            "build.gradle",
            "allprojects { dependencies { api 'g:a:1', 'g:b:2' } }",
        )];
        let (dependencies, _) = read(Language::Groovy, "\ndependencies { api 'g:a:1' }", &files);
        assert_eq!(dependencies, ["g:a 1 Prod 2", "g:b 2 Prod 1"]);
    }

    #[test]
    fn constraints_with_ranges_raise() {
        for (asked, constraint, expected) in [
            ("1.0", "[2.0,3.0)", "g:a ?[2.0,3.0)"),
            ("2.5", "[2.0,3.0)", "g:a 2.5"),
            ("1.0", "2.+", "g:a ?2.+"),
            ("1.0", "latest.release", "g:a 1.0, g:a ?latest.release"),
            ("1.+", "2.0", "g:a 2.0, g:a ?1.+"),
        ] {
            let text = format!("api 'g:a:{asked}'; constraints {{ api 'g:a:{constraint}' }}");
            let mut listed: Vec<String> = groovy(&text).split(", ").map(str::to_owned).collect();
            listed.sort_unstable();
            assert_eq!(listed.join(", "), expected, "{text}");
        }
    }

    #[test]
    fn rules_that_are_code_are_gaps() {
        for rules in [
            "configurations.all { resolutionStrategy.eachDependency { details -> details.useVersion '1' } }",
            "configurations.all { resolutionStrategy { eachDependency { d -> if (d) { d.useTarget 'g:b:1' } } } }",
            "configurations.all { resolutionStrategy.dependencySubstitution.all { d -> d.useTarget 'g:b:1' } }",
            "configurations.all { resolutionStrategy { dependencySubstitution { all { d -> d.useTarget 'g:b:1' } } } }",
            "configurations.all { resolutionStrategy { force x.y } }",
            "configurations.all { resolutionStrategy { dependencySubstitution { substitute x using y } } }",
            "dependencies { api enforcedPlatform('g:bom:1') }",
        ] {
            let text = format!("\n{rules}\ndependencies {{ api 'g:a:1' }}");
            let (dependencies, warnings) = read(Language::Groovy, &text, &[]);
            assert!(
                dependencies.iter().any(|line| line.starts_with("g:a 1")),
                "{rules}"
            );
            assert!(
                warnings.len() == 1 && warnings[0].incomplete,
                "{rules}: {warnings:?}"
            );
            assert!(
                warnings[0].message.starts_with("a/build.gradle:2: "),
                "{warnings:?}"
            );
        }
    }

    #[test]
    fn values_that_double_without_end_are_given_up() {
        let mut text = String::from("def a0 = 'xx'\ndef l0 = ['g:a:1', 'g:b:1']\n");
        for level in 1..60 {
            let below = level - 1;
            text.push_str(&format!(
                "def a{level} = \"$a{below}$a{below}\"\ndef l{level} = [l{below}, l{below}]\n"
            ));
        }
        text.push_str("dependencies { api \"g:a:$a59\"; api l59; api l12 }");
        let (dependencies, _) = read(Language::Groovy, &text, &[]);
        assert_eq!(dependencies.len(), 3, "{dependencies:?}");
    }

    #[test]
    fn a_merge_conflict_is_told() {
        let text = "dependencies {\n<<<<<<< ours\n}";
        let input = Input {
            path: "build.gradle",
            bytes: text.as_bytes(),
        };
        let error = parse_groovy(&input, &ProjectFiles::default()).err().unwrap();
        assert_eq!(error.code, crate::error::Code::MergeConflict);
    }
}
