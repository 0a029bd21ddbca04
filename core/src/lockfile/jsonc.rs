//! JSON with comments and trailing commas, as Bun writes it.

/// The JSON in `text`: comments and trailing commas become blanks, so that all else keeps its place.
pub(super) fn to_json(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    // A comma after a value, after which nothing but blanks and comments has come.
    let mut comma = None;
    let mut is_after_value = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(&bytes, at);
                (comma, is_after_value) = (None, true);
                continue;
            }
            b',' => (comma, is_after_value) = (Some(at).filter(|_| is_after_value), false),
            b'}' | b']' => {
                if let Some(comma) = comma.take() {
                    bytes[comma] = b' ';
                }
                is_after_value = true;
            }
            b'{' | b'[' => (comma, is_after_value) = (None, false),
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let end = end_of_comment(&bytes, at);
                for byte in bytes[at..end].iter_mut().filter(|byte| **byte != b'\n') {
                    *byte = b' ';
                }
                at = end;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => (comma, is_after_value) = (None, true),
        }
        at += 1;
    }
    // Only whole characters were replaced, so that this is text still.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Where the string that begins at `start` is over; one without an end goes to the end of the text.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(length) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += length;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// Where the comment that begins at `start` is over: at the end of the line, or after its own end.
fn end_of_comment(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start + 2..];
    let length = match bytes[start + 1] {
        b'/' => memchr::memchr(b'\n', rest),
        _ => memchr::memmem::find(rest, b"*/").map(|length| length + 2),
    };
    length.map_or(bytes.len(), |length| start + 2 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_become_blanks() {
        for (text, expected) in [
            ("{\"a\": [1, 2,],}", "{\"a\": [1, 2 ] }"),
            ("[1, // é, ]\n]", "[1          \n]"),
            ("[1 /* ,\n */, 2]", "[1     \n   , 2]"),
            ("{\"//\": \",]\\\"/*\", }", "{\"//\": \",]\\\"/*\"  }"),
            ("[,]", "[,]"),
            ("[1,,]", "[1,,]"),
            ("\"a\\", "\"a\\"),
            ("/*", "  "),
            ("/", "/"),
        ] {
            assert_eq!(to_json(text), expected, "{text}");
        }
    }
}
