//! `pnpm-lock.yaml`, lockfile versions 5, 6, 9 and 13.
//!
//! Source of the rules: pnpm's specification of the lockfile (`spec/lockfile/` in the repository pnpm/spec)
//! and its packages `lockfile.types` and `dependency-path`. Packages stand under dependency paths ([`path`]).
//! Versions 5 and 6 keep what a package requires with it; version 9 keeps that apart, in `snapshots`, once
//! for each choice of its peers. What the projects of a workspace ask for stands in `importers`; a project
//! alone has it at the top in versions 5 and 6. Version 13 is JSON with trailing commas within YAML: what is required
//! stands with the package again, and an exact specifier in the place of a version. What pnpm installs for itself
//! (`configDependencies`) stands in a document of its own before the project's.

mod build;
mod document;
mod path;

use super::super::{Input, Parsed, ProjectFiles, Warning, project, yaml};
use super::registries::{Settings, SettingsFile};
use crate::error::{Code, InputError};
use crate::text::{self, Encoding};
use document::Document;

/// The lockfile version that keeps `snapshots`.
const WITH_SNAPSHOTS: u64 = 9;

/// The newest lockfile version whose meaning is known.
const NEWEST: u64 = 13;

/// The files that hold pnpm's settings.
const SETTINGS: [SettingsFile; 2] = [SettingsFile::Npmrc, SettingsFile::PnpmWorkspace];

pub(in crate::lockfile) fn recognise(text: &str) -> bool {
    text.lines()
        .take(8)
        .any(|line| line.starts_with("lockfileVersion:"))
}

/// pnpm's settings say which hosts are registries.
pub(in crate::lockfile) fn references(input: &Input<'_>) -> Vec<String> {
    // What is referred to refers to nothing itself.
    if matches!(project::file_name(input.path), ".npmrc" | "pnpm-workspace.yaml") {
        return Vec::new();
    }
    SETTINGS.iter().map(|kind| kind.beside(input.path)).collect()
}

pub(in crate::lockfile) fn parse(input: &Input<'_>, files: &ProjectFiles) -> Result<Parsed, InputError> {
    let text = text::decode(input.path, input.bytes, Encoding::Utf8)?;
    let mut warnings = Vec::new();
    let mut documents = Vec::new();
    for document in yaml::all_from_str::<Document<'_>>(input.path, &text)? {
        let major = major(input.path, &document, &mut warnings)?;
        documents.push((document, major));
    }
    let settings = Settings::read(input, &SETTINGS, files);
    let (resolved, faults) = build::build(&text, &documents, &settings);
    warnings.extend(faults.warnings(input.path, &text));
    let (dependencies, graph) = resolved.into_parts(&text);
    Ok(Parsed {
        dependencies,
        graph,
        warnings,
    })
}

/// The major version to read the lockfile as.
fn major(file: &str, document: &Document<'_>, warnings: &mut Vec<Warning>) -> Result<u64, InputError> {
    let anew = "make the lockfile anew with `pnpm install --lockfile-only`";
    let Some(version) = &document.lockfile_version else {
        let message = "not a pnpm-lock.yaml: no lockfileVersion in it";
        return Err(InputError::new(Code::Format, file, message).help(anew));
    };
    let version = text::excerpt(version.as_str());
    let number = version.split('.').next().and_then(|major| major.parse().ok());
    let number: u64 = number.ok_or_else(|| {
        InputError::new(Code::Format, file, format!("{version:?} is no lockfile version")).help(anew)
    })?;
    let read_as = match number {
        5 | 6 | WITH_SNAPSHOTS | NEWEST => return Ok(number),
        0..5 => 5,
        7 | 8 if document.snapshots.is_none() => 6,
        // A newer version whose packages stand where nobody knows.
        _ if document.snapshots.is_none() && document.packages.is_some() => {
            let message = format!("lockfileVersion {version} is none of those known (5, 6, 9 and 13)");
            return Err(InputError::new(Code::Unsupported, file, message)
                .help("make the lockfile with a pnpm that writes one of these versions"));
        }
        _ => WITH_SNAPSHOTS,
    };
    let message = format!("lockfileVersion {version} is not known; it was read as version {read_as}");
    warnings.push(Warning::incomplete(message));
    Ok(read_as)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependency::{Dependency, Scope, Source};
    use crate::lockfile::{FORMATS, Lockfile};

    fn read(text: &str) -> Result<Lockfile, InputError> {
        let format = FORMATS
            .iter()
            .find(|format| format.has_name("pnpm-lock.yaml"))
            .unwrap();
        let input = Input {
            path: "pnpm-lock.yaml",
            bytes: text.as_bytes(),
        };
        crate::lockfile::parse(format, input, &ProjectFiles::default())
    }

    /// `name@version scope direct line`, and the paths.
    fn told(text: &str) -> Vec<String> {
        let lockfile = read(text).unwrap();
        assert_eq!(lockfile.warnings, []);
        let tell = |(index, dependency): (usize, &Dependency)| {
            let paths: Vec<String> = lockfile.paths(index).iter().map(|path| path.join(">")).collect();
            format!(
                "{} {:?} {:?} {} {}",
                dependency.label(),
                dependency.scope,
                dependency.direct,
                dependency.line,
                paths.join(" "),
            )
        };
        lockfile.dependencies.iter().enumerate().map(tell).collect()
    }

    #[test]
    fn snapshots_tell_who_requires_whom() {
        let text = "lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      alias: {specifier: npm:@s/real@1, version: '@s/real@1.0.0(p@1.0.0)'}
      web: {specifier: 'workspace:*', version: link:packages/web}
    devDependencies:
      d: {specifier: ^1, version: 1.0.0}
  packages/web:
    optionalDependencies:
      o: {specifier: ^1, version: 1.0.0}
packages:
  '@s/real@1.0.0': {resolution: {integrity: sha512-AAAA}}
snapshots:
  '@s/real@1.0.0(p@1.0.0)':
    dependencies: {p: 1.0.0}
    optionalDependencies: {x: 1.0.0}
  '@s/real@1.0.0(p@2.0.0)': {}
  d@1.0.0: {dependencies: {x: 1.0.0, y: 1.0.0}}
  o@1.0.0: {dependencies: {alias: p@1.0.0}}
  p@1.0.0: {}
  u@1.0.0: {optional: true}
  x@1.0.0: {}
  y@1.0.0: {}
";
        assert_eq!(
            told(text),
            [
                "@s/real@1.0.0 Prod Some(true) 15 @s/real@1.0.0",
                "d@1.0.0 Dev Some(true) 19 d@1.0.0",
                "o@1.0.0 Optional Some(true) 20 packages/web>o@1.0.0",
                "p@1.0.0 Prod Some(false) 21 @s/real@1.0.0>p@1.0.0 packages/web>o@1.0.0>p@1.0.0",
                "u@1.0.0 Optional Some(false) 22 ",
                "x@1.0.0 DevOptional Some(false) 23 @s/real@1.0.0>x@1.0.0 d@1.0.0>x@1.0.0",
                "y@1.0.0 Dev Some(false) 24 d@1.0.0>y@1.0.0",
            ]
        );
    }

    #[test]
    fn versions_5_and_6_keep_requirements_with_the_package() {
        for text in [
            "lockfileVersion: 5.4
specifiers: {a: ^1, r: 'npm:real@1'}
dependencies:
  a: 1.0.0_b@1.0.0
  r: /real/1.0.0
packages:
  /a/1.0.0_b@1.0.0: {dependencies: {b: 1.0.0}, dev: false}
  /b/1.0.0: {dev: false}
  /real/1.0.0: {dev: false}
",
            "lockfileVersion: '6.0'
dependencies:
  a: {specifier: ^1, version: 1.0.0(b@1.0.0)}
  r: {specifier: 'npm:real@1', version: /real@1.0.0}
packages:

  /a@1.0.0(b@1.0.0): {dependencies: {b: 1.0.0}, dev: false}
  /b@1.0.0: {dev: false}
  /real@1.0.0: {dev: false}
",
        ] {
            assert_eq!(
                told(text),
                [
                    "a@1.0.0 Prod Some(true) 7 a@1.0.0",
                    "b@1.0.0 Prod Some(false) 8 a@1.0.0>b@1.0.0",
                    "real@1.0.0 Prod Some(true) 9 real@1.0.0",
                ]
            );
        }
    }

    #[test]
    fn what_comes_from_no_registry_has_its_place() {
        let text = "lockfileVersion: '9.0'
packages:
  a@https://codeload.github.com/x/a/tar.gz/c0ffee:
    resolution: {tarball: https://codeload.github.com/x/a/tar.gz/c0ffee}
    version: 1.0.0
  b@git+https://u:secret@git.example/b.git#c0ffee:
    resolution: {commit: c0ffee, repo: 'https://u:secret@git.example/b.git', type: git}
    version: 2.0.0
  c@file:c: {resolution: {directory: c, type: directory}}
  d@https://files.example/d.tgz: {resolution: {tarball: https://files.example/d.tgz}, version: 4.0.0}
snapshots:
  a@https://codeload.github.com/x/a/tar.gz/c0ffee: {}
  b@git+https://u:secret@git.example/b.git#c0ffee: {}
  c@file:c: {}
  d@https://files.example/d.tgz: {}
";
        let dependencies = read(text).unwrap().dependencies;
        let told: Vec<_> = dependencies
            .iter()
            .map(|dependency| {
                let place = dependency.specifier.as_deref().unwrap();
                (dependency.label(), dependency.source, place)
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    "a@1.0.0".to_owned(),
                    Source::Git,
                    "https://codeload.github.com/x/a/tar.gz/c0ffee"
                ),
                (
                    "b@2.0.0".to_owned(),
                    Source::Git,
                    "https://u:***@git.example/b.git#c0ffee"
                ),
                ("c".to_owned(), Source::File, "file:c"),
                ("d@4.0.0".to_owned(), Source::Url, "https://files.example/d.tgz"),
            ]
        );
        assert!(
            dependencies
                .iter()
                .all(|dependency| dependency.scope == Scope::Prod)
        );
    }

    #[test]
    fn all_documents_and_their_forms_are_read() {
        let text = "---
lockfileVersion: '9.0'
importers:
  .:
    configDependencies:
      p: {specifier: 1.0.0, version: 1.0.0}
packages:
  p@1.0.0: {resolution: {integrity: sha512-AAAA}}
snapshots:
  p@1.0.0: {}

---
{
\t\"lockfileVersion\": \"13.0\",
\t\"settings\": {\"catalogs\": {\"default\": {\"c\": \"2.0.0\"}}},
\t\"projects\": {
\t\t\".\": {
\t\t\t\"dependencies\": {
\t\t\t\t\"alias\": \"npm:@s/real@1.0.0\",
\t\t\t\t\"c\": \"catalog:\",
\t\t\t\t\"w\": \"workspace:*\",
\t\t\t},
\t\t\t\"devDependencies\": {
\t\t\t\t\"d\": {\"specifier\": \"^1.0.0\", \"version\": \"1.0.0\"},
\t\t\t},
\t\t},
\t\t\"packages/w\": {\"name\": \"w\"},
\t},
\t\"packages\": {
\t\t\"@s/real@1.0.0\": {\"integrity\": \"x\", \"peerDependencies\": {\"e\": {\"specifier\": \"*\", \"version\": \"1.0.0\"}, \"f\": \"*\"}},
\t\t\"c@2.0.0\": {\"integrity\": \"x\"},
\t\t\"d@1.0.0\": {\"dependencies\": {\"e\": \"1.0.0\"}},
\t\t\"e@1.0.0\": {},
\t},
}
";
        assert_eq!(
            told(text),
            [
                "@s/real@1.0.0 Prod Some(true) 30 @s/real@1.0.0",
                "c@2.0.0 Prod Some(true) 31 c@2.0.0",
                "d@1.0.0 Dev Some(true) 32 d@1.0.0",
                "e@1.0.0 Prod Some(false) 33 @s/real@1.0.0>e@1.0.0 d@1.0.0>e@1.0.0",
                "p@1.0.0 Prod Some(true) 10 p@1.0.0",
            ]
        );
    }

    #[test]
    fn members_that_are_copied_are_members() {
        let text = "lockfileVersion: '9.0'
importers:
  packages/x: {}
  packages/y:
    devDependencies:
      x: {specifier: 'workspace:*', version: 'file:packages/x(a@1.0.0)'}
packages:
  a@1.0.0: {resolution: {integrity: sha512-AAAA}}
  x@file:packages/x: {resolution: {directory: packages/x, type: directory}}
snapshots:
  a@1.0.0: {}
  x@file:packages/x(a@1.0.0):
    dependencies: {a: 1.0.0}
";
        assert_eq!(told(text), ["a@1.0.0 Prod Some(true) 11 packages/x>a@1.0.0"]);
    }

    #[test]
    fn the_resolution_counts() {
        let settings = "namedRegistries:\n  work: https://npm.example/\n";
        for (path, resolution, settings, expected) in [
            ("a@1.0.0", "integrity: x", "", "a@1.0.0 Registry"),
            (
                "a@1.0.0",
                "tarball: 'https://files.example/a.tgz'",
                "",
                "a@1.0.0 Url",
            ),
            ("a@1.0.0", "tarball: 'file:a.tgz'", "", "a@1.0.0 File"),
            (
                "a@1.0.0",
                "tarball: 'https://npm.example/a/-/a-1.0.0.tgz'",
                settings,
                "a@1.0.0 Registry",
            ),
            (
                "a@1.0.0",
                "tarball: 'https://npm.example/b/-/b-2.0.0.tgz'",
                settings,
                "b@2.0.0 Registry",
            ),
            (
                "a@1.0.0",
                "type: git, repo: 'https://git.example/a', commit: c0ffee",
                "",
                "a@1.0.0 Git",
            ),
            ("a@1.0.0", "type: directory, directory: a", "", "a@1.0.0 File"),
            ("a@work:1.0.0", "integrity: x", settings, "a@1.0.0 Registry"),
            ("a@work:1.0.0", "integrity: x", "", "a Url"),
        ] {
            let text = format!(
                "lockfileVersion: '9.0'\npackages:\n  {path}: {{resolution: {{{resolution}}}}}\nsnapshots:\n  {path}: {{}}\n"
            );
            let input = Input {
                path: "x/pnpm-lock.yaml",
                bytes: text.as_bytes(),
            };
            let mut files = ProjectFiles::default();
            assert_eq!(references(&input), ["x/.npmrc", "x/pnpm-workspace.yaml"]);
            files.insert("x/pnpm-workspace.yaml", settings.as_bytes().to_vec());
            let parsed = parse(&input, &files).unwrap();
            let dependencies = parsed.dependencies.iter();
            let told: Vec<_> = dependencies
                .map(|it| format!("{} {:?}", it.label(), it.source))
                .collect();
            assert_eq!(told, [expected], "{path} {resolution}");
        }
    }

    #[test]
    fn the_version_of_the_entry_counts_before_that_of_its_key() {
        for (text, expected) in [
            (
                "lockfileVersion: '9.0'\npackages:\n  a@1.2.8: {resolution: {integrity: x}, version: 0.0.8}\nsnapshots:\n  a@1.2.8: {}\n",
                "a@0.0.8",
            ),
            (
                "lockfileVersion: '6.0'\npackages:\n  /a@1.2.8: {resolution: {integrity: x}, name: b, version: 0.0.8}\n",
                "b@0.0.8",
            ),
            (
                "lockfileVersion: 5.4\npackages:\n  /a/1.2.8: {resolution: {integrity: x}, version: 0.0.8}\n",
                "a@0.0.8",
            ),
        ] {
            let dependencies = read(text).unwrap().dependencies;
            let told: Vec<_> = dependencies.iter().map(|it| (it.label(), it.source)).collect();
            assert_eq!(told, [(expected.to_owned(), Source::Registry)], "{text}");
        }
    }

    #[test]
    fn what_is_left_open_is_told() {
        let warnings = |text| read(text).unwrap().warnings;
        for (text, expected) in [
            (
                "lockfileVersion: 5.3\npackages:\n  oddity: {dev: false}\n  other: {}\n",
                Warning::incomplete(
                    "pnpm-lock.yaml:3: \"oddity\" tells no name and version, and 1 other likewise",
                ),
            ),
            (
                "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {version: 1.0.0}\n",
                Warning::incomplete("pnpm-lock.yaml:5: \"a\" is asked for, but not described"),
            ),
            (
                "lockfileVersion: '10.0'\nsnapshots: {}\n",
                Warning::incomplete("lockfileVersion 10.0 is not known; it was read as version 9"),
            ),
        ] {
            assert_eq!(warnings(text), [expected]);
        }
    }

    #[test]
    fn what_is_no_lockfile_is_refused() {
        for (text, code) in [
            ("packages: {}\n", Code::Format),
            ("lockfileVersion: new\n", Code::Format),
            ("lockfileVersion: '10.0'\npackages: {}\n", Code::Unsupported),
            ("lockfileVersion: '14.0'\npackages: {}\n", Code::Unsupported),
            ("lockfileVersion: '9.0'\npackages: []\n", Code::Format),
            ("- a\n", Code::Format),
            ("a: 1\n<<<<<<< ours\n", Code::MergeConflict),
        ] {
            assert_eq!(read(text).unwrap_err().code, code, "{text}");
        }
        assert_eq!(read("lockfileVersion: '9.0'\n").unwrap().dependencies, []);
    }
}
