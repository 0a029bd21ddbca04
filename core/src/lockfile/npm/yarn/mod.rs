//! `yarn.lock`: the format of Yarn 1 ("classic") and that of its successors ("berry"). They share a name;
//! the second begins with `__metadata`.

mod berry;
mod classic;

use foldhash::{HashMap, HashMapExt};

use super::super::{Input, Parsed, ProjectFiles, project};
use super::manifest::Manifest;
use super::registries::SettingsFile;
use super::specifier;
use crate::error::InputError;
use crate::text::{self, Encoding};

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    is_berry(text) || text.lines().take(4).any(|line| line == classic::HEADER)
}

/// Neither format tells what is for development, and the first does not tell what the project itself asks
/// for. The manifests do; the settings name the registries, and catalogs.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    let settings = |kinds: &[SettingsFile]| {
        let kinds = kinds.iter().map(|kind| kind.beside(input.path));
        kinds.collect::<Vec<_>>()
    };
    // What is referred to refers to nothing itself.
    if matches!(
        project::file_name(input.path),
        "package.json" | ".npmrc" | ".yarnrc" | ".yarnrc.yml"
    ) {
        return Vec::new();
    }
    match text::decode(input.path, input.bytes, Encoding::Utf8) {
        Ok(text) if is_berry(&text) => {
            let folders = std::iter::once(".").chain(berry::folders(&text));
            let manifests = folders.map(|folder| manifest_path(input.path, folder));
            manifests.chain(settings(&berry::SETTINGS)).collect()
        }
        Ok(_) => {
            let manifest = std::iter::once(manifest_path(input.path, "."));
            manifest.chain(settings(&classic::SETTINGS)).collect()
        }
        Err(_) => Vec::new(),
    }
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    if is_berry(&text) {
        berry::read(input, &text, files)
    } else {
        classic::read(input, &text, files)
    }
}

fn is_berry(text: &str) -> bool {
    text.starts_with("__metadata:") || memchr::memmem::find(text.as_bytes(), b"\n__metadata:").is_some()
}

fn manifest_path(lockfile: &str, folder: &str) -> String {
    project::beside(lockfile, &format!("{folder}/package.json"))
}

/// The manifest in a folder of the project; nothing if it is not at hand or cannot be read, since the
/// lockfile alone suffices.
fn with_manifest<T>(
    lockfile: &str,
    folder: &str,
    files: &ProjectFiles,
    read: impl FnOnce(&Manifest<'_>) -> T,
) -> Option<T> {
    let bytes = files.get(&manifest_path(lockfile, folder))?;
    let text = text::decode("package.json", bytes, Encoding::Utf8).ok()?;
    Manifest::read(&text).as_ref().map(read)
}

/// What the patterns (`name@range`) of a lockfile lead to.
struct Patterns<'a, T> {
    by_pattern: HashMap<&'a str, T>,
    /// What patterns led to before they stood a second time.
    replaced: Vec<(&'a str, T)>,
    /// What the patterns of a name lead to. Made when it is first asked for, as in most lockfiles nobody does.
    by_name: Option<HashMap<&'a str, Vec<T>>>,
    /// Room for the pattern that is looked up.
    pattern: String,
}

impl<'a, T: Copy> Patterns<'a, T> {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            by_pattern: HashMap::with_capacity(capacity),
            replaced: Vec::new(),
            by_name: None,
            pattern: String::new(),
        }
    }

    fn insert(&mut self, pattern: &'a str, target: T) {
        if let Some(replaced) = self.by_pattern.insert(pattern, target) {
            self.replaced.push((pattern, replaced));
        }
    }

    /// What `name` at `range` leads to.
    fn exact(&mut self, name: &str, before_range: &[&str], range: &str) -> Option<T> {
        before_range.iter().find_map(|before| {
            self.pattern.clear();
            self.pattern.extend([name, "@", before, range]);
            self.by_pattern.get(self.pattern.as_str()).copied()
        })
    }

    /// All that any pattern of `name` leads to: where it is not known which one is meant, it may be each of them.
    fn of_name(&mut self, name: &str) -> &[T] {
        let (by_pattern, replaced) = (&self.by_pattern, &self.replaced);
        let by_name = self.by_name.get_or_insert_with(|| {
            let mut by_name: HashMap<&str, Vec<T>> = HashMap::new();
            let current = by_pattern.iter().map(|(&pattern, &target)| (pattern, target));
            for (pattern, target) in current.chain(replaced.iter().copied()) {
                by_name
                    .entry(specifier::split(pattern).0)
                    .or_default()
                    .push(target);
            }
            by_name
        });
        by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependency::Scope;
    use crate::error::Code;
    use crate::lockfile::{FORMATS, Lockfile, Warning};

    fn read(text: &str, manifests: &[(&str, &str)]) -> Result<Lockfile, InputError> {
        let format = FORMATS
            .iter()
            .find(|format| format.has_name("yarn.lock"))
            .unwrap();
        let input = Input {
            path: "yarn.lock",
            bytes: text.as_bytes(),
        };
        let references = format.references(input);
        let mut files = ProjectFiles::default();
        for (path, manifest) in manifests {
            assert!(references.contains(&(*path).to_owned()), "{path}");
            files.insert(*path, manifest.as_bytes().to_vec());
        }
        crate::lockfile::parse(format, input, &files)
    }

    /// `name@version scope direct line`, and the paths.
    fn told(lockfile: &Lockfile) -> Vec<String> {
        let lines = lockfile.dependencies.iter().enumerate().map(|(index, it)| {
            let paths: Vec<String> = lockfile.paths(index).iter().map(|path| path.join(">")).collect();
            let paths = paths.join(" ");
            format!(
                "{} {:?} {:?} {} {paths}",
                it.label(),
                it.scope,
                it.direct,
                it.line
            )
        });
        lines.collect()
    }

    const CLASSIC: &str = "# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.
# yarn lockfile v1


\"@s/a@^1.0.0\", \"@s/a@~1.0.0\":
  version \"1.0.0\"
  resolved \"https://npm.example/@s/a/-/a-1.0.0.tgz#00\"
  integrity sha512-AAAA==
  dependencies:
    b \"^1.0.0\"
  optionalDependencies:
    \"c\" \"1\"

\"alias@npm:real@^1\":
  version \"1.5.0\"

b@^1.0.0:
  version \"1.2.0\"

c@1:
  version \"1.0.0\"

\"linked@link:../linked\":
  version \"0.0.0\"
";

    #[test]
    fn classic_alone_does_not_tell_what_is_asked_for() {
        let lockfile = read(CLASSIC, &[]).unwrap();
        assert_eq!(
            told(&lockfile),
            [
                "@s/a@1.0.0 Prod Some(true) 5 @s/a@1.0.0",
                "b@1.2.0 Prod None 17 @s/a@1.0.0>b@1.2.0",
                "c@1.0.0 Prod None 20 @s/a@1.0.0>c@1.0.0",
                "real@1.5.0 Prod Some(true) 14 real@1.5.0",
            ]
        );
    }

    #[test]
    fn classic_alone_has_a_gap_where_what_is_required_is_not_there() {
        let text = "a@^1:\n  version \"1.0.0\"\n  dependencies:\n    minimist \"0.0.8\"\n";
        let gap = Warning::incomplete("yarn.lock:1: \"minimist\" is asked for, but not described");
        for manifest in [None, Some(r#"{"dependencies": {"a": "^1"}}"#)] {
            let manifests: Vec<_> = manifest.into_iter().map(|text| ("package.json", text)).collect();
            assert_eq!(
                read(text, &manifests).unwrap().warnings,
                std::slice::from_ref(&gap)
            );
        }
    }

    #[test]
    fn classic_with_its_manifest_tells_scopes() {
        let manifest = r#"{"dependencies": {"@s/a": "^1.0.0"}, "devDependencies": {"alias": "npm:real@^1"}}"#;
        let lockfile = read(CLASSIC, &[("package.json", manifest)]).unwrap();
        assert_eq!(
            told(&lockfile),
            [
                "@s/a@1.0.0 Prod Some(true) 5 @s/a@1.0.0",
                "b@1.2.0 Prod Some(false) 17 @s/a@1.0.0>b@1.2.0",
                "c@1.0.0 Optional Some(false) 20 @s/a@1.0.0>c@1.0.0",
                "real@1.5.0 Dev Some(true) 14 real@1.5.0",
            ]
        );
        let manifest = manifest.replacen('{', r#"{"workspaces": ["packages/*"], "#, 1);
        let lockfile = read(CLASSIC, &[("package.json", &manifest)]).unwrap();
        assert_eq!(
            told(&lockfile)[1],
            "b@1.2.0 Prod None 17 @s/a@1.0.0>b@1.2.0",
            "another manifest may ask for it"
        );
    }

    const BERRY: &str = "# This file is generated by running \"yarn install\" inside your project.

__metadata:
  version: 8
  cacheKey: 10c0

\"@s/a@npm:^1.0.0, @s/a@npm:~1.0.0\":
  version: 1.0.0
  resolution: \"@s/a@npm:1.0.0\"
  dependencies:
    b: \"npm:^1.0.0\"
    old: ^2.0.0
  dependenciesMeta:
    b:
      optional: true
  languageName: node
  linkType: hard

\"alias@npm:real@^1\":
  version: 1.5.0
  resolution: \"real@npm:1.5.0\"

? \"b@npm:^1.0.0\"
:
  version: 1.2.0
  resolution: \"b@npm:1.2.0\"

\"old@npm:^2.0.0\":
  version: 2.0.0
  resolution: \"old@npm:2.0.0\"

\"old@patch:old@npm%3A^2.0.0#~builtin<compat/old>\":
  version: 2.0.0
  resolution: \"old@patch:old@npm%3A2.0.0#~builtin<compat/old>::version=2.0.0&hash=00\"

\"over@npm:3.0.0\":
  version: 3.0.0
  resolution: \"over@npm:3.0.0\"

\"root@workspace:.\":
  version: 0.0.0-use.local
  resolution: \"root@workspace:.\"
  dependencies:
    \"@s/a\": \"npm:^1.0.0\"
    over: \"npm:^2.0.0\"
    web: \"workspace:^\"

\"web@workspace:^, web@workspace:packages/web\":
  version: 0.0.0-use.local
  resolution: \"web@workspace:packages/web\"
  dependencies:
    alias: \"npm:real@^1\"
    linked: \"link:../linked\"

\"linked@link:../linked::locator=web%40workspace%3Apackages%2Fweb\":
  version: 0.0.0-use.local
  resolution: \"linked@link:../linked::locator=web%40workspace%3Apackages%2Fweb\"
";

    #[test]
    fn berry_names_packages_by_their_resolution() {
        let manifest = r#"{"dependencies": {"@s/a": "^1.0.0"}, "devDependencies": {"over": "^2.0.0"}}"#;
        let lockfile = read(BERRY, &[("package.json", manifest)]).unwrap();
        assert_eq!(lockfile.warnings, []);
        assert_eq!(
            told(&lockfile),
            [
                "@s/a@1.0.0 Prod Some(true) 7 @s/a@1.0.0",
                "b@1.2.0 Optional Some(false) 23 @s/a@1.0.0>b@1.2.0",
                "old@2.0.0 Prod Some(false) 28 @s/a@1.0.0>old@2.0.0",
                "over@3.0.0 Dev Some(true) 36 over@3.0.0",
                "real@1.5.0 Prod Some(true) 19 packages/web>real@1.5.0",
            ]
        );
        read(BERRY, &[("packages/web/package.json", "{}")]).unwrap();
    }

    /// Of each dependency: its label and source.
    fn sources(lockfile: &Lockfile) -> Vec<String> {
        let dependencies = lockfile.dependencies.iter();
        dependencies
            .map(|it| format!("{} {:?}", it.label(), it.source))
            .collect()
    }

    #[test]
    fn what_is_installed_is_what_the_url_leads_to() {
        for (entry, expected) in [
            (
                "a@^1:\n  version \"1.0.0\"\n  resolved \"https://npm.example/a/-/a-1.0.0.tgz#00\"\n",
                "a@1.0.0 Registry",
            ),
            (
                "a@*, \"a@npm:b@1.0.0\":\n  version \"1.0.0\"\n  resolved \"https://npm.example/b/-/b-1.0.0.tgz#00\"\n",
                "b@1.0.0 Registry",
            ),
            (
                "a@*, \"a@npm:b@1.0.0\":\n  version \"1.0.0\"\n",
                "b@1.0.0 Registry",
            ),
            (
                "a@^1:\n  version \"1.0.0\"\n  resolved \"https://npm.example/b/-/b-2.0.0.tgz#00\"\n",
                "b@2.0.0 Registry",
            ),
            (
                "a@^1:\n  version \"1.0.0\"\n  resolved \"https://files.example/a.tgz#00\"\n",
                "a@1.0.0 Url",
            ),
            (
                "\"a@https://f.example/t/a/-/a-1.0.0.tgz\":\n  version \"1.0.0\"\n  resolved \"https://f.example/t/a/-/a-1.0.0.tgz\"\n",
                "a@1.0.0 Url",
            ),
        ] {
            assert_eq!(sources(&read(entry, &[]).unwrap()), [expected], "{entry}");
        }
        for (resolution, expected) in [
            ("a@npm:1.0.0", "a@1.0.0 Registry"),
            ("b@npm:2.0.0", "b@2.0.0 Registry"),
            (
                "a@npm:1.0.0::__archiveUrl=https%3A%2F%2Ffiles.example%2Fa.tgz",
                "a@1.0.0 Url",
            ),
            (
                "a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fnpm.example%2Fa%2F-%2Fa-1.0.0.tgz",
                "a@1.0.0 Registry",
            ),
            ("a@jsr:1.0.0", "a@1.0.0 Url"),
            ("@s/a@jsr:1.0.0", "@jsr/s__a@1.0.0 Registry"),
        ] {
            let text = format!(
                "__metadata:\n  version: 8\n\n\"x@1\":\n  version: 1.0.0\n  resolution: \"{resolution}\"\n"
            );
            assert_eq!(sources(&read(&text, &[]).unwrap()), [expected], "{resolution}");
        }
    }

    #[test]
    fn ranges_are_replaced_as_yarn_replaces_them() {
        let entry = |key: &str, dependencies: &str| {
            let (name, range) = key.split_once("@npm:").unwrap();
            let version = range.trim_start_matches('^');
            let dependencies = match dependencies {
                "" => String::new(),
                some => format!("  dependencies:\n    {some}\n"),
            };
            format!(
                "\"{key}\":\n  version: {version}\n  resolution: \"{name}@npm:{version}\"\n{dependencies}\n"
            )
        };
        let text = [
            "__metadata:\n  version: 8\n\n\"p@workspace:.\":\n  resolution: \"p@workspace:.\"\n  dependencies:\n    a: \"npm:1.0.0\"\n    b: \"npm:3.0.0\"\n    d: \"catalog:\"\n\n",
            &entry("a@npm:1.0.0", "b: \"npm:^0.1.0\""),
            &entry("b@npm:2.0.0", "c: \"npm:^4.0.0\""),
            &entry("b@npm:3.0.0", "c: \"npm:^6.0.0\""),
            &entry("c@npm:^4.0.0", ""),
            &entry("c@npm:7.0.0", ""),
            &entry("d@npm:^1.0.0", ""),
            &entry("d@npm:^2.0.0", ""),
        ]
        .concat();
        let manifest = r#"{"dependencies": {"a": "1.0.0", "d": "catalog:"}, "devDependencies": {"b": "3.0.0"},
            "resolutions": {"b@npm:3.0.0/c@npm:^6.0.0": "7.0.0", "a/b": "2.0.0"}}"#;
        let settings = "catalog:\n  d: ^2.0.0\n";
        let lockfile = read(&text, &[("package.json", manifest), (".yarnrc.yml", settings)]).unwrap();
        assert_eq!(lockfile.warnings, []);
        let scopes = |lockfile: &Lockfile| {
            let dependencies = lockfile.dependencies.iter();
            dependencies
                .map(|it| format!("{} {:?} {:?}", it.label(), it.scope, it.direct))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            scopes(&lockfile),
            [
                "a@1.0.0 Prod Some(true)",
                "b@2.0.0 Prod Some(false)",
                "b@3.0.0 Dev Some(true)",
                "c@4.0.0 Prod Some(false)",
                "c@7.0.0 Dev Some(false)",
                "d@1.0.0 Prod Some(false)",
                "d@2.0.0 Prod Some(true)",
            ]
        );
        // Without what tells it, any version of a name may be meant.
        let lockfile = read(
            &text,
            &[("package.json", r#"{"devDependencies": {"b": "3.0.0"}}"#)],
        )
        .unwrap();
        assert!(
            lockfile
                .dependencies
                .iter()
                .all(|it| it.scope == Scope::Prod || it.name == "b")
        );
        assert_eq!(lockfile.dependencies[5].direct, Some(true));
    }

    #[test]
    fn what_is_required_and_not_there_is_a_gap() {
        let manifest = [("package.json", r#"{"dependencies": {"a": "^1"}}"#)];
        let classic = "a@^1:\n  version \"1.0.0\"\n  dependencies:\n    b \"^1\"\n";
        let berry = "__metadata:\n  version: 8\n\n\"a@npm:^1\":\n  resolution: \"a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:^1\"\n";
        for (text, line) in [(classic, 1), (berry, 4)] {
            let gap = format!("yarn.lock:{line}: \"b\" is asked for, but not described");
            assert_eq!(
                read(text, &manifest).unwrap().warnings,
                [Warning::incomplete(gap)]
            );
        }
    }

    #[test]
    fn what_is_left_open_is_told() {
        for (text, expected) in [
            (
                "a@^1:\n  version \"\"\n",
                Warning::incomplete("yarn.lock:1: \"a@^1\" has no version"),
            ),
            (
                "__metadata:\n  version: 8\n\n\"a@npm:^1\":\n  version: 1.0.0\n",
                Warning::incomplete("yarn.lock:4: \"a@npm:^1\" has no resolution"),
            ),
            (
                "__metadata:\n  version: 11\n",
                Warning::incomplete("metadata version 11 is not known; it was read as version 10"),
            ),
        ] {
            let lockfile = read(text, &[]).unwrap();
            assert_eq!(
                (lockfile.dependencies, lockfile.warnings),
                (vec![], vec![expected])
            );
        }
    }

    #[test]
    fn what_is_no_lockfile_is_refused() {
        for (text, line) in [
            ("hello\n", 1),
            ("a@1:\n  version 1.0.0 2\n", 2),
            ("a@1:\n   version \"1.0.0\"\n", 2),
            ("  version \"1.0.0\"\n", 1),
            ("a@1:\n\tversion \"1.0.0\"\n", 2),
            ("a@1:\n  version \"1.0.0\n", 2),
            ("\"a@1:\"\n  version \"1.0.0\"\n", 1),
            ("__metadata:\n  version: 8\na: b: c\n", 3),
        ] {
            let error = read(text, &[]).unwrap_err();
            assert_eq!(
                (error.code, error.position.map(|position| position.line)),
                (Code::Syntax, Some(line)),
                "{text}"
            );
        }
        let conflict = format!("{CLASSIC}<<<<<<< ours\n");
        assert_eq!(read(&conflict, &[]).unwrap_err().code, Code::MergeConflict);
    }
}
