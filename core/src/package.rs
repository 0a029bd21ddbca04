//! One identity for a package, everywhere: its ecosystem, its name and its version.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// Where a package's name and version have their meaning. Written as OSV names ecosystems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Ecosystem {
    /// npm packages.
    #[serde(rename = "npm")]
    Npm,
    /// Java packages, named `group:artifact`.
    Maven,
    /// Python packages, named as PEP 503 normalises.
    PyPI,
}

impl Ecosystem {
    /// Every ecosystem, in the order in which help texts name them.
    pub const ALL: [Self; 3] = [Self::Npm, Self::Maven, Self::PyPI];

    /// The ecosystem as OSV writes it: `npm`, `Maven`, `PyPI`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Maven => "Maven",
            Self::PyPI => "PyPI",
        }
    }

    /// The ecosystem whose packages a registry of this type (`NPM`, `MAVEN`, `PYTHON`) keeps.
    #[must_use]
    pub fn of_registry(package_type: &str) -> Option<Self> {
        match package_type {
            "NPM" => Some(Self::Npm),
            "MAVEN" => Some(Self::Maven),
            "PYTHON" => Some(Self::PyPI),
            _ => None,
        }
    }

    /// Reads OSV's spelling, in whatever letters. A suffix (`Maven:https://…`) names a repository; from which one a
    /// package comes is not known here, so that an advisory about any of them counts.
    #[must_use]
    pub fn from_osv(name: &str) -> Option<Self> {
        let name = name.split_once(':').map_or(name, |(name, _)| name);
        let is_named = |ecosystem: &Self| ecosystem.as_str().eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(is_named)
    }

    /// Whether a package of the ecosystem can be called that. It does not say that there is one.
    #[must_use]
    pub fn may_be_called(self, name: &str) -> bool {
        let is_word = |word: &str| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            !word.is_empty() && word.chars().all(is_plain)
        };
        match self {
            // Names from before npm's rules hold more than `encodeURIComponent` leaves alone.
            Self::Npm => {
                let (scope, base) = split_or_whole(name, '/');
                let is_part = |part: &str| !part.is_empty() && !part.contains(['/', '\\', '@', ':', ' ']);
                scope.is_none_or(|scope| scope.strip_prefix('@').is_some_and(is_part)) && is_part(base)
            }
            Self::Maven => {
                let (group, artifact) = split_or_whole(name, ':');
                group.is_some_and(is_word) && is_word(artifact)
            }
            Self::PyPI => is_word(name),
        }
    }

    /// The name under which the ecosystem's registry knows a package. npm and Maven names are exact;
    /// Python names are folded by PEP 503.
    #[must_use]
    pub fn normalize(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Npm | Self::Maven => Cow::Borrowed(name),
            Self::PyPI => normalize_pep503(name),
        }
    }

    /// The package URL of `name` at `version`, by the purl specification's rules for this type.
    #[must_use]
    pub fn purl(self, name: &str, version: Option<&str>) -> String {
        let (kind, namespace, base) = match self {
            Self::Npm => {
                let (scope, base) = split_or_whole(name, '/');
                ("npm", scope, base)
            }
            Self::Maven => {
                let (group, artifact) = split_or_whole(name, ':');
                ("maven", group, artifact)
            }
            Self::PyPI => ("pypi", None, name),
        };
        let mut purl = format!("pkg:{kind}/");
        if let Some(namespace) = namespace {
            purl.extend(utf8_percent_encode(namespace, PURL));
            purl.push('/');
        }
        purl.extend(utf8_percent_encode(&self.normalize(base), PURL));
        if let Some(version) = version {
            purl.push('@');
            purl.extend(utf8_percent_encode(version, PURL));
        }
        purl
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the purl specification leaves unencoded in a namespace segment, a name and a version.
const PURL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

fn split_or_whole(name: &str, separator: char) -> (Option<&str>, &str) {
    match name.split_once(separator) {
        Some((namespace, base)) => (Some(namespace), base),
        None => (None, name),
    }
}

/// PEP 503: runs of `-`, `_` and `.` become one `-`, letters become lower case.
fn normalize_pep503(name: &str) -> Cow<'_, str> {
    let is_separator = |c: char| matches!(c, '-' | '_' | '.');
    let already_normal =
        !name.contains(['_', '.']) && !name.contains("--") && !name.chars().any(char::is_uppercase);
    if already_normal {
        return Cow::Borrowed(name);
    }
    let mut normal = String::with_capacity(name.len());
    let mut in_run = false;
    for c in name.chars() {
        if is_separator(c) {
            if !in_run {
                normal.push('-');
            }
            in_run = true;
        } else {
            in_run = false;
            normal.extend(c.to_lowercase());
        }
    }
    Cow::Owned(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn osv_names_an_ecosystem_with_or_without_a_repository() {
        for (name, ecosystem) in [
            ("npm", Some(Ecosystem::Npm)),
            ("Maven", Some(Ecosystem::Maven)),
            ("maven", Some(Ecosystem::Maven)),
            ("Maven:https://repository.example/maven2/", Some(Ecosystem::Maven)),
            ("PyPI:https://index.example/simple", Some(Ecosystem::PyPI)),
            ("Go", None),
            ("Debian:12", None),
            ("", None),
        ] {
            assert_eq!(Ecosystem::from_osv(name), ecosystem, "{name}");
        }
    }

    #[test]
    fn a_name_is_of_its_ecosystem() {
        for (ecosystem, names, no_names) in [
            (
                Ecosystem::Npm,
                &["lodash", "@babel/core", "JSONStream", "a.b", "~x"][..],
                &["", "@babel", "babel/core", "@a/b/c", "a@1", " a", "@/b", "a b"][..],
            ),
            (
                Ecosystem::Maven,
                &["org.slf4j:slf4j-api", "a:b_2.13"],
                &["org.slf4j", "a/b", "a:", ":b", " a:b", "a:b:c", "a:${b}"],
            ),
            (
                Ecosystem::PyPI,
                &["pillow", "zope.interface", "A_b"],
                &["", "pillow[xmp]", "a b", "a==1"],
            ),
        ] {
            for name in names {
                assert!(ecosystem.may_be_called(name), "{ecosystem} {name}");
            }
            for name in no_names {
                assert!(!ecosystem.may_be_called(name), "{ecosystem} {name}");
            }
        }
    }

    #[test]
    fn purl_follows_the_rules_of_its_type() {
        let cases = [
            (
                Ecosystem::Npm,
                "@babel/core",
                Some("7.0.0"),
                "pkg:npm/%40babel/core@7.0.0",
            ),
            (Ecosystem::Npm, "lodash", None, "pkg:npm/lodash"),
            (Ecosystem::Npm, "x", Some("1.0.0+b 1"), "pkg:npm/x@1.0.0%2Bb%201"),
            (Ecosystem::Maven, "org.a:b", Some("1.0"), "pkg:maven/org.a/b@1.0"),
            (
                Ecosystem::PyPI,
                "Zope.Interface",
                Some("1!2.0"),
                "pkg:pypi/zope-interface@1%212.0",
            ),
        ];
        for (ecosystem, name, version, expected) in cases {
            assert_eq!(ecosystem.purl(name, version), expected);
        }
    }

    #[test]
    fn python_names_fold_as_pep_503_says() {
        for (name, expected) in [
            ("Flask", "flask"),
            ("zope.interface", "zope-interface"),
            ("a-_.b", "a-b"),
            ("a--b", "a-b"),
        ] {
            assert_eq!(Ecosystem::PyPI.normalize(name), expected);
        }
        assert_eq!(Ecosystem::Npm.normalize("JSONStream"), "JSONStream");
    }
}
