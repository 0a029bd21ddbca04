//! Scalars: plain, quoted and block ones, in one line or several.

use std::borrow::Cow;

use super::Fault;
use super::reader::{Reader, Spot, ends_indicator, is_flow_indicator, tab_fault};

impl<'a> Reader<'a> {
    /// A plain or quoted scalar. It borrows where the text stands in the file as it is meant.
    pub(super) fn scalar(&mut self, spot: Spot) -> Result<Cow<'a, str>, Fault> {
        match self.peek() {
            Some(b'"') => self.double_quoted(),
            Some(b'\'') => self.single_quoted(),
            _ => self.plain(spot),
        }
    }

    fn plain(&mut self, spot: Spot) -> Result<Cow<'a, str>, Fault> {
        if !self.begins_plain(spot) {
            return Err(match self.peek() {
                Some(byte) if byte.is_ascii_graphic() => {
                    let message = format!("a text that begins with `{}` needs quotes", char::from(byte));
                    self.fault(&message)
                }
                Some(_) => self.fault("a text cannot begin with this character"),
                None => self.fault("the file ends where a text is expected"),
            });
        }
        let first = self.plain_line(spot)?;
        let Some(breaks) = self.continuation(spot)? else {
            return Ok(Cow::Borrowed(first));
        };
        let mut text = first.to_owned();
        let mut next = Some(breaks);
        while let Some(breaks) = next {
            push_folded(&mut text, breaks);
            text.push_str(self.plain_line(spot)?);
            next = self.continuation(spot)?;
        }
        Ok(Cow::Owned(text))
    }

    fn begins_plain(&self, spot: Spot) -> bool {
        let next_ends = || {
            let next = self.byte(self.at + 1);
            next.is_none_or(|byte| ends_indicator(byte) || spot.is_flow() && is_flow_indicator(byte))
        };
        match self.peek() {
            Some(b'-' | b'?' | b':') => !next_ends(),
            Some(b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`') => false,
            Some(byte) => !is_flow_indicator(byte) && !is_control(byte),
            None => false,
        }
    }

    /// What stands of a plain scalar in this line, without the blanks after it.
    fn plain_line(&mut self, spot: Spot) -> Result<&'a str, Fault> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut from = start;
        let at = loop {
            let next = bytes[from..]
                .iter()
                .position(|&byte| MAY_END_PLAIN[usize::from(byte)]);
            let Some(at) = next.map(|length| from + length) else {
                break bytes.len();
            };
            let ends = match bytes[at] {
                b':' => bytes
                    .get(at + 1)
                    .is_none_or(|&next| ends_indicator(next) || spot.is_flow() && is_flow_indicator(next)),
                b'#' => at > start && matches!(bytes[at - 1], b' ' | b'\t'),
                byte if is_flow_indicator(byte) => spot.is_flow(),
                _ => true,
            };
            if ends {
                break at;
            }
            from = at + 1;
        };
        self.skip(at - start);
        match self.peek() {
            Some(b'\r') if self.byte(at + 1) == Some(b'\n') => {}
            Some(byte) if is_control(byte) && byte != b'\n' => {
                return Err(self.fault("a control character stands in a text without quotes"));
            }
            _ => {}
        }
        Ok(self.text[start..at].trim_end_matches([' ', '\t']))
    }

    /// Goes to the next line of a plain scalar, if it has one, over how many line ends. Else stays.
    fn continuation(&mut self, spot: Spot) -> Result<Option<usize>, Fault> {
        let bytes = self.text.as_bytes();
        let (mut at, mut line_start, mut breaks) = (self.at, self.line_start, 0);
        let mut tab = None;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b' ' => {}
                b'\t' => {
                    tab.get_or_insert(at);
                }
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
                b'\n' => {
                    breaks += 1;
                    line_start = at + 1;
                    tab = None;
                }
                _ => break,
            }
            at += 1;
        }
        let ends = match bytes.get(at) {
            None | Some(b'#') => true,
            Some(&byte) if spot.is_flow() => is_flow_indicator(byte) || byte == b':',
            Some(_) => false,
        };
        if breaks == 0 || ends || !spot.holds(at - line_start) {
            return Ok(None);
        }
        if let Some(tab) = tab.filter(|_| !spot.is_flow()) {
            return Err(tab_fault(tab));
        }
        (self.at, self.line_start) = (at, line_start);
        Ok(Some(breaks))
    }

    fn single_quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut is_verbatim = true;
        loop {
            match memchr::memchr(b'\'', &bytes[at..]) {
                None => return Err(self.fault("a quoted text has no end")),
                Some(length) if bytes.get(at + length + 1) == Some(&b'\'') => {
                    is_verbatim = false;
                    at += length + 2;
                }
                Some(length) => {
                    at += length;
                    break;
                }
            }
        }
        let raw = &self.text[start..at];
        is_verbatim &= !self.skip_quoted(raw);
        if is_verbatim {
            return Ok(Cow::Borrowed(raw));
        }
        let mut text = String::with_capacity(raw.len());
        for (index, part) in raw.split("''").enumerate() {
            if index > 0 {
                text.push('\'');
            }
            push_lines(&mut text, part);
        }
        Ok(Cow::Owned(text))
    }

    fn double_quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut is_verbatim = true;
        loop {
            match memchr::memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..]) {
                None => return Err(self.fault("a quoted text has no end")),
                Some(length) if bytes[at + length] == b'\\' => {
                    is_verbatim = false;
                    at += length + 2;
                }
                Some(length) => {
                    at += length;
                    break;
                }
            }
        }
        let raw = &self.text[start..at];
        is_verbatim &= !self.skip_quoted(raw);
        if is_verbatim {
            return Ok(Cow::Borrowed(raw));
        }
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((part, escape)) = rest.split_once('\\') {
            push_lines(&mut text, part);
            let offset = start + raw.len() - escape.len() - 1;
            rest = push_escaped(&mut text, escape)
                .ok_or_else(|| Fault::syntax(offset, "unknown escape sequence"))?;
        }
        push_lines(&mut text, rest);
        Ok(Cow::Owned(text))
    }

    /// Goes over a quoted text and its quotes; says whether it holds line ends.
    fn skip_quoted(&mut self, raw: &str) -> bool {
        let start = self.at + 1;
        self.skip(raw.len() + 2);
        let last = memchr::memrchr(b'\n', raw.as_bytes());
        if let Some(last) = last {
            self.line_start = start + last + 1;
        }
        last.is_some()
    }

    /// A literal (`|`) or folded (`>`) scalar.
    pub(super) fn block_scalar(&mut self, spot: Spot) -> Result<String, Fault> {
        let is_folded = self.peek() == Some(b'>');
        self.skip(1);
        let parent = spot.parent();
        let mut indent = None;
        let mut chomping = None;
        while let Some(byte @ (b'+' | b'-' | b'1'..=b'9')) = self.peek() {
            if matches!(byte, b'+' | b'-') {
                chomping = Some(byte);
            } else {
                // Counted from the column of what holds the scalar.
                indent = Some(parent.unwrap_or(0) + usize::from(byte - b'0'));
            }
            self.skip(1);
        }
        // Goes over a comment to the end of the line, and no further.
        let rest = &self.text[self.at..];
        let (header, _) = rest.split_once('\n').unwrap_or((rest, ""));
        let header = header.trim_end_matches('\r');
        let comment = header.trim_start_matches([' ', '\t']);
        if !(comment.is_empty() || comment.starts_with('#') && comment.len() < header.len()) {
            return Err(self.fault("expected the end of the line"));
        }
        self.at += rest.find('\n').map_or(rest.len(), |newline| newline + 1);

        let mut text = String::new();
        let mut empty_lines = 0;
        let mut was_indented = false;
        let mut has_content = false;
        while let Some(line) = self.text.get(self.at..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', line.as_bytes()).map_or(line.len(), |newline| newline + 1);
            let line = line[..length].trim_end_matches('\n').trim_end_matches('\r');
            let column = line.len() - line.trim_start_matches(' ').len();
            let is_empty = column == line.len() && indent.is_none_or(|indent| column <= indent);
            if !is_empty {
                let indent = *indent.get_or_insert(column);
                let is_document_end = column == 0 && line.starts_with("...");
                if column < indent || !spot.holds(column) || is_document_end {
                    break;
                }
                let line = &line[indent..];
                let is_indented = line.starts_with([' ', '\t']);
                if !is_folded || is_indented || was_indented {
                    let line_ends = empty_lines + usize::from(has_content);
                    text.extend(std::iter::repeat_n('\n', line_ends));
                } else if has_content {
                    push_folded(&mut text, empty_lines + 1);
                } else {
                    text.extend(std::iter::repeat_n('\n', empty_lines));
                }
                text.push_str(line);
                was_indented = is_indented;
                has_content = true;
                empty_lines = 0;
            } else {
                empty_lines += 1;
            }
            self.at += length;
        }
        self.line_start = self.at;
        self.at_line_head = true;
        let line_ends = match chomping {
            Some(b'-') => 0,
            Some(_) => empty_lines + usize::from(has_content),
            None => usize::from(has_content),
        };
        text.extend(std::iter::repeat_n('\n', line_ends));
        Ok(text)
    }
}

/// The bytes that end a plain scalar, or do so depending on what stands beside them.
const MAY_END_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = is_control(byte) || is_flow_indicator(byte) || matches!(byte, b':' | b'#');
        byte += 1;
    }
    table
};

const fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7F
}

/// Line ends within a text: one is a blank, of several the first does not count.
fn push_folded(text: &mut String, breaks: usize) {
    if breaks == 1 {
        text.push(' ');
    } else {
        text.extend(std::iter::repeat_n('\n', breaks - 1));
    }
}

/// Adds a part of a quoted text, its lines folded.
fn push_lines(text: &mut String, part: &str) {
    let mut lines = part.split('\n');
    let mut line = lines.next().unwrap_or_default();
    let mut is_first = true;
    let mut breaks = 0;
    for next in lines {
        let mut shown = line.trim_end_matches([' ', '\t', '\r']);
        if !is_first {
            shown = shown.trim_start_matches([' ', '\t']);
        }
        if !shown.is_empty() && breaks > 0 {
            push_folded(text, breaks);
            breaks = 0;
        }
        text.push_str(shown);
        breaks += 1;
        is_first = false;
        line = next;
    }
    if breaks > 0 {
        push_folded(text, breaks);
        line = line.trim_start_matches([' ', '\t']);
    }
    text.push_str(line);
}

/// Adds what the escape sequence at the beginning of `escape` stands for; gives what follows it.
fn push_escaped<'e>(text: &mut String, escape: &'e str) -> Option<&'e str> {
    let mut rest = escape.chars();
    let code = |digits: usize| {
        let hex = escape.get(1..=digits)?;
        let value = hex
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(hex, 16).ok())??;
        Some((char::from_u32(value)?, &escape[1 + digits..]))
    };
    let c = match rest.next()? {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0B',
        'f' => '\x0C',
        'r' => '\r',
        'e' => '\x1B',
        c @ (' ' | '"' | '/' | '\\') => c,
        'N' => '\u{85}',
        '_' => '\u{A0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        kind @ ('x' | 'u' | 'U') => {
            let (c, rest) = code(match kind {
                'x' => 2,
                'u' => 4,
                _ => 8,
            })?;
            text.push(c);
            return Some(rest);
        }
        // The line end does not count, nor do the blanks that the next line begins with.
        '\r' | '\n' => {
            let line_end = |text: &'e str| text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n'));
            let mut after = line_end(escape)?.trim_start_matches([' ', '\t']);
            while let Some(next) = line_end(after) {
                text.push('\n');
                after = next.trim_start_matches([' ', '\t']);
            }
            return Some(after);
        }
        _ => return None,
    };
    text.push(c);
    Some(rest.as_str())
}
