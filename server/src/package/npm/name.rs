//! What a path of npm's names, and what names are allowed.

use hc_core::package_file::npm;

use crate::problem::Problem;

/// What a path names. A scoped package is one segment (`@s%2fn`) or two.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// `/-/ping`
    Ping,
    /// `/-/whoami`
    WhoAmI,
    /// `/-/user/org.couchdb.user:{name}`
    User,
    /// `/-/v1/login`
    WebLogin,
    /// `/-/npm/v1/user`
    Profile,
    /// `/-/user/{name}/package`, `/-/org/{name}/package`
    Packages,
    /// `/-/package/{package}/visibility`, `…/collaborators`
    Access(String, Access),
    /// `/-/v1/search`
    Search,
    /// `/-/npm/v1/security/…`
    Audit(Audit),
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

/// What may be asked about who may do what with a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Visibility,
    Collaborators,
}

/// The forms in which clients ask for advisories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audit {
    /// Names with versions.
    Bulk,
    /// A tree of dependencies, as npm 6 and Yarn 1 send it.
    Quick,
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
            ["-", "user", id] if id.starts_with("org.couchdb.user:") => Ok(Self::User),
            ["-", "v1", "login"] => Ok(Self::WebLogin),
            ["-", "user" | "org", _, "package"] => Ok(Self::Packages),
            ["-", "npm", "v1", "user"] => Ok(Self::Profile),
            ["-", "npm", "v1", "security", "advisories", "bulk"] => Ok(Self::Audit(Audit::Bulk)),
            ["-", "npm", "v1", "security", "audits"] | ["-", "npm", "v1", "security", "audits", "quick"] => {
                Ok(Self::Audit(Audit::Quick))
            }
            ["-", "v1", "search"] => Ok(Self::Search),
            ["-", "package", rest @ ..] => {
                let (name, rest) = split(rest).ok_or_else(unknown)?;
                match rest {
                    ["dist-tags"] => Ok(Self::Tags(package(&name)?)),
                    ["visibility"] => Ok(Self::Access(package(&name)?, Access::Visibility)),
                    ["collaborators"] => Ok(Self::Access(package(&name)?, Access::Collaborators)),
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

/// The name of a package.
pub(super) fn package(name: &str) -> Result<String, Problem> {
    if npm::is_name(name) {
        return Ok(name.to_owned());
    }
    Err(Problem::bad(format!(
        "{name:?} cannot be the name of an npm package"
    )))
}

/// A version.
pub(super) fn version(text: &str) -> Result<(), Problem> {
    if npm::is_version(text) {
        return Ok(());
    }
    Err(Problem::bad(format!("{text:?} is no version as npm writes them")))
}

/// A tag.
pub(super) fn tag(text: &str) -> Result<(), Problem> {
    if npm::is_tag(text) {
        return Ok(());
    }
    Err(Problem::bad(format!("{text:?} cannot be a dist-tag")))
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
            ("-/v1/search", Some(Resource::Search)),
            ("-/user/org.couchdb.user:me", Some(Resource::User)),
            ("-/user/me/package", Some(Resource::Packages)),
            (
                "-/npm/v1/security/advisories/bulk",
                Some(Resource::Audit(Audit::Bulk)),
            ),
            ("-/npm/v1/security/audits", Some(Resource::Audit(Audit::Quick))),
            (
                "-/package/@s%2fx/visibility",
                Some(Resource::Access(text("@s/x"), Access::Visibility)),
            ),
            ("-/v1/login", Some(Resource::WebLogin)),
            ("-/v1/done", None),
            ("x/../y", None),
            ("..%2f..%2fx", None),
            (".x", None),
            ("x/1/2/3", None),
        ] {
            let segments = request::segments(path).unwrap();
            assert_eq!(Resource::parse(&segments).ok(), expected, "{path}");
        }
    }
}
