//! A requirement as PEP 508 writes it: a name, extras, then specifiers or a URL, then a marker.
//!
//! Markers are not evaluated: a requirement for another platform is still one of the project's. Source of the
//! rules: PEP 508, and PEP 440 for specifiers.

use std::borrow::Cow;
use std::str::FromStr;

use memchr::memchr;
use pep440_rs::{Operator, VersionSpecifiers};
use smol_str::{SmolStr, format_smolstr};

use super::super::project;
use super::marker;
use crate::dependency::Source;
use crate::package::Ecosystem;
use crate::text;

/// What one requirement asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// The name, normalised; for a place that tells none, the place itself.
    pub(super) name: SmolStr,
    /// The one version that is left, if it is one.
    pub(super) version: Option<SmolStr>,
    /// The specifiers in their canonical form, or the place.
    pub(super) specifier: Option<SmolStr>,
    pub(super) source: Source,
    /// Whether it holds only where a marker does.
    pub(super) is_conditional: bool,
}

/// Why a text is no requirement.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) String);

impl Requirement {
    /// Reads a PEP 508 requirement.
    pub(super) fn parse(text: &str) -> Result<Self, Unreadable> {
        let (name, rest) = split(text)?;
        let name = SmolStr::from(Ecosystem::PyPI.normalize(name));
        if let Some(url) = rest.strip_prefix('@') {
            let url = url.trim();
            let end = url.find([' ', '\t']).unwrap_or(url.len());
            let (url, rest) = url.split_at(end);
            let (rest, is_conditional) = without_marker(rest, ";")?;
            if url.is_empty() || !rest.is_empty() {
                return Err(Unreadable("not a requirement".to_owned()));
            }
            let source = source_of(url).unwrap_or(Source::File);
            return Ok(Self {
                name,
                is_conditional,
                ..Self::placed(url, source)
            });
        }
        let (specifiers, is_conditional) = without_marker(rest, ";")?;
        let specifiers = specifiers
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
            .unwrap_or(specifiers);
        let (version, specifier) = pin(specifiers)?;
        Ok(Self {
            name,
            version,
            specifier,
            source: Source::Registry,
            is_conditional,
        })
    }

    /// A requirement that names a place. Its name is told by `#egg=`, or by a wheel's file name; else the
    /// place itself stands for it.
    pub(super) fn placed(place: &str, source: Source) -> Self {
        let place = place.split(" ;").next().unwrap_or(place).trim();
        let shown = text::without_password(place);
        let egg = place
            .split_once("#egg=")
            .or_else(|| place.split_once("&egg="))
            .map(|(_, egg)| {
                let end = egg.find(['&', '[', ';', ' ']).unwrap_or(egg.len());
                (SmolStr::new(&egg[..end]), None)
            });
        let wheel = || {
            // In the path of a file, both are part of its name.
            let is_url = source_of(place).is_some();
            let path = place.split(|c| is_url && matches!(c, '#' | '?')).next()?;
            let file = project::file_name(path);
            let file = file.split('[').next()?;
            let mut parts = file.strip_suffix(".whl")?.split('-');
            Some((SmolStr::new(parts.next()?), Some(SmolStr::new(parts.next()?))))
        };
        let (name, version) = egg.or_else(wheel).unwrap_or_else(|| (shown.clone(), None));
        let name = if name == shown {
            name
        } else {
            Ecosystem::PyPI.normalize(&name).into()
        };
        Self {
            name,
            version,
            specifier: Some(shown),
            source,
            is_conditional: false,
        }
    }
}

/// What stands before the marker that may follow `separator`, and whether one does.
pub(super) fn without_marker<'t>(text: &'t str, separator: &str) -> Result<(&'t str, bool), Unreadable> {
    let Some((text, marker)) = text.split_once(separator) else {
        return Ok((text.trim(), false));
    };
    let marker = marker.trim();
    if !marker.is_empty() && marker::can_hold(marker, |_| true).is_none() {
        return Err(Unreadable("not an environment marker".to_owned()));
    }
    Ok((text.trim(), !marker.is_empty()))
}

/// The name that a requirement begins with, and what follows it and its extras.
pub(super) fn split(text: &str) -> Result<(&str, &str), Unreadable> {
    let text = text.trim();
    let end = text.find(|c| !is_name_char(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_end = |c: char| c.is_ascii_alphanumeric();
    if !name.starts_with(is_end) || !name.ends_with(is_end) {
        return Err(Unreadable("not a requirement".to_owned()));
    }
    let rest = rest.trim_start();
    match rest.strip_prefix('[') {
        None => Ok((name, rest)),
        Some(extras) => match extras.split_once(']') {
            Some((extras, rest)) if are_extras(extras) => Ok((name, rest.trim_start())),
            Some(_) => Err(Unreadable("not extras".to_owned())),
            None => Err(Unreadable("`[` without `]`".to_owned())),
        },
    }
}

/// Names with commas between them, or nothing.
fn are_extras(text: &str) -> bool {
    let is_extra = |extra: &str| {
        let extra = extra.trim();
        let is_end = |c: char| c.is_ascii_alphanumeric();
        extra.starts_with(is_end) && extra.ends_with(is_end) && extra.chars().all(is_name_char)
    };
    text.trim().is_empty() || text.split(',').all(is_extra)
}

/// White space as Python has it, which knows four characters more than Unicode.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1C'..='\x1F')
}

pub(super) fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

pub(super) fn is_url(text: &str) -> bool {
    memchr(b':', text.as_bytes()).is_some_and(|colon| {
        let (scheme, rest) = text.split_at(colon);
        let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        rest.starts_with("://") && !scheme.is_empty() && scheme.bytes().all(is_of_scheme)
    })
}

/// Where a package at `url` is taken from; `None` if it is no URL.
pub(super) fn source_of(url: &str) -> Option<Source> {
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

/// The one version that the specifiers leave, if they are a single `==` or `===`, and the specifiers in
/// their canonical form: without spaces, sorted as text.
fn pin(specifiers: &str) -> Result<(Option<SmolStr>, Option<SmolStr>), Unreadable> {
    if specifiers.is_empty() {
        return Ok((None, None));
    }
    // One comma may stand at the end.
    let specifiers = specifiers.strip_suffix(',').map_or(specifiers, str::trim_end);
    if let Some(arbitrary) = specifiers.strip_prefix("===").map(str::trim)
        && !arbitrary.is_empty()
        && !arbitrary.contains(|c: char| is_space(c) || matches!(c, ',' | ';' | ')'))
    {
        return Ok((Some(arbitrary.into()), Some(format_smolstr!("==={arbitrary}"))));
    }
    let mut clauses: Vec<Cow<'_, str>> = Vec::new();
    let mut is_plain = true;
    for clause in specifiers.split(',').map(str::trim) {
        is_plain &= is_plain_clause(clause);
        if clause.contains(char::is_whitespace) {
            clauses.push(Cow::Owned(clause.split_whitespace().collect()));
        } else if !clause.is_empty() {
            clauses.push(Cow::Borrowed(clause));
        }
    }
    let parsed_is_equal = || {
        let parsed = VersionSpecifiers::from_str(specifiers)
            .map_err(|_| Unreadable("not a PEP 440 version specifier".to_owned()))?;
        Ok(matches!(parsed.first(), Some(only) if *only.operator() == Operator::Equal))
    };
    let is_equal = is_plain || parsed_is_equal()?;
    let version = match clauses.as_slice() {
        [clause] if is_equal => clause.strip_prefix("==").map(SmolStr::new),
        _ => None,
    };
    clauses.sort_unstable();
    Ok((version, Some(clauses.join(",").into())))
}

/// Whether a clause is an operator and a release of numbers alone, as most are: those need no further look.
fn is_plain_clause(clause: &str) -> bool {
    let version = clause.trim_start_matches(['=', '<', '>', '~', '!']);
    let (operator, version) = (&clause[..clause.len() - version.len()], version.trim_start());
    let is_release = version
        .split('.')
        .all(|number| (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()));
    match operator {
        "==" | ">=" | "<=" | "!=" | ">" | "<" => is_release,
        "~=" => is_release && version.contains('.'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_are_checked_by_pep_440_and_put_in_order() {
        for (text, expected) in [
            ("a", Some((None, None))),
            ("a==1.0", Some((Some("1.0"), Some("==1.0")))),
            ("a == 1.0", Some((Some("1.0"), Some("==1.0")))),
            ("a==1.0rc1", Some((Some("1.0rc1"), Some("==1.0rc1")))),
            ("a==1.*", Some((None, Some("==1.*")))),
            ("a>=1.0", Some((None, Some(">=1.0")))),
            ("a===x y", None),
            ("a===x\ty", None),
            ("a===x)", None),
            ("a===x\u{1F}y", None),
            ("a[x, Y_z]", Some((None, None))),
            ("a[]", Some((None, None))),
            ("a[x y]", None),
            ("a[x,]", None),
            ("a[xb[y]", None),
            ("a>=1 , <2", Some((None, Some("<2,>=1")))),
            ("a>=1,<2.dev0", Some((None, Some("<2.dev0,>=1")))),
            ("a~=1.4", Some((None, Some("~=1.4")))),
            ("a~=1", None),
            ("a=1", None),
            ("a>=1..2", None),
            ("a>=1 2", None),
            ("a==", None),
            ("a 1", None),
            ("a>==1", None),
        ] {
            let found = Requirement::parse(text).ok();
            let found = found
                .as_ref()
                .map(|found| (found.version.as_deref(), found.specifier.as_deref()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn only_a_url_has_a_fragment() {
        for (place, expected) in [
            (
                "https://h.example/w-1.0-py3-none-any.whl#a/v-2.0-py3-none-any.whl",
                "w",
            ),
            (
                "file:///tmp/w-1.0-py3-none-any.whl?a=/v-2.0-py3-none-any.whl",
                "w",
            ),
            ("./w#a/v-2.0-py3-none-any.whl", "v"),
            ("./w?a/v-2.0-py3-none-any.whl", "v"),
        ] {
            assert_eq!(Requirement::placed(place, Source::File).name, expected, "{place}");
        }
    }

    #[test]
    fn a_plain_clause_is_one_of_pep_440() {
        for operator in ["==", ">=", "<=", "!=", ">", "<", "~=", "=", "=>", "", "===", "~"] {
            for version in [
                "1",
                "1.2",
                "1.2.3",
                "1.",
                ".1",
                "01.2",
                "999999999.0",
                "x",
                "",
                "1 2",
            ] {
                let clause = format!("{operator}{version}");
                let is_one = VersionSpecifiers::from_str(&clause).is_ok();
                assert!(is_one || !is_plain_clause(&clause), "{clause}");
            }
        }
    }
}
