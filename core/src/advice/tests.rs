use super::*;
use crate::firewall::{Advisories, Firewall, Policy};
use crate::lockfile::{FORMATS, Input, ProjectFiles, parse};
use crate::package::Ecosystem;

/// A lockfile, with a manifest beside it.
fn read(path: &str, text: &str, beside: Option<(&str, &str)>) -> Lockfile {
    let mut files = ProjectFiles::default();
    if let Some((path, text)) = beside {
        files.insert(path, text.as_bytes().to_vec());
    }
    let format = FORMATS.iter().find(|format| format.has_name(path)).unwrap();
    let bytes = text.as_bytes();
    parse(format, Input { path, bytes }, &files).unwrap()
}

/// A verdict of a finding, with the version that fixes it.
fn verdict(fix: Option<&str>) -> Verdict {
    let record = r#"{"id":"GHSA-1","database_specific":{"severity":"CRITICAL"},
        "affected":[{"package":{"ecosystem":"npm","name":"x"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#;
    let mut verdict = evaluated(record);
    verdict.fix_version = fix.map(str::to_owned);
    verdict
}

/// The verdict of these records on version 1.0.0 of the npm package `x`.
fn evaluated(records: &str) -> Verdict {
    let mut advisories = Advisories::default();
    advisories.add_json("a.json", records.as_bytes()).unwrap();
    Firewall::new(Policy::default(), advisories).evaluate(Ecosystem::Npm, "x", "1.0.0")
}

fn malware(id: &str, affected: &str) -> String {
    format!(r#"{{"id":"{id}","affected":[{{"package":{{"ecosystem":"npm","name":"x"}},{affected}}}]}}"#)
}

/// The advice about the package `name`, a step a line: the sentence, then what is to be typed or written.
fn advice(path: &str, lockfile: &Lockfile, name: &str, fix: &str) -> Vec<String> {
    let mut dependencies = lockfile.dependencies.iter();
    let index = dependencies.position(|it| it.name == name).unwrap();
    told(of_dependency(path, lockfile, index, &verdict(Some(fix))))
}

fn told(steps: Vec<Step>) -> Vec<String> {
    let line = |Step { text, command, edit }: Step| {
        let command = command.map(|command| format!(" $ {command}"));
        let edit = edit.map(|edit| format!(" + {edit}"));
        text + &command.or(edit).unwrap_or_default()
    };
    steps.into_iter().map(line).collect()
}

const PACKAGE_LOCK: &str = r#"{"name":"a","lockfileVersion":3,"packages":{
    "":{"name":"a","dependencies":{"top":"1.0.0"}},
    "node_modules/top":{"version":"1.0.0","dependencies":{"x":"1.0.0","y":"1.0.0"}},
    "node_modules/x":{"version":"1.0.0"},
    "node_modules/y":{"version":"1.0.0"},
    "node_modules/top/node_modules/y":{"version":"0.9.0"}}}"#;

#[test]
fn what_the_project_asks_for_is_installed_anew() {
    let lockfile = read("package-lock.json", PACKAGE_LOCK, None);
    assert_eq!(
        advice("package-lock.json", &lockfile, "top", "1.2.0"),
        ["The project asks for it itself, this raises it: $ npm install top@1.2.0"]
    );
}

#[test]
fn what_a_parent_brings_in_is_raised_with_it_or_overridden() {
    let lockfile = read("package-lock.json", PACKAGE_LOCK, None);
    assert_eq!(
        advice("package-lock.json", &lockfile, "x", "1.2.0"),
        [
            "top brings it in: go to a version there that allows 1.2.0, or override it in package.json of the root and \
             run `npm install`: + \"overrides\": { \"x\": \"1.2.0\" }"
        ]
    );
    // Another version of it is left alone.
    assert!(
        advice("package-lock.json", &lockfile, "y", "1.2.0")[0]
            .ends_with(r#"+ "overrides": { "top": { "y": "1.2.0" } }"#)
    );
}

#[test]
fn a_member_of_the_project_is_named() {
    let text = r#"{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a","workspaces":["web"]},
        "node_modules/web":{"resolved":"web","link":true},
        "web":{"version":"1.0.0","dependencies":{"x":"1.0.0"}},"node_modules/x":{"version":"1.0.0"}}}"#;
    let lockfile = read("package-lock.json", text, None);
    assert_eq!(
        advice("package-lock.json", &lockfile, "x", "1.2.0"),
        ["web asks for it: in its folder, this raises it: $ npm install x@1.2.0"]
    );
}

#[test]
fn a_file_that_does_not_tell_who_asks_gets_advice_for_both() {
    let text = "# yarn lockfile v1\n\n\nx@^1.0.0:\n  version \"1.0.0\"\n\ny@1:\n  version \"1.0.0\"\n  dependencies:\n    x \"^1.0.0\"\n";
    let lockfile = read("yarn.lock", text, None);
    assert_eq!(
        advice("yarn.lock", &lockfile, "x", "1.2.0"),
        [
            "If the project asks for it itself, this raises it: $ yarn add x@1.2.0",
            "y brings it in: go to a version there that allows 1.2.0, or override it in package.json of the root and run \
             `yarn install`: + \"resolutions\": { \"x\": \"1.2.0\" }"
        ]
    );
    let lockfile = read("gradle.lockfile", "g:x:1.0.0=runtimeClasspath\nempty=\n", None);
    assert_eq!(
        advice("gradle.lockfile", &lockfile, "g:x", "1.2.0"),
        [
            "Whatever asks for it, a constraint in the build file raises it; then lock again with `gradle dependencies \
             --write-locks`: + dependencies {\n  constraints { implementation(\"g:x:1.2.0\") }\n}"
        ]
    );
}

#[test]
fn every_package_manager_has_its_own_words() {
    let manifest = ("package.json", r#"{"dependencies":{"x":"1.0.0"}}"#);
    let yarn = "# yarn lockfile v1\n\n\nx@1.0.0:\n  version \"1.0.0\"\n  dependencies:\n    y \"1.0.0\"\n\ny@1.0.0:\n  version \"1.0.0\"\n";
    let pnpm = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      x:\n        specifier: 1.0.0\n        version: 1.0.0\npackages:\n  x@1.0.0: {}\n  y@1.0.0: {}\nsnapshots:\n  x@1.0.0:\n    dependencies:\n      y: 1.0.0\n  y@1.0.0: {}\n";
    let bun = r#"{"lockfileVersion":1,"workspaces":{"":{"name":"a","dependencies":{"x":"1.0.0"}}},"packages":{
        "x":["x@1.0.0","",{"dependencies":{"y":"1.0.0"}},""],"y":["y@1.0.0","",{},""]}}"#;
    let uv = "version = 1\n[[package]]\nname = \"a\"\nversion = \"0\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"x\" }]\n[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = { registry = \"https://r.example/simple\" }\ndependencies = [{ name = \"y\" }]\n[[package]]\nname = \"y\"\nversion = \"1.0.0\"\nsource = { registry = \"https://r.example/simple\" }\n";
    let poetry = "[[package]]\nname = \"x\"\nversion = \"1.0.0\"\ngroups = [\"main\"]\n[package.dependencies]\ny = \"*\"\n[[package]]\nname = \"y\"\nversion = \"1.0.0\"\ngroups = [\"main\"]\n[metadata]\nlock-version = \"2.1\"\n";
    let pdm = "[metadata]\nlock_version = \"4.5.0\"\ngroups = [\"default\"]\n[[package]]\nname = \"x\"\nversion = \"1.0.0\"\ngroups = [\"default\"]\ndependencies = [\"y\"]\n[[package]]\nname = \"y\"\nversion = \"1.0.0\"\ngroups = [\"default\"]\n";
    let project = (
        "pyproject.toml",
        "[project]\nname = \"a\"\ndependencies = [\"x\"]\n",
    );
    for (path, text, beside, of_x, of_y) in [
        (
            "yarn.lock",
            yarn,
            Some(manifest),
            "$ yarn add x@1.2.0",
            "+ \"resolutions\": { \"y\": \"1.2.0\" }",
        ),
        (
            "pnpm-lock.yaml",
            pnpm,
            None,
            "$ pnpm add x@1.2.0",
            "+ overrides:\n  \"y\": \"1.2.0\"",
        ),
        (
            "bun.lock",
            bun,
            None,
            "$ bun add x@1.2.0",
            "+ \"overrides\": { \"y\": \"1.2.0\" }",
        ),
        (
            "uv.lock",
            uv,
            None,
            "$ uv add \"x>=1.2.0\"",
            "+ [tool.uv]\noverride-dependencies = [\"y>=1.2.0\"]",
        ),
        (
            "poetry.lock",
            poetry,
            Some(project),
            "$ poetry add \"x>=1.2.0\"",
            "$ poetry add \"y>=1.2.0\"",
        ),
        (
            "pdm.lock",
            pdm,
            Some(project),
            "$ pdm add \"x>=1.2.0\"",
            "+ [tool.pdm.resolution.overrides]\n\"y\" = \">=1.2.0\"",
        ),
    ] {
        let lockfile = read(path, text, beside);
        for (name, expected) in [("x", of_x), ("y", of_y)] {
            let advice = advice(path, &lockfile, name, "1.2.0");
            assert!(
                advice.len() == 1 && advice[0].ends_with(expected),
                "{path} {advice:?}"
            );
        }
        assert!(advice(path, &lockfile, "y", "1.2.0")[0].starts_with("x brings it in"));
    }
}

#[test]
fn what_a_person_writes_is_edited_where_it_stands() {
    let pom = "<project>\n<dependencies><dependency><groupId>g</groupId><artifactId>x</artifactId>\n<version>1.0</version></dependency></dependencies></project>";
    for (path, text, name, place, expected) in [
        (
            "requirements.txt",
            "# c\nx==1.0.0\n",
            "x",
            "requirements.txt, line 2",
            "x==1.2.0",
        ),
        (
            "pom.xml",
            pom,
            "g:x",
            "pom.xml, line 2",
            "<version>1.2.0</version>",
        ),
        (
            "build.gradle",
            "dependencies {\n  implementation 'g:x:1.0'\n}\n",
            "g:x",
            "build.gradle, line 2",
            "g:x:1.2.0",
        ),
        (
            "package.json",
            "{\"dependencies\":{\n\"x\":\"1.0.0\"}}",
            "x",
            "package.json, line 2",
            "\"x\": \"^1.2.0\"",
        ),
        (
            "pyproject.toml",
            "[project]\nname = \"a\"\ndependencies = [\"x==1.0.0\"]\n",
            "x",
            "pyproject.toml, line 3",
            "x>=1.2.0",
        ),
    ] {
        let advice = advice(path, &read(path, text, None), name, "1.2.0");
        assert!(
            advice.len() == 1 && advice[0].contains(place) && advice[0].ends_with(&format!("+ {expected}")),
            "{advice:?}"
        );
    }
}

#[test]
fn nothing_is_offered_to_a_shell_that_it_could_take_for_more() {
    for (name, version) in [
        ("x; rm", "1.0.0"),
        ("--global", "1.0.0"),
        ("$(id)", "1.0.0"),
        ("@s", "1.0.0"),
        ("@s/-x", "1.0.0"),
        ("x", "1.0.0 && id"),
        ("x", "1.0\nid"),
        ("x", "-1"),
    ] {
        assert!(
            !command::is_plain(Ecosystem::Npm, name, version),
            "{name} {version}"
        );
    }
    assert!(command::is_plain(Ecosystem::Npm, "@s/x_y.z", "1.0.0-rc.1+b"));
    assert!(command::is_plain(Ecosystem::Maven, "org.a:b-c_2.13", "1.0.Final"));
    assert!(!command::is_plain(Ecosystem::Maven, "org.a:<b>", "1.0"));
    let lockfile = read(
        "package-lock.json",
        r#"{"name":"a","lockfileVersion":3,"packages":{"":{"dependencies":{"x":"*"}},"node_modules/x":{"version":"1.0.0"}}}"#,
        None,
    );
    assert_eq!(
        advice("package-lock.json", &lockfile, "x", "1.0.0 && id"),
        ["Go to version 1.0.0 && id."]
    );
}

#[test]
fn malware_calls_for_the_machine_and_tells_the_versions_that_are_listed() {
    let first = "This is malware: treat every machine on which it was installed as compromised, and replace all secrets \
                 that could be read there.";
    let one = malware("MAL-1", r#""versions":["1.0.0"]"#);
    let two = malware("MAL-2", r#""versions":["1.0.1","1.0.0"]"#);
    let every = malware(
        "MAL-3",
        r#""ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]"#,
    );
    let other_version = "Remove it, or go to a version that is not listed and that you have looked at.";
    assert_eq!(
        told(of_version(&evaluated(&one))),
        [
            first,
            "Listed as malware is 1.0.0 alone; other versions are not.",
            other_version
        ]
    );
    assert_eq!(
        told(of_version(&evaluated(&format!("{one}\n{two}")))),
        [
            first,
            "Listed as malware are 1.0.0, 1.0.1; other versions are not.",
            other_version
        ]
    );
    assert_eq!(
        told(of_version(&evaluated(&format!("{one}\n{every}")))),
        [
            first,
            "No later version is known to be free of these findings: consider another package."
        ]
    );
    let fixed = malware(
        "MAL-4",
        r#""ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"fixed":"1.0.1"}]}]"#,
    );
    assert_eq!(
        told(of_version(&evaluated(&fixed))),
        [first, "Go to version 1.0.1, which has none of these findings."]
    );
}

#[test]
fn what_violates_nothing_needs_nothing() {
    let allowed = Verdict::plain(crate::firewall::Status::Allowed);
    assert!(of_version(&allowed).is_empty());
    let lockfile = read("package-lock.json", PACKAGE_LOCK, None);
    assert!(of_dependency("package-lock.json", &lockfile, 0, &allowed).is_empty());
}
