//! Where the files of packages are, by what lists call them: from there a version is fetched that is to go elsewhere.

use http::Method;

use super::body::{Request, plain};
use super::push::Target;
use super::service::{encode, encode_path};
use crate::package_file::go;
use crate::package_file::maven::Coordinates;

/// A version as its registry lists it.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// `NPM`, `MAVEN`, `GENERIC`, …
    pub package_type: &'a str,
    /// The package's name.
    pub package: &'a str,
    /// The version.
    pub version: &'a str,
}

/// The package types whose files have a place that is known here.
pub const KNOWN: [&str; 11] = [
    "CARGO", "COMPOSER", "CONDA", "DART", "GENERIC", "GO", "MAVEN", "NPM", "NUGET", "PYTHON", "RPM",
];

impl Listed<'_> {
    /// Whether a file of the version is one that somebody put there, and not one that the service made of others.
    #[must_use]
    pub fn is_pushed(&self, file: &str) -> bool {
        let ends = |endings: &[&str]| endings.iter().any(|ending| file.ends_with(ending));
        match self.package_type {
            "CARGO" => ends(&[".crate"]),
            "COMPOSER" => ends(&[".zip"]),
            "CONDA" => ends(&[".conda", ".tar.bz2"]),
            "DART" => ends(&[".tar.gz"]),
            "GO" => ends(&[".zip", ".mod", ".info"]),
            // The metadata of a snapshot tell of its builds; those of releases are the repository's.
            "MAVEN" => {
                !ends(&[".md5", ".sha1", ".sha256", ".sha512"])
                    && (!ends(&["maven-metadata.xml"]) || self.version.ends_with("-SNAPSHOT"))
            }
            "NPM" => ends(&[".tgz"]),
            "NUGET" => ends(&[".nupkg"]),
            "PYTHON" => ends(&[".whl", ".tar.gz", ".zip"]),
            "RPM" => ends(&[".rpm"]),
            _ => true,
        }
    }

    /// The file's name without what some services list before it; it keeps its folders where they belong to it.
    #[must_use]
    pub fn name<'f>(&self, file: &'f str) -> &'f str {
        let parts = match self.package_type {
            "GENERIC" => return file,
            "CONDA" => 2,
            _ => 1,
        };
        let before = file.rmatch_indices('/').nth(parts - 1);
        before.map_or(file, |(slash, _)| &file[slash + 1..])
    }

    /// `GET`: a file of the version, as it is listed; `None` where no file has such a place.
    #[must_use]
    pub fn get(&self, target: &Target<'_>, listed: &str) -> Option<Request> {
        let file = self.name(listed);
        let (name, version) = (encode(self.package), encode(self.version));
        let file_name = encode(file);
        let path = match self.package_type {
            "CARGO" => format!("cargo/api/v1/crates/{name}/{version}/download"),
            "COMPOSER" => format!("composer/dist/{}/{version}.zip", encode_path(self.package)),
            "CONDA" => format!("conda/{}", encode_path(file)),
            "DART" => format!("pub/packages/{name}/versions/{version}.tar.gz"),
            "GENERIC" => format!("files/{name}/{version}/{}", encode_path(file)),
            // Go's proxies expect their escape as it is.
            "GO" => format!(
                "go/{}/@v/{}",
                encode_path(&go::escape(self.package)),
                encode(&go::escape(file))
            )
            .replace("%21", "!"),
            "MAVEN" => {
                let (group, artifact) = self.package.split_once(':')?;
                let coordinates = Coordinates::new(group, artifact, self.version).ok()?;
                format!(
                    "maven/{}",
                    encode_path(&format!("{}/{file}", coordinates.folder()))
                )
            }
            // Harness Open Source lists and serves a scoped package's tarball under its scope.
            "NPM" if self.is_below_scope(listed) => {
                format!("npm/{}/-/{}", encode_path(self.package), encode_path(listed))
            }
            "NPM" => format!("npm/{}/-/{file_name}", encode_path(self.package)),
            "NUGET" => {
                let (id, version) = (name.to_ascii_lowercase(), version.to_ascii_lowercase());
                format!("nuget/package/{id}/{version}/{id}.{version}.nupkg")
            }
            "PYTHON" => format!("python/files/{name}/{version}/{file_name}"),
            "RPM" => format!("rpm/package/{name}/{version}/{file_name}"),
            _ => return None,
        };
        Some(plain(Method::GET, target.url(&path)))
    }

    fn is_below_scope(&self, listed: &str) -> bool {
        let scope = self.package.split_once('/').map(|(scope, _)| scope);
        scope.is_some_and(|scope| {
            scope.starts_with('@') && listed.rsplit_once('/').is_some_and(|(folder, _)| folder == scope)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::service::BaseUrl;

    #[test]
    fn a_file_is_where_its_clients_find_it() {
        let packages = BaseUrl::parse("https://pkg.example").unwrap();
        let target = Target {
            packages: &packages,
            account: "acc",
            registry: "reg",
        };
        for (package_type, package, version, listed, expected) in [
            (
                "CARGO",
                "a_b",
                "1.0.0+x",
                "a_b-1.0.0+x.crate",
                "cargo/api/v1/crates/a_b/1.0.0+x/download",
            ),
            (
                "COMPOSER",
                "acme/x",
                "1.0",
                "acme-x-1.0.zip",
                "composer/dist/acme/x/1.0.zip",
            ),
            (
                "CONDA",
                "a",
                "1",
                "x/noarch/a-1-0.conda",
                "conda/noarch/a-1-0.conda",
            ),
            (
                "DART",
                "x",
                "1.0.0",
                "x-1.0.0.tar.gz",
                "pub/packages/x/versions/1.0.0.tar.gz",
            ),
            ("GENERIC", "p", "1", "a/b c", "files/p/1/a/b%20c"),
            (
                "GO",
                "go.example/Big",
                "v1.0.0-RC1",
                "v1.0.0-RC1.zip",
                "go/go.example/!big/@v/v1.0.0-!r!c1.zip",
            ),
            (
                "MAVEN",
                "org.x:app",
                "1.0",
                "app-1.0.jar",
                "maven/org/x/app/1.0/app-1.0.jar",
            ),
            ("NPM", "@s/x", "1.0.0", "x-1.0.0.tgz", "npm/@s/x/-/x-1.0.0.tgz"),
            (
                "NPM",
                "@s/x",
                "1.0.0",
                "@s/x-1.0.0.tgz",
                "npm/@s/x/-/@s/x-1.0.0.tgz",
            ),
            (
                "NUGET",
                "A.B",
                "1.0.0-Rc",
                "A.B.1.0.0-Rc.nupkg",
                "nuget/package/a.b/1.0.0-rc/a.b.1.0.0-rc.nupkg",
            ),
            (
                "PYTHON",
                "my-pkg",
                "1.0",
                "1.0/my_pkg-1.0.tar.gz",
                "python/files/my-pkg/1.0/my_pkg-1.0.tar.gz",
            ),
            (
                "RPM",
                "a",
                "1-1.x86_64",
                "a-1-1.x86_64.rpm",
                "rpm/package/a/1-1.x86_64/a-1-1.x86_64.rpm",
            ),
        ] {
            let version = Listed {
                package_type,
                package,
                version,
            };
            assert!(
                KNOWN.contains(&package_type) && version.is_pushed(listed),
                "{listed}"
            );
            let request = version.get(&target, listed).unwrap();
            assert_eq!(
                request.uri().to_string(),
                format!("https://pkg.example/pkg/acc/reg/{expected}")
            );
        }
        let docker = Listed {
            package_type: "DOCKER",
            package: "a",
            version: "1",
        };
        assert!(docker.get(&target, "a").is_none());
    }

    #[test]
    fn what_a_service_makes_of_others_is_not_sent() {
        for (package_type, version, file, expected) in [
            ("PYTHON", "1.0", "a-1.0-py3-none-any.whl.metadata", false),
            ("PYTHON", "1.0", "a-1.0-py3-none-any.whl.provenance", false),
            ("MAVEN", "1.0", "app-1.0.jar.sha1", false),
            ("MAVEN", "1.0", "app-1.0.jar.asc", true),
            ("MAVEN", "1.0", "maven-metadata.xml", false),
            ("MAVEN", "1-SNAPSHOT", "maven-metadata.xml", true),
            ("NUGET", "1.0.0", "a.nuspec", false),
            ("GENERIC", "1", "anything", true),
        ] {
            let version = Listed {
                package_type,
                package: "a",
                version,
            };
            assert_eq!(version.is_pushed(file), expected, "{file}");
        }
    }
}
