//! What a path alone says of a file.

use super::{FORMATS, Format, pattern, project};

/// Folders in which projects keep requirement files under any name.
const REQUIREMENT_FOLDERS: [&str; 4] = ["requirements", "requirement", "requires", "reqs"];

/// Text that is kept beside them and is none.
const PROSE: [&str; 5] = ["readme", "license", "licence", "changes", "changelog"];

/// The format of the file at `path`, as far as its name and the name of its folder tell.
#[must_use]
pub fn format_of(path: &str) -> Option<&'static Format> {
    let name = project::file_name(path);
    if is_settings(name) || is_constraints(path) {
        return None;
    }
    let by_name = FORMATS.iter().find(|format| format.has_name(name));
    by_name.or_else(|| {
        let above = path[..path.len() - name.len()].trim_end_matches(['/', '\\']);
        let folder = project::file_name(above);
        let is_requirements = REQUIREMENT_FOLDERS.contains(&folder)
            && matches!(name.rsplit_once('.'), Some((stem, "txt" | "in")) if !PROSE.contains(&stem.to_ascii_lowercase().as_str()));
        let is_gradles = matches!(folder, "dependency-locks" | "gradle") && name.ends_with(".lockfile");
        let wanted = match (is_requirements, is_gradles) {
            (true, _) => "requirements.txt",
            (_, true) => "gradle.lockfile",
            _ => return None,
        };
        named(wanted)
    })
}

/// The format that people know by this name.
#[must_use]
pub fn named(format: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|row| row.name == format)
}

/// Whether the file at `path` is one of pip's constraints: it narrows versions and installs nothing by itself.
#[must_use]
pub fn is_constraints(path: &str) -> bool {
    const NAMES: [&str; 4] = [
        "constraints*.txt",
        "*constraints.txt",
        "constraints*.in",
        "*constraints.in",
    ];
    let name = project::file_name(path);
    NAMES.iter().any(|pattern| pattern::matches(pattern, name))
}

/// Gradle's scripts that name builds and plugins, no dependencies; a build that needs them reads them.
fn is_settings(name: &str) -> bool {
    matches!(
        name.strip_suffix(".kts").unwrap_or(name),
        "settings.gradle" | "init.gradle"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_folders_tell_formats() {
        for (path, expected) in [
            ("package.json", Some("package.json")),
            ("requirements.lock", Some("requirements.txt")),
            ("a/requirements-dev.lock", Some("requirements.txt")),
            ("a/Requirements.txt", Some("requirements.txt")),
            ("a/pnpm-lock.main.yaml", Some("pnpm-lock.yaml")),
            ("common/config/rush/pnpm-lock.yaml", Some("pnpm-lock.yaml")),
            ("requirements/ipython.txt", Some("requirements.txt")),
            ("requirements/base.in", Some("requirements.txt")),
            ("requirements/README.txt", None),
            ("requirements/a/b.txt", None),
            ("notes.txt", None),
            ("requirements-dev.in", Some("requirements.txt")),
            ("dev-requirements.txt", Some("requirements.txt")),
            ("constraints.txt", None),
            ("requirements/constraints.txt", None),
            (
                "gradle/dependency-locks/compileClasspath.lockfile",
                Some("gradle.lockfile"),
            ),
            ("settings-gradle.lockfile", Some("gradle.lockfile")),
            ("gradle/verification.txt", None),
            ("libs.gradle", Some("build.gradle")),
            ("src/main/kotlin/conventions.gradle.kts", Some("build.gradle.kts")),
            ("settings.gradle.kts", None),
            ("tool.py.lock", Some("uv.lock")),
            ("pom-release.xml", Some("pom.xml")),
            ("pylock.dev.toml", Some("pylock.toml")),
        ] {
            assert_eq!(format_of(path).map(|format| format.name), expected, "{path}");
        }
    }
}
