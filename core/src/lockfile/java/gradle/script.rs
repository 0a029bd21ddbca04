//! Walks through a build script: follows its blocks, remembers what it defines, and tells what its
//! `dependencies` blocks ask for.
//!
//! Source of the rules: Gradle's manual, "Declaring dependencies" and "Writing build scripts". Nothing is
//! run: every branch counts, and what only a run would know is told as such.

use std::borrow::Cow;
use std::rc::Rc;

use super::expression::{Arguments, Reader, Script, type_arguments_end};
use super::handler;
use super::notation::{Module, Notation, has_test};
use super::rich::{self, Written};
use super::rules::{Reach, Rule};
use super::string::string;
use super::token::{Kind, Language};
use super::value::{Value, Variables, is_project_word};

/// More names than anybody writes in `a.b.c = …`.
pub(super) const MOST_NAMES: usize = 8;

/// Who is told what a script says, in the script's order. `offset` is a byte of the script.
pub(super) trait Listener {
    /// Where the walk is: at `offset`, and whether in a block that is about other projects, too. All that is told
    /// next stands there.
    fn at(&mut self, offset: u32, is_for_others: bool);
    /// A module is asked for.
    fn module(&mut self, configuration: &str, is_test: bool, module: Notation<'_>);
    /// A rule over the versions that dependencies ask for.
    fn rule(&mut self, rule: Rule, reach: Reach);
    /// A rule that only a run of the build can follow; `what` is its name.
    fn code(&mut self, what: &str);
    /// Something is asked for that only a run of the build knows; `what` is its name or text.
    fn unknown(&mut self, what: &str);
    /// Another script is applied; `path` is what the script writes, if that is known.
    fn apply(&mut self, path: Option<&str>, variables: &mut Variables);
    /// Whether the project of this name may be the one that is read.
    fn is_read(&self, project: &str) -> bool;
}

/// What a block of a script is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Statements and other blocks.
    Plain,
    /// `dependencies { … }`.
    Dependencies,
    /// `constraints { … }` in it.
    Constraints,
    /// `resolutionStrategy { … }`.
    Resolution,
    /// `dependencySubstitution { … }`.
    Substitution,
    /// `buildscript { … }`, whose dependencies are those of the build itself.
    Buildscript,
    /// `ext { … }`: what is assigned is a property of the project.
    Extra,
    /// Parentheses or brackets: blocks may stand in them, but no statements.
    Group,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    block: Block,
    /// Whether it is about tests, by the name of a source set or a suite.
    is_test: bool,
    /// Whether it may run never, or late.
    pub(super) is_conditional: bool,
    /// For which dependencies a rule in it holds.
    reach: Reach,
    /// Whether it is `configurations { … }` itself.
    is_configurations: bool,
    /// Whether it is about the projects below, too.
    is_for_all_projects: bool,
    /// Whether it is in a branch that may not be taken.
    is_branch: bool,
    /// Whether it is about other projects than that of the script, perhaps not all.
    is_for_others: bool,
}

/// Where to go on, and whether a statement may begin there.
pub(super) type Next = (usize, bool);

/// Walks through `script`, with the names that `variables` has.
pub(super) fn walk(script: Script<'_>, variables: &mut Variables, listener: &mut dyn Listener) {
    let hidden = variables.enter_script();
    let mut walk = Walk {
        script,
        variables,
        listener,
        frames: Vec::new(),
        last_unknown: None,
    };
    walk.run();
    walk.variables.leave_script(hidden);
}

/// A walk through a script.
pub(super) struct Walk<'w, 's> {
    pub(super) script: Script<'s>,
    pub(super) variables: &'w mut Variables,
    listener: &'w mut dyn Listener,
    pub(super) frames: Vec<Frame>,
    /// Where the last declaration stands of which something is not known.
    last_unknown: Option<u32>,
}

impl<'s> Walk<'_, 's> {
    fn run(&mut self) {
        let mut at = 0;
        let mut starts = true;
        while let Some(kind) = self.script.kind(at) {
            if kind == Kind::Word
                && let Some(next) = self.handler(at)
            {
                (at, starts) = next;
                continue;
            }
            (at, starts) = match kind {
                Kind::Close => {
                    self.close();
                    let goes_on = matches!(self.script.word(at + 1), Some("else" | "catch" | "finally"));
                    (at + 1, goes_on)
                }
                Kind::Newline | Kind::Symbol(b';') => (at + 1, true),
                Kind::Open(b'{') => (self.open_block(at), true),
                Kind::Open(_) => {
                    let frame = Frame {
                        block: Block::Group,
                        ..self.frame()
                    };
                    self.frames.push(frame);
                    (at + 1, false)
                }
                _ if starts && self.frame().block != Block::Group => self.statement(at),
                _ => (at + 1, false),
            };
        }
    }

    pub(super) fn frame(&self) -> Frame {
        self.frames.last().copied().unwrap_or(Frame {
            block: Block::Plain,
            is_test: false,
            is_conditional: false,
            reach: Reach::Some,
            is_configurations: false,
            is_for_all_projects: false,
            is_branch: false,
            is_for_others: false,
        })
    }

    fn close(&mut self) {
        if self.frames.pop().is_some_and(|frame| frame.block != Block::Group) {
            self.variables.leave();
        }
    }

    /// Enters the block that opens at `open`, or goes past it; gives the token to go on with.
    fn open_block(&mut self, open: usize) -> usize {
        let Header {
            name,
            receiver,
            label,
            first,
            last,
        } = self.header(open);
        let past = self.script.partner(open) + 1;
        let outer = self.enclosing();
        let is_control = is_control(name);
        let block = match name {
            // What stands in these is no dependency of the project.
            "plugins"
            | "pluginManagement"
            | "dependencyManagement"
            | "dependencyVerification"
            | "repositories"
            | "shadowJar" => return past,
            "components" | "modules" | "artifactTypes" | "attributesSchema"
                if outer == Block::Dependencies =>
            {
                return past;
            }
            "dependencies" if self.is_in(Block::Buildscript) => {
                return past;
            }
            "dependencies" => Block::Dependencies,
            "apply" | "with" | "run" | "also" | "let"
                if receiver == "dependencies" || last == "dependencies" =>
            {
                Block::Dependencies
            }
            "constraints" if outer == Block::Dependencies || receiver == "dependencies" => Block::Constraints,
            "constraints" => return past,
            "eachDependency" | "withDependencies" => {
                self.code(name, open);
                return past;
            }
            "defaultDependencies" => {
                self.default_dependencies(open);
                return past;
            }
            "all" if outer == Block::Substitution || receiver == "dependencySubstitution" => {
                self.code("dependencySubstitution", open);
                return past;
            }
            "componentSelection" | "capabilitiesResolution" if outer == Block::Resolution => return past,
            "resolutionStrategy" => Block::Resolution,
            "dependencySubstitution" => Block::Substitution,
            "buildscript" | "initscript" => Block::Buildscript,
            "ext" | "extra" => Block::Extra,
            "apply" | "with" | "run" if matches!(receiver, "ext" | "extra") => Block::Extra,
            _ if is_control && !matches!(outer, Block::Plain | Block::Buildscript) => outer,
            _ => Block::Plain,
        };
        if outer == Block::Dependencies && block == Block::Plain && !name.is_empty() {
            self.unknown(name, self.offset(open));
        }
        let outer = self.frame();
        let is_transparent = block != Block::Plain && !is_control
            || matches!(
                name,
                "allprojects" | "subprojects" | "project" | "apply" | "with" | "run"
            );
        let frame = Frame {
            block,
            is_test: outer.is_test || is_test(name) || is_test(label),
            is_conditional: outer.is_conditional || !is_transparent,
            reach: reach(&outer, name, receiver),
            is_configurations: name == "configurations",
            is_for_all_projects: outer.is_for_all_projects || is_of_all_projects(name),
            is_branch: outer.is_branch
                || matches!(
                    name,
                    "if" | "else" | "for" | "while" | "catch" | "when" | "switch"
                ),
            is_for_others: outer.is_for_others
                || is_of_all_projects(name)
                || name == "configure"
                || name == "project" && (first.is_empty() || self.listener.is_read(first))
                || is_control && self.speaks_of_projects(open),
        };
        self.frames.push(frame);
        self.variables.enter(!is_transparent, name == "project");
        self.parameters_end(open)
    }

    /// Whether a block of this kind is around.
    pub(super) fn is_in(&self, block: Block) -> bool {
        self.frames.iter().any(|frame| frame.block == block)
    }

    /// Whether the statement before the brace at `open` names several projects: `subprojects.each { … }`.
    fn speaks_of_projects(&self, open: usize) -> bool {
        const MOST_TOKENS: usize = 48;
        let tokens = (open.saturating_sub(MOST_TOKENS)..open).rev();
        tokens
            .take_while(|&at| !matches!(self.script.kind(at), Some(Kind::Newline | Kind::Symbol(b';'))))
            .filter_map(|at| self.script.word(at))
            .any(|word| matches!(word, "allprojects" | "subprojects" | "childProjects"))
    }

    /// The nearest block, as if parentheses were none.
    pub(super) fn enclosing(&self) -> Block {
        let mut blocks = self.frames.iter().rev().map(|frame| frame.block);
        blocks
            .find(|block| *block != Block::Group)
            .unwrap_or(Block::Plain)
    }

    /// The token after `{ a, b ->`, or after the brace.
    fn parameters_end(&self, open: usize) -> usize {
        const MOST_TOKENS: usize = 16;
        for at in open + 1..open + MOST_TOKENS {
            match self.script.kind(at) {
                Some(Kind::Word | Kind::Symbol(b',' | b':' | b'.')) => {}
                Some(Kind::Symbol(b'-')) if self.script.is_symbol(at + 1, b'>') => return at + 2,
                _ => break,
            }
        }
        open + 1
    }

    /// What stands before the brace at `open`.
    fn header(&self, open: usize) -> Header<'s> {
        const MOST_TOKENS: usize = 32;
        let script = self.script;
        let mut header = Header {
            name: "",
            receiver: "",
            label: "",
            first: "",
            last: "",
        };
        let Some(mut at) = open.checked_sub(1) else {
            return header;
        };
        if script.kind(at) == Some(Kind::Close) {
            let opened = script.partner(at);
            if script.kind(opened + 1) == Some(Kind::Text) {
                header.first = script.text(opened + 1).trim_matches(['"', '\'']);
            }
            header.last = script.word(at - 1).unwrap_or_default();
            let Some(before) = opened.checked_sub(1) else {
                return header;
            };
            at = before;
        }
        if script.is_symbol(at, b'>') {
            let earliest = at.saturating_sub(MOST_TOKENS);
            let Some(start) = (earliest..at).rev().find(|&at| script.is_symbol(at, b'<')) else {
                return header;
            };
            let Some(before) = start.checked_sub(1) else {
                return header;
            };
            at = before;
        }
        let Some(name) = script.word(at) else {
            return header;
        };
        header.name = name;
        if matches!(
            name,
            "named" | "getByName" | "register" | "create" | "maybeCreate"
        ) {
            header.label = header.first;
        }
        let before = |back: usize| {
            at.checked_sub(back)
                .and_then(|at| script.word(at))
                .unwrap_or_default()
        };
        if at > 0 && script.is_symbol(at - 1, b'.') {
            header.receiver = before(2);
        } else if before(1) == "by" {
            header.label = before(2);
        }
        // `commonTest.dependencies { … }`
        if is_test(header.receiver) {
            header.label = header.receiver;
        }
        header
    }

    /// The statement at `at`.
    fn statement(&mut self, at: usize) -> Next {
        let next = self.script.kind(at + 1);
        match self.script.word(at) {
            Some("if" | "while" | "for" | "catch" | "switch" | "when") if next == Some(Kind::Open(b'(')) => {
                return (self.script.partner(at + 1) + 1, true);
            }
            Some("else" | "try" | "do" | "finally" | "return") => return (at + 1, true),
            Some("import" | "package") => return (self.line_end(at), false),
            Some(name @ ("group" | "version"))
                if self.frames.is_empty() && matches!(next, Some(Kind::Text | Kind::Template)) =>
            {
                let value = Reader::new(self.script, at + 1).expression(self.variables);
                self.variables.set_property(name, value);
                return (at + 1, false);
            }
            _ => {}
        }
        let (path, after) = self.path(at);
        let is_resolution =
            self.enclosing() == Block::Resolution || path.names().contains(&"resolutionStrategy");
        match path.names() {
            [.., "force" | "forcedModules" | "setForcedModules"] if is_resolution => {
                self.force(at, after);
                return (after, false);
            }
            ["substitute"] if self.enclosing() == Block::Substitution => return (self.substitute(at), false),
            [.., "dependencySubstitution", "substitute"] => return (self.substitute(after - 1), false),
            _ => {}
        }
        if let [start @ .., "dependencies"] = path.names()
            && start.contains(&"configurations")
            && self.script.is_symbol(after, b'+')
        {
            self.unknown("dependencies", self.offset(at));
        }
        if let Some(next) = self.definition(at) {
            return next;
        }
        match path.names() {
            [.., "apply"] => self.apply(at, after),
            [.., owner, "set"] if is_project_word(owner) => self.set_property(after),
            ["set"] if self.enclosing() == Block::Extra => self.set_property(after),
            _ if matches!(self.enclosing(), Block::Dependencies | Block::Constraints) => {
                return self.declaration(at, path.names(), after);
            }
            _ => {}
        }
        (at + 1, false)
    }

    fn line_end(&self, at: usize) -> usize {
        let mut end = at;
        while !matches!(self.script.kind(end), None | Some(Kind::Newline)) {
            end += 1;
        }
        end
    }

    /// Tells of a rule that only a run of the build can follow.
    fn code(&mut self, what: &str, at: usize) {
        self.listener.at(self.offset(at), self.frame().is_for_others);
        self.listener.code(what);
    }

    pub(super) fn offset(&self, at: usize) -> u32 {
        self.script.tokens.get(at).map_or(0, |token| token.start)
    }

    /// `a.b.c` at `at`, and the token after it. Empty if there is no word, or too many.
    pub(super) fn path(&self, at: usize) -> (Path<'s>, usize) {
        let mut path = Path::default();
        let (mut length, mut after) = (0, at);
        while let Some(word) = self.script.word(after) {
            let Some(name) = path.names.get_mut(length) else {
                break;
            };
            *name = word;
            length += 1;
            after += 1;
            if !self.script.is_symbol(after, b'.') {
                path.length = length;
                return (path, after);
            }
            after += 1;
        }
        (Path::default(), at)
    }

    /// `apply from: 'other.gradle'`; what follows `apply` begins at `after`.
    fn apply(&mut self, at: usize, after: usize) {
        let script = self.script;
        let is_open = script.kind(after) == Some(Kind::Open(b'('));
        let key = if is_open { after + 1 } else { after };
        let is_from = script.word(key) == Some("from")
            && matches!(script.kind(key + 1), Some(Kind::Symbol(b':' | b'=')));
        if !is_from {
            return;
        }
        let mut start = key + 2;
        // `file("…")` and `rootProject.file("…")` stand for the path in them.
        let (path, open) = self.path(start);
        if path
            .names()
            .last()
            .is_some_and(|name| matches!(*name, "file" | "uri"))
            && script.kind(open) == Some(Kind::Open(b'('))
        {
            start = open + 1;
        }
        let value = Reader::new(script, start).expression(self.variables);
        let path = self.variables.text_of(&value);
        self.listener.at(self.offset(at), self.frame().is_for_others);
        self.listener.apply(path.as_deref(), self.variables);
    }

    /// `force 'g:a:1', 'g:b:1'`, `forcedModules = […]`; what follows the name begins at `after`.
    fn force(&mut self, at: usize, after: usize) {
        let script = self.script;
        let arguments = match script.kind(after) {
            Some(Kind::Open(b'(')) => Reader::within(script, after).arguments(self.variables),
            Some(Kind::Symbol(b'=')) => Reader::new(script, after + 1).arguments(self.variables),
            _ => Reader::new(script, after).arguments(self.variables),
        };
        let mut modules = Vec::new();
        for value in arguments.positional {
            match value {
                Value::List(items, _) if self.variables.may_copy(items.len()) => {
                    modules.extend(items.iter().map(|item| self.module(item)));
                }
                value => modules.push(self.module(&value)),
            }
        }
        if modules.is_empty() {
            modules.push(None);
        }
        self.rules(
            at,
            "force",
            modules
                .into_iter()
                .map(|module| module.map(Rule::Force))
                .collect(),
        );
    }

    /// `substitute module('g:a') using module('g:b:1')`, in any of its forms; gives the token after it.
    fn substitute(&mut self, at: usize) -> usize {
        let script = self.script;
        let mut modules: Vec<Option<Module>> = Vec::new();
        let mut is_local = false;
        let mut next = at + 1;
        loop {
            match script.kind(next) {
                // The parentheses of the statement itself.
                Some(Kind::Close) if script.partner(next) > at => {}
                None | Some(Kind::Close | Kind::Symbol(b';')) => break,
                Some(Kind::Newline) if !script.is_symbol(next + 1, b'.') => break,
                Some(Kind::Word) => {
                    let open = script.kind(next + 1) == Some(Kind::Open(b'('));
                    match script.word(next) {
                        Some("module" | "platform" | "variant") => {
                            let start = if open { next + 2 } else { next + 1 };
                            let value = Reader::new(script, start).expression(self.variables);
                            modules.push(self.module(&value));
                            next = if open { script.partner(next + 1) } else { start };
                        }
                        Some("project") => {
                            is_local = !modules.is_empty();
                            if modules.is_empty() {
                                // In place of a project of the build, which is not asked for here.
                                modules.push(Some(Module::default()));
                            }
                            next = if open { script.partner(next + 1) } else { next };
                        }
                        Some("because") if open => next = script.partner(next + 1),
                        _ => {}
                    }
                }
                _ => {}
            }
            next += 1;
        }
        let rule = match modules.as_slice() {
            [Some(from)] if is_local => Some(Rule::Substitute(from.clone(), None)),
            [Some(from), Some(to)] => Some(Rule::Substitute(from.clone(), Some(to.clone()))),
            _ => None,
        };
        self.rules(at, "dependencySubstitution", vec![rule]);
        next
    }

    /// Tells of rules; nothing stands for one that is not known.
    fn rules(&mut self, at: usize, what: &str, rules: Vec<Option<Rule>>) {
        let frame = self.frame();
        self.listener.at(self.offset(at), frame.is_for_others);
        for rule in rules {
            match rule {
                Some(rule) => self.listener.rule(rule, frame.reach),
                None => self.listener.code(what),
            }
        }
    }

    /// The module that a value names.
    fn module(&self, value: &Value) -> Option<Module> {
        if let Value::Module(module) = value {
            return Some((**module).clone());
        }
        if let Some(text) = self.variables.text_of(value) {
            return Module::parse(&text);
        }
        let Value::Path(path) = value else {
            return None;
        };
        let (catalog, accessor) = path.split_once('.')?;
        let modules = self.variables.catalogs.get(catalog)?.modules(accessor)?;
        match modules.as_slice() {
            [module] => Some(module.clone()),
            _ => None,
        }
    }

    /// A statement of a `dependencies` block: a configuration and what is added to it.
    pub(super) fn declaration(&mut self, at: usize, path: &[&'s str], after: usize) -> Next {
        let script = self.script;
        let (mut configuration, mut after) = match (script.kind(at), path) {
            (Some(Kind::Text | Kind::Template), _) => {
                (string(script, script.text(at), self.variables, 0), at + 1)
            }
            (_, [receivers @ .., name])
                if !is_no_configuration(name)
                    && (receivers.iter().all(|name| is_receiver(name))
                        || receivers.len() == 1 && (*name == "add" || handler::is_configuration(name))) =>
            {
                (Cow::Borrowed(*name), after)
            }
            _ => return (at + 1, false),
        };
        if let Some(end) = type_arguments_end(script, after, script.tokens.len()) {
            after = end;
        }
        let mut arguments = match script.kind(after) {
            Some(Kind::Open(b'(')) => {
                let arguments = Reader::within(script, after).arguments(self.variables);
                after = script.partner(after) + 1;
                arguments
            }
            Some(Kind::Text | Kind::Template) => self.command(&mut after),
            Some(Kind::Word | Kind::Open(b'[')) if script.language == Language::Groovy => {
                self.command(&mut after)
            }
            _ => return (at + 1, false),
        };
        if script.kind(after) == Some(Kind::Open(b'{')) {
            arguments.closure = Some(after);
            after = script.partner(after) + 1;
        }
        let version = arguments.closure.and_then(|open| self.version_in(open));
        let offset = self.offset(at);
        if (at..after).any(|at| script.word(at) == Some("enforcedPlatform")) {
            self.code("enforcedPlatform", at);
        }
        if let Some(module) = arguments.module(self.variables) {
            arguments.positional = vec![module];
        } else if matches!(&*configuration, "add" | "addProvider" | "addProviderConvertible")
            && !arguments.positional.is_empty()
        {
            let named = arguments.positional.remove(0);
            configuration = self
                .variables
                .text_of(&named)
                .map(|name| name.to_string())
                .unwrap_or_default()
                .into();
            arguments.positional.truncate(1);
        } else if script.language == Language::Kotlin
            && let Some(module) = self.in_parts(&arguments)
        {
            arguments.positional = vec![module];
        }
        if arguments.positional.is_empty() {
            self.unknown(&configuration, offset);
        }
        for value in arguments.positional {
            self.declare(&configuration, value, version.as_ref(), offset);
        }
        (after, false)
    }

    /// Tells that something is not known, once for a declaration.
    pub(super) fn unknown(&mut self, what: &str, offset: u32) {
        if self.last_unknown != Some(offset) {
            self.last_unknown = Some(offset);
            self.listener.at(offset, self.frame().is_for_others);
            self.listener.unknown(what);
        }
    }

    /// The arguments of a Groovy command.
    fn command(&mut self, after: &mut usize) -> Arguments {
        let mut reader = Reader::new(self.script, *after);
        let arguments = reader.arguments(self.variables);
        *after = reader.at;
        arguments
    }

    /// Kotlin's `implementation("group", "name", "version")`.
    fn in_parts(&self, arguments: &Arguments) -> Option<Value> {
        let mut parts = arguments
            .positional
            .iter()
            .map(|value| self.variables.text_of(value));
        let module = Module {
            group: parts.next()??.to_string(),
            name: parts.next()??.to_string(),
            version: match parts.next() {
                Some(version) => version?.to_string(),
                None => String::new(),
            },
        };
        module.is_named().then(|| Value::Module(Rc::new(module)))
    }

    pub(super) fn declare(
        &mut self,
        configuration: &str,
        value: Value,
        version: Option<&Written>,
        offset: u32,
    ) {
        let is_test = self.frames.last().is_some_and(|frame| frame.is_test);
        let is_constraint = self.enclosing() == Block::Constraints;
        self.listener.at(offset, self.frame().is_for_others);
        let mut found = |module: Notation<'_>| {
            let version = version.map(|version| version.notation(module.version));
            let module = Notation {
                version: version.as_deref().unwrap_or(module.version),
                ..module
            };
            if is_constraint {
                self.listener
                    .rule(Rule::Constrain(module.to_module()), Reach::Project);
            } else {
                self.listener.module(configuration, is_test, module);
            }
        };
        match value {
            Value::Project | Value::Local => {}
            Value::Module(module) => found(module.notation()),
            Value::Text(text) => match Notation::parse(&text) {
                Some(module) => found(module),
                // Without a group it is a file in a flat folder.
                None if text.starts_with(':') => {}
                None => self.unknown(&text, offset),
            },
            Value::List(items, _) => {
                if !self.variables.may_copy(items.len()) {
                    self.unknown(configuration, offset);
                    return;
                }
                for item in items.iter() {
                    self.declare(configuration, item.clone(), version, offset);
                }
            }
            Value::Path(path) => {
                let (catalog, accessor) = path.split_once('.').unwrap_or((&path, ""));
                let catalog = self.variables.catalogs.get(catalog);
                match catalog.and_then(|catalog| catalog.modules(accessor)) {
                    Some(modules) => modules.iter().for_each(|module| found(module.notation())),
                    None => self.unknown(&path, offset),
                }
            }
            Value::Unknown | Value::Unset | Value::Map(..) => self.unknown(configuration, offset),
        }
    }

    /// The rich version in a declaration's closure: `version { strictly '1.0' }`.
    fn version_in(&mut self, open: usize) -> Option<Written> {
        let script = self.script;
        let inner = rich::children(script, open).find(|&at| {
            script.word(at) == Some("version") && script.kind(at + 1) == Some(Kind::Open(b'{'))
        })?;
        Some(Written::read(script, inner + 1, self.variables))
    }
}

/// A dotted name.
#[derive(Clone, Copy, Default)]
pub(super) struct Path<'s> {
    names: [&'s str; MOST_NAMES],
    pub(super) length: usize,
}

impl<'s> Path<'s> {
    pub(super) fn names(&self) -> &[&'s str] {
        &self.names[..self.length]
    }
}

/// What stands before a block's brace.
struct Header<'s> {
    name: &'s str,
    /// What the name is called on.
    receiver: &'s str,
    /// The name of the source set, suite or task that the block is about.
    label: &'s str,
    /// A text that the parentheses before the brace begin with.
    first: &'s str,
    /// A word that they end with.
    last: &'s str,
}

/// For which dependencies a rule holds in the block called `name`.
fn reach(outer: &Frame, name: &str, receiver: &str) -> Reach {
    let is_of_configurations = outer.is_configurations || receiver == "configurations";
    let is_branch = matches!(
        name,
        "if" | "else"
            | "for"
            | "while"
            | "catch"
            | "when"
            | "switch"
            | "each"
            | "forEach"
            | "project"
            | "configure"
    );
    let is_of_some_projects = outer.is_for_others && !outer.is_for_all_projects;
    if is_branch || outer.is_branch || is_of_some_projects {
        Reach::Some
    } else if is_of_configurations {
        match name {
            "all" | "configureEach" if outer.is_for_all_projects => Reach::Everywhere,
            "all" | "configureEach" => Reach::Project,
            _ => Reach::Some,
        }
    } else {
        outer.reach
    }
}

/// Blocks about all projects that are below, or of a build.
fn is_of_all_projects(name: &str) -> bool {
    matches!(
        name,
        "allprojects" | "subprojects" | "beforeProject" | "afterProject"
    )
}

/// Blocks that are part of the block around them.
fn is_control(name: &str) -> bool {
    matches!(
        name,
        "if" | "else"
            | "for"
            | "while"
            | "try"
            | "catch"
            | "finally"
            | "when"
            | "each"
            | "forEach"
            | "all"
            | "with"
            | "apply"
            | "run"
            | "also"
            | "let"
            | "afterEvaluate"
    )
}

/// Whether a source set or suite is one of tests.
fn is_test(name: &str) -> bool {
    name == "test" || name == "testing" || has_test(name)
}

/// What dependencies may be declared on.
fn is_receiver(name: &str) -> bool {
    matches!(
        name,
        "it" | "this" | "project" | "rootProject" | "dependencies" | "dependencyHandler" | "handler"
    )
}

/// Names that stand at the beginning of a statement in a `dependencies` block and are no configurations.
fn is_no_configuration(name: &str) -> bool {
    matches!(
        name,
        "exclude"
            | "include"
            | "because"
            | "version"
            | "attributes"
            | "registerTransform"
            | "components"
            | "modules"
            | "constraints"
            | "listOf"
            | "setOf"
            | "mapOf"
            | "artifactTypes"
            | "attributesSchema"
            | "println"
            | "print"
            | "throw"
            | "assert"
            | "new"
            | "fun"
            | "class"
            | "case"
            | "default"
            | "break"
            | "continue"
    )
}
