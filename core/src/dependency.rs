//! What a dependency file holds, whatever its format.

use serde::Serialize;
use smol_str::SmolStr;

use crate::package::Ecosystem;

/// One distinct (ecosystem, name, version) of a file. Short texts, as nearly all are, are kept in place: a large
/// file has millions of them, and needs no allocation for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package's ecosystem.
    pub ecosystem: Ecosystem,
    /// The name, as the ecosystem normalises it.
    pub name: SmolStr,
    /// The one version that the file settles on, if it does.
    pub version: Option<SmolStr>,
    /// The requirement as the file writes it, if it writes one.
    pub specifier: Option<SmolStr>,
    /// What the dependency is for.
    pub scope: Scope,
    /// Whether the project itself asks for it; `None` where the file does not tell.
    pub direct: Option<bool>,
    /// Where the package is taken from.
    pub source: Source,
    /// The line where it stands in its file, from 1.
    pub line: usize,
}

impl Dependency {
    /// The package URL. Only a registry's package has one: the same name from elsewhere is something else.
    #[must_use]
    pub fn purl(&self) -> Option<String> {
        (self.source == Source::Registry).then(|| self.ecosystem.purl(&self.name, self.version.as_deref()))
    }

    /// `name@version`, or the name alone.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.version {
            Some(version) => format!("{}@{version}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// What a dependency is for. Ordered from the most to the least needed: where a package is reached in
/// several ways, the first one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Needed to run.
    Prod,
    /// Needed to run, not to compile (Maven).
    Runtime,
    /// Needed to compile, given by the platform at run time (Maven).
    Provided,
    /// A peer that something else must bring.
    Peer,
    /// Used if it can be installed.
    Optional,
    /// Reached through development and optional dependencies, but not without them (npm).
    DevOptional,
    /// Needed to develop.
    Dev,
    /// Needed to test (Maven).
    Test,
}

impl Scope {
    /// What something is for that would be for this, and that something for `from` needs: it is left out only where it
    /// would be by itself, and where `from` is left out too. So it is where the tie between them is, if that is one
    /// of `ties`.
    pub(crate) fn needed_by(self, from: Self, ties: &[Self]) -> Self {
        const ALL: [Scope; 5] = [
            Scope::Dev,
            Scope::Peer,
            Scope::Optional,
            Scope::DevOptional,
            Scope::Prod,
        ];
        let without = ties.iter().fold(from.left_out(), |sum, tie| sum | tie.left_out());
        let most = self.left_out() & without;
        if most == self.left_out() {
            return self;
        }
        let fits = |scope: &Self| scope.left_out() & !most == 0;
        ALL.into_iter().find(fits).unwrap_or(Self::Prod)
    }

    /// Which of the eight selections leave it out, one bit for each: a selection's place is the sum of what it leaves
    /// out, development (1), optional (2) and peer dependencies (4).
    const fn left_out(self) -> u8 {
        match self {
            Self::Dev | Self::Test => 0b1010_1010,
            Self::Optional => 0b1100_1100,
            Self::Peer | Self::Provided => 0b1111_0000,
            Self::DevOptional => 0b1000_1000,
            Self::Prod | Self::Runtime => 0,
        }
    }
}

/// Where a package is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The ecosystem's registry, or one that stands in for it.
    Registry,
    /// A version control checkout.
    Git,
    /// A file or folder on disk.
    File,
    /// A file at a URL that is no registry's.
    Url,
}

impl Source {
    /// What it is, for sentences: "comes from a …".
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Git => "git repository",
            Self::File => "file or folder",
            Self::Url => "URL",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scope::{Dev, DevOptional, Optional, Peer, Prod};

    #[test]
    fn what_is_needed_is_left_out_with_what_needs_it_at_most() {
        for (own, from, ties, expected) in [
            (Dev, Prod, &[][..], Prod),
            (Dev, Optional, &[], DevOptional),
            (Optional, Dev, &[], DevOptional),
            (Optional, DevOptional, &[], DevOptional),
            (Dev, Prod, &[Optional], DevOptional),
            (Optional, Prod, &[Optional], Optional),
            (Dev, Dev, &[], Dev),
            (Peer, Dev, &[Peer, Optional], Peer),
            (Peer, Optional, &[], Prod),
            (Prod, Dev, &[], Prod),
        ] {
            assert_eq!(
                own.needed_by(from, ties),
                expected,
                "{own:?} for {from:?} by {ties:?}"
            );
        }
    }
}
