//! From a file's bytes to its text, as pip decodes it: a byte order mark decides, else a coding line (PEP 263) in
//! the first two lines, else UTF-8.
//!
//! An encoding in which the same bytes could be other lines than they seem is decoded or refused, never guessed.

use std::borrow::Cow;

use super::super::super::Input;
use crate::error::{Code, InputError, Position};
use crate::text::{self, Encoding};

/// How the bytes of a file become text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    Utf8,
    /// With or without a byte order mark.
    Latin1,
    Windows1252,
    /// ASCII, or one in which bytes of ASCII mean what they mean there, wherever they stand.
    LikeAscii,
}

/// The file's text.
pub(super) fn decode<'a>(input: &Input<'a>) -> Result<Cow<'a, str>, InputError> {
    let Input { path, bytes } = *input;
    let has_mark = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"]
        .iter()
        .any(|mark| bytes.starts_with(mark));
    let name = coding_line(bytes).filter(|_| !has_mark);
    let coding = match name {
        None => Coding::Utf8,
        Some(name) => named(name).ok_or_else(|| unknown(path, name))?,
    };
    let text = match coding {
        _ if bytes.is_ascii() => text::decode(path, bytes, Encoding::Utf8)?,
        Coding::Utf8 => text::decode(path, bytes, Encoding::Utf8)?,
        Coding::Latin1 => text::decode(path, bytes, Encoding::Latin1)?,
        Coding::Windows1252 => bytes
            .iter()
            .map(|&byte| windows_1252(byte))
            .collect::<Option<String>>()
            .map(Cow::Owned)
            .ok_or_else(|| unknown(path, name.unwrap_or_default()))?,
        Coding::LikeAscii => return Err(unknown(path, name.unwrap_or_default())),
    };
    match text.find('\0') {
        Some(offset) => Err(
            InputError::new(Code::Encoding, path, "this is not text: it holds NUL bytes")
                .at(Position::of(&text, offset))
                .help("save the file as UTF-8"),
        ),
        None => Ok(text),
    }
}

fn unknown(path: &str, name: &[u8]) -> InputError {
    let name = text::excerpt(&String::from_utf8_lossy(name));
    let message = format!("its coding line says {name}, which cannot be read here");
    InputError::new(Code::Encoding, path, message).help("save the file as UTF-8, without the coding line")
}

/// The encoding that one of the first two lines names: `coding[:=]\s*([-\w.]+)` in a comment, as pip looks for it.
fn coding_line(bytes: &[u8]) -> Option<&[u8]> {
    let lines = bytes.split(|&byte| byte == b'\n').take(2);
    lines.filter(|line| line.starts_with(b"#")).find_map(|line| {
        memchr::memmem::find_iter(line, b"coding").find_map(|at| {
            let rest = &line[at + b"coding".len()..];
            let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?;
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
            let start = rest.iter().position(|byte| !is_space(byte))?;
            let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            let name = &rest[start..];
            let end = name
                .iter()
                .position(|byte| !is_of_name(byte))
                .unwrap_or(name.len());
            (end > 0).then(|| &name[..end])
        })
    })
}

/// Python's codec of this name, as far as it is known here. All others are refused, for in some (UTF-7, UTF-16,
/// EBCDIC) even bytes of ASCII mean something else.
fn named(name: &[u8]) -> Option<Coding> {
    let name: String = name
        .iter()
        .map(|byte| match byte {
            b'-' | b'.' => '_',
            byte => char::from(byte.to_ascii_lowercase()),
        })
        .collect();
    Some(match name.as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "utf_8_sig" | "cp65001" => Coding::Utf8,
        "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "iso8859" | "8859" | "cp819" => {
            Coding::Latin1
        }
        "cp1252" | "windows_1252" | "1252" => Coding::Windows1252,
        "ascii" | "us_ascii" | "646" | "gbk" | "cp936" | "936" | "gb2312" | "gb18030" | "big5" | "euc_jp"
        | "eucjp" | "euc_kr" | "euckr" | "cp949" | "cp932" | "shift_jis" | "sjis" => Coding::LikeAscii,
        name if is_of_family(name) => Coding::LikeAscii,
        _ => return None,
    })
}

/// Whether this is one of the ISO 8859, KOI8 or Windows encodings of one byte per character.
fn is_of_family(name: &str) -> bool {
    let families = ["iso_8859_", "iso8859_", "latin", "koi8_", "cp125", "windows_125"];
    families.iter().any(|family| {
        let rest = name.strip_prefix(family);
        rest.is_some_and(|rest| {
            (1..=2).contains(&rest.len()) && rest.bytes().all(|c| c.is_ascii_alphanumeric())
        })
    })
}

/// What a byte is in Windows-1252; five are nothing.
fn windows_1252(byte: u8) -> Option<char> {
    const FROM_80: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’',
        '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => Some(FROM_80[usize::from(byte - 0x80)]).filter(|&c| c != '\0'),
        byte => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, Code> {
        let input = Input { path: "r.txt", bytes };
        decode(&input).map(Cow::into_owned).map_err(|error| error.code)
    }

    #[test]
    fn a_coding_line_counts_in_the_first_two_lines_and_in_a_comment() {
        for (bytes, expected) in [
            (
                &b"# -*- coding: latin-1 -*-\n\xE9"[..],
                Ok("# -*- coding: latin-1 -*-\n\u{E9}"),
            ),
            (
                b"#\n# vim: set fileencoding=iso-8859-1 :\n\xE9",
                Ok("#\n# vim: set fileencoding=iso-8859-1 :\n\u{E9}"),
            ),
            (
                b"# coding and coding: cp1252\n\x85",
                Ok("# coding and coding: cp1252\n…"),
            ),
            (b"#\n#\n# coding: latin-1\n\xE9", Err(Code::Encoding)),
            (b" # coding: latin-1\n\xE9", Err(Code::Encoding)),
            (b"# Coding: latin-1\n\xE9", Err(Code::Encoding)),
            (b"# coding: cp1252\n\x81", Err(Code::Encoding)),
            (
                b"# coding: utf-8-sig\na\xC3\xA9",
                Ok("# coding: utf-8-sig\na\u{E9}"),
            ),
            (
                b"\xEF\xBB\xBF# coding: latin-1\na\xC3\xA9",
                Ok("# coding: latin-1\na\u{E9}"),
            ),
        ] {
            assert_eq!(read(bytes), expected.map(str::to_owned), "{bytes:?}");
        }
    }

    #[test]
    fn an_encoding_in_which_ascii_is_something_else_is_refused() {
        for name in [
            "utf-7",
            "UTF7",
            "utf-16",
            "hz",
            "iso2022_jp",
            "cp037",
            "rot13",
            "unicode_escape",
            "nope",
        ] {
            let text = format!("# coding: {name}\na==1\n");
            assert_eq!(read(text.as_bytes()), Err(Code::Encoding), "{name}");
        }
        for name in [
            "ascii",
            "gbk",
            "koi8-r",
            "iso-8859-15",
            "windows-1251",
            "Shift_JIS",
        ] {
            let text = format!("# coding: {name}\na==1\n");
            assert_eq!(read(text.as_bytes()), Ok(text.clone()), "{name}");
            let text = [text.as_bytes(), b"# \xE9\n"].concat();
            assert_eq!(read(&text), Err(Code::Encoding), "{name}");
        }
    }
}
