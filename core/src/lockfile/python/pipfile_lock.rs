//! `Pipfile.lock`.
//!
//! Source of the rules: Pipenv's "Pipfile.lock specification" and "Dependency categories". Each member but
//! `_meta` is a category of packages: `default`, `develop`, and what else the Pipfile names. The file does not
//! say who requires whom; the Pipfile beside it says what the project asks for.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use foldhash::HashSet;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use smol_str::SmolStr;

use super::super::hosts::{self, Hosts, WithoutUrl};
use super::super::json::{self, Members, Text};
use super::super::{Input, Parsed, ProjectFiles, Warning, order, project, toml};
use super::indexes;
use super::locked::normal;
use super::requirement;
use crate::dependency::{Dependency, Scope, Source};
use crate::error::{Code, InputError};
use crate::graph::{Graph, Node};
use crate::package::Ecosystem;
use crate::text::{self, Encoding, Lines};

/// A category, or `_meta`.
type Category<'a> = Value<'a, Members<'a, Entry<'a>>>;

/// What stands under a package's name; a text is a version, as people write it by hand.
type Entry<'a> = Value<'a, Pinned<'a>>;

/// What counts of an entry's fields.
#[derive(Deserialize)]
#[serde(from = "Fields<'a>", bound(deserialize = "'de: 'a"))]
struct Pinned<'a> {
    version: Option<Text<'a>>,
    place: Option<(Kind, Text<'a>)>,
    /// The name of the index that it comes from; of a source, its own.
    index: Option<Text<'a>>,
    /// Whether what should be a text is none.
    is_odd: bool,
}

/// What a place is.
enum Kind {
    Repository,
    Path,
    File,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Fields<'a> {
    version: Field<'a>,
    git: Field<'a>,
    hg: Field<'a>,
    svn: Field<'a>,
    bzr: Field<'a>,
    path: Field<'a>,
    file: Field<'a>,
    url: Field<'a>,
    uri: Field<'a>,
    index: Field<'a>,
    name: Field<'a>,
}

type Field<'a> = Value<'a, IgnoredAny>;

/// A value that counts if it is a text or an object that is a `V`.
#[derive(Default)]
enum Value<'a, V> {
    #[default]
    Absent,
    Text(Text<'a>),
    Object(V),
    List(Vec<Self>),
    Other,
}

impl<'a> From<Fields<'a>> for Pinned<'a> {
    fn from(fields: Fields<'a>) -> Self {
        let places = [
            (Kind::Repository, fields.git),
            (Kind::Repository, fields.hg),
            (Kind::Repository, fields.svn),
            (Kind::Repository, fields.bzr),
            (Kind::Path, fields.path),
            (Kind::File, fields.file),
            (Kind::File, fields.url),
            (Kind::File, fields.uri),
        ];
        let is_text = |field: &Field<'a>| matches!(field, Value::Absent | Value::Text(_));
        let is_odd = !is_text(&fields.version) || !places.iter().all(|(_, field)| is_text(field));
        let place = |(kind, place): (Kind, Field<'a>)| Some((kind, place.into_text()?));
        Self {
            version: fields.version.into_text(),
            place: places.into_iter().find_map(place),
            index: fields.index.into_text().or_else(|| fields.name.into_text()),
            is_odd,
        }
    }
}

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Signature<'a> {
        #[serde(rename = "_meta", borrow)]
        meta: Members<'a, IgnoredAny>,
    }
    serde_json::from_str::<Signature<'_>>(text).is_ok_and(|signature| {
        let has = |key| signature.meta.0.iter().any(|(name, _)| name.as_str() == key);
        has("pipfile-spec") && has("sources")
    })
}

/// What the project asks for itself stands in the manifest.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    vec![project::beside(input.path, "Pipfile")]
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let members = json::from_str::<Members<'_, Category<'_>>>(input.path, &text)?.0;
    let is_known = |name: &Text<'_>| matches!(name.as_str(), "_meta" | "default" | "develop");
    if !members.iter().any(|(name, _)| is_known(name)) {
        let message = "not a Pipfile.lock: no _meta, default or develop in it";
        return Err(InputError::new(Code::Format, input.path, message)
            .help("make the lockfile anew with `pipenv lock`"));
    }
    let Manifest {
        asked,
        required,
        hosts: named,
    } = manifest(input.path, files);
    let sources = sources(&members);
    let mut hosts = Hosts::default();
    // Of each that is found, the index that it comes from.
    let mut taken = Vec::new();
    let mut found = Vec::new();
    let mut warnings = Vec::new();
    let mut lines = Lines::new(&text);
    // Keys with escapes do not borrow, and count as standing where the one before them does.
    let mut line_of =
        |key: &Text<'_>| lines.line_at(json::offset_in(&text, key.as_str()).unwrap_or_default());
    for (category, value) in &members {
        let scope = match category.as_str() {
            "_meta" => continue,
            "develop" => Scope::Dev,
            // Categories of the project's own are installed wherever it wants them.
            _ => Scope::Prod,
        };
        let line = line_of(category);
        let Value::Object(entries) = value else {
            let message = format!("{}:{line}: {:?} is no object", input.path, category.as_str());
            warnings.push(Warning::incomplete(message));
            continue;
        };
        for (name, entry) in &entries.0 {
            let line = line_of(name);
            let Some((version, specifier, source)) = identity(entry) else {
                let message = format!(
                    "{}:{line}: what stands under {:?} is no entry of a Pipfile.lock",
                    input.path,
                    name.as_str()
                );
                warnings.push(Warning::incomplete(message));
                continue;
            };
            let index = (source == Source::Registry)
                .then(|| index(entry, &sources))
                .flatten();
            taken.push(index.map(|url| (hosts.note(&hosts::host_of(url).unwrap_or(url.into())), url)));
            let name = normal(name.as_str());
            found.push(Dependency {
                ecosystem: Ecosystem::PyPI,
                direct: asked.as_ref().map(|asked| asked.contains(name.as_ref())),
                name: name.into(),
                version,
                specifier,
                scope,
                source,
                line,
            });
        }
    }
    let registries = hosts.registries(|host| named.contains(host), WithoutUrl::Apart);
    for (dependency, index) in found.iter_mut().zip(taken) {
        if let Some((host, url)) = index
            && registries.get(host as usize) != Some(&true)
        {
            dependency.source = Source::Url;
            dependency.specifier = Some(text::without_password(url));
        }
    }
    for name in required {
        if found.iter().all(|dependency| *dependency.name != *name) {
            let message = format!(
                "{}:1: the Pipfile asks for {name:?}, which is not in it",
                input.path
            );
            warnings.push(Warning::incomplete(message));
        }
    }
    order::sort_distinct(&mut found, |kept, next| kept.scope = kept.scope.min(next.scope));
    let roots: Vec<Node> = (0..)
        .zip(&found)
        .filter(|(_, dependency)| dependency.direct == Some(true))
        .map(|(node, _)| node)
        .collect();
    let graph = Graph::new(found.len(), Vec::new(), &roots, &[]);
    Ok(Parsed {
        dependencies: found,
        graph,
        warnings,
    })
}

/// Version, specifier and source of an entry.
fn identity(entry: &Entry<'_>) -> Option<(Option<SmolStr>, Option<SmolStr>, Source)> {
    let Pinned { version, place, .. } = match entry {
        Value::Text(version) => return Some(pinned(version.as_str())),
        Value::Object(entry) if !entry.is_odd => entry,
        Value::Object(_) | Value::List(_) | Value::Other | Value::Absent => return None,
    };
    let pinned = version
        .as_ref()
        .map_or((None, None, Source::Registry), |version| pinned(version.as_str()));
    Some(match place {
        Some((kind, url)) => {
            let url = url.as_str();
            let source = match kind {
                Kind::Repository => Source::Git,
                Kind::Path => Source::File,
                Kind::File => requirement::source_of(url).unwrap_or(Source::File),
            };
            (pinned.0, Some(text::without_password(url)), source)
        }
        None => pinned,
    })
}

/// `==` and a version; all else leaves the version open.
fn pinned(version: &str) -> (Option<SmolStr>, Option<SmolStr>, Source) {
    let exact = version
        .strip_prefix("==")
        .map(|exact| exact.trim_start_matches('=').trim());
    let exact = exact.filter(|exact| !exact.is_empty() && !exact.contains(['*', ',']));
    let specifier = exact.is_none().then(|| SmolStr::new(version));
    (
        exact.map(SmolStr::new),
        specifier.filter(|specifier| !specifier.is_empty()),
        Source::Registry,
    )
}

/// The indexes that the lockfile has packages looked for in, each with its name; the first is the usual one.
fn sources<'m>(members: &'m [(Text<'_>, Category<'_>)]) -> Vec<(&'m str, &'m str)> {
    let meta = members.iter().find(|(name, _)| name.as_str() == "_meta");
    let Some((_, Value::Object(meta))) = meta else {
        return Vec::new();
    };
    let sources = meta.0.iter().find(|(name, _)| name.as_str() == "sources");
    let Some((_, Value::List(sources))) = sources else {
        return Vec::new();
    };
    let source = |source: &'m Entry<'_>| match source {
        Value::Object(Pinned {
            place: Some((_, url)),
            index,
            ..
        }) => Some((index.as_ref().map_or("", Text::as_str), url.as_str())),
        _ => None,
    };
    sources.iter().filter_map(source).collect()
}

/// The URL of the index from which pipenv takes what stands in an entry. A name that no index has means the only one, as
/// old lockfiles have it; of several, it stands for itself.
fn index<'m>(entry: &'m Entry<'_>, sources: &[(&'m str, &'m str)]) -> Option<&'m str> {
    let usual = sources.first().map(|(_, url)| *url);
    let Value::Object(Pinned {
        index: Some(index), ..
    }) = entry
    else {
        return usual;
    };
    let named = sources.iter().find(|(name, _)| *name == index.as_str());
    match (named, sources) {
        (Some((_, url)), _) => Some(url),
        (None, [] | [_]) => usual,
        (None, _) => Some(index.as_str()),
    }
}

/// What the Pipfile says.
#[derive(Default)]
struct Manifest {
    /// The names in it, if it is at hand and can be read.
    asked: Option<BTreeSet<String>>,
    /// Those of them that an index has: pipenv locks them by that name.
    required: BTreeSet<String>,
    /// The hosts of its indexes.
    hosts: HashSet<String>,
}

fn manifest(lockfile: &str, files: &ProjectFiles) -> Manifest {
    read_manifest(lockfile, files).unwrap_or_default()
}

fn read_manifest(lockfile: &str, files: &ProjectFiles) -> Option<Manifest> {
    /// The tables of a Pipfile that are no category.
    const OTHERS: [&str; 4] = ["source", "requires", "pipenv", "scripts"];
    let path = project::beside(lockfile, "Pipfile");
    let text = text::decode(&path, files.get(&path)?, Encoding::Utf8).ok()?;
    let document = toml::parse(&path, &text).ok()?;
    let categories = document.root().items();
    let tables = categories
        .filter(|item| !OTHERS.contains(&item.key()))
        .filter_map(toml::Item::as_table);
    let items = tables.flat_map(toml::Table::items);
    let name = |item: toml::Item<'_>| normal(item.key()).into_owned();
    let required = items.clone().filter(|item| is_of_an_index(*item)).map(name);
    let mut hosts = HashSet::default();
    indexes::of_sources(document.root(), &mut hosts);
    Some(Manifest {
        required: required.collect(),
        asked: Some(items.map(name).collect()),
        hosts,
    })
}

/// Whether an entry of a Pipfile names no place that the package comes from.
fn is_of_an_index(item: toml::Item<'_>) -> bool {
    const PLACES: [&str; 8] = ["git", "hg", "svn", "bzr", "path", "file", "url", "uri"];
    match item.as_table() {
        Some(entry) => PLACES.iter().all(|place| entry.get(place).is_none()),
        None => item.as_str().is_some(),
    }
}

impl<'a, V> Value<'a, V> {
    fn into_text(self) -> Option<Text<'a>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Object(_) | Self::List(_) | Self::Other => None,
        }
    }
}

impl<'de: 'a, 'a, V: Deserialize<'de>> Deserialize<'de> for Value<'a, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor(PhantomData))
    }
}

struct ValueVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for ValueVisitor<V> {
    type Value = Value<'de, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Text(Cow::Borrowed(value))))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Text(Cow::Owned(value.to_owned()))))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        V::deserialize(de::value::MapAccessDeserializer::new(map)).map(Value::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn read(text: &str, manifest: Option<&str>) -> Vec<String> {
        sample::told("Pipfile.lock", text, manifest.map(|text| ("Pipfile", text)))
    }

    #[test]
    fn each_category_has_its_scope() {
        let text = r#"{
"_meta": {"hash": {}},
"default": {"A_b": {"version": "==1.0", "index": "x"}, "c": "==3"},
"develop": {"a-b": {"version": "==1.0"}, "d": {"version": "===4"}},
"docs": {"e": {"version": "*"}, "f": {}, "g": {"version": "==1.*"}}
}"#;
        assert_eq!(
            read(text, None),
            [
                "a-b 1.0 Prod ? Registry 3",
                "c 3 Prod ? Registry 3",
                "d 4 Dev ? Registry 4",
                "e - Prod ? Registry * 5",
                "f - Prod ? Registry 5",
                "g - Prod ? Registry ==1.* 5",
            ]
        );
    }

    #[test]
    fn places_are_not_the_registry() {
        let text = r#"{"default": {
"a": {"git": "https://u:p@h.example/a.git", "ref": "c0ffee", "version": "==1"},
"b": {"path": ".", "editable": true},
"c": {"file": "https://h.example/c.zip"},
"d": {"file": "./d.whl"}
}}"#;
        assert_eq!(
            read(text, None),
            [
                "a 1 Prod ? Git https://u:***@h.example/a.git 2",
                "b - Prod ? File . 3",
                "c - Prod ? Url https://h.example/c.zip 4",
                "d - Prod ? File ./d.whl 5",
            ]
        );
    }

    #[test]
    fn what_another_index_serves_is_not_the_registrys() {
        let text = r#"{"_meta": {"sources": [
{"name": "main", "url": "https://pypi.example/simple"},
{"name": "own", "url": "https://u:p@own.example/simple"},
{"name": "odd", "url": "https://odd.example/simple"}]},
"default": {"a": {"version": "==1", "index": "main"}, "b": {"version": "==1"},
"c": {"version": "==1", "index": "own"}, "d": {"version": "==1", "index": "odd"},
"e": {"version": "==1", "index": "none"}}}"#;
        let manifest = "[[source]]\nname = \"own\"\nurl = \"https://$USER:$WORD@own.example/simple\"\n";
        let told = read(text, Some(manifest));
        let sources: Vec<&str> = told.iter().map(|line| line.split(' ').nth(4).unwrap()).collect();
        assert_eq!(sources, ["Registry", "Registry", "Registry", "Url", "Url"]);
        assert!(read(text, None)[2].contains("Url https://u:***@own.example/simple"));
    }

    #[test]
    fn the_manifest_says_what_is_direct() {
        let text = r#"{"default": {"a": {"version": "==1"}, "b": {"version": "==2"}}}"#;
        let manifest = "[[source]]\nname = \"b\"\n[packages]\nA = \"*\"\n[requires]\nb = \"3\"\n";
        assert_eq!(
            read(text, Some(manifest)),
            [
                "a 1 Prod direct Registry 1 [a@1]",
                "b 2 Prod transitive Registry 1"
            ]
        );
    }

    #[test]
    fn what_the_manifest_asks_for_is_there_or_told() {
        let text = r#"{"default": {"a-b": {"version": "==1"}}}"#;
        let manifest = "[packages]\nA_b = \"*\"\nc = {version = \"*\", markers = \"x\"}\n\"e1\" = {path = \".\", editable = true}\n[dev-packages]\nd = \"==2\"\n";
        let gap = |name: &str| {
            Warning::incomplete(format!(
                "Pipfile.lock:1: the Pipfile asks for {name:?}, which is not in it"
            ))
        };
        let mut files = ProjectFiles::default();
        files.insert("Pipfile", manifest.as_bytes().to_vec());
        let input = Input {
            path: "Pipfile.lock",
            bytes: text.as_bytes(),
        };
        assert_eq!(parse(&input, &files).unwrap().warnings, [gap("c"), gap("d")]);
    }

    #[test]
    fn odd_entries_are_told_and_count_as_missing() {
        let text = "{\"_meta\": 1,\n\"default\": [],\n\"develop\": {\"a\": [1],\n\"b\": {\"version\": 1}}}";
        assert!(read(text, None).is_empty());
        assert_eq!(
            sample::warnings("Pipfile.lock", text),
            [
                "Pipfile.lock:2: \"default\" is no object",
                "Pipfile.lock:3: what stands under \"a\" is no entry of a Pipfile.lock",
                "Pipfile.lock:4: what stands under \"b\" is no entry of a Pipfile.lock",
            ]
        );
        for (text, code) in [
            ("", Code::Empty),
            ("{}", Code::Format),
            ("[]", Code::Format),
            ("{", Code::Syntax),
        ] {
            assert_eq!(sample::fault("Pipfile.lock", text), code, "{text}");
        }
    }
}
