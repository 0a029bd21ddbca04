//! The versions that a POM manages, in the order in which Maven asks for them.
//!
//! Source of the rules: Maven's "Introduction to the Dependency Mechanism", and what Maven 3.8, 3.10 and 4.0
//! make of it: what the POM and its ancestors manage themselves counts before what they import; of imports
//! the first counts, those of nearer POMs first.

use std::collections::BTreeMap;
use std::rc::Rc;

use smol_str::SmolStr;

use super::declaration::{Declaration, Key};
use super::interpolation::Interpolation;
use super::model::Model;

/// A managed dependency: its declarations, in the model whose properties they use.
#[derive(Clone, Debug)]
struct Managed {
    model: Rc<Model>,
    index: usize,
    /// Others of the same dependency, which give what it leaves out.
    more: Vec<usize>,
}

/// What is known of what a model manages.
#[derive(Clone, Debug, Default)]
pub(super) struct Management {
    known: BTreeMap<Key, Managed>,
    /// Whether something is unseen that Maven would ask next: what is not known by then stays open.
    pub(super) is_open: bool,
}

/// Group, artifact and version.
pub(super) type Coordinates = (SmolStr, SmolStr, SmolStr);

impl Management {
    /// What `model` manages itself, and what it imports, in order, with the lines of the imports.
    pub(super) fn own(model: &Rc<Model>) -> (Self, Vec<(Coordinates, usize)>) {
        let context = Interpolation { model };
        let mut imports = Vec::new();
        let mut own = Vec::new();
        for (index, declaration) in model.part.managed.iter().enumerate() {
            let key = context.identity(&declaration.key);
            let scope = declaration.scope.as_deref().map(|scope| context.expand(scope));
            if scope.as_deref() == Some("import") && key.kind == "pom" {
                let version = context.expand(declaration.version.as_deref().unwrap_or_default());
                imports.push(((key.group, key.artifact, version), declaration.line));
            } else {
                own.push((key, index));
            }
        }
        let mut management = Self {
            known: BTreeMap::new(),
            is_open: model.lacks_ancestor,
        };
        for (key, index) in own {
            let managed = Managed {
                model: Rc::clone(model),
                index,
                more: Vec::new(),
            };
            match management.known.get_mut(&key) {
                // Where Maven imports something, it first keeps the last of each, else the first counts.
                Some(known) if imports.is_empty() => known.more.push(index),
                Some(known) => *known = managed,
                None => {
                    management.known.insert(key, managed);
                }
            }
        }
        (management, imports)
    }

    /// Adds what an import manages that is not managed yet.
    pub(super) fn import(&mut self, imported: &Self) {
        for (key, managed) in &imported.known {
            // Of an import, only the first of each is taken.
            self.known.entry(key.clone()).or_insert_with(|| Managed {
                more: Vec::new(),
                ..managed.clone()
            });
        }
        self.is_open |= imported.is_open;
    }

    /// The value that `of` gives of what is managed for `key`.
    pub(super) fn value(&self, key: &Key, of: fn(&Declaration) -> Option<&str>) -> Option<SmolStr> {
        let managed = self.known.get(key)?;
        let context = Interpolation {
            model: &managed.model,
        };
        std::iter::once(&managed.index)
            .chain(&managed.more)
            .find_map(|&index| of(managed.model.part.managed.get(index)?))
            .map(|value| context.expand(value))
    }
}
