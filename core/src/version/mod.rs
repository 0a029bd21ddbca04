//! Version order and ranges: one file per scheme.

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
/// range (`latest`, a URL).
#[must_use]
pub fn lowest(ecosystem: Ecosystem, specifier: &str) -> Option<String> {
    match ecosystem {
        Ecosystem::Npm => npm::lowest(specifier),
        Ecosystem::Maven => maven::lowest(specifier),
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
