//! Raising what the project asks for itself.

use super::{Step, Wanted};
use crate::dependency::Scope;
use crate::lockfile::Extent;

/// The step that raises it, after the words that say who asks for it.
pub(super) fn step(wanted: &Wanted<'_>, who: &str) -> Step {
    let Wanted {
        file,
        dependency,
        version,
        ..
    } = wanted;
    let (name, line) = (wanted.name(), dependency.line);
    let run = |command: String| Step::run(format!("{who}, this raises it:"), command);
    let is_dev = dependency.scope == Scope::Dev;
    // Epochs, as in `1!2.0`, are history to a shell. Of groups other than the usual one nobody knows the name here.
    let has_command = dependency.scope == Scope::Prod && !version.contains('!');
    match wanted.lockfile.format.name {
        "package-lock.json" => run(format!("npm install {name}@{version}")),
        "pnpm-lock.yaml" => run(format!("pnpm add {name}@{version}")),
        // Yarn 1 would move what is needed to develop to the other dependencies.
        "yarn.lock" if is_dev => run(format!("yarn add --dev {name}@{version}")),
        "yarn.lock" => run(format!("yarn add {name}@{version}")),
        "bun.lock" if is_dev => run(format!("bun add --dev {name}@{version}")),
        "bun.lock" => run(format!("bun add {name}@{version}")),
        "poetry.lock" if has_command => run(format!("poetry add \"{name}>={version}\"")),
        "uv.lock" if has_command && !file.ends_with(".py.lock") => {
            run(format!("uv add \"{name}>={version}\""))
        }
        "pdm.lock" if has_command => run(format!("pdm add \"{name}>={version}\"")),
        "Pipfile.lock" if has_command => run(format!("pipenv install \"{name}>={version}\"")),
        "package.json" => Step::write(
            format!("{who}: in {file}, line {line}, write:"),
            format!("\"{name}\": \"^{version}\""),
        ),
        "pyproject.toml" => Step::write(
            format!("{who}: in {file}, line {line}, ask for it, in the form that stands there, as:"),
            format!("{name}>={version}"),
        ),
        "requirements.txt" => Step::write(
            if wanted.lockfile.extent == Extent::Everything {
                format!(
                    "In {file}, line {line}, write this, with the hashes of this version where the file has hashes; \
                     if the file is compiled from another one, ask for it there and compile it again:"
                )
            } else {
                format!("{who}: in {file}, line {line}, write:")
            },
            format!("{name}=={version}"),
        ),
        "pom.xml" => Step::write(
            format!(
                "{who}: in {file}, line {line}, or in the property or the management that gives its version, write:"
            ),
            format!("<version>{version}</version>"),
        ),
        "build.gradle" | "build.gradle.kts" => Step::write(
            format!("{who}: in {file}, line {line}, or where its version is given, write:"),
            format!("{name}:{version}"),
        ),
        // Lockfiles of Python, for groups and tools of which no command is known.
        _ => Step::write(
            format!(
                "{who}: where it is asked for (not in {file}, which is written from that), ask for this and lock again:"
            ),
            format!("{name}>={version}"),
        ),
    }
}
