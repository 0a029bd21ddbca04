//! Cargo: what `cargo publish` sends.
//!
//! Source of the rules: the Cargo book, "Registry Web API".

use std::collections::BTreeMap;

use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use super::Target;
use crate::api::body::{Part, Request, plain};
use crate::api::service::encode;
use crate::checksum::Checksums;
use crate::package_file::cargo::{Dependency, Index, Package};

/// What a registry is told of a crate beside its file.
#[derive(Serialize)]
struct Metadata<'a> {
    name: &'a str,
    vers: &'a str,
    deps: Vec<Dep<'a>>,
    features: &'a BTreeMap<String, Vec<String>>,
    authors: &'a [String],
    description: Option<&'a str>,
    documentation: Option<&'a str>,
    homepage: Option<&'a str>,
    readme: Option<&'a str>,
    readme_file: Option<&'a str>,
    keywords: &'a [String],
    categories: &'a [String],
    license: Option<&'a str>,
    license_file: Option<&'a str>,
    repository: Option<&'a str>,
    /// No longer used, but asked for.
    badges: BTreeMap<&'a str, &'a str>,
    links: Option<&'a str>,
    rust_version: Option<&'a str>,
}

#[derive(Serialize)]
struct Dep<'a> {
    name: &'a str,
    version_req: &'a str,
    features: &'a [String],
    optional: bool,
    default_features: bool,
    target: Option<&'a str>,
    kind: &'static str,
    /// The URL of the index; null is the registry that the crate is pushed to.
    registry: Option<&'a str>,
    explicit_name_in_toml: Option<&'a str>,
}

/// The URL of the registry's own index, as manifests name it.
#[must_use]
pub fn index(target: &Target<'_>) -> String {
    format!("sparse+{}/", target.url("cargo/index"))
}

/// `PUT`: a crate, whose file is `content`.
#[must_use]
pub fn request(target: &Target<'_>, content: Part, checksums: &Checksums, package: &Package) -> Request {
    let own = index(target);
    let about = &package.about;
    let metadata = Metadata {
        name: &package.name,
        vers: &package.version,
        deps: package.dependencies.iter().map(|one| dep(one, &own)).collect(),
        features: &package.features,
        authors: &about.authors,
        description: about.description.as_deref(),
        documentation: about.documentation.as_deref(),
        homepage: about.homepage.as_deref(),
        readme: about.readme.as_deref(),
        readme_file: about.readme_file.as_deref(),
        keywords: &about.keywords,
        categories: &about.categories,
        license: about.license.as_deref(),
        license_file: about.license_file.as_deref(),
        repository: about.repository.as_deref(),
        badges: BTreeMap::new(),
        links: package.links.as_deref(),
        rust_version: package.rust_version.as_deref(),
    };
    // Only maps with keys that are no text cannot be written as JSON, and there is none here.
    let json = serde_json::to_vec(&metadata).unwrap_or_default();
    // The reader of crates lets none through that is too long for the format.
    let length = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    let mut head = length(json.len() as u64).to_vec();
    head.extend(json);
    head.extend(length(content.length()));
    let mut request = plain(Method::PUT, target.url("cargo/api/v1/crates/new"));
    let binary = HeaderValue::from_static("application/octet-stream");
    request.headers_mut().insert(CONTENT_TYPE, binary);
    request.headers_mut().extend(checksums.headers());
    *request.body_mut() = vec![Part::Bytes(head), content];
    request
}

fn dep<'a>(dependency: &'a Dependency, own: &str) -> Dep<'a> {
    let index = match &dependency.index {
        Index::Named(url) => Some(url.as_str()),
        Index::Default(url) => url.as_deref(),
    };
    Dep {
        name: &dependency.name,
        version_req: &dependency.requirement,
        features: &dependency.features,
        optional: dependency.is_optional,
        default_features: dependency.has_default_features,
        target: dependency.target.as_deref(),
        kind: dependency.kind.as_str(),
        registry: index.filter(|index| bare(index) != bare(own)),
        explicit_name_in_toml: dependency.alias.as_deref(),
    }
}

/// An index's URL without what makes no other index of it.
fn bare(url: &str) -> &str {
    let url = url.strip_prefix("registry+").unwrap_or(url);
    url.strip_suffix('/').unwrap_or(url)
}

/// `HEAD` of the crate's file where Cargo finds it.
#[must_use]
pub fn stored(target: &Target<'_>, package: &Package) -> Request {
    let (name, version) = (encode(&package.name), encode(&package.version));
    plain(
        Method::HEAD,
        target.url(&format!("cargo/api/v1/crates/{name}/{version}/download")),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::api::push::sample;
    use crate::package_file::cargo::{About, DependencyKind};

    fn dependency(name: &str, index: Index) -> Dependency {
        Dependency {
            name: name.to_owned(),
            alias: None,
            requirement: "^1".to_owned(),
            features: vec!["f".to_owned()],
            is_optional: true,
            has_default_features: false,
            target: Some("cfg(unix)".to_owned()),
            kind: DependencyKind::Build,
            index,
        }
    }

    #[test]
    fn a_push_is_the_metadata_and_the_file_each_with_its_length() {
        let named = |url: &str| Index::Named(url.to_owned());
        let mut renamed = dependency("e", Index::Default(Some("https://index.example/git".to_owned())));
        renamed.alias = Some("e2".to_owned());
        let package = Package {
            name: "a".to_owned(),
            version: "1.0.0+b".to_owned(),
            dependencies: vec![
                dependency("b", named("sparse+https://pkg.example/pkg/acc/reg/cargo/index/")),
                dependency("c", named("https://other.example/git")),
                dependency("d", Index::Default(None)),
                renamed,
            ],
            features: BTreeMap::from([("x".to_owned(), vec!["dep:b".to_owned()])]),
            links: Some("z".to_owned()),
            rust_version: Some("1.70".to_owned()),
            about: About {
                readme: Some("# a".to_owned()),
                ..About::default()
            },
        };
        let content = Part::Bytes(b"content".to_vec());
        let checksums = sample::checksums(b"content");
        let request = sample::target(|target| request(target, content.clone(), &checksums, &package));
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/cargo/api/v1/crates/new"
        );
        assert!(request.headers().contains_key("x-checksum-sha256"));
        let [Part::Bytes(head), file] = request.body().as_slice() else {
            panic!("{request:?}");
        };
        assert_eq!(file, &content);
        let length = u32::from_le_bytes(head[..4].try_into().unwrap()) as usize;
        assert_eq!(head[4 + length..], 7_u32.to_le_bytes());
        let metadata: Value = serde_json::from_slice(&head[4..4 + length]).unwrap();
        let dep = |name: &str, registry: Value, alias: Value| {
            json!({
                "name": name, "version_req": "^1", "features": ["f"], "optional": true,
                "default_features": false, "target": "cfg(unix)", "kind": "build",
                "registry": registry, "explicit_name_in_toml": alias,
            })
        };
        assert_eq!(
            metadata,
            json!({
                "name": "a", "vers": "1.0.0+b", "features": { "x": ["dep:b"] }, "links": "z",
                "rust_version": "1.70", "readme": "# a", "authors": [], "keywords": [], "categories": [],
                "badges": {}, "description": null, "documentation": null, "homepage": null,
                "readme_file": null, "license": null, "license_file": null, "repository": null,
                "deps": [
                    dep("b", Value::Null, Value::Null),
                    dep("c", json!("https://other.example/git"), Value::Null),
                    dep("d", Value::Null, Value::Null),
                    dep("e", json!("https://index.example/git"), json!("e2")),
                ],
            })
        );
        let request = sample::target(|target| stored(target, &package));
        assert_eq!(
            request.uri(),
            "https://pkg.example/pkg/acc/reg/cargo/api/v1/crates/a/1.0.0+b/download"
        );
    }
}
