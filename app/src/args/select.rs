//! Which dependencies count: the flags that `deps` and the audit share.

use clap::{Args, ValueEnum};
use hc_core::select::{self, PackagePattern, Selection};

use crate::output::Explain;

/// Which dependencies count.
#[derive(Args, Debug)]
pub(crate) struct Select {
    /// Leave out these kinds of dependencies
    #[arg(long, value_enum, value_name = "KINDS", value_delimiter = ',')]
    pub(crate) omit: Vec<Kind>,
    /// Keep these kinds, whatever --omit says
    #[arg(long, value_enum, value_name = "KINDS", value_delimiter = ',')]
    pub(crate) include: Vec<Kind>,
    /// Only this package, and how it comes in
    #[arg(long, value_name = "NAME[@VERSION]")]
    pub(crate) why: Option<String>,
}

/// A kind of dependency that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Development and test dependencies.
    Dev,
    /// Optional dependencies.
    Optional,
    /// Peer dependencies, and what the platform provides.
    Peer,
}

impl Select {
    /// What a table explains: everything, if somebody asked about a package.
    pub(crate) fn explain(&self) -> Explain {
        if self.why.is_some() {
            Explain::Everything
        } else {
            Explain::Findings
        }
    }

    /// The choice that the flags make.
    pub(crate) fn selection(&self) -> Selection {
        let kind = |kind: &Kind| match kind {
            Kind::Dev => select::Kind::Dev,
            Kind::Optional => select::Kind::Optional,
            Kind::Peer => select::Kind::Peer,
        };
        let omit: Vec<_> = self.omit.iter().map(kind).collect();
        let include: Vec<_> = self.include.iter().map(kind).collect();
        let only = self.why.as_ref().map(|package| PackagePattern::new(package));
        Selection::new(&omit, &include, only)
    }
}
