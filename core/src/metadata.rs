//! The `key:value,key:value` codec, with the service's limits.
//!
//! Pairs are parted by `,`; a comma in a value is written `\,` and a backslash `\\`. The first `:` ends the
//! key, so a value may hold more of them. Blanks around keys and values do not count. Limits: the v2
//! OpenAPI file (`MetadataInput`).

use serde::Serialize;

/// Most pairs in one request.
const MOST_PAIRS: usize = 50;
/// Longest key, in characters.
const LONGEST_KEY: usize = 128;
/// Longest value, in characters.
const LONGEST_VALUE: usize = 256;

/// A key and its value, both within the limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// Which pair is wrong, and how. `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// There is no pair at all.
    #[error("no key:value pair is given")]
    Empty,
    /// There are more than one request can carry.
    #[error("{0} pairs are given; {MOST_PAIRS} are the most")]
    TooMany(usize),
    /// One of them is wrong.
    #[error("pair {number} ({text:?}) {problem}")]
    Pair {
        /// Which, from 1.
        number: usize,
        /// How it is written.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// Reads the pairs.
///
/// # Errors
/// The first pair that is wrong, or what is wrong with all of them.
pub fn parse(text: &str) -> Result<Vec<Pair>, MetadataError> {
    let parts = split(text);
    let pairs = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| !part.trim().is_empty())
        .map(|(index, part)| {
            pair(part).map_err(|problem| MetadataError::Pair {
                number: index + 1,
                text: part.trim().to_owned(),
                problem,
            })
        })
        .collect::<Result<Vec<Pair>, _>>()?;
    match pairs.len() {
        0 => Err(MetadataError::Empty),
        1..=MOST_PAIRS => Ok(pairs),
        more => Err(MetadataError::TooMany(more)),
    }
}

/// Parts at commas that no backslash stands before, and takes such backslashes away.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(part) = parts.last_mut() else { continue };
        match c {
            '\\' => match chars.next_if(|&next| matches!(next, ',' | '\\')) {
                Some(escaped) => part.push(escaped),
                None => part.push('\\'),
            },
            ',' => parts.push(String::new()),
            c => part.push(c),
        }
    }
    parts
}

fn pair(text: &str) -> Result<Pair, &'static str> {
    let (key, value) = text
        .split_once(':')
        .ok_or("has no colon; write key:value, and \\, for a comma in a value")?;
    let (key, value) = (key.trim(), value.trim());
    if key.is_empty() {
        return Err("has no key before the colon");
    }
    if value.is_empty() {
        return Err("has no value after the colon");
    }
    if key.chars().count() > LONGEST_KEY {
        return Err("has a key of more than 128 characters");
    }
    if value.chars().count() > LONGEST_VALUE {
        return Err("has a value of more than 256 characters");
    }
    Ok(Pair {
        key: key.to_owned(),
        value: value.to_owned(),
    })
}

/// Writes pairs so that [`parse`] reads the same ones.
#[must_use]
pub fn format(pairs: &[Pair]) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace(',', "\\,");
    let pairs: Vec<String> = pairs
        .iter()
        .map(|pair| format!("{}:{}", escape(&pair.key), escape(&pair.value)))
        .collect();
    pairs.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, String> {
        let pairs = parse(text).map_err(|error| error.to_string())?;
        Ok(pairs.into_iter().map(|pair| (pair.key, pair.value)).collect())
    }

    #[test]
    fn pairs_are_read() {
        for (text, expected) in [
            ("env:prod,region:us", vec![("env", "prod"), ("region", "us")]),
            (" env : prod , ", vec![("env", "prod")]),
            (
                "url:https://a.example:80/x",
                vec![("url", "https://a.example:80/x")],
            ),
            (r"list:a\,b,path:c\d\\", vec![("list", "a,b"), ("path", r"c\d\")]),
        ] {
            let expected = expected
                .iter()
                .map(|&(k, v)| (k.to_owned(), v.to_owned()))
                .collect();
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn the_wrong_pair_is_named() {
        for (text, expected) in [
            ("", "no key:value pair is given".to_owned()),
            (
                "a:b,c",
                "pair 2 (\"c\") has no colon; write key:value, and \\, for a comma in a value".to_owned(),
            ),
            (":b", "pair 1 (\":b\") has no key before the colon".to_owned()),
            ("a: ", "pair 1 (\"a:\") has no value after the colon".to_owned()),
            (
                &"a:b,".repeat(51),
                "51 pairs are given; 50 are the most".to_owned(),
            ),
        ] {
            assert_eq!(read(text), Err(expected), "{text}");
        }
        assert!(read(&format!("{}:b", "k".repeat(129))).is_err());
        assert!(read(&format!("a:{}", "v".repeat(257))).is_err());
        assert!(read(&format!("{}:{}", "k".repeat(128), "é".repeat(256))).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(pairs in prop::collection::vec(("[a-z\\\\,]{1,5}", "[a-z:\\\\,]{1,9}"), 1..5)) {
            let pairs: Vec<Pair> = pairs.into_iter().map(|(key, value)| Pair { key, value }).collect();
            prop_assert_eq!(parse(&format(&pairs)), Ok(pairs));
        }

        #[test]
        fn nothing_panics(text in ".{0,200}") {
            let _ = parse(&text);
        }
    }
}
