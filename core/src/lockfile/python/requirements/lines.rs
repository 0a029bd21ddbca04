//! From text to the lines that say something, as pip makes them: line ends, continuations, comments.

use std::borrow::Cow;

use super::super::requirement::is_space;

/// The lines that say something, without comments and joined where they go on; each with the number of its
/// first line. Numbers are those of an editor, which does not count all that pip takes for the end of a line.
pub(super) fn logical(text: &str) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    let mut physical = physical(text);
    std::iter::from_fn(move || {
        loop {
            let (number, line) = joined(&mut physical)?;
            let statement = match line {
                Cow::Borrowed(line) => Cow::Borrowed(statement(line)),
                Cow::Owned(line) => Cow::Owned(statement(&line).to_owned()),
            };
            if !statement.is_empty() {
                return Some((number, statement));
            }
        }
    })
}

/// The next line, together with those that it goes on in: a line goes on where it ends with `\` and is no comment.
/// pip takes all backslashes off both ends of such a line.
fn joined<'a>(physical: &mut impl Iterator<Item = (usize, &'a str)>) -> Option<(usize, Cow<'a, str>)> {
    let (number, mut line) = physical.next()?;
    let mut whole = String::new();
    let mut is_first = true;
    while line.ends_with('\\') && !is_comment(line) {
        is_first = false;
        whole.push_str(line.trim_matches('\\'));
        match physical.next() {
            Some((_, next)) => line = next,
            None => return Some((number, Cow::Owned(whole))),
        }
    }
    if is_first {
        return Some((number, Cow::Borrowed(line)));
    }
    if is_comment(line) {
        whole.push(' ');
    }
    whole.push_str(line);
    Some((number, Cow::Owned(whole)))
}

/// The lines of Python's `str.splitlines`, numbered by the ends that editors know.
fn physical(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // All but a few files have none of the other ends, and these need no second look at each byte.
    let has_odd_ends = text.bytes().fold(false, |found, byte| {
        found | matches!(byte, b'\x0B' | b'\x0C' | b'\x1C'..=b'\x1E' | 0xC2 | 0xE2)
    });
    let mut rest = text;
    let mut number = 1;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = if has_odd_ends {
            rest.find(is_line_end)
        } else {
            memchr::memchr2(b'\n', b'\r', rest.as_bytes())
        };
        let Some(end) = end else {
            return Some((number, std::mem::take(&mut rest)));
        };
        let (line, after) = rest.split_at(end);
        let mut next = after.chars();
        let ends_line = match next.next() {
            Some('\n') => true,
            Some('\r') => {
                next = next.as_str().strip_prefix('\n').map_or(next.clone(), str::chars);
                true
            }
            _ => false,
        };
        rest = next.as_str();
        let found = (number, line);
        number += usize::from(ends_line);
        Some(found)
    })
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1C'..='\x1E' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_comment(line: &str) -> bool {
    line.trim_start_matches(is_space).starts_with('#')
}

/// What is left of a line without its comment and the space around it. A `#` begins a comment at the start of a line
/// or after white space.
fn statement(line: &str) -> &str {
    let begins = |&at: &usize| line[..at].chars().next_back().is_none_or(is_space);
    let end = memchr::memchr_iter(b'#', line.as_bytes()).find(begins);
    end.map_or(line, |end| &line[..end]).trim_matches(is_space)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        logical(text)
            .map(|(number, line)| format!("{number} {line}"))
            .collect()
    }

    #[test]
    fn lines_end_where_python_ends_them() {
        for end in ["\n", "\r", "\r\n"] {
            assert_eq!(told(&format!("a{end}# x{end}b")), ["1 a", "3 b"], "{end:?}");
        }
        for end in [
            "\x0B", "\x0C", "\x1C", "\x1D", "\x1E", "\u{85}", "\u{2028}", "\u{2029}",
        ] {
            assert_eq!(told(&format!("a\n# x{end}b")), ["1 a", "2 b"], "{end:?}");
        }
        for no_end in ["\x1F", "\u{A0}", "\u{200B}", "\u{2002}", "\0", "\x08"] {
            assert_eq!(told(&format!("a\n# x{no_end}b")), ["1 a"], "{no_end:?}");
        }
    }

    #[test]
    fn a_line_goes_on_after_a_backslash() {
        for (text, expected) in [
            ("a \\\n  b # c\nd", &["1 a   b", "3 d"][..]),
            ("a\\\\\n\\b\\\nc\n", &["1 abc"]),
            ("\\a\\", &["1 a"]),
            ("a # b \\\nc\nd", &["1 a", "3 d"]),
            ("# a \\\nb", &["2 b"]),
            ("a \\\n# b\nc", &["1 a", "3 c"]),
            ("a\\\n#b\nc", &["1 a", "3 c"]),
            ("a\\", &["1 a"]),
            ("a\\\n\nb", &["1 a", "3 b"]),
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_comment_begins_after_white_space() {
        for (text, expected) in [
            ("a#b", &["1 a#b"][..]),
            ("a #b", &["1 a"]),
            ("a\u{A0}#b", &["1 a"]),
            ("a\x1F#b", &["1 a"]),
            ("\x1F # b", &[]),
            (" \t", &[]),
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
    }
}
