//! serde's view of the nodes.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::Fault;
use super::reader::{Key, Node, Reader, Spot, Style};

/// Reads one document to its end.
pub(super) fn document<'a, T: Deserialize<'a>>(mut reader: Reader<'a>) -> Result<T, Fault> {
    let value = read(&mut reader, Spot::Document, std::marker::PhantomData)?;
    reader.end()?;
    Ok(value)
}

fn read<'a, S: DeserializeSeed<'a>>(reader: &mut Reader<'a>, spot: Spot, seed: S) -> Result<S::Value, Fault> {
    reader.skip_blanks(spot)?;
    let offset = reader.at;
    let node = reader.open(spot)?;
    seed.deserialize(Opened { reader, node })
        .map_err(|fault| fault.within(offset))
}

struct Opened<'r, 'a> {
    reader: &'r mut Reader<'a>,
    node: Node<'a>,
}

impl<'a> Deserializer<'a> for Opened<'_, 'a> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        let reader = self.reader;
        match self.node {
            Node::Nothing => visitor.visit_unit(),
            Node::Alias(offset) => Err(Fault::unsupported(offset, "an alias (`*`)")),
            Node::Scalar { text, .. } => match text {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Node::Map(style, first) => {
                let entered = reader.enter()?;
                visitor.visit_map(Map {
                    reader,
                    style,
                    first,
                    entered,
                })
            }
            Node::List(style) => {
                let entered = reader.enter()?;
                visitor.visit_seq(List {
                    reader,
                    style,
                    is_first: true,
                    entered,
                })
            }
        }
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node {
            Node::Nothing => visitor.visit_none(),
            Node::Scalar { text, is_plain: true } if matches!(&**text, "null" | "~") => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node {
            Node::Scalar { text, is_plain: true } if text == "true" => visitor.visit_bool(true),
            Node::Scalar { text, is_plain: true } if text == "false" => visitor.visit_bool(false),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node {
            Node::Alias(_) => visitor.visit_unit(),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        <W: Visitor<'a>>
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct enum identifier
    }
}

struct Map<'r, 'a> {
    reader: &'r mut Reader<'a>,
    style: Style,
    first: Option<Key<'a>>,
    entered: usize,
}

impl<'a> MapAccess<'a> for Map<'_, 'a> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let next = match self.first.take() {
            Some(first) => Some(first),
            None => self.reader.next_key(self.style)?,
        };
        let Some(key) = next else {
            self.reader.leave(self.entered)?;
            return Ok(None);
        };
        let value = match &key.text {
            Cow::Borrowed(text) => seed.deserialize(BorrowedStrDeserializer::<Fault>::new(text)),
            Cow::Owned(text) => seed.deserialize(StrDeserializer::<Fault>::new(text)),
        };
        self.reader.note(key);
        value.map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let reader = &mut *self.reader;
        let value = match reader.enter_value(self.style) {
            Some(spot) => read(reader, spot, seed)?,
            None => {
                let node = Node::Nothing;
                seed.deserialize(Opened {
                    reader: &mut *reader,
                    node,
                })?
            }
        };
        if matches!(self.style, Style::Flow) {
            reader.end_flow_entry(b'}')?;
        }
        Ok(value)
    }
}

struct List<'r, 'a> {
    reader: &'r mut Reader<'a>,
    style: Style,
    is_first: bool,
    entered: usize,
}

impl<'a> SeqAccess<'a> for List<'_, 'a> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let is_first = std::mem::take(&mut self.is_first);
        if !self.reader.next_item(self.style, is_first)? {
            self.reader.leave(self.entered)?;
            return Ok(None);
        }
        let value = read(self.reader, self.style.item(), seed)?;
        if matches!(self.style, Style::Flow) {
            self.reader.end_flow_entry(b']')?;
        }
        Ok(Some(value))
    }
}
