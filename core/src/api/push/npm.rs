//! npm: the document that `npm publish` sends, and the one that tells what is published already.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use semver::Version;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Target;
use crate::api::body::{Part, Request, Response, plain};
use crate::api::error::{self, ApiError};
use crate::api::service::encode;
use crate::checksum::{Algorithm, Checksums, hex};
use crate::package_file::npm::{self, Package};

/// The tag that `npm install` takes where none is named.
const LATEST: &str = "latest";
/// The tag of a pre-release that has no word of its own.
const NEXT: &str = "next";

/// The members of the manifest that stand beside the versions too: registries show a package by them, and some look for
/// them nowhere else.
const OF_PACKAGE: [&str; 10] = [
    "author",
    "bugs",
    "description",
    "homepage",
    "keywords",
    "license",
    "maintainers",
    "readme",
    "readmeFilename",
    "repository",
];

/// What a registry has of a package.
#[derive(Debug, Default)]
pub struct Published {
    versions: BTreeMap<String, Listed>,
}

#[derive(Debug, Deserialize)]
struct Document {
    name: Option<String>,
    versions: Option<BTreeMap<String, Listed>>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(default)]
    dist: Dist,
    #[serde(default)]
    deprecated: Value,
}

#[derive(Debug, Default, Deserialize)]
struct Dist {
    integrity: Option<String>,
    shasum: Option<String>,
}

/// `GET`: what the registry has of `package`.
#[must_use]
pub fn published(target: &Target<'_>, package: &Package) -> Request {
    plain(Method::GET, url(target, &package.name))
}

impl Published {
    /// Reads the answer. A package that is not there has no versions.
    ///
    /// # Errors
    /// When the service refused, or answered something else.
    pub fn read(response: &Response) -> Result<Self, ApiError> {
        match response.status() {
            StatusCode::NOT_FOUND => Ok(Self::default()),
            // A document of a package without versions may leave them out, and names the package.
            _ => {
                let document: Document = error::parse(response)?;
                match document.versions {
                    Some(versions) => Ok(Self { versions }),
                    None if document.name.is_some() => Ok(Self::default()),
                    None => Err(ApiError::unfit("it is no package's document", response)),
                }
            }
        }
    }

    /// The checksums of a version's tarball, as far as the registry tells them; `None` for a version that is not
    /// there.
    #[must_use]
    pub fn checksums(&self, version: &str) -> Option<Checksums> {
        let Dist { integrity, shasum } = &self.versions.get(version)?.dist;
        let mut known = Vec::new();
        // Several hashes may stand there, with spaces between them.
        let hashes = integrity.as_deref().unwrap_or_default().split_whitespace();
        for encoded in hashes.filter_map(|hash| hash.strip_prefix("sha512-")) {
            known.extend(
                STANDARD
                    .decode(encoded)
                    .map(|hash| (Algorithm::Sha512, hex(&hash))),
            );
        }
        known.extend(shasum.clone().map(|hash| (Algorithm::Sha1, hash)));
        Some(Checksums::from_hex(known))
    }

    /// The highest release, as far as versions are neither pre-releases nor deprecated.
    fn highest(&self) -> Option<Version> {
        let is_current = |listed: &Listed| match &listed.deprecated {
            Value::Null | Value::Bool(false) => true,
            Value::String(message) => message.is_empty(),
            _ => false,
        };
        let current = self.versions.iter().filter(|(_, listed)| is_current(listed));
        let versions = current.filter_map(|(version, _)| Version::parse(version).ok());
        versions.filter(|version| version.pre.is_empty()).max()
    }

    /// The tag that `package` gets, where `chosen` is the one that the user asked for.
    ///
    /// Without a choice, here or in the package's `publishConfig`, that is `latest` for a release, and for the
    /// first version of a package whatever it is. A later pre-release gets the first word after its dash
    /// (`2.0.0-beta.1`: `beta`), or `next`: npm 11 wants a tag to be chosen then.
    ///
    /// # Errors
    /// When `latest` would name a release that is older than another, as npm 11 refuses it.
    pub fn tag(&self, package: &Package, chosen: Option<&str>) -> Result<Tag, TagError> {
        match (chosen, package.tag.as_deref()) {
            (Some(chosen), _) => return Ok(Tag::Chosen(chosen.to_owned())),
            (None, Some(own)) if npm::is_tag(own) => return Ok(Tag::Chosen(own.to_owned())),
            (None, Some(own)) => return Err(TagError::NoTag(own.to_owned())),
            (None, None) => {}
        }
        if self.versions.is_empty() {
            return Ok(Tag::Latest);
        }
        let pre_release = package.pre_release();
        if !pre_release.is_empty() {
            let word = pre_release.split('.').next().unwrap_or_default();
            let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
            let fits = is_word && npm::is_tag(word) && word != LATEST;
            return Ok(Tag::PreRelease(if fits { word } else { NEXT }.to_owned()));
        }
        match (self.highest(), Version::parse(&package.version)) {
            (Some(highest), Ok(version)) if version.cmp_precedence(&highest).is_lt() => {
                Err(TagError::Older {
                    version: package.version.clone(),
                    highest: highest.to_string(),
                })
            }
            _ => Ok(Tag::Latest),
        }
    }
}

/// A tag, and why it is this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The user or the package asks for it.
    Chosen(String),
    /// It is what npm takes without a choice.
    Latest,
    /// The version is a pre-release, and not the first version.
    PreRelease(String),
}

impl Tag {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Chosen(name) | Self::PreRelease(name) => name,
            Self::Latest => LATEST,
        }
    }
}

/// Why no tag can name a version without a choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// It would be `latest`, and is not the newest.
    #[error("{version} is older than {highest}, and so does not become latest by itself")]
    Older {
        /// The version.
        version: String,
        /// The newest.
        highest: String,
    },
    /// The tag of its `publishConfig` cannot be one.
    #[error("its publishConfig.tag {0:?} cannot be a dist-tag")]
    NoTag(String),
}

/// `PUT`: a version of a package under `tag`. The tarball is the file at `path`, `size` bytes long, with
/// `checksums`.
#[must_use]
pub fn request(
    target: &Target<'_>,
    path: &str,
    size: u64,
    checksums: &Checksums,
    package: &Package,
    tag: &str,
) -> Request {
    let Package { name, version, .. } = package;
    let url = url(target, name);
    let mut request = plain(Method::PUT, url.clone());
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    request.headers_mut().extend(checksums.headers());
    let mut dist = Map::new();
    if let Some(hash) = checksums.get(Algorithm::Sha512).and_then(bytes) {
        dist.insert(
            "integrity".to_owned(),
            json!(format!("sha512-{}", STANDARD.encode(hash))),
        );
    }
    if let Some(hash) = checksums.get(Algorithm::Sha1) {
        dist.insert("shasum".to_owned(), json!(hash));
    }
    let tarball = format!("{url}/-/{}", encode(&npm::file(name, version)));
    dist.insert("tarball".to_owned(), json!(tarball));
    let mut manifest = package.manifest.clone();
    manifest.insert("dist".to_owned(), Value::Object(dist));
    let mut document = json!({
        "_id": name,
        "name": name,
        "dist-tags": { tag: version },
        "versions": { version: manifest },
    });
    for member in OF_PACKAGE {
        if let Some(value) = package.manifest.get(member) {
            document[member] = value.clone();
        }
    }
    // The tarball comes last, in the place of the document's closing brace.
    let mut before = document.to_string();
    before.truncate(before.len() - 1);
    before.push_str(&format!(
        ",\"_attachments\":{{{}:{{\"content_type\":\"application/octet-stream\",\"data\":\"",
        json!(format!("{name}-{version}.tgz"))
    ));
    let content = Part::Base64 {
        path: path.to_owned(),
        length: size,
    };
    let after = format!("\",\"length\":{size}}}}}}}");
    *request.body_mut() = vec![
        Part::Bytes(before.into_bytes()),
        content,
        Part::Bytes(after.into_bytes()),
    ];
    request
}

/// A package's URL; a scope is a segment of its own.
fn url(target: &Target<'_>, name: &str) -> String {
    let path = match name.strip_prefix('@').and_then(|scoped| scoped.split_once('/')) {
        Some((scope, name)) => format!("npm/@{}/{}", encode(scope), encode(name)),
        None => format!("npm/{}", encode(name)),
    };
    target.url(&path)
}

/// The bytes that hex digits mean.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    };
    hex.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::push::sample;

    fn package(name: &str, version: &str) -> Package {
        let manifest = json!({ "name": name, "version": version, "description": "\"it\"", "readme": "# it" });
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            tag: None,
            manifest: manifest.as_object().unwrap().clone(),
        }
    }

    fn of(versions: &Value) -> Published {
        let body = json!({ "versions": versions }).to_string().into_bytes();
        Published::read(&Response::new(body)).unwrap()
    }

    #[test]
    fn a_push_is_the_document_of_npm_publish() {
        let checksums = sample::checksums(b"content");
        let package = package("@s/x", "1.0.0");
        let request = sample::target(|target| request(target, "x.tgz", 7, &checksums, &package, "latest"));
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(request.uri(), "https://pkg.example/pkg/acc/reg/npm/@s/x");
        assert_eq!(
            request.headers()["x-checksum-sha1"],
            checksums.get(Algorithm::Sha1).unwrap()
        );
        let body: String = request
            .body()
            .iter()
            .map(|part| match part {
                Part::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
                Part::Base64 { path, length: 7 } if path == "x.tgz" => STANDARD.encode(b"content"),
                other => panic!("{other:?}"),
            })
            .collect();
        let document: Value = serde_json::from_str(&body).unwrap();
        let dist = &document["versions"]["1.0.0"]["dist"];
        assert!(dist["integrity"].as_str().unwrap().starts_with("sha512-"));
        assert_eq!(
            document,
            json!({
                "_id": "@s/x", "name": "@s/x", "description": "\"it\"", "readme": "# it",
                "dist-tags": { "latest": "1.0.0" },
                "versions": { "1.0.0": {
                    "name": "@s/x", "version": "1.0.0", "description": "\"it\"", "readme": "# it",
                    "dist": {
                        "integrity": dist["integrity"], "shasum": checksums.get(Algorithm::Sha1),
                        "tarball": "https://pkg.example/pkg/acc/reg/npm/@s/x/-/x-1.0.0.tgz",
                    },
                } },
                "_attachments": { "@s/x-1.0.0.tgz": {
                    "content_type": "application/octet-stream", "data": "Y29udGVudA==", "length": 7,
                } },
            })
        );
        // What is sent is what is compared with later.
        let again = of(&document["versions"]).checksums("1.0.0").unwrap();
        assert_eq!(again.algorithms().count(), 2);
        assert_eq!(checksums.difference(&again), None);
        assert!(sample::checksums(b"other").difference(&again).is_some());
    }

    #[test]
    fn what_is_published_is_read_and_nothing_is_no_error() {
        let mut missing = Response::new(Vec::new());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        assert!(Published::read(&missing).unwrap().versions.is_empty());
        assert!(of(&json!({})).checksums("1.0.0").is_none());
        let bare = of(&json!({ "1.0.0": {} })).checksums("1.0.0").unwrap();
        assert_eq!(bare.algorithms().count(), 0);
        assert!(Published::read(&Response::new(b"<html>".to_vec())).is_err());
    }

    #[test]
    fn the_tag_is_the_one_that_npm_users_expect() {
        let (none, pre) = (json!({}), json!({ "1.0.0-rc.1": {} }));
        let releases = json!({ "1.0.0": {}, "2.0.0": {}, "3.0.0-a": {}, "9.0.0": { "deprecated": "no" } });
        let older = |version: &str, highest: &str| {
            Err(TagError::Older {
                version: version.to_owned(),
                highest: highest.to_owned(),
            })
        };
        let named = |name: &str| Ok(Tag::PreRelease(name.to_owned()));
        for (versions, version, expected) in [
            (&none, "1.0.0-rc.1", Ok(Tag::Latest)),
            (&none, "1.0.0", Ok(Tag::Latest)),
            (&pre, "1.0.0", Ok(Tag::Latest)),
            (&pre, "0.1.0", Ok(Tag::Latest)),
            (&pre, "1.0.0-rc.2", named("rc")),
            (&releases, "2.1.0", Ok(Tag::Latest)),
            (&releases, "3.0.0-beta.1", named("beta")),
            (&releases, "3.0.0-1", named("next")),
            (&releases, "3.0.0-x", named("next")),
            (&releases, "3.0.0-latest", named("next")),
            (&releases, "3.0.0-v1", named("next")),
            (&releases, "1.0.1", older("1.0.1", "2.0.0")),
        ] {
            let found = of(versions).tag(&package("x", version), None);
            assert_eq!(found, expected, "{version}");
        }
        let chosen = |name: &str| Ok(Tag::Chosen(name.to_owned()));
        let mut package = package("x", "1.0.1");
        package.tag = Some("old".to_owned());
        assert_eq!(of(&releases).tag(&package, None), chosen("old"));
        assert_eq!(of(&releases).tag(&package, Some("one")), chosen("one"));
    }
}
