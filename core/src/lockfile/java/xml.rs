//! A small tree of XML elements: names, text and places. Document type definitions are refused, so
//! there are no entities to expand and nothing outside the file to fetch.

use std::borrow::Cow;
use std::num::NonZeroU32;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::error::{Code, InputError, Position};
use crate::text::{self, Encoding, Lines};

/// Deeper nesting than any real file has.
const DEEPEST: usize = 256;

/// A document; element 0 is its root. Its texts borrow from the file where they can.
#[derive(Debug)]
pub(super) struct Document<'t> {
    elements: Vec<Element<'t>>,
    namespace: String,
}

#[derive(Debug)]
struct Element<'t> {
    name: &'t str,
    text: Cow<'t, str>,
    line: usize,
    first_child: Option<Index>,
    last_child: Option<Index>,
    /// The next child of the same parent.
    next: Option<Index>,
}

/// The place of an element that is not the root.
type Index = NonZeroU32;

/// An element of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'d> {
    elements: &'d [Element<'d>],
    index: usize,
}

impl<'d> Node<'d> {
    fn element(self) -> &'d Element<'d> {
        &self.elements[self.index]
    }

    /// The name, without a namespace prefix.
    pub(super) fn name(self) -> &'d str {
        self.element().name
    }

    /// The element's own text, without the white space around it.
    pub(super) fn text(self) -> &'d str {
        self.element().text.trim()
    }

    /// The line where its tag begins, from 1.
    pub(super) fn line(self) -> usize {
        self.element().line
    }

    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let node = move |index: Index| Self {
            elements: self.elements,
            index: index.get() as usize,
        };
        std::iter::successors(self.element().first_child.map(node), move |child| {
            child.element().next.map(node)
        })
    }

    /// The last child of that name: where something stands twice, Maven takes the last.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().filter(|child| child.name() == name).last()
    }

    /// The text of the child of that name.
    pub(super) fn child_text(self, name: &str) -> Option<&'d str> {
        self.child(name).map(Self::text)
    }

    /// The elements called `item` in the child called `list`.
    pub(super) fn list(self, list: &str, item: &str) -> impl Iterator<Item = Self> {
        let children = self.child(list).into_iter().flat_map(Self::children);
        children.filter(move |child| child.name() == item)
    }
}

impl<'t> Document<'t> {
    /// Reads `text`, whose root must be called `root`.
    pub(super) fn parse(file: &str, text: &'t str, root: &str) -> Result<Self, InputError> {
        if text.trim().is_empty() {
            return Err(
                InputError::new(Code::Empty, file, "the file is empty").help("was it written completely?")
            );
        }
        Self::read(file, text, root).map_err(|error| text::merge_conflict(file, text).unwrap_or(error))
    }

    fn read(file: &str, text: &'t str, root: &str) -> Result<Self, InputError> {
        let fault = |code, offset, message: String| {
            InputError::new(code, file, message).at(Position::of(text, offset))
        };
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut document = Document {
            elements: Vec::new(),
            namespace: String::new(),
        };
        let mut open: Vec<usize> = Vec::new();
        let mut lines = Lines::new(text);
        loop {
            let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|error| {
                let at = usize::try_from(reader.error_position()).unwrap_or(offset);
                fault(Code::Syntax, at, format!("not XML: {error}"))
            })?;
            match event {
                Event::Start(start) => {
                    let full = start.name();
                    if !is_name(full.as_ref()) {
                        return Err(fault(
                            Code::Syntax,
                            offset,
                            "not XML: this is no name of an element".to_owned(),
                        ));
                    }
                    if open.len() == DEEPEST {
                        let message = format!("elements are nested more than {DEEPEST} deep");
                        return Err(fault(Code::TooLarge, offset, message));
                    }
                    if open.is_empty() && !document.elements.is_empty() {
                        return Err(fault(
                            Code::Syntax,
                            offset,
                            "not XML: a second root element".to_owned(),
                        ));
                    }
                    // The event borrows from the reader; the name stands in the text, behind the `<`.
                    let (name_end, length) =
                        (offset + 1 + full.as_ref().len(), full.local_name().as_ref().len());
                    let name = text.get(name_end - length..name_end).unwrap_or_default();
                    if document.elements.is_empty() && name == root {
                        document.namespace = namespace(&start);
                    } else if document.elements.is_empty() {
                        let message = format!("the root element is <{name}>, not <{root}>");
                        return Err(fault(Code::Format, offset, message));
                    }
                    let index = document.add(open.last().copied(), name, lines.line_at(offset));
                    open.push(index);
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    let (content, is_blank) = match &event {
                        Event::Text(text) => (text.xml10_content(), text.trim().is_empty()),
                        Event::CData(data) => (data.xml10_content(), false),
                        Event::GeneralRef(reference) => (character(reference), false),
                        _ => (Cow::Borrowed(""), true),
                    };
                    match open.last() {
                        Some(&index) => {
                            let told = &mut document.elements[index].text;
                            match (told.is_empty(), &content, &event) {
                                // Blanks around a text do not belong to it.
                                (true, _, _) if is_blank => {}
                                (true, Cow::Borrowed(content), Event::Text(_)) => {
                                    let written = text.get(offset..offset + content.len());
                                    *told = Cow::Borrowed(written.unwrap_or_default());
                                }
                                _ => told.to_mut().push_str(&content),
                            }
                        }
                        None if is_blank => {}
                        None => {
                            return Err(fault(
                                Code::Syntax,
                                offset,
                                "not XML: text outside of the root element".to_owned(),
                            ));
                        }
                    }
                }
                Event::DocType(_) => {
                    return Err(fault(
                        Code::Unsupported,
                        offset,
                        "a document type definition is not allowed here".to_owned(),
                    )
                    .help("remove the <!DOCTYPE …>; a POM needs none"));
                }
                Event::Eof if open.is_empty() && !document.elements.is_empty() => return Ok(document),
                Event::Eof => {
                    return Err(fault(Code::Syntax, offset, "the file ends too early".to_owned())
                        .help("was it written completely?"));
                }
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// Adds an element as the last child of `parent`.
    fn add(&mut self, parent: Option<usize>, name: &'t str, line: usize) -> usize {
        let index = self.elements.len();
        self.elements.push(Element {
            name,
            text: Cow::Borrowed(""),
            line,
            first_child: None,
            last_child: None,
            next: None,
        });
        if let Some(parent) = parent {
            let child = u32::try_from(index).ok().and_then(Index::new);
            match std::mem::replace(&mut self.elements[parent].last_child, child) {
                Some(before) => self.elements[before.get() as usize].next = child,
                None => self.elements[parent].first_child = child,
            }
        }
        index
    }

    /// The namespace that the root element declares for names without a prefix; empty if it declares none.
    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The root element.
    pub(super) fn root(&self) -> Node<'_> {
        Node {
            elements: &self.elements,
            index: 0,
        }
    }
}

fn namespace(root: &BytesStart<'_>) -> String {
    let declared = root.try_get_attribute("xmlns").ok().flatten();
    declared.map_or_else(String::new, |declared| declared.value.trim().to_owned())
}

fn is_name(name: &str) -> bool {
    let starts = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
    name.starts_with(starts)
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.' | '\u{b7}'))
}

/// The character that a reference stands for; one that XML does not define stays as it is written.
fn character(reference: &BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string().into();
    }
    let known = match &**reference {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        other => return format!("&{other};").into(),
    };
    known.into()
}

/// The file's text. Without a byte order mark, the XML declaration may name a one-byte encoding.
pub(super) fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, InputError> {
    const LATIN1: [&str; 4] = ["iso-8859-1", "latin1", "windows-1252", "us-ascii"];
    let declaration: String = bytes
        .strip_prefix(b"<?xml")
        .map(|rest| {
            rest.iter()
                .take(200)
                .take_while(|&&byte| byte != b'>')
                .map(|&byte| char::from(byte))
                .collect()
        })
        .unwrap_or_default();
    let encoding = declaration
        .split_once("encoding")
        .and_then(|(_, rest)| rest.trim_start().strip_prefix('='))
        .map(|rest| {
            rest.trim_start()
                .trim_start_matches(['"', '\''])
                .to_ascii_lowercase()
        });
    let is_latin1 = encoding.is_some_and(|name| LATIN1.iter().any(|known| name.starts_with(known)));
    text::decode(
        file,
        bytes,
        if is_latin1 {
            Encoding::Latin1
        } else {
            Encoding::Utf8
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Document::parse("f", text, "a").unwrap_err().code
    }

    #[test]
    fn text_is_joined_and_trimmed() {
        let document = Document::parse(
            "f",
            "<a>\n<p:b> x<!-- - -->&lt;&#65;<![CDATA[&amp;]]> </p:b><c/></a>",
            "a",
        )
        .unwrap();
        assert_eq!(document.root().child_text("b"), Some("x<A&amp;"));
        assert_eq!(document.root().child_text("c"), Some(""));
        assert_eq!(document.root().child("b").unwrap().line(), 2);
        assert_eq!(document.namespace(), "");
        let named = Document::parse("f", "<a x='1' xmlns=\"http://a.example/1\" xmlns:p='y'/>", "a").unwrap();
        assert_eq!(named.namespace(), "http://a.example/1");
    }

    #[test]
    fn what_is_not_xml_is_an_error() {
        for (text, expected) in [
            ("", Code::Empty),
            ("<a>", Code::Syntax),
            ("<a></b>", Code::Syntax),
            ("x<a/>", Code::Syntax),
            ("<a/><a/>", Code::Syntax),
            ("<a><$x/></a>", Code::Syntax),
            ("<b/>", Code::Format),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", Code::Unsupported),
            ("<a>\n<<<<<<< ours\n<b>\n", Code::MergeConflict),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(code(&"<a>".repeat(100_000)), Code::TooLarge);
    }

    #[test]
    fn a_declared_encoding_is_honoured() {
        let bytes = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>";
        assert!(decode("f", bytes).unwrap().ends_with("<a>é</a>"));
        assert_eq!(decode("f", b"<a>\xE9</a>").unwrap_err().code, Code::Encoding);
    }
}
