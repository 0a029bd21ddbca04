//! What a POM says of dependencies, whether for itself or in a profile.

use std::collections::BTreeMap;

use super::super::xml::Node;
use super::declaration::Declaration;
use super::merge;

/// What a project declares, or a profile of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) properties: BTreeMap<String, String>,
    pub(super) managed: Vec<Declaration>,
    pub(super) dependencies: Vec<Declaration>,
    /// The folders or POMs of modules, with their lines.
    pub(super) modules: Vec<(String, usize)>,
}

impl Part {
    pub(super) fn read(node: Node<'_>) -> Self {
        let properties = node.child("properties").into_iter().flat_map(Node::children);
        let management = node.child("dependencyManagement").into_iter();
        let modules = node
            .list("modules", "module")
            .chain(node.list("subprojects", "subproject"))
            .filter(|module| !module.text().is_empty());
        let dependencies = node.list("dependencies", "dependency").map(Declaration::read);
        Self {
            properties: properties
                .map(|property| (property.name().to_owned(), property.text().to_owned()))
                .collect(),
            managed: management
                .flat_map(|management| management.list("dependencies", "dependency"))
                .map(Declaration::read)
                .collect(),
            dependencies: merge::last_of_each(dependencies.collect()),
            modules: modules
                .map(|module| (module.text().to_owned(), module.line()))
                .collect(),
        }
    }
}
