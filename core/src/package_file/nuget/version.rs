//! NuGet's versions: semantic versioning 2.0, with up to four numbers, and without regard to letter case.
//!
//! Source of the rules: NuGet's documentation, "Package versioning", "Normalized version numbers".

use std::cmp::Ordering;

use crate::version::compare_pre_releases;

/// A version.
#[derive(Clone, Debug, Eq)]
pub struct Version {
    numbers: [u32; 4],
    /// What comes after `-`; empty for a release.
    pre_release: String,
    /// As it was written.
    written: String,
}

impl Version {
    /// Reads a version; `None` where NuGet knows no such version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, metadata) = match text.split_once('+') {
            Some((rest, metadata)) => (rest, Some(metadata)),
            None => (text, None),
        };
        let (numbers_text, pre_release) = match rest.split_once('-') {
            Some((numbers, pre_release)) => (numbers, Some(pre_release)),
            None => (rest, None),
        };
        let is_label = |label: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            !label.is_empty() && label.bytes().all(fits)
        };
        if ![pre_release, metadata]
            .into_iter()
            .flatten()
            .all(|labels| labels.split('.').all(is_label))
        {
            return None;
        }
        let mut numbers = [0; 4];
        let mut places = numbers.iter_mut();
        for number in numbers_text.split('.') {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            // .NET's numbers end where i32 does.
            let number = number
                .parse::<u32>()
                .ok()
                .filter(|number| *number <= i32::MAX as u32);
            *places.next()? = number.filter(|_| is_number)?;
        }
        Some(Self {
            numbers,
            pre_release: pre_release.unwrap_or_default().to_owned(),
            written: text.to_owned(),
        })
    }

    /// The form that names a package: three numbers, a fourth only where it is not 0, no metadata.
    #[must_use]
    pub fn normal(&self) -> String {
        let [major, minor, patch, revision] = self.numbers;
        let mut text = format!("{major}.{minor}.{patch}");
        if revision > 0 {
            text += &format!(".{revision}");
        }
        if self.is_pre_release() {
            text += &format!("-{}", self.pre_release);
        }
        text
    }

    /// The normal form in lower case, as URLs have it.
    #[must_use]
    pub fn lower(&self) -> String {
        self.normal().to_ascii_lowercase()
    }

    /// As it was written, metadata included.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether it comes before a release.
    #[must_use]
    pub fn is_pre_release(&self) -> bool {
        !self.pre_release.is_empty()
    }

    /// How a file's name may spell it.
    pub(super) fn spellings(&self) -> [String; 3] {
        let metadata = self.written.split_once('+').map_or("", |(_, metadata)| metadata);
        [
            self.normal(),
            self.written.clone(),
            format!("{}+{metadata}", self.normal()),
        ]
    }
}

/// As semantic versioning orders: numbers as numbers, before words; fewer labels before more.
impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_pre_release = || match (self.is_pre_release(), other.is_pre_release()) {
            (true, true) => compare_pre_releases(
                &self.pre_release.to_ascii_lowercase(),
                &other.pre_release.to_ascii_lowercase(),
            ),
            (left, right) => right.cmp(&left),
        };
        self.numbers.cmp(&other.numbers).then_with(by_pre_release)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_a_normal_form() {
        for (text, expected) in [
            ("1", Some("1.0.0")),
            ("1.0", Some("1.0.0")),
            ("1.00.0.1", Some("1.0.0.1")),
            ("1.0.0.0", Some("1.0.0")),
            ("1.2.3.4-Beta.1+sha.5", Some("1.2.3.4-Beta.1")),
            ("1.0.0-a-b", Some("1.0.0-a-b")),
            ("2147483647.0.0", Some("2147483647.0.0")),
            ("2147483648.0.0", None),
            ("", None),
            ("1.", None),
            ("1.0.0.0.0", None),
            ("1.0.0-", None),
            ("1.0.0-a..b", None),
            ("1.0.0+", None),
            ("1.0.0-a_b", None),
            ("v1.0.0", None),
            ("+1.0", None),
            ("1.+2", None),
            ("1.0/..", None),
        ] {
            let normal = Version::parse(text).map(|version| version.normal());
            assert_eq!(normal.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn versions_sort_as_semantic_versioning_says() {
        let ascending = [
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-99999999999999999999999",
            "1.0.0-alpha",
            "1.0.0-ALPHA.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0",
            "1.0.0.1",
            "1.0.1-a",
            "1.1",
            "10",
        ];
        for pair in ascending.windows(2) {
            let [left, right] = [pair[0], pair[1]].map(|text| Version::parse(text).unwrap());
            assert!(left < right, "{} < {}", pair[0], pair[1]);
        }
        for (left, right) in [
            ("1", "1.0.0.0"),
            ("1.0.0-A", "1.0.0-a"),
            ("1.0.0+a", "1.0.0+b"),
            ("1-01", "1-1"),
        ] {
            assert_eq!(Version::parse(left), Version::parse(right), "{left} = {right}");
        }
    }
}
