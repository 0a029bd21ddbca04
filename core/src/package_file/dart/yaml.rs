//! YAML as JSON, within bounds: aliases make a little text into a lot of values.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The most values that a document may have.
const MAX_VALUES: usize = 100_000;

/// Reads one document.
///
/// # Errors
/// What is wrong with it: bad YAML, a key that is there twice or is no text, or too many values.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let left = Cell::new(MAX_VALUES);
    let document = yaml_serde::Deserializer::from_str(text);
    Within(&left)
        .deserialize(document)
        .map_err(|error| error.to_string())
}

/// A value, as one of so many that are still allowed.
#[derive(Clone, Copy)]
struct Within<'c>(&'c Cell<usize>);

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.0.get().checked_sub(1);
        let left = left.ok_or_else(|| D::Error::custom(format!("more than {MAX_VALUES} values")))?;
        self.0.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = members.next_entry_seed(self, self)? {
            let Value::String(key) = key else {
                return Err(A::Error::custom(format!("the key {key} is no text")));
            };
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} is there twice")));
            }
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn yaml_becomes_json() {
        let text = "a: &x [1, 2.5, true, ~, \"s\"]\nb: *x\nc: >-\n  folded\n  text\n";
        let expected =
            json!({ "a": [1, 2.5, true, null, "s"], "b": [1, 2.5, true, null, "s"], "c": "folded text" });
        assert_eq!(parse(text).unwrap(), expected);
    }

    #[test]
    fn what_is_twice_or_too_much_is_refused() {
        let mut laughs = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (one, two) in ["ab", "bc", "cd", "de", "ef", "fg"]
            .iter()
            .map(|pair| pair.split_at(1))
        {
            laughs.push_str(&format!(
                "{two}: &{two} [{}]\n",
                vec![format!("*{one}"); 10].join(", ")
            ));
        }
        let list = format!("a: &a [{}]\nb: [{}]", "x,".repeat(9_000), "*a,".repeat(9_000));
        for (text, says) in [
            ("a: 1\na: 2", "twice"),
            ("1: 2", "no text"),
            (&laughs, "repetition limit"),
            (&list, "more than 100000 values"),
            (&"[".repeat(10_000), "recursion"),
            ("a: [", "line"),
            ("a: 1\n---\nb: 2", "more than one document"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says), "{text:.40}: {error}");
        }
    }
}
