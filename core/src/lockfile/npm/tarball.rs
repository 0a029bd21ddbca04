//! What the URL of a registry's tarball says: the package, its version, and the host that serves it.
//!
//! Registries differ in what stands before the name. After it, nearly all write `/name/-/base-1.0.0.tgz`, some
//! `/name/download/base-1.0.0.tgz`, with the scope once more before the file or encoded; one kind writes
//! `/download/@scope/name/1.0.0/hash`. Whatever deviates from these forms names no registry's package: a forge's
//! archives have `/-/` in their URLs too.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::super::hosts::{authority_and_path, host};

/// A tarball of a registry, as its URL names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tarball<'u> {
    /// The host with its port, in lower case; without the port that is usual for the scheme.
    pub(super) host: Cow<'u, str>,
    pub(super) name: Cow<'u, str>,
    pub(super) version: Cow<'u, str>,
}

/// The package that `url` names, if it has a form of a registry's tarballs.
pub(super) fn read(url: &str) -> Option<Tarball<'_>> {
    let url = url.split(['?', '#']).next()?;
    let (authority, path) = authority_and_path(url)?;
    // What a URL parser would fold or drop is nothing that a registry writes.
    let is_plain = |segment: &str| !matches!(&*decoded(segment), "." | "..");
    if url.bytes().any(|byte| byte == b'\\' || byte <= b' ') || !path.split('/').all(is_plain) {
        return None;
    }
    let (name, version) = after_name(path).or_else(|| after_download(path))?;
    Some(Tarball {
        host: host(authority)?,
        name,
        version,
    })
}

/// The host from which `url` serves this very version of this package, where that shows at a glance, as it
/// nearly always does.
pub(super) fn plain_host<'u>(url: &'u str, name: &str, version: &str) -> Option<&'u str> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let url = match memchr::memchr(b'#', url.as_bytes()) {
        Some(fragment) => &url[..fragment],
        None => url,
    };
    let before = url
        .strip_suffix(".tgz")?
        .strip_suffix(version)?
        .strip_suffix('-')?
        .strip_suffix(base)?
        .strip_suffix("/-/")?
        .strip_suffix(name)?
        .strip_suffix('/')?;
    let host = before.strip_prefix("https://")?;
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    (!base.is_empty() && !version.is_empty() && host.bytes().all(is_plain)).then_some(host)
}

/// Whether both are the same version: what follows a `+` is no part of it.
pub(super) fn is_same_version(a: &str, b: &str) -> bool {
    let plain = |version: &str| {
        let version = version.trim_start_matches(['v', '=']);
        version.split('+').next().unwrap_or_default().to_owned()
    };
    a == b || plain(a) == plain(b)
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// `…/name/-/base-1.0.0.tgz`.
fn after_name(path: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (before, file) = path.rsplit_once('/')?;
    let (before, repeated) = match before.rsplit_once('/') {
        Some((before, scope)) if decoded(scope).starts_with('@') => (before, Some(decoded(scope))),
        _ => (before, None),
    };
    let before = before
        .strip_suffix("/-")
        .or_else(|| before.strip_suffix("/download"))?;
    let name = last_name(before)?;
    let file = decoded(file);
    let (scope, base) = match name.split_once('/') {
        Some((scope, base)) => (Some(scope), base),
        None => (None, &*name),
    };
    if repeated.is_some() && repeated.as_deref() != scope {
        return None;
    }
    // A file name may hold the scope as well, with an encoded slash.
    let own = match (file.split_once('/'), scope) {
        (None, _) => &*file,
        (Some((before, own)), Some(scope)) if before == scope => own,
        _ => return None,
    };
    let version = own.strip_suffix(".tgz")?.strip_prefix(base)?.strip_prefix('-')?;
    is_version(version).then(|| (name.clone(), Cow::Owned(version.to_owned())))
}

/// `…/download/@scope/name/1.0.0/hash`.
fn after_download(path: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let path = path.strip_prefix("download/").or_else(|| {
        let at = path.rfind("/download/")?;
        Some(&path[at + "/download/".len()..])
    })?;
    let mut segments = path.split('/');
    let (scope, base, version, _) = (
        decoded(segments.next()?),
        decoded(segments.next()?),
        decoded(segments.next()?),
        segments.next()?,
    );
    let is_whole = segments.next().is_none() && scope.starts_with('@') && is_version(&version);
    is_whole.then(|| (Cow::Owned(format!("{scope}/{base}")), version))
}

/// The name of a package with which a path ends.
fn last_name(path: &str) -> Option<Cow<'_, str>> {
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    let last = decoded(last);
    let scope = before.rsplit('/').next().map(decoded);
    let name = match scope.filter(|scope| scope.starts_with('@')) {
        Some(scope) => Cow::Owned(format!("{scope}/{last}")),
        None => last,
    };
    let parts = name.strip_prefix('@').map_or(1, |_| 2);
    let is_name = name.split('/').count() == parts && name.split('/').all(|part| !part.is_empty());
    is_name.then_some(name)
}

fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    text.starts_with(|first: char| first.is_ascii_digit()) && !text.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_registries_tell_package_and_host() {
        for (url, expected) in [
            (
                "https://npm.example/a/-/a-1.0.0-rc.1.tgz",
                ("npm.example", "a", "1.0.0-rc.1"),
            ),
            (
                "https://npm.example/x/@s/a/-/a-1.0.0.tgz?q#00",
                ("npm.example", "@s/a", "1.0.0"),
            ),
            (
                "http://NPM.example:80/@s%2fa/-/a-1.0.0.tgz",
                ("npm.example", "@s/a", "1.0.0"),
            ),
            (
                "https://npm.example:4873/%40s%2Fa/-/a-1.0.0.tgz",
                ("npm.example:4873", "@s/a", "1.0.0"),
            ),
            (
                "https://npm.example/@s/a/-/@s/a-1.0.0.tgz",
                ("npm.example", "@s/a", "1.0.0"),
            ),
            (
                "https://npm.example/@s/a/-/%40s%2fa-1.0.0.tgz",
                ("npm.example", "@s/a", "1.0.0"),
            ),
            (
                "https://npm.example/a/download/a-1.0.0.tgz",
                ("npm.example", "a", "1.0.0"),
            ),
            (
                "https://npm.example:443/download/@s/a/1.0.0/c0ffee",
                ("npm.example", "@s/a", "1.0.0"),
            ),
            (
                "https://u:p@npm.example/a/-/a-1.0.0%2Bb.tgz",
                ("npm.example", "a", "1.0.0+b"),
            ),
            // It is read as a server would be asked.
            (
                "https://npm.example@files.example/a/-/a-1.0.0.tgz",
                ("files.example", "a", "1.0.0"),
            ),
        ] {
            let (host, name, version) = expected;
            let told = read(url).unwrap();
            assert_eq!(
                (&*told.host, &*told.name, &*told.version),
                (host, name, version),
                "{url}"
            );
        }
        for url in [
            "https://npm.example/a/-/b-1.0.0.tgz",
            "https://npm.example/@s/a/-/@t/a-1.0.0.tgz",
            "https://npm.example/a/-/a-main.tgz",
            "https://npm.example/a/-/a-1.0.0.tar.gz",
            "https://npm.example/a/-/../../b/a/-/a-1.0.0.tgz",
            "https://npm.example/x/%2e%2e/a/-/a-1.0.0.tgz",
            "https://files.example\\@npm.example/a/-/a-1.0.0.tgz",
            "https://forge.example/team/a/-/archive/main/a-main.tar.gz",
            "https://forge.example/get?file=/a/-/a-1.0.0.tgz",
            "https://files.example/a.tgz",
            "https:///a/-/a-1.0.0.tgz",
            "file:a/-/a-1.0.0.tgz",
        ] {
            assert_eq!(read(url), None, "{url}");
        }
    }

    #[test]
    fn the_glance_agrees_with_the_look() {
        for (url, name, expected) in [
            ("https://npm.example/a/-/a-1.0.0.tgz#00", "a", Some("npm.example")),
            (
                "https://npm.example/@s/a/-/a-1.0.0.tgz",
                "@s/a",
                Some("npm.example"),
            ),
            ("https://npm.example/x/a/-/a-1.0.0.tgz", "a", None),
            ("https://npm.example/b/-/b-1.0.0.tgz", "a", None),
            ("https://u@npm.example/a/-/a-1.0.0.tgz", "a", None),
        ] {
            assert_eq!(plain_host(url, name, "1.0.0"), expected, "{url}");
            if let Some(host) = expected {
                assert_eq!(read(url).unwrap().host, host);
            }
        }
    }
}
