//! What a report covers: of the data that verdicts rest on, of the files, and what was not read at all.
//!
//! It is filled where files are read, advisories are loaded and answers come in, and computed nowhere else.

use serde::{Serialize, Serializer};

use crate::error::InputError;
use crate::firewall::{DataSource, Policy, SourceKind};
use crate::lockfile::{self, Extent, Lockfile};
use crate::package::Ecosystem;
use crate::walk::PassedOver;

/// What a report covers.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// What is known of the packages of each ecosystem that a file is of, in the order of the files.
    pub data: Vec<DataCoverage>,
    /// The policies that judged, in the order of the files.
    pub policies: Vec<PolicyInForce>,
    /// The files that were read, in the order in which they were asked for.
    pub files: Vec<FileCoverage>,
    /// The files that could not be read, and why.
    pub unread: Vec<InputError>,
    /// What a walk through a folder did not read, and why.
    pub passed_over: Vec<PassedOver>,
}

impl Coverage {
    /// How many files were not read in full.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.files.iter().filter(|file| !file.gaps.is_empty()).count()
    }

    /// How many files hold direct dependencies only.
    #[must_use]
    pub fn direct_only(&self) -> usize {
        let is_direct_only = |file: &&FileCoverage| file.extent == Extent::DirectOnly;
        self.files.iter().filter(is_direct_only).count()
    }

    pub(crate) fn add(&mut self, ground: &Ground, file: FileCoverage) {
        if self
            .data
            .iter()
            .all(|known| known.ecosystem != ground.data.ecosystem)
        {
            self.data.push(ground.data.clone());
        }
        if !self.policies.contains(&ground.policy) {
            self.policies.push(ground.policy.clone());
        }
        self.files.push(file);
    }
}

/// What verdicts rest on: who gives them, under which policy, with which data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// `embedded`, or the registry that was asked.
    pub evaluated_by: String,
    /// The policy.
    pub policy: PolicyInForce,
    /// The data.
    pub data: DataCoverage,
}

impl Ground {
    /// The basis of the verdicts on the packages of a file.
    pub(crate) fn basis(&self, file: &FileCoverage) -> Basis {
        Basis {
            data: self.data.kind,
            sources: self
                .data
                .sources
                .iter()
                .map(|source| source.name.clone())
                .collect(),
            advisories: self.data.advisories,
            newest: self.data.newest.clone(),
            policy: self.policy.policy.clone(),
            file: file.coverage,
        }
    }
}

/// What a row's verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Basis {
    /// What the data is worth.
    pub data: DataKind,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// How many advisories about packages of the ecosystem there are.
    pub advisories: usize,
    /// The day on which the newest of them was changed, `YYYY-MM-DD`.
    pub newest: Option<String>,
    /// The policy that judged.
    pub policy: String,
    /// How far the file tells what is installed.
    pub file: Reading,
}

/// What is known of the packages of an ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataCoverage {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// What it is worth.
    pub kind: DataKind,
    /// Where it comes from.
    pub sources: Vec<DataSource>,
    /// How many advisories about its packages the sources hold together.
    pub advisories: usize,
    /// The day on which the newest of them was changed, `YYYY-MM-DD`.
    pub newest: Option<String>,
    /// What must not be missed about it; null for an export of the ecosystem.
    pub note: Option<String>,
}

/// What data about an ecosystem is worth, from the most to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataKind {
    /// An export of the ecosystem: all that is known.
    Export,
    /// A registry's own, of which it tells nothing.
    Registry,
    /// A few advisories of one's own.
    Own,
    /// The small built-in set of widely known ones, perhaps with a few of one's own.
    Starter,
    /// Nothing that covers the ecosystem: that nothing is found says nothing.
    None,
}

impl DataCoverage {
    /// What these sources are worth.
    #[must_use]
    pub fn new(ecosystem: Ecosystem, sources: Vec<DataSource>) -> Self {
        let has = |kind| sources.iter().any(|source| source.kind == kind);
        let kind = if has(SourceKind::Export) {
            DataKind::Export
        } else if has(SourceKind::Starter) {
            DataKind::Starter
        } else if has(SourceKind::Own) {
            DataKind::Own
        } else {
            DataKind::None
        };
        let newest = sources.iter().filter_map(|source| source.newest.clone()).max();
        Self {
            ecosystem,
            kind,
            advisories: sources.iter().map(|source| source.advisories).sum(),
            note: note(ecosystem, kind, newest.as_deref(), &sources),
            newest,
            sources,
        }
    }

    /// What a registry has, as far as it tells: `sources` is what it answered.
    #[must_use]
    pub fn of_registry(ecosystem: Ecosystem, registry: &str, sources: Option<Vec<DataSource>>) -> Self {
        if let Some(sources) = sources {
            let mut known = Self::new(ecosystem, sources);
            known.note = known.note.map(|note| format!("the registry {registry}: {note}"));
            return known;
        }
        Self {
            ecosystem,
            kind: DataKind::Registry,
            sources: Vec::new(),
            advisories: 0,
            newest: None,
            note: None,
        }
    }
}

/// What must be said of data that is no export.
fn note(
    ecosystem: Ecosystem,
    kind: DataKind,
    newest: Option<&str>,
    sources: &[DataSource],
) -> Option<String> {
    let newest = newest.unwrap_or("unknown");
    let number = |kind| -> usize {
        let of_kind = sources.iter().filter(|source| source.kind == kind);
        of_kind.map(|source| source.advisories).sum()
    };
    let (own, by_the_way) = (number(SourceKind::Own), number(SourceKind::ByTheWay));
    let stray: Vec<&str> = sources
        .iter()
        .filter(|source| source.kind == SourceKind::ByTheWay)
        .map(|source| source.name.as_str())
        .collect();
    let beside = match by_the_way {
        0 => String::new(),
        number => format!(
            "; {number} more came by the way in {}, which is about something else",
            stray.join(", ")
        ),
    };
    let real = format!("an OSV export of {ecosystem} makes a real audit");
    match kind {
        DataKind::Export | DataKind::Registry => None,
        DataKind::Starter => {
            let starter = number(SourceKind::Starter);
            let own = match own {
                0 => String::new(),
                own => format!(" and {own} of your own"),
            };
            Some(format!(
                "{ecosystem}: only the built-in starter set of {starter} widely known advisories{own} was used, newest \
                 {newest}{beside}; {real}"
            ))
        }
        DataKind::Own => Some(format!(
            "{ecosystem}: only {} of your own {} used, newest {newest}{beside}; {real}",
            if own == 1 {
                "1 advisory".to_owned()
            } else {
                format!("{own} advisories")
            },
            if own == 1 { "was" } else { "were" }
        )),
        DataKind::None => Some(format!(
            "{ecosystem}: no source of advisories covers it, so that its packages are UNKNOWN where nothing was found{beside}"
        )),
    }
}

/// A policy, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyInForce {
    /// Where it comes from: `built-in`, a file, or `the registry's`.
    pub policy: String,
    /// What it lets pass that the built-in one does not, rule by rule.
    pub loosens: Vec<String>,
}

/// What reports and arguments call the built-in policy.
pub const BUILT_IN: &str = "built-in";

impl PolicyInForce {
    /// The policy that holds without a file.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            policy: BUILT_IN.to_owned(),
            loosens: Vec::new(),
        }
    }

    /// The policy that a file holds.
    #[must_use]
    pub fn new(policy: &Policy, origin: &str) -> Self {
        Self {
            policy: origin.to_owned(),
            loosens: policy.loosens(),
        }
    }

    /// What a registry judges by, of which it tells nothing.
    #[must_use]
    pub fn of_registry() -> Self {
        Self {
            policy: "the registry's".to_owned(),
            loosens: Vec::new(),
        }
    }
}

/// How far a file that was read tells what is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileCoverage {
    /// The file as the user named it.
    pub file: String,
    /// The format's name, such as `package-lock.json`.
    pub format: &'static str,
    /// The ecosystem of its packages.
    pub ecosystem: Ecosystem,
    /// How many dependencies were read.
    pub dependencies: usize,
    /// How far it tells what is installed, in a word.
    pub coverage: Reading,
    /// How far a file of this format does.
    pub extent: Extent,
    /// What could not be read of it, each beginning with its place: dependencies may be missing.
    pub gaps: Vec<String>,
    /// What else the reader should know about how it was read.
    pub warnings: Vec<String>,
    /// What makes a file that holds all that is installed; null where this one does.
    pub advice: Option<&'static str>,
    /// The policy that judged its packages.
    pub policy: String,
}

/// How far a file tells what is installed, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// It was read in full, and holds all that is installed.
    Full,
    /// It was read in full, and holds what the project itself asks for, not what that brings in.
    DirectOnly,
    /// Something in it could not be read: dependencies may be missing.
    Gaps,
}

impl FileCoverage {
    /// That of a file, judged by the policy of that name.
    #[must_use]
    pub fn new(file: &str, lockfile: &Lockfile, policy: &str) -> Self {
        let messages = |incomplete| {
            let warnings = lockfile.warnings.iter();
            warnings
                .filter(|warning| warning.incomplete == incomplete)
                .map(|warning| warning.message.clone())
                .collect()
        };
        let gaps: Vec<String> = messages(true);
        Self {
            file: file.to_owned(),
            format: lockfile.format.name,
            ecosystem: lockfile.format.ecosystem,
            dependencies: lockfile.dependencies.len(),
            coverage: match lockfile.extent {
                _ if !gaps.is_empty() => Reading::Gaps,
                Extent::DirectOnly => Reading::DirectOnly,
                Extent::Everything => Reading::Full,
            },
            extent: lockfile.extent,
            gaps,
            warnings: messages(false),
            advice: match lockfile.extent {
                Extent::Everything => None,
                Extent::DirectOnly => lockfile::locking_advice(lockfile.format.name),
            },
            policy: policy.to_owned(),
        }
    }
}

impl FileCoverage {
    /// Whether it is in order and holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.dependencies == 0 && self.gaps.is_empty()
    }
}

/// Many rows have one basis.
pub(crate) fn shared<S: Serializer>(basis: &std::sync::Arc<Basis>, serializer: S) -> Result<S::Ok, S::Error> {
    basis.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(kind: SourceKind, advisories: usize) -> DataSource {
        DataSource {
            name: format!("{kind:?}"),
            kind,
            advisories,
            newest: Some(format!("2026-01-{advisories:02}")),
        }
    }

    #[test]
    fn only_an_export_of_the_ecosystem_is_without_a_note() {
        use SourceKind::{ByTheWay, Export, Own, Starter};
        for (kinds, kind, says) in [
            (vec![Starter, Export], DataKind::Export, None),
            (
                vec![Starter],
                DataKind::Starter,
                Some("only the built-in starter set of 1 "),
            ),
            (
                vec![Starter, Own],
                DataKind::Starter,
                Some("starter set of 1 widely known advisories and 2 of your own was used"),
            ),
            (
                vec![Starter, ByTheWay],
                DataKind::Starter,
                Some("; 2 more came by the way in ByTheWay"),
            ),
            (
                vec![Own],
                DataKind::Own,
                Some("only 1 advisory of your own was used"),
            ),
            (
                vec![ByTheWay],
                DataKind::None,
                Some("no source of advisories covers it"),
            ),
            (vec![], DataKind::None, Some("no source of advisories covers it")),
        ] {
            let sources: Vec<DataSource> = kinds
                .iter()
                .zip(1..)
                .map(|(kind, number)| source(*kind, number))
                .collect();
            let data = DataCoverage::new(Ecosystem::Npm, sources);
            assert_eq!(data.kind, kind, "{kinds:?}");
            match says {
                None => assert_eq!(data.note, None),
                Some(text) => assert!(data.note.as_ref().unwrap().contains(text), "{:?}", data.note),
            }
            let newest = (!kinds.is_empty()).then(|| format!("2026-01-{:02}", kinds.len()));
            assert_eq!(data.newest, newest);
        }
    }
}
