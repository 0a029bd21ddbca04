//! What a walk does not read, and why.

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

impl PassedOver {
    /// The same with every path as `place` gives it.
    #[must_use]
    pub fn placed(self, place: impl Fn(&str) -> String) -> Self {
        let path = place(&self.path);
        let reason = match self.reason {
            Reason::Settled { by } => Reason::Settled { by: place(&by) },
            Reason::Member { by } => Reason::Member { by: place(&by) },
            Reason::LinkToRead { file } => Reason::LinkToRead { file: place(&file) },
            reason => reason,
        };
        Self { path, reason }
    }
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
    /// A link to a file that is read.
    LinkToRead {
        /// The file.
        file: String,
    },
    /// A pipe, a socket or a device.
    NotAFile,
}

impl Reason {
    /// Whether dependencies of the project may be in what was not read: the reader should look.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::UnreadFormat { .. } | Self::LinkedFolder) || self.is_fault()
    }

    /// Whether this would be read, were it a file of the folder: that it is not is a failure.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        matches!(self, Self::LinkElsewhere | Self::NotAFile)
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
            Self::Settled { .. } => f.write_str("manifests that the lockfiles beside them settle"),
            Self::Member { .. } => f.write_str("members that the lockfile of their root covers"),
            Self::Constraints => f.write_str("constraints, which install nothing by themselves"),
            Self::LinkedFolder => f.write_str("links to folders"),
            Self::LinkElsewhere => f.write_str("a link that leads out of the folder or nowhere"),
            Self::LinkToRead { .. } => f.write_str("links to files that are read"),
            Self::NotAFile => f.write_str("neither a file nor a folder"),
        }
    }
}

/// How many paths of one reason are named.
const MOST_NAMED: usize = 3;

/// One line for each kind of reason, in their order: the first few by name, and how many there are beside.
#[must_use]
pub fn summary(passed_over: &[PassedOver]) -> Vec<String> {
    let mut all: Vec<&PassedOver> = passed_over.iter().collect();
    all.sort_unstable_by(|one, other| (&one.reason, &one.path).cmp(&(&other.reason, &other.path)));
    let is_same = |one: &&PassedOver, other: &&PassedOver| one.reason.to_string() == other.reason.to_string();
    let line = |alike: &[&PassedOver]| {
        let reason = alike.first()?.reason.to_string();
        let named: Vec<&str> = alike.iter().map(|it| it.path.as_str()).take(MOST_NAMED).collect();
        let named = named.join(", ");
        Some(match alike.len() - alike.len().min(MOST_NAMED) {
            0 => format!("{reason}: {named}"),
            more => format!("{reason}: {named} and {more} more"),
        })
    };
    all.chunk_by(is_same).filter_map(line).collect()
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
                "manifests that the lockfiles beside them settle: package.json",
            ]
        );
        assert_eq!(summary(&[]), [""; 0]);
    }
}
