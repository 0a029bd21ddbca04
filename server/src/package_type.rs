//! The package types that a registry can be of.

use hc_core::package::Ecosystem;

use crate::problem::Problem;

/// A package type, spelt as the API does, such as `NPM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackageType(&'static str);

/// Every type that the service knows. A registry may be of any of them; which ones packages can be pushed
/// to and read from is the affair of `crate::package`.
const KNOWN: [&str; 19] = [
    "CARGO",
    "COMPOSER",
    "CONAN",
    "CONDA",
    "DART",
    "DEBIAN",
    "DOCKER",
    "GENERIC",
    "GO",
    "HELM",
    "HUGGINGFACE",
    "MAVEN",
    "NPM",
    "NUGET",
    "PUPPET",
    "PYTHON",
    "RAW",
    "RPM",
    "SWIFT",
];

impl PackageType {
    pub(crate) const CARGO: Self = Self("CARGO");
    pub(crate) const COMPOSER: Self = Self("COMPOSER");
    pub(crate) const CONDA: Self = Self("CONDA");
    pub(crate) const DART: Self = Self("DART");
    pub(crate) const GENERIC: Self = Self("GENERIC");
    pub(crate) const GO: Self = Self("GO");
    pub(crate) const MAVEN: Self = Self("MAVEN");
    pub(crate) const NPM: Self = Self("NPM");
    pub(crate) const NUGET: Self = Self("NUGET");
    pub(crate) const PYTHON: Self = Self("PYTHON");
    pub(crate) const RPM: Self = Self("RPM");

    /// Reads a type in any letter case.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        KNOWN
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(text))
            .map(Self)
            .ok_or_else(|| {
                Problem::bad(format!(
                    "{text:?} is not a package type: there is {}",
                    KNOWN.join(", ")
                ))
            })
    }

    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }

    /// The ecosystem whose advisories are about packages of this type.
    pub(crate) fn ecosystem(self) -> Option<Ecosystem> {
        match self.0 {
            "NPM" => Some(Ecosystem::Npm),
            "MAVEN" => Some(Ecosystem::Maven),
            "PYTHON" => Some(Ecosystem::PyPI),
            _ => None,
        }
    }

    /// The segment after the registry in the URLs of its packages.
    pub(crate) fn segment(self) -> String {
        match self {
            Self::GENERIC => "files".to_owned(),
            Self::DART => "pub".to_owned(),
            other => other.0.to_ascii_lowercase(),
        }
    }
}
