//! From text to nodes and keys, by indentation and indicators.

use std::borrow::Cow;
use std::hash::BuildHasher;

use super::Fault;
use crate::error::Code;
use crate::text;

/// How deep collections may nest.
const DEEPEST: usize = 100;

/// Where a node is wanted.
#[derive(Clone, Copy)]
pub(super) enum Spot {
    /// As the whole document.
    Document,
    /// As the value of a key that stands at this column.
    Value(usize),
    /// After a dash at this column, or the colon of a key with a question mark.
    Item(usize),
    /// Within brackets or braces.
    Flow,
}

impl Spot {
    /// The column that the node's lines must pass, if any.
    pub(super) const fn parent(self) -> Option<usize> {
        match self {
            Self::Value(column) | Self::Item(column) => Some(column),
            Self::Document | Self::Flow => None,
        }
    }

    /// Whether a line that begins at `column` may belong to the node.
    pub(super) fn holds(self, column: usize) -> bool {
        self.parent().is_none_or(|parent| column > parent)
    }

    pub(super) const fn is_flow(self) -> bool {
        matches!(self, Self::Flow)
    }
}

/// How a collection is written.
#[derive(Clone, Copy)]
pub(super) enum Style {
    /// In lines whose entries begin at this column.
    Block(usize),
    /// In brackets or braces.
    Flow,
}

impl Style {
    pub(super) const fn item(self) -> Spot {
        match self {
            Self::Block(column) => Spot::Item(column),
            Self::Flow => Spot::Flow,
        }
    }
}

/// A node, of which a collection's entries are still to be read.
pub(super) enum Node<'a> {
    Nothing,
    /// The value of an anchor, by the place of the asterisk.
    Alias(usize),
    Scalar {
        text: Cow<'a, str>,
        is_plain: bool,
    },
    /// A mapping. Whether it is one shows after the first key, which therefore is read already; not so in
    /// braces and after a question mark.
    Map(Style, Option<Key<'a>>),
    List(Style),
}

pub(super) struct Key<'a> {
    pub(super) text: Cow<'a, str>,
    offset: usize,
}

/// A key that was read, with the hash of its text.
struct Noted<'a> {
    hash: u64,
    key: Key<'a>,
}

pub(super) struct Reader<'a> {
    /// The text to the end of the document.
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Where the line begins in which `at` is.
    pub(super) line_start: usize,
    /// Whether nothing but blanks stands before `at` in its line.
    pub(super) at_line_head: bool,
    depth: usize,
    /// The keys of the open mappings, one mapping after the other.
    keys: Vec<Noted<'a>>,
    hashes: foldhash::fast::RandomState,
}

impl<'a> Reader<'a> {
    /// Reads `text` from `start`, which is the beginning or follows a document's marker.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        Self {
            text,
            at: start,
            line_start: start,
            at_line_head: start == 0,
            depth: 0,
            keys: Vec::new(),
            hashes: foldhash::fast::RandomState::default(),
        }
    }

    /// Whether nothing but comments follows.
    pub(super) fn is_blank(&self) -> bool {
        let mut lines = self.text[self.at..].lines().map(str::trim_start);
        lines.all(|line| line.is_empty() || line.starts_with('#'))
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    pub(super) const fn column(&self) -> usize {
        self.at - self.line_start
    }

    pub(super) const fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        self.at_line_head = false;
    }

    pub(super) fn fault(&self, message: &str) -> Fault {
        Fault::syntax(self.at, message)
    }

    /// Whether `byte` stands here as an indicator: with a blank, a line end or nothing after it.
    pub(super) fn is_indicator(&self, byte: u8) -> bool {
        self.peek() == Some(byte) && self.byte(self.at + 1).is_none_or(ends_indicator)
    }

    /// Goes over blanks, comments and line ends to the next token.
    pub(super) fn skip_blanks(&mut self, spot: Spot) -> Result<(), Fault> {
        let mut tab = None;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' => self.at += 1,
                b'\t' => {
                    if self.at_line_head {
                        tab.get_or_insert(self.at);
                    }
                    self.at += 1;
                }
                b'\r' if self.byte(self.at + 1) == Some(b'\n') => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.line_start = self.at;
                    self.at_line_head = true;
                    tab = None;
                }
                b'#' if self.at_line_head || self.text[..self.at].ends_with([' ', '\t']) => {
                    let rest = &self.text.as_bytes()[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    tab = None;
                }
                _ => break,
            }
        }
        match tab {
            Some(tab) if !spot.is_flow() && self.peek().is_some() => Err(tab_fault(tab)),
            _ => Ok(()),
        }
    }

    /// After a node in a block, nothing more may stand in its line. Goes to the next token.
    pub(super) fn end_line(&mut self) -> Result<(), Fault> {
        self.skip_blanks(Spot::Document)?;
        if self.at_line_head || self.peek().is_none() {
            Ok(())
        } else {
            Err(self.fault("expected the end of the line"))
        }
    }

    /// Goes over the end of the document.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        self.end_line()?;
        if self.is_document_end() {
            self.skip("...".len());
            self.end_line()?;
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("this does not belong to what stands before it")),
        }
    }

    fn is_document_end(&self) -> bool {
        self.column() == 0 && self.text[self.at..].starts_with("...")
    }

    /// Begins to read the node that stands next.
    pub(super) fn open(&mut self, spot: Spot) -> Result<Node<'a>, Fault> {
        self.skip_blanks(spot)?;
        // After a dash, a collection may begin in the same line.
        let mut may_be_block = self.at_line_head || matches!(spot, Spot::Item(_));
        let mut column = self.column();
        while self.peek() == Some(b'&') && !self.is_outside(spot) {
            self.anchor_name()?;
            self.skip_blanks(spot)?;
            if self.at_line_head {
                may_be_block = true;
                column = self.column();
            }
        }
        if self.is_outside(spot) {
            return Ok(Node::Nothing);
        }
        may_be_block &= !spot.is_flow();
        match self.peek() {
            None => Ok(Node::Nothing),
            Some(b',' | b':' | b']' | b'}') if spot.is_flow() => Ok(Node::Nothing),
            Some(b'*') => {
                let offset = self.at;
                self.anchor_name()?;
                Ok(Node::Alias(offset))
            }
            Some(b'!') => Err(Fault::unsupported(self.at, "a tag (`!`)")),
            Some(b'{') => {
                self.skip(1);
                Ok(Node::Map(Style::Flow, None))
            }
            Some(b'[') => {
                self.skip(1);
                Ok(Node::List(Style::Flow))
            }
            Some(b'|' | b'>') if !spot.is_flow() => Ok(Node::Scalar {
                text: Cow::Owned(self.block_scalar(spot)?),
                is_plain: false,
            }),
            Some(b'-') if may_be_block && self.is_indicator(b'-') => Ok(Node::List(Style::Block(column))),
            Some(b'?') if self.at_line_head && self.is_indicator(b'?') => {
                Ok(Node::Map(Style::Block(column), None))
            }
            Some(first) => {
                let is_plain = !matches!(first, b'"' | b'\'');
                let (offset, line_start) = (self.at, self.line_start);
                let text = self.scalar(spot)?;
                if spot.is_flow() || !self.skip_to_colon() {
                    return Ok(Node::Scalar { text, is_plain });
                }
                if !may_be_block || line_start != self.line_start {
                    return Err(self.fault("a key cannot stand here; is the indentation right?"));
                }
                let key = key(text, is_plain, offset)?;
                Ok(Node::Map(Style::Block(column), Some(key)))
            }
        }
    }

    /// Whether what stands here begins a line that does not belong to a node at `spot`. A list may stand
    /// at the column of the key that it belongs to.
    fn is_outside(&self, spot: Spot) -> bool {
        let column = self.column();
        let is_list_of_key =
            || matches!(spot, Spot::Value(parent) if column == parent) && self.is_indicator(b'-');
        self.at_line_head && !spot.holds(column) && !is_list_of_key()
    }

    /// Goes over an anchor or alias. What aliases stand for is never looked up.
    fn anchor_name(&mut self) -> Result<(), Fault> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let ends = |&byte: &u8| ends_indicator(byte) || is_flow_indicator(byte);
        match rest.iter().position(ends).unwrap_or(rest.len()) {
            0 => Err(self.fault("expected a name after `&` or `*`")),
            length => {
                self.skip(1 + length);
                Ok(())
            }
        }
    }

    /// Goes to the colon after a key, if one follows in this line.
    fn skip_to_colon(&mut self) -> bool {
        if self.at_line_head {
            return false;
        }
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.is_indicator(b':')
    }

    /// The next key of a mapping; nothing after its last.
    pub(super) fn next_key(&mut self, style: Style) -> Result<Option<Key<'a>>, Fault> {
        match style {
            Style::Block(column) => {
                if self.is_next_entry(column)? {
                    self.block_key(column).map(Some)
                } else {
                    Ok(None)
                }
            }
            Style::Flow => self.flow_key(),
        }
    }

    fn block_key(&mut self, column: usize) -> Result<Key<'a>, Fault> {
        let is_explicit = self.is_indicator(b'?');
        if is_explicit {
            self.skip(1);
            self.skip_blanks(Spot::Document)?;
        }
        let (offset, line_start) = (self.at, self.line_start);
        let is_plain = self.key_kind()?;
        let text = self.scalar(Spot::Value(column))?;
        if is_explicit {
            self.end_line()?;
            if self.column() != column || !self.is_indicator(b':') {
                return Err(self.fault("expected `:` and the value of the key after `?`"));
            }
        } else if !self.skip_to_colon() || line_start != self.line_start {
            return Err(Fault::syntax(offset, "expected `key: value`"));
        }
        key(text, is_plain, offset)
    }

    fn flow_key(&mut self) -> Result<Option<Key<'a>>, Fault> {
        self.skip_blanks(Spot::Flow)?;
        if self.peek() == Some(b'}') {
            self.skip(1);
            return Ok(None);
        }
        let offset = self.at;
        let is_plain = self.key_kind()?;
        let text = self.scalar(Spot::Flow)?;
        self.skip_blanks(Spot::Flow)?;
        key(text, is_plain, offset).map(Some)
    }

    /// Whether the key that begins here is plain, not quoted.
    fn key_kind(&self) -> Result<bool, Fault> {
        match self.peek() {
            Some(b'"' | b'\'') => Ok(false),
            Some(b'{' | b'[' | b'&' | b'*' | b'!' | b'|' | b'>' | b'?') => {
                Err(Fault::unsupported(self.at, "a key that is not simply text"))
            }
            _ => Ok(true),
        }
    }

    /// Goes over the colon after a key, to its value. In braces, a key may stand without one.
    pub(super) fn enter_value(&mut self, style: Style) -> Option<Spot> {
        let spot = match style {
            // After a key with a question mark, a collection may begin in the line of the colon.
            Style::Block(column) if self.at_line_head => Spot::Item(column),
            Style::Block(column) => Spot::Value(column),
            Style::Flow if self.peek() == Some(b':') => Spot::Flow,
            Style::Flow => return None,
        };
        self.skip(1);
        Some(spot)
    }

    /// Goes over the dash of the next item of a list; false after its last.
    pub(super) fn next_item(&mut self, style: Style, is_first: bool) -> Result<bool, Fault> {
        match style {
            Style::Block(column) => {
                let is_item = is_first || self.is_next_entry(column)? && self.is_indicator(b'-');
                if is_item {
                    self.skip(1);
                }
                Ok(is_item)
            }
            Style::Flow => {
                self.skip_blanks(Spot::Flow)?;
                let is_end = self.peek() == Some(b']');
                if is_end {
                    self.skip(1);
                } else if self.peek() == Some(b',') {
                    return Err(self.fault("expected an item of the list"));
                }
                Ok(!is_end)
            }
        }
    }

    /// Whether another entry of the collection at `column` follows.
    fn is_next_entry(&mut self, column: usize) -> Result<bool, Fault> {
        self.end_line()?;
        if self.peek().is_none() || self.column() < column || self.is_document_end() {
            Ok(false)
        } else if self.column() == column {
            Ok(true)
        } else {
            Err(self.fault("this line is indented further than what it belongs to"))
        }
    }

    /// After an entry in brackets or braces: goes over a comma, or to the end.
    pub(super) fn end_flow_entry(&mut self, close: u8) -> Result<(), Fault> {
        self.skip_blanks(Spot::Flow)?;
        match self.peek() {
            Some(b',') => {
                self.skip(1);
                Ok(())
            }
            Some(byte) if byte == close => Ok(()),
            _ => Err(self.fault(&format!("expected `,` or `{}`", char::from(close)))),
        }
    }

    /// Enters a collection. Gives a mark for [`Reader::leave`].
    pub(super) fn enter(&mut self) -> Result<usize, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault {
                code: Code::TooLarge,
                message: format!("more than {DEEPEST} levels of nesting"),
                offset: Some(self.at),
            });
        }
        Ok(self.keys.len())
    }

    /// Notes a key of the mapping that was entered last.
    pub(super) fn note(&mut self, key: Key<'a>) {
        let hash = self.hashes.hash_one(&*key.text);
        self.keys.push(Noted { hash, key });
    }

    /// Leaves the collection that was entered last. A mapping must not have the same key twice.
    pub(super) fn leave(&mut self, entered: usize) -> Result<(), Fault> {
        self.depth -= 1;
        let keys = &mut self.keys[entered..];
        // By hash, since long texts with equal beginnings are slow to compare.
        keys.sort_unstable_by(|a, b| {
            a.hash
                .cmp(&b.hash)
                .then_with(|| a.key.text.cmp(&b.key.text))
                .then_with(|| a.key.offset.cmp(&b.key.offset))
        });
        let mut pairs = keys.windows(2);
        let twice = pairs.find(|pair| pair[0].hash == pair[1].hash && pair[0].key.text == pair[1].key.text);
        if let Some([_, Noted { key, .. }]) = twice {
            let message = format!("the key {:?} stands here a second time", text::excerpt(&key.text));
            return Err(Fault::syntax(key.offset, message));
        }
        self.keys.truncate(entered);
        Ok(())
    }
}

fn key(text: Cow<'_, str>, is_plain: bool, offset: usize) -> Result<Key<'_>, Fault> {
    if is_plain && text == "<<" {
        return Err(Fault::unsupported(offset, "a merge key (`<<`)"));
    }
    Ok(Key { text, offset })
}

pub(super) fn tab_fault(offset: usize) -> Fault {
    Fault::syntax(offset, "a tab indents this line; YAML wants spaces")
}

pub(super) const fn ends_indicator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

pub(super) const fn is_flow_indicator(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}
