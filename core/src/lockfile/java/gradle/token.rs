//! Groovy and Kotlin as far as both agree on what a token is: words, numbers, strings, brackets that match,
//! and the ends of lines. Comments are left out.
//!
//! Source of the rules: the lexical structure in Groovy's "Syntax" chapter and in the Kotlin specification.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

use crate::error::{Code, InputError, Position};

/// Deeper nesting of brackets and strings than any real build has.
const DEEPEST: usize = 256;

/// Which of the two languages a build is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Groovy,
    Kotlin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or a keyword; Kotlin's backticks belong to it.
    Word,
    Number,
    /// A string in which nothing is put in, with its quotes.
    Text,
    /// A string with `$name` or `${…}`, with its quotes.
    Template,
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close,
    /// The end of a line, or of several.
    Newline,
    /// Any other character.
    Symbol(u8),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    /// Where the token ends; for a bracket the index of the token that it belongs with.
    end: u32,
}

impl Language {
    /// Whether a backslash means something in a string: not in Kotlin's raw strings.
    pub(super) const fn escapes(self, triple: bool) -> bool {
        matches!(self, Self::Groovy) || !triple
    }
}

impl Token {
    /// The token's own text.
    pub(super) fn text<'s>(&self, source: &'s str) -> &'s str {
        let end = match self.kind {
            Kind::Open(_) | Kind::Close => self.start + 1,
            _ => self.end,
        };
        source.get(self.start as usize..end as usize).unwrap_or_default()
    }

    /// For a bracket, the index of the one that it belongs with.
    pub(super) const fn partner(&self) -> usize {
        self.end as usize
    }
}

/// What makes a file no build script: where, and what is wrong.
#[derive(Debug)]
pub(super) struct Fault {
    code: Code,
    offset: usize,
    message: String,
}

impl Fault {
    fn syntax(offset: usize, message: impl Into<String>) -> Self {
        Self {
            code: Code::Syntax,
            offset,
            message: message.into(),
        }
    }

    pub(super) fn in_file(self, file: &str, text: &str) -> InputError {
        InputError::new(self.code, file, self.message)
            .at(Position::of(text, self.offset))
            .help("check that strings, comments and brackets are closed")
    }
}

/// `source` with what Groovy lets stand for letters put in their place: `\u0065` is `e`.
pub(super) fn without_escapes(language: Language, source: Cow<'_, str>) -> Cow<'_, str> {
    if language == Language::Kotlin || memmem::find(source.as_bytes(), b"\\u").is_none() {
        return source;
    }
    let mut plain = String::with_capacity(source.len());
    let mut rest = &*source;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let code = escape[1..].trim_start_matches('u');
        let length = escape.len() - code.len();
        let letter = code
            .get(..4)
            .filter(|_| length > 1)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32)
            .filter(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ':' | '-'));
        // A backslash before anything else stays, with what it escapes.
        let end = match letter {
            Some(letter) => {
                plain.push(letter);
                length + 4
            }
            None => {
                let escaped: usize = escape.chars().take(2).map(char::len_utf8).sum();
                plain.push_str(&escape[..escaped]);
                escaped
            }
        };
        rest = &escape[end..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The tokens of `source`.
pub(super) fn tokens(language: Language, source: &str) -> Result<Vec<Token>, Fault> {
    if u32::try_from(source.len()).is_err() {
        return Err(Fault {
            code: Code::TooLarge,
            offset: 0,
            message: "the file is larger than 4 GiB".to_owned(),
        });
    }
    let mut scanner = Scanner::new(language, source);
    let mut tokens: Vec<Token> = Vec::with_capacity(source.len() / 8);
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    // The first line may say how to run the script.
    if source.starts_with("#!") {
        at = scanner.line_end(0);
    }
    while let Some(&byte) = scanner.bytes.get(at) {
        let start = at;
        let kind = match byte {
            b' ' | b'\t' | b'\x0C' | b'\r' => {
                at += 1;
                continue;
            }
            b'\n' => {
                at += 1;
                let repeats = tokens.last().is_some_and(|last| last.kind == Kind::Newline);
                if repeats {
                    continue;
                }
                Kind::Newline
            }
            b'/' if scanner.bytes.get(at + 1) == Some(&b'/') => {
                at = scanner.line_end(at);
                continue;
            }
            b'/' if scanner.bytes.get(at + 1) == Some(&b'*') => {
                at = scanner.comment_end(at)?;
                continue;
            }
            b'\\' if language == Language::Groovy && scanner.is_line_end(at + 1) => {
                at = scanner.line_end(at) + 1;
                continue;
            }
            b'"' | b'\'' => {
                let (end, has_values) = scanner.string_end(at)?;
                at = end;
                if has_values { Kind::Template } else { Kind::Text }
            }
            b'/' | b'$' if language == Language::Groovy => match scanner.slashy_end(at, tokens.last()) {
                Some(end) => {
                    at = end;
                    Kind::Text
                }
                None if byte == b'$' => {
                    at = scanner.word_end(at);
                    Kind::Word
                }
                None => {
                    at += 1;
                    Kind::Symbol(byte)
                }
            },
            b'`' => {
                let end = memchr2(b'`', b'\n', &scanner.bytes[at + 1..]).map_or(at + 1, |end| at + end + 2);
                at = end;
                Kind::Word
            }
            b'0'..=b'9' => {
                at = scanner.number_end(at);
                Kind::Number
            }
            b'(' | b'[' | b'{' => {
                at += 1;
                if open.len() == DEEPEST {
                    return Err(Fault {
                        code: Code::TooLarge,
                        offset: start,
                        message: format!("brackets are nested more than {DEEPEST} deep"),
                    });
                }
                open.push(tokens.len());
                Kind::Open(byte)
            }
            b')' | b']' | b'}' => {
                at += 1;
                let opened = open.pop().filter(|&opened| closes(tokens[opened].kind, byte));
                let Some(opened) = opened else {
                    let message = format!("“{}” closes nothing", char::from(byte));
                    return Err(Fault::syntax(start, message));
                };
                tokens[opened].end = index(tokens.len());
                tokens.push(Token {
                    kind: Kind::Close,
                    start: index(start),
                    end: index(opened),
                });
                continue;
            }
            _ if is_word(byte) => {
                at = scanner.word_end(at);
                Kind::Word
            }
            _ => {
                at += 1;
                Kind::Symbol(byte)
            }
        };
        tokens.push(Token {
            kind,
            start: index(start),
            end: index(at),
        });
    }
    match open.pop() {
        None => Ok(tokens),
        Some(opened) => Err(Fault::syntax(
            tokens[opened].start as usize,
            "this bracket is never closed",
        )),
    }
}

/// Offsets and counts are below 4 GiB, which is checked first.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn closes(open: Kind, byte: u8) -> bool {
    matches!(
        (open, byte),
        (Kind::Open(b'('), b')') | (Kind::Open(b'['), b']') | (Kind::Open(b'{'), b'}')
    )
}

/// Letters, digits, `_` and `$`; anything beyond ASCII counts as a letter.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

struct Scanner<'s> {
    language: Language,
    bytes: &'s [u8],
    /// No slash closes a string before this offset.
    no_slash_before: usize,
    /// No `/$` stands in the rest of the file.
    no_dollar_slash: bool,
}

impl<'s> Scanner<'s> {
    const fn new(language: Language, source: &'s str) -> Self {
        Self {
            language,
            bytes: source.as_bytes(),
            no_slash_before: 0,
            no_dollar_slash: false,
        }
    }

    /// The end of the line, before its line feed.
    fn line_end(&self, at: usize) -> usize {
        memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |end| at + end)
    }

    fn is_line_end(&self, at: usize) -> bool {
        matches!(
            self.bytes[at.min(self.bytes.len())..],
            [b'\n', ..] | [b'\r', b'\n', ..]
        )
    }

    fn word_end(&self, at: usize) -> usize {
        let length = self.bytes[at..].iter().position(|&byte| !is_word(byte));
        length.map_or(self.bytes.len(), |length| at + length)
    }

    fn number_end(&self, at: usize) -> usize {
        let mut end = self.word_end(at);
        while self.bytes.get(end) == Some(&b'.') && self.bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end = self.word_end(end + 1);
        }
        end
    }

    /// Where the block comment at `at` ends. Kotlin's comments nest.
    fn comment_end(&self, at: usize) -> Result<usize, Fault> {
        let unclosed = || Fault::syntax(at, "this comment is never closed");
        let mut from = at + 2;
        if self.language == Language::Groovy {
            let end = memmem::find(&self.bytes[from..], b"*/").ok_or_else(unclosed)?;
            return Ok(from + end + 2);
        }
        let mut depth = 1_usize;
        while depth > 0 {
            let found = memchr(b'/', &self.bytes[from..]).ok_or_else(unclosed)? + from;
            if found > from && self.bytes[found - 1] == b'*' {
                depth -= 1;
                from = found + 1;
            } else if self.bytes.get(found + 1) == Some(&b'*') {
                depth += 1;
                from = found + 2;
            } else {
                from = found + 1;
            }
        }
        Ok(from)
    }

    /// Where the string at `start` ends, and whether values are put into it. Strings in the code between
    /// `${` and `}` are followed with a stack of their own.
    fn string_end(&self, start: usize) -> Result<(usize, bool), Fault> {
        let plain = &self.bytes[start + 1..];
        let stop = plain
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b'$' | b'\n'));
        if let Some(length) = stop
            && plain[length] == self.bytes[start]
            && (length > 0 || plain.get(1) != plain.first())
        {
            return Ok((start + length + 2, false));
        }
        let string = self.string_at(start);
        self.follow(string, start + string.opening())
            .map_err(|fault| Fault {
                offset: start,
                ..fault
            })
    }

    /// From `at`, which is within `outermost`, to where that ends; and whether values are put into it.
    fn follow(&self, outermost: Inside, mut at: usize) -> Result<(usize, bool), Fault> {
        let start = at;
        let unclosed = || Fault::syntax(start, "this string is never closed");
        let mut has_values = false;
        let mut inside = vec![outermost];
        while let Some(state) = inside.last_mut() {
            let byte = *self.bytes.get(at).ok_or_else(unclosed)?;
            let next = self.bytes.get(at + 1).copied().unwrap_or_default();
            match state {
                Inside::Code(depth) => match byte {
                    b'"' | b'\'' => {
                        let string = self.string_at(at);
                        at += string.opening();
                        inside.push(string);
                    }
                    b'/' if next == b'*' => at = self.comment_end(at)?,
                    b'{' => {
                        *depth += 1;
                        at += 1;
                    }
                    b'}' => {
                        *depth -= 1;
                        at += 1;
                        if *depth == 0 {
                            inside.pop();
                        }
                    }
                    _ => at += 1,
                },
                Inside::String { .. } if !is_special(byte) => {
                    let length = self.bytes[at..].iter().position(|&byte| is_special(byte));
                    at += length.ok_or_else(unclosed)?;
                }
                Inside::String { quote, triple } => {
                    let (quote, triple) = (*quote, *triple);
                    let is_end = byte == quote && (!triple || self.bytes[at..].starts_with(&[quote; 3]));
                    if is_end {
                        at += if triple { 3 } else { 1 };
                        // Where Kotlin sees more than three quotes, the last three close.
                        while triple
                            && self.language == Language::Kotlin
                            && self.bytes.get(at) == Some(&quote)
                        {
                            at += 1;
                        }
                        inside.pop();
                    } else if byte == b'\\' && self.language.escapes(triple) {
                        at += 2;
                    } else if byte == b'\n' && !triple {
                        return Err(unclosed());
                    } else if byte == b'$' && quote == b'"' && next == b'{' {
                        has_values = true;
                        inside.push(Inside::Code(1));
                        at += 2;
                    } else {
                        has_values |= byte == b'$' && quote == b'"' && starts_word(next);
                        at += 1;
                    }
                }
            }
            if inside.len() > DEEPEST {
                return Err(Fault {
                    code: Code::TooLarge,
                    offset: start,
                    message: format!("strings are nested more than {DEEPEST} deep"),
                });
            }
        }
        Ok((at, has_values))
    }

    /// The string that opens at `at`.
    fn string_at(&self, at: usize) -> Inside {
        let quote = self.bytes[at];
        Inside::String {
            quote,
            triple: self.bytes[at..].starts_with(&[quote; 3]),
        }
    }

    /// Where a Groovy string between slashes ends, if one begins at `at`: `/…/` where no division can
    /// stand, and `$/…/$`.
    fn slashy_end(&mut self, at: usize, before: Option<&Token>) -> Option<usize> {
        if self.bytes[at] == b'$' {
            let body = self.bytes[at..].strip_prefix(b"$/")?;
            if self.no_dollar_slash {
                return None;
            }
            let end = memmem::find(body, b"/$").map(|end| at + 2 + end + 2);
            self.no_dollar_slash = end.is_none();
            return end;
        }
        let next = *self.bytes.get(at + 1)?;
        let is_after_space = at > 0 && matches!(self.bytes[at - 1], b' ' | b'\t');
        let may_begin = match before.map(|token| token.kind) {
            None | Some(Kind::Newline | Kind::Open(_) | Kind::Symbol(_)) => true,
            Some(Kind::Word) => is_after_space && !matches!(next, b' ' | b'\t' | b'='),
            Some(_) => false,
        };
        if !may_begin || at < self.no_slash_before {
            return None;
        }
        let mut from = at + 1;
        while let Some(found) = memchr2(b'/', b'\n', &self.bytes[from..]) {
            let found = from + found;
            if self.bytes[found] == b'\n' {
                break;
            }
            if self.bytes[found - 1] != b'\\' {
                return Some(found + 1);
            }
            from = found + 1;
        }
        self.no_slash_before = self.line_end(from);
        None
    }
}

/// What the scanner is in while it looks for the end of a string.
#[derive(Clone, Copy)]
enum Inside {
    String {
        quote: u8,
        triple: bool,
    },
    /// Code between `${` and `}`, with the braces that are open.
    Code(usize),
}

impl Inside {
    /// How many bytes open it.
    const fn opening(self) -> usize {
        match self {
            Self::String { triple: true, .. } => 3,
            Self::String { .. } | Self::Code(_) => 1,
        }
    }
}

/// Where the `${…}` that `text` begins with ends; the end of `text` if it does not.
pub(super) fn code_end(language: Language, text: &str) -> usize {
    let scanner = Scanner::new(language, text);
    scanner
        .follow(Inside::Code(1), 2)
        .map_or(text.len(), |(end, _)| end)
}

/// Whether this byte may mean something in a string.
const fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'/' | b'\\' | b'$' | b'\n')
}

/// Whether a name can begin with this byte, after a `$` in a string.
pub(super) fn starts_word(byte: u8) -> bool {
    is_word(byte) && byte != b'$' && !byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: Language, source: &str) -> Result<Vec<&str>, Code> {
        match tokens(language, source) {
            Ok(tokens) => Ok(tokens.iter().map(|token| token.text(source)).collect()),
            Err(fault) => Err(fault.code),
        }
    }

    #[test]
    fn escaped_letters_are_letters_in_groovy() {
        for (source, expected) in [
            (r"impl\u0065m 'a\uu0062'", "implem 'ab'"),
            (
                r"'\\u0065' '\u0027' '\u00' '\n'",
                r"'\\u0065' '\u0027' '\u00' '\n'",
            ),
        ] {
            assert_eq!(without_escapes(Language::Groovy, source.into()), expected);
            assert_eq!(without_escapes(Language::Kotlin, source.into()), source);
        }
    }

    #[test]
    fn comments_are_no_tokens() {
        for (language, source, expected) in [
            (
                Language::Groovy,
                "a /* b /* c */ d // e\n'//f'",
                vec!["a", "d", "\n", "'//f'"],
            ),
            (Language::Kotlin, "a /* b /* c */ d */ e", vec!["a", "e"]),
            (Language::Kotlin, "/**/a/***/b/*/**/*/", vec!["a", "b"]),
            (Language::Groovy, "#!/usr/bin/env groovy\na", vec!["\n", "a"]),
        ] {
            assert_eq!(shown(language, source), Ok(expected), "{source}");
        }
    }

    #[test]
    fn strings_end_where_their_language_says() {
        for (language, source, expected) in [
            (Language::Groovy, r"'a\'b' c", vec![r"'a\'b'", "c"]),
            (Language::Groovy, "'''a'\nb''' c", vec!["'''a'\nb'''", "c"]),
            (Language::Kotlin, r#""""\""" c"#, vec![r#""""\""""#, "c"]),
            (Language::Kotlin, r#""""a"""" c"#, vec![r#""""a"""""#, "c"]),
            (Language::Kotlin, r#""${f("}")}" c"#, vec![r#""${f("}")}""#, "c"]),
            (
                Language::Groovy,
                r#""${{ -> "${x}" }}" c"#,
                vec![r#""${{ -> "${x}" }}""#, "c"],
            ),
            (Language::Groovy, r#""" ''"#, vec![r#""""#, "''"]),
            (
                Language::Groovy,
                r"x =~ /a'\/b/ c",
                vec!["x", "=", "~", r"/a'\/b/", "c"],
            ),
            (Language::Groovy, r"a / b / c", vec!["a", "/", "b", "/", "c"]),
            (Language::Groovy, r"$/ ' /$ c", vec!["$/ ' /$", "c"]),
        ] {
            assert_eq!(shown(language, source), Ok(expected), "{source}");
        }
    }

    #[test]
    fn what_is_never_closed_is_an_error() {
        for source in ["'a", "\"a\n\"", "\"${", "\"${\"", "/*", "{", "(}", "'''a''", ")"] {
            assert_eq!(shown(Language::Groovy, source), Err(Code::Syntax), "{source}");
        }
        for deep in ["{".repeat(100_000), "\"${".repeat(100_000)] {
            assert_eq!(shown(Language::Groovy, &deep), Err(Code::TooLarge));
        }
    }
}
