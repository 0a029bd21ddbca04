use super::*;
use crate::package_file::sample::{gzip, survives, survives_inside, tar};

const MANIFEST_OF_A: &str = r#"
[package]
edition = "2021"
rust-version = "1.70"
name = "A_a"
version = "1.0.0-rc.1+b"
authors = ["one"]
links = "z"
readme = "docs/READ.md"
license = "MIT"
keywords = ["k"]
publish = ["ours"]

[lib]
name = "a_a"

[features]
default = ["std", "dep:log"]
std = ["rand?/std", "rand/small"]
more = ["rand"]

[dependencies.z]
version = "1"
registry-index = "sparse+http://pkg.example/cargo/index/"

[dependencies.log]
version = "0.4.1"
optional = true
default-features = false
features = ["kv"]

[dependencies.random]
package = "rand"
version = ">=0.8, <0.10"

[dependencies.rand]
version = "0.8"
optional = true

[dev-dependencies.local]
path = "../local"

[build-dependencies]
cc = "=1.0.0"

[target."cfg(unix)".dependencies.libc]
version = "*"
"#;

const LOCK_OF_A: &str = r#"
version = 4
[[package]]
name = "A_a"
version = "1.0.0-rc.1+b"
[[package]]
name = "log"
version = "0.4.22"
source = "registry+https://index.example/git"
checksum = "00"
[[package]]
name = "libc"
version = "0.2.0"
source = "sparse+https://index.example/"
[[package]]
name = "rand"
version = "0.8.5"
source = "registry+https://index.example/git"
[[package]]
name = "rand"
version = "0.9.0"
source = "registry+https://other.example/git"
"#;

fn crate_of(folder: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let paths: Vec<_> = files.iter().map(|(path, _)| format!("{folder}/{path}")).collect();
    let files: Vec<_> = paths
        .iter()
        .zip(files)
        .map(|(path, (_, content))| (&**path, *content))
        .collect();
    gzip(&tar(&files))
}

fn a() -> Vec<u8> {
    crate_of(
        "A_a-1.0.0-rc.1+b",
        &[
            ("Cargo.lock", LOCK_OF_A.as_bytes()),
            ("Cargo.toml", MANIFEST_OF_A.as_bytes()),
            ("Cargo.toml.orig", b"[package]"),
            ("docs/READ.md", b"# a"),
            ("inner/Cargo.toml", b"none of ours"),
        ],
    )
}

fn of_manifest(manifest: &str) -> Result<Package, PackageError> {
    let bytes = crate_of("a-1.0.0", &[("Cargo.toml", manifest.as_bytes())]);
    read(&bytes.as_slice(), "a-1.0.0.crate")
}

#[test]
fn a_crate_says_what_others_need_to_build_against_it() {
    let package = read(&a().as_slice(), "A_a-1.0.0-rc.1+b.crate").unwrap();
    assert_eq!((&*package.name, &*package.version), ("A_a", "1.0.0-rc.1+b"));
    assert_eq!(package.links.as_deref(), Some("z"));
    assert_eq!(package.rust_version.as_deref(), Some("1.70"));
    assert_eq!(package.features["std"], ["rand?/std", "rand/small"]);
    assert_eq!(package.about.readme.as_deref(), Some("# a"));
    assert_eq!(package.about.readme_file.as_deref(), Some("docs/READ.md"));
    let told: Vec<_> = package
        .dependencies
        .iter()
        .map(|one| {
            let index = match &one.index {
                Index::Named(url) => format!("named {url}"),
                Index::Default(url) => format!("default {url:?}"),
            };
            let optional = if one.is_optional { " optional" } else { "" };
            let bare = if one.has_default_features { "" } else { " bare" };
            format!(
                "{} {} {} {:?} {:?} {:?}{optional}{bare} {index}",
                one.kind.as_str(),
                one.name,
                one.requirement,
                one.alias,
                one.target,
                one.features,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"normal log ^0.4.1 None None ["kv"] optional bare default Some("https://index.example/git")"#,
            r#"normal rand ^0.8 None None [] optional default Some("https://index.example/git")"#,
            // Two sources have versions that fit, so that it is not clear which one is meant.
            r#"normal rand >=0.8, <0.10 Some("random") None [] default None"#,
            r#"normal z ^1 None None [] named sparse+http://pkg.example/cargo/index/"#,
            r#"build cc =1.0.0 None None [] default None"#,
            r#"normal libc * None Some("cfg(unix)") [] default Some("sparse+https://index.example/")"#,
        ]
    );
}

#[test]
fn names_are_those_that_registries_take() {
    for (name, fits) in [
        ("a", true),
        ("A-b_1", true),
        (&*"a".repeat(65), false),
        ("1a", false),
        ("", false),
        ("a.b", false),
        ("é", false),
        ("../a", false),
    ] {
        assert_eq!(is_name(name), fits, "{name}");
    }
    assert_eq!(normalize("Foo_bar-Baz"), "foo-bar-baz");
}

#[test]
fn a_dependency_may_be_called_what_no_crate_can_be() {
    let package = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\n";
    for (alias, fits) in [
        ("_b", true),
        ("_1", true),
        ("é", true),
        ("1b", false),
        ("b/c", false),
        ("", false),
    ] {
        let read = of_manifest(&format!(
            "{package}{alias:?} = {{ version = \"1\", package = \"b\" }}"
        ));
        let name = read
            .ok()
            .and_then(|package| package.dependencies[0].alias.clone());
        assert_eq!(name.as_deref(), fits.then_some(alias));
    }
}

#[test]
fn what_cargo_would_not_publish_is_refused() {
    let package = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n";
    assert!(of_manifest(package).is_ok());
    assert!(of_manifest(&format!("{package}[dependencies]\nb = \"1\"")).is_ok());
    for (manifest, says) in [
        ("[package]\nversion = \"1.0.0\"", "missing field `name`"),
        ("[package]\nname = \"a\"\nversion = 1", "line 3"),
        (
            "[package]\nname = \"a\"\nversion = \"1.0\"",
            "Semantic Versioning",
        ),
        (
            "[package]\nname = \"a b\"\nversion = \"1.0.0\"",
            "cannot be the name",
        ),
        (
            "[package]\nname = \"a\"\nversion.workspace = true",
            "inherited from a workspace",
        ),
        (&format!("{package}publish = false"), "publish = false"),
        (&format!("{package}publish = []"), "publish = false"),
        (
            &format!("{package}[dependencies]\nb = {{ path = \"../b\" }}"),
            "has no version",
        ),
        (
            &format!("{package}[dependencies]\nb.workspace = true"),
            "inherited",
        ),
        (
            &format!("{package}[dependencies]\nb = \"one\""),
            "has the version \"one\"",
        ),
        (
            &format!("{package}[dependencies]\n\"b/c\" = \"1\""),
            "cannot be the name",
        ),
        (&format!("{package}[dependencies]\nb = 1"), "a version or a table"),
        (
            &format!("{package}[features]\nf = [\"g\"]"),
            "neither a feature nor a dependency",
        ),
        (
            &format!("{package}[features]\nf = [\"dep:b\"]\n[dependencies]\nb = \"1\""),
            "neither",
        ),
        (&format!("{package}[features]\n\"f g\" = []"), "name of a feature"),
        (&format!("{package}x = {}", "[".repeat(100_000)), "recursion"),
        ("package", "line 1"),
        ("", "missing field `package`"),
    ] {
        let error = of_manifest(manifest).unwrap_err().to_string();
        assert!(error.contains(says), "{:.100}: {error}", manifest);
    }
}

#[test]
fn hostile_crates_are_refused() {
    let good: (&str, &[u8]) = ("Cargo.toml", b"[package]\nname = \"a\"\nversion = \"1.0.0\"\n");
    let large = vec![b' '; 5 << 20];
    for (files, code) in [
        (vec![good, good], "package-twice"),
        (vec![good, ("cargo.toml", b"")], "package-twice"),
        (vec![good, ("./Cargo.toml", b"")], "package-twice"),
        (vec![("src/lib.rs", b"")], "package-missing"),
        (vec![("cargo.toml", b"")], "package-missing"),
        (vec![good, ("../b/x", b"")], "package-unsafe-path"),
        (vec![("Cargo.toml", &large)], "package-too-large"),
        (vec![good, ("Cargo.lock", b"\xff")], "package-content"),
    ] {
        let error = read(&crate_of("a-1.0.0", &files).as_slice(), "a-1.0.0.crate").unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
    let beside = gzip(&tar(&[("a-1.0.0/Cargo.toml", good.1), ("b/x", b"")]));
    let bare = gzip(&tar(&[("Cargo.toml", good.1)]));
    for bytes in [beside, bare] {
        let error = read(&bytes.as_slice(), "a-1.0.0.crate").unwrap_err();
        assert_eq!(error.code(), "package-unsafe-path", "{error}");
    }
    let bytes = crate_of("a-1.0.0", &[good]);
    for (name, code) in [
        ("a-1.0.1.crate", "package-name"),
        ("b.crate", "package-name"),
        ("a-1.0.0.tgz", "package-kind"),
    ] {
        assert_eq!(read(&bytes.as_slice(), name).unwrap_err().code(), code, "{name}");
    }
    let elsewhere = crate_of("a-1.0.1", &[good]);
    assert_eq!(
        read(&elsewhere.as_slice(), "a-1.0.1.crate").unwrap_err().code(),
        "package-content"
    );
}

#[test]
fn whatever_the_bytes_it_comes_back() {
    let reading = |source: &dyn Source| drop(read(source, "A_a-1.0.0-rc.1+b.crate"));
    survives(&a(), reading);
    let pack = |manifest: &[u8], lock: &[u8]| {
        crate_of(
            "A_a-1.0.0-rc.1+b",
            &[("Cargo.toml", manifest), ("Cargo.lock", lock)],
        )
    };
    let (manifest, lock) = (MANIFEST_OF_A.as_bytes(), LOCK_OF_A.as_bytes());
    survives_inside(manifest, |changed| pack(changed, lock), reading);
    survives_inside(lock, |changed| pack(manifest, changed), reading);
}
