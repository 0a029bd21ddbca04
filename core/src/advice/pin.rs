//! Holding what something else brings in at a version, in the words of each package manager.

use super::command::is_plain_name;
use super::{Step, Wanted};

/// Whether what raises a package that something else brings in also raises one that the project asks for.
pub(super) fn also_raises_what_is_asked_for(wanted: &Wanted<'_>) -> bool {
    wanted.lockfile.format.name == "gradle.lockfile"
}

/// What helps: a later version of what brings it in, or the package manager's way to overrule that. `otherwise` says
/// how it comes in where the file does not name what brings it in.
pub(super) fn steps(wanted: &Wanted<'_>, otherwise: &str) -> Vec<Step> {
    let (name, version) = (wanted.name(), wanted.version);
    let parents = wanted.way.parents_in_words();
    let raise = match &parents {
        Some(parents) => {
            let verb = if parents.contains(" and ") {
                "bring"
            } else {
                "brings"
            };
            format!("{parents} {verb} it in: go to a version there that allows {version}")
        }
        None => format!("{otherwise}: go to a version of that which allows {version}"),
    };
    let write = |how: &str, edit: String| vec![Step::write(format!("{raise}, or {how}:"), edit)];
    match wanted.lockfile.format.name {
        "package-lock.json" => write(
            "override it in package.json of the root and run `npm install`",
            format!(
                "\"overrides\": {{ {} }}",
                each(wanted, |parent| match parent {
                    Some(parent) => format!("\"{parent}\": {{ \"{name}\": \"{version}\" }}"),
                    None => format!("\"{name}\": \"{version}\""),
                })
                .join(", ")
            ),
        ),
        "yarn.lock" => write(
            "override it in package.json of the root and run `yarn install`",
            format!(
                "\"resolutions\": {{ {} }}",
                each(wanted, |parent| match parent {
                    Some(parent) => format!("\"{parent}/{name}\": \"{version}\""),
                    None => format!("\"{name}\": \"{version}\""),
                })
                .join(", ")
            ),
        ),
        "pnpm-lock.yaml" => write(
            "override it in pnpm-workspace.yaml (before pnpm 10 under `pnpm` in package.json) and run `pnpm install`",
            format!(
                "overrides:\n{}",
                each(wanted, |parent| match parent {
                    Some(parent) => format!("  \"{parent}>{name}\": \"{version}\""),
                    None => format!("  \"{name}\": \"{version}\""),
                })
                .join("\n")
            ),
        ),
        "bun.lock" => write(
            "override it in package.json of the root, which holds for every copy of it, and run `bun install`",
            format!("\"overrides\": {{ \"{name}\": \"{version}\" }}"),
        ),
        "uv.lock" => write(
            "override it beside what the project asks for and run `uv lock`",
            format!("[tool.uv]\noverride-dependencies = [\"{name}>={version}\"]"),
        ),
        "pdm.lock" => write(
            "override it in pyproject.toml and run `pdm lock`",
            format!("[tool.pdm.resolution.overrides]\n\"{name}\" = \">={version}\""),
        ),
        "poetry.lock" if !version.contains('!') => vec![Step::run(
            format!(
                "{raise}. Poetry overrides nothing; asking for it as well makes it go to a version that all allow, or says why there is none:"
            ),
            format!("poetry add \"{name}>={version}\""),
        )],
        "Pipfile.lock" if !version.contains('!') => vec![Step::run(
            format!(
                "{raise}. Pipenv overrides nothing; asking for it as well makes it go to a version that all allow, or says why there is none:"
            ),
            format!("pipenv install \"{name}>={version}\""),
        )],
        "gradle.lockfile" => gradle(wanted),
        "pom.xml" => write(
            "manage its version in dependencyManagement",
            match name.split_once(':') {
                Some((group, artifact)) => format!(
                    "<dependency>\n  <groupId>{group}</groupId>\n  <artifactId>{artifact}</artifactId>\n  \
                     <version>{version}</version>\n</dependency>"
                ),
                None => format!("<version>{version}</version>"),
            },
        ),
        _ => write(
            "write a constraint for what locks it, and lock again",
            format!("{name}>={version}"),
        ),
    }
}

/// A constraint of Gradle raises whatever asks for less, be it the project itself or another package.
fn gradle(wanted: &Wanted<'_>) -> Vec<Step> {
    let notation = format!("{}:{}", wanted.name(), wanted.version);
    let is_of_build = wanted.file.ends_with("buildscript-gradle.lockfile");
    let edit = if is_of_build {
        format!(
            "buildscript {{\n  dependencies {{\n    constraints {{ classpath(\"{notation}\") }}\n  }}\n}}"
        )
    } else {
        format!("dependencies {{\n  constraints {{ implementation(\"{notation}\") }}\n}}")
    };
    vec![Step::write(
        "Whatever asks for it, a constraint in the build file raises it; then lock again with `gradle dependencies \
         --write-locks`:",
        edit,
    )]
}

/// What is written for each parent, or once for all copies where the file has no other version of the package.
fn each(wanted: &Wanted<'_>, write: impl Fn(Option<&str>) -> String) -> Vec<String> {
    let has_other_versions = wanted.has_other_versions();
    let mut parents: Vec<&str> = wanted
        .way
        .parents
        .iter()
        .map(|parent| &*parent.name)
        .filter(|parent| is_plain_name(wanted.dependency.ecosystem, parent))
        .collect();
    parents.sort_unstable();
    parents.dedup();
    if !has_other_versions || parents.is_empty() {
        return vec![write(None)];
    }
    parents.into_iter().map(|parent| write(Some(parent))).collect()
}
