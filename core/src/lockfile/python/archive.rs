//! What the file name of an archive says: whose it is, and of which version.
//!
//! Source of the rules: PyPA's "Binary distribution format" and "Source distribution file name"; before these,
//! names and versions stood in file names as their authors wrote them.

use std::borrow::Cow;
use std::str::FromStr;

use pep440_rs::Version;
use percent_encoding::percent_decode_str;

use super::super::hosts;

/// The endings of source archives. What else is installed ends with the platform that it is for.
const SOURCES: [&str; 7] = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z", ".tar"];
const INSTALLERS: [&str; 4] = [".egg", ".exe", ".msi", ".rpm"];

/// Whether a file of this name is one of the package `name`, which is normalised, in this version, or in any.
pub(super) fn is_of(file: &str, name: &str, version: Option<&str>) -> bool {
    let file = percent_decode_str(file).decode_utf8_lossy();
    let Some(rest) = after_name(&file, name) else {
        return false;
    };
    let is_version = |text: &str| version.is_none_or(|version| is_same_version(text, version));
    if let Some(rest) = rest.strip_suffix(".whl") {
        // Version, perhaps a build number, and three tags.
        let (version, tags) = rest.split_once('-').unwrap_or((rest, ""));
        return matches!(tags.split('-').count(), 3 | 4) && is_version(version);
    }
    if let Some(rest) = SOURCES.iter().find_map(|ending| rest.strip_suffix(ending)) {
        return is_version(rest);
    }
    let Some(rest) = INSTALLERS.iter().find_map(|ending| rest.strip_suffix(ending)) else {
        return false;
    };
    let platforms = ["-", ".win", ".linux", ".macosx"];
    std::iter::once(rest)
        .chain(
            platforms
                .iter()
                .filter_map(|platform| Some(rest.split_once(platform)?.0)),
        )
        .any(is_version)
}

/// The file name at the end of a URL's path, as it stands there; `None` where a server would be asked for something
/// else than stands there.
pub(super) fn in_url(url: &str) -> Option<&str> {
    let url = url.split(['?', '#']).next()?;
    let (_, path) = hosts::authority_and_path(url)?;
    let is_odd = |segment: &str| {
        let segment = if segment.contains('%') {
            percent_decode_str(segment).decode_utf8_lossy()
        } else {
            Cow::Borrowed(segment)
        };
        matches!(&*segment, "." | "..") || segment.contains('/')
    };
    if url.bytes().any(|byte| byte == b'\\' || byte <= b' ') || path.split('/').any(is_odd) {
        return None;
    }
    path.rsplit('/').next()
}

/// What follows a name and a hyphen; runs of `-`, `_` and `.` are one and the same in names.
fn after_name<'f>(file: &'f str, name: &str) -> Option<&'f str> {
    let is_separator = |c: &u8| matches!(c, b'-' | b'_' | b'.');
    let mut rest = file.as_bytes();
    for wanted in name.bytes() {
        if is_separator(&wanted) {
            let run = rest.iter().take_while(|c| is_separator(c)).count();
            if run == 0 {
                return None;
            }
            rest = &rest[run..];
        } else {
            let (first, others) = rest.split_first()?;
            if first.to_ascii_lowercase() != wanted {
                return None;
            }
            rest = others;
        }
    }
    file.get(file.len() - rest.len()..)?.strip_prefix('-')
}

fn is_same_version(text: &str, version: &str) -> bool {
    if text == version {
        return true;
    }
    // In the names of wheels, a hyphen of a version is written as a low line.
    let parsed = |text: &str| Version::from_str(&text.replace('_', "-")).ok();
    parsed(text).is_some_and(|text| Some(text) == parsed(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_package_that_its_name_begins_with() {
        for (file, name, version) in [
            ("a-1.0-py3-none-any.whl", "a", "1.0"),
            ("A_b.c-1.0-2-cp311-cp311-linux_x86_64.whl", "a-b-c", "1.0.0"),
            ("a-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl", "a", "2.0+cpu"),
            ("a-1.0_1-py3-none-any.whl", "a", "1.0.post1"),
            ("a-b-1.0.tar.gz", "a-b", "1"),
            ("a-2013b.zip", "a", "2013b0"),
            ("a-1.0-1.tar.bz2", "a", "1.0.post1"),
            ("a-1.0-py2.7.egg", "a", "1.0"),
            ("a-1.0.win32-py2.7.exe", "a", "1.0"),
        ] {
            assert!(is_of(file, name, Some(version)), "{file}");
            assert!(is_of(file, name, None), "{file}");
            assert!(!is_of(file, name, Some("9")), "{file}");
            assert!(!is_of(file, "b", Some(version)), "{file}");
        }
        for file in [
            "a-b-1.0.tar.gz",
            "ab-1.0.tar.gz",
            "a_1.0.tar.gz",
            "a-1.0",
            "a-1.0.txt",
            "a-1.0.whl",
            "a-1.0-py3-none-any-more-x.whl",
            "1.0.tar.gz",
            "a",
            "",
        ] {
            assert!(!is_of(file, "a", Some("1.0")), "{file}");
        }
    }

    #[test]
    fn a_url_ends_with_the_name_of_its_file() {
        for (url, expected) in [
            ("https://h.example/x/a-1.0.tar.gz#sha256=00", Some("a-1.0.tar.gz")),
            ("https://h.example/x/b.zip?c=/a-1.0.tar.gz", Some("b.zip")),
            ("https://h.example/../a-1.0.tar.gz", None),
            ("https://h.example/%2e%2e/a-1.0.tar.gz", None),
            ("https://h.example/b%2Fa-1.0.tar.gz", None),
            ("https://h.example\\@i.example/a-1.0.tar.gz", None),
            ("file:///a-1.0.tar.gz", None),
            ("a-1.0.tar.gz", None),
        ] {
            assert_eq!(in_url(url), expected, "{url}");
        }
    }
}
