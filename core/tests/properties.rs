//! What must hold for any input: nothing panics, and line ends do not change what a file says.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use hc_core::lockfile::{self, FORMATS, Format, Input, Lockfile, ProjectFiles};
use hc_core::select::{Kind, Selection};
use proptest::prelude::*;

/// A small file of each format, with most of what the format has.
const SAMPLES: &[(&str, &str)] = &[
    (
        "package-lock.json",
        r#"{
  "name": "x", "lockfileVersion": 3, "requires": true,
  "packages": {
    "": {"workspaces": ["w"], "dependencies": {"a": "^1.0.0"}, "devDependencies": {"b": "1"}},
    "w": {"name": "w", "dependencies": {"b": "2"}},
    "node_modules/w": {"resolved": "w", "link": true},
    "node_modules/a": {"version": "1.0.0", "resolved": "https://npm.example/a/-/a-1.0.0.tgz", "dependencies": {"b": "1"}},
    "node_modules/b": {"version": "1.0.0", "dev": true, "peerDependencies": {"a": "*"}},
    "w/node_modules/b": {"name": "real", "version": "2.0.0", "resolved": "git+ssh://git@git.example/b.git#c0ffee"}
  }
}
"#,
    ),
    (
        "package-lock.json",
        r#"{
  "lockfileVersion": 1, "requires": true,
  "dependencies": {
    "a": {"version": "1.0.0", "requires": {"b": "1"}, "dependencies": {"b": {"version": "npm:real@1.0.0"}}},
    "b": {"version": "https://files.example/b.tgz", "optional": true}
  }
}
"#,
    ),
    (
        "bun.lock",
        r#"{
  // a comment
  "lockfileVersion": 1,
  "workspaces": {
    "": {"name": "x", "dependencies": {"a": "^1.0.0"}, "devDependencies": {"b": "1"},},
    "w": {"name": "w", "peerDependencies": {"b": "2"},},
  },
  "packages": {
    "a": ["a@1.0.0", "", {"dependencies": {"b": "1"}, "optionalPeers": ["c"]}, "sha512-AAAA"],
    "a/@s/b": ["@s/b@2.0.0", "", {}, "sha512-AAAA"],
    "b": ["b@github:user/b#c0ffee", {}, "user-b-c0ffee"],
    "w": ["w@workspace:w"], /* the member */
  },
}
"#,
    ),
    (
        "package.json",
        r#"{
  "name": "x", "workspaces": ["w"],
  "dependencies": {"a": "^1.0.0", "b": "npm:@s/c@2.0.0", "w": "workspace:*", "d": 1},
  "devDependencies": {"e": "user/repo#v1", "f": "https://u:secret@files.example/f.tgz"},
  "peerDependencies": []
}
"#,
    ),
    (
        "pnpm-lock.yaml",
        r#"---
lockfileVersion: '9.0'
importers:

  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.0.0(b@2.0.0)
      "alias": {specifier: 'npm:@s/c@1', version: '@s/c@1.0.0'} # why
  packages/w: {}

packages:
  a@1.0.0:
    resolution: {integrity: sha512-AAAA,
      tarball: https://npm.example/a.tgz}
    deprecated: >-
      not any
      more
  d@git+ssh://git@git.example/d.git#c0ffee: {resolution: {repo: 'x', commit: "c0ffee", type: git}, version: 1.0.0}

snapshots:
  a@1.0.0(b@2.0.0):
    dependencies:
      b: 2.0.0
    transitivePeerDependencies:
      - x
  ? b@2.0.0
  : dependencies: {a: 1.0.0(b@2.0.0)}
  '@s/c@1.0.0': {optionalDependencies: {d: "git+ssh://git@git.example/d.git#c0ffee"}}
  d@git+ssh://git@git.example/d.git#c0ffee: {}
"#,
    ),
    (
        "pnpm-lock.yaml",
        "lockfileVersion: 5.4\nspecifiers:\n  a: ^1\ndevDependencies:\n  a: 1.0.0_b@1.0.0\npackages:\n  /a/1.0.0_b@1.0.0:\n    dependencies:\n      b: 1.0.0\n    dev: true\n  /b/1.0.0: {optional: true}\n",
    ),
    (
        "yarn.lock",
        r#"# yarn lockfile v1


"@s/a@^1.0.0", "a@npm:@s/a@1":
  version "1.0.0"
  resolved "https://npm.example/@s/a/-/a-1.0.0.tgz#00"
  integrity sha512-AAAA
  dependencies:
    "\u0062" "file:../b"

"b@file:../b":
  version "0.0.0"
  optionalDependencies:
    "@s/a" "^1.0.0"
"#,
    ),
    (
        "yarn.lock",
        r#"__metadata:
  version: 8

"a@npm:^1.0.0, a@npm:^1.1.0":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    b: "npm:^1.0.0"
  dependenciesMeta:
    b:
      optional: true

? "b@patch:b@npm%3A1.0.0#x"
:
  version: 1.0.0
  resolution: "b@patch:b@npm%3A1.0.0#x::version=1.0.0&hash=00"

"x@workspace:.":
  version: 0.0.0-use.local
  resolution: "x@workspace:."
  dependencies:
    a: "npm:^1.0.0"
    "c": "https://u:secret@git.example/c.git"

"c@https://u:secret@git.example/c.git":
  resolution: "c@https://u:secret@git.example/c.git#commit=c0ffee"
"#,
    ),
    (
        "requirements.txt",
        "# comment\nFlask==2.0 ; python_version < '3' \\\n  --hash=sha256:00\n-r other.txt\n-e .\nx[y]>=1,<2 # why\nz @ https://files.example/z.zip\n",
    ),
    (
        "pom.xml",
        "<project>\n<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>\n<artifactId>a</artifactId>\n<properties><v>1.${w}</v><w>2</w></properties>\n<dependencies>\n<dependency><groupId>g</groupId><artifactId>x</artifactId><version>${v}</version></dependency>\n</dependencies>\n</project>\n",
    ),
    (
        "pyproject.toml",
        "[project]\nname = \"p\"\ndependencies = [\n\"a[x]>=1,<2; m == 'n'\", # why\n'b @ git+https://h.example/b',\n]\noptional-dependencies.x = [\"\"\"\nc==1\"\"\"]\n[dependency-groups]\ndev = [\"d\", {include-group = \"e\"}]\n[tool.poetry.dependencies]\npython = \"^3\"\nf = [{version = \"^1\"}, {version = \"2\"}]\n[tool.uv.sources]\na = {path = \"../a\"}\n",
    ),
    (
        "poetry.lock",
        "[[package]]\nname = \"A.a\"\nversion = \"1.0\"\ncategory = \"dev\"\nfiles = [\n{file = \"a.whl\"},\n]\n[package.dependencies]\nb = [{version = \"<2\"}, \">=2\"]\n[[package]]\nname = \"b\"\nversion = \"1\"\n[package.source]\ntype = \"git\"\nurl = \"https://h.example/b\"\n[[package]]\nname = \"b\"\nversion = \"2\"\n[metadata]\nlock-version = \"2.1\"\n",
    ),
    (
        "Pipfile.lock",
        "{\n\"_meta\": {\"sources\": []},\n\"default\": {\"a\": {\"version\": \"==1.0\", \"hashes\": [\"x\"]},\n\"b\": {\"git\": \"https://h.example/b\"}, \"c\": \"*\"},\n\"x\": {\"\\u0064\": {}}\n}\n",
    ),
    (
        "uv.lock",
        "version = 1\nrequires-python = \">=3\"\n[manifest]\nmembers = [\"p\", \"m\"]\n[[package]]\nname = \"p\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"m\" }]\n[package.dev-dependencies]\ndev = [{ name = \"a\", version = \"2\" }]\n[[package]]\nname = \"m\"\nsource = { editable = \"m\" }\ndependencies = [{ name = \"a\" }, { name = \"m\" }]\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"x\" }\n[[package]]\nname = \"a\"\nversion = \"2\"\nsource = { git = \"y\" }\n",
    ),
    (
        "pdm.lock",
        "[metadata]\ngroups = [\"default\"]\nlock_version = \"4.5.0\"\n[[package]]\nname = \"a\"\nversion = \"1\"\ngroups = [\"default\", \"x\"]\ndependencies = [\"b[y]<2; m == 'n'\"]\n[[package]]\nname = \"b\"\nversion = \"1\"\nextras = [\"y\"]\nurl = \"https://h.example/b\"\ndependencies = [\"b==1\"]\n",
    ),
    (
        "pylock.toml",
        "lock-version = \"1.0\"\ncreated-by = \"x\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\nmarker = \"('x' in extras) or 'y' not in dependency_groups\"\ndependencies = [{ name = \"b\" }]\n[[packages]]\nname = \"b\"\n[packages.vcs]\ntype = \"git\"\nurl = \"https://h.example/b\"\n",
    ),
    (
        "gradle.lockfile",
        "# comment\ng:a:1=compileClasspath,runtimeClasspath\ng:b:2=testRuntimeClasspath\nempty=compileOnly\n",
    ),
    (
        "build.gradle",
        r#"plugins { id 'java' version '1' } // it's
def v = '1.0'
ext { w = "${v}.1"; libs2 = [a: "g:a:$w", b: ["g:b:1", 'g:c:2']] }
ext.versions = [x: '3']
apply from: "$rootDir/other.gradle"
project(':p') { dependencies {
    implementation "g:d:${versions.x}", 'g:e:+'
    api(group: 'g', name: 'f', version: v) { exclude group: 'x' }
    testImplementation platform(libs2.a), libs2.b
    compileOnly libs.nowhere
    runtimeOnly('g:h') { version { strictly '[1,2[' } }
    implementation project(':q'), files('x.jar') /* g:no:1 */
    constraints { api 'g:no:1' }
} }
def s = x =~ /a'b/
"#,
    ),
    (
        "build.gradle.kts",
        r#"/* a /* b */ c */
val v: String by extra("1.0")
val r = """raw "${v}" """
extra["w"] = mapOf("x" to "2", "y" to "$v.1")
dependencies {
    implementation("g:a:$v")
    "api"(group = "g", name = "b", version = "1")
    add("testImplementation", "g:c:${'$'}x")
    implementation(kotlin("stdlib"))
    if (true) { kapt(libs.nowhere.at.all) { isTransitive = false } }
    implementation("g", "d", "4")
}
"#,
    ),
];

/// A generated project: packages `p0` to `p7`, each in version 1.0.0.
#[derive(Debug)]
struct Generated {
    /// From, to, and whether the one that needs works without.
    edges: Vec<(usize, usize, bool)>,
    /// What the project asks for: to run, to develop, or if it can be had.
    asked: Vec<(usize, usize)>,
    /// How each package is marked, in formats that mark: the same three.
    marks: Vec<usize>,
}

const PACKAGES: usize = 8;

/// A lockfile's name and text, and the manifest beside it.
type Written = (&'static str, String, Option<(&'static str, String)>);

impl Generated {
    /// What a package needs, or can do without.
    fn of(&self, from: usize, is_optional: bool, line: impl Fn(String) -> String, between: &str) -> String {
        let own = self
            .edges
            .iter()
            .filter(|edge| edge.0 == from && edge.2 == is_optional);
        let lines: Vec<String> = own.map(|edge| line(format!("p{}", edge.1))).collect();
        lines.join(between)
    }

    /// What the project asks for of one kind.
    fn asks(&self, kind: usize, line: impl Fn(String) -> String, between: &str) -> String {
        let own = self.asked.iter().filter(|asked| asked.1 == kind);
        let lines: Vec<String> = own.map(|asked| line(format!("p{}", asked.0))).collect();
        lines.join(between)
    }

    fn each(&self, text: impl Fn(usize, String) -> String) -> String {
        (0..PACKAGES)
            .map(|package| text(package, format!("p{package}")))
            .collect()
    }

    /// It in every format that tells scopes and who needs whom.
    fn written(&self) -> Vec<Written> {
        let json = |range: &'static str| move |name: String| format!("\"{name}\": \"{range}\"");
        let sections = |range| {
            format!(
                "\"dependencies\": {{{}}}, \"devDependencies\": {{{}}}, \"optionalDependencies\": {{{}}}",
                self.asks(0, json(range), ","),
                self.asks(1, json(range), ","),
                self.asks(2, json(range), ",")
            )
        };
        let manifest = ("package.json", format!("{{{}}}", sections("1.0.0")));
        let own = |package| {
            format!(
                "\"dependencies\": {{{}}}, \"optionalDependencies\": {{{}}}",
                self.of(package, false, json("1.0.0"), ","),
                self.of(package, true, json("1.0.0"), ",")
            )
        };
        let npm_mark = |package: usize| ["", ", \"dev\": true", ", \"optional\": true"][self.marks[package]];
        let nested = self.each(|package, name| {
            let needed = self.of(package, false, json("1.0.0"), ",");
            format!(
                "\"{name}\": {{\"version\": \"1.0.0\"{}, \"requires\": {{{needed}}}}},",
                npm_mark(package)
            )
        });
        let nested = nested.trim_end_matches(',');
        let packages = self.each(|package, name| {
            let (own, mark) = (own(package), npm_mark(package));
            format!(", \"node_modules/{name}\": {{\"version\": \"1.0.0\", {own}{mark}}}")
        });
        let bun = self.each(|package, name| {
            format!(
                "\"{name}\": [\"{name}@1.0.0\", \"\", {{{}}}, \"x\"],",
                own(package)
            )
        });
        let pnpm = |between: &'static str| {
            self.each(move |package, name| {
                let mark = ["dev: false", "dev: true", "optional: true"][self.marks[package]];
                let line = |name: String| format!("{name}: 1.0.0");
                format!(
                    "  {between}: {{{mark}, dependencies: {{{}}}, optionalDependencies: {{{}}}}}\n",
                    self.of(package, false, line, ", "),
                    self.of(package, true, line, ", ")
                )
                .replace("NAME", &name)
            })
        };
        let pnpm_asks = |line: &dyn Fn(String) -> String, indent: &str| {
            let kinds = ["dependencies", "devDependencies", "optionalDependencies"];
            let sections = kinds
                .iter()
                .zip(0..)
                .map(|(section, kind)| format!("{indent}{section}: {{{}}}\n", self.asks(kind, line, ", ")));
            sections.collect::<String>()
        };
        let berry = self.each(|package, name| {
            let line = |name: String| format!("    {name}: \"npm:1.0.0\"\n");
            let optional = self.of(
                package,
                true,
                |name| format!("    {name}:\n      optional: true\n"),
                "",
            );
            let all = self.of(package, false, line, "") + &self.of(package, true, line, "");
            let all = if all.is_empty() {
                all
            } else {
                format!("  dependencies:\n{all}")
            };
            let meta = if optional.is_empty() {
                optional
            } else {
                format!("  dependenciesMeta:\n{optional}")
            };
            format!(
                "\"{name}@npm:1.0.0\":\n  version: 1.0.0\n  resolution: \"{name}@npm:1.0.0\"\n{all}{meta}\n"
            )
        });
        let berry_asks: String = (0..2)
            .map(|kind| self.asks(kind, |name| format!("    {name}: \"npm:1.0.0\"\n"), ""))
            .collect();
        let berry_asks = if berry_asks.is_empty() {
            berry_asks
        } else {
            format!("  dependencies:\n{berry_asks}")
        };
        let berry_manifest = format!(
            "{{\"dependencies\": {{{}}}, \"devDependencies\": {{{}}}}}",
            self.asks(0, json("1.0.0"), ","),
            self.asks(1, json("1.0.0"), ",")
        );
        let classic = self.each(|package, name| {
            let line = |name: String| format!("    {name} \"1.0.0\"\n");
            let section = |title: &str, lines: String| match lines.is_empty() {
                true => lines,
                false => format!("  {title}:\n{lines}"),
            };
            format!(
                "{name}@1.0.0:\n  version \"1.0.0\"\n{}{}\n",
                section("dependencies", self.of(package, false, line, "")),
                section("optionalDependencies", self.of(package, true, line, ""))
            )
        });
        let poetry = |mark: &dyn Fn(usize) -> &'static str| {
            self.each(|package, name| {
                format!(
                    "[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n{}\n[package.dependencies]\n{}\n{}\n",
                    mark(package),
                    self.of(package, false, |name| format!("{name} = \"*\""), "\n"),
                    self.of(package, true, |name| format!("{name} = {{version = \"*\", optional = true}}"), "\n")
                )
            })
        };
        let category = |package: usize| {
            [
                "category = \"main\"\noptional = false",
                "category = \"dev\"\noptional = false",
                "category = \"main\"\noptional = true",
            ][self.marks[package]]
        };
        let groups = |package: usize| {
            [
                "optional = false\ngroups = [\"main\"]",
                "optional = false\ngroups = [\"dev\"]",
                "optional = true\ngroups = [\"main\"]",
            ][self.marks[package]]
        };
        let toml = |name: String| format!("{{ name = \"{name}\" }}");
        let uv = self.each(|package, name| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = {{ registry = \"x\" }}\ndependencies = [{}]\n",
                self.of(package, false, toml, ", ")
            )
        });
        let uv_project = format!(
            "[[package]]\nname = \"project\"\nsource = {{ virtual = \".\" }}\ndependencies = [{}]\n[package.optional-dependencies]\nx = [{}]\n[package.dev-dependencies]\ndev = [{}]\n",
            self.asks(0, toml, ", "),
            self.asks(2, toml, ", "),
            self.asks(1, toml, ", ")
        );
        let pdm = self.each(|package, name| {
            let group = ["default", "dev", "x"][self.marks[package]];
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\ngroups = [\"{group}\"]\ndependencies = [{}]\n",
                self.of(package, false, |name| format!("\"{name}==1.0.0\""), ", ")
            )
        });
        let text = |name: String| format!("\"{name}\"");
        let pdm_manifest = format!(
            "[project]\nname = \"project\"\ndependencies = [{}]\n[project.optional-dependencies]\nx = [{}]\n[dependency-groups]\ndev = [{}]\n",
            self.asks(0, text, ", "),
            self.asks(2, text, ", "),
            self.asks(1, text, ", ")
        );
        let plain = |name: String| format!("{name}: 1.0.0");
        let both = |name: String| format!("{name}: {{specifier: 1.0.0, version: 1.0.0}}");
        vec![
            (
                "package-lock.json",
                format!("{{\"lockfileVersion\": 1, \"requires\": true, \"dependencies\": {{{nested}}}}}"),
                None,
            ),
            (
                "package-lock.json",
                format!("{{\"lockfileVersion\": 1, \"requires\": true, \"dependencies\": {{{nested}}}}}"),
                Some(manifest.clone()),
            ),
            (
                "package-lock.json",
                format!(
                    "{{\"lockfileVersion\": 3, \"packages\": {{\"\": {{{}}}{packages}}}}}",
                    sections("1.0.0")
                ),
                None,
            ),
            (
                "bun.lock",
                format!(
                    "{{\"lockfileVersion\": 1, \"workspaces\": {{\"\": {{{}}}}}, \"packages\": {{{bun}}}}}",
                    sections("1.0.0")
                ),
                None,
            ),
            (
                "pnpm-lock.yaml",
                format!(
                    "lockfileVersion: 5.4\n{}packages:\n{}",
                    pnpm_asks(&plain, ""),
                    pnpm("/NAME/1.0.0")
                ),
                None,
            ),
            (
                "pnpm-lock.yaml",
                format!(
                    "lockfileVersion: '9.0'\nimporters:\n  .:\n{}snapshots:\n{}",
                    pnpm_asks(&both, "    "),
                    pnpm("NAME@1.0.0")
                ),
                None,
            ),
            (
                "yarn.lock",
                format!("# yarn lockfile v1\n\n\n{classic}"),
                Some(manifest),
            ),
            (
                "yarn.lock",
                format!(
                    "__metadata:\n  version: 8\n\n\"x@workspace:.\":\n  version: 0.0.0\n  resolution: \"x@workspace:.\"\n{berry_asks}\n{berry}"
                ),
                Some(("package.json", berry_manifest)),
            ),
            (
                "poetry.lock",
                format!("{}[metadata]\nlock-version = \"1.1\"\n", poetry(&category)),
                None,
            ),
            (
                "poetry.lock",
                format!("{}[metadata]\nlock-version = \"2.1\"\n", poetry(&groups)),
                None,
            ),
            ("uv.lock", format!("version = 1\n{uv_project}{uv}"), None),
            (
                "pdm.lock",
                format!("[metadata]\nlock_version = \"4.5.0\"\n{pdm}"),
                Some(("pyproject.toml", pdm_manifest)),
            ),
        ]
    }
}

fn format(path: &str) -> &'static Format {
    FORMATS.iter().find(|format| format.has_name(path)).unwrap()
}

fn read(path: &str, bytes: &[u8]) -> Option<Lockfile> {
    let input = Input { path, bytes };
    let format = format(path);
    let _ = format.references(input);
    lockfile::parse(format, input, &ProjectFiles::default()).ok()
}

/// All that a program sees of a file.
fn told(lockfile: &Lockfile) -> Vec<String> {
    let dependencies = lockfile.dependencies.iter().enumerate();
    dependencies
        .map(|(index, dependency)| format!("{dependency:?} {:?}", lockfile.paths(index)))
        .collect()
}

#[test]
fn line_ends_change_nothing() {
    for &(path, sample) in SAMPLES {
        let lf = read(path, sample.as_bytes()).unwrap();
        let crlf = read(path, sample.replace('\n', "\r\n").as_bytes()).unwrap();
        assert_eq!(told(&lf), told(&crlf), "{path}");
        assert!(!lf.dependencies.is_empty(), "{path}");
    }
}

#[test]
fn every_prefix_is_an_error_or_a_result() {
    for &(path, sample) in SAMPLES {
        for end in 0..sample.len() {
            let _ = read(path, &sample.as_bytes()[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn changed_bytes_never_panic(
        which in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (path, sample) = SAMPLES[which];
        let mut bytes = sample.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let input = Input { path: "unknown", bytes: &bytes };
        let _ = lockfile::detect(input);
        if let Some(lockfile) = read(path, &bytes) {
            told(&lockfile);
        }
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,200}", which in 0..FORMATS.len()) {
        let input = Input { path: "any", bytes: text.as_bytes() };
        let _ = lockfile::parse(&FORMATS[which], input, &ProjectFiles::default());
    }

    #[test]
    fn what_is_kept_has_what_it_needs_in_every_format(
        edges in prop::collection::vec((0..PACKAGES, 0..PACKAGES, any::<bool>()), 0..16),
        asked in prop::collection::vec((0..PACKAGES, 0..3_usize), 1..5),
        marks in prop::collection::vec(0..3_usize, PACKAGES),
    ) {
        // What is needed and optional at once is a matter of each tool.
        let mut seen = std::collections::BTreeMap::new();
        let mut edges = edges;
        edges.retain(|edge| seen.insert((edge.0, edge.1), ()).is_none());
        let mut seen = std::collections::BTreeSet::new();
        let mut asked = asked;
        asked.retain(|asked| seen.insert(asked.0));
        let generated = Generated { edges, asked, marks };
        for (path, text, manifest) in generated.written() {
            let input = Input { path, bytes: text.as_bytes() };
            let mut files = ProjectFiles::default();
            if let Some((name, manifest)) = manifest {
                files.insert(name, manifest.into_bytes());
            }
            let lockfile = lockfile::parse(format(path), input, &files);
            prop_assert!(lockfile.is_ok(), "{path}: {lockfile:?}\n{text}");
            let lockfile = lockfile.unwrap();
            let names: Vec<&str> = lockfile.dependencies.iter().map(|it| it.name.as_str()).collect();
            prop_assert_eq!(names.len(), PACKAGES, "{}", &text);
            for omit in [&[Kind::Dev][..], &[Kind::Optional], &[Kind::Dev, Kind::Optional]] {
                let selection = Selection::new(omit, &[], None);
                let kept: Vec<usize> = selection.of(&lockfile).map(|(index, _)| index).collect();
                for &(from, to, _) in generated.edges.iter().filter(|edge| !edge.2) {
                    let is_kept = kept.contains(&to) || !kept.contains(&from);
                    prop_assert!(is_kept, "{path}: p{from} needs p{to}, without {omit:?}:\n{text}");
                }
            }
        }
    }

    #[test]
    fn any_graph_has_paths_that_end(edges in prop::collection::vec((0..12_u8, 0..12_u8), 0..40)) {
        let mut packages = String::from("\"\": {\"dependencies\": {\"p0\": \"1\"}}");
        for from in 0..12 {
            let requires: Vec<String> = edges
                .iter()
                .filter(|edge| edge.0 == from)
                .map(|edge| format!("\"p{}\": \"1\"", edge.1))
                .collect();
            packages.push_str(&format!(
                ", \"node_modules/p{from}\": {{\"version\": \"1.0.0\", \"dependencies\": {{{}}}}}",
                requires.join(",")
            ));
        }
        let text = format!("{{\"lockfileVersion\": 3, \"packages\": {{{packages}}}}}");
        let lockfile = read("package-lock.json", text.as_bytes()).unwrap();
        prop_assert_eq!(lockfile.dependencies.len(), 12);
        for (index, dependency) in lockfile.dependencies.iter().enumerate() {
            for path in lockfile.paths(index) {
                prop_assert_eq!(path.last(), Some(&dependency.label()));
                prop_assert_eq!(path.first().map(String::as_str), Some("p0@1.0.0"));
                let distinct: std::collections::BTreeSet<_> = path.iter().collect();
                prop_assert_eq!(distinct.len(), path.len());
            }
        }
    }

    #[test]
    fn an_npm_lockfile_loses_nothing_and_production_keeps_what_it_needs(
        edges in prop::collection::vec((0..8_usize, 0..8_usize, 0..3_usize), 0..24),
        asked in prop::collection::vec((0..8_usize, any::<bool>()), 1..5),
        entries in prop::collection::vec((0..5_usize, 0..5_usize, 0..3_usize), 8),
    ) {
        const SECTIONS: [&str; 3] = ["dependencies", "optionalDependencies", "peerDependencies"];
        const MARKS: [&str; 5] = ["", ", \"dev\": true", ", \"optional\": true", ", \"devOptional\": true", ", \"peer\": true"];
        let listed = |names: Vec<usize>| {
            let names: Vec<String> = names.iter().map(|name| format!("\"p{name}\": \"1\"")).collect();
            names.join(",")
        };
        let of_root = |is_dev| listed(asked.iter().filter(|asked| asked.1 == is_dev).map(|asked| asked.0).collect());
        let mut packages = format!(
            "\"\": {{\"dependencies\": {{{}}}, \"devDependencies\": {{{}}}}}",
            of_root(false),
            of_root(true)
        );
        for (package, &(key, mark, version)) in entries.iter().enumerate() {
            let name = format!("p{package}");
            let key = [
                format!("node_modules/{name}"),
                format!("node_modules//{name}"),
                format!("./node_modules/{name}/"),
                format!("x/../node_modules/{name}"),
                format!("node_modules\\\\{name}"),
            ][key].clone();
            let url = format!("https://npm.example/{name}/-/{name}-1.0.0.tgz");
            let version = [
                "\"version\": \"1.0.0\"".to_owned(),
                format!("\"version\": \"1.0.0\", \"resolved\": \"{url}\""),
                format!("\"resolved\": \"{url}\""),
            ][version].clone();
            let sections = SECTIONS.iter().enumerate().map(|(kind, section)| {
                let own = edges.iter().filter(|edge| edge.0 == package && edge.2 == kind);
                format!(", \"{section}\": {{{}}}", listed(own.map(|edge| edge.1).collect()))
            });
            let sections: String = sections.collect();
            packages.push_str(&format!(", \"{key}\": {{{version}{}{sections}}}", MARKS[mark]));
        }
        let text = format!("{{\"lockfileVersion\": 3, \"packages\": {{{packages}}}}}");
        let lockfile = read("package-lock.json", text.as_bytes()).unwrap();
        let names: Vec<String> = lockfile.dependencies.iter().map(|it| it.label()).collect();
        prop_assert_eq!(names, (0..8).map(|package| format!("p{package}@1.0.0")).collect::<Vec<_>>());

        let mut needed = std::collections::BTreeSet::new();
        let mut pending: Vec<usize> = asked.iter().filter(|asked| !asked.1).map(|asked| asked.0).collect();
        while let Some(package) = pending.pop() {
            if needed.insert(package) {
                pending.extend(edges.iter().filter(|edge| edge.0 == package).map(|edge| edge.1));
            }
        }
        let selection = Selection::new(&[Kind::Dev], &[], None);
        let kept: Vec<usize> = selection.of(&lockfile).map(|(index, _)| index).collect();
        for package in needed {
            prop_assert!(kept.contains(&package), "p{package} is needed in production:\n{text}");
        }
    }
}
