//! `requirements.txt`.
//!
//! Source of the rules: pip's "Requirements File Format" for lines, comments, continuations and options;
//! PEP 508 for requirements; PEP 440 for specifiers. Markers are not evaluated: a requirement for another
//! platform is still one of the project's.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use pep440_rs::{Operator, VersionSpecifiers};

use super::super::{Input, Parsed, ProjectFiles, Warning, order, project};
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

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    name: String,
    version: Option<String>,
    specifier: Option<String>,
    source: Source,
}

/// A line of which the reason why it cannot be read is known.
#[derive(Debug, PartialEq, Eq)]
struct Unreadable(String);

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
            Ok(Statement::Include(path) | Statement::Constraints(path)) if !is_url(path) => {
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
    found.sort_by(order::listing);
    found.dedup_by(|next, kept| order::listing(next, kept).is_eq());
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
    constraints: BTreeMap<String, String>,
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
        if is_url(path) {
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
                    Cow::Owned(line) => Cow::Owned(without_comment(&line).trim().to_owned()),
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
    let (text, options) = match line.split_whitespace().find(|word| word.starts_with('-')) {
        Some(word) => {
            // `word` borrows from `line`, so that its place is known even if the same text comes earlier.
            let at = word.as_ptr() as usize - line.as_ptr() as usize;
            (line[..at].trim_end(), &line[at..])
        }
        None => (line, ""),
    };
    check_options(options)?;
    requirement(text).map(Statement::Requirement)
}

/// The options that pip takes behind a requirement.
fn check_options(options: &str) -> Result<(), Unreadable> {
    let mut words = options.split_whitespace();
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
            None => Statement::Requirement(placed(editable, Source::File)),
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

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// A requirement that is no name but a URL or an archive.
fn location(text: &str) -> Option<Requirement> {
    let source = source_of(text)?;
    Some(placed(text, source))
}

fn source_of(url: &str) -> Option<Source> {
    const VERSION_CONTROL: [&str; 4] = ["git+", "hg+", "svn+", "bzr+"];
    if VERSION_CONTROL.iter().any(|scheme| url.starts_with(scheme)) || url.starts_with("git:") {
        Some(Source::Git)
    } else if url.starts_with("file:") {
        Some(Source::File)
    } else if is_url(url) {
        Some(Source::Url)
    } else {
        None
    }
}

/// A requirement that names a place. Its name is told by `#egg=`, or by a wheel's file name; else the
/// place itself stands for it.
fn placed(place: &str, source: Source) -> Requirement {
    let place = place.split(" ;").next().unwrap_or(place).trim();
    let shown = text::without_password(place);
    let egg = place
        .split_once("#egg=")
        .or_else(|| place.split_once("&egg="))
        .map(|(_, egg)| {
            let end = egg.find(['&', '[', ';', ' ']).unwrap_or(egg.len());
            (egg[..end].to_owned(), None)
        });
    let wheel = || {
        let file = project::file_name(place.split(['#', '?']).next()?);
        let mut parts = file.strip_suffix(".whl")?.split('-');
        Some((parts.next()?.to_owned(), Some(parts.next()?.to_owned())))
    };
    let (name, version) = egg.or_else(wheel).unwrap_or_else(|| (shown.clone(), None));
    let name = if name == shown {
        name
    } else {
        Ecosystem::PyPI.normalize(&name).into_owned()
    };
    Requirement {
        name,
        version,
        specifier: Some(shown),
        source,
    }
}

/// A PEP 508 requirement, a URL, or a path.
fn requirement(text: &str) -> Result<Requirement, Unreadable> {
    if let Some(found) = location(text) {
        return Ok(found);
    }
    let name_end = text.find(|c: char| !is_name_char(c)).unwrap_or(text.len());
    let name = &text[..name_end];
    let rest = text[name_end..].trim_start();
    let is_path = rest.starts_with(['/', '\\']) || text.starts_with(['.', '/', '~']);
    if is_path || (is_archive(text) && !rest.starts_with('@')) {
        return Ok(placed(text, Source::File));
    }
    let bounds = (name.chars().next(), name.chars().next_back());
    if !matches!(bounds, (Some(first), Some(last)) if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric())
    {
        return Err(Unreadable("not a requirement".to_owned()));
    }
    let rest = match rest.strip_prefix('[') {
        Some(extras) => {
            let (_, rest) = extras
                .split_once(']')
                .ok_or_else(|| Unreadable("`[` without `]`".to_owned()))?;
            rest.trim_start()
        }
        None => rest,
    };
    let name = Ecosystem::PyPI.normalize(name).into_owned();
    if let Some(url) = rest.strip_prefix('@') {
        let url = url.trim();
        let source = source_of(url).unwrap_or(Source::File);
        return Ok(Requirement {
            name,
            ..placed(url, source)
        });
    }
    let specifiers = rest.split(';').next().unwrap_or(rest).trim();
    let specifiers = specifiers
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(specifiers);
    let (version, specifier) = pin(specifiers)?;
    Ok(Requirement {
        name,
        version,
        specifier,
        source: Source::Registry,
    })
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn is_archive(text: &str) -> bool {
    let path = text.split(';').next().unwrap_or(text).trim();
    [".whl", ".tar.gz", ".zip", ".tar.bz2"]
        .iter()
        .any(|ending| path.ends_with(ending))
        && !path.contains(' ')
}

/// The one version that the specifiers leave, if they are a single `==` or `===`, and the specifiers in
/// their canonical form: without spaces, sorted as text.
fn pin(specifiers: &str) -> Result<(Option<String>, Option<String>), Unreadable> {
    if specifiers.is_empty() {
        return Ok((None, None));
    }
    if let Some(arbitrary) = specifiers.strip_prefix("===").map(str::trim)
        && !arbitrary.is_empty()
        && !arbitrary.contains([',', ' '])
    {
        return Ok((Some(arbitrary.to_owned()), Some(format!("==={arbitrary}"))));
    }
    let parsed = VersionSpecifiers::from_str(specifiers)
        .map_err(|_| Unreadable("not a PEP 440 version specifier".to_owned()))?;
    let mut clauses: Vec<String> = specifiers
        .split(',')
        .map(|clause| clause.split_whitespace().collect::<String>())
        .collect();
    clauses.retain(|clause| !clause.is_empty());
    clauses.sort_unstable();
    let version = match (parsed.first(), clauses.as_slice()) {
        (Some(only), [clause]) if *only.operator() == Operator::Equal => {
            clause.strip_prefix("==").map(str::to_owned)
        }
        _ => None,
    };
    Ok((version, Some(clauses.join(","))))
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
