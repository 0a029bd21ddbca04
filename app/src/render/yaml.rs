//! Results as YAML, in which every reader finds the same values: text that YAML 1.1 or 1.2 could take for something
//! else is quoted, and no character is hidden.

use serde::Serialize;
use yaml_serde::{Mapping, Value};

use super::text::is_hidden;
use crate::error::Error;

/// `value` as one YAML document.
pub(crate) fn document<T: Serialize>(value: &T) -> Result<String, Error> {
    let value = yaml_serde::to_value(value).map_err(|error| failed(&error))?;
    let mut out = String::new();
    match &value {
        Value::Mapping(fields) if !fields.is_empty() => mapping(&mut out, fields, 0, true)?,
        Value::Sequence(items) if !items.is_empty() => sequence(&mut out, items, 0)?,
        other => {
            scalar(&mut out, other)?;
            out.push('\n');
        }
    }
    Ok(out)
}

fn failed(error: &yaml_serde::Error) -> Error {
    Error::Serialize {
        format: "YAML",
        message: error.to_string(),
    }
}

/// `indented`: whether the first line has its indentation already.
fn mapping(out: &mut String, fields: &Mapping, depth: usize, indented: bool) -> Result<(), Error> {
    for (number, (key, value)) in fields.iter().enumerate() {
        if number > 0 || !indented {
            indent(out, depth);
        }
        scalar(out, key)?;
        out.push(':');
        match value {
            Value::Mapping(inner) if !inner.is_empty() => {
                out.push('\n');
                mapping(out, inner, depth + 1, false)?;
            }
            Value::Sequence(items) if !items.is_empty() => {
                out.push('\n');
                sequence(out, items, depth)?;
            }
            other => {
                out.push(' ');
                scalar(out, other)?;
                out.push('\n');
            }
        }
    }
    Ok(())
}

fn sequence(out: &mut String, items: &[Value], depth: usize) -> Result<(), Error> {
    for item in items {
        indent(out, depth);
        out.push_str("- ");
        match item {
            Value::Mapping(inner) if !inner.is_empty() => mapping(out, inner, depth + 1, true)?,
            Value::Sequence(inner) if !inner.is_empty() => {
                out.pop();
                out.push('\n');
                sequence(out, inner, depth + 1)?;
            }
            other => {
                scalar(out, other)?;
                out.push('\n');
            }
        }
    }
    Ok(())
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn scalar(out: &mut String, value: &Value) -> Result<(), Error> {
    match value {
        Value::String(text) => string(out, text)?,
        other => {
            let written = yaml_serde::to_string(other).map_err(|error| failed(&error))?;
            out.push_str(written.trim_end());
        }
    }
    Ok(())
}

/// A text, plain if no reader takes it for anything else.
fn string(out: &mut String, text: &str) -> Result<(), Error> {
    if text.contains(is_hidden) {
        double_quoted(out, text);
        return Ok(());
    }
    let written = yaml_serde::to_string(text).map_err(|error| failed(&error))?;
    let written = written.trim_end_matches('\n');
    if written == text && is_ambiguous(text) {
        out.push_str(&format!("'{}'", text.replace('\'', "''")));
    } else {
        out.push_str(written);
    }
    Ok(())
}

/// With every hidden character escaped (YAML 1.2, 5.7).
fn double_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) && u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            c if is_hidden(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Whether YAML 1.1 reads a plain text as a boolean, null, number, date or merge key (its type repository).
fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "y", "yes", "n", "no", "on", "off", "true", "false", "null", "~", "=", "<<",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.contains(&lower.as_str()) || is_number(&lower) || is_date(&lower)
}

fn is_number(lower: &str) -> bool {
    let digits = lower.strip_prefix(['-', '+']).unwrap_or(lower).replace('_', "");
    if matches!(digits.as_str(), ".inf" | ".nan") {
        return true;
    }
    let radix = |prefix: &str, radix: u32| {
        let rest = digits.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix)))
    };
    // 190:20:30 counts sixties.
    let is_sexagesimal = digits.contains(':')
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.'));
    let begins_so = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_decimal = begins_so && digits.parse::<f64>().is_ok();
    is_decimal || is_sexagesimal || radix("0x", 16) || radix("0o", 8) || radix("0b", 2)
}

/// `2001-01-01`, with or without a time behind it.
fn is_date(lower: &str) -> bool {
    let mut parts = lower.splitn(3, '-');
    let mut number = |least: usize, most: usize| {
        let part = parts.next().unwrap_or_default();
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        (least..=most).contains(&digits)
    };
    number(4, 4) && number(1, 2) && number(1, 2)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_reader_finds_the_same_text() {
        for (text, expected) in [
            ("yes", "'yes'"),
            ("No", "'No'"),
            ("y", "'y'"),
            ("off", "'off'"),
            ("2001-01-01", "'2001-01-01'"),
            ("2001-1-1t10:00:00z", "'2001-1-1t10:00:00z'"),
            ("190:20:30", "'190:20:30'"),
            ("1_000", "'1_000'"),
            ("0x1f", "'0x1f'"),
            ("1e3", "'1e3'"),
            ("<<", "'<<'"),
            ("1.0.0", "1.0.0"),
            ("2001-01", "2001-01"),
            ("yes-man", "yes-man"),
            ("a\u{202e}b\u{200b}", "\"a\\u202eb\\u200b\""),
            ("a\nb\"", "\"a\\nb\\\"\""),
            ("\u{e0041}", "\"\\U000e0041\""),
        ] {
            let written = document(&text).unwrap();
            assert_eq!(written.trim_end(), expected, "{text:?}");
            assert_eq!(yaml_serde::from_str::<String>(&written).unwrap(), text);
        }
    }

    #[test]
    fn records_are_written_as_they_were() {
        let value = json!([{ "a": { "b": [], "c": {}, "d": null }, "e": [1, [true, "x"], { "f": "1.0", "g": 2 }] }, "no"]);
        let written = document(&value).unwrap();
        assert_eq!(
            yaml_serde::from_str::<serde_json::Value>(&written).unwrap(),
            value
        );
        let plain = json!([{ "a": "x", "b": [{ "c": 1, "d": ["e"] }] }]);
        assert_eq!(document(&plain).unwrap(), yaml_serde::to_string(&plain).unwrap());
    }
}
