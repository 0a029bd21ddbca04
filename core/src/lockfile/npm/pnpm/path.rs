//! Dependency paths, the keys under which pnpm lists packages.

use std::borrow::Cow;

use super::super::registries::Settings;
use super::super::source;
use super::document::{Described, Resolution};
use crate::dependency::Source;
use crate::package::Ecosystem;
use crate::version::Version;

/// What a package is and where it is from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity<'d> {
    pub(super) name: &'d str,
    pub(super) version: Option<&'d str>,
    pub(super) source: Source,
    /// Where it is taken from, if that is no registry.
    pub(super) place: Option<Cow<'d, str>>,
}

/// Reads a path of version 9: `name@1.0.0(peer@2.0.0)`, or with what else identifies the package after the
/// name. Nothing if it has no name.
pub(super) fn identity<'d>(
    path: &'d str,
    described: Option<&'d Described<'d>>,
    settings: &Settings,
) -> Option<Identity<'d>> {
    let (name, rest) = split_name(path, &['@'])?;
    let rest = without_peers(rest);
    let named = || {
        let (registry, version) = rest.split_once(':')?;
        (settings.has_name(registry) && is_version(version)).then_some(version)
    };
    Some(if is_version(rest) {
        registry(name, rest, described)
    } else if let Some(version) = named() {
        registry(name, version, described)
    } else {
        elsewhere(name, rest, described)
    })
}

/// Reads a path of version 5 or 6: `/name/1.0.0_peers`, `/name@1.0.0(peers)`, the same after the host of
/// another registry, or what else identifies the package, whose name then stands in its description.
pub(super) fn old_identity<'d>(path: &'d str, described: Option<&'d Described<'d>>) -> Option<Identity<'d>> {
    let is_of_registry = |rest| {
        let (name, version) = split_name(rest, &['/', '@'])?;
        let version = without_peers(version);
        let version = version.split_once('_').map_or(version, |(version, _)| version);
        let own = described.and_then(|described| described.name.as_ref());
        let name = own.map_or(name, |own| own.as_str());
        is_version(version).then(|| registry(name, version, described))
    };
    match path.split_once('/')? {
        ("", rest) => is_of_registry(rest),
        (host, rest) if !host.contains(':') => {
            is_of_registry(rest).or_else(|| described_elsewhere(path, described))
        }
        _ => described_elsewhere(path, described),
    }
}

/// What the path calls the registry's. Where its resolution is a repository or a folder, it comes from there.
fn registry<'d>(name: &'d str, version: &'d str, described: Option<&'d Described<'d>>) -> Identity<'d> {
    let resolution = described.and_then(|described| described.resolution.as_ref());
    let is_elsewhere = |resolution: &Resolution<'_>| {
        let kind = resolution.kind.as_ref().map(|kind| kind.as_str());
        kind.is_some_and(|kind| kind != "tarball")
            || resolution.repo.is_some()
            || resolution.commit.is_some()
            || resolution.directory.is_some()
    };
    if resolution.is_some_and(is_elsewhere) {
        return Identity {
            version: Some(version),
            ..elsewhere(name, version, described)
        };
    }
    let own = described.and_then(|described| described.version.as_ref());
    Identity {
        name,
        // As pnpm does, for whatever reason an entry has both.
        version: Some(own.map_or(version, |own| own.as_str())),
        source: Source::Registry,
        place: None,
    }
}

fn described_elsewhere<'d>(path: &'d str, described: Option<&'d Described<'d>>) -> Option<Identity<'d>> {
    let name = described?.name.as_ref()?;
    Some(elsewhere(name.as_str(), without_peers(path), described))
}

fn elsewhere<'d>(name: &'d str, place: &'d str, described: Option<&'d Described<'d>>) -> Identity<'d> {
    let resolution = described.and_then(|described| described.resolution.as_ref());
    let version = described.and_then(|described| described.version.as_ref());
    let text = |field: fn(&'d Resolution<'d>) -> Option<&'d str>| resolution.and_then(field);
    let kind = text(|resolution| resolution.kind.as_ref().map(|kind| kind.as_str()));
    let tarball = text(|resolution| resolution.tarball.as_ref().map(|tarball| tarball.as_str()));
    let repo = text(|resolution| resolution.repo.as_ref().map(|repo| repo.as_str()));
    let commit = text(|resolution| resolution.commit.as_ref().map(|commit| commit.as_str()));
    let is = |test: fn(&str) -> bool| test(place) || tarball.is_some_and(test);
    let directory = text(|resolution| resolution.directory.as_ref().map(|directory| directory.as_str()));
    let source = if kind == Some("git") || repo.is_some() || is(source::is_git) {
        Source::Git
    } else if kind == Some("directory") || directory.is_some() || is(source::is_file) {
        Source::File
    } else {
        Source::Url
    };
    let place = match (repo, commit, tarball) {
        (Some(repo), Some(commit), _) => Cow::Owned(format!("{repo}#{commit}")),
        (_, _, Some(tarball)) => Cow::Borrowed(tarball),
        _ => Cow::Borrowed(directory.filter(|_| is_version(place)).unwrap_or(place)),
    };
    Identity {
        name,
        version: version.map(|version| version.as_str()),
        source,
        place: Some(place),
    }
}

/// The name that a path begins with, and what follows the separator after it.
fn split_name<'d>(path: &'d str, separators: &[char]) -> Option<(&'d str, &'d str)> {
    let base = match path.strip_prefix('@') {
        Some(scoped) => scoped.find('/')? + 2,
        None => 0,
    };
    let end = base + path[base..].find(separators).filter(|&length| length > 0)?;
    Some((&path[..end], &path[end + 1..]))
}

/// A path or version without the groups in parentheses at its end: peers, and the hash of a patch.
pub(super) fn without_peers(path: &str) -> &str {
    let mut open = 0_usize;
    let mut end = path.len();
    if !path.ends_with(')') {
        return path;
    }
    for (at, byte) in path.bytes().enumerate().rev() {
        match byte {
            b')' => open += 1,
            b'(' if open > 0 => {
                open -= 1;
                end = at;
            }
            _ if open == 0 => break,
            _ => {}
        }
    }
    if open == 0 { &path[..end] } else { path }
}

fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && Version::parse(Ecosystem::Npm, text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(identity: Option<Identity<'_>>) -> Option<(&str, Option<&str>, Source)> {
        identity.map(|identity| (identity.name, identity.version, identity.source))
    }

    #[test]
    fn paths_of_version_9_have_name_and_version() {
        for (path, expected) in [
            ("a@1.0.0", Some(("a", Some("1.0.0"), Source::Registry))),
            (
                "@s/x@1.0.0-rc.1(@b/c@7.0.0(d@8.0.0))(patch_hash=abc)",
                Some(("@s/x", Some("1.0.0-rc.1"), Source::Registry)),
            ),
            (
                "p@2.0.0+build.5",
                Some(("p", Some("2.0.0+build.5"), Source::Registry)),
            ),
            ("a@https://files.example/a(1).tgz", Some(("a", None, Source::Url))),
            ("a@file:../a(b)", Some(("a", None, Source::File))),
            (
                "a@git+https://git.example/a.git#c0ffee(b@1.0.0)",
                Some(("a", None, Source::Git)),
            ),
            ("node@runtime:22.0.0", Some(("node", None, Source::Url))),
            ("a", None),
            ("@a@1.0.0", None),
            ("@1.0.0", None),
        ] {
            assert_eq!(
                told(identity(path, None, &Settings::default())),
                expected,
                "{path}"
            );
        }
    }

    #[test]
    fn paths_of_versions_5_and_6_have_name_and_version() {
        for (path, expected) in [
            ("/a/1.0.0", Some(("a", "1.0.0"))),
            ("/@s/a/1.0.0_b@2.0.0+@c+d@1.0.0", Some(("@s/a", "1.0.0"))),
            ("/@s/a@1.0.0(b@2.0.0)(c@3.0.0)", Some(("@s/a", "1.0.0"))),
            ("npm.example/a/1.0.0", Some(("a", "1.0.0"))),
            ("npm.example/@s/a@1.0.0(b@1.0.0)", Some(("@s/a", "1.0.0"))),
            ("invalidpath", None),
            ("/a", None),
            ("git.example/a/b/c0ffee", None),
        ] {
            let expected = expected.map(|(name, version)| (name, Some(version), Source::Registry));
            assert_eq!(told(old_identity(path, None)), expected, "{path}");
        }
    }

    #[test]
    fn peers_are_cut_only_where_they_balance() {
        for (path, expected) in [
            ("a@1(b@2(c@3))(d)", "a@1"),
            ("file:a(b)/c", "file:a(b)/c"),
            ("a@1)", "a@1)"),
            ("(a)", ""),
        ] {
            assert_eq!(without_peers(path), expected);
        }
    }
}
