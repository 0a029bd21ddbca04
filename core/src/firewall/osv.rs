//! OSV records as they stand in JSON (schema 1.7), and the files that hold them.
//!
//! Fields that evaluation and reports do not need are skipped unread, and so are unknown ones.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Code, InputError, Position};

/// One record. Every list may be missing or null.
#[derive(Deserialize)]
#[serde(expecting = "an OSV record")]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) modified: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) withdrawn: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) aliases: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    pub(super) summary: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) severity: Option<Vec<Severity<'a>>>,
    #[serde(borrow)]
    pub(super) affected: Option<Vec<Affected<'a>>>,
    #[serde(borrow)]
    database_specific: Option<&'a RawValue>,
    #[serde(borrow)]
    ecosystem_specific: Option<&'a RawValue>,
}

/// A string, borrowed from the file where it holds no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// One rating. Its `type` is not read: the vector itself tells.
#[derive(Deserialize)]
pub(super) struct Severity<'a> {
    #[serde(borrow)]
    pub(super) score: Text<'a>,
}

/// What a record says of one package.
#[derive(Deserialize)]
pub(super) struct Affected<'a> {
    #[serde(borrow)]
    pub(super) package: Option<Package<'a>>,
    #[serde(borrow)]
    pub(super) ranges: Option<Vec<Range<'a>>>,
    #[serde(borrow)]
    pub(super) versions: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    pub(super) severity: Option<Vec<Severity<'a>>>,
    #[serde(borrow)]
    database_specific: Option<&'a RawValue>,
    #[serde(borrow)]
    ecosystem_specific: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Package<'a> {
    #[serde(borrow)]
    pub(super) ecosystem: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct Range<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) events: Option<Vec<Event<'a>>>,
}

/// One event: the schema wants exactly one of the fields.
#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow)]
    pub(super) introduced: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) fixed: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) last_affected: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) limit: Option<Text<'a>>,
}

/// The parts of `database_specific` that name weaknesses: the GitHub database's and that of malicious packages.
#[derive(Deserialize)]
struct Weaknesses<'a> {
    #[serde(borrow)]
    cwe_ids: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    cwes: Option<Vec<Weakness<'a>>>,
}

#[derive(Deserialize)]
struct Weakness<'a> {
    #[serde(borrow, rename = "cweId")]
    id: Text<'a>,
}

/// The part of either object in which a database rates in words.
#[derive(Deserialize)]
struct InWords {
    severity: Option<String>,
}

/// "Embedded Malicious Code".
const MALICIOUS_CODE: &str = "CWE-506";

impl Record<'_> {
    /// Whether the record is about a package made to do harm, not about a mistake in one.
    pub(super) fn is_malware(&self) -> bool {
        let affected = self.affected.iter().flatten();
        std::iter::once(&self.id)
            .chain(self.aliases.iter().flatten())
            .any(|id| id.0.starts_with("MAL-"))
            || affected
                .map(|affected| affected.database_specific)
                .chain([self.database_specific])
                .flatten()
                .any(names_malicious_code)
    }
}

impl Record<'_> {
    /// The severities that the record gives in words.
    pub(super) fn severity_words(&self) -> Vec<String> {
        severity_words([self.database_specific, self.ecosystem_specific])
    }
}

impl Affected<'_> {
    /// The severities that are given in words for this package.
    pub(super) fn severity_words(&self) -> Vec<String> {
        severity_words([self.database_specific, self.ecosystem_specific])
    }
}

fn severity_words(objects: [Option<&RawValue>; 2]) -> Vec<String> {
    let objects = objects.into_iter().flatten().map(RawValue::get);
    objects
        .filter(|text| text.contains("\"severity\""))
        .filter_map(|text| serde_json::from_str::<InWords>(text).ok()?.severity)
        .collect()
}

/// Each database shapes this object as it likes, so one of another shape names nothing.
fn names_malicious_code(database_specific: &RawValue) -> bool {
    let text = database_specific.get();
    // Looking for the text first spares nearly every record the second parse.
    text.contains(MALICIOUS_CODE)
        && serde_json::from_str::<Weaknesses<'_>>(text).is_ok_and(|weaknesses| {
            weaknesses
                .cwe_ids
                .iter()
                .flatten()
                .any(|id| id.0 == MALICIOUS_CODE)
                || weaknesses
                    .cwes
                    .iter()
                    .flatten()
                    .any(|weakness| weakness.id.0 == MALICIOUS_CODE)
        })
}

/// Hands each record of a JSON file to `add`: the file is one record, an array of records, or records one
/// after the other (JSON Lines).
///
/// # Errors
/// When the file is empty, is not JSON, or holds something that is not an OSV record, with its place.
pub(super) fn read<'a>(
    file: &str,
    bytes: &'a [u8],
    mut add: impl FnMut(Record<'a>),
) -> Result<(), InputError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Some(first) = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        return Err(InputError::new(Code::Empty, file, "the file is empty").help(HELP));
    };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let result = if *first == b'[' {
        json.deserialize_seq(Records(&mut add)).and_then(|()| json.end())
    } else {
        json.into_iter().try_for_each(|record| record.map(&mut add))
    };
    result.map_err(|error| input_error(file, bytes, &error))
}

const HELP: &str = "advisories are OSV records in JSON: one record, an array, one a line, or a zip of files";

struct Records<F>(F);

impl<'de, F: FnMut(Record<'de>)> Visitor<'de> for Records<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of OSV records")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut records: A) -> Result<(), A::Error> {
        while let Some(record) = records.next_element()? {
            (self.0)(record);
        }
        Ok(())
    }
}

fn input_error(file: &str, bytes: &[u8], error: &serde_json::Error) -> InputError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let reason = text
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&text);
    let (code, message) = if error.is_data() {
        (Code::Format, format!("not an OSV record: {reason}"))
    } else {
        (Code::Syntax, format!("not valid JSON: {reason}"))
    };
    // serde_json counts bytes, a `Position` characters.
    let line_text = bytes
        .split(|&byte| byte == b'\n')
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    let before = &line_text[..column.saturating_sub(1).min(line_text.len())];
    let column = String::from_utf8_lossy(before).chars().count() + 1;
    InputError::new(code, file, message)
        .at(Position {
            line: line.max(1),
            column,
        })
        .help(HELP)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::firewall::{Advisories, Firewall, Policy};
    use crate::package::Ecosystem;

    fn ids(bytes: &[u8]) -> Result<Vec<String>, InputError> {
        let mut ids = Vec::new();
        read("osv.json", bytes, |record| ids.push(record.id.0.into_owned()))?;
        Ok(ids)
    }

    #[test]
    fn one_record_an_array_and_lines_are_read() {
        for (bytes, expected) in [
            (&br#"{"id":"A"}"#[..], &["A"][..]),
            (b"\xEF\xBB\xBF {\"id\":\"A\"}\r\n", &["A"]),
            (br#"[{"id":"A"},{"id":"B"}]"#, &["A", "B"]),
            (b"[]", &[]),
            (b"{\"id\":\"A\"}\n\n{\"id\":\"B\"}\n", &["A", "B"]),
            (
                br#"{"id":"A","aliases":null,"affected":null,"later":{"deep":[1]}}"#,
                &["A"],
            ),
        ] {
            assert_eq!(
                ids(bytes).unwrap(),
                expected,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn errors_tell_what_and_where() {
        for (bytes, expected) in [
            (&b""[..], "osv.json: the file is empty"),
            (b" \n", "osv.json: the file is empty"),
            (b"{\"id\":\n}", "osv.json:2:1: not valid JSON: expected value"),
            (
                b"{\"id\": \"A\"",
                "osv.json:1:10: not valid JSON: EOF while parsing an object",
            ),
            (
                b"[{\"id\":\"A\"}",
                "osv.json:1:11: not valid JSON: EOF while parsing a list",
            ),
            (
                "{\"é\":1,\"id\":2}".as_bytes(),
                "osv.json:1:13: not an OSV record: invalid type: integer `2`, expected a string",
            ),
            (
                b"{\"name\":\"x\"}",
                "osv.json:1:12: not an OSV record: missing field `id`",
            ),
            (
                b"7",
                "osv.json:1:1: not an OSV record: invalid type: integer `7`, expected an OSV record",
            ),
            (b"[] []", "osv.json:1:4: not valid JSON: trailing characters"),
        ] {
            assert_eq!(
                ids(bytes).unwrap_err().to_string(),
                expected,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn malware_is_known_by_id_alias_or_weakness() {
        for (json, expected) in [
            (r#"{"id":"MAL-2025-1"}"#, true),
            (r#"{"id":"GHSA-1","aliases":["CVE-1","MAL-2025-1"]}"#, true),
            (
                r#"{"id":"GHSA-1","database_specific":{"cwe_ids":["CWE-79","CWE-506"]}}"#,
                true,
            ),
            (
                r#"{"id":"GHSA-1","affected":[{"database_specific":{"cwes":[{"cweId":"CWE-506","name":"x"}]}}]}"#,
                true,
            ),
            (
                r#"{"id":"GHSA-1","database_specific":{"cwe_ids":["CWE-5060"],"note":"not CWE-506"}}"#,
                false,
            ),
            (
                r#"{"id":"GHSA-1","database_specific":{"cwe_ids":"CWE-506"}}"#,
                false,
            ),
            (r#"{"id":"GHSA-1","database_specific":["CWE-506"]}"#, false),
        ] {
            let record: Record<'_> = serde_json::from_str(json).unwrap();
            assert_eq!(record.is_malware(), expected, "{json}");
        }
    }

    const WHOLE: &str = r#"{"id":"A","modified":"2024-01-01T00:00:00Z","withdrawn":null,"aliases":["CVE-1"],"summary":"s",
        "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":
        {"ecosystem":"npm","name":"x"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.0.0"}]}],
        "versions":["0.1.0"],"database_specific":{"cwes":[{"cweId":"CWE-506"}]}}]}"#;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn changed_records_never_panic(
            from in 0..WHOLE.len(),
            length in 0..20_usize,
            new in prop::sample::select(vec!["", "{", "[", "\"", "null", "1e999", "-", "\\ud800", "\u{0}", "é", "]}"]),
        ) {
            let changed = [&WHOLE.as_bytes()[..from], new.as_bytes(), &WHOLE.as_bytes()[(from + length).min(WHOLE.len())..]].concat();
            let mut advisories = Advisories::default();
            if advisories.add_json("osv.json", &changed).is_ok() {
                let _ = Firewall::new(Policy::default(), advisories).evaluate(Ecosystem::Npm, "x", "0.1.0");
            }
        }
    }

    #[test]
    fn deep_nesting_is_an_error_or_skipped_but_never_a_crash() {
        let deep = "[".repeat(100_000);
        assert!(ids(deep.as_bytes()).is_err());
        let skipped = format!(r#"{{"id":"A","details":{deep}{}}}"#, "]".repeat(100_000));
        assert_eq!(ids(skipped.as_bytes()).unwrap(), ["A"]);
    }
}
