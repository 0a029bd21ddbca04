//! Expressions of build scripts, as far as they can be known without running them: strings with values put
//! in, lists, maps, names, and the few calls that name dependencies. All else is [`Value::Unknown`].

use std::collections::BTreeMap;
use std::rc::Rc;

use super::notation::Module;
use super::string::string;
use super::token::{Kind, Language, Token};
use super::value::{Value, Variables, is_project_word};

/// How deep expressions may lie in each other before they count as unknown.
pub(super) const DEEPEST: usize = 48;

/// A script: its text and tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script<'s> {
    pub(super) language: Language,
    pub(super) source: &'s str,
    pub(super) tokens: &'s [Token],
}

impl<'s> Script<'s> {
    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The text of a token; empty past the end.
    pub(super) fn text(&self, at: usize) -> &'s str {
        self.tokens.get(at).map_or("", |token| token.text(self.source))
    }

    pub(super) fn is_symbol(&self, at: usize, symbol: u8) -> bool {
        self.kind(at) == Some(Kind::Symbol(symbol))
    }

    /// The word at `at`, without Kotlin's backticks.
    pub(super) fn word(&self, at: usize) -> Option<&'s str> {
        let word = (self.kind(at)? == Kind::Word).then(|| self.text(at))?;
        Some(if word.starts_with('`') {
            word.trim_matches('`')
        } else {
            word
        })
    }

    /// The index of the bracket that belongs with the one at `at`.
    pub(super) fn partner(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(at, Token::partner)
    }

    /// The text between two tokens, the last one not included.
    fn between(&self, from: usize, to: usize) -> &'s str {
        let start = self.tokens.get(from).map_or(0, |token| token.start as usize);
        let end = self
            .tokens
            .get(to)
            .map_or(self.source.len(), |token| token.start as usize);
        self.source.get(start..end).unwrap_or_default()
    }
}

/// What stands between the brackets of a call, or after the name of a Groovy command.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Value>,
    named: Vec<(String, Value)>,
    /// The opening brace of a closure among them.
    pub(super) closure: Option<usize>,
}

impl Arguments {
    pub(super) fn named(&self, name: &str) -> Option<&Value> {
        self.named
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// `group: 'g', name: 'n', version: '1'`, if that is what they are. Without a group it is a file.
    pub(super) fn module(&self, variables: &Variables) -> Option<Value> {
        self.named("name")?;
        module_of(|key| self.named(key).cloned(), variables)
    }
}

/// The module whose parts `part` gives by their names.
fn module_of(part: impl Fn(&str) -> Option<Value>, variables: &Variables) -> Option<Value> {
    let name = part("name")?;
    let Some(group) = part("group") else {
        return Some(Value::Local);
    };
    let text = |value: &Value| variables.text_of(value).map(|text| text.to_string());
    let version = match part("version") {
        None => String::new(),
        Some(Value::Path(path)) => text(&Value::Path(path.clone())).unwrap_or_else(|| format!("${{{path}}}")),
        Some(version) => text(&version).unwrap_or_else(|| "${version}".to_owned()),
    };
    let module = Module {
        group: text(&group)?,
        name: text(&name)?,
        version,
    };
    module.is_named().then(|| Value::Module(Rc::new(module)))
}

/// A place in a script from which expressions are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'s> {
    pub(super) script: Script<'s>,
    pub(super) at: usize,
    end: usize,
    /// Whether brackets are open, so that the end of a line ends nothing.
    is_wrapped: bool,
    pub(super) depth: usize,
}

impl<'s> Reader<'s> {
    /// Reads from token `at` to the end of the statement.
    pub(super) const fn new(script: Script<'s>, at: usize) -> Self {
        Self {
            script,
            at,
            end: script.tokens.len(),
            is_wrapped: false,
            depth: 0,
        }
    }

    /// Reads what stands in the brackets that open at the token `open`.
    pub(super) fn within(script: Script<'s>, open: usize) -> Self {
        Self::new(script, open).inside(open)
    }

    fn inside(&self, open: usize) -> Self {
        Self {
            at: open + 1,
            end: self.script.partner(open).min(self.end),
            is_wrapped: true,
            depth: self.depth + 1,
            ..*self
        }
    }

    fn kind(&self) -> Option<Kind> {
        if self.at < self.end {
            self.script.kind(self.at)
        } else {
            None
        }
    }

    fn kind_at(&self, at: usize) -> Option<Kind> {
        if at < self.end { self.script.kind(at) } else { None }
    }

    fn skip_lines(&mut self) {
        while self.kind() == Some(Kind::Newline) {
            self.at += 1;
        }
    }

    /// Whether the expression, or the argument, ends here.
    fn is_at_end(&self) -> bool {
        match self.kind() {
            None | Some(Kind::Close | Kind::Symbol(b',' | b';')) => true,
            Some(Kind::Newline) => !self.is_wrapped,
            Some(_) => false,
        }
    }

    /// Goes to the end of the expression.
    fn skip_rest(&mut self) {
        while !self.is_at_end() {
            self.skip_token();
        }
    }

    fn skip_token(&mut self) {
        self.at = match self.kind() {
            Some(Kind::Open(_)) => self.script.partner(self.at) + 1,
            _ => self.at + 1,
        };
    }

    /// One expression. Stops where the expression ends: at a comma, a closing bracket or the end of the line.
    pub(super) fn expression(&mut self, variables: &mut Variables) -> Value {
        if self.depth > DEEPEST {
            self.skip_rest();
            return Value::Unknown;
        }
        let start = self.at;
        let mut value = self.operand(variables);
        loop {
            if self.is_wrapped {
                self.skip_lines();
            }
            if self.is_at_end() {
                return value;
            }
            let at = self.at;
            match self.kind() {
                Some(Kind::Symbol(b'+')) => {
                    self.at += 1;
                    self.skip_lines();
                    let right_start = self.at;
                    let right = self.operand(variables);
                    let sources = (
                        self.script.between(start, at),
                        self.script.between(right_start, self.at),
                    );
                    value = variables.sum(value, right, sources);
                }
                // `a ?: b`: the other value counts only if there is none.
                Some(Kind::Symbol(b'?')) if self.script.is_symbol(at + 1, b':') => {
                    self.skip_rest();
                    if matches!(value, Value::Path(_)) {
                        return Value::Unknown;
                    }
                    return value;
                }
                Some(Kind::Word) if self.script.text(at) == "as" => {
                    self.at += 1;
                    while matches!(
                        self.kind(),
                        Some(Kind::Word | Kind::Symbol(b'.' | b'?' | b'<' | b'>'))
                    ) {
                        self.at += 1;
                    }
                }
                // Kotlin's pairs: `"name" to value`.
                Some(Kind::Word) if self.script.text(at) == "to" => {
                    self.at += 1;
                    self.skip_lines();
                    let right = self.operand(variables);
                    value = Value::list(vec![value, right]);
                }
                // `libs.guava { … }`: the closure is the next argument.
                Some(Kind::Open(b'{')) => return value,
                _ => {
                    self.skip_rest();
                    return Value::Unknown;
                }
            }
        }
    }

    fn operand(&mut self, variables: &mut Variables) -> Value {
        self.skip_lines_if_wrapped();
        let at = self.at;
        let (mut value, mut is_plain) = match self.kind() {
            Some(Kind::Text | Kind::Template) => {
                self.at += 1;
                let text = string(self.script, self.script.text(at), variables, self.depth);
                (Value::Text(text.into()), false)
            }
            Some(Kind::Number) => {
                self.at += 1;
                (Value::text(self.script.text(at)), false)
            }
            Some(Kind::Open(b'[')) => {
                let value = self.inside(at).literal(variables);
                self.at = self.script.partner(at) + 1;
                (value, false)
            }
            Some(Kind::Open(b'(')) => {
                let value = self.inside(at).expression(variables);
                self.at = self.script.partner(at) + 1;
                (value, false)
            }
            Some(Kind::Word) => {
                self.at += 1;
                let name = self.script.word(at).unwrap_or_default();
                self.skip_type_arguments();
                if self.kind() == Some(Kind::Open(b'(')) {
                    (self.call(None, name, variables), false)
                } else if is_command(name)
                    && matches!(self.kind(), Some(Kind::Text | Kind::Template | Kind::Word))
                {
                    // Groovy: `implementation platform('…')` is a command in a command's arguments, but
                    // `platform "…"` too.
                    let mut argument = *self;
                    let value = argument.operand(variables);
                    self.at = argument.at;
                    (value, false)
                } else {
                    (name_value(name, variables), true)
                }
            }
            _ => {
                self.skip_rest();
                return Value::Unknown;
            }
        };
        loop {
            let at = self.at;
            match self.kind() {
                Some(Kind::Symbol(b'.')) => {}
                Some(Kind::Symbol(b'?')) if self.script.is_symbol(at + 1, b'.') => self.at += 1,
                Some(Kind::Newline) if self.is_member_on_next_line() => {
                    self.skip_lines();
                    continue;
                }
                Some(Kind::Symbol(b'!')) if self.script.is_symbol(at + 1, b'!') => {
                    self.at += 2;
                    continue;
                }
                Some(Kind::Open(b'[')) => {
                    let key = self.inside(at).expression(variables);
                    self.at = self.script.partner(at) + 1;
                    let key = variables.text_of(&key);
                    value = key.map_or(Value::Unknown, |key| variables.member(&value, &key));
                    continue;
                }
                // A closure that belongs to the call before it.
                Some(Kind::Open(b'{')) if !is_plain => {
                    self.at = self.script.partner(at) + 1;
                    continue;
                }
                _ => return value,
            }
            self.at += 1;
            self.skip_lines_if_wrapped();
            let Some(name) = self.script.word(self.at).filter(|_| self.at < self.end) else {
                self.skip_rest();
                return Value::Unknown;
            };
            self.at += 1;
            self.skip_type_arguments();
            is_plain = self.kind() != Some(Kind::Open(b'('));
            value = if is_plain {
                variables.member(&value, name)
            } else {
                self.call(Some(&value), name, variables)
            };
        }
    }

    fn skip_lines_if_wrapped(&mut self) {
        if self.is_wrapped {
            self.skip_lines();
        }
    }

    /// Whether the next line goes on with `.name`.
    fn is_member_on_next_line(&self) -> bool {
        let next = self.at + 1;
        match self.kind_at(next) {
            Some(Kind::Symbol(b'.')) => true,
            Some(Kind::Symbol(b'?')) => self.script.is_symbol(next + 1, b'.'),
            _ => false,
        }
    }

    /// `<A, B<C>>`, if a call follows it.
    fn skip_type_arguments(&mut self) {
        if let Some(end) = type_arguments_end(self.script, self.at, self.end) {
            self.at = end;
        }
    }

    /// The value of a call whose opening parenthesis is next.
    fn call(&mut self, receiver: Option<&Value>, name: &str, variables: &mut Variables) -> Value {
        let open = self.at;
        let arguments = self.inside(open).arguments(variables);
        self.at = self.script.partner(open) + 1;
        let first = arguments.positional.first();
        let text = |index: usize| {
            arguments
                .positional
                .get(index)
                .and_then(|value| variables.text_of(value))
        };
        let property = |name: Option<Rc<str>>| {
            let value = name.and_then(|name| variables.property(&name));
            value.unwrap_or(Value::Unknown)
        };
        match (receiver, name) {
            (Some(Value::Local), _) => Value::Local,
            (Some(Value::Project), "get" | "property" | "findProperty" | "getProperty")
            | (None, "property" | "findProperty" | "getProperty") => property(text(0)),
            (Some(Value::Path(path)), "gradleProperty") if &**path == "providers" => property(text(0)),
            (
                Some(value @ (Value::Path(_) | Value::Text(_))),
                "get" | "asProvider" | "toString" | "getOrElse" | "orNull",
            ) => value.clone(),
            (Some(Value::Map(..)), "get" | "getValue") => {
                let name = text(0);
                match (receiver, name) {
                    (Some(map), Some(name)) => variables.member(map, &name),
                    _ => Value::Unknown,
                }
            }
            (
                _,
                "project" | "files" | "fileTree" | "zipTree" | "file" | "gradleApi" | "gradleTestKit"
                | "gradleKotlinDsl" | "localGroovy",
            ) => Value::Local,
            (
                _,
                "platform" | "enforcedPlatform" | "testFixtures" | "variantOf" | "create" | "module"
                | "dependency",
            ) => arguments
                .module(variables)
                .or_else(|| first.cloned())
                .unwrap_or(Value::Unknown),
            (_, "kotlin" | "embeddedKotlin") => text(0).map_or(Value::Unknown, |name| {
                Value::Module(Rc::new(Module {
                    group: "org.jetbrains.kotlin".to_owned(),
                    name: format!("kotlin-{name}"),
                    version: text(1).map(|version| version.to_string()).unwrap_or_default(),
                }))
            }),
            (None, "listOf" | "mutableListOf" | "setOf" | "arrayOf" | "listOfNotNull") => {
                Value::list(arguments.positional)
            }
            (None, "mapOf" | "mutableMapOf" | "linkedMapOf") => {
                let entry = |pair: &Value| match pair {
                    Value::List(pair, _) => match (pair.first(), pair.get(1)) {
                        (Some(key), Some(value)) => {
                            Some((variables.text_of(key)?.to_string(), value.clone()))
                        }
                        _ => None,
                    },
                    _ => None,
                };
                let entries: BTreeMap<String, Value> =
                    arguments.positional.iter().filter_map(entry).collect();
                Value::map(entries)
            }
            _ => Value::Unknown,
        }
    }

    /// A Groovy list or map; the reader stands within its brackets.
    fn literal(&mut self, variables: &mut Variables) -> Value {
        if self.depth > DEEPEST {
            return Value::Unknown;
        }
        self.skip_lines();
        if self.script.is_symbol(self.at, b':') && self.at + 1 == self.end {
            return Value::map(BTreeMap::new());
        }
        let arguments = self.arguments(variables);
        if arguments.named.is_empty() {
            return Value::list(arguments.positional);
        }
        let named = |key: &str| arguments.named(key).cloned();
        // A map with a group and a name is a module, wherever it stands.
        if arguments.named("group").is_some()
            && let Some(module) = module_of(named, variables)
        {
            return module;
        }
        Value::map(arguments.named.into_iter().collect())
    }

    /// Arguments up to the end of the brackets or of the statement.
    pub(super) fn arguments(&mut self, variables: &mut Variables) -> Arguments {
        let mut arguments = Arguments::default();
        loop {
            self.skip_lines_if_wrapped();
            let at = self.at;
            match self.kind() {
                None | Some(Kind::Close | Kind::Newline | Kind::Symbol(b';')) => return arguments,
                Some(Kind::Symbol(b',')) => {
                    self.at += 1;
                    self.skip_lines();
                    continue;
                }
                Some(Kind::Open(b'{')) => {
                    arguments.closure = Some(at);
                    self.at = self.script.partner(at) + 1;
                    continue;
                }
                _ => {}
            }
            match self.key(variables) {
                Some(key) => {
                    let value = self.expression(variables);
                    arguments.named.push((key, value));
                }
                None => {
                    let value = self.expression(variables);
                    arguments.positional.push(value);
                }
            }
            if self.at == at {
                self.skip_token();
            }
        }
    }

    /// The name before a named argument's value: `name:` in Groovy, `name =` in Kotlin. Goes past it.
    fn key(&mut self, variables: &mut Variables) -> Option<String> {
        let (after, separator) = (self.at + 1, self.kind_at(self.at + 1)?);
        let is_double = self.kind_at(after + 1) == Some(separator);
        if !matches!(separator, Kind::Symbol(b':' | b'=')) || is_double {
            return None;
        }
        let key = match self.kind()? {
            Kind::Word | Kind::Number => self.script.text(self.at).to_owned(),
            Kind::Text | Kind::Template => {
                string(self.script, self.script.text(self.at), variables, self.depth).into_owned()
            }
            _ => return None,
        };
        self.at = after + 1;
        self.skip_lines();
        Some(key)
    }
}

/// Where the type arguments that begin at `at` end, if a call follows them.
pub(super) fn type_arguments_end(script: Script<'_>, at: usize, end: usize) -> Option<usize> {
    const MOST_TOKENS: usize = 32;
    let mut depth = 0_usize;
    for next in at..end.min(at + MOST_TOKENS) {
        match script.kind(next)? {
            Kind::Symbol(b'<') => depth += 1,
            Kind::Symbol(b'>') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    let is_call = matches!(script.kind(next + 1), Some(Kind::Open(b'(' | b'{')));
                    return is_call.then_some(next + 1);
                }
            }
            Kind::Word | Kind::Symbol(b'.' | b',' | b'*' | b'?') if depth > 0 => {}
            _ => return None,
        }
    }
    None
}

/// Calls that Groovy may write without parentheses and that stand for their argument.
fn is_command(name: &str) -> bool {
    matches!(name, "platform" | "enforcedPlatform" | "testFixtures")
}

/// What a name alone stands for.
pub(super) fn name_value(name: &str, variables: &Variables) -> Value {
    match variables.get(name) {
        Some(Value::Unknown | Value::Unset) | None => {}
        Some(value) => return value,
    }
    match name {
        "configurations" | "sourceSets" | "projects" | "tasks" | "layout" => Value::Local,
        name if is_project_word(name) => Value::Project,
        name => Value::Path(name.into()),
    }
}
