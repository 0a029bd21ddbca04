//! What the JSON formats share: text that borrows from the file, and errors with their place.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::error::{Code, InputError, Position};
use crate::text;

/// A string of the file; borrowed unless it has escapes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> Text<'a> {
    /// The text as it stands in the file, if it borrows from it.
    pub(super) fn borrowed(&self) -> Option<&'a str> {
        match self.0 {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(value)))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// An object as a list of its members, in the file's order, repeated keys included.
#[derive(Debug)]
pub(super) struct Members<'a, V>(pub(super) Vec<(Text<'a>, V)>);

impl<V> Default for Members<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de: 'a, 'a, V: Deserialize<'de>> Deserialize<'de> for Members<'a, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for MembersVisitor<V> {
            type Value = Members<'de, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    let value = map
                        .next_value()
                        .map_err(|error| de::Error::custom(format_args!("{:?}: {error}", key.as_str())))?;
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor(PhantomData))
    }
}

/// A value that counts only if it is of the expected kind; npm itself passes over others here.
#[derive(Debug)]
pub(super) enum Lenient<T> {
    Expected(T),
    Other,
}

impl<T> Lenient<T> {
    pub(super) fn expected(self) -> Option<T> {
        match self {
            Self::Expected(value) => Some(value),
            Self::Other => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Lenient<Text<'a>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(LenientVisitor)
            .map(|kind| match kind {
                Kind::Text(text) => Self::Expected(text),
                Kind::Members(_) | Kind::Other => Self::Other,
            })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Lenient<Members<'a, Text<'a>>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(LenientVisitor)
            .map(|kind| match kind {
                Kind::Members(members) => Self::Expected(members),
                Kind::Text(_) | Kind::Other => Self::Other,
            })
    }
}

enum Kind<'a> {
    Text(Text<'a>),
    Members(Members<'a, Text<'a>>),
    Other,
}

struct LenientVisitor;

impl<'de> Visitor<'de> for LenientVisitor {
    type Value = Kind<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Kind::Text(Text(Cow::Borrowed(value))))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Kind::Text(Text(Cow::Owned(value.to_owned()))))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Kind::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Kind::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Kind::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Kind::Other)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Kind::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Members::deserialize(de::value::MapAccessDeserializer::new(map)).map(Kind::Members)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Kind::Other)
    }
}

/// Reads all of `text` as a `T`; a fault has its place, and a merge conflict is told as such.
pub(super) fn from_str<'a, T: Deserialize<'a>>(file: &str, text: &'a str) -> Result<T, InputError> {
    from_seed(file, text, PhantomData)
}

/// Reads all of `text` as `seed` does; the same for what must know something before it reads.
pub(super) fn from_seed<'a, S: DeserializeSeed<'a>>(
    file: &str,
    text: &'a str,
    seed: S,
) -> Result<S::Value, InputError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut reader);
    let whole = value.and_then(|value| reader.end().map(|()| value));
    whole.map_err(|error| {
        if text.trim().is_empty() {
            return InputError::new(Code::Empty, file, "the file is empty")
                .help("was it written completely?");
        }
        if let Some(conflict) = text::merge_conflict(file, text) {
            return conflict;
        }
        // Only reading it once more without expectations tells faults of syntax from faults of content.
        match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) if error.is_eof() => {
                fault(Code::Syntax, file, text, &error, "the file ends too early")
                    .help("was it written completely? make it anew with the package manager")
            }
            Err(error) => {
                let message = format!("not JSON: {}", without_place(&error.to_string()));
                fault(Code::Syntax, file, text, &error, message)
            }
            Ok(_) => fault(
                Code::Format,
                file,
                text,
                &error,
                expectation(&without_place(&error.to_string())),
            ),
        }
    })
}

fn fault(
    code: Code,
    file: &str,
    text: &str,
    error: &serde_json::Error,
    message: impl Into<String>,
) -> InputError {
    InputError::new(code, file, message).at(position(text, error.line(), error.column()))
}

/// serde_json counts columns in bytes.
fn position(text: &str, line: usize, column: usize) -> Position {
    let start = match line {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text.as_bytes())
            .nth(line - 2)
            .map_or(0, |newline| newline + 1),
    };
    Position::of(text, start + column.saturating_sub(1))
}

/// serde_json ends its messages with ` at line N column M`; we write the place in front.
fn without_place(message: &str) -> String {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message)
        .to_owned()
}

/// serde's "invalid type: sequence, expected X" in the words of JSON: "expected X, found a list".
pub(super) fn expectation(message: &str) -> String {
    let told = |message: &str| {
        let (before, rest) = message.split_once("invalid type: ")?;
        let (found, expected) = rest.split_once(", expected ")?;
        let found = match found {
            "sequence" => "a list",
            "map" => "an object",
            found => found,
        };
        Some(format!("{before}expected {expected}, found {found}"))
    };
    told(message).unwrap_or_else(|| message.to_owned())
}

/// Where `part` begins in `whole`, if it borrows from it.
pub(super) fn offset_in(whole: &str, part: &str) -> Option<usize> {
    let offset = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (offset < whole.len()).then_some(offset)
}
