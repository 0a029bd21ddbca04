//! npm packages: `.tgz`.
//!
//! npm unpacks whatever lies in a tarball's top folder, which may have any name. Source of the rules: npm 11, its
//! documentation of `package.json`, and the libraries `pacote` and `libnpmpublish`.

mod name;
mod normal;

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::error::PackageError;
use super::source::Source;
use super::tar::{self, Kind, Packing};

pub use name::{file, is_name, is_tag, is_version};

/// The largest `package.json`, in bytes.
const MAX_MANIFEST: u64 = 4 << 20;
/// The largest readme that is sent along, in bytes; a package with a larger one goes without.
const MAX_README: u64 = 1 << 20;
/// How many commands a folder of them may hold.
const MAX_COMMANDS: usize = 10_000;

const MANIFEST: &str = "package.json";

/// A package that npm can publish.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Its name, with its scope: `@scope/name`.
    pub name: String,
    /// Its version, as npm writes versions.
    pub version: String,
    /// The tag that `publishConfig` asks for.
    pub tag: Option<String>,
    /// What the registry keeps of its `package.json`, completed and in the form of `npm publish`. Where the tarball is and
    /// what it hashes to (`dist`) is not in it.
    pub manifest: Map<String, Value>,
}

impl Package {
    /// What comes after the dash of a pre-release's version; empty for a release.
    #[must_use]
    pub fn pre_release(&self) -> &str {
        let without_build = self.version.split('+').next().unwrap_or_default();
        without_build
            .split_once('-')
            .map_or("", |(_, identifiers)| identifiers)
    }

    /// The order of two versions (Semantic Versioning, item 11).
    #[must_use]
    pub fn compare_version(&self, other: &Self) -> Ordering {
        let read = |package: &Self| semver::Version::parse(&package.version).ok();
        match (read(self), read(other)) {
            (Some(one), Some(other)) => one.cmp_precedence(&other),
            _ => self.version.cmp(&other.version),
        }
    }
}

/// Reads a tarball that is called `file_name`.
///
/// # Errors
/// When it is none that `npm publish` would take.
pub fn read(source: &dyn Source, file_name: &str) -> Result<Package, PackageError> {
    let lower = file_name.to_ascii_lowercase();
    if !lower.ends_with(".tgz") && !lower.ends_with(".tar.gz") {
        return Err(PackageError::Kind {
            expected: "an npm package, which ends in .tgz",
        });
    }
    let found = Found::read(source)?;
    let mut manifest = parse(&found.manifest.ok_or_else(|| PackageError::missing(MANIFEST))?)?;
    let name = text(&manifest, "name")?.to_owned();
    if !is_name(&name) {
        return Err(bad(format!("{name:?} cannot be the name of an npm package")));
    }
    let version = text(&manifest, "version")?;
    let version = name::clean_version(version)
        .ok_or_else(|| {
            bad(format!(
                "its version {version:?} is not one of Semantic Versioning"
            ))
        })?
        .to_owned();
    if manifest.get("private").is_some_and(is_truthy) {
        return Err(bad(
            "it says that the package is private: npm publishes none; take \"private\" out",
        ));
    }
    let tag = match manifest.get("publishConfig").and_then(|config| config.get("tag")) {
        None | Some(Value::Null) => None,
        // Whether it can be one counts only where nobody chooses another.
        Some(Value::String(tag)) => Some(tag.clone()),
        Some(other) => return Err(bad(format!("its publishConfig.tag {other} cannot be a dist-tag"))),
    };
    manifest.insert("version".to_owned(), json!(version));
    manifest.insert("_id".to_owned(), json!(format!("{name}@{version}")));
    if let Some((file, text)) = found.readme {
        manifest.insert("readme".to_owned(), json!(text));
        manifest.insert("readmeFilename".to_owned(), json!(file));
    }
    manifest.insert("_hasShrinkwrap".to_owned(), json!(found.has_shrinkwrap));
    if found.has_gyp_file {
        build_natively(&mut manifest);
    }
    normal::normalize(&mut manifest, &name);
    if !manifest.contains_key("bin")
        && let Some(folder) = manifest.get("directories").and_then(|folders| folders.get("bin"))
        && let Some(folder) = folder.as_str()
    {
        let commands = commands(source, folder)?;
        manifest.insert("bin".to_owned(), Value::Object(commands));
    }
    Ok(Package {
        name,
        version,
        tag,
        manifest,
    })
}

/// What is looked for in a tarball's top folder.
#[derive(Default)]
struct Found {
    manifest: Option<Vec<u8>>,
    /// Where letters of either case are one, a second spelling would replace the first.
    spellings: usize,
    /// Its file's name and its text.
    readme: Option<(String, String)>,
    has_shrinkwrap: bool,
    has_gyp_file: bool,
}

impl Found {
    fn read(source: &dyn Source) -> Result<Self, PackageError> {
        let mut found = Self::default();
        tar::walk(source, Packing::Gzip, |entry| {
            if entry.kind != Kind::File {
                return Ok(());
            }
            let Some(inner) = inner_path(entry.path) else {
                return Ok(());
            };
            match inner {
                _ if inner.eq_ignore_ascii_case(MANIFEST) => {
                    found.spellings += 1;
                    if found.spellings > 1 {
                        return Err(PackageError::Twice {
                            what: MANIFEST.to_owned(),
                        });
                    }
                    if inner == MANIFEST {
                        found.manifest = Some(entry.read(MAX_MANIFEST)?);
                    }
                }
                "npm-shrinkwrap.json" => found.has_shrinkwrap = true,
                "binding.gyp" => found.has_gyp_file = true,
                file => {
                    let known = found.readme.as_ref().map_or(0, |(file, _)| readme_rank(file));
                    if readme_rank(file) > known {
                        match entry.read(MAX_README) {
                            Ok(bytes) => {
                                let text = String::from_utf8_lossy(&bytes).into_owned();
                                found.readme = Some((inner.to_owned(), text));
                            }
                            Err(PackageError::TooLarge { .. }) => {}
                            Err(error) => return Err(error),
                        }
                    }
                }
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// The path in the top folder, which is where npm unpacks it to; `None` for what lies beside that folder.
fn inner_path(path: &str) -> Option<&str> {
    path.split_once('/').map(|(_, inner)| inner)
}

/// Which of several readmes npm prefers: Markdown, then one without an extension. 0 is none.
fn readme_rank(file: &str) -> u8 {
    let lower = file.to_ascii_lowercase();
    match lower.strip_prefix("readme") {
        Some(".md" | ".markdown" | ".mdown" | ".mkd") => 2,
        Some("") => 1,
        _ => 0,
    }
}

fn parse(bytes: &[u8]) -> Result<Map<String, Value>, PackageError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))
}

fn text<'m>(manifest: &'m Map<String, Value>, member: &str) -> Result<&'m str, PackageError> {
    match manifest.get(member) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text),
        Some(Value::String(_)) | None => Err(bad(format!("it has no {member}"))),
        Some(_) => Err(bad(format!("its {member} is no text"))),
    }
}

/// What JavaScript takes for true.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// A package with a `binding.gyp` is built when it is installed, unless it says how itself.
fn build_natively(manifest: &mut Map<String, Value>) {
    if manifest.get("gypfile") == Some(&Value::Bool(false)) {
        return;
    }
    let scripts = manifest.entry("scripts").or_insert_with(|| json!({}));
    if let Some(scripts) = scripts.as_object_mut()
        && !scripts.contains_key("install")
        && !scripts.contains_key("preinstall")
    {
        scripts.insert("install".to_owned(), json!("node-gyp rebuild"));
        manifest.insert("gypfile".to_owned(), json!(true));
    }
}

/// The commands that a folder of them (`directories.bin`) holds: from each file's name to its path.
fn commands(source: &dyn Source, folder: &str) -> Result<Map<String, Value>, PackageError> {
    let parts: Vec<&str> = folder
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    let folder = parts.join("/");
    let mut commands = Map::new();
    tar::walk(source, Packing::Gzip, |entry| {
        let inner = inner_path(entry.path).unwrap_or_default();
        let within = inner
            .strip_prefix(&folder)
            .and_then(|rest| rest.strip_prefix('/'));
        if entry.kind == Kind::File
            && let Some(within) = within
            && !within.starts_with('.')
        {
            if commands.len() == MAX_COMMANDS {
                return Err(PackageError::TooLarge {
                    reason: format!("{folder} has more than {MAX_COMMANDS} files"),
                });
            }
            let command = within.rsplit('/').next().unwrap_or(within);
            commands.insert(command.to_owned(), json!(inner));
        }
        Ok(())
    })?;
    Ok(commands)
}

fn bad(reason: impl Into<String>) -> PackageError {
    PackageError::content(MANIFEST, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::{gzip, survives, survives_inside, tar};

    const GOOD: &str = r#"{"name": "@s/x", "version": "v1.0.0-rc.1+b", "publishConfig": {"tag": "next"}}"#;

    fn tgz(files: &[(&str, &[u8])]) -> Vec<u8> {
        gzip(&tar(files))
    }

    fn of_manifest(manifest: &str) -> Result<Package, PackageError> {
        read(
            &tgz(&[("package/package.json", manifest.as_bytes())]).as_slice(),
            "x.tgz",
        )
    }

    #[test]
    fn a_package_is_what_npm_would_publish() {
        let bytes = tgz(&[
            ("any/README", b"plain"),
            ("any/readme.md", b"# x"),
            ("any/lib/package.json", b"{}"),
            ("any/./package.json", format!("\u{feff}{GOOD}").as_bytes()),
            ("package.json", b"beside the folder"),
        ]);
        let package = read(&bytes.as_slice(), "x.TGZ").unwrap();
        assert_eq!((&*package.name, &*package.version), ("@s/x", "1.0.0-rc.1+b"));
        assert_eq!(package.pre_release(), "rc.1");
        assert_eq!(package.tag.as_deref(), Some("next"));
        assert_eq!(
            Value::Object(package.manifest),
            json!({
                "name": "@s/x", "version": "1.0.0-rc.1+b", "_id": "@s/x@1.0.0-rc.1+b",
                "publishConfig": { "tag": "next" }, "readme": "# x", "readmeFilename": "readme.md",
                "_hasShrinkwrap": false,
            })
        );
    }

    #[test]
    fn what_npm_completes_is_completed() {
        let manifest =
            br#"{"name": "x", "version": "1.0.0", "directories": {"bin": "./bin/"}, "author": "A"}"#;
        let bytes = tgz(&[
            ("package/package.json", manifest),
            ("package/binding.gyp", b"{}"),
            ("package/npm-shrinkwrap.json", b"{}"),
            ("package/bin/one", b""),
            ("package/bin/more/two.js", b""),
            ("package/bin/.hidden", b""),
            ("package/binary", b""),
        ]);
        let manifest = read(&bytes.as_slice(), "x.tgz").unwrap().manifest;
        assert_eq!(manifest["scripts"], json!({ "install": "node-gyp rebuild" }));
        assert_eq!(manifest["author"], json!({ "name": "A" }));
        assert_eq!(manifest["gypfile"], json!(true));
        assert_eq!(manifest["_hasShrinkwrap"], json!(true));
        assert_eq!(
            manifest["bin"],
            json!({ "one": "bin/one", "two.js": "bin/more/two.js" })
        );
    }

    #[test]
    fn what_npm_would_not_publish_is_refused() {
        for (manifest, says) in [
            (r#"{"version": "1.0.0"}"#, "no name"),
            (r#"{"name": "x"}"#, "no version"),
            (r#"{"name": 1, "version": "1.0.0"}"#, "its name is no text"),
            (r#"{"name": "../x", "version": "1.0.0"}"#, "cannot be the name"),
            (r#"{"name": "x", "version": "1.0"}"#, "Semantic Versioning"),
            (r#"{"name": "x", "version": "1.0.0", "private": true}"#, "private"),
            (
                r#"{"name": "x", "version": "1.0.0", "private": "false"}"#,
                "private",
            ),
            (
                r#"{"name": "x", "version": "1.0.0", "publishConfig": {"tag": 1}}"#,
                "cannot be a dist-tag",
            ),
            ("[]", "expected a map"),
            ("{", "EOF"),
        ] {
            let error = of_manifest(manifest).unwrap_err().to_string();
            assert!(error.contains(says), "{manifest}: {error}");
        }
        assert!(of_manifest(r#"{"name": "x", "version": "1.0.0", "private": false}"#).is_ok());
        let deep = format!("{{\"x\": {}", "[".repeat(100_000));
        assert!(matches!(of_manifest(&deep), Err(PackageError::Content { .. })));
    }

    #[test]
    fn hostile_tarballs_are_refused() {
        let good = ("package/package.json", GOOD.as_bytes());
        let large = vec![b' '; 5 << 20];
        for (files, code) in [
            (vec![good, good], "package-twice"),
            (vec![good, ("other/package.json", b"{}")], "package-twice"),
            (vec![good, ("package//package.json", b"{}")], "package-twice"),
            (vec![("package/Package.json", b"{}"), good], "package-twice"),
            (vec![("package/lib/package.json", b"{}")], "package-missing"),
            (vec![("package.json", b"{}")], "package-missing"),
            (vec![good, ("package/../../x", b"")], "package-unsafe-path"),
            (vec![good, ("/etc/x", b"")], "package-unsafe-path"),
            (vec![("package/package.json", &large)], "package-too-large"),
        ] {
            let error = read(&tgz(&files).as_slice(), "x.tgz").unwrap_err();
            assert_eq!(error.code(), code, "{error}");
        }
        let bytes = tgz(&[good]);
        assert_eq!(
            read(&bytes.as_slice(), "x.zip").unwrap_err().code(),
            "package-kind"
        );
        assert_eq!(
            read(&b"PK".as_slice(), "x.tgz").unwrap_err().code(),
            "package-kind"
        );
        let cut = &bytes[..bytes.len() - 9];
        assert_eq!(read(&cut, "x.tgz").unwrap_err().code(), "package-damaged");
    }

    #[test]
    fn whatever_the_bytes_it_comes_back() {
        let good = tgz(&[("p/package.json", GOOD.as_bytes()), ("p/README.md", b"x")]);
        survives(&good, |source| drop(read(source, "x.tgz")));
        let pack = |manifest: &[u8]| tgz(&[("p/package.json", manifest)]);
        survives_inside(GOOD.as_bytes(), pack, |source| drop(read(source, "x.tgz")));
    }
}
