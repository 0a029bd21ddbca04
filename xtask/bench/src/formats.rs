//! Large files of every format, for measuring: the shape of the format, and packages by number.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// A format's file name, what stands before the packages, one package, and what stands after them. In a
/// package, `{n}` is its number and `{m}` that of the package that it requires; `{id}` and `{on}` are the same
/// with leading zeros, so that names come in order, as package managers write them.
const SHAPES: &[(&str, &str, &str, &str)] = &[
    (
        "package.json",
        "{\n  \"name\": \"app\",\n  \"dependencies\": {\n",
        "    \"package-{id}\": \"^1.{m}.0\",\n",
        "    \"z\": \"1.0.0\"\n  }\n}\n",
    ),
    (
        "pnpm-lock.yaml",
        "lockfileVersion: '6.0'\n\ndependencies:\n  package-0000000:\n    specifier: ^1.0.0\n    version: 1.0.0\n\npackages:\n\n",
        "  /package-{id}@1.{n}.0:\n    resolution: {integrity: sha512-SRHqfFVQ9Q4ApFKCe7Fnl2ocOZEp8tFQF8PrxRuEPR0mO4UZq8sHGdCzoVXAYTHUIzyY8a2QIAOZeK3mVkQm6A==}\n    engines: {node: '>=18'}\n    dependencies:\n      package-{on}: 1.{m}.0\n    dev: false\n\n",
        "",
    ),
    (
        "yarn.lock",
        "# yarn lockfile v1\n\n\n",
        "package-{id}@^1.{n}.0:\n  version \"1.{n}.0\"\n  resolved \"https://npm.example/package-{id}/-/package-{id}-1.{n}.0.tgz#0123456789abcdef0123456789abcdef01234567\"\n  integrity sha512-SRHqfFVQ9Q4ApFKCe7Fnl2ocOZEp8tFQF8PrxRuEPR0mO4UZq8sHGdCzoVXAYTHUIzyY8a2QIAOZeK3mVkQm6A==\n  dependencies:\n    package-{on} \"^1.{m}.0\"\n\n",
        "",
    ),
    (
        "bun.lock",
        "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\n    \"\": {\n      \"name\": \"app\",\n      \"dependencies\": {\n        \"package-0000000\": \"^1.0.0\",\n      },\n    },\n  },\n  \"packages\": {\n",
        "    \"package-{id}\": [\"package-{id}@1.{n}.0\", \"\", { \"dependencies\": { \"package-{on}\": \"^1.{m}.0\" } }, \"sha512-SRHqfFVQ9Q4ApFKCe7Fnl2ocOZEp8tFQF8PrxRuEPR0mO4UZq8sHGdCzoVXAYTHUIzyY8a2QIAOZeK3mVkQm6A==\"],\n\n",
        "  }\n}\n",
    ),
    (
        "pom.xml",
        "<project>\n  <modelVersion>4.0.0</modelVersion>\n  <groupId>g</groupId>\n  <artifactId>app</artifactId>\n  <version>1</version>\n  <properties>\n    <v>1.0</v>\n  </properties>\n  <dependencies>\n",
        "    <dependency>\n      <groupId>org.example.group</groupId>\n      <artifactId>artifact-{id}</artifactId>\n      <version>${v}.{m}</version>\n    </dependency>\n",
        "  </dependencies>\n</project>\n",
    ),
    (
        "build.gradle",
        "plugins {\n    id 'java'\n}\n\ndef v = '1.0'\n\ndependencies {\n",
        "    implementation \"org.example.group:artifact-{id}:$v.{m}\" // why\n",
        "}\n",
    ),
    (
        "gradle.lockfile",
        "# This is a Gradle generated file for dependency locking.\n",
        "org.example.group:artifact-{id}:1.{m}=compileClasspath,runtimeClasspath,testCompileClasspath\n",
        "empty=annotationProcessor\n",
    ),
    (
        "requirements.txt",
        "# made for measuring\n",
        "package-{id}==1.{m}.0 \\\n    --hash=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n    # via package-{on}\n",
        "",
    ),
    (
        "pyproject.toml",
        "[project]\nname = \"app\"\ndependencies = [\n",
        "    \"package-{id}[extra]>=1.{m},<2; python_version >= '3.9'\",\n",
        "]\n",
    ),
    (
        "Pipfile.lock",
        "{\n    \"_meta\": {\"hash\": {\"sha256\": \"00\"}, \"pipfile-spec\": 6, \"requires\": {}, \"sources\": []},\n    \"default\": {\n",
        "        \"package-{id}\": {\n            \"hashes\": [\n                \"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"\n            ],\n            \"version\": \"==1.{m}.0\"\n        },\n",
        "        \"z\": {\"version\": \"==1.0\"}\n    },\n    \"develop\": {}\n}\n",
    ),
    (
        "poetry.lock",
        "",
        "[[package]]\nname = \"package-{id}\"\nversion = \"1.{n}.0\"\ndescription = \"A package\"\noptional = false\npython-versions = \">=3.8\"\nfiles = [\n    {file = \"package_{id}-1.{n}.0-py3-none-any.whl\", hash = \"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},\n]\n\n[package.dependencies]\npackage-{on} = \">=1\"\n\n",
        "[metadata]\nlock-version = \"2.0\"\npython-versions = \"^3.8\"\ncontent-hash = \"00\"\n",
    ),
    (
        "uv.lock",
        "version = 1\nrequires-python = \">=3.8\"\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" }\ndependencies = [\n    { name = \"package-0000000\" },\n]\n\n",
        "[[package]]\nname = \"package-{id}\"\nversion = \"1.{n}.0\"\nsource = { registry = \"https://python.example/simple\" }\ndependencies = [\n    { name = \"package-{on}\" },\n]\nwheels = [\n    { url = \"https://python.example/package_{id}-1.{n}.0-py3-none-any.whl\", hash = \"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\", size = 12345 },\n]\n\n",
        "",
    ),
    (
        "pdm.lock",
        "[metadata]\ngroups = [\"default\"]\nlock_version = \"4.5.0\"\n\n",
        "[[package]]\nname = \"package-{id}\"\nversion = \"1.{n}.0\"\nsummary = \"A package\"\ngroups = [\"default\"]\ndependencies = [\n    \"package-{on}>=1\",\n]\nfiles = [\n    {file = \"package_{id}-1.{n}.0-py3-none-any.whl\", hash = \"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},\n]\n\n",
        "",
    ),
    (
        "pylock.toml",
        "lock-version = \"1.0\"\ncreated-by = \"example\"\n\n",
        "[[packages]]\nname = \"package-{id}\"\nversion = \"1.{n}.0\"\nwheels = [\n    {url = \"https://python.example/package_{id}-1.{n}.0-py3-none-any.whl\", hashes = {sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}},\n]\n\n",
        "",
    ),
];

/// Writes a file of about `bytes` bytes for every format into `folder`, and prints their names.
pub(crate) fn run(folder: &str, bytes: usize) -> Result<()> {
    for (name, before, package, after) in SHAPES {
        let mut text = String::with_capacity(bytes + 1024);
        text.push_str(before);
        let mut number = 0;
        while text.len() < bytes {
            let required = number / 2;
            let line = package
                .replace("{n}", &number.to_string())
                .replace("{m}", &required.to_string())
                .replace("{id}", &format!("{number:07}"))
                .replace("{on}", &format!("{required:07}"));
            text.push_str(&line);
            number += 1;
        }
        text.push_str(after);
        let folder = Path::new(folder).join(name.replace('.', "-"));
        fs::create_dir_all(&folder)?;
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}
