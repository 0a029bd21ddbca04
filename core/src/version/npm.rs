//! npm versions and ranges, by the rules of npm's `semver` library. What its loose mode is meant to forgive is
//! forgiven, as npm reads versions in that mode: a leading `v` or `=`, leading zeros, and a pre-release without
//! its dash.
//!
//! Written here because the crate `nodejs-semver` takes `1.2.3.4` for 1.2.3, and `>=2 <1` for "either": both
//! would turn into a wrong verdict.

use std::cmp::Ordering;
use std::fmt;

/// Longest version that `semver` reads, in bytes.
const MAX_LENGTH: usize = 256;
/// Largest number that a JavaScript number holds exactly, which is `semver`'s limit.
const MAX_NUMBER: u64 = 9_007_199_254_740_991;

/// A version without its build metadata, which has no place in the order.
#[derive(Clone, Debug)]
pub(super) struct Version {
    release: [u64; 3],
    /// The identifiers after the dash, with their dots; empty for a release.
    pre_release: Box<str>,
}

impl Version {
    /// Reads a whole version; `None` where `semver` finds none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        match Partial::parse(text.trim())? {
            Partial {
                major: Some(major),
                minor: Some(minor),
                patch: Some(patch),
                pre_release,
            } => Some(Self {
                release: [major, minor, patch],
                pre_release: pre_release.into(),
            }),
            _ => None,
        }
    }

    /// See [`super::Version::key`].
    pub(super) fn key(&self) -> String {
        let [major, minor, patch] = self.release;
        let mut key = format!("{major}.{minor}.{patch}");
        for (index, identifier) in self.identifiers().enumerate() {
            key.push(if index == 0 { '-' } else { '.' });
            match number_digits(identifier) {
                Some("") => key.push('0'),
                Some(digits) => key.push_str(digits),
                None => key.push_str(identifier),
            }
        }
        key
    }

    fn identifiers(&self) -> impl Iterator<Item = &str> {
        self.pre_release
            .split('.')
            .filter(|identifier| !identifier.is_empty())
    }

    fn release(major: u64, minor: u64, patch: u64) -> Self {
        Self {
            release: [major, minor, patch],
            pre_release: Box::default(),
        }
    }

    /// The version that `semver` takes for the next one: what `>` starts at.
    fn next(mut self) -> Self {
        if self.pre_release.is_empty() {
            self.release[2] += 1;
        } else {
            self.pre_release = format!("{}.0", self.pre_release).into();
        }
        self
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.release.cmp(&other.release).then_with(|| {
            match (self.pre_release.is_empty(), other.pre_release.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_pre_releases(&self.pre_release, &other.pre_release),
            }
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.release;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.pre_release.is_empty() {
            write!(f, "-{}", self.pre_release)?;
        }
        Ok(())
    }
}

/// Semantic Versioning, item 11: identifier by identifier; numbers by value and below words, and the longer
/// list above its own beginning.
pub(crate) fn compare_pre_releases(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(one), Some(two)) => match (number_digits(one), number_digits(two)) {
                (Some(one), Some(two)) => one.len().cmp(&two.len()).then_with(|| one.cmp(two)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => one.cmp(two),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The digits of a numeric identifier without leading zeros.
fn number_digits(identifier: &str) -> Option<&str> {
    identifier
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| identifier.trim_start_matches('0'))
}

/// A version of which parts may be missing or wild, as ranges have them: `1`, `1.x`, `1.2.3-rc.1`.
#[derive(Clone, Copy)]
struct Partial<'a> {
    major: Option<u64>,
    minor: Option<u64>,
    patch: Option<u64>,
    pre_release: &'a str,
}

impl<'a> Partial<'a> {
    /// Reads the whole of `text`.
    fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text.trim_start_matches(|c: char| c == 'v' || c == '=' || c.is_whitespace());
        let mut parts = [None; 3];
        let mut wild = false;
        let mut count = 0;
        for part in &mut parts {
            if count > 0 {
                match rest.strip_prefix('.') {
                    Some(after) => rest = after,
                    None => break,
                }
            }
            count += 1;
            if let Some(after) = rest.strip_prefix(['x', 'X', '*']) {
                rest = after;
                wild = true;
            } else {
                if wild {
                    return None;
                }
                let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let number = rest[..digits]
                    .parse()
                    .ok()
                    .filter(|&number| number <= MAX_NUMBER)?;
                *part = Some(number);
                rest = &rest[digits..];
            }
        }
        let mut pre_release = "";
        if count == 3 {
            let (before_build, build) = match rest.split_once('+') {
                Some((before, build)) => (before, Some(build)),
                None => (rest, None),
            };
            if !before_build.is_empty() {
                pre_release = before_build.strip_prefix('-').unwrap_or(before_build);
                if !are_identifiers(pre_release) {
                    return None;
                }
            }
            if !build.is_none_or(are_identifiers) {
                return None;
            }
        } else if !rest.is_empty() {
            return None;
        }
        let [major, minor, patch] = parts;
        Some(Self {
            major,
            minor,
            patch,
            pre_release,
        })
    }
}

fn are_identifiers(text: &str) -> bool {
    text.split('.').all(|identifier| {
        !identifier.is_empty()
            && identifier
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// See [`super::lowest`]: `semver`'s `minVersion`, but a range without a lower bound has none, where `semver`
/// says 0.0.0.
pub(super) fn lowest(specifier: &str) -> Option<String> {
    let mut lowest: Option<Version> = None;
    for alternative in specifier.split("||") {
        let bounds = Bounds::of_alternative(alternative)?;
        let low = bounds.low.clone()?;
        if bounds.admit(&low) && lowest.as_ref().is_none_or(|lowest| low < *lowest) {
            lowest = Some(low);
        }
    }
    lowest.map(|version| version.to_string())
}

/// See [`super::is_npm_range`].
pub(super) fn is_range(word: &str) -> bool {
    word.split("||")
        .all(|alternative| Bounds::of_alternative(alternative).is_some())
}

/// What a comparator can begin with, longer ones first.
const OPERATORS: [&str; 8] = [">=", "<=", "~>", ">", "<", "=", "~", "^"];

/// What lies between two bounds: the versions that one comparator, or several together, admit.
#[derive(Default)]
struct Bounds {
    /// The lowest version; none for "any".
    low: Option<Version>,
    /// The first version that is too high.
    below: Option<Version>,
    /// The highest version.
    high: Option<Version>,
}

impl Bounds {
    /// Reads what stands between two `||`: a hyphen range, or comparators that must all hold.
    fn of_alternative(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        if let (Some(low), Some("-"), Some(high), None) =
            (words.next(), words.next(), words.next(), words.next())
        {
            let mut bounds = Self::of_comparator("<=", Partial::parse(high)?);
            bounds.low = Self::of_comparator(">=", Partial::parse(low)?).low;
            return Some(bounds);
        }
        let mut all = Self::default();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let operator = OPERATORS
                .into_iter()
                .find(|operator| rest.starts_with(operator))
                .unwrap_or("");
            let after = rest[operator.len()..].trim_start();
            let (version, after) = after.split_at(after.find(char::is_whitespace).unwrap_or(after.len()));
            let partial = Partial::parse(version)?;
            all.intersect(Self::of_comparator(operator, partial));
            rest = after.trim_start();
        }
        Some(all)
    }

    /// What one comparator admits. A missing part is as good as a wild one.
    fn of_comparator(operator: &str, partial: Partial<'_>) -> Self {
        let Some(major) = partial.major else {
            // Everything; but nothing is above or below everything.
            let below = matches!(operator, "<" | ">").then(|| Version::release(0, 0, 0));
            return Self {
                below,
                ..Self::default()
            };
        };
        let minor = partial.minor.unwrap_or(0);
        let start = Version {
            release: [major, minor, partial.patch.unwrap_or(0)],
            pre_release: partial.pre_release.into(),
        };
        let is_whole = partial.patch.is_some();
        // The end of what the written parts span.
        let next_start = if partial.minor.is_none() {
            before_all_of(major + 1, 0, 0)
        } else {
            before_all_of(major, minor + 1, 0)
        };
        match operator {
            ">=" => Self::from(start),
            ">" if is_whole => Self::from(start.next()),
            ">" => Self::from(Version {
                pre_release: Box::default(),
                ..next_start
            }),
            "<" if is_whole => Self {
                below: Some(start),
                ..Self::default()
            },
            "<" => Self {
                below: Some(before_all_of(major, minor, 0)),
                ..Self::default()
            },
            "<=" if is_whole => Self {
                high: Some(start),
                ..Self::default()
            },
            "<=" => Self {
                below: Some(next_start),
                ..Self::default()
            },
            "^" => {
                let end = match (major, partial.minor, partial.patch) {
                    (0, Some(0), Some(patch)) => before_all_of(0, 0, patch + 1),
                    (0, Some(minor), _) => before_all_of(0, minor + 1, 0),
                    _ => before_all_of(major + 1, 0, 0),
                };
                Self {
                    below: Some(end),
                    ..Self::from(start)
                }
            }
            "" | "=" if is_whole => Self {
                high: Some(start.clone()),
                ..Self::from(start)
            },
            _ => Self {
                below: Some(next_start),
                ..Self::from(start)
            },
        }
    }

    fn from(low: Version) -> Self {
        Self {
            low: Some(low),
            ..Self::default()
        }
    }

    fn intersect(&mut self, other: Self) {
        self.low = self.low.take().max(other.low);
        self.below = lower_of(self.below.take(), other.below);
        self.high = lower_of(self.high.take(), other.high);
    }

    fn admit(&self, version: &Version) -> bool {
        self.below.as_ref().is_none_or(|below| version < below)
            && self.high.as_ref().is_none_or(|high| version <= high)
    }
}

/// The lowest pre-release that there can be of a version, which `semver` writes as `-0`.
fn before_all_of(major: u64, minor: u64, patch: u64) -> Version {
    Version {
        release: [major, minor, patch],
        pre_release: "0".into(),
    }
}

fn lower_of(one: Option<Version>, two: Option<Version>) -> Option<Version> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_sort_as_semver_says() {
        let ascending = [
            "0.0.0-0",
            "0.0.0",
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-99999999999999999999",
            "1.0.0-100000000000000000000",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-alpha1",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
            "9007199254740991.0.0",
        ];
        for pair in ascending.windows(2) {
            assert!(
                Version::parse(pair[0]).unwrap() < Version::parse(pair[1]).unwrap(),
                "{} < {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn loose_spellings_are_the_same_version() {
        for (left, right) in [
            ("v1.2.3", "1.2.3"),
            ("=v 1.2.3", "1.2.3"),
            ("01.02.03", "1.2.3"),
            ("1.2.3beta", "1.2.3-beta"),
            ("1.2.3-01", "1.2.3-1"),
            ("1.2.3+build.5", "1.2.3+other"),
            ("1.2.3-rc+build", "1.2.3-rc"),
        ] {
            assert_eq!(
                Version::parse(left).unwrap(),
                Version::parse(right).unwrap(),
                "{left} = {right}"
            );
        }
    }

    #[test]
    fn text_that_is_no_version_is_refused() {
        let long = format!("1.0.0-{}", "a".repeat(MAX_LENGTH));
        for text in [
            "",
            "1",
            "1.2",
            "1.x.0",
            "*",
            "1.2.3.4",
            "1.2.3 4",
            "1.2.3-",
            "1.2.3+",
            "1.2.3-a..b",
            "1.2.3-é",
            "V1.2.3",
            "latest",
            "9007199254740992.0.0",
            "-1.0.0",
            &long,
        ] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn lowest_is_semvers_min_version_where_there_is_a_lower_bound() {
        for (specifier, expected) in [
            ("1.2.3", Some("1.2.3")),
            ("=1.2.3", Some("1.2.3")),
            ("v1.2.3+build", Some("1.2.3")),
            ("^1.2.3", Some("1.2.3")),
            ("^0", Some("0.0.0")),
            ("~1.2", Some("1.2.0")),
            ("~> 1.2", Some("1.2.0")),
            (">1.2.3", Some("1.2.4")),
            (">1.2.3-rc", Some("1.2.3-rc.0")),
            (">1.2", Some("1.3.0")),
            (">1", Some("2.0.0")),
            (">= 1.2.3 < 2", Some("1.2.3")),
            (">=1 >=1.5 <2", Some("1.5.0")),
            (">=1.2.3-beta <2", Some("1.2.3-beta")),
            ("1.2.3 - 2", Some("1.2.3")),
            ("1.2 - 2.3.4", Some("1.2.0")),
            ("1.x || 2", Some("1.0.0")),
            ("2 || 1.x", Some("1.0.0")),
            ("1.2.x", Some("1.2.0")),
            ("^=1.2.3", Some("1.2.3")),
            (">=2 <1 || 3", Some("3.0.0")),
            ("*", None),
            ("", None),
            ("x.x.x", None),
            ("<2", None),
            ("<=2.0.0", None),
            ("<2 || 3", None),
            ("1 || *", None),
            ("* - 2", None),
            (">*", None),
            (">=2.0.0 <1.0.0", None),
            (">1.2.3 <1.2.4", None),
            ("latest", None),
            ("1.2.3 foo", None),
            ("1.2.3.4", None),
            ("1.x.3", None),
            (">", None),
            (">>1", None),
            ("^^1", None),
            ("workspace:^1.0.0", None),
            ("npm:other@^1.0.0", None),
            ("git+ssh://host.example/repo.git#v1.0.0", None),
        ] {
            assert_eq!(lowest(specifier).as_deref(), expected, "{specifier}");
        }
    }
}
