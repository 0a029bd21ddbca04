//! The format of Yarn 1.
//!
//! Source of the rules: Yarn 1's document "yarn.lock" and the grammar that its parser reads: lines of
//! words, indented by two spaces a level. An entry stands under the patterns that led to it.

use std::borrow::Cow;
use std::ops::Range;

use super::super::super::hosts::WithoutUrl;
use super::super::super::{Input, Parsed, ProjectFiles, Warning};
use super::super::faults::{self, Faults};
use super::super::registries::{Settings, SettingsFile};
use super::super::resolved::{Asked, Package, Require, Resolved};
use super::super::source;
use super::super::specifier::{self, Wanted};
use super::{Patterns, with_manifest};
use crate::dependency::{Scope, Source};
use crate::error::{Code, InputError, Position};
use crate::text::{self, Lines};

/// The line that Yarn writes above all entries.
pub(super) const HEADER: &str = "# yarn lockfile v1";

/// The files that hold Yarn's settings.
pub(super) const SETTINGS: [SettingsFile; 2] = [SettingsFile::Npmrc, SettingsFile::Yarnrc];

/// The entries of a lockfile, and their lists, each in one piece.
struct Written<'a> {
    entries: Vec<Entry<'a>>,
    patterns: Vec<Cow<'a, str>>,
    requires: Vec<Wish<'a>>,
}

struct Entry<'a> {
    /// Its part of all patterns.
    patterns: Range<usize>,
    version: Option<Cow<'a, str>>,
    resolved: Option<Cow<'a, str>>,
    /// Its part of all that is required.
    requires: Range<usize>,
    offset: usize,
}

/// What an entry requires.
struct Wish<'a> {
    name: Cow<'a, str>,
    range: Cow<'a, str>,
    is_optional: bool,
}

pub(super) fn read(input: &Input<'_>, text: &str, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let file = input.path;
    let written = written(text).map_err(|fault| {
        text::merge_conflict(file, text).unwrap_or_else(|| {
            let message = format!("not a yarn.lock: {}", fault.message);
            InputError::new(Code::Syntax, file, message)
                .at(Position::of(text, fault.offset))
                .help("make the lockfile anew with `yarn install`")
        })
    })?;
    let mut resolved = Resolved::default();
    let mut warnings = Vec::new();
    let mut lines = Lines::new(text);
    let mut nodes = Vec::with_capacity(written.entries.len());
    resolved.packages.reserve(written.entries.len());
    for entry in &written.entries {
        let patterns = &written.patterns[entry.patterns.clone()];
        match package(entry, patterns) {
            Ok(Some(package)) => {
                let url = entry.resolved.as_deref().map(Cow::Borrowed);
                nodes.push(Some(resolved.push(package, url)));
            }
            Ok(None) => nodes.push(None),
            Err(missing) => {
                nodes.push(None);
                let pattern = patterns.first().map_or("", |pattern| pattern);
                let line = lines.line_at(entry.offset);
                let message = format!("{file}:{line}: {:?} has no {missing}", text::excerpt(pattern));
                warnings.push(Warning::incomplete(message));
            }
        }
    }
    warnings.extend(resolved.settle_hosts(&Settings::read(input, &SETTINGS, files), WithoutUrl::Lost));
    let missing = connect(file, &written, &nodes, &mut resolved, files);
    warnings.extend(missing.warning(file, text));
    let (dependencies, graph) = resolved.into_parts(text);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// Who requires whom, and what the project asks for; gives what is required and not there.
fn connect<'w>(
    file: &str,
    written: &'w Written<'_>,
    nodes: &[Option<usize>],
    resolved: &mut Resolved<'_>,
    files: &ProjectFiles,
) -> Faults<'w> {
    let mut patterns = Patterns::with_capacity(written.patterns.len());
    for (entry, &node) in written.entries.iter().zip(nodes) {
        for pattern in &written.patterns[entry.patterns.clone()] {
            patterns.insert(pattern, node);
        }
    }
    let mut missing = Faults::new(faults::MISSING);
    // Members of the project are in no lockfile of Yarn 1.
    let mut has_members = false;
    resolved.is_asked_untold = with_manifest(file, ".", files, |manifest| {
        has_members = manifest.has_workspaces();
        let mut is_untold = has_members;
        for wish in manifest.wishes() {
            let found = find(&mut patterns, wish.name, wish.specifier);
            if found.is_none() && wish.scope != Scope::Peer {
                is_untold = true;
            }
            for package in found.into_iter().flatten().flatten() {
                resolved.asked.push(Asked {
                    by: None,
                    package,
                    scope: wish.scope,
                });
            }
        }
        is_untold
    })
    .unwrap_or(true);
    resolved.requires.reserve(written.requires.len());
    for (entry, from) in written.entries.iter().zip(nodes) {
        let &Some(from) = from else { continue };
        for wish in &written.requires[entry.requires.clone()] {
            let mut require = |to| {
                resolved.requires.push(Require {
                    from,
                    to,
                    is_optional: wish.is_optional,
                });
            };
            match patterns.exact(&wish.name, &[""], &wish.range) {
                Some(to) => to.into_iter().for_each(&mut require),
                None => match patterns.of_name(&wish.name) {
                    [] if wish.is_optional || has_members => {}
                    [] => missing.push(&wish.name, entry.offset),
                    all => all.iter().copied().flatten().for_each(&mut require),
                },
            }
        }
    }
    missing
}

/// What a wish of the project leads to: the entry of its pattern, else those of its name, since `resolutions` may have
/// replaced the range; nothing if there is none. An entry may be none of the dependencies.
fn find(patterns: &mut Patterns<'_, Option<usize>>, name: &str, range: &str) -> Option<Vec<Option<usize>>> {
    if let Some(found) = patterns.exact(name, &[""], range) {
        return Some(vec![found]);
    }
    match patterns.of_name(name) {
        [] => None,
        all => Some(all.to_vec()),
    }
}

/// The package that an entry describes, or what is missing in it; none for a folder that is linked into the
/// project.
fn package<'e>(
    entry: &'e Entry<'_>,
    patterns: &'e [Cow<'_, str>],
) -> Result<Option<Package<'e>>, &'static str> {
    let mut own_name = None;
    let mut alias = None;
    let mut source = Source::Registry;
    let mut place = None;
    for pattern in patterns {
        let (own, range) = specifier::split(pattern);
        own_name.get_or_insert(own);
        match specifier::wanted(range) {
            Wanted::Registry { name: Some(real), .. } => {
                alias.get_or_insert(real);
            }
            Wanted::Registry { name: None, .. } => {}
            Wanted::From(elsewhere) => (source, place) = (elsewhere, Some(range)),
            Wanted::Own => return Ok(None),
        }
    }
    let resolved = entry.resolved.as_deref();
    if resolved.is_some_and(source::is_git) {
        source = Source::Git;
    }
    // `@^1.0.0` and `@s/@^1.0.0` hold a scope at most.
    let is_name = |name: &&str| match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(_, base)| !base.is_empty()),
        None => !name.is_empty(),
    };
    // Where a pattern is an alias, the others of the entry came to the same package.
    let name = alias.or(own_name).filter(is_name).ok_or("name")?;
    let version = entry.version.as_deref().filter(|version| !version.is_empty());
    if source == Source::Registry && version.is_none() && resolved.is_none() {
        return Err("version");
    }
    let place = (source != Source::Registry).then(|| resolved.or(place)).flatten();
    Ok(Some(Package {
        name: Cow::Borrowed(name),
        version: version.map(Cow::Borrowed),
        source,
        place: place.map(Cow::Borrowed),
        scope: Scope::Prod,
        offset: entry.offset,
    }))
}

struct Fault {
    offset: usize,
    message: &'static str,
}

/// How many bytes of a lockfile an entry takes: less than usual.
const ENTRY_BYTES: usize = 256;

/// The entries of a lockfile.
fn written(text: &str) -> Result<Written<'_>, Fault> {
    // With room for what a text of this length usually holds, so that lists seldom have to move.
    let usual = text.len() / ENTRY_BYTES;
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(usual);
    let mut patterns = Vec::with_capacity(usual);
    let mut requires: Vec<Wish<'_>> = Vec::with_capacity(usual);
    // The block within the entry that lines of the second level belong to.
    let mut block = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r', ' ']);
        let content = line.trim_start_matches(' ');
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - content.len();
        let mut words = Words {
            text: content,
            offset: start + indent,
        };
        match (indent, entries.last_mut()) {
            (0, _) => {
                let first = patterns.len();
                loop {
                    patterns.push(words.word(&[',', ':'])?);
                    if !words.take(',') {
                        break;
                    }
                    words.skip_spaces();
                }
                if !words.take(':') || !words.is_end() {
                    return Err(words.fault("expected `:` at the end of this line"));
                }
                entries.push(Entry {
                    patterns: first..patterns.len(),
                    version: None,
                    resolved: None,
                    requires: requires.len()..requires.len(),
                    offset: start,
                });
                block = None;
            }
            (2, Some(entry)) => {
                let key = words.word(&[':'])?;
                if words.take(':') && words.is_end() {
                    block = Some(match &*key {
                        "dependencies" => Block::Requires { is_optional: false },
                        "optionalDependencies" => Block::Requires { is_optional: true },
                        _ => Block::Other,
                    });
                } else {
                    block = None;
                    let value = words.value()?;
                    match &*key {
                        "version" => entry.version = Some(value),
                        "resolved" => entry.resolved = Some(value),
                        _ => {}
                    }
                }
            }
            (4, Some(entry)) if block.is_some() => {
                let name = words.word(&[':'])?;
                let range = words.value()?;
                if let Some(Block::Requires { is_optional }) = block {
                    requires.push(Wish {
                        name,
                        range,
                        is_optional,
                    });
                    entry.requires.end = requires.len();
                }
            }
            _ if content.starts_with('\t') => {
                return Err(words.fault("a tab indents this line; it wants spaces"));
            }
            _ => return Err(words.fault("this line is not indented as its place wants")),
        }
    }
    Ok(Written {
        entries,
        patterns,
        requires,
    })
}

#[derive(Clone, Copy)]
enum Block {
    Requires { is_optional: bool },
    Other,
}

/// The words of a line.
struct Words<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Words<'a> {
    fn fault(&self, message: &'static str) -> Fault {
        Fault {
            offset: self.offset,
            message,
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.text = &self.text[bytes..];
        self.offset += bytes;
    }

    fn skip_spaces(&mut self) {
        let spaces = self.text.len() - self.text.trim_start_matches(' ').len();
        self.skip(spaces);
    }

    fn take(&mut self, c: char) -> bool {
        let is_next = self.text.starts_with(c);
        if is_next {
            self.skip(c.len_utf8());
        }
        is_next
    }

    const fn is_end(&self) -> bool {
        self.text.is_empty()
    }

    /// The next word: in quotes, as in JSON, or up to a space or one of `ends`.
    fn word(&mut self, ends: &[char]) -> Result<Cow<'a, str>, Fault> {
        if self.text.starts_with('"') {
            return self.quoted();
        }
        let is_end = |c: char| c == ' ' || ends.contains(&c);
        let length = self.text.find(is_end).unwrap_or(self.text.len());
        let word = &self.text[..length];
        if word.is_empty() || word.bytes().any(|byte| matches!(byte, b'"' | b'\t')) {
            return Err(self.fault("expected a word"));
        }
        self.skip(length);
        Ok(Cow::Borrowed(word))
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let bytes = self.text.as_bytes();
        let mut at = 1;
        let mut is_verbatim = true;
        while let Some(length) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
            at += length;
            if bytes[at] == b'\\' {
                is_verbatim = false;
                at += 2;
                continue;
            }
            let word = if is_verbatim {
                Cow::Borrowed(&self.text[1..at])
            } else {
                let read = serde_json::from_str(&self.text[..=at]);
                Cow::Owned(read.map_err(|_| self.fault("unknown escape sequence"))?)
            };
            self.skip(at + 1);
            return Ok(word);
        }
        Err(self.fault("a quoted text has no end"))
    }

    /// The value after a key, to the end of the line.
    fn value(&mut self) -> Result<Cow<'a, str>, Fault> {
        if !self.text.starts_with(' ') {
            return Err(self.fault("expected a space and a value"));
        }
        self.skip_spaces();
        let value = self.word(&[])?;
        if self.is_end() {
            Ok(value)
        } else {
            Err(self.fault("expected the end of the line"))
        }
    }
}
