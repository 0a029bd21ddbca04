//! `requirements.txt`.
//!
//! Source of the rules: pip's "Requirements File Format" for lines, comments, continuations and options;
//! see [`super::requirement`] for requirements. Markers are not evaluated: a requirement for another
//! platform is still one of the project's.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::super::{Input, Parsed, ProjectFiles, Warning, order, project};
use super::requirement::{self, Requirement, Unreadable};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::{Code, InputError, Position};
use crate::graph::Graph;
use crate::package::Ecosystem;
use crate::text::{self, Encoding};

/// What one logical line says.
#[derive(Debug, PartialEq, Eq)]
enum Statement<'a> {
    Requirement(Requirement),
    /// `-r PATH`: read that file too.
    Include(&'a str),
    /// `-c PATH`: take versions from that file.
    Constraints(&'a str),
    /// An option that changes nothing of what is required.
    Option,
}

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    let mut pins = 0;
    for (_, line) in logical_lines(text) {
        match statement(&line) {
            Ok(Statement::Requirement(requirement)) => pins += usize::from(requirement.version.is_some()),
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    pins > 0
}

pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    let Ok(text) = read(input) else { return Vec::new() };
    let lines = logical_lines(&text);
    lines
        .filter_map(|(_, line)| match statement(&line) {
            Ok(Statement::Include(path) | Statement::Constraints(path)) if !requirement::is_url(path) => {
                Some(project::beside(input.path, path))
            }
            _ => None,
        })
        .collect()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let mut reader = Reader::new(files);
    reader.read(input, Use::Require, None)?;
    let Reader {
        mut found,
        constraints,
        warnings,
        ..
    } = reader;
    for dependency in found.iter_mut().filter(|dependency| dependency.version.is_none()) {
        if dependency.source == Source::Registry {
            dependency.version = constraints.get(&dependency.name).cloned();
        }
    }
    order::sort_distinct(&mut found, |_, _| {});
    let graph = Graph::flat(found.len());
    Ok(Parsed {
        dependencies: found,
        graph,
        warnings,
    })
}

/// What a file's requirements are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Require,
    Constrain,
}

struct Reader<'a> {
    files: &'a ProjectFiles,
    seen: BTreeSet<(Use, String)>,
    found: Vec<Dependency>,
    /// The one version that a constraints file leaves for a name.
    constraints: BTreeMap<SmolStr, SmolStr>,
    warnings: Vec<Warning>,
}

impl<'a> Reader<'a> {
    fn new(files: &'a ProjectFiles) -> Self {
        Self {
            files,
            seen: BTreeSet::new(),
            found: Vec::new(),
            constraints: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// Reads a file and those that it includes. What an included file holds counts at the line that
    /// includes it, `from`.
    fn read(&mut self, input: &Input<'_>, usage: Use, from: Option<usize>) -> Result<(), InputError> {
        if !self.seen.insert((usage, input.path.to_owned())) {
            return Ok(());
        }
        let text = read(input)?;
        if let Some(conflict) = text::merge_conflict(input.path, &text) {
            return Err(conflict);
        }
        for (number, line) in logical_lines(&text) {
            let at = from.unwrap_or(number);
            match statement(&line) {
                Ok(Statement::Option) => {}
                Ok(Statement::Include(path)) => self.follow(input.path, path, usage, at, number)?,
                Ok(Statement::Constraints(path)) => {
                    self.follow(input.path, path, Use::Constrain, at, number)?
                }
                Ok(Statement::Requirement(requirement)) => self.take(requirement, usage, at),
                Err(Unreadable(reason)) => self.warnings.push(Warning::incomplete(format!(
                    "{}:{number}: {reason}: {}",
                    input.path,
                    text::excerpt(&line)
                ))),
            }
        }
        Ok(())
    }

    fn follow(
        &mut self,
        base: &str,
        path: &str,
        usage: Use,
        at: usize,
        number: usize,
    ) -> Result<(), InputError> {
        if requirement::is_url(path) {
            let message =
                format!("{base}:{number}: a file at a URL is not fetched; its requirements are missing here");
            self.warnings.push(Warning::incomplete(message));
            return Ok(());
        }
        let path = project::beside(base, path);
        match self.files.get(&path) {
            Some(bytes) => self.read(&Input { path: &path, bytes }, usage, Some(at)),
            // A file may include itself by way of others; the first one is not among `files`.
            None if self.seen.iter().any(|(_, seen)| *seen == path) => Ok(()),
            None => {
                let message =
                    format!("{base}:{number}: {path} is not there; its requirements are missing here");
                self.warnings.push(Warning::incomplete(message));
                Ok(())
            }
        }
    }

    fn take(&mut self, requirement: Requirement, usage: Use, line: usize) {
        let Requirement {
            name,
            version,
            specifier,
            source,
        } = requirement;
        match usage {
            Use::Constrain => self.constraints.extend(version.map(|version| (name, version))),
            Use::Require => self.found.push(Dependency {
                ecosystem: Ecosystem::PyPI,
                name,
                version,
                specifier,
                scope: Scope::Prod,
                direct: Some(true),
                source,
                line,
            }),
        }
    }
}

/// The file's text. PEP 263: a coding line in the first two lines names another encoding.
fn read<'a>(input: &Input<'a>) -> Result<Cow<'a, str>, InputError> {
    let head = input.bytes.split(|byte| matches!(byte, b'\n' | b'\r')).take(2);
    let is_latin1 = head.filter(|line| line.starts_with(b"#")).any(|line| {
        let line = line.to_ascii_lowercase();
        let coding = line
            .windows(6)
            .position(|window| window == b"coding")
            .map(|at| &line[at + 6..]);
        coding.is_some_and(|rest| {
            let name = rest
                .strip_prefix(b":")
                .or_else(|| rest.strip_prefix(b"="))
                .unwrap_or_default();
            let name = name.trim_ascii_start();
            [&b"latin-1"[..], b"latin1", b"iso-8859-1"]
                .iter()
                .any(|known| name.starts_with(known))
        })
    });
    let encoding = if is_latin1 {
        Encoding::Latin1
    } else {
        Encoding::Utf8
    };
    let text = text::decode(input.path, input.bytes, encoding)?;
    match text.find('\0') {
        Some(offset) => {
            Err(
                InputError::new(Code::Encoding, input.path, "this is not text: it holds NUL bytes")
                    .at(Position::of(&text, offset))
                    .help("save the file as UTF-8"),
            )
        }
        None => Ok(text),
    }
}

/// The lines that say something, without comments, continuations joined; each with the number of its
/// first line. pip ends lines at CR too.
fn logical_lines(text: &str) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    let mut physical = physical_lines(text).zip(1..);
    std::iter::from_fn(move || {
        loop {
            let (line, number) = physical.next()?;
            let mut logical = Cow::Borrowed(line);
            let mut last = line;
            while let (Some(start), false) = (last.strip_suffix('\\'), is_comment(last)) {
                let joined = logical.len() - last.len();
                let mut whole = logical.into_owned();
                whole.truncate(joined + start.len());
                let Some((next, _)) = physical.next() else {
                    logical = Cow::Owned(whole);
                    break;
                };
                // A comment ends the continuation.
                if is_comment(next) {
                    whole.push(' ');
                }
                whole.push_str(next);
                logical = Cow::Owned(whole);
                last = next;
            }
            let statement = without_comment(&logical).trim().len();
            if statement > 0 {
                let trimmed = match logical {
                    Cow::Borrowed(line) => Cow::Borrowed(without_comment(line).trim()),
                    Cow::Owned(mut line) => {
                        line.truncate(without_comment(&line).trim_end().len());
                        Cow::Owned(match line.trim_start().len() {
                            length if length == line.len() => line,
                            length => line.split_off(line.len() - length),
                        })
                    }
                };
                return Some((number, trimmed));
            }
        }
    })
}

fn physical_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take().filter(|text| !text.is_empty())?;
        let Some(end) = memchr::memchr2(b'\n', b'\r', text.as_bytes()) else {
            return Some(text);
        };
        let next = if text[end..].starts_with("\r\n") {
            end + 2
        } else {
            end + 1
        };
        rest = Some(&text[next..]);
        Some(&text[..end])
    })
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// A `#` begins a comment at the start of a line or after white space.
fn without_comment(line: &str) -> &str {
    let begins = |&(at, _): &(usize, &str)| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#')
        .find(begins)
        .map_or(line, |(at, _)| &line[..at])
}

fn statement(line: &str) -> Result<Statement<'_>, Unreadable> {
    if line.starts_with('-') {
        return option(line);
    }
    let begins = |at: &usize| line[..*at].ends_with(char::is_whitespace);
    let (text, options) = match memchr::memchr_iter(b'-', line.as_bytes()).find(begins) {
        Some(at) => (line[..at].trim_end(), &line[at..]),
        None => (line, ""),
    };
    check_options(options)?;
    requirement(text).map(Statement::Requirement)
}

/// The options that pip takes behind a requirement.
fn check_options(options: &str) -> Result<(), Unreadable> {
    let mut words = words(options);
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            continue;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, words.next()),
        };
        let is_good = match name {
            "--hash" => value.is_some_and(|value| value.contains(':')),
            "-C" | "--config-setting" | "--config-settings" => value.is_some_and(|value| value.contains('=')),
            _ => false,
        };
        if !is_good {
            return Err(Unreadable(format!("pip takes no such option here: {word}")));
        }
    }
    Ok(())
}

/// As `split_whitespace`, but faster over long words of ASCII.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        let may_end = |byte: u8| !byte.is_ascii_graphic();
        let ascii = rest.bytes().position(may_end).unwrap_or(rest.len());
        let end = rest[ascii..]
            .find(char::is_whitespace)
            .map_or(rest.len(), |end| ascii + end);
        let (word, after) = rest.split_at(end);
        rest = after.trim_start();
        (!word.is_empty()).then_some(word)
    })
}

/// A line that begins with `-`.
fn option(line: &str) -> Result<Statement<'_>, Unreadable> {
    let value = |name: &str| {
        let rest = line.strip_prefix(name)?;
        let is_long = name.starts_with("--");
        let rest = match rest.chars().next() {
            Some('=') if is_long => &rest[1..],
            Some(c) if c.is_whitespace() => rest,
            Some(_) if !is_long => rest,
            _ => return None,
        };
        Some(rest.trim().trim_matches(['"', '\'']))
    };
    let first = |names: [&str; 2]| names.into_iter().find_map(value);
    if let Some(path) = first(["--requirement", "-r"]) {
        return Ok(Statement::Include(path));
    }
    if let Some(path) = first(["--constraint", "-c"]) {
        return Ok(Statement::Constraints(path));
    }
    if let Some(editable) = first(["--editable", "-e"]) {
        let editable = editable.split(" --").next().unwrap_or(editable).trim();
        return Ok(match location(editable) {
            Some(found) => Statement::Requirement(found),
            None if is_the_project(editable) => Statement::Option,
            None => Statement::Requirement(Requirement::placed(editable, Source::File)),
        });
    }
    let name = line
        .split(|c: char| c == '=' || c.is_whitespace())
        .next()
        .unwrap_or(line);
    if GLOBAL_OPTIONS.contains(&name) || name.starts_with("-i") || name.starts_with("-f") {
        return Ok(Statement::Option);
    }
    Err(Unreadable(format!("pip takes no such option: {name}")))
}

/// What may stand on a line of its own and requires nothing.
const GLOBAL_OPTIONS: [&str; 15] = [
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "--no-index",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--require-hashes",
    "--pre",
    "--trusted-host",
    "--use-feature",
    "--all-releases",
    "--only-final",
    "--always-unzip",
];

/// `.`, with or without extras: the project itself is not one of its dependencies.
fn is_the_project(path: &str) -> bool {
    matches!(
        path.split('[').next().unwrap_or(path).trim_end_matches('/'),
        "." | ""
    )
}

/// A requirement that is no name but a URL or an archive.
fn location(text: &str) -> Option<Requirement> {
    let source = requirement::source_of(text)?;
    Some(Requirement::placed(text, source))
}

/// A PEP 508 requirement, a URL, or a path.
fn requirement(text: &str) -> Result<Requirement, Unreadable> {
    if let Some(found) = location(text) {
        return Ok(found);
    }
    let after_name = text.trim_start_matches(requirement::is_name_char).trim_start();
    let is_path = after_name.starts_with(['/', '\\']) || text.starts_with(['.', '/', '~']);
    if is_path || (is_archive(text) && !after_name.starts_with('@')) {
        return Ok(Requirement::placed(text, Source::File));
    }
    Requirement::parse(text)
}

fn is_archive(text: &str) -> bool {
    let path = text.split(';').next().unwrap_or(text).trim();
    [".whl", ".tar.gz", ".zip", ".tar.bz2"]
        .iter()
        .any(|ending| path.ends_with(ending))
        && !path.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Parsed {
        let input = Input {
            path: "requirements.txt",
            bytes: text.as_bytes(),
        };
        parse(&input, &ProjectFiles::default()).unwrap()
    }

    fn shown(text: &str) -> Vec<String> {
        let show = |d: &Dependency| {
            format!(
                "{} {:?} {:?} {:?} {}",
                d.name, d.version, d.specifier, d.source, d.line
            )
            .replace("Some(", "")
            .replace([')', '"'], "")
        };
        read_text(text).dependencies.iter().map(show).collect()
    }

    #[test]
    fn a_requirement_is_a_name_and_specifiers() {
        for (line, expected) in [
            ("Flask==2.0", "flask 2.0 ==2.0 Registry 1"),
            (
                "a.b_c [x, y] == 1.0 ; python_version < '3'",
                "a-b-c 1.0 ==1.0 Registry 1",
            ),
            ("a>=1 , <2", "a None <2,>=1 Registry 1"),
            ("a (~=1.4)", "a None ~=1.4 Registry 1"),
            ("a===weird", "a weird ===weird Registry 1"),
            ("a==1.*", "a None ==1.* Registry 1"),
            ("a", "a None None Registry 1"),
            (
                "a==1.0 --hash=sha256:00 \\\n  --hash=sha256:11 # why",
                "a 1.0 ==1.0 Registry 1",
            ),
        ] {
            assert_eq!(shown(line), [expected], "{line}");
        }
    }

    #[test]
    fn places_are_not_the_registry() {
        for (line, expected) in [
            (
                "a @ git+https://u:p@h.example/a@v1",
                "a None git+https://u:***@h.example/a@v1 Git 1",
            ),
            (
                "-e git+https://h.example/a#egg=A_b",
                "a-b None git+https://h.example/a#egg=A_b Git 1",
            ),
            (
                "./x/a-1.0-py3-none-any.whl",
                "a 1.0 ./x/a-1.0-py3-none-any.whl File 1",
            ),
            (
                "https://h.example/a.zip",
                "https://h.example/a.zip None https://h.example/a.zip Url 1",
            ),
            (
                "a@https://h.example/a.zip ; extra == 'x'",
                "a None https://h.example/a.zip Url 1",
            ),
        ] {
            assert_eq!(shown(line), [expected], "{line}");
        }
        assert!(shown("-e .\n--editable=.[dev]\n--index-url https://h.example/simple\n-i x").is_empty());
    }

    #[test]
    fn a_comment_begins_after_white_space() {
        assert_eq!(
            shown("a==1 # b==2\n#c==3\nd==1 \\\n# e\nf==2"),
            ["a 1 ==1 Registry 1", "d 1 ==1 Registry 3", "f 2 ==2 Registry 5"]
        );
    }

    #[test]
    fn lines_end_at_cr_too() {
        assert_eq!(
            shown("a==1\rb==2\r\nc==3"),
            ["a 1 ==1 Registry 1", "b 2 ==2 Registry 2", "c 3 ==3 Registry 3"]
        );
    }

    #[test]
    fn what_pip_refuses_is_told_and_counts_as_missing() {
        let parsed = read_text("a==1\nb=1\nc==1 -C x\n--nope\n{{ x }}\n\u{1b}[1md==1");
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.warnings.len(), 5);
        assert!(parsed.warnings.iter().all(|warning| warning.incomplete));
    }

    #[test]
    fn other_files_are_followed_once() {
        let mut files = ProjectFiles::default();
        files.insert("x/base.txt", b"-r ../requirements.txt\nb==2\nc".to_vec());
        files.insert("x/pins.txt", b"C==3\nunused==1".to_vec());
        let text = "-r x/base.txt\n-c x/pins.txt\na==1\n-r gone.txt\n-r https://h.example/r.txt";
        let input = Input {
            path: "requirements.txt",
            bytes: text.as_bytes(),
        };
        let parsed = parse(&input, &files).unwrap();
        let found: Vec<_> = parsed.dependencies.iter().map(|d| (d.label(), d.line)).collect();
        assert_eq!(
            found,
            [
                ("a@1".to_owned(), 3),
                ("b@2".to_owned(), 1),
                ("c@3".to_owned(), 1)
            ]
        );
        assert_eq!(parsed.warnings.len(), 2);
    }

    #[test]
    fn a_coding_line_is_honoured() {
        let input = Input {
            path: "r.txt",
            bytes: b"# -*- coding: latin-1 -*-\n# caf\xE9\na==1",
        };
        assert_eq!(
            parse(&input, &ProjectFiles::default())
                .unwrap()
                .dependencies
                .len(),
            1
        );
        let input = Input {
            path: "r.txt",
            bytes: b"# caf\xE9\na==1",
        };
        assert_eq!(
            parse(&input, &ProjectFiles::default()).err().unwrap().code,
            Code::Encoding
        );
    }
}
