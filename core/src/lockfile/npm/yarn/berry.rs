//! The format of Yarn 2 and later, metadata versions 4 to 10.
//!
//! Source of the rules: Yarn's document "Lexicon" (descriptors, locators, protocols) and its packages
//! `core` (structUtils) and `parsers`. An entry stands under the descriptors that led to it; `resolution`,
//! its locator, says what it is. The project's own folders are entries too.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt, HashSet};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::super::super::json::{Text, offset_in};
use super::super::super::{Parsed, ProjectFiles, Warning, yaml};
use super::super::entries::Entries;
use super::super::resolved::{Asked, Package, Require, Resolved};
use super::super::specifier::{self, Wanted};
use super::{Patterns, with_manifest};
use crate::dependency::{Scope, Source};
use crate::error::InputError;
use crate::text::{self, Lines};

/// The newest metadata version whose meaning is known.
const NEWEST: u64 = 10;

/// The key of the entry that describes the lockfile itself.
const METADATA: &str = "__metadata";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: a package")]
struct Entry<'a> {
    #[serde(borrow)]
    version: Option<Text<'a>>,
    #[serde(borrow)]
    resolution: Option<Text<'a>>,
    #[serde(borrow)]
    dependencies: Option<Entries<'a, Text<'a>>>,
    #[serde(borrow)]
    dependencies_meta: Option<Entries<'a, Meta>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object: what is special about a dependency")]
struct Meta {
    optional: Option<bool>,
}

impl Entry<'_> {
    fn optional(&self) -> HashSet<&str> {
        Entries::of(self.dependencies_meta.as_ref())
            .iter()
            .filter(|(_, meta)| meta.optional == Some(true))
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

/// What an entry is.
#[derive(Clone, Copy)]
enum Target {
    Package(usize),
    /// The project's root.
    Root,
    /// A folder of the project, or one that is linked into it.
    Member(usize),
}

/// The folders of the project, as the lockfile writes them.
pub(super) fn folders(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let locator = line.trim_start().strip_prefix("resolution: ")?;
        let (_, folder) = locator.split_once("@workspace:")?;
        Some(folder.trim_end_matches('"'))
    })
}

pub(super) fn read(file: &str, text: &str, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let Entries(entries): Entries<'_, Option<Entry<'_>>> = yaml::from_str(file, text)?;
    let mut warnings = Vec::new();
    let mut resolved = Resolved::default();
    let mut lines = Lines::new(text);
    let mut offset = 0;
    let mut read = Vec::with_capacity(entries.len());
    for (key, entry) in &entries {
        offset = offset_in(text, key.as_str()).unwrap_or(offset);
        if key.as_str() == METADATA {
            warnings.extend(entry.as_ref().and_then(unknown_version));
            continue;
        }
        let locator = entry
            .as_ref()
            .and_then(|entry| Some((entry, entry.resolution.as_ref()?.as_str())));
        let Some((entry, locator)) = locator else {
            let line = lines.line_at(offset);
            let message = format!(
                "{file}:{line}: {:?} has no resolution",
                text::excerpt(key.as_str())
            );
            warnings.push(Warning::incomplete(message));
            continue;
        };
        let (name, reference) = specifier::split(locator);
        let reference = patched(reference);
        let target = if let Some(folder) = reference.strip_prefix("workspace:") {
            if folder == "." {
                Target::Root
            } else {
                resolved.members.push(folder.to_owned());
                Target::Member(resolved.members.len() - 1)
            }
        } else if reference.starts_with("link:") || reference.starts_with("portal:") {
            resolved.members.push(name.to_owned());
            Target::Member(resolved.members.len() - 1)
        } else {
            let version = entry.version.as_ref().map(|version| version.as_str());
            resolved.packages.push(package(name, reference, version, offset));
            Target::Package(resolved.packages.len() - 1)
        };
        read.push((key.as_str(), entry, target));
    }

    let packages = &resolved.packages;
    let is_same = |a: Target, b: Target| match (a, b) {
        (Target::Package(a), Target::Package(b)) => packages[a].is_same(&packages[b]),
        _ => false,
    };
    let mut patterns = Patterns::with_capacity(read.len());
    for &(key, _, target) in &read {
        for pattern in key.split(',').map(str::trim) {
            patterns.insert(pattern, target);
        }
    }
    for &(_, entry, from) in &read {
        let optional = entry.optional();
        let wishes = match (from, &entry.resolution) {
            (Target::Package(_), _) | (_, None) => None,
            (_, Some(locator)) => scopes(file, locator.as_str(), files),
        };
        for (name, range) in Entries::of(entry.dependencies.as_ref()) {
            let name = name.as_str();
            // Up to metadata version 6, ranges stand without their protocol.
            let found = patterns.find(name, &["", "npm:"], range.as_str(), is_same);
            let Some(Target::Package(to)) = found else {
                continue;
            };
            let is_optional = optional.contains(name);
            let by = match from {
                Target::Package(from) => {
                    resolved.requires.push(Require {
                        from,
                        to,
                        is_optional,
                    });
                    continue;
                }
                Target::Root => None,
                Target::Member(member) => Some(member),
            };
            let wish = wishes.as_ref().and_then(|wishes| wishes.get(name).copied());
            let scope = if is_optional {
                Scope::Optional
            } else {
                wish.unwrap_or(Scope::Prod)
            };
            resolved.asked.push(Asked {
                by,
                package: to,
                scope,
            });
        }
    }
    let (dependencies, graph) = resolved.into_parts(text);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

fn unknown_version(metadata: &Entry<'_>) -> Option<Warning> {
    let version = metadata.version.as_ref()?.as_str();
    let is_newer = version.parse().is_ok_and(|version: u64| version > NEWEST);
    let message = || format!("metadata version {version} is not known; it was read as version {NEWEST}");
    is_newer.then(|| Warning::new(message()))
}

/// What the manifest of a folder says its dependencies are for: the lockfile lists them without telling.
fn scopes(file: &str, locator: &str, files: &ProjectFiles) -> Option<HashMap<String, Scope>> {
    let (_, folder) = locator.split_once("@workspace:")?;
    with_manifest(file, folder, files, |manifest| {
        let mut scopes: HashMap<String, Scope> = HashMap::new();
        for wish in manifest.wishes() {
            scopes
                .entry(wish.name.to_owned())
                .and_modify(|scope| *scope = wish.scope.min(*scope))
                .or_insert(wish.scope);
        }
        scopes
    })
}

/// What a reference patches, if it does; patches may be patched again.
fn patched(reference: &str) -> Cow<'_, str> {
    const MOST: usize = 8;
    let mut reference = Cow::Borrowed(reference);
    for _ in 0..MOST {
        let Some(patch) = reference.strip_prefix("patch:") else {
            break;
        };
        let source = patch.split('#').next().unwrap_or_default();
        let locator = percent_decode_str(source).decode_utf8_lossy();
        reference = Cow::Owned(specifier::split(&locator).1.to_owned());
    }
    reference
}

/// The package of a locator that names none of the project's folders.
fn package<'e>(
    name: &'e str,
    reference: Cow<'e, str>,
    version: Option<&'e str>,
    offset: usize,
) -> Package<'e> {
    let source = if reference.starts_with("npm:") || specifier::exact(&reference).is_some() {
        Source::Registry
    } else if reference.contains("#commit=") {
        Source::Git
    } else {
        match specifier::wanted(&reference) {
            Wanted::From(source) => source,
            // What a plugin of Yarn makes of the reference is no registry's package.
            Wanted::Registry { .. } | Wanted::Own => Source::Url,
        }
    };
    Package {
        name: Cow::Borrowed(name),
        version: version.map(Cow::Borrowed),
        source,
        place: (source != Source::Registry).then_some(reference),
        scope: Scope::Prod,
        offset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_counts_as_what_it_patches() {
        for (reference, expected) in [
            ("npm:1.0.0", "npm:1.0.0"),
            ("patch:a@npm%3A1.0.0#~/p.patch::version=1.0.0", "npm:1.0.0"),
            ("patch:a@1.0.0#builtin<compat/a>", "1.0.0"),
            ("patch:@s/a@patch%3A@s/a@npm%253A1.0.0%23x#y", "npm:1.0.0"),
        ] {
            assert_eq!(patched(reference), expected);
        }
    }

    #[test]
    fn references_tell_the_source() {
        for (reference, expected) in [
            ("npm:1.0.0", Source::Registry),
            ("1.0.0", Source::Registry),
            (
                "npm:1.0.0::__archiveUrl=https%3A%2F%2Ffiles.example",
                Source::Registry,
            ),
            ("https://github.com/a/b.git#commit=c0ffee", Source::Git),
            ("https://git.example/a/b#commit=c0ffee", Source::Git),
            ("file:./a.tgz#./a.tgz::hash=00", Source::File),
            ("https://files.example/a.tgz", Source::Url),
            ("condition:X?^1.0.0:^2.0.0#00", Source::Url),
        ] {
            let package = package("a", Cow::Borrowed(reference), Some("1.0.0"), 0);
            assert_eq!(package.source, expected, "{reference}");
        }
    }

    #[test]
    fn folders_are_those_of_workspaces() {
        let text = "\"a@workspace:.\":\n  resolution: \"a@workspace:.\"\n\n  resolution: \"@s/b@workspace:packages/b\"\r\n  resolution: \"c@npm:1.0.0\"\n";
        assert_eq!(folders(text).collect::<Vec<_>>(), [".", "packages/b"]);
    }
}
