//! `gradle.lockfile`: every module that Gradle chose, with the configurations that it chose it for.
//!
//! Source of the rules: Gradle's manual, "Locking versions": a line is `group:artifact:version=` and
//! configurations; `empty=` names those without modules. The file does not tell who requires whom. Before Gradle 7
//! each configuration had a file of its own, `gradle/dependency-locks/NAME.lockfile`, with no `=` on its lines.

use memchr::memchr;

use super::super::{Input, Parsed, ProjectFiles, Warning, order, project};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::{Code, InputError, Position};
use crate::graph::Graph;
use crate::package::Ecosystem;
use crate::text::{self, Encoding};

/// What Gradle writes at the top.
const HEADER: &str = "# This is a Gradle generated file for dependency locking.";

/// How many lines that cannot be read are named.
const MOST_WARNINGS: usize = 50;

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    text.starts_with(HEADER)
}

pub(in crate::lockfile) fn references(_: &Input<'_>) -> Vec<String> {
    Vec::new()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, _: &ProjectFiles) -> Result<Parsed, InputError> {
    let file = input.path;
    let text = text::decode(file, input.bytes, Encoding::Utf8)?;
    if let Some(conflict) = text::merge_conflict(file, &text) {
        return Err(conflict);
    }
    let alone = of_one_configuration(file);
    let mut dependencies = Vec::new();
    let mut unreadable: Vec<(usize, &str)> = Vec::new();
    let mut entries = 0_usize;
    let mut comments = 0_usize;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
        } else if line.starts_with('#') {
            comments += 1;
        } else if line.starts_with("empty=") {
            entries += 1;
        } else if let Some(dependency) = entry(line, alone, index + 1) {
            entries += 1;
            dependencies.push(dependency);
        } else {
            unreadable.push((index + 1, line));
        }
    }
    let may_be_empty = alone.is_some() && comments > 0 && unreadable.is_empty();
    if entries == 0 && !may_be_empty {
        return Err(match unreadable.first() {
            None if comments == 0 => {
                InputError::new(Code::Empty, file, "the file is empty").help("was it written completely?")
            }
            None => InputError::new(
                Code::Format,
                file,
                "the file locks nothing; Gradle would write `empty=`",
            )
            .help("was it written completely?"),
            Some(&(line, text)) => {
                let message = format!(
                    "expected `group:artifact:version=configurations`, found {}",
                    text::excerpt(text)
                );
                InputError::new(Code::Format, file, message)
                    .at(Position { line, column: 1 })
                    .help("`gradle dependencies --write-locks` writes it anew")
            }
        });
    }
    let named = unreadable.iter().take(MOST_WARNINGS).map(|&(line, text)| {
        let text = text::excerpt(text);
        Warning::incomplete(format!(
            "{file}:{line}: not `group:artifact:version=configurations`: {text}"
        ))
    });
    let mut warnings: Vec<Warning> = named.collect();
    if unreadable.len() > MOST_WARNINGS {
        let more = unreadable.len() - MOST_WARNINGS;
        warnings.push(Warning::incomplete(format!(
            "{file}: {more} more lines cannot be read"
        )));
    }
    order::sort_distinct(&mut dependencies, |kept, next| {
        (kept.scope, kept.line) = (kept.scope, kept.line).min((next.scope, next.line));
    });
    let graph = Graph::new(dependencies.len(), Vec::new(), &[], &[]);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// The configuration that a file of the older kind is for.
fn of_one_configuration(file: &str) -> Option<&str> {
    let name = project::file_name(file);
    let folder = file[..file.len() - name.len()].trim_end_matches(['/', '\\']);
    let is_older = project::file_name(folder) == "dependency-locks";
    name.strip_suffix(".lockfile").filter(|_| is_older)
}

/// `group:artifact:version=configuration,configuration`; without configurations if the file is for one `alone`.
fn entry(text: &str, alone: Option<&str>, line: usize) -> Option<Dependency> {
    let (module, configurations) = match (memchr(b'=', text.as_bytes()), alone) {
        (Some(at), _) => (&text[..at], &text[at + 1..]),
        (None, Some(alone)) => (text, alone),
        (None, None) => return None,
    };
    let group_end = memchr(b':', module.as_bytes())?;
    let name_end = group_end + 1 + memchr(b':', &module.as_bytes()[group_end + 1..])?;
    let (name, version) = (&module[..name_end], &module[name_end + 1..]);
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    if group_end == 0 || name_end == group_end + 1 || version.is_empty() || module.contains(is_odd) {
        return None;
    }
    let configurations = configurations.split(',').map(str::trim);
    Some(Dependency {
        ecosystem: Ecosystem::Maven,
        name: name.into(),
        version: Some(version.into()),
        specifier: None,
        scope: scope(configurations),
        direct: None,
        source: Source::Registry,
        line,
    })
}

/// What a module is for, by the configurations that Gradle resolves. One that is on the class path of
/// both compiler and program is needed as such; one that is not known counts as needed.
fn scope<'t>(configurations: impl Iterator<Item = &'t str>) -> Scope {
    let (mut compiles, mut runs) = (false, false);
    let mut other = None;
    for name in configurations.filter(|name| !name.is_empty()) {
        let is = |kind: &str, capital: &str| name == kind || name.ends_with(capital);
        let scope = if name.starts_with("test") || name.contains("Test") {
            Scope::Test
        } else if is("compileClasspath", "CompileClasspath") {
            compiles = true;
            continue;
        } else if is("runtimeClasspath", "RuntimeClasspath") {
            runs = true;
            continue;
        } else if is("annotationProcessor", "AnnotationProcessor") || name.starts_with("kapt") {
            Scope::Dev
        } else {
            Scope::Prod
        };
        other = Some(other.map_or(scope, |known: Scope| known.min(scope)));
    }
    let by_class_path = match (compiles, runs) {
        (true, true) => Some(Scope::Prod),
        (false, true) => Some(Scope::Runtime),
        (true, false) => Some(Scope::Provided),
        (false, false) => None,
    };
    by_class_path
        .into_iter()
        .chain(other)
        .min()
        .unwrap_or(Scope::Prod)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_files_are_for_one_configuration() {
        let read = |path: &str, text: &str| {
            let input = Input {
                path,
                bytes: text.as_bytes(),
            };
            parse(&input, &ProjectFiles::default())
        };
        let text = "# Written by Gradle\na:b:1.0\n";
        let older = "x/gradle/dependency-locks/testRuntimeClasspath.lockfile";
        let found = read(older, text).unwrap().dependencies;
        assert_eq!(
            (found[0].label(), found[0].scope),
            ("a:b@1.0".to_owned(), Scope::Test)
        );
        assert!(read(older, "# Written by Gradle\n").is_ok_and(|parsed| parsed.dependencies.is_empty()));
        assert!(read("gradle.lockfile", text).is_err());
    }

    fn read(text: &str) -> Result<Parsed, Code> {
        let input = Input {
            path: "gradle.lockfile",
            bytes: text.as_bytes(),
        };
        parse(&input, &ProjectFiles::default()).map_err(|error| error.code)
    }

    #[test]
    fn a_line_is_a_module_and_its_configurations() {
        let text = "# Manual edits can break the build\n\
                    g:a:1=compileClasspath,runtimeClasspath,testRuntimeClasspath\n\
                    g:b:1=compileClasspath\n\
                    g:c:1=runtimeClasspath,testRuntimeClasspath\r\n\
                    g:d:1.0-rc1=testCompileClasspath\n\
                    g:e:1=annotationProcessor\n\
                    g:f:1=checkstyle\n\
                    g:a:2=debugAndroidTestCompileClasspath\n\
                    empty=compileOnly\n";
        let parsed = read(text).unwrap();
        let shown: Vec<String> = parsed
            .dependencies
            .iter()
            .map(|d| format!("{} {:?} {}", d.label(), d.scope, d.line))
            .collect();
        assert_eq!(
            shown,
            [
                "g:a@1 Prod 2",
                "g:a@2 Test 8",
                "g:b@1 Provided 3",
                "g:c@1 Runtime 4",
                "g:d@1.0-rc1 Test 5",
                "g:e@1 Dev 6",
                "g:f@1 Prod 7",
            ]
        );
        assert!(parsed.warnings.is_empty() && parsed.dependencies.iter().all(|d| d.direct.is_none()));
        assert!(recognise(HEADER));
    }

    #[test]
    fn an_empty_lock_state_is_no_empty_file() {
        assert!(read("empty=\n").unwrap().dependencies.is_empty());
        for (text, expected) in [
            ("", Code::Empty),
            (" \n", Code::Empty),
            ("# only a comment\n", Code::Format),
            ("{}\n", Code::Format),
            ("g:a=x\n", Code::Format),
            ("g:a:1=x\n<<<<<<< ours\n", Code::MergeConflict),
        ] {
            assert_eq!(read(text).err(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told() {
        let parsed = read("g:a:1=x\ng:b:1\n:b:1=x\ng:\u{7}b:1=x\ng:b:=x\n").unwrap();
        assert_eq!((parsed.dependencies.len(), parsed.warnings.len()), (1, 4));
        assert!(parsed.warnings.iter().all(|warning| warning.incomplete));
        assert!(parsed.warnings[0].message.starts_with("gradle.lockfile:2: "));
        let many = read(&format!("g:a:1=x\n{}", "x\n".repeat(100))).unwrap();
        assert_eq!(many.warnings.len(), MOST_WARNINGS + 1);
    }
}
