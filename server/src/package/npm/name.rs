//! What a path of npm's names, and what names are allowed.

use hc_core::package::Ecosystem;
use hc_core::version::Version;

use crate::problem::Problem;

/// What a path names. A scoped package is one segment (`@s%2fn`) or two.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// `/-/ping`
    Ping,
    /// `/-/whoami`
    WhoAmI,
    /// `/{package}`
    Package(String),
    /// `/{package}/{version or tag}`
    Version(String, String),
    /// `/{package}/-/{file}`
    Tarball(String, String),
    /// `/{package}/-rev/{revision}`
    Revision(String, String),
    /// `/{package}/-/{file}/-rev/{revision}`
    TarballRevision(String, String),
    /// `/-/package/{package}/dist-tags`
    Tags(String),
    /// `/-/package/{package}/dist-tags/{tag}`
    Tag(String, String),
}

impl Resource {
    /// Reads decoded segments.
    pub(super) fn parse(segments: &[String]) -> Result<Self, Problem> {
        let path = segments.join("/");
        let parts: Vec<&str> = path.split('/').collect();
        let unknown = || Problem::missing(format!("npm knows no {path:?} here"));
        match parts.as_slice() {
            ["-", "ping"] => Ok(Self::Ping),
            ["-", "whoami"] => Ok(Self::WhoAmI),
            ["-", "package", rest @ ..] => {
                let (name, rest) = split(rest).ok_or_else(unknown)?;
                match rest {
                    ["dist-tags"] => Ok(Self::Tags(package(&name)?)),
                    ["dist-tags", tag] => Ok(Self::Tag(package(&name)?, (*tag).to_owned())),
                    _ => Err(unknown()),
                }
            }
            ["-", ..] => Err(unknown()),
            parts => {
                let (name, rest) = split(parts).ok_or_else(unknown)?;
                let name = package(&name)?;
                match rest {
                    [] => Ok(Self::Package(name)),
                    ["-rev", revision] => Ok(Self::Revision(name, (*revision).to_owned())),
                    ["-", file] => Ok(Self::Tarball(name, (*file).to_owned())),
                    ["-", file, "-rev", _] => Ok(Self::TarballRevision(name, (*file).to_owned())),
                    [version] => Ok(Self::Version(name, (*version).to_owned())),
                    _ => Err(unknown()),
                }
            }
        }
    }
}

/// The package's name at the beginning, and what comes after it.
fn split<'a>(parts: &'a [&'a str]) -> Option<(String, &'a [&'a str])> {
    match parts {
        [scope, name, rest @ ..] if scope.starts_with('@') => Some((format!("{scope}/{name}"), rest)),
        [name, rest @ ..] if !name.starts_with('@') => Some(((*name).to_owned(), rest)),
        _ => None,
    }
}

/// The name of a package, by npm's rules for what can be installed: at most 214 characters that need no encoding in
/// a URL, the first of each part no dot, dash or underscore.
pub(super) fn package(name: &str) -> Result<String, Problem> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '_', '-'])
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'~'))
    };
    let fits = match name.strip_prefix('@') {
        Some(scoped) => scoped
            .split_once('/')
            .is_some_and(|(scope, name)| part(scope) && part(name)),
        None => part(name),
    };
    if fits && name.len() <= 214 && !matches!(name, "node_modules" | "favicon.ico") {
        return Ok(name.to_owned());
    }
    Err(Problem::bad(format!(
        "{name:?} cannot be the name of an npm package"
    )))
}

/// A version, by the rules of semantic versioning.
pub(super) fn version(text: &str) -> Result<(), Problem> {
    let plain = !text.starts_with(['v', '=']) && !text.contains(char::is_whitespace);
    match Version::parse(Ecosystem::Npm, text) {
        Some(_) if plain => Ok(()),
        _ => Err(Problem::bad(format!("{text:?} is no version as npm writes them"))),
    }
}

/// A tag: no version, since a name must mean one thing.
pub(super) fn tag(text: &str) -> Result<(), Problem> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if text.is_empty() || text.len() > 128 || !text.bytes().all(fits) || version(text).is_ok() {
        return Err(Problem::bad(format!("{text:?} cannot be a dist-tag")));
    }
    Ok(())
}

/// The name of a version's file, which leaves the scope out.
pub(super) fn file(package: &str, version: &str) -> String {
    let name = package.rsplit('/').next().unwrap_or(package);
    format!("{name}-{version}.tgz")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request;

    #[test]
    fn a_path_names_what_npm_means_by_it() {
        let text = |text: &str| text.to_owned();
        for (path, expected) in [
            ("-/ping", Some(Resource::Ping)),
            ("x", Some(Resource::Package(text("x")))),
            ("@s%2fx", Some(Resource::Package(text("@s/x")))),
            ("@s/x", Some(Resource::Package(text("@s/x")))),
            ("x/1.0.0", Some(Resource::Version(text("x"), text("1.0.0")))),
            (
                "@s/x/latest",
                Some(Resource::Version(text("@s/x"), text("latest"))),
            ),
            ("x/-/x-1.tgz", Some(Resource::Tarball(text("x"), text("x-1.tgz")))),
            (
                "@s/x/-/x-1.tgz",
                Some(Resource::Tarball(text("@s/x"), text("x-1.tgz"))),
            ),
            (
                "@s%2fx/-rev/1-a",
                Some(Resource::Revision(text("@s/x"), text("1-a"))),
            ),
            (
                "x/-/x-1.tgz/-rev/1-a",
                Some(Resource::TarballRevision(text("x"), text("x-1.tgz"))),
            ),
            ("-/package/@s%2fx/dist-tags", Some(Resource::Tags(text("@s/x")))),
            (
                "-/package/x/dist-tags/beta",
                Some(Resource::Tag(text("x"), text("beta"))),
            ),
            ("@s", None),
            ("", None),
            ("-/v1/search", None),
            ("x/../y", None),
            ("..%2f..%2fx", None),
            (".x", None),
            ("x/1/2/3", None),
        ] {
            let segments = request::segments(path).unwrap();
            assert_eq!(Resource::parse(&segments).ok(), expected, "{path}");
        }
    }

    #[test]
    fn names_versions_and_tags_follow_npms_rules() {
        for (name, fits) in [
            ("a", true),
            ("JSONStream", true),
            ("@s/a.b-c_d~", true),
            ("", false),
            ("@s", false),
            ("@s/", false),
            ("@/a", false),
            ("a/b", false),
            ("_a", false),
            ("a b", false),
            ("é", false),
            ("node_modules", false),
        ] {
            assert_eq!(package(name).is_ok(), fits, "{name}");
        }
        for (text, fits) in [
            ("1.0.0", true),
            ("1.0.0-rc.1+b", true),
            ("1.0", false),
            ("v1.0.0", false),
            ("latest", false),
            ("", false),
        ] {
            assert_eq!(version(text).is_ok(), fits, "{text}");
        }
        for (text, fits) in [
            ("latest", true),
            ("next-1", true),
            ("1.0.0", false),
            ("a/b", false),
            ("", false),
        ] {
            assert_eq!(tag(text).is_ok(), fits, "{text}");
        }
        assert_eq!(file("@s/x", "1.0.0"), "x-1.0.0.tgz");
    }
}
