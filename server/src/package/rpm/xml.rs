//! A document of a repository's metadata while it is written: packed with gzip, so that only that is in memory.

use std::borrow::Cow;
use std::io::{self, Write as _};

use bytes::Bytes;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use hc_core::checksum::hex;

/// A document that is being written.
pub(super) struct Sheet {
    packed: GzEncoder<Vec<u8>>,
    hash: Sha256,
    size: usize,
}

/// A document that is whole.
pub(super) struct Written {
    pub(super) packed: Bytes,
    /// The SHA-256 of the packed document.
    pub(super) checksum: String,
    /// The SHA-256 and the size of the document itself.
    pub(super) open_checksum: String,
    pub(super) open_size: usize,
}

impl Sheet {
    pub(super) fn new(start: &str) -> io::Result<Self> {
        let mut sheet = Self {
            packed: GzEncoder::new(Vec::new(), flate2::Compression::default()),
            hash: Sha256::new(),
            size: 0,
        };
        sheet.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        sheet.write(start)?;
        Ok(sheet)
    }

    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        self.hash.update(text);
        self.size += text.len();
        self.packed.write_all(text.as_bytes())
    }

    pub(super) fn finish(mut self, end: &str) -> io::Result<Written> {
        self.write(end)?;
        let packed = self.packed.finish()?;
        Ok(Written {
            checksum: hex(&Sha256::digest(&packed)),
            packed: packed.into(),
            open_checksum: hex(&self.hash.finalize()),
            open_size: self.size,
        })
    }
}

/// A text as it may stand in an element or, within quotes, in an attribute. XML 1.0 knows no other control
/// characters than tabs and line ends.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !matches!(c, '&' | '<' | '>' | '"') && !is_forbidden(c);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if is_forbidden(c) => {}
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_take_is_escaped_or_left_out() {
        for (text, expected) in [
            ("plain é", "plain é"),
            (
                "<a href=\"x\">&</a>",
                "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;",
            ),
            ("a\0b\x1b[1mc\td\ne", "ab[1mc\td\ne"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
