//! What a script defines: variables, and properties of the project.

use std::collections::BTreeMap;

use super::expression::Reader;
use super::script::{Block, MOST_NAMES, Next, Walk};
use super::string::string;
use super::token::{Kind, Language};
use super::value::{Value, is_project_word};

impl Walk<'_, '_> {
    /// `def x = …`, `val x: T by …`, `x.y = …`, `x += …`. What stands after the sign is walked through too.
    pub(super) fn definition(&mut self, at: usize) -> Option<Next> {
        let script = self.script;
        let mut after = at;
        while let Some(
            "def" | "val" | "var" | "final" | "const" | "static" | "private" | "public" | "internal"
            | "lateinit",
        ) = script.word(after)
        {
            after += 1;
        }
        let mut is_new = after > at;
        let may_go_on = match script.kind(after + 1) {
            Some(Kind::Symbol(b'.' | b'=' | b'+') | Kind::Open(b'[')) => true,
            Some(Kind::Word) => is_new || script.is_symbol(after + 2, b'='),
            _ => is_new,
        };
        if !may_go_on {
            return None;
        }
        let mut names = vec![script.word(after)?.to_owned()];
        after += 1;
        let is_type = matches!(script.kind(after), Some(Kind::Word))
            && script.is_symbol(after + 1, b'=')
            && script.language == Language::Groovy;
        if is_type {
            names = vec![script.word(after)?.to_owned()];
            is_new = true;
            after += 1;
        } else if is_new && script.is_symbol(after, b':') {
            while matches!(
                script.kind(after),
                Some(Kind::Word | Kind::Symbol(b':' | b'.' | b'<' | b'>' | b',' | b'?' | b'*'))
            ) && script.word(after) != Some("by")
            {
                after += 1;
            }
        } else {
            loop {
                if script.is_symbol(after, b'.') {
                    names.push(script.word(after + 1)?.to_owned());
                    after += 2;
                } else if script.kind(after) == Some(Kind::Open(b'[')) && script.partner(after) == after + 2 {
                    let key = script.kind(after + 1)?;
                    if !matches!(key, Kind::Text | Kind::Template) {
                        return None;
                    }
                    names.push(string(script, script.text(after + 1), self.variables, 0).into_owned());
                    after += 3;
                } else {
                    break;
                }
                if names.len() > MOST_NAMES {
                    return None;
                }
            }
        }
        let is_sign = |at: usize| {
            script.is_symbol(at, b'=') && !matches!(script.kind(at + 1), Some(Kind::Symbol(b'=' | b'~')))
        };
        if is_new && script.word(after) == Some("by") {
            self.delegate(&names[0], after + 1);
            return Some((after + 1, false));
        }
        let is_alone = matches!(
            script.kind(after),
            None | Some(Kind::Newline | Kind::Close | Kind::Symbol(b';'))
        );
        if is_new && is_alone {
            self.variables.define(&names[0], Value::Unset);
            return Some((after, false));
        }
        let adds = script.is_symbol(after, b'+');
        let sign = if adds { after + 1 } else { after };
        if !is_sign(sign) {
            return None;
        }
        let mut start = sign + 1;
        while script.kind(start) == Some(Kind::Newline) {
            start += 1;
        }
        let value = Reader::new(script, start).expression(self.variables);
        if is_new {
            self.variables.define(&names[0], value);
        } else {
            self.assign(names, value, adds);
        }
        Some((start, false))
    }

    /// `val name by extra("1.0")`, `by extra { … }`, `by project`.
    fn delegate(&mut self, name: &str, at: usize) {
        let (path, after) = self.path(at);
        if path.length == 0 || !path.names().iter().all(|word| is_project_word(word)) {
            return;
        }
        let value = match self.script.kind(after) {
            Some(Kind::Open(b'(')) => Reader::within(self.script, after).expression(self.variables),
            Some(Kind::Open(b'{')) => Reader::within(self.script, after).expression(self.variables),
            _ => {
                let value = self.variables.property(name);
                self.variables.define(name, value.unwrap_or(Value::Unknown));
                return;
            }
        };
        self.variables.set_property(name, value.clone());
        self.variables.define(name, value);
    }

    fn assign(&mut self, mut names: Vec<String>, value: Value, adds: bool) {
        let mut is_property = self.enclosing() == Block::Extra;
        while names.len() > 1 && is_project_word(&names[0]) {
            names.remove(0);
            is_property = true;
        }
        let may_not_run = self.frame().is_conditional;
        let (name, rest) = (names[0].as_str(), &names[1..]);
        if adds || !rest.is_empty() {
            let Some(mut changed) = self.variables.take(name) else {
                if is_property && !adds {
                    let mut map = Value::map(BTreeMap::new());
                    self.variables.insert(&mut map, rest, value, may_not_run);
                    self.variables.set_property(name, map);
                }
                return;
            };
            if rest.is_empty() {
                let is_text = matches!(changed, Value::Text(_));
                changed = self.variables.sum(changed, value, (name, ""));
                if is_text && may_not_run {
                    changed = Value::Unknown;
                }
            } else if !adds {
                self.variables.insert(&mut changed, rest, value, may_not_run);
            }
            self.variables.put(name, changed);
        } else {
            let is_variable = !is_property && self.variables.assign(name, value.clone());
            if is_property || !is_variable && self.frames.is_empty() {
                self.variables.set_property(name, value);
            }
        }
    }

    /// `ext.set("name", value)`; the arguments begin at `open`.
    pub(super) fn set_property(&mut self, open: usize) {
        if self.script.kind(open) != Some(Kind::Open(b'(')) {
            return;
        }
        let arguments = Reader::within(self.script, open).arguments(self.variables);
        if let [name, value] = arguments.positional.as_slice()
            && let Some(name) = self.variables.text_of(name)
        {
            self.variables.set_property(&name, value.clone());
        }
    }
}
