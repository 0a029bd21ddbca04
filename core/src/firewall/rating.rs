//! How bad an advisory says that a finding is: CVSS vectors, and words where it has no vector.

use super::cvss;
use super::osv;
use super::verdict::Score;

/// A CVSS vector with its base score.
#[derive(Debug)]
pub struct Severity {
    /// The base score.
    pub score: Score,
    /// The vector as the record writes it.
    pub vector: Box<str>,
}

/// A severity in words, as databases give it that rate without a vector. Ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// `LOW`; also Ubuntu's `negligible`.
    Low,
    /// `MODERATE`, which others call `MEDIUM`.
    Moderate,
    /// `HIGH`, which others call `IMPORTANT`.
    High,
    /// `CRITICAL`
    Critical,
}

impl Word {
    /// All of them, ascending.
    pub const ALL: [Self; 4] = [Self::Low, Self::Moderate, Self::High, Self::Critical];

    /// The word as reports show it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Moderate => "MODERATE",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "low" | "negligible" => Self::Low,
            "moderate" | "medium" => Self::Moderate,
            "high" | "important" => Self::High,
            "critical" => Self::Critical,
            _ => return None,
        })
    }
}

/// All ratings of one thing, reduced to the worst of each kind.
#[derive(Debug, Default)]
pub(super) struct Rating {
    /// The vector with the highest score; the first of equal ones.
    pub(super) severity: Option<Severity>,
    /// The worst word.
    pub(super) word: Option<Word>,
    /// Whether there is a rating that cannot be read, which may be worse than those that can.
    pub(super) has_unreadable: bool,
}

impl Rating {
    /// The ratings in `ratings`, and the words that stand apart from them.
    pub(super) fn new<'a>(
        ratings: Option<&[osv::Severity<'_>]>,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut rating = Self {
            // A word that is not known says no more than none.
            word: words.into_iter().filter_map(Word::parse).max(),
            ..Self::default()
        };
        for osv::Severity { score } in ratings.unwrap_or_default() {
            let text = score.0.as_ref();
            if let Some(score) = cvss::base_score(text) {
                let is_worse = |known: &Severity| score > known.score;
                if rating.severity.as_ref().is_none_or(is_worse) {
                    rating.severity = Some(Severity {
                        score,
                        vector: text.into(),
                    });
                }
            } else if let Some(word) = Word::parse(text) {
                rating.word = rating.word.max(Some(word));
            } else {
                rating.has_unreadable = true;
            }
        }
        rating
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `SCORE WORD unreadable` of a record's `severity` and its own word.
    fn rated(severity: &str, word: Option<&str>) -> String {
        let severity: Vec<osv::Severity<'_>> = serde_json::from_str(severity).unwrap();
        let rating = Rating::new(Some(&severity), word);
        let score = rating.severity.map(|severity| severity.score.to_string());
        let unreadable = if rating.has_unreadable { "unreadable" } else { "-" };
        [
            score.as_deref().unwrap_or("-"),
            rating.word.map_or("-", Word::as_str),
            unreadable,
        ]
        .join(" ")
    }

    #[test]
    fn vectors_words_and_what_is_neither_are_told_apart() {
        for (severity, word, expected) in [
            ("[]", None, "- - -"),
            ("[]", Some("CRITICAL"), "- CRITICAL -"),
            ("[]", Some("medium"), "- MODERATE -"),
            ("[]", Some("untriaged"), "- - -"),
            (r#"[{"type":"Ubuntu","score":"negligible"}]"#, None, "- LOW -"),
            (r#"[{"type":"Ubuntu","score":"high"}]"#, Some("LOW"), "- HIGH -"),
            (
                r#"[{"type":"Ubuntu","score":"untriaged"}]"#,
                None,
                "- - unreadable",
            ),
            (
                r#"[{"type":"CVSS_V2","score":"AV:N/AC:L/Au:N/C:C/I:C/A:C"}]"#,
                None,
                "10.0 - -",
            ),
            (
                r#"[{"type":"CVSS_V5","score":"CVSS:5.0/X:Y"},
                    {"type":"CVSS_V3","score":"CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]"#,
                None,
                "1.8 - unreadable",
            ),
        ] {
            assert_eq!(rated(severity, word), expected, "{severity} {word:?}");
        }
    }
}
