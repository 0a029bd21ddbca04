//! Version order and ranges: one file per scheme.

pub(crate) mod gradle;
mod maven;
mod npm;
mod pep440;
mod poetry;

use std::cmp::Ordering;

use crate::package::Ecosystem;
pub(crate) use npm::compare_pre_releases;

/// A version, read by the rules of its ecosystem.
///
/// Two versions compare within one ecosystem only; across ecosystems they are unequal and unordered.
/// There is no `Ord`: Maven's order is not transitive (see the `maven` module), so sorting by it is not
/// sound. Ask for the greatest or the lowest instead.
#[derive(Clone, Debug)]
pub struct Version(Scheme);

#[derive(Clone, Debug)]
enum Scheme {
    Npm(npm::Version),
    Maven(maven::Version),
    Pep440(pep440::Version),
}

impl Version {
    /// Reads `text` by the ecosystem's scheme; `None` where the scheme has no such version. Maven takes
    /// any text but an empty one.
    #[must_use]
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        Some(Self(match ecosystem {
            Ecosystem::Npm => Scheme::Npm(npm::Version::parse(text)?),
            Ecosystem::Maven => Scheme::Maven(maven::Version::parse(text)?),
            Ecosystem::PyPI => Scheme::Pep440(pep440::parse(text)?),
        }))
    }
}

impl Version {
    /// Text that equal versions of an ecosystem share and unequal ones do not: equality for tables. It is not
    /// always a spelling of the version.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.0 {
            Scheme::Npm(version) => version.key(),
            Scheme::Maven(version) => version.key(),
            Scheme::Pep440(version) => pep440::key(version),
        }
    }

    /// The version without its local label, where it has one (`2.0.0` of Python's `2.0.0+cpu`).
    #[must_use]
    pub fn public(&self) -> Option<Self> {
        match &self.0 {
            Scheme::Pep440(version) if version.is_local() => {
                Some(Self(Scheme::Pep440(version.clone().without_local())))
            }
            _ => None,
        }
    }

    /// The version as other programs of its ecosystem read it, where they do not agree on its place: Maven 3 puts
    /// `2.0-rc.1` above `2.0-RC2`, Maven 4 and Maven's own resolver below it.
    #[must_use]
    pub fn other_reading(&self) -> Option<Self> {
        match &self.0 {
            Scheme::Maven(version) => Some(Self(Scheme::Maven(version.joined()?))),
            Scheme::Npm(_) | Scheme::Pep440(_) => None,
        }
    }

    /// The order of a range's bound against this version. A bound without a local label is about every build
    /// of a version, so that `<=2.0.0` holds 2.0.0+cpu (PEP 440, "Version matching" and "Inclusive ordered
    /// comparison").
    #[must_use]
    pub fn compared_with_bound(&self, bound: &Self) -> Option<Ordering> {
        match (bound.public(), self.public()) {
            (None, Some(public)) => bound.partial_cmp(&public),
            _ => bound.partial_cmp(self),
        }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (&self.0, &other.0) {
            (Scheme::Npm(left), Scheme::Npm(right)) => Some(left.cmp(right)),
            (Scheme::Maven(left), Scheme::Maven(right)) => Some(left.compare(right)),
            (Scheme::Pep440(left), Scheme::Pep440(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

/// Whether npm takes this word for a version or a range of versions, and so for no name.
#[must_use]
pub fn is_npm_range(word: &str) -> bool {
    npm::is_range(word)
}

/// The lowest version that satisfies a manifest's range, as text.
///
/// `None` where no version can be named: the range has no lower bound (`*`, `<2`, an empty text), excludes
/// the bound that it names (`>1.0` in PEP 440 and Maven), contradicts itself (`>=2.0,<1`), or is not a
/// range (`latest`, a URL). In Maven's ecosystem, ranges are Maven's or Gradle's.
#[must_use]
pub fn lowest(ecosystem: Ecosystem, specifier: &str) -> Option<String> {
    match ecosystem {
        Ecosystem::Npm => npm::lowest(specifier),
        Ecosystem::Maven => maven::lowest(specifier).or_else(|| gradle::lowest(specifier)),
        Ecosystem::PyPI => pep440::lowest(specifier).or_else(|| poetry::lowest(specifier)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_of_different_ecosystems_do_not_compare() {
        for left in Ecosystem::ALL {
            for right in Ecosystem::ALL {
                let one = Version::parse(left, "1.0.0").unwrap();
                let two = Version::parse(right, "2.0.0").unwrap();
                assert_eq!(one < two, left == right, "{left} {right}");
                assert_eq!(
                    one == Version::parse(right, "1.0.0").unwrap(),
                    left == right,
                    "{left} {right}"
                );
            }
        }
    }

    #[test]
    fn equal_spellings_have_one_key() {
        for (ecosystem, spellings) in [
            (Ecosystem::PyPI, &["1", "1.0", "v1.0.0", " 1.0 ", "0!1"][..]),
            (Ecosystem::PyPI, &["1.0.post1", "1.0-1", "1.0-post.1", "1.0r1"]),
            (Ecosystem::PyPI, &["1.0rc1", "1.0.0c1", "1-PRE_1"]),
            (Ecosystem::PyPI, &["2024.1.5", "2024.01.05"]),
            (Ecosystem::PyPI, &["1+ubuntu.1", "1.0+Ubuntu-01"]),
            (Ecosystem::PyPI, &["0", "0.0", "00"]),
            (
                Ecosystem::Npm,
                &["1.2.3", "v1.2.3", "=1.2.3", " = v1.2.3+build", "01.2.3"],
            ),
            (Ecosystem::Npm, &["1.2.3-rc.1", "1.2.3rc.1", "1.2.3-rc.01+x"]),
            (Ecosystem::Maven, &["1", "1.0", "1.0.0", "1-final", "1.ga", "01"]),
            (Ecosystem::Maven, &["1-rc1", "1.0-CR1", "1.0.0-cr-1"]),
            (Ecosystem::Maven, &["1.0-alpha-1", "1-a1"]),
            (Ecosystem::Maven, &["0", "0.0", "ga"]),
        ] {
            for text in spellings {
                let version = Version::parse(ecosystem, text).unwrap();
                let first = Version::parse(ecosystem, spellings[0]).unwrap();
                assert_eq!(version.key(), first.key(), "{ecosystem} {text}");
            }
        }
        for (ecosystem, one, two) in [
            (Ecosystem::PyPI, "1.0", "1.0.post0"),
            (Ecosystem::PyPI, "1.0", "1.0+local"),
            (Ecosystem::PyPI, "1.0", "1!1.0"),
            (Ecosystem::Npm, "1.2.3", "1.2.3-0"),
            (Ecosystem::Npm, "1.2.3-a", "1.2.3-A"),
            (Ecosystem::Maven, "1-1", "1.1"),
            (Ecosystem::Maven, "1-snapshot", "1"),
            (Ecosystem::Maven, "1-a", "1-a1"),
        ] {
            let key = |text| Version::parse(ecosystem, text).unwrap().key();
            assert_ne!(key(one), key(two), "{ecosystem} {one} {two}");
        }
    }

    #[test]
    fn a_bound_without_a_local_label_is_about_every_build() {
        for (bound, version, expected) in [
            ("2.0.0", "2.0.0+cpu", Ordering::Equal),
            ("2.0.0", "2.0.1+cpu", Ordering::Less),
            ("2.0.0+cpu", "2.0.0", Ordering::Greater),
            ("2.0.0+cpu", "2.0.0+cuda", Ordering::Less),
            ("2.0.0+cpu", "2.0.0+cpu", Ordering::Equal),
            ("2.0.0", "2.0.0.post1+cpu", Ordering::Less),
        ] {
            let read = |text| Version::parse(Ecosystem::PyPI, text).unwrap();
            assert_eq!(
                read(version).compared_with_bound(&read(bound)),
                Some(expected),
                "{bound} {version}"
            );
        }
    }

    /// Text that often is a version in one of the schemes.
    fn version() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[0-9]{1,2}",
            prop::sample::select(vec![
                "0",
                "a",
                "alpha",
                "b",
                "rc",
                "cr",
                "SNAPSHOT",
                "final",
                "ga",
                "sp",
                "x",
                "dev",
                "post",
                "20240101120000000000000",
            ])
            .prop_map(str::to_owned),
        ];
        let separator = prop::sample::select(vec!["", ".", "-", "+", "!"]);
        prop::collection::vec((part, separator), 1..6).prop_map(|parts| {
            let text: String = parts
                .iter()
                .flat_map(|(part, separator)| [part.as_str(), separator])
                .collect();
            text.trim_end_matches(['.', '-', '+', '!']).to_owned()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn order_is_total_and_antisymmetric(left in version(), right in version()) {
            for ecosystem in Ecosystem::ALL {
                let (Some(one), Some(two)) = (Version::parse(ecosystem, &left), Version::parse(ecosystem, &right)) else {
                    continue;
                };
                let order = one.partial_cmp(&two);
                prop_assert!(order.is_some());
                prop_assert_eq!(order.map(Ordering::reverse), two.partial_cmp(&one));
                prop_assert_eq!(one.partial_cmp(&one), Some(Ordering::Equal));
            }
        }

        #[test]
        fn order_is_transitive_where_it_can_be(one in version(), two in version(), three in version()) {
            for ecosystem in [Ecosystem::Npm, Ecosystem::PyPI] {
                let parsed: Vec<_> =
                    [&one, &two, &three].into_iter().filter_map(|text| Version::parse(ecosystem, text)).collect();
                if let [one, two, three] = parsed.as_slice()
                    && one <= two
                    && two <= three
                {
                    prop_assert!(one <= three);
                }
            }
        }

        #[test]
        fn keys_are_equal_where_versions_are(left in version(), right in version()) {
            for ecosystem in Ecosystem::ALL {
                let (Some(one), Some(two)) = (Version::parse(ecosystem, &left), Version::parse(ecosystem, &right)) else {
                    continue;
                };
                prop_assert_eq!(one == two, one.key() == two.key(), "{} {} {}", ecosystem, one.key(), two.key());
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>(), range in "[0-9a-z.,<>=~^|*()!\\[\\] -]{0,24}") {
            for ecosystem in Ecosystem::ALL {
                let _ = Version::parse(ecosystem, &text);
                let _ = lowest(ecosystem, &text);
                let _ = lowest(ecosystem, &range);
            }
        }
    }

    #[test]
    fn long_versions_and_ranges_are_read_in_one_pass() {
        // Anything that is not linear would take minutes at this length.
        const LENGTH: usize = 1 << 17;
        for unit in [
            "-", ".", "1", "1.", "1-", "a1", "0-", "[", "]", "(1,", "||", ">=", "1 ", "~", "!", "x.", "==1,",
            "+a",
        ] {
            let text = unit.repeat(LENGTH / unit.len());
            for ecosystem in Ecosystem::ALL {
                if let Some(version) = Version::parse(ecosystem, &text) {
                    assert_eq!(version.partial_cmp(&version.clone()), Some(Ordering::Equal));
                }
                let _ = lowest(ecosystem, &text);
            }
        }
    }
}
