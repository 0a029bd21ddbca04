//! Versions of Go modules: canonical semantic versions after a `v`.
//!
//! Source of the rules: the Go modules reference, "Versions" and "Pseudo-versions".

use std::cmp::Ordering;
use std::fmt;

use super::module::{ModuleError, escape, unescape};
use crate::version::compare_pre_releases;

/// A canonical version, such as `v1.2.3`, `v1.2.3-rc.1` or `v2.0.0+incompatible`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    text: String,
    release: [u64; 3],
}

/// What is added to a version of 2 or more when its module has no suffix, and no `go.mod`.
const INCOMPATIBLE: &str = "+incompatible";
/// The longest version, in bytes.
const MAX_LENGTH: usize = 128;

impl Version {
    /// Reads a version.
    ///
    /// # Errors
    /// When it is no semantic version after a `v`, is shortened, or has build metadata other than
    /// `+incompatible`.
    pub fn parse(text: &str) -> Result<Self, ModuleError> {
        let refused = |reason: &str| ModuleError::Version {
            version: text.to_owned(),
            reason: reason.to_owned(),
        };
        let Some(rest) = text.strip_prefix('v') else {
            return Err(refused("it begins with v, such as v1.2.3"));
        };
        if text.len() > MAX_LENGTH {
            return Err(refused("it is too long"));
        }
        let plain = match rest.split_once('+') {
            None => rest,
            Some((plain, "incompatible")) => plain,
            Some((plain, _)) => {
                return Err(refused(&format!("build metadata are left out: v{plain}")));
            }
        };
        let (numbers, pre_release) = match plain.split_once('-') {
            Some((numbers, pre_release)) => (numbers, Some(pre_release)),
            None => (plain, None),
        };
        let numbers: Vec<&str> = numbers.split('.').collect();
        let [major, minor, patch] = numbers.as_slice() else {
            return Err(refused("it has three numbers, such as v1.2.3"));
        };
        let mut release = [0; 3];
        for (place, digits) in release.iter_mut().zip([major, minor, patch]) {
            let is_number = is_numeric(digits) && !has_leading_zero(digits);
            let number = digits.parse().ok().filter(|_| is_number);
            *place = number.ok_or_else(|| refused("its three numbers are without leading zeros"))?;
        }
        let is_identifier = |part: &str| {
            let is_word = !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            is_word && !(is_numeric(part) && has_leading_zero(part))
        };
        if pre_release.is_some_and(|pre_release| !pre_release.split('.').all(is_identifier)) {
            return Err(refused(
                "a pre-release is words of letters, digits and dashes with dots between, numbers without leading \
                 zeros",
            ));
        }
        let version = Self {
            text: text.to_owned(),
            release,
        };
        if version.is_incompatible() && version.major() < 2 {
            return Err(refused("only versions from v2 on can be +incompatible"));
        }
        Ok(version)
    }

    /// Reads a version as proxies write it.
    ///
    /// # Errors
    /// When it is not written so, or is no version.
    pub fn unescape(text: &str) -> Result<Self, ModuleError> {
        let plain = unescape(text).ok_or_else(|| ModuleError::Version {
            version: text.to_owned(),
            reason: "capital letters are written as ! and the small one".to_owned(),
        })?;
        Self::parse(&plain)
    }

    /// The version as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The version as proxies write it.
    #[must_use]
    pub fn escaped(&self) -> String {
        escape(&self.text)
    }

    /// The first of its three numbers.
    #[must_use]
    pub fn major(&self) -> u64 {
        self.release[0]
    }

    /// Whether it is of a module that does not keep to the rule of suffixes.
    #[must_use]
    pub fn is_incompatible(&self) -> bool {
        self.text.ends_with(INCOMPATIBLE)
    }

    /// Whether it comes before the release of its numbers.
    #[must_use]
    pub fn is_pre_release(&self) -> bool {
        self.pre_release().is_some()
    }

    /// Whether it names a commit: it ends with a moment of 14 digits and 12 digits of the commit's checksum.
    #[must_use]
    pub fn is_pseudo(&self) -> bool {
        self.moment().is_some()
    }

    /// When the commit was made that it names, if it names one: RFC 3339 in UTC.
    #[must_use]
    pub fn commit_time(&self) -> Option<String> {
        let moment = self.moment()?;
        // The highest that each pair of digits can be, from the month on.
        let most = [12, 31, 23, 59, 59];
        let pairs = [4, 6, 8, 10, 12].map(|at| &moment[at..at + 2]);
        let fits = |(pair, most): (&&str, u8)| pair.parse::<u8>().is_ok_and(|number| number <= most);
        let is_time = pairs.iter().zip(most).all(fits) && pairs[..2].iter().all(|pair| *pair != "00");
        let [month, day, hour, minute, second] = pairs;
        let year = &moment[..4];
        is_time.then(|| format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
    }

    /// The 14 digits of a pseudo-version.
    fn moment(&self) -> Option<&str> {
        let (rest, revision) = self.pre_release()?.rsplit_once('-')?;
        let moment = rest.rsplit_once('.').map_or(rest, |(_, moment)| moment);
        let is_revision = revision.len() == 12 && revision.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_revision && moment.len() == 14 && is_numeric(moment)).then_some(moment)
    }

    fn pre_release(&self) -> Option<&str> {
        let plain = self.text.split('+').next().unwrap_or_default();
        plain.split_once('-').map(|(_, pre_release)| pre_release)
    }
}

fn is_numeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_leading_zero(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0')
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_precedence =
            self.release
                .cmp(&other.release)
                .then_with(|| match (self.pre_release(), other.pre_release()) {
                    (None, None) => Ordering::Equal,
                    (None, Some(_)) => Ordering::Greater,
                    (Some(_), None) => Ordering::Less,
                    (Some(left), Some(right)) => compare_pre_releases(left, right),
                });
        // Only build metadata are left to tell them apart.
        by_precedence.then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_canonical() {
        for (text, is_good) in [
            ("v1.2.3", true),
            ("v0.0.0", true),
            ("v1.2.3-rc.1", true),
            ("v1.2.3--", true),
            ("v2.0.0+incompatible", true),
            ("v2.0.0-rc.1+incompatible", true),
            ("v0.0.0-20260102030405-abcdefabcdef", true),
            ("v1.2.3-RC1", true),
            ("1.2.3", false),
            ("v1", false),
            ("v1.2", false),
            ("v1.2.3.4", false),
            ("v01.2.3", false),
            ("v1.2.3-01", false),
            ("v1.2.3-", false),
            ("v1.2.3-a..b", false),
            ("v1.2.3+build", false),
            ("v1.2.3+", false),
            ("v1.2.3+incompatible", false),
            ("v1.2.-3", false),
            ("v99999999999999999999.0.0", false),
            ("latest", false),
            ("", false),
        ] {
            let parsed = Version::parse(text);
            assert_eq!(parsed.is_ok(), is_good, "{text}: {parsed:?}");
        }
        let build = Version::parse("v1.2.3+b.1").unwrap_err().to_string();
        assert!(build.ends_with("build metadata are left out: v1.2.3"), "{build}");
    }

    #[test]
    fn versions_are_ordered_by_precedence() {
        let ordered = [
            "v0.0.0-20260102030405-abcdefabcdef",
            "v0.9.0",
            "v1.0.0-alpha",
            "v1.0.0-alpha.1",
            "v1.0.0-beta.2",
            "v1.0.0-beta.11",
            "v1.0.0",
            "v1.2.0",
            "v1.10.0",
            "v2.0.0+incompatible",
        ];
        let mut sorted: Vec<Version> = ordered
            .iter()
            .rev()
            .map(|text| Version::parse(text).unwrap())
            .collect();
        sorted.sort();
        assert_eq!(sorted.iter().map(Version::as_str).collect::<Vec<_>>(), ordered);
    }

    #[test]
    fn pseudo_versions_are_known() {
        for (text, is_pseudo) in [
            ("v0.0.0-20260102030405-abcdefabcdef", true),
            ("v1.2.4-0.20260102030405-abcdefabcdef", true),
            ("v1.2.3-pre.0.20260102030405-abcdefabcdef", true),
            ("v2.0.0-20260102030405-abcdefabcdef+incompatible", true),
            ("v1.2.3-rc.1", false),
            ("v1.2.3", false),
            ("v1.2.3-abcdefabcdef", false),
        ] {
            assert_eq!(Version::parse(text).unwrap().is_pseudo(), is_pseudo, "{text}");
        }
        for (text, expected) in [
            (
                "v1.2.4-0.20260102030405-abcdefabcdef",
                Some("2026-01-02T03:04:05Z"),
            ),
            ("v0.0.0-20261302030405-abcdefabcdef", None),
            ("v0.0.0-20260002030405-abcdefabcdef", None),
            ("v0.0.0-20260102240405-abcdefabcdef", None),
            ("v1.2.3", None),
        ] {
            let time = Version::parse(text).unwrap().commit_time();
            assert_eq!(time.as_deref(), expected, "{text}");
        }
        let version = Version::parse("v1.0.0-RC1").unwrap();
        assert_eq!(version.escaped(), "v1.0.0-!r!c1");
        assert_eq!(Version::unescape("v1.0.0-!r!c1"), Ok(version));
    }
}
