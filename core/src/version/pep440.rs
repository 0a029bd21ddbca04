//! Python versions and specifiers, by PEP 440; the parsing and the order are the crate `pep440_rs`'.

use std::str::FromStr;

pub(super) use pep440_rs::Version;
use pep440_rs::{Operator, VersionSpecifiers};

/// Reads a version; `None` where PEP 440 has no such version.
pub(super) fn parse(text: &str) -> Option<Version> {
    Version::from_str(text).ok()
}

/// See [`super::Version::key`]: the normal spelling, without the zeros at the release's end.
pub(super) fn key(version: &Version) -> String {
    let release = version.release();
    let kept = release
        .iter()
        .rposition(|&number| number != 0)
        .map_or(1, |last| last + 1);
    if kept == release.len() {
        return version.to_string();
    }
    let shorter = release[..kept].to_vec();
    version.clone().with_release(shorter).to_string()
}

/// See [`super::lowest`]. Every clause must hold, so the highest lower bound is the lowest version, if the
/// other clauses admit it. `==1.4.*` stands for 1.4, though a pre-release of 1.4 is a shade lower.
pub(super) fn lowest(specifier: &str) -> Option<String> {
    let clauses = VersionSpecifiers::from_str(specifier).ok()?;
    let bound = clauses
        .iter()
        .filter(|clause| {
            matches!(
                clause.operator(),
                Operator::Equal
                    | Operator::EqualStar
                    | Operator::ExactEqual
                    | Operator::TildeEqual
                    | Operator::GreaterThanEqual
            )
        })
        .map(pep440_rs::VersionSpecifier::version)
        .max()?;
    clauses.contains(bound).then(|| bound.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_sort_as_pep_440_says() {
        let ascending = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ];
        for pair in ascending.windows(2) {
            assert!(
                parse(pair[0]).unwrap() < parse(pair[1]).unwrap(),
                "{} < {}",
                pair[0],
                pair[1]
            );
        }
        for (left, right) in [
            ("1", "1.0.0"),
            ("v1.0-ALPHA.1", "1.0a1"),
            ("1.0-1", "1.0.post1"),
            ("1.0c1", "1.0rc1"),
        ] {
            assert_eq!(parse(left), parse(right), "{left} = {right}");
        }
        for not_one in ["", "latest", "0.9-eevee", "1.0.*", "1..2"] {
            assert_eq!(parse(not_one), None, "{not_one}");
        }
    }

    #[test]
    fn lowest_is_the_highest_lower_bound_that_every_clause_admits() {
        for (specifier, expected) in [
            ("==1.2.3", Some("1.2.3")),
            ("===1.2.3", Some("1.2.3")),
            ("==1.4.*", Some("1.4")),
            ("~=1.4.2", Some("1.4.2")),
            (">=2.0,<3", Some("2.0")),
            (" >= 2.0 , < 3 ", Some("2.0")),
            (">=1,==1.4.*", Some("1.4")),
            (">=1.0,>=1.5", Some("1.5")),
            (">1.0,>=1.5", Some("1.5")),
            (">=1.0rc1,<2", Some("1.0rc1")),
            (">=1!2.0", Some("1!2.0")),
            (">1.0", None),
            (">1.0,>=1.0", None),
            ("!=1", None),
            ("<2", None),
            ("<=2", None),
            ("", None),
            ("*", None),
            ("latest", None),
            (">=2.0,<1", None),
            (">=2.0,!=2.0", None),
            (">=2.0,!=2.*", None),
            ("==1.0,==2.0", None),
            (">=2.0,==1.4.*", None),
        ] {
            assert_eq!(lowest(specifier).as_deref(), expected, "{specifier}");
        }
    }
}
