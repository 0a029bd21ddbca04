//! Bytes to text: byte order marks, encodings, line numbers.

use std::borrow::Cow;

use smol_str::{SmolStr, format_smolstr};

use crate::error::{Code, InputError, Position};

/// How bytes that carry no byte order mark are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, or an error.
    Utf8,
    /// ISO-8859-1: every byte is the code point of the same number.
    Latin1,
}

/// The text in `bytes`, without a byte order mark. A mark decides; else `encoding` does.
pub(crate) fn decode<'a>(
    file: &str,
    bytes: &'a [u8],
    encoding: Encoding,
) -> Result<Cow<'a, str>, InputError> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(file, rest).map(Cow::Borrowed);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(file, rest, u16::from_le_bytes).map(Cow::Owned);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(file, rest, u16::from_be_bytes).map(Cow::Owned);
    }
    match encoding {
        Encoding::Utf8 => utf8(file, bytes).map(Cow::Borrowed),
        Encoding::Latin1 if bytes.is_ascii() => utf8(file, bytes).map(Cow::Borrowed),
        Encoding::Latin1 => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, InputError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = error.valid_up_to();
        let before = std::str::from_utf8(&bytes[..valid]).unwrap_or_default();
        let message = if bytes.contains(&0) {
            "this is not text: it holds bytes that no text has".to_owned()
        } else {
            format!("not UTF-8: byte 0x{:02X} cannot stand here", bytes[valid])
        };
        InputError::new(Code::Encoding, file, message)
            .at(Position::of(before, valid))
            .help("save the file as UTF-8")
    })
}

fn utf16(file: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, InputError> {
    let broken = |text: &str| {
        InputError::new(
            Code::Encoding,
            file,
            "the byte order mark says UTF-16, but this is not UTF-16",
        )
        .at(Position::of(text, text.len()))
        .help("save the file as UTF-8")
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match decoded {
            Ok(c) => text.push(c),
            Err(_) => return Err(broken(&text)),
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(broken(&text))
    }
}

/// Where the first merge conflict marker stands, if `text` has one.
pub(crate) fn merge_conflict(file: &str, text: &str) -> Option<InputError> {
    let offset = if text.starts_with("<<<<<<< ") {
        0
    } else {
        text.find("\n<<<<<<< ")? + 1
    };
    let error = InputError::new(Code::MergeConflict, file, "the file has merge conflict markers");
    Some(
        error
            .at(Position::of(text, offset))
            .help("resolve the conflict, then run this again"),
    )
}

/// The beginning of a line, for messages.
pub(crate) fn excerpt(line: &str) -> String {
    const LONGEST: usize = 60;
    let mut chars = line.chars();
    let mut start: String = chars.by_ref().take(LONGEST).collect();
    if chars.next().is_some() {
        start.push('…');
    }
    start
}

/// A URL without the password that it may carry.
pub(crate) fn without_password(url: &str) -> SmolStr {
    let redacted = || {
        let authority = url.find("://")? + 3;
        let end = url[authority..]
            .find(['/', '?', '#'])
            .map_or(url.len(), |end| authority + end);
        let at = url[authority..end].rfind('@')? + authority;
        let colon = url[authority..at].find(':')? + authority;
        Some(format_smolstr!("{}:***{}", &url[..colon], &url[at..]))
    };
    redacted().unwrap_or_else(|| url.into())
}

/// Turns byte offsets into line numbers in one pass; offsets must come in ascending order.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    /// Starts at the first line of `text`.
    pub(crate) const fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            offset: 0,
            line: 1,
        }
    }

    /// The line of byte `offset`, from 1. An offset before the last one asked for gives the last line.
    pub(crate) fn line_at(&mut self, offset: usize) -> usize {
        let end = offset.min(self.bytes.len());
        if end > self.offset {
            self.line += memchr::memchr_iter(b'\n', &self.bytes[self.offset..end]).count();
            self.offset = end;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, InputError> {
        decode("f", bytes, Encoding::Utf8).map(Cow::into_owned)
    }

    #[test]
    fn byte_order_marks_decide() {
        assert_eq!(read(b"\xEF\xBB\xBFa\xC3\xA9").unwrap(), "aé");
        assert_eq!(read(b"\xFF\xFEa\0\xE9\0").unwrap(), "aé");
        assert_eq!(read(b"\xFE\xFF\0a\0\xE9").unwrap(), "aé");
    }

    #[test]
    fn what_is_not_the_encoding_has_its_place() {
        for (bytes, position) in [
            (&b"ab\nc\xE9"[..], Position { line: 2, column: 2 }),
            (b"\xFF\xFEa\0\x00\xD8", Position { line: 1, column: 2 }),
            (b"\xFF\xFEa\0b", Position { line: 1, column: 2 }),
        ] {
            let error = read(bytes).unwrap_err();
            assert_eq!((error.code, error.position), (Code::Encoding, Some(position)));
        }
    }

    #[test]
    fn latin1_reads_every_byte() {
        assert_eq!(decode("f", b"\xE9", Encoding::Latin1).unwrap(), "é");
    }

    #[test]
    fn passwords_do_not_get_out() {
        for (url, expected) in [
            (
                "git+https://u:secret@h.example/a",
                "git+https://u:***@h.example/a",
            ),
            ("git+ssh://git@h.example/a:b@c", "git+ssh://git@h.example/a:b@c"),
            ("not a url", "not a url"),
        ] {
            assert_eq!(without_password(url), expected);
        }
    }

    #[test]
    fn lines_are_counted_once() {
        let mut lines = Lines::new("a\nb\r\nc");
        assert_eq!(
            [0, 1, 2, 5, 99].map(|offset| lines.line_at(offset)),
            [1, 1, 2, 3, 3]
        );
    }
}
