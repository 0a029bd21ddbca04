//! What a firewall says of one package version.

use std::fmt;

use serde::{Serialize, Serializer};

/// The verdict's word, as the registry's API writes it. Ordered from the mildest to the worst, with
/// `Unknown` apart: it is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// May be used.
    Allowed,
    /// Could not be evaluated. Never to be taken for allowed.
    Unknown,
    /// May be used, but has a problem.
    Warn,
    /// Must not be used.
    Blocked,
}

impl Status {
    /// The word as the API and the table write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "ALLOWED",
            Self::Unknown => "UNKNOWN",
            Self::Warn => "WARN",
            Self::Blocked => "BLOCKED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A CVSS base score, kept in tenths so that comparing is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

impl Score {
    /// The score of so many tenths, at most 100.
    pub(super) const fn tenths(tenths: u8) -> Self {
        Self(tenths)
    }

    /// The score nearest to `value`; `None` outside 0.0 to 10.0.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked first"
        )]
        (0.0..=10.0)
            .contains(&value)
            .then(|| Self((value * 10.0).round() as u8))
    }

    /// The score as a number, 0.0 to 10.0.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

/// The kind of rule that was violated, as the registry's API names them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// A known vulnerability.
    Security,
    /// Known malicious code.
    Malware,
    /// A licence that is not allowed.
    License,
    /// A version that is too young.
    PackageAge,
    /// A kind that is not known here, as the registry names it.
    Other(Box<str>),
}

impl Category {
    /// The kind's word in the API.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Security => "Security",
            Self::Malware => "Malware",
            Self::License => "License",
            Self::PackageAge => "PackageAge",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for Category {
    fn from(word: &str) -> Self {
        [Self::Security, Self::Malware, Self::License, Self::PackageAge]
            .into_iter()
            .find(|category| category.as_str() == word)
            .unwrap_or_else(|| Self::Other(word.into()))
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One reason for a verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// What this reason alone asks for: `WARN` or `BLOCKED`, or `ALLOWED` where it applies but the policy lets
    /// it pass.
    pub status: Status,
    /// The kind of rule.
    pub category: Category,
    /// The advisory's id, such as `GHSA-…`, `PYSEC-…`, `MAL-…`, or the CVE that a registry names; null where
    /// no advisory is the reason.
    pub advisory: Option<String>,
    /// The advisory's CVE, if it has one.
    pub cve: Option<String>,
    /// The other names of the same finding.
    pub aliases: Vec<String>,
    /// One sentence about it; empty where the advisory gives none.
    pub summary: String,
    /// The severity in words, where it decided because there is no score: `LOW`, `MODERATE`, `HIGH` or `CRITICAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<&'static str>,
    /// The highest CVSS base score; null where the advisory has no vector.
    pub score: Option<Score>,
    /// The vector that gave the score.
    pub vector: Option<String>,
    /// The policy's threshold that the score reaches; null where no score decided.
    pub threshold: Option<Score>,
    /// The range of versions that matched, such as `>=1.0.0 <1.2.3`; empty where a registry does not tell.
    pub affected_range: String,
    /// The first version after the audited one in which this is fixed.
    pub fix_version: Option<String>,
    /// A registry's policy set that holds the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_set: Option<String>,
    /// A registry's policy that was violated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What else a registry says of it: licences, ages, and whatever a kind that is not known carries.
    #[serde(flatten)]
    pub details: serde_json::Map<String, serde_json::Value>,
}

impl Violation {
    /// Whether it violates the policy; if not, it is told so that a reader knows what was let pass.
    #[must_use]
    pub fn is_violated(&self) -> bool {
        self.status >= Status::Warn
    }
}

/// The verdict on one package version.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The worst of the violations' statuses; `Allowed` without any that violates the policy.
    pub status: Status,
    /// The reasons, worst first, and after them the findings that the policy lets pass.
    pub violations: Vec<Violation>,
    /// The lowest later version that is known to have no violation.
    pub fix_version: Option<String>,
    /// Where a reason is malware, all versions of the package that are known to be; empty where what is known are
    /// not single versions.
    pub malware_versions: Vec<String>,
    /// Why there is no verdict, when the status is `Unknown`.
    pub note: Option<String>,
}

impl Verdict {
    /// A verdict without a reason.
    #[must_use]
    pub fn plain(status: Status) -> Self {
        Self {
            status,
            violations: Vec::new(),
            fix_version: None,
            malware_versions: Vec::new(),
            note: None,
        }
    }

    /// No verdict, and why.
    #[must_use]
    pub fn unknown(why: impl Into<String>) -> Self {
        Self {
            status: Status::Unknown,
            violations: Vec::new(),
            fix_version: None,
            malware_versions: Vec::new(),
            note: Some(why.into()),
        }
    }
}
