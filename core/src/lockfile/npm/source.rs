//! Where an npm package is taken from, told by the URL or specifier that a lockfile keeps of it.

use crate::dependency::Source;

/// Where a URL that is no registry's tarball, a specifier or a path leads.
pub(super) fn source(place: &str) -> Source {
    if is_git(place) {
        Source::Git
    } else if is_http(place) {
        Source::Url
    } else {
        Source::File
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
    fn places_tell_their_source() {
        for (place, expected) in [
            ("git+ssh://git@github.com/a/b.git#c", Source::Git),
            ("github:a/b#c", Source::Git),
            ("https://codeload.github.com/a/b/tar.gz/c", Source::Git),
            ("file:../a.tgz", Source::File),
            ("./a.tgz", Source::File),
            ("https://files.example/a.tgz", Source::Url),
        ] {
            assert_eq!(source(place), expected, "{place}");
        }
    }

    #[test]
    fn aliases_hold_the_real_name() {
        assert_eq!(alias("npm:@s/a@1.0.0"), Some(("@s/a", "1.0.0")));
        assert_eq!(alias("npm:@s/a"), None);
        assert_eq!(alias("1.0.0"), None);
    }
}
