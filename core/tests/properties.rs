//! What must hold for any input: nothing panics, and line ends do not change what a file says.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use hc_core::lockfile::{self, FORMATS, Format, Input, Lockfile, ProjectFiles};
use proptest::prelude::*;

/// A small file of each format, with most of what the format has.
const SAMPLES: [(&str, &str); 7] = [
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
        "requirements.txt",
        "# comment\nFlask==2.0 ; python_version < '3' \\\n  --hash=sha256:00\n-r other.txt\n-e .\nx[y]>=1,<2 # why\nz @ https://files.example/z.zip\n",
    ),
    (
        "pom.xml",
        "<project>\n<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>\n<artifactId>a</artifactId>\n<properties><v>1.${w}</v><w>2</w></properties>\n<dependencies>\n<dependency><groupId>g</groupId><artifactId>x</artifactId><version>${v}</version></dependency>\n</dependencies>\n</project>\n",
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
    for (path, sample) in SAMPLES {
        let lf = read(path, sample.as_bytes()).unwrap();
        let crlf = read(path, sample.replace('\n', "\r\n").as_bytes()).unwrap();
        assert_eq!(told(&lf), told(&crlf), "{path}");
        assert!(!lf.dependencies.is_empty(), "{path}");
    }
}

#[test]
fn every_prefix_is_an_error_or_a_result() {
    for (path, sample) in SAMPLES {
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
}
