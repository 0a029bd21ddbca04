//! What a firewall is asked about a dependency, and what it answers.

use crate::dependency::{Dependency, Source};
use crate::firewall::Verdict;
use crate::version;

/// What a firewall is asked about a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Its verdict on this version.
    Version {
        /// The version, in the ecosystem's scheme.
        version: String,
        /// Whether it is not the file's own, but the lowest that satisfies the file's range.
        assumed: bool,
    },
    /// Nothing can be asked, so that the answer is `UNKNOWN`.
    Impossible {
        /// Why.
        reason: String,
    },
}

impl Question {
    /// The question about `dependency`. What does not come from the registry is never asked about as if
    /// it did, and a range without a lowest version is never asked about as if it were the newest.
    #[must_use]
    pub fn about(dependency: &Dependency) -> Self {
        if dependency.source != Source::Registry {
            let reason = format!("comes from a {}, not from a registry", dependency.source.noun());
            return Self::Impossible { reason };
        }
        match (&dependency.version, &dependency.specifier) {
            (Some(version), _) => Self::Version {
                version: version.to_string(),
                assumed: false,
            },
            (None, Some(specifier)) => match version::lowest(dependency.ecosystem, specifier) {
                Some(version) => Self::Version {
                    version,
                    assumed: true,
                },
                None => Self::Impossible {
                    reason: format!("no lowest version satisfies {specifier}"),
                },
            },
            (None, None) => Self::Impossible {
                reason: "the file gives no version".to_owned(),
            },
        }
    }
}

/// What a firewall said of one dependency of a file.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The dependency's index in the file's list.
    pub index: usize,
    /// What was asked.
    pub question: Question,
    /// What the firewall said.
    pub verdict: Verdict,
    /// The scan that the verdict comes from; `None` from the embedded firewall.
    pub scan_id: Option<String>,
}
