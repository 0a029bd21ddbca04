//! Strings of build scripts: escapes, and values that are put in.

use std::borrow::Cow;

use memchr::memchr2;

use super::expression::{DEEPEST, Reader, Script, name_value};
use super::token::{self, Language};
use super::value::Variables;

/// The text of a string with its values put in. What is not known stays as `${…}`.
pub(super) fn string<'t>(
    script: Script<'_>,
    quoted: &'t str,
    variables: &mut Variables,
    depth: usize,
) -> Cow<'t, str> {
    let (quote, body, is_triple) = unquote(quoted);
    if memchr2(b'\\', b'$', body.as_bytes()).is_none() {
        return Cow::Borrowed(body);
    }
    let escapes = script.language.escapes(is_triple) && quote != b'/';
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr2(b'\\', b'$', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with('\\') {
            if escapes { escape(rest, &mut text) } else { 0 }
        } else if quote == b'"' {
            let (code, taken) = inserted(script.language, rest);
            if taken > 0 {
                put_in(script.language, code, variables, depth, &mut text);
            }
            taken
        } else {
            0
        };
        if taken == 0 {
            text.push_str(&rest[..1]);
        }
        rest = &rest[taken.max(1)..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The quote of a string, what stands in it, and whether it has three quotes.
fn unquote(quoted: &str) -> (u8, &str, bool) {
    let quote = quoted.bytes().next().unwrap_or_default();
    let length = match quote {
        b'$' => 2,
        quote if quoted.as_bytes().starts_with(&[quote; 3]) && quoted.len() >= 6 => 3,
        _ => 1,
    };
    let body = quoted.get(length..quoted.len().saturating_sub(length));
    let quote = if quote == b'$' { b'/' } else { quote };
    (quote, body.unwrap_or_default(), length == 3)
}

/// Adds what the escape at the beginning of `rest` stands for; gives its length.
fn escape(rest: &str, text: &mut String) -> usize {
    let Some(escaped) = rest[1..].chars().next() else {
        return 0;
    };
    let character = match escaped {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'u' => {
            let code = rest
                .get(2..6)
                .and_then(|digits| u32::from_str_radix(digits, 16).ok());
            return match code.and_then(char::from_u32) {
                Some(character) => {
                    text.push(character);
                    6
                }
                None => 0,
            };
        }
        other => other,
    };
    text.push(character);
    1 + escaped.len_utf8()
}

/// The code that the `$` at the beginning of `rest` puts in, and how far it goes.
fn inserted(language: Language, rest: &str) -> (&str, usize) {
    let bytes = rest.as_bytes();
    if bytes.get(1) == Some(&b'{') {
        // The end is found as the scanner found it; a broken one was an error there.
        let end = token::code_end(language, rest);
        return (rest.get(2..end.saturating_sub(1)).unwrap_or_default(), end);
    }
    let name = |from: usize| {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        match bytes.get(from) {
            Some(&first) if token::starts_word(first) => {
                from + bytes[from..].iter().take_while(|byte| is_part(byte)).count()
            }
            _ => from,
        }
    };
    let mut end = name(1);
    if end == 1 {
        return ("", 0);
    }
    // Groovy goes on with `.name`; Kotlin does not.
    while language == Language::Groovy && bytes.get(end) == Some(&b'.') {
        let next = name(end + 1);
        if next == end + 1 {
            break;
        }
        end = next;
    }
    (rest.get(1..end).unwrap_or_default(), end)
}

/// Adds the value of `code`, or the code itself as `${…}`.
fn put_in(language: Language, code: &str, variables: &mut Variables, depth: usize, text: &mut String) {
    /// The length at which code is not read.
    const LONGEST_CODE: usize = 256;
    let is_name = code
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = if is_name {
        let value = name_value(code, variables);
        variables.text_of(&value)
    } else {
        (depth < DEEPEST && code.len() <= LONGEST_CODE)
            .then(|| token::tokens(language, code).ok())
            .flatten()
            .and_then(|tokens| {
                let script = Script {
                    language,
                    source: code,
                    tokens: &tokens,
                };
                let mut reader = Reader::new(script, 0);
                reader.depth = depth + 1;
                let value = reader.expression(variables);
                variables.text_of(&value)
            })
    };
    match value {
        Some(value) if text.len() + value.len() <= 4096 && variables.may_copy(value.len()) => {
            text.push_str(&value)
        }
        _ => {
            text.push_str("${");
            text.push_str(code.trim());
            text.push('}');
        }
    }
}
