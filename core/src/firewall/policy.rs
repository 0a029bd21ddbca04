//! What the embedded firewall blocks, warns of and lets pass.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::verdict::{Category, Score, Status};
use crate::error::{Code, InputError, Position};
use crate::text::{self, Encoding};

/// The rules, one part for each category. [`Policy::default`] is what holds without a policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// `[malware]`
    pub malware: MalwareRule,
    /// `[security]`
    pub security: SecurityRule,
}

/// What to do about malicious code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalwareRule {
    /// `action`
    pub action: Action,
}

/// What to do about vulnerabilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityRule {
    /// `block`: the CVSS base score from which on a version is blocked; `None` is never.
    pub block: Option<Score>,
    /// `warn`: the same for a warning. Never above `block`.
    pub warn: Option<Score>,
    /// `unknown-score`: what to do about an advisory that has no score.
    pub unknown_score: Action,
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The version must not be used.
    Block,
    /// The version may be used, but has a problem.
    Warn,
    /// The rule is off.
    Allow,
}

impl Action {
    const ALL: [Self; 3] = [Self::Block, Self::Warn, Self::Allow];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Warn => "warn",
            Self::Allow => "allow",
        }
    }

    const fn status(self) -> Status {
        match self {
            Self::Block => Status::Blocked,
            Self::Warn => Status::Warn,
            Self::Allow => Status::Allowed,
        }
    }
}

impl Default for MalwareRule {
    fn default() -> Self {
        Self {
            action: Action::Block,
        }
    }
}

impl Default for SecurityRule {
    fn default() -> Self {
        Self {
            block: Some(DEFAULT_BLOCK),
            warn: Some(DEFAULT_WARN),
            unknown_score: Action::Warn,
        }
    }
}

const DEFAULT_BLOCK: Score = Score::tenths(90);
const DEFAULT_WARN: Score = Score::tenths(70);

/// What a policy says of one advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) status: Status,
    pub(super) category: Category,
    /// The threshold that the score reaches, if a score decided.
    pub(super) threshold: Option<Score>,
}

impl Policy {
    /// [`Policy::default`] as a policy file writes it, to be read and changed by people.
    pub const BUILT_IN: &str = "\
[malware]
action = \"block\"

# CVSS base scores from which on a version is blocked or warned of.
[security]
block = 9.0
warn = 7.0
unknown-score = \"warn\"
";

    /// What to do about an advisory that applies. Malicious code comes under the malware rule, and, if it has
    /// a score, under the security rule as well: the harder one counts.
    pub(super) fn decide(&self, is_malware: bool, score: Option<Score>) -> Decision {
        if !is_malware {
            return self.security.decide(score);
        }
        let malware = Decision {
            status: self.malware.action.status(),
            category: Category::Malware,
            threshold: None,
        };
        match score {
            Some(_) => {
                let security = self.security.decide(score);
                if security.status > malware.status {
                    security
                } else {
                    malware
                }
            }
            None => malware,
        }
    }

    /// Reads a policy file: TOML with the tables `[malware]` and `[security]`. What it leaves out is as in
    /// [`Policy::default`]; but where only `block` is written, below the default of `warn`, nothing is left to
    /// warn of, and `warn` becomes the same.
    ///
    /// `file` names the text in errors.
    ///
    /// # Errors
    /// When the text is not TOML, has a table or a key that does not exist, or a value that is not allowed;
    /// with its place.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let text = &text::decode(file, bytes, Encoding::Utf8)?;
        let reader = Reader { file, text };
        let document = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            reader.error(
                Code::Syntax,
                &span,
                format!("not valid TOML: {}", error.message().trim_end()),
            )
        })?;
        let mut policy = Self::default();
        for (name, value) in in_order_of_text(document.get_ref()) {
            match name.get_ref().as_ref() {
                "malware" => policy.malware = reader.malware(value)?,
                "security" => policy.security = reader.security(value)?,
                _ => return Err(reader.unknown(name, "table", &["malware", "security"])),
            }
        }
        Ok(policy)
    }
}

impl SecurityRule {
    fn decide(&self, score: Option<Score>) -> Decision {
        let reached = |threshold: Option<Score>| threshold.filter(|threshold| score >= Some(*threshold));
        let (status, threshold) = if score.is_none() {
            (self.unknown_score.status(), None)
        } else if let Some(threshold) = reached(self.block) {
            (Status::Blocked, Some(threshold))
        } else if let Some(threshold) = reached(self.warn) {
            (Status::Warn, Some(threshold))
        } else {
            (Status::Allowed, None)
        };
        Decision {
            status,
            category: Category::Security,
            threshold,
        }
    }
}

type Key<'a> = Spanned<Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// The entries as they follow each other in the file, so that the first fault is the one that is told.
fn in_order_of_text<'a, 'i>(table: &'a DeTable<'i>) -> Vec<(&'a Key<'i>, &'a Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// Turns values into rules, and faults into errors with their place.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn malware(&self, value: &Value<'_>) -> Result<MalwareRule, InputError> {
        let mut rule = MalwareRule::default();
        for (key, value) in self.table("malware", value)? {
            match key.get_ref().as_ref() {
                "action" => rule.action = self.action(value)?,
                _ => return Err(self.unknown(key, "key of [malware]", &["action"])),
            }
        }
        Ok(rule)
    }

    fn security(&self, value: &Value<'_>) -> Result<SecurityRule, InputError> {
        let mut rule = SecurityRule::default();
        let mut written_warn = None;
        for (key, value) in self.table("security", value)? {
            match key.get_ref().as_ref() {
                "block" => rule.block = self.threshold(value)?,
                "warn" => {
                    rule.warn = self.threshold(value)?;
                    written_warn = Some(value.span());
                }
                "unknown-score" => rule.unknown_score = self.action(value)?,
                _ => return Err(self.unknown(key, "key of [security]", &["block", "warn", "unknown-score"])),
            }
        }
        if let (Some(block), Some(warn)) = (rule.block, rule.warn)
            && warn > block
        {
            let Some(span) = written_warn else {
                return Ok(SecurityRule {
                    warn: Some(block),
                    ..rule
                });
            };
            let message = format!("warn ({warn}) is above block ({block}), so it would never be reached");
            return Err(self
                .error(Code::Format, &span, message)
                .help(format!("write a warn of at most {block}")));
        }
        Ok(rule)
    }

    fn table<'a, 'i>(
        &self,
        name: &str,
        value: &'a Value<'i>,
    ) -> Result<Vec<(&'a Key<'i>, &'a Value<'i>)>, InputError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(in_order_of_text(table)),
            other => Err(self.wrong_kind(value, &format!("a table [{name}]"), other)),
        }
    }

    fn action(&self, value: &Value<'_>) -> Result<Action, InputError> {
        let names = Action::ALL.map(Action::as_str);
        let DeValue::String(written) = value.get_ref() else {
            return Err(self.wrong_kind(value, &list(&names), value.get_ref()));
        };
        Action::ALL
            .into_iter()
            .find(|action| action.as_str() == written)
            .ok_or_else(|| {
                let message = format!("{written:?} is not an action: expected {}", list(&names));
                self.error(Code::Format, &value.span(), message)
            })
    }

    /// A score with at most one decimal, or `false`.
    fn threshold(&self, value: &Value<'_>) -> Result<Option<Score>, InputError> {
        let written = match value.get_ref() {
            DeValue::Boolean(false) => return Ok(None),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            other => return Err(self.wrong_kind(value, "a score from 0 to 10, or false", other)),
        };
        let score = written.parse::<f64>().ok().and_then(|number| {
            let score = Score::new(number)?;
            // A finer threshold than CVSS has would be rounded, and so mean something else than it says.
            ((score.value() - number).abs() < 1e-9).then_some(score)
        });
        score.map(Some).ok_or_else(|| {
            let message =
                format!("{written} is not a threshold: CVSS scores go from 0 to 10, with one decimal");
            self.error(Code::Format, &value.span(), message)
        })
    }

    fn wrong_kind(&self, value: &Value<'_>, expected: &str, found: &DeValue<'_>) -> InputError {
        let message = format!("expected {expected}, found {}", found.type_str());
        self.error(Code::Format, &value.span(), message)
    }

    fn unknown(&self, key: &Key<'_>, what: &str, known: &[&str]) -> InputError {
        let message = format!("{:?} is not a {what}", key.get_ref());
        self.error(Code::Format, &key.span(), message)
            .help(format!("there is {}", list(known)))
    }

    fn error(&self, code: Code, span: &Range<usize>, message: String) -> InputError {
        InputError::new(code, self.file, message).at(Position::of(self.text, span.start))
    }
}

/// `"a", "b" or "c"`
fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> Score {
        Score::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_default_is_the_built_in_text() {
        assert_eq!(
            Policy::parse("hc-firewall.toml", Policy::BUILT_IN.as_bytes()).unwrap(),
            Policy::default()
        );
        assert_eq!(Policy::parse("hc-firewall.toml", b"").unwrap(), Policy::default());
    }

    #[test]
    fn a_threshold_is_reached_at_its_own_value() {
        let policy = Policy::default();
        for (value, status, threshold) in [
            (Some("10"), Status::Blocked, Some("9")),
            (Some("9"), Status::Blocked, Some("9")),
            (Some("8.9"), Status::Warn, Some("7")),
            (Some("7"), Status::Warn, Some("7")),
            (Some("6.9"), Status::Allowed, None),
            (Some("0"), Status::Allowed, None),
            (None, Status::Warn, None),
        ] {
            let decision = policy.decide(false, value.map(score));
            assert_eq!(
                (decision.status, decision.threshold),
                (status, threshold.map(score)),
                "{value:?}"
            );
        }
    }

    #[test]
    fn malware_is_under_its_own_rule_and_under_its_score() {
        let policy = Policy::parse("p", b"[malware]\naction = \"warn\"").unwrap();
        for (value, status, category) in [
            (None, Status::Warn, Category::Malware),
            (Some("7.5"), Status::Warn, Category::Malware),
            (Some("9.8"), Status::Blocked, Category::Security),
        ] {
            let decision = policy.decide(true, value.map(score));
            assert_eq!(
                (decision.status, decision.category),
                (status, category),
                "{value:?}"
            );
        }
    }

    #[test]
    fn false_turns_a_threshold_off_and_a_lower_block_takes_the_default_warn_with_it() {
        for (text, block, warn) in [
            ("[security]\nblock = false", None, Some("7")),
            ("[security]\nwarn = false", Some("9"), None),
            ("[security]\nblock = 4", Some("4"), Some("4")),
            (
                "security.block = 5.5\nsecurity.warn = 5.5",
                Some("5.5"),
                Some("5.5"),
            ),
            ("[security]\nblock = false\nwarn = 10", None, Some("10")),
        ] {
            let security = Policy::parse("p", text.as_bytes()).unwrap().security;
            assert_eq!(
                (security.block, security.warn),
                (block.map(score), warn.map(score)),
                "{text}"
            );
        }
    }

    #[test]
    fn errors_tell_what_where_and_what_there_is() {
        for (text, expected, help) in [
            (
                "[security",
                "p:1:10: not valid TOML: unclosed table, expected `]`",
                None,
            ),
            (
                "[licence]",
                "p:1:2: \"licence\" is not a table",
                Some("there is \"malware\" or \"security\""),
            ),
            (
                "# é\n[security]\nblocks = 9",
                "p:3:1: \"blocks\" is not a key of [security]",
                Some("there is \"block\", \"warn\" or \"unknown-score\""),
            ),
            (
                "malware = 1",
                "p:1:11: expected a table [malware], found integer",
                None,
            ),
            (
                "[malware]\naction = \"Block\"",
                "p:2:10: \"Block\" is not an action: expected \"block\", \"warn\" or \"allow\"",
                None,
            ),
            (
                "[malware]\naction = true",
                "p:2:10: expected \"block\", \"warn\" or \"allow\", found boolean",
                None,
            ),
            (
                "[security]\nwarn = 11",
                "p:2:8: 11 is not a threshold: CVSS scores go from 0 to 10, with one decimal",
                None,
            ),
            (
                "[security]\nwarn = 7.05",
                "p:2:8: 7.05 is not a threshold: CVSS scores go from 0 to 10, with one decimal",
                None,
            ),
            (
                "[security]\nwarn = nan",
                "p:2:8: nan is not a threshold: CVSS scores go from 0 to 10, with one decimal",
                None,
            ),
            (
                "[security]\nblock = true",
                "p:2:9: expected a score from 0 to 10, or false, found boolean",
                None,
            ),
            (
                "[security]\nwarn = 9.5",
                "p:2:8: warn (9.5) is above block (9.0), so it would never be reached",
                Some("write a warn of at most 9.0"),
            ),
        ] {
            let error = Policy::parse("p", text.as_bytes()).unwrap_err();
            assert_eq!(
                (error.to_string().as_str(), error.help.as_deref()),
                (expected, help),
                "{text}"
            );
        }
    }
}
