//! Where an npm package is taken from, told by the URL or specifier that a lockfile keeps of it.

use crate::dependency::Source;

/// What a lockfile's `resolved` (or, in version 1, `version`) says about the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is certain.
    Certain(Source),
    /// A tarball that a registry with unusual URLs may serve as well as any web server: only the
    /// specifier of who asks for it tells.
    SomeTarball,
}

impl Default for Origin {
    /// What says nothing of its source comes from the registry.
    fn default() -> Self {
        Self::Certain(Source::Registry)
    }
}

/// Reads a `resolved` URL; what is no URL is a path. Registries serve tarballs under `/-/`, GitHub's under
/// `/download/`.
pub(super) fn origin(resolved: &str) -> Origin {
    // The usual case comes first: most packages come from a registry.
    if is_http(resolved) && resolved.contains("/-/") {
        Origin::Certain(Source::Registry)
    } else if is_git(resolved) {
        Origin::Certain(Source::Git)
    } else if !is_http(resolved) {
        Origin::Certain(Source::File)
    } else if resolved.contains("//npm.pkg.github.com/download/") {
        Origin::Certain(Source::Registry)
    } else {
        Origin::SomeTarball
    }
}

/// Whether a specifier or URL names a git repository. GitHub's archive host serves git commits.
pub(super) fn is_git(url: &str) -> bool {
    const SCHEMES: [&str; 7] = [
        "git+",
        "git:",
        "git@",
        "github:",
        "gitlab:",
        "bitbucket:",
        "gist:",
    ];
    SCHEMES.iter().any(|scheme| url.starts_with(scheme)) || url.contains("//codeload.github.com/")
}

/// Whether it is a URL of the web.
pub(super) fn is_http(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Whether it is a folder or file on disk.
pub(super) fn is_file(specifier: &str) -> bool {
    specifier.starts_with("file:") || specifier.starts_with("link:")
}

/// The name and version in a registry's tarball URL: `https://host/@scope/name/-/name-1.2.3.tgz`.
pub(super) fn tarball_package(url: &str) -> Option<(&str, &str)> {
    let (before, file) = url.split_once("/-/")?;
    let mut slashes = before.rmatch_indices('/').map(|(index, _)| index);
    let last = slashes.next()?;
    let base = &before[last + 1..];
    let name = match slashes.next() {
        Some(scope) if before[scope + 1..].starts_with('@') => &before[scope + 1..],
        _ => base,
    };
    let file = file.split(['?', '#']).next()?;
    let version = file.strip_suffix(".tgz")?.strip_prefix(base)?.strip_prefix('-')?;
    Some((name, version))
}

/// The real name and version in an alias: `npm:@scope/name@1.2.3`.
pub(super) fn alias(version: &str) -> Option<(&str, &str)> {
    let real = version.strip_prefix("npm:")?;
    let at = real.rfind('@').filter(|&at| at > 0)?;
    Some((&real[..at], &real[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_tell_their_source() {
        for (url, expected) in [
            ("git+ssh://git@github.com/a/b.git#c", Origin::Certain(Source::Git)),
            ("github:a/b#c", Origin::Certain(Source::Git)),
            (
                "https://codeload.github.com/a/b/tar.gz/c",
                Origin::Certain(Source::Git),
            ),
            ("file:../a.tgz", Origin::Certain(Source::File)),
            ("./a.tgz", Origin::Certain(Source::File)),
            (
                "https://npm.example/a/-/a-1.0.0.tgz",
                Origin::Certain(Source::Registry),
            ),
            ("https://files.example/a.tgz", Origin::SomeTarball),
        ] {
            assert_eq!(origin(url), expected, "{url}");
        }
    }

    #[test]
    fn tarball_urls_hold_name_and_version() {
        assert_eq!(
            tarball_package("https://npm.example/a/-/a-1.0.0-rc.1.tgz"),
            Some(("a", "1.0.0-rc.1"))
        );
        assert_eq!(
            tarball_package("https://npm.example/x/@s/a/-/a-1.0.0.tgz?q"),
            Some(("@s/a", "1.0.0"))
        );
        assert_eq!(tarball_package("https://npm.example/a/-/b-1.0.0.tgz"), None);
    }

    #[test]
    fn aliases_hold_the_real_name() {
        assert_eq!(alias("npm:@s/a@1.0.0"), Some(("@s/a", "1.0.0")));
        assert_eq!(alias("npm:@s/a"), None);
        assert_eq!(alias("1.0.0"), None);
    }
}
