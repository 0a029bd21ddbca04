//! A `<dependency>` of a POM.

use smol_str::SmolStr;

use super::super::xml::Node;

/// What makes two declarations the same dependency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) group: SmolStr,
    pub(super) artifact: SmolStr,
    pub(super) kind: SmolStr,
    pub(super) classifier: SmolStr,
}

/// A `<dependency>`, as it is written.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    /// Its key, as it is written.
    pub(super) key: Key,
    pub(super) version: Option<SmolStr>,
    pub(super) scope: Option<SmolStr>,
    pub(super) optional: Option<SmolStr>,
    pub(super) line: usize,
    /// How many parents up it stands.
    pub(super) levels_above: usize,
}

impl Declaration {
    pub(super) fn read(node: Node<'_>) -> Self {
        let (mut group, mut artifact, mut kind, mut classifier) = (None, None, None, None);
        let (mut version, mut scope, mut optional) = (None, None, None);
        // Where something stands twice, Maven takes the last.
        for child in node.children() {
            let field = match child.name() {
                "groupId" => &mut group,
                "artifactId" => &mut artifact,
                "type" => &mut kind,
                "classifier" => &mut classifier,
                "version" => &mut version,
                "scope" => &mut scope,
                "optional" => &mut optional,
                _ => continue,
            };
            *field = Some(child.text())
                .filter(|text| !text.is_empty())
                .map(SmolStr::new);
        }
        Self {
            key: Key {
                group: group.unwrap_or_default(),
                artifact: artifact.unwrap_or_default(),
                kind: kind.unwrap_or_else(|| SmolStr::new_static("jar")),
                classifier: classifier.unwrap_or_default(),
            },
            version,
            scope,
            optional,
            line: node.line(),
            levels_above: 0,
        }
    }
}
