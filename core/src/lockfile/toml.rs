//! What the TOML formats share: a document as a tree that borrows from the file and knows where each value
//! stands, and errors with their place.
//!
//! Source of the rules: TOML 1.1. Syntax, strings and numbers are the crate `toml_parser`'s; the tables are put
//! together here, in one list of nodes, which is twice as fast as the crate `toml`'s maps and keeps the order.

use std::borrow::Cow;

use foldhash::HashMap;
use toml_parser::decoder::{Encoding as Quotes, ScalarKind};
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::{EventReceiver, parse_document};
use toml_parser::{ErrorSink, Expected, ParseError, Raw, Source, Span};

use crate::error::{Code, InputError, Position};
use crate::text;

/// A whole TOML file.
pub(super) struct Document<'a> {
    nodes: Vec<Node<'a>>,
}

/// A value, with the key that it stands under.
#[derive(Clone, Copy)]
pub(super) struct Item<'t> {
    nodes: &'t [Node<'t>],
    at: Index,
}

/// A table.
#[derive(Clone, Copy)]
pub(super) struct Table<'t>(Item<'t>);

type Index = u32;

/// The node of the document itself.
const ROOT: Index = 0;

/// No node: the root is nobody's child.
const NONE: Index = 0;

struct Node<'a> {
    /// Empty for members of an array.
    key: Cow<'a, str>,
    /// Where the key stands; for members of an array, the value.
    offset: u32,
    /// The next node of the same table or array.
    next: Index,
    value: Value<'a>,
}

enum Value<'a> {
    String(Cow<'a, str>),
    Boolean(bool),
    /// As the file writes it; dates and floats too.
    Number(&'a str),
    Table(Origin, Children),
    Array(IsTables, Children),
}

#[derive(Clone, Copy, Default)]
struct Children {
    first: Index,
    last: Index,
    count: u32,
}

/// How a table came to be, which says who may still add to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// By standing in the path of a `[header]`.
    Path,
    /// By a `[header]` of its own.
    Header,
    /// By a dotted key.
    Dotted,
    /// As an inline table, which is complete.
    Inline,
}

/// Whether an array is made of `[[headers]]`.
type IsTables = bool;

/// How deep arrays and tables may be nested.
const DEEPEST: usize = 80;

/// More brackets than any document has open, those of a header included.
const TOO_DEEP: usize = DEEPEST + 2;

/// How many keys of a table are looked through one by one; larger tables have an index.
const FEW: u32 = 16;

/// About how much of a lockfile there is for each value: the list need seldom grow.
const BYTES_FOR_A_NODE: usize = 32;

/// About how many tokens are parsed at once.
const BATCH: usize = 2048;

/// Reads all of `text`; a fault has its place, and a merge conflict is told as such.
pub(super) fn parse<'a>(file: &str, text: &'a str) -> Result<Document<'a>, InputError> {
    if text.trim().is_empty() {
        return Err(
            InputError::new(Code::Empty, file, "the file is empty").help("was it written completely?")
        );
    }
    if u32::try_from(text.len()).is_err() {
        return Err(InputError::new(
            Code::TooLarge,
            file,
            "the file is larger than 4 GiB",
        ));
    }
    read(text).map_err(|error| {
        text::merge_conflict(file, text).unwrap_or_else(|| {
            let offset = error.unexpected().map_or(text.len(), |span| span.start());
            InputError::new(Code::Syntax, file, format!("not TOML: {}", sentence(&error)))
                .at(Position::of(text, offset))
                .help("correct the line, or make the file anew with the tool that wrote it")
        })
    })
}

fn sentence(error: &ParseError) -> String {
    let mut sentence = error.description().to_owned();
    let mut separator = ", expected ";
    for expected in error.expected().unwrap_or_default() {
        sentence.push_str(separator);
        match expected {
            Expected::Literal("\n") => sentence.push_str("the end of the line"),
            Expected::Literal(literal) => {
                sentence.push('`');
                sentence.push_str(literal);
                sentence.push('`');
            }
            Expected::Description(description) => sentence.push_str(description),
            _ => {}
        }
        separator = " or ";
    }
    sentence
}

fn read(text: &str) -> Result<Document<'_>, ParseError> {
    let source = Source::new(text);
    let mut builder = Builder::new(source);
    let mut error: Option<ParseError> = None;
    // A document is a sequence of expressions that end with their lines, so it may be parsed in parts.
    let mut tokens: Vec<Token> = Vec::with_capacity(BATCH * 2);
    let mut depth = 0_usize;
    for token in source.lex() {
        tokens.push(token);
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                depth += 1;
                if depth > TOO_DEEP {
                    // No document goes on like this; without the rest the parser will find out all the same.
                    break;
                }
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
            TokenKind::Newline if depth == 0 && tokens.len() >= BATCH => {
                parse_document(&tokens, &mut builder, &mut error);
                tokens.clear();
                if error.is_some() {
                    break;
                }
            }
            _ => {}
        }
    }
    if error.is_none() {
        parse_document(&tokens, &mut builder, &mut error);
    }
    match error {
        Some(error) => Err(error),
        None if depth > TOO_DEEP => Err(too_deep(Span::default())),
        None => Ok(Document { nodes: builder.nodes }),
    }
}

impl Document<'_> {
    /// The table that the whole document is.
    pub(super) fn root(&self) -> Table<'_> {
        Table(Item {
            nodes: &self.nodes,
            at: ROOT,
        })
    }
}

impl<'t> Item<'t> {
    fn node(self) -> &'t Node<'t> {
        &self.nodes[self.at as usize]
    }

    /// The key; empty for members of an array.
    pub(super) fn key(self) -> &'t str {
        &self.node().key
    }

    /// Where the key stands in the text; for members of an array, the value.
    pub(super) fn offset(self) -> usize {
        self.node().offset as usize
    }

    /// The text of a string.
    pub(super) fn as_str(self) -> Option<&'t str> {
        match &self.node().value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// What a boolean says.
    pub(super) fn as_bool(self) -> Option<bool> {
        match self.node().value {
            Value::Boolean(value) => Some(value),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub(super) fn as_number(self) -> Option<u64> {
        match self.node().value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The table, of whichever notation.
    pub(super) fn as_table(self) -> Option<Table<'t>> {
        matches!(self.node().value, Value::Table(..)).then_some(Table(self))
    }

    /// The members of an array, of whichever notation.
    pub(super) fn as_array(self) -> Option<impl Iterator<Item = Self> + Clone> {
        matches!(self.node().value, Value::Array(..)).then(|| self.children())
    }

    /// The text of a string, or that it is none.
    pub(super) fn str(self) -> Result<&'t str, WrongKind> {
        self.as_str().ok_or_else(|| self.is_no("a text in quotes"))
    }

    /// What a boolean says, or that it is none.
    pub(super) fn bool(self) -> Result<bool, WrongKind> {
        self.as_bool().ok_or_else(|| self.is_no("true or false"))
    }

    /// The table, or that it is none.
    pub(super) fn table(self) -> Result<Table<'t>, WrongKind> {
        self.as_table().ok_or_else(|| self.is_no("a table"))
    }

    /// The members of an array, or that it is none.
    pub(super) fn array(self) -> Result<impl Iterator<Item = Self> + Clone, WrongKind> {
        self.as_array().ok_or_else(|| self.is_no("a list"))
    }

    /// The texts of an array of strings, or that it is none.
    pub(super) fn strs(self) -> Result<Vec<&'t str>, WrongKind> {
        self.array()?.map(Self::str).collect()
    }

    fn is_no(self, expected: &'static str) -> WrongKind {
        WrongKind {
            offset: self.offset(),
            key: self.key().to_owned(),
            expected,
        }
    }

    fn children(self) -> impl Iterator<Item = Self> + Clone {
        let first = match &self.node().value {
            Value::Table(_, children) | Value::Array(_, children) => children.first,
            _ => NONE,
        };
        let item = move |at| (at != NONE).then_some(Self { at, ..self });
        std::iter::successors(item(first), move |child| item(child.node().next))
    }
}

/// That a value is missing, or of another kind than its format has there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongKind {
    offset: usize,
    key: String,
    expected: &'static str,
}

impl WrongKind {
    /// The error that says so of a file.
    pub(super) fn in_file(self, file: &str, text: &str) -> InputError {
        let Self {
            offset,
            key,
            expected,
        } = self;
        let message = match key.as_str() {
            "" => format!("this must be {expected}"),
            key => format!("`{}` must be {expected}", text::excerpt(key)),
        };
        InputError::new(Code::Format, file, message)
            .at(Position::of(text, offset))
            .help("make the file anew with the tool that wrote it")
    }
}

impl<'t> Table<'t> {
    /// Where the table stands in the text.
    pub(super) fn offset(self) -> usize {
        self.0.offset()
    }

    /// The values, in the order of the file.
    pub(super) fn items(self) -> impl Iterator<Item = Item<'t>> + Clone {
        self.0.children()
    }

    /// The value under `key`. Looks through the whole table.
    pub(super) fn get(self, key: &str) -> Option<Item<'t>> {
        self.items().find(|item| item.key() == key)
    }

    /// The value under `key`, or that it is missing.
    pub(super) fn need(self, key: &str) -> Result<Item<'t>, WrongKind> {
        self.get(key).ok_or_else(|| WrongKind {
            offset: self.offset(),
            key: key.to_owned(),
            expected: "there",
        })
    }

    /// The string under `key`.
    pub(super) fn str(self, key: &str) -> Option<&'t str> {
        self.get(key)?.as_str()
    }

    /// The table under `key`.
    pub(super) fn table(self, key: &str) -> Option<Table<'t>> {
        self.get(key)?.as_table()
    }
}

/// Puts the parser's events together.
struct Builder<'a> {
    source: Source<'a>,
    nodes: Vec<Node<'a>>,
    /// The keys of tables with more than [`FEW`] of them.
    large: HashMap<(Index, Cow<'a, str>), Index>,
    /// The table of the last header.
    section: Index,
    /// The arrays and inline tables that are open.
    open: Vec<Index>,
    /// How many more are open, too deep to be kept.
    too_deep: usize,
    /// The dotted key so far, and its last part.
    path: Vec<Key<'a>>,
    key: Option<Key<'a>>,
    /// Where the value that comes next belongs: in this table under this key.
    slot: Option<(Index, Key<'a>)>,
}

#[derive(Clone)]
struct Key<'a> {
    text: Cow<'a, str>,
    span: Span,
}

impl<'a> Builder<'a> {
    fn new(source: Source<'a>) -> Self {
        let root = Node {
            key: Cow::Borrowed(""),
            offset: 0,
            next: NONE,
            value: Value::Table(Origin::Header, Children::default()),
        };
        let mut nodes = Vec::with_capacity(source.input().len() / BYTES_FOR_A_NODE + 1);
        nodes.push(root);
        Self {
            source,
            nodes,
            large: HashMap::default(),
            section: ROOT,
            open: Vec::new(),
            too_deep: 0,
            path: Vec::new(),
            key: None,
            slot: None,
        }
    }

    fn children(&self, of: Index) -> Children {
        match self.nodes[of as usize].value {
            Value::Table(_, children) | Value::Array(_, children) => children,
            _ => Children::default(),
        }
    }

    fn find(&self, table: Index, key: &Key<'a>) -> Option<Index> {
        let children = self.children(table);
        if children.count > FEW {
            return self.large.get(&(table, key.text.clone())).copied();
        }
        let mut at = children.first;
        while at != NONE {
            let node = &self.nodes[at as usize];
            if node.key == key.text {
                return Some(at);
            }
            at = node.next;
        }
        None
    }

    /// Adds a node at the end of a table or array.
    fn add(&mut self, parent: Index, key: Cow<'a, str>, span: Span, value: Value<'a>) -> Index {
        // Each node takes at least one byte of a text that is smaller than 4 GiB.
        let at = Index::try_from(self.nodes.len()).unwrap_or(Index::MAX);
        let mut children = self.children(parent);
        let is_table = matches!(self.nodes[parent as usize].value, Value::Table(..));
        if is_table && children.count >= FEW {
            if children.count == FEW {
                let mut child = children.first;
                while child != NONE {
                    let node = &self.nodes[child as usize];
                    self.large.insert((parent, node.key.clone()), child);
                    child = node.next;
                }
            }
            self.large.insert((parent, key.clone()), at);
        }
        self.nodes.push(Node {
            key,
            offset: u32::try_from(span.start()).unwrap_or(u32::MAX),
            next: NONE,
            value,
        });
        if children.count == 0 {
            children.first = at;
        } else {
            self.nodes[children.last as usize].next = at;
        }
        children.last = at;
        children.count += 1;
        if let Value::Table(_, kept) | Value::Array(_, kept) = &mut self.nodes[parent as usize].value {
            *kept = children;
        }
        at
    }

    /// The table at the part of a path before its last key, made where it is not there.
    fn descend(&mut self, from: Index, origin: Origin) -> Result<Index, ParseError> {
        if self.path.len() > DEEPEST {
            let span = self.path.first().map(|key| key.span).unwrap_or_default();
            return Err(ParseError::new("too many parts in one key").with_unexpected(span));
        }
        let mut table = from;
        for key in std::mem::take(&mut self.path) {
            let found = self.find(table, &key);
            table = match found {
                None => self.add(
                    table,
                    key.text,
                    key.span,
                    Value::Table(origin, Children::default()),
                ),
                Some(at) => match &mut self.nodes[at as usize].value {
                    Value::Table(Origin::Inline, _) => {
                        return Err(
                            ParseError::new("an inline table cannot be added to").with_unexpected(key.span)
                        );
                    }
                    Value::Table(made, _) if origin == Origin::Dotted => match made {
                        Origin::Header => return Err(duplicate(key.span)),
                        made => {
                            *made = Origin::Dotted;
                            at
                        }
                    },
                    Value::Table(..) => at,
                    Value::Array(true, children) if origin == Origin::Path => children.last,
                    _ => {
                        return Err(ParseError::new("a value that is no table cannot be added to")
                            .with_unexpected(key.span));
                    }
                },
            };
        }
        Ok(table)
    }

    /// Begins the section of a `[header]` or, for arrays, a `[[header]]`.
    fn header(&mut self, is_array: bool) -> Result<(), ParseError> {
        let Some(key) = self.key.take() else { return Ok(()) };
        let parent = self.descend(ROOT, Origin::Path)?;
        let fresh = Value::Table(Origin::Header, Children::default());
        let found = self.find(parent, &key);
        self.section = match (
            found,
            found.map(|at| &mut self.nodes[at as usize].value),
            is_array,
        ) {
            (None, _, false) => self.add(parent, key.text, key.span, fresh),
            (None, _, true) => {
                let tables = Value::Array(true, Children::default());
                let array = self.add(parent, key.text, key.span, tables);
                self.add(array, Cow::Borrowed(""), key.span, fresh)
            }
            (Some(array), Some(Value::Array(true, _)), true) => {
                self.add(array, Cow::Borrowed(""), key.span, fresh)
            }
            (Some(at), Some(Value::Table(made @ Origin::Path, _)), false) => {
                *made = Origin::Header;
                at
            }
            _ => return Err(duplicate(key.span)),
        };
        Ok(())
    }

    /// Makes the place for a value whose key is complete.
    fn assign(&mut self) -> Result<(), ParseError> {
        let Some(key) = self.key.take() else { return Ok(()) };
        let from = self.open.last().copied().unwrap_or(self.section);
        let table = self.descend(from, Origin::Dotted)?;
        if self.find(table, &key).is_some() {
            return Err(duplicate(key.span));
        }
        self.slot = Some((table, key));
        Ok(())
    }

    /// Puts a value in its place. After an error there may be none.
    fn put(&mut self, span: Span, value: Value<'a>) -> Option<Index> {
        if let Some((table, key)) = self.slot.take() {
            return Some(self.add(table, key.text, key.span, value));
        }
        let array = *self.open.last()?;
        matches!(self.nodes[array as usize].value, Value::Array(false, _))
            .then(|| self.add(array, Cow::Borrowed(""), span, value))
    }

    /// Opens an array or inline table; whether it may be.
    fn enter(&mut self, span: Span, value: Value<'a>, error: &mut dyn ErrorSink) -> bool {
        if self.open.len() >= DEEPEST {
            self.too_deep += 1;
            error
                .report_error(ParseError::new("arrays and tables are nested too deep").with_unexpected(span));
            return false;
        }
        match self.put(span, value) {
            Some(at) => self.open.push(at),
            None => self.open.push(ROOT),
        }
        true
    }

    fn leave(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else {
            self.open.pop();
        }
    }

    fn raw(&self, span: Span, quotes: Option<Quotes>) -> Raw<'a> {
        let text = self
            .source
            .input()
            .get(span.start()..span.end())
            .unwrap_or_default();
        Raw::new_unchecked(text, quotes, span)
    }

    fn report(result: Result<(), ParseError>, error: &mut dyn ErrorSink) {
        if let Err(fault) = result {
            error.report_error(fault);
        }
    }
}

fn too_deep(span: Span) -> ParseError {
    ParseError::new("arrays and tables are nested too deep").with_unexpected(span)
}

fn duplicate(span: Span) -> ParseError {
    ParseError::new("this key is there already").with_unexpected(span)
}

/// What stands between the quotes of a string on one line that has no escapes and nothing to object to.
fn plain(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let odd = |byte: u8| byte == b'\\' || byte == b'"' || (byte < b' ' && byte != b'\t') || byte == 0x7F;
    // Without leaving early, so that the compiler can compare many bytes at once.
    let is_odd = inner.bytes().fold(false, |found, byte| found | odd(byte));
    (!is_odd).then_some(inner)
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.path.clear();
        self.key = None;
    }

    fn std_table_close(&mut self, _: Span, error: &mut dyn ErrorSink) {
        let result = self.header(false);
        Self::report(result, error);
    }

    fn array_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.path.clear();
        self.key = None;
    }

    fn array_table_close(&mut self, _: Span, error: &mut dyn ErrorSink) {
        let result = self.header(true);
        Self::report(result, error);
    }

    fn inline_table_open(&mut self, span: Span, error: &mut dyn ErrorSink) -> bool {
        let table = Value::Table(Origin::Inline, Children::default());
        self.enter(span, table, error)
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.leave();
    }

    fn array_open(&mut self, span: Span, error: &mut dyn ErrorSink) -> bool {
        self.enter(span, Value::Array(false, Children::default()), error)
    }

    fn array_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.leave();
    }

    fn simple_key(&mut self, span: Span, quotes: Option<Quotes>, error: &mut dyn ErrorSink) {
        let raw = self.raw(span, quotes);
        let is_bare = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let text = match quotes {
            None if is_bare(raw.as_str()) => Cow::Borrowed(raw.as_str()),
            _ => {
                let mut decoded = Cow::Borrowed("");
                raw.decode_key(&mut decoded, error);
                decoded
            }
        };
        self.key = Some(Key { text, span });
    }

    fn key_sep(&mut self, _: Span, _: &mut dyn ErrorSink) {
        // One part too many is enough to tell.
        let key = self.key.take().filter(|_| self.path.len() <= DEEPEST);
        self.path.extend(key);
    }

    fn key_val_sep(&mut self, _: Span, error: &mut dyn ErrorSink) {
        let result = self.assign();
        self.path.clear();
        Self::report(result, error);
    }

    fn scalar(&mut self, span: Span, quotes: Option<Quotes>, error: &mut dyn ErrorSink) {
        let raw = self.raw(span, quotes);
        let value = match quotes {
            Some(Quotes::BasicString) if let Some(text) = plain(raw.as_str()) => {
                Value::String(Cow::Borrowed(text))
            }
            _ => {
                let mut decoded = Cow::Borrowed("");
                match raw.decode_scalar(&mut decoded, error) {
                    ScalarKind::String => Value::String(decoded),
                    ScalarKind::Boolean(value) => Value::Boolean(value),
                    _ => Value::Number(raw.as_str()),
                }
            }
        };
        self.put(span, value);
    }

    fn comment(&mut self, span: Span, error: &mut dyn ErrorSink) {
        self.raw(span, None).decode_comment(error);
    }

    fn newline(&mut self, span: Span, error: &mut dyn ErrorSink) {
        self.raw(span, None).decode_newline(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use toml::de::{DeTable, DeValue};

    /// A document on one line; keys sorted.
    fn shown(item: Item<'_>) -> String {
        match &item.node().value {
            Value::String(text) => format!("{text:?}"),
            Value::Boolean(value) => value.to_string(),
            Value::Number(text) => (*text).to_owned(),
            Value::Array(..) => format!("[{}]", item.children().map(shown).collect::<Vec<_>>().join(",")),
            Value::Table(..) => {
                let mut members: Vec<String> = item
                    .children()
                    .map(|child| format!("{:?}={}", child.key(), shown(child)))
                    .collect();
                members.sort();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    /// The same, as the crate `toml` reads it.
    fn reference(text: &str, value: &toml::Spanned<DeValue<'_>>) -> String {
        match value.get_ref() {
            DeValue::String(text) => format!("{text:?}"),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Array(array) => {
                let members: Vec<String> = array.iter().map(|member| reference(text, member)).collect();
                format!("[{}]", members.join(","))
            }
            DeValue::Table(table) => reference_table(text, table),
            _ => text[value.span()].to_owned(),
        }
    }

    fn reference_table(text: &str, table: &DeTable<'_>) -> String {
        let mut members: Vec<String> = table
            .iter()
            .map(|(key, value)| format!("{:?}={}", key.get_ref(), reference(text, value)))
            .collect();
        members.sort();
        format!("{{{}}}", members.join(","))
    }

    fn compare(text: &str) {
        let ours = read(text).map(|document| shown(document.root().0));
        let theirs = DeTable::parse(text).map(|table| reference_table(text, table.get_ref()));
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text}"),
            (ours, theirs) => assert_eq!(ours.is_ok(), theirs.is_ok(), "{text}: {ours:?} {theirs:?}"),
        }
    }

    #[test]
    fn tables_are_put_together_as_toml_says() {
        for text in [
            "a = 1\nb.c = 'x'\nb.d = [1, {e = true, f.g = \"\\t\"},]\n",
            "[a.b]\nx = 1\n[a]\ny = 2\n[a.c]\n",
            "[[a]]\nx = 1\n[a.b]\ny = 1\n[[a]]\n[[a.c]]\n[[a.c]]\nz = 1",
            "[a]\nb.c = 1\n[a.b.d]\ne = 2",
            "a = {b = 1, b = 2}",
            "a = 1\na = 2",
            "a.b = 1\na.b.c = 2",
            "[a]\n[a]",
            "[a]\nb = 1\n[a.b]",
            "a = {}\n[a.b]",
            "a = {}\na.b = 1",
            "a = []\n[[a]]",
            "a = []\n[a.b]",
            "[[a]]\n[a]",
            "[a]\n[[a]]",
            "[a.b]\n[[a]]",
            "[a.b.c]\n[a]\nb.c.d = 1",
            "[a.b]\n[a]\nb.c = 1",
            "a.b = 1\n[a]",
            "\"\" = 1\n'' = 2",
            "a = \"\"\"\nx\n\"\"\"\nb = '''y'''\nc = 1979-05-27T07:32:00Z\nd = 1_000.5e3\n",
            "a = {\n b = 1, # why\n}\n",
            "a = tru",
            "a = \"x\\q\"",
            "a = \"x\ty\" # \u{1}\n",
            "a = [",
            "a = [1, }\n]\nb = 2",
            "]\n= 1\na = \n",
            "[a\nb = 1",
        ] {
            compare(text);
        }
    }

    #[test]
    fn a_batch_ends_between_expressions() {
        let text = "a = [\n1,\n]\n[[t]]\nx = {y = 1,\n z = 2}\n".to_owned();
        let tables: String = (0..2000)
            .map(|n| format!("[[u]]\nn = [{n},\n{n}]\nk{n} = ''\n"))
            .collect();
        compare(&(text + &tables));
    }

    #[test]
    fn large_tables_find_their_keys() {
        let mut text: String = (0..100).map(|n| format!("k{n} = {n}\n")).collect();
        compare(&text);
        text.push_str("k50 = 1\n");
        compare(&text);
    }

    #[test]
    fn faults_have_their_place() {
        let place = |text: &str| {
            let error = parse("f.toml", text).err().unwrap();
            (error.code, error.position.map(|at| (at.line, at.column)))
        };
        assert_eq!(place("a = 1\n\na = 2"), (Code::Syntax, Some((3, 1))));
        assert_eq!(place("a = \"x"), (Code::Syntax, Some((1, 7))));
        assert_eq!(
            place("a = 1\n<<<<<<< HEAD\n"),
            (Code::MergeConflict, Some((2, 1)))
        );
        assert_eq!(place(" \n"), (Code::Empty, None));
    }

    #[test]
    fn nesting_has_a_bound() {
        for text in [
            format!("a = {}", "[".repeat(100_000)),
            format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("a = {}", "{a=".repeat(100_000)),
            format!("{}a = 1", "a.".repeat(100_000)),
            format!("[{}a]", "a.".repeat(100_000)),
        ] {
            assert!(read(&text).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_document_is_read_as_the_crate_toml_reads_it(
            parts in prop::collection::vec(prop::sample::select(vec![
                "a", "b", "\"c\"", ".", " = ", "=", "1", "'x'", "\"y\\n\"", "true", "[", "]", "[[", "]]", "{", "}", ", ",
                "\n", "\n", "\n[a]\n", "\n[[a]]\n", "\n[a.b]\n", "\na = 1\n", "\nb.a = 2\n", "\nb = {a = 1}\n", "# c",
            ]), 0..14),
        ) {
            compare(&parts.concat());
        }
    }
}
