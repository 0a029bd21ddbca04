//! What the embedded firewall blocks, warns of and lets pass.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::rating::Word;
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
    /// `unknown-score`: what to do about an advisory that has no score, or a rating that cannot be read.
    pub unknown_score: Action,
    /// `[security.words]`: what to do about an advisory that has a word instead of a score.
    pub words: Words,
}

/// What to do about severities in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words([Action; Word::ALL.len()]);

impl Words {
    /// What the thresholds ask for of the worst score that a word may stand for (CVSS 3.1, table 14), so that
    /// nothing is judged milder for want of a vector.
    fn of_thresholds(block: Option<Score>, warn: Option<Score>) -> Self {
        Self(Word::ALL.map(|word| {
            let score = Some(match word {
                Word::Low => Score::tenths(39),
                Word::Moderate => Score::tenths(69),
                Word::High => Score::tenths(89),
                Word::Critical => Score::tenths(100),
            });
            if block.is_some() && score >= block {
                Action::Block
            } else if warn.is_some() && score >= warn {
                Action::Warn
            } else {
                Action::Allow
            }
        }))
    }

    /// What is done about `word`.
    #[must_use]
    pub fn action(&self, word: Word) -> Action {
        self.0[word as usize]
    }
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
            words: Words::of_thresholds(Some(DEFAULT_BLOCK), Some(DEFAULT_WARN)),
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
    /// The word, if it decided.
    pub(super) word: Option<Word>,
}

/// What rates a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rated {
    pub(super) score: Option<Score>,
    pub(super) word: Option<Word>,
    /// Whether there is a rating that cannot be read.
    pub(super) has_unreadable: bool,
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

# Severities of advisories that give a word and no score.
[security.words]
low = \"allow\"
moderate = \"allow\"
high = \"warn\"
critical = \"block\"
";

    /// What to do about an advisory that applies. Malicious code comes under the malware rule, and, if it has
    /// a rating, under the security rule as well: the harder one counts.
    pub(super) fn decide(&self, is_malware: bool, rated: Rated) -> Decision {
        if !is_malware {
            return self.security.decide(rated);
        }
        let malware = Decision {
            status: self.malware.action.status(),
            category: Category::Malware,
            threshold: None,
            word: None,
        };
        if rated == Rated::default() {
            return malware;
        }
        let security = self.security.decide(rated);
        if security.status > malware.status {
            security
        } else {
            malware
        }
    }

    /// What this lets pass that the built-in policy does not, rule by rule; nothing where it is as hard or harder.
    #[must_use]
    pub fn loosens(&self) -> Vec<String> {
        let built_in = Self::default();
        let mut loosened = Vec::new();
        match self.malware.action {
            Action::Block => {}
            Action::Warn => loosened.push("malware is only warned of".to_owned()),
            Action::Allow => loosened.push("malware is allowed".to_owned()),
        }
        let security = &self.security;
        // A version that is blocked need not be warned of.
        let warns_from = |rule: &SecurityRule| [rule.warn, rule.block].into_iter().flatten().min();
        for (key, mine, default) in [
            ("block", security.block, built_in.security.block),
            ("warn", warns_from(security), warns_from(&built_in.security)),
        ] {
            let is_later = mine.is_none_or(|mine| default.is_some_and(|default| mine > default));
            if is_later && default.is_some() {
                let word = |score: Option<Score>| score.map_or("off".to_owned(), |score| score.to_string());
                loosened.push(format!(
                    "security.{key} is {} instead of {}",
                    word(mine),
                    word(default)
                ));
            }
        }
        if security.unknown_score.status() < built_in.security.unknown_score.status() {
            loosened.push("what has no score is allowed".to_owned());
        }
        // Words that are not written follow the thresholds, which were told.
        let followed = Words::of_thresholds(security.block, security.warn);
        for word in Word::ALL {
            let action = security.words.action(word);
            let is_below = |other: &Words| action.status() < other.action(word).status();
            if is_below(&followed) && is_below(&built_in.security.words) {
                let outcome = if action == Action::Warn {
                    "only warned of"
                } else {
                    "allowed"
                };
                loosened.push(format!("what is rated {} is {outcome}", word_key(word)));
            }
        }
        loosened
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
    /// The score counts, or, without one, the word; beside either, a rating that cannot be read may be worse.
    fn decide(&self, rated: Rated) -> Decision {
        let known = match (rated.score, rated.word) {
            (Some(score), _) => Some(self.of_score(score)),
            (None, Some(word)) => Some((self.words.action(word).status(), None, Some(word))),
            (None, None) => None,
        };
        let unknown = (self.unknown_score.status(), None, None);
        let (status, threshold, word) = match known {
            Some(known) if !rated.has_unreadable || known.0 >= unknown.0 => known,
            _ => unknown,
        };
        Decision {
            status,
            category: Category::Security,
            threshold,
            word,
        }
    }

    fn of_score(&self, score: Score) -> (Status, Option<Score>, Option<Word>) {
        let reached = |threshold: Option<Score>| threshold.filter(|&threshold| score >= threshold);
        if let Some(threshold) = reached(self.block) {
            (Status::Blocked, Some(threshold), None)
        } else if let Some(threshold) = reached(self.warn) {
            (Status::Warn, Some(threshold), None)
        } else {
            (Status::Allowed, None, None)
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
        let mut written_words = Vec::new();
        for (key, value) in self.table("security", value)? {
            match key.get_ref().as_ref() {
                "block" => rule.block = self.threshold(value)?,
                "warn" => {
                    rule.warn = self.threshold(value)?;
                    written_warn = Some(value.span());
                }
                "unknown-score" => rule.unknown_score = self.action(value)?,
                "words" => written_words = self.words(value)?,
                _ => {
                    let known = ["block", "warn", "unknown-score", "words"];
                    return Err(self.unknown(key, "key of [security]", &known));
                }
            }
        }
        if let (Some(block), Some(warn)) = (rule.block, rule.warn)
            && warn > block
        {
            if let Some(span) = written_warn {
                let message = format!("warn ({warn}) is above block ({block}), so it would never be reached");
                return Err(self
                    .error(Code::Format, &span, message)
                    .help(format!("write a warn of at most {block}")));
            }
            rule.warn = Some(block);
        }
        rule.words = Words::of_thresholds(rule.block, rule.warn);
        for (word, action) in written_words {
            rule.words.0[word as usize] = action;
        }
        Ok(rule)
    }

    fn words(&self, value: &Value<'_>) -> Result<Vec<(Word, Action)>, InputError> {
        let mut words = Vec::new();
        for (key, value) in self.table("security.words", value)? {
            let name = Word::ALL
                .into_iter()
                .find(|word| word_key(*word) == *key.get_ref());
            let Some(word) = name else {
                return Err(self.unknown(key, "key of [security.words]", &Word::ALL.map(word_key)));
            };
            words.push((word, self.action(value)?));
        }
        Ok(words)
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

/// A word as policies write it.
const fn word_key(word: Word) -> &'static str {
    match word {
        Word::Low => "low",
        Word::Moderate => "moderate",
        Word::High => "high",
        Word::Critical => "critical",
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

    fn rated(score_text: Option<&str>) -> Rated {
        Rated {
            score: score_text.map(score),
            ..Rated::default()
        }
    }

    #[test]
    fn words_count_without_a_score_and_what_cannot_be_read_beside_one() {
        let policy = Policy::parse("p", b"[security.words]\nmoderate = \"warn\"").unwrap();
        for (value, word, has_unreadable, status, decided) in [
            (
                None,
                Some(Word::Critical),
                false,
                Status::Blocked,
                Some(Word::Critical),
            ),
            (None, Some(Word::High), false, Status::Warn, Some(Word::High)),
            (
                None,
                Some(Word::Moderate),
                false,
                Status::Warn,
                Some(Word::Moderate),
            ),
            (None, Some(Word::Low), false, Status::Allowed, Some(Word::Low)),
            (None, Some(Word::Low), true, Status::Warn, None),
            (None, None, true, Status::Warn, None),
            (Some("2"), Some(Word::Critical), false, Status::Allowed, None),
            (Some("2"), None, true, Status::Warn, None),
            (Some("9.8"), None, true, Status::Blocked, None),
        ] {
            let rated = Rated {
                word,
                has_unreadable,
                ..rated(value)
            };
            let decision = policy.decide(false, rated);
            assert_eq!((decision.status, decision.word), (status, decided), "{rated:?}");
        }
    }

    #[test]
    fn words_that_are_not_written_follow_the_thresholds() {
        let (block, warn, allow) = (Action::Block, Action::Warn, Action::Allow);
        for (text, expected) in [
            ("", [allow, allow, warn, block]),
            ("security.block = 4", [allow, block, block, block]),
            ("security.block = false", [allow, allow, warn, warn]),
            ("security.warn = 9", [allow, allow, allow, block]),
            ("security.warn = 2.5", [warn, warn, warn, block]),
            (
                "security.block = 2.5\nsecurity.words.high = \"allow\"",
                [block, block, allow, block],
            ),
        ] {
            let words = Policy::parse("p", text.as_bytes()).unwrap().security.words;
            assert_eq!(Word::ALL.map(|word| words.action(word)), expected, "{text}");
        }
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
            let decision = policy.decide(false, rated(value));
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
            let decision = policy.decide(true, rated(value));
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
    fn what_a_policy_loosens_is_told_rule_by_rule() {
        let loosened = |text: &str| Policy::parse("p", text.as_bytes()).unwrap().loosens();
        for text in [
            "",
            "[security]\nblock = 7",
            "[security]\nwarn = 4.0\nunknown-score = \"block\"",
            // What would be warned of is blocked.
            "[security]\nblock = 6.0\nwarn = false",
        ] {
            assert_eq!(loosened(text), [""; 0], "{text}");
        }
        assert_eq!(
            loosened("[malware]\naction = \"allow\"\n[security]\nblock = 10\nunknown-score = \"allow\""),
            [
                "malware is allowed",
                "security.block is 10.0 instead of 9.0",
                "what has no score is allowed"
            ]
        );
        assert_eq!(
            loosened("[malware]\naction = \"warn\"\n[security]\nblock = false\nwarn = false"),
            [
                "malware is only warned of",
                "security.block is off instead of 9.0",
                "security.warn is off instead of 7.0"
            ]
        );
        assert_eq!(
            loosened("[security.words]\nlow = \"allow\"\nhigh = \"allow\"\ncritical = \"warn\""),
            [
                "what is rated high is allowed",
                "what is rated critical is only warned of"
            ]
        );
        assert_eq!(
            loosened("[security]\nwarn = 8.5"),
            ["security.warn is 8.5 instead of 7.0"]
        );
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
                Some("there is \"block\", \"warn\", \"unknown-score\" or \"words\""),
            ),
            (
                "[security.words]\nmedium = \"warn\"",
                "p:2:1: \"medium\" is not a key of [security.words]",
                Some("there is \"low\", \"moderate\", \"high\" or \"critical\""),
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
