//! `bun.lock`, lockfile versions 0 to 3.
//!
//! Source of the rules: Bun's document "Lockfile", its type `BunLockFile`, and how it resolves what packages
//! require. The file is JSON with comments and trailing commas. `packages` are keyed by where they are
//! installed: `a/b` is the `b` within `a`. Each is a list that begins with `name@resolution` and holds, at a
//! place that depends on the kind of resolution, an object with what the package requires.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use foldhash::HashMap;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::hosts::WithoutUrl;
use super::super::json::{self, Text, offset_in};
use super::super::{Input, Parsed, ProjectFiles, Warning, jsonc, project};
use super::entries::Entries;
use super::faults::{self, Faults};
use super::registries::{Settings, SettingsFile};
use super::resolved::{Asked, Package, Require, Resolved};
use super::specifier::{self, Wanted};
use crate::dependency::{Scope, Source};
use crate::error::{Code, InputError};
use crate::package::Ecosystem;
use crate::text::{self, Encoding, Lines};
use crate::version::{self, Version};

/// The newest lockfile version whose meaning is known.
const NEWEST: u64 = 3;

/// The files that hold the settings of Bun.
const SETTINGS: [SettingsFile; 2] = [SettingsFile::Npmrc, SettingsFile::Bunfig];

/// How many folders up a required package is looked for. No system has paths that go deeper.
const DEEPEST: usize = 256;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: the lockfile")]
struct Document<'a> {
    lockfile_version: Option<u64>,
    /// The folders of the project; the root's name is empty.
    #[serde(borrow)]
    workspaces: Option<Entries<'a, Described<'a>>>,
    #[serde(borrow)]
    packages: Option<Entries<'a, Item<'a>>>,
}

/// What a folder of the project or a package requires.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: what is required")]
struct Described<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    dependencies: Option<Names<'a>>,
    #[serde(borrow)]
    dev_dependencies: Option<Names<'a>>,
    #[serde(borrow)]
    optional_dependencies: Option<Names<'a>>,
    #[serde(borrow)]
    peer_dependencies: Option<Names<'a>>,
    #[serde(borrow)]
    optional_peers: Option<Vec<Text<'a>>>,
}

/// Names and what versions of them are asked for.
struct Names<'a>(Vec<(Text<'a>, Text<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Names<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamesVisitor;
        impl<'de> Visitor<'de> for NamesVisitor {
            type Value = Names<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut names = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    names.push(entry);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(NamesVisitor)
    }
}

/// An entry of `packages`.
struct Item<'a> {
    /// `name@resolution`.
    locator: Text<'a>,
    /// What follows it: for the registry's packages a URL, empty where it is the usual one.
    url: Option<Text<'a>>,
    /// Boxed, so that the long list of items is small.
    described: Option<Box<Described<'a>>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Item<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;
        impl<'de> Visitor<'de> for ItemVisitor {
            type Value = Item<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list: a package")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let locator = list
                    .next_element()?
                    .ok_or_else(|| de::Error::invalid_length(0, &"the package's name and resolution"))?;
                let mut described = None;
                let mut url = None;
                let mut is_first = true;
                while let Some(part) = list.next_element()? {
                    match part {
                        Part::Described(part) => described = Some(Box::new(part)),
                        Part::Text(text) if is_first => url = Some(text),
                        Part::Text(_) => {}
                    }
                    is_first = false;
                }
                Ok(Item {
                    locator,
                    url,
                    described,
                })
            }
        }
        deserializer.deserialize_seq(ItemVisitor)
    }
}

/// What follows the locator: a registry, what the package requires, a hash.
enum Part<'a> {
    Described(Described<'a>),
    Text(Text<'a>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Part<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PartVisitor;
        impl<'de> Visitor<'de> for PartVisitor {
            type Value = Part<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an object")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Part::Text(Text(Cow::Borrowed(text))))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Part::Text(Text(Cow::Owned(text.to_owned()))))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Described::deserialize(de::value::MapAccessDeserializer::new(map)).map(Part::Described)
            }
        }
        deserializer.deserialize_any(PartVisitor)
    }
}

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Signature<'a> {
        #[serde(rename = "lockfileVersion")]
        _version: u64,
        #[serde(borrow, rename = "workspaces")]
        _workspaces: Entries<'a, IgnoredAny>,
    }
    text.trim_start().starts_with('{') && serde_json::from_str::<Signature<'_>>(&jsonc::to_json(text)).is_ok()
}

/// Bun's settings say which hosts are registries.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    // What is referred to refers to nothing itself.
    if matches!(project::file_name(input.path), ".npmrc" | "bunfig.toml") {
        return Vec::new();
    }
    SETTINGS.iter().map(|kind| kind.beside(input.path)).collect()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let text = jsonc::to_json(&text);
    let document: Document<'_> = json::from_str(input.path, &text)?;
    let mut warnings = Vec::new();
    match (document.lockfile_version, &document.workspaces) {
        (Some(0..=NEWEST), Some(_)) => {}
        (Some(newer), Some(_)) => {
            let message = format!("lockfileVersion {newer} is not known; it was read as version {NEWEST}");
            warnings.push(Warning::incomplete(message));
        }
        _ => {
            let message = "not a bun.lock: no lockfileVersion and workspaces in it";
            return Err(InputError::new(Code::Format, input.path, message)
                .help("make the lockfile anew with `bun install --lockfile-only`"));
        }
    }
    let mut resolved = resolve(input.path, &text, &document, &mut warnings);
    warnings.extend(resolved.settle_hosts(&Settings::read(input, &SETTINGS, files), WithoutUrl::Usual));
    let (dependencies, graph) = resolved.into_parts(&text);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// A place where a package is installed, or a folder of the project.
struct Place<'d> {
    path: &'d str,
    /// The package, unless it is a part of the project.
    package: Option<usize>,
    /// The place within which this one is; none if that is the project's root.
    parent: Option<usize>,
}

/// Where packages are installed.
struct Places<'d> {
    list: Vec<Place<'d>>,
    by_path: HashMap<&'d str, usize>,
    /// What is installed within a place, by name.
    within: HashMap<(Option<usize>, &'d str), usize>,
}

impl<'d> Places<'d> {
    /// None yet, with room for so many.
    fn with_capacity(capacity: usize) -> Self {
        Self {
            list: Vec::with_capacity(capacity),
            by_path: HashMap::with_capacity_and_hasher(capacity, Default::default()),
            within: HashMap::with_capacity_and_hasher(capacity, Default::default()),
        }
    }

    fn add(&mut self, path: &'d str, package: Option<usize>) -> usize {
        *self.by_path.entry(path).or_insert_with(|| {
            self.list.push(Place {
                path,
                package,
                parent: None,
            });
            self.list.len() - 1
        })
    }

    /// Once all are there: says what lies within what.
    fn connect(&mut self) {
        for (index, place) in self.list.iter_mut().enumerate() {
            let (parent, name) = split_path(place.path);
            place.parent = parent.and_then(|parent| self.by_path.get(parent).copied());
            if parent.is_some() == place.parent.is_some() {
                self.within.insert((place.parent, name), index);
            }
        }
    }

    /// What `name` means within a place: the nearest one up to the root.
    fn find(&self, from: Option<usize>, name: &str) -> Option<&Place<'d>> {
        let mut at = from;
        for _ in 0..DEEPEST {
            if at.is_none() {
                break;
            }
            if let Some(&found) = self.within.get(&(at, name)) {
                return self.list.get(found);
            }
            at = at.and_then(|at| self.list[at].parent);
        }
        self.list.get(*self.within.get(&(None, name))?)
    }
}

/// The path of what holds the last name of a path, and that name.
fn split_path(path: &str) -> (Option<&str>, &str) {
    let Some(slash) = path.rfind('/') else {
        return (None, path);
    };
    let scope = path[..slash].rfind('/').map_or(0, |slash| slash + 1);
    if !path[scope..].starts_with('@') {
        return (Some(&path[..slash]), &path[slash + 1..]);
    }
    match scope {
        0 => (None, path),
        scope => (Some(&path[..scope - 1]), &path[scope..]),
    }
}

fn resolve<'d>(
    file: &str,
    text: &str,
    document: &'d Document<'d>,
    warnings: &mut Vec<Warning>,
) -> Resolved<'d> {
    let mut resolved = Resolved::default();
    let mut lines = Lines::new(text);
    let folders = Entries::of(document.workspaces.as_ref());
    let items = Entries::of(document.packages.as_ref());
    let mut places = Places::with_capacity(folders.len() + items.len());
    let mut offset = 0;
    let mut installed = Vec::with_capacity(items.len());
    let mut own: HashMap<&str, Vec<usize>> = HashMap::default();
    resolved.packages.reserve(items.len());
    for (path, item) in items {
        offset = offset_in(text, path.as_str()).unwrap_or(offset);
        let package = match package(item.locator.as_str(), offset) {
            Content::Own => None,
            Content::Package(package) => {
                let url = item.url.as_ref().filter(|url| !url.as_str().is_empty());
                Some(resolved.push(package, url.map(|url| Cow::Borrowed(url.as_str()))))
            }
            Content::Unknown => {
                let line = lines.line_at(offset);
                let locator = text::excerpt(item.locator.as_str());
                let message = format!("{file}:{line}: {locator:?} tells no name and version");
                warnings.push(Warning::incomplete(message));
                None
            }
        };
        let place = places.add(path.as_str(), package);
        if let Some((_, folder)) = item.locator.as_str().split_once("@workspace:") {
            own.entry(folder).or_default().push(place);
        }
        if let (Some(package), Some(described)) = (package, &item.described) {
            installed.push((package, place, described, offset));
        }
    }
    // What a folder of the project has for itself is within its name. Where that is another package's place too, it
    // may be within any place of the folder, and at the root.
    let folders: Vec<_> = folders
        .iter()
        .map(|(path, folder)| {
            let is_root = path.as_str().is_empty();
            let name = folder
                .name
                .as_ref()
                .filter(|_| !is_root)
                .map(|name| name.as_str());
            let taken = name.and_then(|name| places.by_path.get(name)).copied();
            let is_taken = taken.is_some_and(|place| places.list[place].package.is_some());
            let within = match name {
                Some(name) if !is_taken => vec![Some(places.add(name, None))],
                Some(_) => {
                    let copies = own.get(path.as_str()).into_iter().flatten().copied().map(Some);
                    copies.chain([taken, None]).collect()
                }
                None => vec![None],
            };
            let member = (!is_root).then(|| {
                resolved.members.push(path.as_str().to_owned());
                resolved.members.len() - 1
            });
            (path.as_str(), folder, within, member)
        })
        .collect();
    places.connect();
    let mut missing = Faults::new(faults::MISSING);
    for (from, place, described, offset) in installed {
        let optional_peers = described.optional_peers.as_deref().unwrap_or_default();
        for (section, kind) in described.sections() {
            for (name, _) in section {
                let Some(found) = places.find(Some(place), name.as_str()) else {
                    if kind == Scope::Prod && !described.is_optional(name) {
                        missing.push(name.as_str(), offset);
                    }
                    continue;
                };
                let Some(to) = found.package else { continue };
                let is_optional = match kind {
                    Scope::Optional => true,
                    Scope::Peer => optional_peers.contains(name),
                    _ => false,
                };
                resolved.requires.push(Require {
                    from,
                    to,
                    is_optional,
                });
            }
        }
    }
    for (path, folder, within, by) in folders {
        for (section, scope) in folder.sections() {
            for (name, range) in section {
                let found = within
                    .iter()
                    .filter_map(|place| places.find(*place, name.as_str()));
                let found: Vec<&Place<'_>> = found.collect();
                let is_found = !found.is_empty();
                let packages: Vec<usize> = found.iter().filter_map(|place| place.package).collect();
                for package in fitting(&resolved, packages, range.as_str()) {
                    resolved.asked.push(Asked { by, package, scope });
                }
                if !is_found && matches!(scope, Scope::Prod | Scope::Dev) && !folder.is_optional(name) {
                    let offset = offset_in(text, name.as_str()).or_else(|| offset_in(text, path));
                    missing.push(name.as_str(), offset.unwrap_or_default());
                }
            }
        }
    }
    warnings.extend(missing.warning(file, text));
    resolved
}

impl<'a> Described<'a> {
    /// Whether what it asks for may be left out, wherever else it stands.
    fn is_optional(&self, name: &Text<'a>) -> bool {
        let optional = self.optional_dependencies.as_ref();
        optional.is_some_and(|names| names.0.iter().any(|(optional, _)| optional == name))
    }

    fn sections(&self) -> [(&[(Text<'a>, Text<'a>)], Scope); 4] {
        [
            (&self.dependencies, Scope::Prod),
            (&self.dev_dependencies, Scope::Dev),
            (&self.optional_dependencies, Scope::Optional),
            (&self.peer_dependencies, Scope::Peer),
        ]
        .map(|(names, scope)| (names.as_ref().map_or(&[][..], |names| &names.0), scope))
    }
}

/// Of several packages, those that are not older than all that a range means; all, if that does not tell.
fn fitting(resolved: &Resolved<'_>, packages: Vec<usize>, range: &str) -> Vec<usize> {
    if packages.len() < 2 {
        return packages;
    }
    let parse = |version: &str| Version::parse(Ecosystem::Npm, version);
    let Some(lowest) = version::lowest(Ecosystem::Npm, range).and_then(|lowest| parse(&lowest)) else {
        return packages;
    };
    let is_fitting = |&package: &usize| {
        let version = resolved.packages[package].version.as_deref().and_then(parse);
        version.is_none_or(|version| version.partial_cmp(&lowest) != Some(Ordering::Less))
    };
    let fitting: Vec<usize> = packages.iter().copied().filter(is_fitting).collect();
    if fitting.is_empty() { packages } else { fitting }
}

/// What a locator names.
enum Content<'d> {
    /// A part of the project, or what is linked into it.
    Own,
    Package(Package<'d>),
    Unknown,
}

fn package(locator: &str, offset: usize) -> Content<'_> {
    let (name, resolution) = specifier::split(locator);
    let own = ["root:", "workspace:", "link:"];
    if own.iter().any(|own| resolution.starts_with(own)) || locator.starts_with("@root:") {
        return Content::Own;
    }
    let (version, source) = match specifier::wanted(resolution) {
        Wanted::Own => return Content::Own,
        Wanted::From(source) => (None, source),
        Wanted::Registry { .. } => match specifier::exact(resolution) {
            Some(version) => (Some(version), Source::Registry),
            None => return Content::Unknown,
        },
    };
    if name.is_empty() {
        return Content::Unknown;
    }
    Content::Package(Package {
        name: Cow::Borrowed(name),
        version: version.map(Cow::Borrowed),
        source,
        place: (source != Source::Registry).then_some(Cow::Borrowed(resolution)),
        scope: Scope::Prod,
        offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lockfile::{FORMATS, Lockfile};

    fn read(text: &str) -> Result<Lockfile, InputError> {
        let format = FORMATS.iter().find(|format| format.has_name("bun.lock")).unwrap();
        let input = Input {
            path: "bun.lock",
            bytes: text.as_bytes(),
        };
        assert_eq!((format.recognise)(text), text.contains("workspaces"));
        crate::lockfile::parse(format, input, &ProjectFiles::default())
    }

    const SAMPLE: &str = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "root",
      "dependencies": { "a": "^1.0.0", "alias": "npm:@s/real@1", "web": "workspace:*", },
      "devDependencies": { "d": "1", },
    },
    "packages/web": {
      "name": "web",
      "optionalDependencies": { "b": "2", },
    },
  },
  "packages": {
    // installed at the top
    "a": ["a@1.0.0", "", { "dependencies": { "b": "1", "@s/c": "1" }, "peerDependencies": { "d": "*" }, "optionalPeers": ["d"] }, "sha512-AAAA"],
    "a/@s/c": ["@s/c@1.0.0", "", { "dependencies": { "b": "1" } }, "sha512-AAAA"],
    "alias": ["@s/real@1.5.0", "", {}, "sha512-AAAA"],
    "b": ["b@1.0.0", "", {}, "sha512-AAAA"],
    "d": ["d@github:user/d#c0ffee", {}, "user-d-c0ffee"],
    "f": ["f@file:f", {}],
    "t": ["t@https://u:secret@files.example/t.tgz", {}],
    "u": ["u@1.0.0", "https://files.example/u/-/u-1.0.0.tgz", {}, "sha512-AAAA"],
    "web": ["web@workspace:packages/web"],
    "web/b": ["b@2.0.0", "", {}, "sha512-AAAA"],
  }
}
"#;

    #[test]
    fn packages_resolve_to_the_nearest_installation() {
        let lockfile = read(SAMPLE).unwrap();
        let told: Vec<String> = lockfile
            .dependencies
            .iter()
            .enumerate()
            .map(|(index, it)| {
                let paths: Vec<String> = lockfile.paths(index).iter().map(|path| path.join(">")).collect();
                format!(
                    "{} {:?} {:?} {} {}",
                    it.label(),
                    it.scope,
                    it.direct,
                    it.line,
                    paths.join(" ")
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "@s/c@1.0.0 Prod Some(false) 17 a@1.0.0>@s/c@1.0.0",
                "@s/real@1.5.0 Prod Some(true) 18 @s/real@1.5.0",
                "a@1.0.0 Prod Some(true) 16 a@1.0.0",
                "b@1.0.0 Prod Some(false) 19 a@1.0.0>b@1.0.0 a@1.0.0>@s/c@1.0.0>b@1.0.0",
                "b@2.0.0 Optional Some(true) 25 packages/web>b@2.0.0",
                "d DevOptional Some(true) 20 d a@1.0.0>d",
                "f Prod Some(false) 21 ",
                "t Prod Some(false) 22 ",
                "u@1.0.0 Prod Some(false) 23 ",
            ]
        );
        let hosts = "archives come from files.example (1, not known as a registry); 5 packages name no host; settings \
                     beside the lockfile can name a registry, as docs/formats.md says";
        assert_eq!(lockfile.warnings, [Warning::new(hosts)]);
    }

    #[test]
    fn what_comes_from_no_registry_has_its_place() {
        let dependencies = read(SAMPLE).unwrap().dependencies;
        let told: Vec<_> = dependencies
            .iter()
            .filter(|it| it.source != Source::Registry)
            .map(|it| (it.name.as_str(), it.source, it.specifier.as_deref().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ("d", Source::Git, "github:user/d#c0ffee"),
                ("f", Source::File, "file:f"),
                ("t", Source::Url, "https://u:***@files.example/t.tgz"),
                ("u", Source::Url, "https://files.example/u/-/u-1.0.0.tgz"),
            ]
        );
    }

    #[test]
    fn a_package_may_have_the_name_of_a_folder_of_the_project() {
        let lockfile = read(
            r#"{"lockfileVersion": 2, "workspaces": {
  "": {"dependencies": {"a": "^2.0.0"}, "devDependencies": {"n": "7.0.0"}},
  "packages/a": {"name": "a", "dependencies": {"n": "^7.0.0", "gone": "1"}}
}, "packages": {
  "a": ["a@2.0.0", "", {"dependencies": {"n": "^4.0.0"}}, "sha512-AAAA"],
  "n": ["n@7.0.0", "", {}, "sha512-AAAA"],
  "a/n": ["n@4.0.0", "", {}, "sha512-AAAA"]
}}"#,
        )
        .unwrap();
        let told: Vec<_> = lockfile
            .dependencies
            .iter()
            .map(|it| (it.label(), it.scope, it.direct))
            .collect();
        assert_eq!(
            told,
            [
                ("a@2.0.0".to_owned(), Scope::Prod, Some(true)),
                ("n@4.0.0".to_owned(), Scope::Prod, Some(false)),
                ("n@7.0.0".to_owned(), Scope::Prod, Some(true)),
            ]
        );
        let gap = Warning::incomplete("bun.lock:3: \"gone\" is asked for, but not described");
        assert_eq!(lockfile.warnings, [gap]);
    }

    #[test]
    fn paths_end_with_a_name_and_its_scope() {
        for (path, expected) in [
            ("a", (None, "a")),
            ("@s/a", (None, "@s/a")),
            ("a/b", (Some("a"), "b")),
            ("a/@s/b", (Some("a"), "@s/b")),
            ("@s/a/b", (Some("@s/a"), "b")),
            ("@s/a/@t/b", (Some("@s/a"), "@t/b")),
        ] {
            assert_eq!(split_path(path), expected);
        }
    }

    #[test]
    fn what_is_no_lockfile_is_refused() {
        for (text, code) in [
            ("{}", Code::Format),
            ("{\"lockfileVersion\": 1}", Code::Format),
            ("[]", Code::Format),
            (
                "{\"lockfileVersion\": 1, \"workspaces\": {}, \"packages\": {\"a\": []}}",
                Code::Format,
            ),
            ("{\"lockfileVersion\": 1, \"workspaces\": {},,}", Code::Syntax),
        ] {
            let input = Input {
                path: "bun.lock",
                bytes: text.as_bytes(),
            };
            let error = parse(&input, &ProjectFiles::default())
                .err()
                .map(|error| error.code);
            assert_eq!(error, Some(code), "{text}");
        }
    }

    #[test]
    fn what_is_left_open_is_told() {
        for (text, expected) in [
            (
                "{\"lockfileVersion\": 4, \"workspaces\": {\"\": {}}}",
                Warning::incomplete("lockfileVersion 4 is not known; it was read as version 3"),
            ),
            (
                "{\"lockfileVersion\": 1, \"workspaces\": {\"\": {}}, \"packages\": {\"a\": [\"a@odd\"]}}",
                Warning::incomplete("bun.lock:1: \"a@odd\" tells no name and version"),
            ),
        ] {
            assert_eq!(read(text).unwrap().warnings, [expected]);
        }
    }
}
