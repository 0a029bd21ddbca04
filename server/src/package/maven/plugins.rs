//! The plugins of a group: which artifact `mvn PREFIX:goal` means.

use hc_core::package_file::maven_plugin::Plugin;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::metadata::element;
use crate::problem::Problem;
use crate::store::registries::Registry;
use crate::store::{packages, versions};

/// What a version's document keeps of a plugin.
#[derive(Deserialize, Serialize)]
struct Kept {
    plugin: About,
}

#[derive(Deserialize, Serialize)]
struct About {
    prefix: String,
    name: String,
}

/// A plugin of a group.
pub(super) struct Listed {
    artifact: String,
    about: About,
}

/// What is kept with the version of a plugin.
pub(super) fn document(plugin: &Plugin) -> String {
    let Plugin { prefix, name } = plugin;
    serde_json::json!({ "plugin": { "prefix": prefix, "name": name } }).to_string()
}

/// The plugins of a group, each as its newest version says.
pub(super) fn of_group(
    records: &Connection,
    registry: &Registry,
    group: &str,
) -> Result<Vec<Listed>, Problem> {
    let mut listed = Vec::new();
    for (package, name) in packages::beginning_with(records, registry.id, &format!("{group}:"))? {
        let Some(document) = versions::newest_document(records, package)? else {
            continue;
        };
        let Kept { plugin: about } = serde_json::from_str(&document)
            .map_err(|error| Problem::internal(format!("the plugin {name}: {error}")))?;
        let artifact = name
            .split_once(':')
            .map_or("", |(_, artifact)| artifact)
            .to_owned();
        listed.push(Listed { artifact, about });
    }
    Ok(listed)
}

/// The element of the metadata.
pub(super) fn write(plugins: &[Listed]) -> String {
    let all: String = plugins
        .iter()
        .map(|Listed { artifact, about }| {
            let name = if about.name.is_empty() {
                artifact
            } else {
                &about.name
            };
            format!(
                "    <plugin>\n      {}      {}      {}    </plugin>\n",
                element("name", name),
                element("prefix", &about.prefix),
                element("artifactId", artifact)
            )
        })
        .collect();
    format!("  <plugins>\n{all}  </plugins>\n")
}
