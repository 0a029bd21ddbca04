//! The format of Yarn 2 and later, metadata versions 4 to 10.
//!
//! Source of the rules: Yarn's document "Lexicon" (descriptors, locators, protocols) and its packages
//! `core` (structUtils) and `parsers`. An entry stands under the descriptors that led to it; `resolution`,
//! its locator, says what it is. The project's own folders are entries too.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt, HashSet};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::super::super::hosts::WithoutUrl;
use super::super::super::json::{Text, offset_in};
use super::super::super::{Input, Parsed, ProjectFiles, Warning, yaml};
use super::super::entries::Entries;
use super::super::faults::{self, Faults};
use super::super::overrides::Resolutions;
use super::super::registries::{Settings, SettingsFile};
use super::super::resolved::{Asked, Package, Require, Resolved};
use super::super::specifier::{self, Wanted};
use super::{Patterns, with_manifest};
use crate::dependency::{Scope, Source};
use crate::error::InputError;
use crate::text::{self, Lines};

/// The newest metadata version whose meaning is known.
const NEWEST: u64 = 10;

/// The file that holds Yarn's settings.
pub(super) const SETTINGS: [SettingsFile; 1] = [SettingsFile::YarnrcYml];

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

pub(super) fn read(input: &Input<'_>, text: &str, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let file = input.path;
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
        let (name, reference) = specifier::patched(locator);
        let target = if let Some(folder) = reference.strip_prefix("workspace:") {
            if folder == "." {
                Target::Root
            } else {
                resolved.members.push(folder.to_owned());
                Target::Member(resolved.members.len() - 1)
            }
        } else if reference.starts_with("link:") || reference.starts_with("portal:") {
            resolved.members.push(name.into_owned());
            Target::Member(resolved.members.len() - 1)
        } else {
            let version = entry.version.as_ref().map(|version| version.as_str());
            let (package, url) = package(name, reference, version, offset);
            Target::Package(resolved.push(package, url))
        };
        read.push((key.as_str(), entry, target));
    }

    warnings.extend(resolved.settle_hosts(&Settings::read(input, &SETTINGS, files), WithoutUrl::Usual));

    let mut patterns = Patterns::with_capacity(read.len());
    for &(key, _, target) in &read {
        for pattern in key.split(',').map(str::trim) {
            patterns.insert(pattern, target);
        }
    }
    let replaced = Replaced {
        resolutions: with_manifest(file, ".", files, Resolutions::of).unwrap_or_default(),
        catalogs: SettingsFile::YarnrcYml
            .text(input, files)
            .and_then(|text| Catalogs::read(&text))
            .unwrap_or_default(),
    };
    let mut missing = Faults::new(faults::MISSING);
    for &(key, entry, from) in &read {
        let optional = entry.optional();
        let locator = entry.resolution.as_ref().map_or("", |locator| locator.as_str());
        let wishes = match from {
            Target::Package(_) => None,
            Target::Root | Target::Member(_) => scopes(file, locator, files),
        };
        for (name, range) in Entries::of(entry.dependencies.as_ref()) {
            let name = name.as_str();
            let range = replaced.range(locator, name, range.as_str());
            let is_optional = optional.contains(name);
            // Up to metadata version 6, ranges stand without their protocol.
            let exact = patterns.exact(name, &["", "npm:"], range).map(|found| [found]);
            let found = match &exact {
                Some(found) => &found[..],
                None => patterns.of_name(name),
            };
            if found.is_empty() && !is_optional && specifier::wanted(range) != Wanted::Own {
                let offset = offset_in(text, key).unwrap_or_default();
                missing.push(name, offset);
            }
            for target in found {
                let &Target::Package(to) = target else { continue };
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
    }
    warnings.extend(missing.warning(file, text));
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
    is_newer.then(|| Warning::incomplete(message()))
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

/// What the project puts in the place of the ranges that its packages ask for.
struct Replaced {
    resolutions: Resolutions,
    catalogs: Catalogs,
}

impl Replaced {
    /// The range that counts where the package of `locator` asks for `name` at `range`.
    fn range<'r>(&'r self, locator: &str, name: &str, range: &'r str) -> &'r str {
        let range = self
            .resolutions
            .find(specifier::split(locator), name, range)
            .unwrap_or(range);
        match range.strip_prefix("catalog:") {
            Some(catalog) => self.catalogs.range(catalog, name).unwrap_or(range),
            None => range,
        }
    }
}

/// The ranges that a project's settings keep for all of its folders, by catalog and name. The catalog that is meant
/// where none is named has an empty name.
#[derive(Default)]
struct Catalogs(HashMap<(String, String), String>);

impl Catalogs {
    fn read(text: &str) -> Option<Self> {
        type Catalog<'a> = Entries<'a, Text<'a>>;
        #[derive(Deserialize)]
        struct Yarnrc<'a> {
            #[serde(borrow)]
            catalog: Option<Catalog<'a>>,
            #[serde(borrow)]
            catalogs: Option<Entries<'a, Catalog<'a>>>,
        }
        let yarnrc: Yarnrc<'_> = yaml::from_str(".yarnrc.yml", text).ok()?;
        let named = Entries::of(yarnrc.catalogs.as_ref()).iter();
        let named = named.map(|(name, catalog)| (name.as_str(), catalog));
        let all = named.chain(yarnrc.catalog.iter().map(|catalog| ("", catalog)));
        let ranges = all.flat_map(|(catalog, Entries(ranges))| {
            let key = move |name: &Text<'_>| (catalog.to_owned(), name.as_str().to_owned());
            ranges
                .iter()
                .map(move |(name, range)| (key(name), range.as_str().to_owned()))
        });
        Some(Self(ranges.collect()))
    }

    fn range(&self, catalog: &str, name: &str) -> Option<&str> {
        let key = (catalog.to_owned(), name.to_owned());
        self.0.get(&key).map(String::as_str)
    }
}

/// The package of a locator that names none of the project's folders, and the URL that it is taken from if it is the
/// registry's and that is not where the registry has it.
fn package<'e>(
    name: Cow<'e, str>,
    reference: Cow<'e, str>,
    version: Option<&'e str>,
    offset: usize,
) -> (Package<'e>, Option<Cow<'e, str>>) {
    let registry = |name, version: Option<Cow<'e, str>>| Package {
        name,
        version,
        source: Source::Registry,
        place: None,
        scope: Scope::Prod,
        offset,
    };
    let (selector, parameters) = reference.split_once("::").unwrap_or((&reference, ""));
    let part = |part: &str| match &reference {
        Cow::Borrowed(whole) => offset_in(whole, part).map(|at| Cow::Borrowed(&whole[at..at + part.len()])),
        Cow::Owned(_) => Some(Cow::Owned(part.to_owned())),
    };
    // What is installed is the version of the reference, whatever else the entry says.
    let of_npm = selector
        .strip_prefix("npm:")
        .or_else(|| specifier::exact(selector));
    if let Some(selector) = of_npm {
        let archive = |parameter: &str| {
            let url = parameter.strip_prefix("__archiveUrl=")?;
            Some(Cow::Owned(
                percent_decode_str(url).decode_utf8_lossy().into_owned(),
            ))
        };
        let url = parameters.split('&').find_map(archive);
        return (registry(name, specifier::exact(selector).and_then(part)), url);
    }
    if let Some(selector) = selector.strip_prefix("jsr:") {
        let (real, version) = match specifier::split(selector) {
            (real, version) if !version.is_empty() => (real, version),
            _ => (&*name, selector),
        };
        // The registry that stands in for JSR has the scope in the name.
        if let Some((scope, base)) = real.strip_prefix('@').and_then(|real| real.split_once('/')) {
            let name = Cow::Owned(format!("@jsr/{scope}__{base}"));
            return (registry(name, specifier::exact(version).and_then(part)), None);
        }
    }
    let source = if reference.contains("#commit=") {
        Source::Git
    } else {
        match specifier::wanted(&reference) {
            Wanted::From(source) => source,
            // What a plugin of Yarn makes of the reference is no registry's package.
            Wanted::Registry { .. } | Wanted::Own => Source::Url,
        }
    };
    let package = Package {
        name,
        version: version.map(Cow::Borrowed),
        source,
        place: Some(reference),
        scope: Scope::Prod,
        offset,
    };
    (package, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_counts_as_what_it_patches() {
        for (locator, expected) in [
            ("a@npm:1.0.0", ("a", "npm:1.0.0")),
            (
                "a@patch:a@npm%3A1.0.0#~/p.patch::version=1.0.0",
                ("a", "npm:1.0.0"),
            ),
            ("a@patch:b@1.0.0#builtin<compat/a>", ("b", "1.0.0")),
            (
                "@s/a@patch:@s/a@patch%3A@s/a@npm%253A1.0.0%23x#y",
                ("@s/a", "npm:1.0.0"),
            ),
        ] {
            let (name, reference) = specifier::patched(locator);
            assert_eq!((&*name, &*reference), expected);
        }
    }

    #[test]
    fn references_tell_what_is_installed() {
        for (reference, expected) in [
            ("npm:1.0.0", ("@s/a", Some("1.0.0"), Source::Registry)),
            ("1.0.0", ("@s/a", Some("1.0.0"), Source::Registry)),
            ("npm:^1.0.0", ("@s/a", None, Source::Registry)),
            ("jsr:1.0.0", ("@jsr/s__a", Some("1.0.0"), Source::Registry)),
            (
                "https://github.com/a/b.git#commit=c0ffee",
                ("@s/a", Some("9.0.0"), Source::Git),
            ),
            (
                "https://git.example/a/b#commit=c0ffee",
                ("@s/a", Some("9.0.0"), Source::Git),
            ),
            (
                "file:./a.tgz#./a.tgz::hash=00",
                ("@s/a", Some("9.0.0"), Source::File),
            ),
            (
                "https://files.example/a.tgz",
                ("@s/a", Some("9.0.0"), Source::Url),
            ),
            (
                "condition:X?^1.0.0:^2.0.0#00",
                ("@s/a", Some("9.0.0"), Source::Url),
            ),
        ] {
            let (package, url) = package(Cow::Borrowed("@s/a"), Cow::Borrowed(reference), Some("9.0.0"), 0);
            let told = (&*package.name, package.version.as_deref(), package.source);
            assert_eq!((told, url), (expected, None), "{reference}");
        }
        let archive = Cow::Borrowed("npm:1.0.0::__archiveUrl=https%3A%2F%2Ffiles.example%2Fa.tgz");
        let (_, url) = package(Cow::Borrowed("a"), archive, None, 0);
        assert_eq!(url.as_deref(), Some("https://files.example/a.tgz"));
    }

    #[test]
    fn folders_are_those_of_workspaces() {
        let text = "\"a@workspace:.\":\n  resolution: \"a@workspace:.\"\n\n  resolution: \"@s/b@workspace:packages/b\"\r\n  resolution: \"c@npm:1.0.0\"\n";
        assert_eq!(folders(text).collect::<Vec<_>>(), [".", "packages/b"]);
    }
}
