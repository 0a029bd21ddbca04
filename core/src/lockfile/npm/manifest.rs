//! `package.json`: what a project asks for.
//!
//! Source of the rules: npm's document "package.json". `optionalDependencies` win over `dependencies` of the
//! same name.

use std::fmt;

use foldhash::HashMap;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use smol_str::SmolStr;

use super::super::json::{self, Lenient, Text, offset_in};
use super::super::{Input, Parsed, ProjectFiles, Warning, order, yaml};
use super::around::{self, Root, Texts};
use super::entries::Entries;
use super::overrides::{self, Replaced};
use super::registries::SettingsFile;
use super::specifier::{self, Wanted};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::InputError;
use crate::graph::Graph;
use crate::package::Ecosystem;
use crate::text::{self, Encoding, Lines};

/// The parts of a manifest that name packages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object: the manifest")]
pub(super) struct Manifest<'a> {
    #[serde(borrow)]
    dependencies: Option<Section<'a>>,
    #[serde(borrow)]
    dev_dependencies: Option<Section<'a>>,
    #[serde(borrow)]
    optional_dependencies: Option<Section<'a>>,
    #[serde(borrow)]
    peer_dependencies: Option<Section<'a>>,
    #[serde(borrow)]
    resolutions: Option<Section<'a>>,
    /// npm's and Bun's.
    #[serde(borrow)]
    overrides: Option<Overrides<'a>>,
    #[serde(borrow)]
    pnpm: Option<Pnpm<'a>>,
    #[serde(borrow)]
    workspaces: Option<Workspaces<'a>>,
}

/// Which other manifests belong to the project.
#[derive(Deserialize)]
#[serde(untagged)]
enum Workspaces<'a> {
    #[serde(borrow)]
    Patterns(Vec<Text<'a>>),
    Settings {
        #[serde(borrow)]
        packages: Option<Vec<Text<'a>>>,
    },
    Other(IgnoredAny),
}

/// What a manifest tells pnpm.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pnpm<'a> {
    Settings {
        #[serde(borrow)]
        overrides: Option<Overrides<'a>>,
    },
    Other(IgnoredAny),
}

/// What stands in the place of what is asked for.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Overrides<'a> {
    #[serde(borrow)]
    Entries(Entries<'a, Override<'a>>),
    Other(IgnoredAny),
}

impl<'a> Overrides<'a> {
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Override<'a>)> {
        let entries = match self {
            Self::Entries(entries) => &entries.0[..],
            Self::Other(_) => &[],
        };
        entries.iter().map(|(key, to)| (key.as_str(), to))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Override<'a> {
    /// This specifier.
    #[serde(borrow)]
    To(Text<'a>),
    /// What a package asks for; and, under `.`, the package itself.
    Within(Entries<'a, Lenient<Text<'a>>>),
    Other(IgnoredAny),
}

/// Names and specifiers; what has another shape is passed over as npm does, and told.
enum Section<'a> {
    Entries(Entries<'a, Lenient<Text<'a>>>),
    Other,
}

/// A package that a manifest asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'m> {
    pub(super) name: &'m str,
    pub(super) specifier: &'m str,
    pub(super) scope: Scope,
}

impl<'a> Manifest<'a> {
    /// The manifest in `text`; nothing if it is none, for those who can do without.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether other manifests belong to the project.
    pub(super) const fn has_workspaces(&self) -> bool {
        self.workspaces.is_some()
    }

    /// The patterns of their folders.
    pub(super) fn workspaces(&self) -> impl Iterator<Item = &str> {
        let patterns: &[_] = match &self.workspaces {
            Some(Workspaces::Patterns(patterns)) => patterns,
            Some(Workspaces::Settings { packages }) => packages.as_deref().unwrap_or_default(),
            _ => &[],
        };
        patterns.iter().map(Text::as_str)
    }

    /// What it puts in the place of what is asked for, as Yarn reads it: patterns and specifiers.
    pub(super) fn resolutions(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries: &[_] = match &self.resolutions {
            Some(Section::Entries(entries)) => &entries.0,
            _ => &[],
        };
        entries.iter().filter_map(|(pattern, specifier)| match specifier {
            Lenient::Expected(specifier) => Some((pattern.as_str(), specifier.as_str())),
            Lenient::Other => None,
        })
    }

    /// What it puts in the place of what is asked for, as npm and as pnpm read it.
    pub(super) fn overrides<'m>(
        &'m self,
        of_settings: Option<&'m Overrides<'m>>,
    ) -> impl Iterator<Item = (&'m str, &'m Override<'m>)> {
        let of_pnpm = match &self.pnpm {
            Some(Pnpm::Settings { overrides }) => overrides.as_ref(),
            _ => None,
        };
        let all = self.overrides.iter().chain(of_pnpm).chain(of_settings);
        all.flat_map(Overrides::entries)
    }

    /// What it asks for, section by section.
    pub(super) fn wishes(&self) -> Vec<Wish<'_>> {
        let mut wishes = Vec::new();
        for (_, scope, section) in self.sections() {
            let entries: &[_] = match section {
                Some(Section::Entries(entries)) => &entries.0,
                _ => &[],
            };
            // Of a name that is written twice, the last specifier counts. npm writes names in order, and so
            // none twice.
            let mut last = HashMap::default();
            let is_in_order = entries.is_sorted_by(|(one, _), (other, _)| one.as_str() < other.as_str());
            if !is_in_order {
                last.extend(entries.iter().map(|(name, _)| name.as_str()).zip(0..));
            }
            wishes.reserve(entries.len());
            for (index, (name, specifier)) in entries.iter().enumerate() {
                if let Lenient::Expected(specifier) = specifier
                    && (is_in_order || last.get(name.as_str()) == Some(&index))
                {
                    wishes.push(Wish {
                        name: name.as_str(),
                        specifier: specifier.as_str(),
                        scope,
                    });
                }
            }
        }
        let optional: foldhash::HashSet<&str> = wishes
            .iter()
            .filter(|wish| wish.scope == Scope::Optional)
            .map(|wish| wish.name)
            .collect();
        if optional.is_empty() {
            return wishes;
        }
        wishes.retain(|wish| wish.scope != Scope::Prod || !optional.contains(wish.name));
        wishes
    }

    const fn sections(&self) -> [(&'static str, Scope, Option<&Section<'a>>); 4] {
        [
            ("dependencies", Scope::Prod, self.dependencies.as_ref()),
            ("devDependencies", Scope::Dev, self.dev_dependencies.as_ref()),
            (
                "optionalDependencies",
                Scope::Optional,
                self.optional_dependencies.as_ref(),
            ),
            ("peerDependencies", Scope::Peer, self.peer_dependencies.as_ref()),
        ]
    }

    /// What has not the shape that it should have.
    fn warnings(&self, file: &str, text: &str) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (key, _, section) in self.sections() {
            match section {
                None => {}
                Some(Section::Other) => warnings.push(Warning::incomplete(format!(
                    "{file}: {key} is not an object and was passed over"
                ))),
                Some(Section::Entries(entries)) => {
                    let is_odd = |entry: &&(Text<'_>, Lenient<Text<'_>>)| matches!(entry.1, Lenient::Other);
                    let mut odd = entries.0.iter().filter(is_odd).map(|(name, _)| name.as_str());
                    if let Some(first) = odd.next() {
                        let line = Lines::new(text).line_at(offset_in(text, first).unwrap_or(0));
                        let others = odd.count();
                        warnings.push(Warning::incomplete(format!(
                            "{file}:{line}: {:?} in {key} has no specifier that is text (of {} such)",
                            text::excerpt(first),
                            others + 1,
                        )));
                    }
                }
            }
        }
        warnings
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Section<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SectionVisitor;
        impl<'de> Visitor<'de> for SectionVisitor {
            type Value = Section<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Section::Other)
            }

            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Section::Other)
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Section::Other)
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Section::Other)
            }

            fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Section::Other)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Section::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Entries::deserialize(de::value::MapAccessDeserializer::new(map)).map(Section::Entries)
            }
        }
        deserializer.deserialize_any(SectionVisitor)
    }
}

/// A manifest has no mark of its own: every member of it may be missing.
pub(in crate::lockfile) fn recognise(_: &str) -> bool {
    false
}

/// pnpm's settings, in which overrides and catalogs stand, and the root of the workspace, which overrides too.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    around::references(input.path)
}

/// What pnpm's settings say of what a manifest asks for.
#[derive(Default, Deserialize)]
struct Workspace<'a> {
    #[serde(borrow)]
    overrides: Option<Overrides<'a>>,
    #[serde(borrow)]
    catalog: Option<Entries<'a, Text<'a>>>,
    #[serde(borrow)]
    catalogs: Option<Entries<'a, Entries<'a, Text<'a>>>>,
}

impl Workspace<'_> {
    /// What `specifier` stands for, if it refers to a catalog that has the name.
    fn of_catalog(&self, name: &str, specifier: &str) -> Option<&str> {
        let catalog = specifier.strip_prefix("catalog:")?.trim();
        let named = Entries::of(self.catalogs.as_ref()).iter();
        let named =
            named.filter(|(own, _)| own.as_str() == if catalog.is_empty() { "default" } else { catalog });
        let usual = self.catalog.iter().filter(|_| matches!(catalog, "" | "default"));
        let mut entries = named
            .map(|(_, entries)| entries)
            .chain(usual)
            .flat_map(|entries| &entries.0);
        let found = entries.find(|(own, _)| own.as_str() == name);
        found.map(|(_, specifier)| specifier.as_str())
    }
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let manifest: Manifest<'_> = json::from_str(input.path, &text)?;
    let mut warnings = manifest.warnings(input.path, &text);
    let mut wishes = manifest.wishes();
    let offset_of = |wish: &Wish<'_>| offset_in(&text, wish.name).unwrap_or(0);
    wishes.sort_by_key(offset_of);
    let mut lines = Lines::new(&text);
    let mut dependencies: Vec<Dependency> = Vec::with_capacity(wishes.len());
    let settings = SettingsFile::PnpmWorkspace.text(input, files);
    let workspace = settings
        .as_deref()
        .map(|text| yaml::from_str::<Workspace<'_>>(SettingsFile::PnpmWorkspace.name(), text));
    let workspace = match workspace {
        None => Workspace::default(),
        Some(Ok(workspace)) => workspace,
        Some(Err(_)) => {
            warnings.push(Warning::incomplete(format!(
                "{}: {} beside it cannot be read, and may override what it asks for",
                input.path,
                SettingsFile::PnpmWorkspace.name(),
            )));
            Workspace::default()
        }
    };
    let around = around::texts(input, files);
    let roots: Vec<Root<'_>> = around.iter().filter_map(Texts::root).collect();
    let overrides = overrides::OfProject::new(&manifest, workspace.overrides.as_ref(), &wishes, &roots);
    for wish in wishes {
        let line = lines.line_at(offset_of(&wish));
        let wanted = match overrides.of(&wish) {
            Replaced::Not => wish.specifier,
            Replaced::By(specifier) => specifier,
            Replaced::Removed => continue,
            Replaced::Unclear => {
                warnings.push(Warning::incomplete(format!(
                    "{}:{line}: what overrides {:?} does not tell which version is installed",
                    input.path,
                    text::excerpt(wish.name),
                )));
                wish.specifier
            }
        };
        let wanted = workspace.of_catalog(wish.name, wanted).unwrap_or(wanted);
        let whole;
        // What is patched counts as what it is made of.
        let (patched, wanted) = if wanted.starts_with("patch:") {
            whole = format!("{}@{wanted}", wish.name);
            specifier::patched(&whole)
        } else {
            (wish.name.into(), wanted.into())
        };
        let (name, version, specifier, source) = match specifier::wanted(&wanted) {
            Wanted::Own => continue,
            Wanted::From(source) => (&*patched, None, text::without_password(&wanted), source),
            Wanted::Registry { name, range } => {
                let name = name.unwrap_or(&patched);
                if !is_name(name) {
                    warnings.push(Warning::incomplete(format!(
                        "{}:{line}: {:?} is no package name",
                        input.path,
                        text::excerpt(name),
                    )));
                    continue;
                }
                let version = specifier::exact(range).map(SmolStr::new);
                (name, version, range.into(), Source::Registry)
            }
        };
        dependencies.push(Dependency {
            ecosystem: Ecosystem::Npm,
            name: name.into(),
            version,
            specifier: Some(specifier),
            scope: wish.scope,
            direct: Some(true),
            source,
            line,
        });
    }
    order::sort_distinct(&mut dependencies, |kept, next| {
        kept.scope = kept.scope.min(next.scope);
        kept.line = kept.line.min(next.line);
    });
    let graph = Graph::flat(dependencies.len());
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// Whether a registry may have a package of this name, by npm's rule for old packages: it stands in a URL as
/// it is, but for the slash after a scope.
fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '_'])
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte))
    };
    match name.strip_prefix('@').and_then(|scoped| scoped.split_once('/')) {
        Some((scope, base)) => is_part(scope) && is_part(base),
        None => is_part(name),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn read(text: &str) -> Parsed {
        let input = Input {
            path: "package.json",
            bytes: text.as_bytes(),
        };
        parse(&input, &ProjectFiles::default()).unwrap()
    }

    #[test]
    fn sections_give_scopes_and_specifiers() {
        let parsed = read(
            r#"{
  "dependencies": {"a": "^1.0.0", "o": "1.0.0", "w": "workspace:*", "z": "1", "z": "=2.0.0"},
  "devDependencies": {"a": "^1.0.0", "alias": "npm:@s/real@~2", "g": "https://u:secret@github.com/a/g.git"},
  "optionalDependencies": {"o": "1.0.0"},
  "peerDependencies": {"p": "*"}
}"#,
        );
        let told: Vec<String> = parsed
            .dependencies
            .iter()
            .map(|it| {
                let specifier = it.specifier.as_deref().unwrap_or_default();
                format!(
                    "{} {specifier} {:?} {:?} {}",
                    it.label(),
                    it.scope,
                    it.source,
                    it.line
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "@s/real ~2 Dev Registry 3",
                "a ^1.0.0 Prod Registry 2",
                "g https://u:***@github.com/a/g.git Dev Git 3",
                "o@1.0.0 1.0.0 Optional Registry 4",
                "p * Peer Registry 5",
                "z@2.0.0 =2.0.0 Prod Registry 2",
            ]
        );
        assert_eq!(parsed.warnings, []);
    }

    #[test]
    fn overrides_stand_in_the_place_of_what_is_asked_for() {
        let asks = r#""dependencies": {"a": "^1.0.0", "b": "2.0.0"}"#;
        for (overrides, expected, gaps) in [
            (r#""resolutions": {"a": "0.0.8"}"#, "a@0.0.8", 0),
            (r#""resolutions": {"**/a": "npm:c@3.0.0"}"#, "c@3.0.0", 0),
            (r#""resolutions": {"x/a": "0.0.8"}"#, "a", 0),
            (r#""overrides": {"a": "1.2.0"}"#, "a@1.2.0", 0),
            (r#""overrides": {"a": {".": "1.2.0", "x": "1"}}"#, "a@1.2.0", 0),
            (r#""overrides": {"a": {"x": "1"}, "c": "1"}"#, "a", 0),
            (r#""overrides": {"a": "$b"}"#, "a@2.0.0", 0),
            (r#""overrides": {"a@^1.0.0": "1.2.0"}"#, "a@1.2.0", 0),
            (r#""overrides": {"a@1": "1.2.0"}"#, "a", 1),
            (r#""overrides": {"a": "$gone"}"#, "a", 1),
            (
                r#""pnpm": {"overrides": {"a": "1.3.0", "x>a": "1.4.0"}}"#,
                "a@1.3.0",
                0,
            ),
            (r#""pnpm": {"overrides": {"a": "-"}}"#, "", 0),
            (
                r#""overrides": {"a": "1.2.0"}, "resolutions": {"a": "1.3.0"}"#,
                "a",
                1,
            ),
            (r#""overrides": 1, "pnpm": [], "resolutions": 2"#, "a", 0),
        ] {
            let parsed = read(&format!("{{{asks}, {overrides}}}"));
            let labels: Vec<String> = parsed.dependencies.iter().map(Dependency::label).collect();
            let mut expected = vec![expected, "b@2.0.0"];
            expected.retain(|label| !label.is_empty());
            expected.sort_unstable();
            assert_eq!(
                (labels, parsed.warnings.len()),
                (expected.into_iter().map(String::from).collect(), gaps),
                "{overrides}"
            );
        }
    }

    #[test]
    fn what_the_root_of_the_workspace_overrides_counts() {
        let asks = r#"{"dependencies": {"a": "^1.2.8"}}"#;
        let settings = "packages: [\"p/*\"]\noverrides:\n  a: 0.0.8\n";
        let root = |members: &str, overrides: &str| format!(r#"{{"workspaces": {members}, {overrides}}}"#);
        let npm = root(r#"["p/*"]"#, r#""overrides": {"a": "0.0.8"}"#);
        let yarn = root(r#"{"packages": ["./p/*"]}"#, r#""resolutions": {"a": "0.0.8"}"#);
        let dollar = root(
            r#"["p/*"]"#,
            r#""overrides": {"a": "$a"}, "dependencies": {"a": "0.0.8"}"#,
        );
        let nobody = r#"{"overrides": {"a": "0.0.8"}}"#;
        for (path, file, text, expected) in [
            (
                "package.json",
                "pnpm-workspace.yaml",
                "overrides:\n  a: 0.0.8\n",
                ("a@0.0.8", 0),
            ),
            (
                "w/p/x/package.json",
                "w/pnpm-workspace.yaml",
                settings,
                ("a@0.0.8", 0),
            ),
            (
                "w/p/x/package.json",
                "w/package.json",
                npm.as_str(),
                ("a@0.0.8", 0),
            ),
            (
                "w/p/x/package.json",
                "w/package.json",
                yarn.as_str(),
                ("a@0.0.8", 0),
            ),
            (
                "w/p/x/package.json",
                "w/package.json",
                dollar.as_str(),
                ("a@0.0.8", 0),
            ),
            ("w/q/package.json", "w/package.json", npm.as_str(), ("a", 0)),
            ("w/p/x/package.json", "w/package.json", nobody, ("a", 0)),
            // The path does not tell the folder's name.
            ("package.json", "../../package.json", npm.as_str(), ("a", 1)),
        ] {
            let input = Input {
                path,
                bytes: asks.as_bytes(),
            };
            assert!(references(&input).contains(&file.to_owned()), "{file}");
            let mut files = ProjectFiles::default();
            files.insert(file, text.as_bytes().to_vec());
            let parsed = parse(&input, &files).unwrap();
            let labels: Vec<String> = parsed.dependencies.iter().map(Dependency::label).collect();
            let (label, gaps) = expected;
            assert_eq!(
                (labels, parsed.warnings.len()),
                (vec![label.to_owned()], gaps),
                "{path} {file}"
            );
        }
        let settings = Input {
            path: "pnpm-workspace.yaml",
            bytes: b"",
        };
        assert_eq!(references(&settings), [""; 0]);
    }

    #[test]
    fn what_has_another_shape_is_told() {
        let parsed = read(
            r#"{"dependencies": ["a"], "devDependencies": null,
"optionalDependencies": {"d": {}, "e": 1, "f": "^1", "npm:g": "1"}}"#,
        );
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(
            parsed.warnings,
            [
                Warning::incomplete("package.json: dependencies is not an object and was passed over"),
                Warning::incomplete(
                    "package.json:2: \"d\" in optionalDependencies has no specifier that is text (of 2 such)"
                ),
                Warning::incomplete("package.json:2: \"npm:g\" is no package name"),
            ]
        );
    }

    #[test]
    fn pnpms_settings_override_and_have_catalogs() {
        let manifest =
            r#"{"dependencies": {"a": "^1", "b": "catalog:", "c": "catalog:x", "d": "catalog:", "e": "^1"}}"#;
        let settings = "overrides:\n  a: 1.5.0\n  x>e: 2.0.0\ncatalog:\n  b: 1.2.3\ncatalogs:\n  x:\n    c: npm:other@3.0.0\n";
        let told = sample::told("package.json", manifest, Some(("pnpm-workspace.yaml", settings)));
        let told: Vec<_> = told.iter().map(|line| line.split(" [").next().unwrap()).collect();
        assert_eq!(
            told,
            [
                "a 1.5.0 Prod direct Registry 1.5.0 1",
                "b 1.2.3 Prod direct Registry 1.2.3 1",
                "d - Prod direct Registry catalog: 1",
                "e - Prod direct Registry ^1 1",
                "other 3.0.0 Prod direct Registry 3.0.0 1",
            ]
        );
    }

    #[test]
    fn a_patch_counts_as_what_it_patches() {
        let manifest = r##"{"dependencies": {"a": "^1", "b": "patch:b@npm:2.0.0#./p.patch"},
            "resolutions": {"a@npm:^1": "patch:a@npm%3A1.5.0#~/p.patch", "a": "patch:a@npm%3A1.5.0#~/p.patch"}}"##;
        let told = sample::told("package.json", manifest, None);
        let told: Vec<_> = told.iter().map(|line| line.split(" [").next().unwrap()).collect();
        assert_eq!(
            told,
            [
                "a 1.5.0 Prod direct Registry 1.5.0 1",
                "b 2.0.0 Prod direct Registry 2.0.0 1",
            ]
        );
    }

    #[test]
    fn a_manifest_without_sections_is_empty() {
        assert!(read("{}").dependencies.is_empty());
        let input = Input {
            path: "package.json",
            bytes: b"[]",
        };
        assert!(parse(&input, &ProjectFiles::default()).is_err());
    }
}
