//! What a project or package asks for: the right side of `"name": "specifier"`.
//!
//! Source of the rules: npm's documents "package.json" (dependencies) and `npm-package-arg`, and for
//! `workspace:`, `link:`, `portal:`, `catalog:` and `patch:` the documents of pnpm and Yarn.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::source;
use crate::dependency::Source;
use crate::package::Ecosystem;
use crate::version::Version;

/// What a specifier asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted<'s> {
    /// A package of the registry, by a range, a version or a tag; of an alias, the real name.
    Registry { name: Option<&'s str>, range: &'s str },
    /// A package from elsewhere.
    From(Source),
    /// Another part of the project, or what is linked into it.
    Own,
}

/// Reads a specifier.
pub(super) fn wanted(specifier: &str) -> Wanted<'_> {
    let specifier = trim(specifier);
    let registry = |name, range| Wanted::Registry { name, range };
    // Nearly all are ranges, which need no further look.
    if is_range(specifier) && !has_colon_or_slash(specifier) && !is_tarball(specifier) {
        return registry(None, specifier);
    }
    if let Some(target) = specifier.strip_prefix("npm:") {
        return match target.rfind('@') {
            Some(at) if at > 0 => registry(Some(&target[..at]), &target[at + 1..]),
            _ if is_range(target) => registry(None, target),
            _ => registry(Some(target), ""),
        };
    }
    if ["workspace:", "link:", "portal:"]
        .iter()
        .any(|own| specifier.starts_with(own))
    {
        return Wanted::Own;
    }
    if specifier.starts_with("catalog:") || specifier.starts_with("patch:") {
        return registry(None, specifier);
    }
    if source::is_git(specifier) || is_git_url(specifier) || is_repository(specifier) {
        return Wanted::From(Source::Git);
    }
    if source::is_http(specifier) {
        return Wanted::From(Source::Url);
    }
    if specifier.starts_with("file:") || is_path(specifier) {
        return Wanted::From(Source::File);
    }
    // Another protocol, such as `jsr:`.
    if specifier.contains(':') {
        return Wanted::From(Source::Url);
    }
    registry(None, specifier)
}

/// The one version that a range means, if it does: `1.2.3`, `=1.2.3`, `v1.2.3`.
pub(super) fn exact(range: &str) -> Option<&str> {
    // Nearly all ranges begin with what begins no version.
    if range.starts_with(['^', '~', '>', '<', '*']) {
        return None;
    }
    let version = range.trim().trim_start_matches(['=', 'v', ' ']);
    if is_plain(version) {
        return Some(version);
    }
    Version::parse(Ecosystem::Npm, version).map(|_| version)
}

/// Splits `name@specifier`; a name alone has none.
pub(super) fn split(pattern: &str) -> (&str, &str) {
    let at = (1..pattern.len()).find(|&at| pattern.as_bytes()[at] == b'@');
    at.map_or((pattern, ""), |at| (&pattern[..at], &pattern[at + 1..]))
}

/// The name and reference of a locator; of a patch, those of what it patches. Patches may be patched again.
pub(super) fn patched(locator: &str) -> (Cow<'_, str>, Cow<'_, str>) {
    const MOST: usize = 8;
    let (name, reference) = split(locator);
    let (mut name, mut reference) = (Cow::Borrowed(name), Cow::Borrowed(reference));
    for _ in 0..MOST {
        let Some(patch) = reference.strip_prefix("patch:") else {
            break;
        };
        let source = patch.split('#').next().unwrap_or_default();
        let locator = percent_decode_str(source).decode_utf8_lossy();
        let (inner, of) = split(&locator);
        (name, reference) = (Cow::Owned(inner.to_owned()), Cow::Owned(of.to_owned()));
    }
    (name, reference)
}

/// Whether it certainly is a whole version, as nearly all are: three numbers, none too great for any reader.
fn is_plain(version: &str) -> bool {
    const LONGEST: usize = 9;
    let mut parts = version.as_bytes().split(|&byte| byte == b'.');
    let is_number = |part: &[u8]| (1..=LONGEST).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    (0..3).all(|_| parts.next().is_some_and(is_number)) && parts.next().is_none()
}

/// The text without blanks around it; there is nothing to do where its ends are visible.
fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// Specifiers are too short for a search by blocks to pay.
fn has_colon_or_slash(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b':' | b'/'))
}

fn is_range(text: &str) -> bool {
    text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit() || "^~<>=*|".contains(c))
}

/// A repository's URL: `ssh://…`, `user@host:path`, one that ends in `.git`, or a repository's page at one of
/// the hosts that npm knows.
fn is_git_url(specifier: &str) -> bool {
    const HOSTS: [&str; 3] = ["github.com", "gitlab.com", "bitbucket.org"];
    let url = specifier.split('#').next().unwrap_or_default();
    if url.starts_with("ssh://") || url.ends_with(".git") && url.contains(':') {
        return true;
    }
    let Some((_, rest)) = url.split_once("://") else {
        return url
            .split_once(':')
            .is_some_and(|(host, _)| host.contains('@') && !host.contains('/'));
    };
    let Some((authority, path)) = rest.split_once('/') else {
        return false;
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let segments = path.trim_end_matches('/').split('/').count();
    HOSTS.contains(&host.trim_start_matches("www."))
        && (segments == 2 || path.split('/').nth(2) == Some("tree"))
}

/// `user/repository`, which npm looks up at GitHub.
fn is_repository(specifier: &str) -> bool {
    let path = specifier.split('#').next().unwrap_or_default();
    let is_part = |part: &str| !part.is_empty() && !part.contains([' ', ':', '@', '\\']);
    path.split_once('/')
        .is_some_and(|(user, repository)| is_part(user) && is_part(repository) && !repository.contains('/'))
        && !path.starts_with(['.', '~'])
        && !is_tarball(path)
}

fn is_path(specifier: &str) -> bool {
    let is_drive = || {
        let bytes = specifier.as_bytes();
        bytes.len() > 2
            && bytes[0].is_ascii_alphabetic()
            && bytes[1] == b':'
            && matches!(bytes[2], b'/' | b'\\')
    };
    specifier.starts_with(['.', '/']) || specifier.starts_with("~/") || is_tarball(specifier) || is_drive()
}

fn is_tarball(path: &str) -> bool {
    [".tgz", ".tar.gz", ".tar"].iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_tell_where_a_package_is_from() {
        let registry = |range| Wanted::Registry { name: None, range };
        for (specifier, expected) in [
            ("^1.0.0", registry("^1.0.0")),
            ("", registry("")),
            ("latest", registry("latest")),
            (">=1 <2 || 3.x", registry(">=1 <2 || 3.x")),
            ("catalog:dev", registry("catalog:dev")),
            ("npm:^1.0.0", registry("^1.0.0")),
            (
                "npm:@s/a@^1",
                Wanted::Registry {
                    name: Some("@s/a"),
                    range: "^1",
                },
            ),
            (
                "npm:a",
                Wanted::Registry {
                    name: Some("a"),
                    range: "",
                },
            ),
            ("workspace:^", Wanted::Own),
            ("link:../a", Wanted::Own),
            ("portal:../a", Wanted::Own),
            ("file:../a", Wanted::From(Source::File)),
            ("../a", Wanted::From(Source::File)),
            ("a-1.0.0.tgz", Wanted::From(Source::File)),
            ("C:\\a", Wanted::From(Source::File)),
            ("user/repo#v1", Wanted::From(Source::Git)),
            ("github:user/repo", Wanted::From(Source::Git)),
            ("git@git.example:a/b.git", Wanted::From(Source::Git)),
            ("git+ssh://git@git.example/a", Wanted::From(Source::Git)),
            ("https://github.com/a/b", Wanted::From(Source::Git)),
            ("https://t@github.com/a/b#main", Wanted::From(Source::Git)),
            ("https://git.example/a.git#c0ffee", Wanted::From(Source::Git)),
            (
                "https://github.com/a/b/archive/v1.tar.gz",
                Wanted::From(Source::Url),
            ),
            ("https://files.example/a.tgz", Wanted::From(Source::Url)),
            ("jsr:^1", Wanted::From(Source::Url)),
        ] {
            assert_eq!(wanted(specifier), expected, "{specifier}");
        }
    }

    #[test]
    fn only_whole_versions_are_exact() {
        for (range, expected) in [
            ("1.2.3", Some("1.2.3")),
            ("=1.2.3", Some("1.2.3")),
            ("v1.2.3-rc.1", Some("1.2.3-rc.1")),
            ("1.2", None),
            ("^1.2.3", None),
            ("1.2.3 || 2.0.0", None),
            ("1.2.x", None),
            ("", None),
        ] {
            assert_eq!(exact(range), expected, "{range}");
        }
    }

    #[test]
    fn patterns_split_after_the_scope() {
        assert_eq!(split("@s/a@npm:b@1"), ("@s/a", "npm:b@1"));
        assert_eq!(split("a"), ("a", ""));
        assert_eq!(split("@1"), ("@1", ""));
        assert_eq!(split("é@1"), ("é", "1"));
    }
}
