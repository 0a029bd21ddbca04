//! Other uses of a project's `dependencies` than its block: `dependencies.add(…)`,
//! `configurations.api.dependencies.add(…)`. What is not understood is told, so that nothing is added unseen.
//!
//! Source of the rules: Gradle's `DependencyHandler`, `DependencySet` and `Configuration`.

use super::expression::Reader;
use super::script::{Block, Next, Walk};
use super::token::{Kind, Language};
use super::value::is_project_word;

impl Walk<'_, '_> {
    /// What the word at `at` is about, if it is `dependencies`; where to go on, if it is more than one step.
    pub(super) fn handler(&mut self, at: usize) -> Option<Next> {
        let script = self.script;
        let mut after = at + 1;
        match script.word(at)? {
            "dependencies" => {}
            "getDependencies" if script.kind(after) == Some(Kind::Open(b'(')) => {
                after = script.partner(after) + 1;
            }
            _ => return None,
        }
        let is_dependencies = |block: Block| matches!(block, Block::Dependencies | Block::Constraints);
        if is_dependencies(self.enclosing()) || self.is_in(Block::Buildscript) {
            return None;
        }
        let before = |back: usize| at.checked_sub(back).and_then(|at| script.word(at));
        let is_member = at > 0 && script.is_symbol(at - 1, b'.');
        let receiver = before(2).or_else(|| before(3)).unwrap_or_default();
        if is_member && receiver == "buildscript" {
            return None;
        }
        if !is_member {
            let is_name = matches!(before(1), Some("def" | "val" | "var" | "fun" | "new" | "in"));
            if is_name || self.variables.get("dependencies").is_some() {
                return None;
            }
        }
        let of_configuration = is_member && self.is_of_configurations(at);
        let of_project = !is_member
            || !of_configuration
                && !matches!(receiver, "ext" | "extra" | "extraProperties")
                && is_project_word(receiver);
        let offset = self.offset(at);
        let member = match script.kind(after) {
            Some(Kind::Symbol(b'.')) => after + 1,
            Some(Kind::Symbol(b'?')) if script.is_symbol(after + 1, b'.') => after + 2,
            kind => {
                let is_open = match kind {
                    Some(Kind::Open(b'(')) => of_project,
                    // `with(dependencies) { … }` is a block.
                    Some(Kind::Close) => {
                        let is_block = script.kind(script.partner(after)) == Some(Kind::Open(b'('))
                            && script.kind(after + 1) == Some(Kind::Open(b'{'));
                        (of_project || of_configuration) && !is_block
                    }
                    None | Some(Kind::Newline | Kind::Symbol(b',' | b';')) => of_project || of_configuration,
                    Some(Kind::Symbol(b'+')) => of_configuration && script.is_symbol(after + 1, b'='),
                    Some(Kind::Symbol(b'<')) => of_configuration,
                    Some(Kind::Text | Kind::Template) => of_project,
                    Some(Kind::Word) => {
                        of_project
                            && script.language == Language::Groovy
                            && !matches!(script.word(after), Some("as" | "instanceof" | "in"))
                    }
                    _ => false,
                };
                if is_open {
                    self.unknown("dependencies", offset);
                }
                return None;
            }
        };
        let name = script.word(member)?;
        let is_call = match script.kind(member + 1) {
            Some(Kind::Open(b'(') | Kind::Text | Kind::Template) => true,
            Some(Kind::Word | Kind::Open(b'[')) => script.language == Language::Groovy,
            _ => false,
        };
        match name {
            "add" if is_call => Some(self.addition(member, offset)),
            "addAll" | "addLater" | "addAllLater" | "addProvider" | "addProviderConvertible" => {
                self.unknown("dependencies", offset);
                None
            }
            "constraints" if script.kind(member + 1) != Some(Kind::Open(b'{')) && !of_configuration => {
                self.unknown("constraints", offset);
                None
            }
            _ if !is_call || of_configuration || is_read(name) => None,
            _ if of_project || is_configuration(name) => {
                let next = self.declaration(member, &[name], member + 1);
                (next.0 > member + 1).then_some(next)
            }
            _ => None,
        }
    }

    /// `add('api', 'g:a:1')` of a project, `add(dependency)` of a configuration.
    fn addition(&mut self, at: usize, offset: u32) -> Next {
        let script = self.script;
        let (mut arguments, after) = match script.kind(at + 1) {
            Some(Kind::Open(b'(')) => (
                Reader::within(script, at + 1).arguments(self.variables),
                script.partner(at + 1) + 1,
            ),
            _ => {
                let mut reader = Reader::new(script, at + 1);
                let arguments = reader.arguments(self.variables);
                (arguments, reader.at)
            }
        };
        let configuration = match arguments.positional.len() {
            2 => {
                let named = arguments.positional.remove(0);
                self.variables.text_of(&named)
            }
            _ => None,
        };
        let configuration = configuration.as_deref().unwrap_or("dependencies");
        match arguments.positional.pop() {
            Some(value) if arguments.closure.is_none() => self.declare(configuration, value, None, offset),
            _ => self.unknown(configuration, offset),
        }
        (after, false)
    }

    /// What `defaultDependencies { … }` adds, whose block opens at `open`.
    pub(super) fn default_dependencies(&mut self, open: usize) {
        let script = self.script;
        let mut is_known = false;
        for at in open + 1..script.partner(open) {
            if script.word(at) == Some("add") && script.kind(at + 1) == Some(Kind::Open(b'(')) {
                self.addition(at, self.offset(at));
                is_known = true;
            }
        }
        if !is_known {
            self.unknown("defaultDependencies", self.offset(open));
        }
    }

    /// Whether the member at `at` is one of `configurations`.
    fn is_of_configurations(&self, at: usize) -> bool {
        let script = self.script;
        let mut at = at;
        while let Some(before) = at.checked_sub(1) {
            at = before;
            match script.kind(at) {
                Some(Kind::Close) => at = script.partner(at),
                Some(Kind::Word) => {
                    if script.word(at) == Some("configurations") {
                        return true;
                    }
                    if at == 0 || !matches!(script.kind(at - 1), Some(Kind::Symbol(b'.'))) {
                        return false;
                    }
                }
                Some(Kind::Symbol(b'.' | b'?' | b'!')) => {}
                _ => return false,
            }
        }
        false
    }
}

/// Members of a handler that add nothing by themselves.
fn is_read(name: &str) -> bool {
    let is_query = ["get", "find", "is"].iter().any(|start| name.starts_with(start));
    is_query
        || matches!(
            name,
            "create"
                | "platform"
                | "enforcedPlatform"
                | "project"
                | "kotlin"
                | "embeddedKotlin"
                | "testFixtures"
                | "variantOf"
                | "module"
                | "gradleApi"
                | "gradleTestKit"
                | "gradleKotlinDsl"
                | "localGroovy"
                | "components"
                | "modules"
                | "constraints"
                | "extensions"
                | "artifactTypes"
                | "attributesSchema"
                | "registerTransform"
                | "createArtifactResolutionQuery"
                | "each"
                | "all"
                | "forEach"
                | "apply"
                | "with"
                | "run"
                | "also"
                | "let"
        )
}

/// Whether this is the name of a configuration that plugins make.
pub(super) fn is_configuration(name: &str) -> bool {
    const KINDS: [&str; 9] = [
        "mplementation",
        "ompileOnly",
        "ompileOnlyApi",
        "untimeOnly",
        "nnotationProcessor",
        "api",
        "Api",
        "compile",
        "runtime",
    ];
    KINDS.iter().any(|kind| name.ends_with(kind)) || matches!(name, "kapt" | "ksp")
}
