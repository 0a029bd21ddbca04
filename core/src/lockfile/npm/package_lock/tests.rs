//! Rules of the format, each on a small file.

use super::*;
use crate::dependency::{Scope, Source};
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

/// Of each dependency: its label, source and place.
fn origins(lockfile: &Lockfile) -> Vec<String> {
    let tell = |it: &crate::dependency::Dependency| {
        let place = it.specifier.as_deref().unwrap_or_default();
        format!("{} {:?} {place}", it.label(), it.source)
    };
    let origins = lockfile.dependencies.iter().map(tell);
    origins.map(|origin| origin.trim_end().to_owned()).collect()
}

#[test]
fn what_is_installed_is_what_the_url_leads_to() {
    let asks = |specifier: &str| format!(r#""dependencies": {{"a": "{specifier}"}}"#);
    for (specifier, entry, expected) in [
        (
            "^1",
            r#""version": "1.0.0", "resolved": "https://npm.example/a/-/a-1.0.0.tgz""#,
            "a@1.0.0 Registry",
        ),
        (
            "^1",
            r#""version": "1.0.0", "resolved": "https://npm.example/b/-/b-2.0.0.tgz""#,
            "b@2.0.0 Registry",
        ),
        (
            "^1",
            r#""version": "1.0.0", "resolved": "https://npm.example/a/-/a-0.1.0.tgz""#,
            "a@0.1.0 Registry",
        ),
        (
            "^1",
            r#""resolved": "https://npm.example/a/-/a-1.2.0.tgz""#,
            "a@1.2.0 Registry",
        ),
        (
            "^1",
            r#""version": "", "resolved": "https://npm.example/a/-/a-1.2.0.tgz""#,
            "a@1.2.0 Registry",
        ),
        ("^1", r#""version": "npm:b@2.0.0""#, "b@2.0.0 Registry"),
        (
            "^1",
            r#""version": "1.0.0", "resolved": "https://u:secret@files.example/a.tgz""#,
            "a@1.0.0 Url https://u:***@files.example/a.tgz",
        ),
        (
            "https://forge.example/t/a/-/a-1.0.0.tgz",
            r#""version": "1.0.0", "resolved": "https://forge.example/t/a/-/a-1.0.0.tgz""#,
            "a@1.0.0 Url https://forge.example/t/a/-/a-1.0.0.tgz",
        ),
        ("t/a", r#""version": "1.0.0""#, "a@1.0.0 Git"),
        (
            "^1",
            r#""version": "https://files.example/a.tgz""#,
            "a Url https://files.example/a.tgz",
        ),
    ] {
        let asks = asks(specifier);
        let lockfile = read(&packages(&[("", &asks), ("node_modules/a", entry)]), None);
        assert_eq!(origins(&lockfile), [expected], "{entry}");
    }
}

#[test]
fn registries_are_what_most_come_from_and_what_the_settings_name() {
    let entry = |host: &str, name: &str| {
        format!(r#""version": "1.0.0", "resolved": "https://{host}/{name}/-/{name}-1.0.0.tgz""#)
    };
    let entries = [
        entry("npm.example", "a"),
        entry("npm.example", "b"),
        entry("files.example", "c"),
    ];
    let text = packages(&[
        ("node_modules/a", &entries[0]),
        ("node_modules/b", &entries[1]),
        ("node_modules/c", &entries[2]),
    ]);
    let c = "c@1.0.0 Url https://files.example/c/-/c-1.0.0.tgz";
    for (settings, expected) in [
        ("", c),
        ("; registry=https://files.example/\n", c),
        ("registry = \"https://FILES.example/\"\n", "c@1.0.0 Registry"),
        ("@s:registry=https://files.example:443/x/\n", "c@1.0.0 Registry"),
        ("//files.example/x/:always-auth=true\n", "c@1.0.0 Registry"),
    ] {
        let input = Input {
            path: "package-lock.json",
            bytes: text.as_bytes(),
        };
        let mut files = ProjectFiles::default();
        assert_eq!(references(&input), [".npmrc"]);
        files.insert(".npmrc", settings.as_bytes().to_vec());
        let lockfile = lockfile::parse(lockfile::detect(input).unwrap(), input, &files).unwrap();
        assert_eq!(
            origins(&lockfile),
            ["a@1.0.0 Registry", "b@1.0.0 Registry", expected],
            "{settings}"
        );
    }
    let tie = packages(&[("node_modules/a", &entries[0]), ("node_modules/c", &entries[2])]);
    assert_eq!(
        origins(&read(&tie, None)),
        ["a@1.0.0 Url https://npm.example/a/-/a-1.0.0.tgz", c],
        "of as many, none is known to be the registry"
    );
}

#[test]
fn one_host_among_the_settings_of_another_is_told() {
    let text = packages(&[(
        "node_modules/a",
        r#""version": "1.0.0", "resolved": "https://files.example/a/-/a-1.0.0.tgz""#,
    )]);
    let input = Input {
        path: "package-lock.json",
        bytes: text.as_bytes(),
    };
    for (settings, expected) in [
        ("", None),
        ("@s:registry=https://npm.example/\n", None),
        ("registry=https://files.example/\n", None),
        (
            "registry=https://npm.example/\n",
            Some(
                "all archives come from files.example, while the settings beside the lockfile name npm.example",
            ),
        ),
    ] {
        let mut files = ProjectFiles::default();
        files.insert(".npmrc", settings.as_bytes().to_vec());
        let lockfile = lockfile::parse(lockfile::detect(input).unwrap(), input, &files).unwrap();
        assert_eq!(origins(&lockfile), ["a@1.0.0 Registry"]);
        let expected: Vec<Warning> = expected.into_iter().map(Warning::new).collect();
        assert_eq!(lockfile.warnings, expected, "{settings}");
    }
}

#[test]
fn nothing_that_npm_installs_is_passed_over() {
    let a = r#""version": "1.0.0""#;
    for path in [
        "node_modules//a",
        "node_modules/a/",
        "./node_modules/a",
        "x/../node_modules/a",
        "node_modules\\\\a",
    ] {
        let lockfile = read(
            &packages(&[("", r#""dependencies": {"a": "1"}"#), (path, a)]),
            None,
        );
        assert_eq!(
            (ways(&lockfile), lockfile.warnings),
            (vec!["a@1.0.0: a@1.0.0".to_owned()], vec![]),
            "{path}"
        );
    }
    let somewhere = r#""version": "1.0.0", "resolved": "https://npm.example/a/-/a-1.0.0.tgz""#;
    assert_eq!(
        origins(&read(&packages(&[("", ""), ("x/a", somewhere)]), None)),
        ["a@1.0.0 Registry"]
    );
}

#[test]
fn what_comes_in_a_package_is_from_where_that_is() {
    let lockfile = read(
        &packages(&[
            ("", ""),
            (
                "node_modules/g",
                r#""version": "1.0.0", "resolved": "git+ssh://git@git.example/g.git#c""#,
            ),
            (
                "node_modules/g/node_modules/a",
                r#""version": "1.0.0", "inBundle": true"#,
            ),
            ("node_modules/r", r#""version": "1.0.0""#),
            (
                "node_modules/r/node_modules/b",
                r#""version": "1.0.0", "inBundle": true"#,
            ),
        ]),
        None,
    );
    let sources: Vec<Source> = lockfile.dependencies.iter().map(|it| it.source).collect();
    assert_eq!(
        sources,
        [Source::Git, Source::Registry, Source::Git, Source::Registry]
    );
}

#[test]
fn what_production_needs_is_not_for_development_only() {
    let lockfile = read(
        &packages(&[
            ("", r#""dependencies": {"a": "1"}, "devDependencies": {"d": "1"}"#),
            (
                "node_modules/a",
                r#""version": "1", "dev": true, "dependencies": {"b": "1"}"#,
            ),
            (
                "node_modules/b",
                r#""version": "1", "dev": true, "optionalDependencies": {"c": "1"}"#,
            ),
            ("node_modules/c", r#""version": "1", "dev": true"#),
            (
                "node_modules/d",
                r#""version": "1", "dev": true, "dependencies": {"e": "1"}"#,
            ),
            ("node_modules/e", r#""version": "1", "dev": true"#),
        ]),
        None,
    );
    let scopes: Vec<Scope> = lockfile.dependencies.iter().map(|it| it.scope).collect();
    assert_eq!(
        scopes,
        [
            Scope::Prod,
            Scope::Prod,
            Scope::DevOptional,
            Scope::Dev,
            Scope::Dev
        ]
    );
}

#[test]
fn what_is_kept_keeps_what_it_needs_whatever_the_marks_say() {
    let scopes = |text: &str, manifest| {
        let lockfile = read(text, manifest);
        let scopes = lockfile.dependencies.iter();
        scopes
            .map(|it| format!("{} {:?}", it.name, it.scope))
            .collect::<Vec<_>>()
    };
    // Version 1 does not tell which requirements are optional.
    let nested = r#"{"lockfileVersion": 1, "requires": true, "dependencies": {
        "is-number": {"version": "7.0.0", "optional": true, "requires": {"p": "1"}},
        "is-odd": {"version": "3.0.0", "requires": {"is-number": "^7"}},
        "o": {"version": "1.0.0", "optional": true, "requires": {"d": "1"}},
        "d": {"version": "1.0.0", "dev": true},
        "e": {"version": "1.0.0", "dev": true},
        "p": {"version": "1.0.0", "dev": true}
    }}"#;
    assert_eq!(
        scopes(nested, None),
        [
            "d DevOptional",
            "e Dev",
            "is-number Prod",
            "is-odd Prod",
            "o Optional",
            "p Prod"
        ]
    );
    assert_eq!(
        scopes(
            nested,
            Some(r#"{"dependencies": {"e": "1"}, "devDependencies": {"o": "1"}}"#)
        ),
        [
            "d DevOptional",
            "e Prod",
            "is-number Prod",
            "is-odd Prod",
            "o DevOptional",
            "p Prod"
        ]
    );
    let text = packages(&[
        ("", r#""dependencies": {"a": "1"}, "devDependencies": {"d": "1"}"#),
        (
            "node_modules/a",
            r#""version": "1", "optionalDependencies": {"b": "1"}, "peerDependencies": {"q": "1"}"#,
        ),
        (
            "node_modules/b",
            r#""version": "1", "optional": true, "dependencies": {"c": "1"}"#,
        ),
        ("node_modules/c", r#""version": "1", "optional": true"#),
        (
            "node_modules/d",
            r#""version": "1", "dev": true, "dependencies": {"c": "1"}, "peerDependencies": {"q": "1"}"#,
        ),
        ("node_modules/q", r#""version": "1", "peer": true"#),
    ]);
    assert_eq!(
        scopes(&text, None),
        ["a Prod", "b Optional", "c DevOptional", "d Dev", "q Peer"]
    );
}

#[test]
fn what_is_required_and_not_there_is_a_gap() {
    let lockfile = read(
        &packages(&[
            (
                "",
                r#""dependencies": {"a": "1", "o": "1"}, "optionalDependencies": {"o": "1"}, "peerDependencies": {"p": "1"}"#,
            ),
            ("node_modules/a", r#""version": "1", "dependencies": {"b": "1"}"#),
        ]),
        None,
    );
    assert_eq!(
        lockfile.warnings,
        [Warning::incomplete(
            "package-lock.json:3: \"b\" is asked for, but not described"
        )]
    );
}

#[test]
fn an_entry_without_a_version_is_a_gap() {
    for entry in ["", r#""version": """#, r#""version": "latest""#] {
        let lockfile = read(&packages(&[("", ""), ("node_modules/a", entry)]), None);
        let gap = Warning::incomplete("package-lock.json:3: \"a\" has no version");
        assert_eq!(
            (lockfile.dependencies, lockfile.warnings),
            (vec![], vec![gap]),
            "{entry}"
        );
    }
}

#[test]
fn versions_are_known_up_to_the_newest() {
    for (version, expected) in [
        (4, vec![]),
        (
            5,
            vec![Warning::incomplete(
                "lockfileVersion 5 is not known; it was read as version 4",
            )],
        ),
    ] {
        let text = format!("{{\"lockfileVersion\": {version}, \"packages\": {{}}}}");
        assert_eq!(read(&text, None).warnings, expected);
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
