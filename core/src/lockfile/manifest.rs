//! Manifests and the lockfiles that package managers write beside them.

use super::project;

/// For each manifest, the lockfiles that settle its ranges.
const LOCKFILES: [(&str, &[&str]); 4] = [
    (
        "package.json",
        &[
            "package-lock.json",
            "npm-shrinkwrap.json",
            "pnpm-lock.yaml",
            "yarn.lock",
            "bun.lock",
        ],
    ),
    (
        "pyproject.toml",
        &["poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"],
    ),
    ("build.gradle", &["gradle.lockfile"]),
    ("build.gradle.kts", &["gradle.lockfile"]),
];

/// The names of the lockfiles that may stand beside a manifest of this name; none for other files.
#[must_use]
pub fn lockfile_names(file_name: &str) -> &'static [&'static str] {
    LOCKFILES
        .iter()
        .find(|(manifest, _)| *manifest == file_name)
        .map_or(&[], |(_, names)| names)
}

/// The paths at which lockfiles of the manifest at `path` may stand; none for other files.
pub fn lockfiles_beside(path: &str) -> impl Iterator<Item = String> {
    lockfile_names(project::file_name(path))
        .iter()
        .map(move |name| project::beside(path, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_has_lockfiles_beside_it() {
        assert_eq!(
            lockfiles_beside("a/build.gradle").collect::<Vec<_>>(),
            ["a/gradle.lockfile"]
        );
        assert_eq!(lockfiles_beside("a/package-lock.json").count(), 0);
    }
}
