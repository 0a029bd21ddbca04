//! Rules of the format, each on a small file.

use super::*;
use crate::dependency::Source;
use crate::lockfile::{self, Lockfile};

fn read(text: &str, manifest: Option<&str>) -> Lockfile {
    let input = Input {
        path: "package-lock.json",
        bytes: text.as_bytes(),
    };
    let mut files = ProjectFiles::default();
    if let Some(manifest) = manifest {
        files.insert("package.json", manifest.as_bytes().to_vec());
    }
    lockfile::parse(lockfile::detect(input).unwrap(), input, &files).unwrap()
}

/// For each dependency its label and the ways to it, such as `b@1: a@1 > b@1 | b@1`.
fn ways(lockfile: &Lockfile) -> Vec<String> {
    (0..)
        .zip(&lockfile.dependencies)
        .map(|(index, dependency)| {
            let paths = lockfile.paths(index);
            let paths: Vec<String> = paths.iter().map(|path| path.join(" > ")).collect();
            format!("{}: {}", dependency.label(), paths.join(" | "))
        })
        .collect()
}

/// The `packages` of version 3, each a path and the members of its entry.
fn packages(entries: &[(&str, &str)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(path, entry)| format!("\"{path}\": {{{entry}}}"))
        .collect();
    format!(
        "{{\"lockfileVersion\": 3, \"packages\": {{\n{}\n}}}}",
        entries.join(",\n")
    )
}

/// A rule, the entries of a lockfile, and the ways to what is in it.
type Case<'t> = (&'t str, &'t [(&'t str, &'t str)], &'t [&'t str]);

#[test]
fn requirements_are_found_as_node_finds_them() {
    let asks_a = ("", r#""dependencies": {"a": "1"}, "devDependencies": {"d": "1"}"#);
    let cases: &[Case<'_>] = &[
        (
            "the nearest folder comes first",
            &[
                asks_a,
                (
                    "node_modules/a",
                    r#""version": "1", "dependencies": {"b": "1", "c": "1"}"#,
                ),
                (
                    "node_modules/a/node_modules/b",
                    r#""version": "1", "peerDependencies": {"c": "1"}"#,
                ),
                ("node_modules/b", r#""version": "2""#),
                ("node_modules/c", r#""version": "1""#),
            ],
            &[
                "a@1: a@1",
                "b@1: a@1 > b@1",
                "b@2: ",
                "c@1: a@1 > c@1 | a@1 > b@1 > c@1",
            ],
        ),
        (
            "versions sort as numbers, and what is installed twice is listed once",
            &[
                ("node_modules/a", r#""version": "1.10.0""#),
                ("node_modules/b/node_modules/a", r#""version": "1.9.0""#),
                ("node_modules/c/node_modules/a", r#""version": "1.10.0""#),
            ],
            &["a@1.9.0: a@1.9.0", "a@1.10.0: a@1.10.0"],
        ),
        (
            "cycles end",
            &[
                asks_a,
                ("node_modules/a", r#""version": "1", "dependencies": {"d": "1"}"#),
                ("node_modules/d", r#""version": "1", "dependencies": {"a": "1"}"#),
            ],
            &["a@1: a@1 | d@1 > a@1", "d@1: d@1 | a@1 > d@1"],
        ),
        (
            "links lead to their targets, which stand in the project's folders",
            &[
                ("", ""),
                ("packages/x", r#""name": "@own/x", "dependencies": {"a": "1"}"#),
                ("packages/x/node_modules/a", r#""version": "1""#),
                ("node_modules/@own/x", r#""resolved": "packages/x", "link": true"#),
                (
                    "packages/y",
                    r#""dependencies": {"@own/x": "1", "b": "1"}, "devDependencies": {"c": "1"}"#,
                ),
                ("node_modules/b", r#""version": "1""#),
                ("packages/y/node_modules/c", r#""version": "1""#),
            ],
            &[
                "a@1: @own/x > a@1",
                "b@1: packages/y > b@1",
                "c@1: packages/y > c@1",
            ],
        ),
        (
            "a link to nowhere hides what is above it",
            &[
                ("", r#""dependencies": {"b": "1"}"#),
                ("node_modules/a", r#""version": "1""#),
                ("node_modules/b", r#""version": "1", "dependencies": {"a": "1"}"#),
                (
                    "node_modules/b/node_modules/a",
                    r#""resolved": "gone", "link": true"#,
                ),
            ],
            &["a@1: ", "b@1: b@1"],
        ),
        (
            "a member within another asks that one first",
            &[
                ("x/y", r#""dependencies": {"a": "1"}"#),
                ("x", ""),
                ("x/node_modules/a", r#""version": "1""#),
                ("node_modules/a", r#""version": "2""#),
            ],
            &["a@1: x/y > a@1", "a@2: "],
        ),
        (
            "an alias is required by its alias and listed by its name",
            &[asks_a, ("node_modules/a", r#""name": "@s/real", "version": "1""#)],
            &["@s/real@1: @s/real@1"],
        ),
        (
            "keys may have escapes",
            &[
                asks_a,
                (
                    r"node_modules\/\u0061",
                    r#""v\u0065rsion": "1", "dependencies": {"@s\/b": "1"}"#,
                ),
                (r"node_modules\/a\/node_modules\/@s\/b", r#""version": "\u0031""#),
            ],
            &["@s/b@1: a@1 > @s/b@1", "a@1: a@1"],
        ),
        (
            "of entries with the same path the last one is found",
            &[
                asks_a,
                ("node_modules/a", r#""version": "1""#),
                ("node_modules/a", r#""version": "2""#),
            ],
            &["a@1: ", "a@2: a@2"],
        ),
    ];
    for (rule, entries, expected) in cases {
        assert_eq!(ways(&read(&packages(entries), None)), *expected, "{rule}");
    }
}

#[test]
fn version_1_nests_and_keeps_identities_in_the_version() {
    let text = r#"{"lockfileVersion": 1, "dependencies": {
        "a": {
            "requires": {"b": "1", "alias": "npm:@s/real@1"},
            "dependencies": {"b": {"version": "1", "requires": {"git": "*"}}},
            "version": "1"
        },
        "b": {"version": "2"},
        "alias": {"version": "npm:@s/real@1"},
        "git": {"version": "git+https://h.example/g.git#c", "requires": true},
        "tarball": {"version": "https://npm.example/t/-/t-3.tgz"}
    }}"#;
    let manifest = r#"{"dependencies": {"a": "1"}, "devDependencies": {"tarball": "3"}}"#;
    let lockfile = read(text, Some(manifest));
    assert_eq!(
        ways(&lockfile),
        [
            "@s/real@1: a@1 > @s/real@1",
            "a@1: a@1",
            "b@1: a@1 > b@1",
            "b@2: ",
            "git: a@1 > b@1 > git",
            "t@3: t@3",
        ]
    );
    let lines: Vec<usize> = lockfile.dependencies.iter().map(|found| found.line).collect();
    assert_eq!(lines, [8, 2, 4, 7, 9, 10]);
}

#[test]
fn who_asks_for_a_url_tells_what_a_tarball_is() {
    let tarball = r#""version": "1", "resolved": "https://u:secret@files.example/a.tgz""#;
    for (specifier, expected) in [
        ("^1", (Source::Registry, None)),
        (
            "https://files.example/a.tgz",
            (Source::Url, Some("https://u:***@files.example/a.tgz")),
        ),
    ] {
        let asks = format!(r#""dependencies": {{"a": "{specifier}"}}"#);
        let lockfile = read(&packages(&[("", &asks), ("node_modules/a", tarball)]), None);
        let [found] = &lockfile.dependencies[..] else {
            panic!("one dependency: {:?}", lockfile.dependencies)
        };
        assert_eq!(
            (found.source, found.specifier.as_deref()),
            expected,
            "{specifier}"
        );
    }
}

#[test]
fn faults_name_the_entry() {
    let text = packages(&[("node_modules/@s/a", r#""version": 1"#)]);
    let input = Input {
        path: "package-lock.json",
        bytes: text.as_bytes(),
    };
    let error = lockfile::parse(lockfile::detect(input).unwrap(), input, &ProjectFiles::default());
    let message = error.unwrap_err().message;
    assert!(
        message.starts_with(r#"in "@s/a": expected a string"#),
        "{message}"
    );
}

#[test]
fn deep_paths_take_no_more_than_their_length() {
    let depth = 20_000;
    let path = vec!["node_modules/a"; depth].join("/");
    let requires: Vec<String> = (0..depth).map(|number| format!("\"r{number}\": \"1\"")).collect();
    let entry = format!("\"version\": \"1\", \"dependencies\": {{{}}}", requires.join(","));
    let lockfile = read(&packages(&[(&path, &entry)]), None);
    assert_eq!(lockfile.dependencies.len(), 1);
}
