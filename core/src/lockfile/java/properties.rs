//! Java's properties files: `gradle.properties`, and those in `.mvn`.
//!
//! Source of the rules: `java.util.Properties`.

use std::collections::BTreeMap;

/// The properties of a file; where a key stands twice, the last one counts.
pub(super) fn parse(text: &str) -> BTreeMap<String, String> {
    let mut properties = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut line = line.trim_start().to_owned();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        while line.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1 {
            line.pop();
            match lines.next() {
                Some(next) => line.push_str(next.trim_start()),
                None => break,
            }
        }
        let end = key_end(&line);
        let (key, rest) = line.split_at(end);
        let rest = rest.trim_start();
        let value = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim();
        properties.insert(unescaped(key), unescaped(value));
    }
    properties
}

/// Where the key ends that `line` begins with: what is escaped belongs to it.
fn key_end(line: &str) -> usize {
    let mut is_escaped = false;
    let end = line.find(|c| {
        let ends = !is_escaped && matches!(c, '=' | ':' | ' ' | '\t');
        is_escaped = !is_escaped && c == '\\';
        ends
    });
    end.unwrap_or(line.len())
}

/// `text` with `\t`, `\u0041` and the like replaced.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut after = after.chars();
        match after.next() {
            Some('u') => {
                let code = after.as_str().get(..4);
                let code = code.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                plain.push(
                    code.and_then(char::from_u32)
                        .unwrap_or(char::REPLACEMENT_CHARACTER),
                );
                after = after.as_str().get(4..).unwrap_or_default().chars();
            }
            Some('t') => plain.push('\t'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('f') => plain.push('\x0C'),
            Some(c) => plain.push(c),
            None => {}
        }
        rest = after.as_str();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_keys_and_values() {
        let text = "# c\n! c\na=1\nb : 2\r\nc 3\n  d=4\\\n  5\ne\na=6\nf\\:g=\\u0037\\.\\=\n\\u0068=8\\\\\ni=\\u00e\n";
        let shown: Vec<String> = parse(text)
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let expected = [
            "a=6",
            "b=2",
            "c=3",
            "d=45",
            "e=",
            "f:g=7.=",
            "h=8\\",
            "i=\u{FFFD}",
        ];
        assert_eq!(shown, expected);
    }
}
