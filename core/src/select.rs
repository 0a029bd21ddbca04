//! Choosing among a file's dependencies: by what they are for, and by name.

use crate::dependency::{Dependency, Scope};
use crate::lockfile::Lockfile;

/// A kind of dependency that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Development and test dependencies.
    Dev,
    /// Optional dependencies.
    Optional,
    /// Peer dependencies, and what the platform provides.
    Peer,
}

/// Which dependencies are wanted; all of them by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The kinds that are left out.
    pub omit: Vec<Kind>,
    /// If given, only this package.
    pub only: Option<PackagePattern>,
}

impl Selection {
    /// Leaves out the kinds in `omit`, but for those in `include`, as npm's options of these names do.
    #[must_use]
    pub fn new(omit: &[Kind], include: &[Kind], only: Option<PackagePattern>) -> Self {
        let omit = omit
            .iter()
            .copied()
            .filter(|kind| !include.contains(kind))
            .collect();
        Self { omit, only }
    }

    /// The wanted dependencies of a file, with their indices, in the file's order.
    pub fn of<'l>(&'l self, lockfile: &'l Lockfile) -> impl Iterator<Item = (usize, &'l Dependency)> {
        lockfile
            .dependencies
            .iter()
            .enumerate()
            .filter(|(_, dependency)| self.wants(dependency))
    }

    fn wants(&self, dependency: &Dependency) -> bool {
        let omits = |kind| self.omit.contains(&kind);
        let is_omitted = match dependency.scope {
            Scope::Prod | Scope::Runtime => false,
            Scope::Provided | Scope::Peer => omits(Kind::Peer),
            Scope::Optional => omits(Kind::Optional),
            Scope::Dev | Scope::Test => omits(Kind::Dev),
            // It is there for either; only both together leave it out.
            Scope::DevOptional => omits(Kind::Dev) && omits(Kind::Optional),
        };
        !is_omitted && self.only.as_ref().is_none_or(|only| only.matches(dependency))
    }
}

/// A package by name, or by name and version: `lodash`, `@babel/core@7.0.0`, `org.a:b@1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackagePattern {
    /// The name, as the file or the ecosystem writes it.
    pub name: String,
    /// The version; all of them if it is not given.
    pub version: Option<String>,
}

impl PackagePattern {
    /// Reads `NAME` or `NAME@VERSION`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // A scope's `@` begins the name; any later one begins the version.
        match text.rfind('@').filter(|&at| at > 0) {
            Some(at) => Self {
                name: text[..at].to_owned(),
                version: Some(text[at + 1..].to_owned()),
            },
            None => Self {
                name: text.to_owned(),
                version: None,
            },
        }
    }

    fn matches(&self, dependency: &Dependency) -> bool {
        let is_version = |version: &str| dependency.version.as_deref() == Some(version);
        dependency.name == *dependency.ecosystem.normalize(&self.name)
            && self.version.as_deref().is_none_or(is_version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependency::Source;
    use crate::package::Ecosystem;

    fn dependency(name: &str, version: &str, scope: Scope) -> Dependency {
        Dependency {
            ecosystem: if name.contains('_') {
                Ecosystem::PyPI
            } else {
                Ecosystem::Npm
            },
            name: name.replace('_', "-").into(),
            version: Some(version.into()),
            specifier: None,
            scope,
            direct: None,
            source: Source::Registry,
            line: 1,
        }
    }

    #[test]
    fn what_is_included_is_not_omitted() {
        let wants = |omit: &[Kind], include: &[Kind], scope| {
            Selection::new(omit, include, None).wants(&dependency("a", "1", scope))
        };
        assert!(wants(&[Kind::Dev, Kind::Optional, Kind::Peer], &[], Scope::Prod));
        assert!(!wants(&[Kind::Dev], &[], Scope::Test));
        assert!(wants(&[Kind::Dev], &[Kind::Dev], Scope::Dev));
        assert!(wants(&[Kind::Dev], &[], Scope::DevOptional));
        assert!(!wants(&[Kind::Dev, Kind::Optional], &[], Scope::DevOptional));
        assert!(!wants(&[Kind::Peer], &[], Scope::Provided));
    }

    #[test]
    fn a_package_is_named_with_or_without_its_version() {
        for (pattern, name, version, expected) in [
            ("a", "a", "1", true),
            ("a@1", "a", "1", true),
            ("a@2", "a", "1", false),
            ("@s/a", "@s/a", "1", true),
            ("@s/a@1", "@s/a", "1", true),
            ("A", "a", "1", false),
            ("x.Y_z", "x_y_z", "1", true),
        ] {
            let pattern = PackagePattern::new(pattern);
            assert_eq!(
                pattern.matches(&dependency(name, version, Scope::Prod)),
                expected,
                "{pattern:?}"
            );
        }
    }
}
