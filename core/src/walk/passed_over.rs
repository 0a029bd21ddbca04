//! What a walk does not read, and why.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// A file or folder that a walk did not read. Nothing that may hold dependencies is left out without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PassedOver {
    /// Its path, in the same form as the paths of what is read.
    pub path: String,
    /// Why it was not read.
    #[serde(flatten)]
    pub reason: Reason,
}

/// Why a walk did not read something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Reason {
    /// A dependency file of a format that is not read.
    UnreadFormat {
        /// The tool that writes it.
        tool: &'static str,
    },
    /// `.gitignore` names it, and git does not track it.
    Ignored,
    /// A folder into which a package manager installs packages; git tracks nothing that is to be read in it.
    InstalledPackages,
    /// A Python virtual environment.
    VirtualEnvironment,
    /// What a tool keeps for itself.
    ToolFolder,
    /// A manifest whose lockfile, which is read, holds all that it asks for.
    Settled {
        /// The lockfile.
        by: String,
    },
    /// A manifest of a member whose root's lockfile, which is read, lists it and holds all that it asks for.
    Member {
        /// The lockfile.
        by: String,
    },
    /// It installs nothing by itself, only narrows what other files ask for.
    Constraints,
    /// A link to a folder: following it could lead in a circle, or out of the project.
    LinkedFolder,
    /// A link that leads out of the folder, or nowhere.
    LinkElsewhere,
    /// A pipe, a socket or a device.
    NotAFile,
}

impl Reason {
    /// Whether dependencies of the project may be in what was not read: the reader should look.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self {
            Self::UnreadFormat { .. } | Self::LinkedFolder | Self::LinkElsewhere | Self::NotAFile => true,
            Self::Ignored
            | Self::InstalledPackages
            | Self::VirtualEnvironment
            | Self::ToolFolder
            | Self::Settled { .. }
            | Self::Member { .. }
            | Self::Constraints => false,
        }
    }
}

/// What several things have in common, in words that their paths follow.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnreadFormat { tool } => write!(f, "of a format that is not read ({tool})"),
            Self::Ignored => f.write_str("ignored by .gitignore"),
            Self::InstalledPackages => f.write_str("installed packages"),
            Self::VirtualEnvironment => f.write_str("virtual environments"),
            Self::ToolFolder => f.write_str("what tools keep for themselves"),
            Self::Settled { by } => write!(f, "settled by {by}"),
            Self::Member { by } => write!(f, "covered by {by}, whose members they are"),
            Self::Constraints => f.write_str("constraints, which install nothing by themselves"),
            Self::LinkedFolder => f.write_str("links to folders"),
            Self::LinkElsewhere => f.write_str("links that lead out of the folder or nowhere"),
            Self::NotAFile => f.write_str("neither files nor folders"),
        }
    }
}

/// How many paths of one reason are named.
const MOST_NAMED: usize = 3;

/// One line for each reason, in their order: how many there are, and the first few by name.
#[must_use]
pub fn summary(passed_over: &[PassedOver]) -> Vec<String> {
    let mut by_reason: BTreeMap<&Reason, Vec<&str>> = BTreeMap::new();
    for PassedOver { path, reason } in passed_over {
        by_reason.entry(reason).or_default().push(path);
    }
    let line = |(reason, mut paths): (&Reason, Vec<&str>)| {
        paths.sort_unstable();
        let named = paths[..paths.len().min(MOST_NAMED)].join(", ");
        match paths.len().checked_sub(MOST_NAMED) {
            None | Some(0) => format!("{reason}: {named}"),
            Some(more) => format!("{reason}: {named} and {more} more"),
        }
    };
    by_reason.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_one_reason_are_counted() {
        let passed_over = |path: &str, reason| PassedOver {
            path: path.to_owned(),
            reason,
        };
        let mut all: Vec<PassedOver> = ["e", "d", "c", "b", "a"]
            .map(|folder| passed_over(&format!("{folder}/node_modules"), Reason::InstalledPackages))
            .into();
        all.push(passed_over("Cargo.lock", Reason::UnreadFormat { tool: "Cargo" }));
        let by = "package-lock.json".to_owned();
        all.push(passed_over("package.json", Reason::Settled { by }));
        assert_eq!(
            summary(&all),
            [
                "of a format that is not read (Cargo): Cargo.lock",
                "installed packages: a/node_modules, b/node_modules, c/node_modules and 2 more",
                "settled by package-lock.json: package.json",
            ]
        );
        assert_eq!(summary(&[]), [""; 0]);
    }
}
