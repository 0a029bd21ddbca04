//! Manifests and the lockfiles that package managers write for them.

use super::{FORMATS, Format, names, project};

/// For each format of manifests, the formats of the lockfiles that settle its ranges.
const LOCKFILES: [(&str, &[&str]); 4] = [
    (
        "package.json",
        &["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"],
    ),
    (
        "pyproject.toml",
        &["poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"],
    ),
    ("build.gradle", &["gradle.lockfile"]),
    ("build.gradle.kts", &["gradle.lockfile"]),
];

/// The formats of the lockfiles that settle a manifest of this format; none for other files.
pub(crate) fn lockfile_formats(format: &Format) -> &'static [&'static str] {
    LOCKFILES
        .iter()
        .find(|(manifest, _)| *manifest == format.name)
        .map_or(&[], |(_, formats)| formats)
}

/// The paths at which lockfiles of the manifest at `path` may stand; none for other files.
pub fn lockfiles_beside(path: &str) -> impl Iterator<Item = String> {
    let formats = names::format_of(path).map_or(&[][..], lockfile_formats);
    FORMATS
        .iter()
        .filter(|format| formats.contains(&format.name))
        .flat_map(|format| format.file_names)
        .filter(|name| !name.contains('*'))
        .map(move |name| project::beside(path, name))
}

/// The paths at which the manifests that a lockfile of this format at `path` was made for may stand.
pub fn manifests_beside(format: &Format, path: &str) -> Vec<String> {
    let names = LOCKFILES.iter().filter(|(_, locks)| locks.contains(&format.name));
    names
        .map(|(manifest, _)| project::beside(path, manifest))
        .collect()
}

/// What to do where a file of the format of this name holds direct dependencies only.
#[must_use]
pub fn locking_advice(format: &str) -> Option<&'static str> {
    Some(match format {
        "package.json" => "`npm install --package-lock-only` writes a lockfile with all that is installed",
        "pyproject.toml" => "`uv lock` or `poetry lock` writes a lockfile with all that is installed",
        "requirements.txt" => {
            "`uv pip compile FILE` or `pip-compile FILE` writes requirements with all that is installed"
        }
        "build.gradle" | "build.gradle.kts" => {
            "with dependency locking on, `gradle dependencies --write-locks` writes a lockfile with all that is \
             installed"
        }
        "pom.xml" => {
            "Maven writes no lockfile, so that transitive dependencies are not seen here; `mvn dependency:list` \
             lists them"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lockfile::{Extent, FORMATS, Input};

    #[test]
    fn every_format_of_direct_dependencies_has_an_advice() {
        for format in FORMATS {
            let input = Input {
                path: "x",
                bytes: b"",
            };
            let is_direct_only = (format.extent)(&input) == Extent::DirectOnly;
            // What is in the file decides for requirements.
            let may_be = is_direct_only || format.name == "requirements.txt";
            assert_eq!(locking_advice(format.name).is_some(), may_be, "{}", format.name);
        }
    }

    #[test]
    fn a_manifest_has_lockfiles_beside_it() {
        assert_eq!(
            lockfiles_beside("a/build.gradle").collect::<Vec<_>>(),
            ["a/gradle.lockfile", "a/buildscript-gradle.lockfile"]
        );
        assert_eq!(lockfiles_beside("a/package-lock.json").count(), 0);
    }
}
