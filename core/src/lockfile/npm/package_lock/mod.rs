//! `package-lock.json` and `npm-shrinkwrap.json`, lockfile versions 1 to 4.
//!
//! Source of the rules: npm's document "package-lock.json" and how npm's arborist reads such a file.
//! Version 1 nests `dependencies`; later ones list `packages` by the folder each is installed in. Version 4 is
//! version 3 with what patches and extensions of packages add to it.
//! Both are read ([`read`]) into the same list of entries ([`entry`]), placed in a tree of folders in which
//! `require` is resolved as Node does ([`tree`]), and merged into distinct dependencies ([`merge`]).
//! Lockfiles of 10 MB are common, so each name is hashed once, where it is read ([`symbols`]).

mod entry;
mod merge;
mod read;
mod symbols;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::hosts::WithoutUrl;
use super::super::json::{self, Lenient, Members, Text};
use super::super::{Input, Parsed, ProjectFiles, Warning, project};
use super::registries::{Settings, SettingsFile};
use crate::error::{Code, InputError};
use crate::text::{self, Encoding};
use entry::Need;
use merge::Asked;

/// The newest lockfile version whose meaning is known.
const NEWEST: u64 = 4;

/// The part of a `package.json` that says what the project asks for itself.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Manifest<'a> {
    #[serde(borrow)]
    dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
    #[serde(borrow)]
    dev_dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
    #[serde(borrow)]
    optional_dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
    #[serde(borrow)]
    peer_dependencies: Option<Lenient<Members<'a, Text<'a>>>>,
}

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Signature<'a> {
        lockfile_version: u64,
        requires: Option<bool>,
        #[serde(borrow)]
        packages: Option<Members<'a, Shape>>,
        dependencies: Option<IgnoredAny>,
        // bun.lock has a version and packages too, but of another shape.
        workspaces: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Shape {}
    serde_json::from_str::<Signature<'_>>(text).is_ok_and(|signature| {
        let has_content =
            signature.requires.is_some() || signature.packages.is_some() || signature.dependencies.is_some();
        signature.lockfile_version > 0 && has_content && signature.workspaces.is_none()
    })
}

/// How much of a file is looked at for its version, which npm writes among the first members.
const HEAD: usize = 1024;

/// npm's settings say which hosts are registries. A version 1 lockfile does not say what the project itself asks
/// for; the manifest beside it does.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    #[derive(Deserialize)]
    struct Lists {
        packages: Option<IgnoredAny>,
    }
    let settings = SettingsFile::Npmrc.beside(input.path);
    let head = &input.bytes[..input.bytes.len().min(HEAD)];
    let says = |version: u64| {
        let line = format!("\"lockfileVersion\": {version},");
        memchr::memmem::find(head, line.as_bytes()).is_some()
    };
    if (2..=NEWEST).any(says) {
        return vec![settings];
    }
    let is_nested = text::decode(input.path, input.bytes, Encoding::Utf8)
        .ok()
        .and_then(|text| Some(serde_json::from_str::<Lists>(&text).ok()?.packages.is_none()));
    match is_nested {
        Some(true) => vec![manifest_path(input.path), settings],
        Some(false) => vec![settings],
        None => Vec::new(),
    }
}

fn manifest_path(path: &str) -> String {
    project::beside(path, "package.json")
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let document = json::from_seed(input.path, &text, read::Lockfile { bytes: text.len() })?;
    let mut warnings = Vec::new();
    if let Some(newer) = document.version.filter(|&number| number > NEWEST) {
        if document.packages.is_none() {
            let message = format!("lockfileVersion {newer} is newer than the versions known (1 to {NEWEST})");
            return Err(InputError::new(Code::Unsupported, input.path, message)
                .help("make the lockfile with `npm install --lockfile-version 3`"));
        }
        let message = format!("lockfileVersion {newer} is not known; it was read as version {NEWEST}");
        warnings.push(Warning::incomplete(message));
    }
    let (mut list, asked) = match (document.packages, document.nested) {
        (Some(packages), _) => {
            let asked = if packages.has_own() {
                Asked::ByEntries
            } else {
                Asked::Untold
            };
            (packages, asked)
        }
        (None, Some(nested)) => {
            let names = files.get(&manifest_path(input.path)).and_then(read_manifest);
            (nested, names.map_or(Asked::Untold, Asked::ByManifest))
        }
        (None, None) if document.version.is_some() || document.has_requires => {
            (Default::default(), Asked::ByEntries)
        }
        (None, None) => {
            let message = "not a package-lock.json: no lockfileVersion, packages or dependencies in it";
            return Err(InputError::new(Code::Format, input.path, message)
                .help("make the lockfile anew with `npm install --package-lock-only`"));
        }
    };
    list.connect();
    let settings = Settings::read(input, &[SettingsFile::Npmrc], files);
    let registries = list.hosts.registries(|host| settings.has(host), WithoutUrl::Lost);
    let (dependencies, graph, faults) = merge::merge(&text, &list, &asked, &registries);
    warnings.extend(settings.told(&list.hosts, &registries));
    warnings.extend(
        faults
            .iter()
            .filter_map(|faults| faults.warning(input.path, &text)),
    );
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// The names that a manifest asks for, and how much; nothing if it cannot be read, since the lockfile alone suffices.
fn read_manifest(bytes: &[u8]) -> Option<Vec<(String, Need)>> {
    let text = text::decode("package.json", bytes, Encoding::Utf8).ok()?;
    let manifest: Manifest<'_> = serde_json::from_str(&text).ok()?;
    let sections = [
        (manifest.dependencies, Need::Required),
        (manifest.dev_dependencies, Need::Dev),
        (manifest.optional_dependencies, Need::Optional),
        (manifest.peer_dependencies, Need::Peer),
    ];
    let names = sections.into_iter().flat_map(|(section, need)| {
        let members = section.and_then(Lenient::expected).map(|members| members.0);
        let members = members.into_iter().flatten();
        members.map(move |(name, _)| (name.0.into_owned(), need))
    });
    let mut names: Vec<(String, Need)> = names.collect();
    // What is optional is so wherever else it stands.
    let is_optional = |(_, need): &&(String, Need)| *need == Need::Optional;
    let optional: BTreeSet<String> = names
        .iter()
        .filter(is_optional)
        .map(|(name, _)| name.clone())
        .collect();
    names.retain(|(name, need)| *need != Need::Required || !optional.contains(name));
    Some(names)
}
