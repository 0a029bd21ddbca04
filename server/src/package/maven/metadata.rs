//! `maven-metadata.xml`: the versions of an artifact, and the plugins of a group.

use hc_core::package_file::maven::Coordinates;

use super::plugins;
use crate::app::App;
use crate::clock;
use crate::problem::Problem;
use crate::store::registries::Registry;
use crate::store::{packages, versions};

/// The metadata of an artifact, of the group that has the same path, or of both, if there are any. Versions stand in
/// the order in which they came.
pub(super) fn of_place(
    app: &App,
    registry: &Registry,
    group: &str,
    artifact: &str,
) -> Result<Option<String>, Problem> {
    let name = format!("{group}:{artifact}");
    let as_group = if group.is_empty() {
        artifact.to_owned()
    } else {
        format!("{group}.{artifact}")
    };
    app.store.read(|records| {
        let mut parts = String::new();
        let plugins = plugins::of_group(records, registry, &as_group)?;
        if !plugins.is_empty() {
            parts += &plugins::write(&plugins);
        }
        if let Some(package) = packages::find_optional(records, registry, &name)? {
            let names = versions::names(records, package.id)?;
            let versions: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
            parts += &of_versions(group, artifact, &versions, package.modified_at);
        }
        Ok((!parts.is_empty())
            .then(|| format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata>\n{parts}</metadata>\n")))
    })
}

/// An element of a line.
pub(super) fn element(name: &str, text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("<{name}>{text}</{name}>\n")
}

fn of_versions(group: &str, artifact: &str, versions: &[&str], modified_at: i64) -> String {
    let is_release = |version: &&&str| {
        let coordinates = Coordinates::new(group, artifact, version);
        coordinates.is_ok_and(|coordinates| !coordinates.is_snapshot())
    };
    let last = |name: &str, version: Option<&&str>| match version {
        Some(version) => format!("    {}", element(name, version)),
        None => String::new(),
    };
    let all: String = versions
        .iter()
        .map(|version| format!("      {}", element("version", version)))
        .collect();
    format!(
        "  {}  {}  <versioning>\n{}{}    <versions>\n{all}    </versions>\n    {}  </versioning>\n",
        element("groupId", group),
        element("artifactId", artifact),
        last("latest", versions.last()),
        last("release", versions.iter().rev().find(is_release)),
        element("lastUpdated", &clock::digits(modified_at)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_came_last_and_a_release_is_no_snapshot() {
        let text = of_versions("g", "a", &["1.0", "1.1&x", "2.0-SNAPSHOT"], 784_111_777_000);
        assert_eq!(
            text,
            "  <groupId>g</groupId>\n  \
             <artifactId>a</artifactId>\n  <versioning>\n    <latest>2.0-SNAPSHOT</latest>\n    \
             <release>1.1&amp;x</release>\n    <versions>\n      <version>1.0</version>\n      \
             <version>1.1&amp;x</version>\n      <version>2.0-SNAPSHOT</version>\n    </versions>\n    \
             <lastUpdated>19941106084937</lastUpdated>\n  </versioning>\n"
        );
    }
}
