//! What npm reads: the document of a package or a version, and tarballs.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hc_core::package_file::npm;
use serde_json::{Value, json};

use super::Call;
use super::document::Manifest;
use crate::app::App;
use crate::package;
use crate::problem::Problem;
use crate::store::packages::Package;
use crate::store::versions::Version;
use crate::store::{Fault, files, packages, tags, versions};
use crate::{clock, download, reply};

/// What installing needs, and no more.
const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

/// The members of a manifest that an abbreviated document has.
const INSTALLED: [&str; 22] = [
    "name",
    "version",
    "deprecated",
    "dependencies",
    "optionalDependencies",
    "devDependencies",
    "bundleDependencies",
    "bundledDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "acceptDependencies",
    "bin",
    "directories",
    "dist",
    "engines",
    "os",
    "cpu",
    "libc",
    "funding",
    "hasInstallScript",
    "_hasShrinkwrap",
    "hasShrinkwrap",
];

/// The members of the latest version's manifest that stand beside the versions too.
const OF_LATEST: [&str; 10] = [
    "description",
    "readme",
    "readmeFilename",
    "license",
    "author",
    "maintainers",
    "repository",
    "homepage",
    "bugs",
    "keywords",
];

/// `GET /{package}`: all versions, with the URLs of their tarballs on the host that was asked.
pub(super) fn package(app: &App, call: &Call, name: &str) -> Result<Response, Problem> {
    let (package, versions, tags) = app.store.read(|records| {
        let package = packages::find(records, &call.packages.registry, name)?;
        let versions = versions::all(records, package.id)?;
        let tags = tags::of_package(records, package.id)?;
        Ok::<_, Fault>((package, versions, tags))
    })?;
    let is_abbreviated = wants_abbreviated(&call.packages.headers);
    let latest = tags.iter().find(|(tag, _)| tag == "latest");
    let latest = latest.map(|(_, version)| version.as_str());
    let mut document = json!({ "name": name, "modified": clock::rfc3339(package.modified_at) });
    let mut times = json!({
        "created": clock::rfc3339(package.created_at),
        "modified": clock::rfc3339(package.modified_at),
    });
    // Each manifest becomes text at once, which is a fraction of what a tree of it takes.
    let mut manifests = String::from("{");
    for version in &versions {
        let mut manifest = with_tarball(call, name, version)?;
        if !is_abbreviated && latest == Some(&version.name) {
            for member in OF_LATEST {
                if let Some(value) = manifest.get(member) {
                    document[member] = value.clone();
                }
            }
        }
        if is_abbreviated {
            abbreviate(&mut manifest);
        }
        manifest.remove("readme");
        manifest.remove("readmeFilename");
        let separator = if manifests.len() == 1 { "" } else { "," };
        manifests += &format!("{separator}{}:{}", json!(version.name), Value::Object(manifest));
        times[&version.name] = json!(clock::rfc3339(version.created_at));
    }
    manifests.push('}');
    document["dist-tags"] = tags
        .into_iter()
        .map(|(tag, version)| (tag, json!(version)))
        .collect();
    let media_type = if is_abbreviated {
        ABBREVIATED
    } else {
        document["_id"] = json!(name);
        document["_rev"] = json!(revision(&package));
        document["time"] = times;
        "application/json"
    };
    let head = document.to_string();
    let head = head.strip_suffix('}').unwrap_or(&head);
    let body = format!("{head},\"versions\":{manifests}}}");
    Ok(reply::tagged(&call.packages.headers, media_type, body))
}

/// Whether the client asks for the abbreviated form, and not for the full one before it.
fn wants_abbreviated(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut best = (0, false);
    for range in accepted.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let is_abbreviated = match parts.next() {
            Some(ABBREVIATED) => true,
            Some("application/json") => false,
            _ => continue,
        };
        let quality = parts
            .find_map(|parameter| parameter.strip_prefix("q="))
            .map_or(Some(1.0), |quality| quality.parse::<f32>().ok());
        let thousandths = quality
            .filter(|quality| (0.0..=1.0).contains(quality))
            .map_or(0, |q| (q * 1000.0) as u32);
        // Of two that are as welcome, the shorter one serves.
        if thousandths > best.0 || (thousandths == best.0 && thousandths > 0 && is_abbreviated) {
            best = (thousandths, is_abbreviated);
        }
    }
    best.1
}

/// Leaves only what installing needs.
fn abbreviate(manifest: &mut Manifest) {
    let runs_a_script = manifest.get("scripts").is_some_and(|scripts| {
        ["preinstall", "install", "postinstall"]
            .iter()
            .any(|name| scripts.get(name).is_some())
    });
    if runs_a_script {
        manifest.insert("hasInstallScript".to_owned(), json!(true));
    }
    manifest.retain(|member, _| INSTALLED.contains(&member.as_str()));
}

/// `GET /{package}/{version or tag}`
pub(super) fn version(app: &App, call: &Call, name: &str, wanted: &str) -> Result<Response, Problem> {
    let version = app.store.read(|records| {
        let package = packages::find(records, &call.packages.registry, name)?;
        let tags = tags::of_package(records, package.id)?;
        let tagged = tags.iter().find(|(tag, _)| tag == wanted);
        let wanted = tagged.map_or(wanted, |(_, version)| version);
        versions::find(records, &package, wanted)
    })?;
    let manifest = with_tarball(call, name, &version)?;
    Ok(reply::json(StatusCode::OK, &Value::Object(manifest)))
}

/// `GET /{package}/-/{file}`
pub(super) fn tarball(app: &App, call: &Call, name: &str, file: &str) -> Result<Response, Problem> {
    let packages = &call.packages;
    let entry = app
        .store
        .read(|records| files::find_in_package(records, packages.registry.id, name, file))?
        .ok_or_else(|| Problem::missing(format!("{name} has no {file:?}")))?;
    download::answer(&app.store, &packages.method, &packages.headers, &entry)
}

/// What npm must name to change a package, so that a change that it did not see is not undone.
pub(super) fn revision(package: &Package) -> String {
    format!("{}-{}", package.revision, package.uuid)
}

/// The manifest that was published.
pub(super) fn manifest(version: &Version) -> Result<Manifest, Problem> {
    let document = version.document.as_deref().unwrap_or_default();
    serde_json::from_str(document)
        .map_err(|error| Problem::internal(format!("the manifest of version {}: {error}", version.name)))
}

fn with_tarball(call: &Call, name: &str, version: &Version) -> Result<Manifest, Problem> {
    let mut manifest = manifest(version)?;
    let file = npm::file(name, &version.name);
    let url = package::file_url(
        &call.packages.base,
        &call.packages.registry,
        name,
        &version.name,
        &file,
    );
    if let Some(dist) = manifest.get_mut("dist") {
        dist["tarball"] = json!(url);
    }
    Ok(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_abbreviated_form_is_for_those_who_ask_for_it() {
        for (accept, expected) in [
            (
                "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*",
                true,
            ),
            ("application/json, application/vnd.npm.install-v1+json", true),
            ("application/vnd.npm.install-v1+json", true),
            (
                "application/json; q=1, application/vnd.npm.install-v1+json;q=0.5",
                false,
            ),
            ("application/vnd.npm.install-v1+json;q=0", false),
            ("application/json", false),
            ("*/*", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
            assert_eq!(wants_abbreviated(&headers), expected, "{accept}");
        }
        assert!(!wants_abbreviated(&HeaderMap::new()));
    }
}
