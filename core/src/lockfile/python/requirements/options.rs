//! The options of a line, as pip takes them: words as a shell has them, then Python's `optparse`, with abbreviations,
//! values behind `=`, spaces or nothing, and several options on one line.
//!
//! Source of the rules: pip 26's `req_file`, and the documentation of `shlex` and `optparse`.

use std::borrow::Cow;

use super::super::requirement::Unreadable;

/// What the options of a line ask for. Of options that are given twice, pip follows the first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options<'a> {
    /// `-r`: that file is read too.
    pub(super) include: Option<Cow<'a, str>>,
    /// `-c`: versions are taken from that file.
    pub(super) constraints: Option<Cow<'a, str>>,
    /// `-e`: this place is installed as it stands.
    pub(super) editable: Option<Cow<'a, str>>,
    /// Whether packages come from another index, or from a folder or page of files.
    pub(super) places: bool,
    /// Whether there are words that belong to no option, which pip passes over.
    pub(super) leftover: bool,
}

/// What an option does here, and whether it has a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Include,
    Constraints,
    Editable,
    /// Where packages are looked for.
    Place,
    NoIndex,
    Hash,
    Setting,
    /// Anything else with a value.
    Value,
    /// Anything else without one.
    Flag,
}

const LONG: [(&str, Kind); 20] = [
    ("--hash", Kind::Hash),
    ("--index-url", Kind::Place),
    ("--pypi-url", Kind::Place),
    ("--extra-index-url", Kind::Place),
    ("--no-index", Kind::NoIndex),
    ("--constraint", Kind::Constraints),
    ("--requirement", Kind::Include),
    ("--editable", Kind::Editable),
    ("--find-links", Kind::Place),
    ("--no-binary", Kind::Value),
    ("--only-binary", Kind::Value),
    ("--prefer-binary", Kind::Flag),
    ("--require-hashes", Kind::Flag),
    ("--no-require-hashes", Kind::Flag),
    ("--pre", Kind::Flag),
    ("--all-releases", Kind::Value),
    ("--only-final", Kind::Value),
    ("--trusted-host", Kind::Value),
    ("--use-feature", Kind::Value),
    ("--config-settings", Kind::Setting),
];

const SHORT: [(char, Kind); 6] = [
    ('i', Kind::Place),
    ('c', Kind::Constraints),
    ('r', Kind::Include),
    ('e', Kind::Editable),
    ('f', Kind::Place),
    ('C', Kind::Setting),
];

/// The algorithms that pip takes for a hash.
const HASHES: [&str; 3] = ["sha256", "sha384", "sha512"];

/// What separates words.
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

/// What stands before the first word that begins with `-`, and that word with all that follows. For pip, only a
/// space begins a word here.
pub(super) fn split(line: &str) -> (&str, &str) {
    let begins = |&at: &usize| at == 0 || line.as_bytes()[at - 1] == b' ';
    match memchr::memchr_iter(b'-', line.as_bytes()).find(begins) {
        Some(at) => line.split_at(at),
        None => (line, ""),
    }
}

/// Reads what [`split`] gives as options.
pub(super) fn read(text: &str) -> Result<Options<'_>, Unreadable> {
    let mut options = Options::default();
    let mut words = Words(text);
    while let Some(word) = words.next()? {
        if word == "--" {
            options.leftover |= words.next()?.is_some();
            while words.next()?.is_some() {}
        } else if word.starts_with("--") {
            let (name, value) = split_value(word, '=');
            let kind = long(&name)?;
            let value = match (has_value(kind), value) {
                (true, None) => Some(words.next()?.ok_or_else(without_value)?),
                (false, Some(_)) => return Err(Unreadable("this option of pip takes no value".to_owned())),
                (_, value) => value,
            };
            take(&mut options, kind, value)?;
        } else if let Some(letter) = word.strip_prefix('-').and_then(|rest| rest.chars().next()) {
            // Each of pip's short options has a value: the rest of the word, or the next one.
            let known = SHORT.iter().find(|(known, _)| *known == letter);
            let &(_, kind) = known.ok_or_else(unknown)?;
            let value = match skip(word, 1 + letter.len_utf8()) {
                rest if rest.is_empty() => words.next()?.ok_or_else(without_value)?,
                rest => rest,
            };
            take(&mut options, kind, Some(value))?;
        } else {
            options.leftover = true;
        }
    }
    Ok(options)
}

fn take<'a>(options: &mut Options<'a>, kind: Kind, value: Option<Cow<'a, str>>) -> Result<(), Unreadable> {
    match kind {
        Kind::Include => options.include = options.include.take().or(value),
        Kind::Constraints => options.constraints = options.constraints.take().or(value),
        Kind::Editable => options.editable = options.editable.take().or(value),
        Kind::Place | Kind::NoIndex => options.places = true,
        Kind::Hash => {
            let algorithm = value.as_deref().and_then(|value| value.split_once(':'));
            if !algorithm.is_some_and(|(algorithm, _)| HASHES.contains(&algorithm)) {
                return Err(Unreadable("pip takes no such hash".to_owned()));
            }
        }
        Kind::Setting if !value.as_deref().is_some_and(|value| value.contains('=')) => {
            return Err(Unreadable(
                "a setting of pip is a key, `=` and a value".to_owned(),
            ));
        }
        Kind::Setting | Kind::Value | Kind::Flag => {}
    }
    Ok(())
}

const fn has_value(kind: Kind) -> bool {
    !matches!(kind, Kind::Flag | Kind::NoIndex)
}

fn unknown() -> Unreadable {
    Unreadable("pip takes no such option".to_owned())
}

fn without_value() -> Unreadable {
    Unreadable("this option of pip needs a value".to_owned())
}

/// The option of this name, or the only one whose name begins so.
fn long(name: &str) -> Result<Kind, Unreadable> {
    if let Some((_, kind)) = LONG.iter().find(|(known, _)| *known == name) {
        return Ok(*kind);
    }
    let mut beginning = LONG.iter().filter(|(known, _)| known.starts_with(name));
    match (beginning.next(), beginning.next()) {
        (Some((_, kind)), None) => Ok(*kind),
        (Some(_), Some(_)) => Err(Unreadable("pip has several options that begin so".to_owned())),
        (None, _) => Err(unknown()),
    }
}

/// What stands before and behind the first `separator`, if it is there.
fn split_value(word: Cow<'_, str>, separator: char) -> (Cow<'_, str>, Option<Cow<'_, str>>) {
    match word.find(separator) {
        None => (word, None),
        Some(at) => match word {
            Cow::Borrowed(word) => (word[..at].into(), Some(word[at + separator.len_utf8()..].into())),
            Cow::Owned(word) => {
                let value = word[at + separator.len_utf8()..].to_owned();
                (word[..at].to_owned().into(), Some(value.into()))
            }
        },
    }
}

fn skip(word: Cow<'_, str>, length: usize) -> Cow<'_, str> {
    match word {
        Cow::Borrowed(word) => Cow::Borrowed(&word[length..]),
        Cow::Owned(word) => Cow::Owned(word[length..].to_owned()),
    }
}

/// The words that a POSIX shell would make of a text.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn next(&mut self) -> Result<Option<Cow<'a, str>>, Unreadable> {
        let text = self.0.trim_start_matches(SPACES);
        let is_special = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\'' | b'"' | b'\\');
        let end = text.bytes().position(is_special).unwrap_or(text.len());
        let (plain, rest) = text.split_at(end);
        if rest.is_empty() || rest.starts_with(SPACES) {
            self.0 = rest;
            return Ok((!plain.is_empty()).then_some(Cow::Borrowed(plain)));
        }
        let mut word = plain.to_owned();
        let mut chars = rest.chars();
        let mut quote = None;
        while let Some(c) = chars.next() {
            match (c, quote) {
                (c, Some(open)) if c == open => quote = None,
                ('\\', Some('"')) => {
                    let escaped = chars.next().ok_or_else(unbalanced)?;
                    if !matches!(escaped, '"' | '\\') {
                        word.push('\\');
                    }
                    word.push(escaped);
                }
                (c, Some(_)) => word.push(c),
                ('\'' | '"', None) => quote = Some(c),
                ('\\', None) => word.push(chars.next().ok_or_else(unbalanced)?),
                (c, None) if SPACES.contains(&c) => break,
                (c, None) => word.push(c),
            }
        }
        if quote.is_some() {
            return Err(unbalanced());
        }
        self.0 = chars.as_str();
        Ok(Some(Cow::Owned(word)))
    }
}

fn unbalanced() -> Unreadable {
    Unreadable("a quotation or an escape has no end".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<Vec<String>> {
        let mut words = Words(text);
        let mut found = Vec::new();
        loop {
            match words.next() {
                Ok(Some(word)) => found.push(word.into_owned()),
                Ok(None) => return Some(found),
                Err(_) => return None,
            }
        }
    }

    #[test]
    fn words_are_those_of_a_shell() {
        for (text, expected) in [
            (" a\tb  c ", Some(&["a", "b", "c"][..])),
            ("a'b c'd", Some(&["ab cd"])),
            ("'' \"\"", Some(&["", ""])),
            (r#"a\ b "c\"\\\d" '\'"#, Some(&["a b", "c\"\\\\d", "\\"])),
            ("a\u{A0}b", Some(&["a\u{A0}b"])),
            ("'a", None),
            ("a\\", None),
            ("\"a\\", None),
        ] {
            let expected = expected.map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn options_are_those_of_optparse() {
        let told = |text: &'static str| {
            let options = read(text).ok()?;
            let parts = [
                ("r", options.include),
                ("c", options.constraints),
                ("e", options.editable),
                ("place", options.places.then_some("".into())),
                ("leftover", options.leftover.then_some("".into())),
            ];
            let parts = parts
                .into_iter()
                .filter_map(|(name, value)| Some(format!("{name}:{}", value?)));
            Some(parts.collect::<Vec<_>>().join(" "))
        };
        for (text, expected) in [
            ("-r a", Some("r:a")),
            ("-ra", Some("r:a")),
            ("-r=a", Some("r:=a")),
            ("--requirement=a", Some("r:a")),
            ("--requirement a -r b", Some("r:a")),
            ("--requirem a", Some("r:a")),
            ("--req a", None),
            ("--cons=a", Some("c:a")),
            ("--con a", None),
            ("-i u -r a", Some("r:a place:")),
            ("-i -r a", Some("place: leftover:")),
            ("--index u --pre -c a", Some("c:a place:")),
            ("--no-index -e a", Some("e:a place:")),
            ("--no-i=x", None),
            ("--pre=", None),
            ("--pre a", Some("leftover:")),
            ("--pre -- -r a", Some("leftover:")),
            ("--pre --", Some("")),
            ("--pre -", Some("leftover:")),
            ("-r", None),
            ("-x", None),
            ("--nope", None),
            ("'-r' \"a b\"", Some("r:a b")),
            ("'-'r 'a'", Some("r:a")),
            ("--'requirement=a b'", Some("r:a b")),
            ("--hash=sha256:00 --hash sha512:00", Some("")),
            ("--hash=md5:00", None),
            ("--hash=00", None),
            ("-C a=b --config-s c=d", Some("")),
            ("-C a", None),
        ] {
            assert_eq!(told(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn options_begin_with_a_word_that_begins_with_a_hyphen() {
        assert_eq!(split("a-b -r c"), ("a-b ", "-r c"));
        assert_eq!(split("-r c"), ("", "-r c"));
        assert_eq!(split("a\t-r c"), ("a\t-r c", ""));
    }
}
