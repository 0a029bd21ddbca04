//! The names of Python's package files, and whether they agree with the metadata in them.

use std::str::FromStr;

use pep440_rs::Version;

use super::Metadata;
use crate::package::Ecosystem;

/// The longest name that is looked at, in bytes; file systems have none that is longer.
const LONGEST: usize = 512;

/// The parts of a wheel's name.
pub(super) struct WheelName<'n> {
    distribution: &'n str,
    version: &'n str,
    /// The rest: a build number, if there is one, and the three tags.
    tags: &'n str,
    pub(super) python: &'n str,
}

impl<'n> WheelName<'n> {
    /// Reads `NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl`; the build begins with a digit.
    pub(super) fn parse(file_name: &'n str) -> Option<Self> {
        let stem = file_name.strip_suffix(".whl")?;
        let parts: Vec<&str> = stem.split('-').collect();
        let is_tag = |part: &&str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_');
            !part.is_empty() && part.bytes().all(fits)
        };
        let python = match parts.as_slice() {
            [_, _, build, python, _, _] if build.starts_with(|c: char| c.is_ascii_digit()) => *python,
            [_, _, python, _, _] => *python,
            _ => return None,
        };
        let (distribution, version) = (parts[0], parts[1]);
        let tags = &stem[distribution.len() + version.len() + 2..];
        let fits = !distribution.is_empty() && !version.is_empty() && parts[2..].iter().all(is_tag);
        fits.then_some(Self {
            distribution,
            version,
            tags,
            python,
        })
    }

    /// Whether the metadata is about this package.
    pub(super) fn agrees(&self, metadata: &Metadata) -> bool {
        same(self.distribution, self.version, metadata)
    }

    /// The name that belongs to the metadata.
    pub(super) fn corrected(&self, metadata: &Metadata) -> String {
        format!("{}-{}.whl", source(metadata), self.tags)
    }
}

/// Whether `text` is `NAME-VERSION` of this metadata, however they are spelt. Both may hold dashes in older files.
pub(super) fn agrees(text: &str, metadata: &Metadata) -> bool {
    text.len() <= LONGEST
        && text
            .match_indices('-')
            .any(|(at, _)| same(&text[..at], &text[at + 1..], metadata))
}

fn same(name: &str, version: &str, metadata: &Metadata) -> bool {
    let normal = |name| Ecosystem::PyPI.normalize(name);
    let escaped = version.replace('_', "-");
    // In a file's name, `_` may stand for the dash of 1.0-1, and for the plus of a local version.
    let is_version = |text: &str| {
        Version::from_str(text).is_ok_and(|version| Version::from_str(&metadata.version) == Ok(version))
    };
    normal(name) == normal(&metadata.name)
        && (is_version(version) || is_version(&escaped) || is_version(&version.replacen('_', "+", 1)))
}

/// The name of a source distribution, without its extension: `NAME-VERSION`, normalised and with `_` for `-`.
pub(super) fn source(metadata: &Metadata) -> String {
    let name = Ecosystem::PyPI.normalize(&metadata.name).replace('-', "_");
    format!("{name}-{}", metadata.normal_version())
}

/// Whether `text` can be the name of a package: ASCII letters, digits, `.`, `_` and `-`, the first and last no
/// sign.
pub(super) fn is_name(text: &str) -> bool {
    let sign = |c: char| matches!(c, '.' | '_' | '-');
    !text.is_empty()
        && text.len() <= LONGEST
        && text.chars().all(|c| c.is_ascii_alphanumeric() || sign(c))
        && !text.starts_with(sign)
        && !text.ends_with(sign)
}
