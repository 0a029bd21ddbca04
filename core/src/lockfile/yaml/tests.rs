use serde_json::{Value, json};

use super::*;

/// The text as serde_json's value, in which every scalar is a string and nothing is null.
fn read(text: &str) -> Result<Value, InputError> {
    from_str("f", text)
}

#[test]
fn what_the_specification_means_is_read() {
    for (text, expected) in [
        // Block collections.
        ("a: 1\nb:\n  c: 2\n", json!({"a": "1", "b": {"c": "2"}})),
        ("a:\nb: null\n", json!({"a": null, "b": "null"})),
        (
            "- a\n- - b\n  - c\n- d: 1\n  e: 2\n-\n",
            json!(["a", ["b", "c"], {"d": "1", "e": "2"}, null]),
        ),
        ("a:\n- b\n- c\nd: e\n", json!({"a": ["b", "c"], "d": "e"})),
        ("a:\n  - b:\n      c\n  - d\n", json!({"a": [{"b": "c"}, "d"]})),
        ("  a: b\n  c: d", json!({"a": "b", "c": "d"})),
        ("? a\n: b\n? 'c'\n:\n  d: e\n", json!({"a": "b", "c": {"d": "e"}})),
        ("? a\n: b: c\n  d: e\n", json!({"a": {"b": "c", "d": "e"}})),
        // Plain scalars stay what is written, and go on in lines that are indented further.
        (
            "a: 1.10\nno: y\nv: 0x10\n",
            json!({"a": "1.10", "no": "y", "v": "0x10"}),
        ),
        ("a: b:c#d -e ?f\n", json!({"a": "b:c#d -e ?f"})),
        ("a: b # why\n# c: d\ne: f#g\n", json!({"a": "b", "e": "f#g"})),
        ("a: b\n  c\n\n\n  d\ne: f\n", json!({"a": "b c\n\nd", "e": "f"})),
        ("a:\n  b\n  c\n", json!({"a": "b c"})),
        ("- a\n b\n", json!(["a b"])),
        ("-a: :b\n", json!({"-a": ":b"})),
        ("a:\tb\t\n", json!({"a": "b"})),
        // Quoted scalars.
        (
            "'a''b': \"c\\\"\\n\\u00e9\\x41\\\\\"\n",
            json!({"a'b": "c\"\né A\\".replace(' ', "")}),
        ),
        ("a: 'b\n\n   c'\nd: e", json!({"a": "b\nc", "d": "e"})),
        (
            "a: \"b \n  c\\\n  d\\\n\n  e\\ \n  f\"\n",
            json!({"a": "b cd\ne  f"}),
        ),
        ("\"a\" : b\n", json!({"a": "b"})),
        // Block scalars.
        (
            "a: |\n  b\n   c\n\n  d\n\ne: f\n",
            json!({"a": "b\n c\n\nd\n", "e": "f"}),
        ),
        (
            "a: >-\n  b\n  c\n\n  d\n   e\n  f\n",
            json!({"a": "b c\nd\n e\nf"}),
        ),
        (
            "a: |+ # why\n  b\n\nc: |2-\n   d\n",
            json!({"a": "b\n\n", "c": " d"}),
        ),
        ("a: |\n  # no comment\n", json!({"a": "# no comment\n"})),
        ("- |\n a: b\n- c\n", json!(["a: b\n", "c"])),
        ("a: >\n\n\n  b\n", json!({"a": "\n\nb\n"})),
        // Flow collections.
        (
            "a: {b: c, d: [e, f,], 'g':h, i: , j}\n",
            json!({"a": {"b": "c", "d": ["e", "f"], "g": "h", "i": null, "j": null}}),
        ),
        (
            "a:\n  {\n    b: c d\n      e, # why\n\tf: g\n  }\nh: []\n",
            json!({"a": {"b": "c d e", "f": "g"}, "h": []}),
        ),
        ("{\"a\": {\"b\": \"c\"}}", json!({"a": {"b": "c"}})),
        (
            "a: {b: http://h/?c, d: -e}",
            json!({"a": {"b": "http://h/?c", "d": "-e"}}),
        ),
        // Documents: the last one counts.
        ("---\na: b\n...\n", json!({"a": "b"})),
        (
            "# c\n---\na: b\n---\nc: '---'\nd: a---\n",
            json!({"c": "---", "d": "a---"}),
        ),
        ("--- {a: b}\n", json!({"a": "b"})),
        ("# only a comment\n", json!(null)),
        ("a text\n", json!("a text")),
        // An anchor says nothing about its value.
        ("a: &x b\nc: &y\n  d: e\n", json!({"a": "b", "c": {"d": "e"}})),
    ] {
        assert_eq!(
            read(text).map_err(|error| error.to_string()),
            Ok(expected),
            "{text}"
        );
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(read(&crlf).ok(), read(text).ok(), "{crlf:?}");
    }
}

#[test]
fn faults_have_their_place() {
    for (text, expected) in [
        (
            "a:\n\tb: c\n",
            "f:2:1: not YAML: a tab indents this line; YAML wants spaces",
        ),
        (
            "a:\n  b: 1\n \tc: 1\n",
            "f:3:2: not YAML: a tab indents this line; YAML wants spaces",
        ),
        (
            "a: 1\nb: 2\n\"a\": 3\n",
            "f:3:1: not YAML: the key \"a\" stands here a second time",
        ),
        (
            "a: {b: 1, b: 2}\n",
            "f:1:11: not YAML: the key \"b\" stands here a second time",
        ),
        (
            "a: 1\n  b: 2\n",
            "f:2:4: not YAML: a key cannot stand here; is the indentation right?",
        ),
        (
            "a: b: c\n",
            "f:1:5: not YAML: a key cannot stand here; is the indentation right?",
        ),
        (
            "a:\n    b: 1\n  c: 2\n",
            "f:3:3: not YAML: this line is indented further than what it belongs to",
        ),
        ("a: 1\nb\nc: 2\n", "f:2:1: not YAML: expected `key: value`"),
        ("a: \"b\" c\n", "f:1:8: not YAML: expected the end of the line"),
        ("a: \"b\"#c\n", "f:1:7: not YAML: expected the end of the line"),
        ("a: {b: c\n", "f:2:1: not YAML: expected `,` or `}`"),
        ("a: {b: c] }\n", "f:1:9: not YAML: expected `,` or `}`"),
        ("a: {\"b\" \"c\"}\n", "f:1:9: not YAML: expected `,` or `}`"),
        ("a: [,]\n", "f:1:5: not YAML: expected an item of the list"),
        ("a: 'b\n", "f:1:4: not YAML: a quoted text has no end"),
        ("a: \"\\q\"\n", "f:1:5: not YAML: unknown escape sequence"),
        ("a: \"\\ud800\"\n", "f:1:5: not YAML: unknown escape sequence"),
        (
            "a: @b\n",
            "f:1:4: not YAML: a text that begins with `@` needs quotes",
        ),
        (
            ",a\n",
            "f:1:1: not YAML: a text that begins with `,` needs quotes",
        ),
        (
            "a: b\x1bc\n",
            "f:1:5: not YAML: a control character stands in a text without quotes",
        ),
        (
            "a: b\rc: d\n",
            "f:1:5: not YAML: a control character stands in a text without quotes",
        ),
        (
            "- a\nb: c\n",
            "f:2:1: not YAML: this does not belong to what stands before it",
        ),
        (
            "a: b\n- c\n",
            "f:2:1: not YAML: a text that begins with `-` needs quotes",
        ),
        ("a: *b\n", "f:1:4: an alias (`*`) cannot be read here"),
        ("a: !!str b\n", "f:1:4: a tag (`!`) cannot be read here"),
        (
            "a:\n  <<: {b: c}\n",
            "f:2:3: a merge key (`<<`) cannot be read here",
        ),
        (
            "? [a]\n: b\n",
            "f:1:3: a key that is not simply text cannot be read here",
        ),
        (
            "--- a: b\n",
            "f:1:6: not YAML: a key cannot stand here; is the indentation right?",
        ),
        (
            "a: b: c\n---\nd: e\n",
            "f:1:5: not YAML: a key cannot stand here; is the indentation right?",
        ),
        (" \n", "f: the file is empty"),
        (
            "a: 1\n<<<<<<< ours\nb: 2\n",
            "f:2:1: the file has merge conflict markers",
        ),
    ] {
        let told = read(text)
            .map(|value| value.to_string())
            .map_err(|error| error.to_string());
        assert_eq!(told, Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn values_of_the_wrong_kind_are_told_with_their_place() {
    #[derive(Debug, serde::Deserialize)]
    struct Document {
        _a: Vec<Option<bool>>,
    }
    let read = |text| from_str::<Document>("f", text).map_err(|error| (error.code, error.to_string()));
    assert!(read("_a: [true, ~, null, , false]\n").is_err());
    assert!(read("_a: [true, ~, null, false]\nb: *x\n").is_ok());
    for (text, expected) in [
        ("_a:\n  - {b: c}\n", "f:2:5: expected a boolean, found an object"),
        ("b: c\n", "f:1:1: missing field `_a`"),
        ("# c\n", "f:2:1: expected struct Document, found nothing"),
    ] {
        assert_eq!(read(text).unwrap_err(), (Code::Format, expected.to_owned()));
    }
}

#[test]
fn nesting_has_a_bound() {
    for text in [
        "[".repeat(100_000),
        "- ".repeat(100_000),
        "a: {".repeat(100_000),
        (0..2_000)
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect(),
    ] {
        assert_eq!(read(&text).unwrap_err().code, Code::TooLarge);
    }
}
