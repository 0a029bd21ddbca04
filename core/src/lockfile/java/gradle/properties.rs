//! `gradle.properties`.
//!
//! Source of the rules: `java.util.Properties`, whose format it has.

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
        let end = line.find(['=', ':', ' ', '\t']).unwrap_or(line.len());
        let (key, rest) = line.split_at(end);
        let rest = rest.trim_start();
        let value = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim();
        properties.insert(key.to_owned(), value.replace('\\', ""));
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_keys_and_values() {
        let properties = parse("# c\n! c\na=1\nb : 2\r\nc 3\n  d=4\\\n  5\ne\na=6\n");
        let shown: Vec<String> = properties
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(shown, ["a=6", "b=2", "c=3", "d=45", "e="]);
    }
}
