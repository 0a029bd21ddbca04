//! The POMs of one build that are at hand: parents, modules and imported BOMs.
//!
//! Source of the rules: Maven's "Introduction to the POM" (inheritance, aggregation) and "Introduction to
//! the Dependency Mechanism" (importing dependencies).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;

use super::super::super::{Input, ProjectFiles, Warning};
use super::interpolation::Interpolation;
use super::model::{Declaration, Key, Model};

/// A chain of parents, or of imports, longer than any real one.
const MOST_LEVELS: usize = 32;

/// How many modules that are not at hand are named.
const MOST_NAMED: usize = 5;

/// A managed version: the declaration, in the model whose properties it uses.
#[derive(Clone, Debug)]
pub(super) struct Managed {
    model: Rc<Model>,
    index: usize,
}

impl Managed {
    /// The value that `of` gives of the declaration.
    pub(super) fn value(&self, of: fn(&Declaration) -> Option<&str>) -> Option<SmolStr> {
        let context = Interpolation { model: &self.model };
        of(self.model.managed.get(self.index)?).map(|value| context.expand(value))
    }
}

pub(super) type Management = BTreeMap<Key, Managed>;

/// A module of the build that is read.
pub(super) struct Module {
    pub(super) path: String,
    pub(super) model: Rc<Model>,
    /// The line of its `<module>`, or of the module's that lists it.
    pub(super) line: usize,
}

/// Group, artifact and version.
type Coordinates = (SmolStr, SmolStr, SmolStr);

/// The POMs at hand. Each is parsed once, and each fault is told once.
pub(super) struct Reactor<'f> {
    files: &'f ProjectFiles,
    parsed: BTreeMap<String, Option<Rc<Model>>>,
    by_coordinates: Option<BTreeMap<Coordinates, String>>,
    boms: BTreeMap<String, Rc<Management>>,
    told: BTreeSet<String>,
    is_quiet: bool,
    pub(super) warnings: Vec<Warning>,
}

impl<'f> Reactor<'f> {
    pub(super) fn new(files: &'f ProjectFiles) -> Self {
        Self {
            files,
            parsed: BTreeMap::new(),
            by_coordinates: None,
            boms: BTreeMap::new(),
            told: BTreeSet::new(),
            is_quiet: false,
            warnings: Vec::new(),
        }
    }

    /// Says something, if it was not said before about the same thing.
    fn tell(&mut self, about: String, warning: impl FnOnce() -> Warning) {
        if !self.is_quiet && self.told.insert(about) {
            self.warnings.push(warning());
        }
    }

    /// The POM at `path`, if it is at hand and is one.
    fn at(&mut self, path: &str) -> Option<Rc<Model>> {
        if let Some(parsed) = self.parsed.get(path) {
            return parsed.clone();
        }
        let bytes = self.files.get(path);
        let model = bytes.and_then(|bytes| Model::parse(&Input { path, bytes }).ok());
        let model = model.map(Rc::new);
        self.parsed.insert(path.to_owned(), model.clone());
        model
    }

    /// The model with what its parents on disk give it: what is nearer comes later, and counts.
    pub(super) fn with_parents(&mut self, path: &str, model: &Rc<Model>) -> Rc<Model> {
        let mut model = Rc::clone(model);
        let mut levels = 0;
        let mut seen = BTreeSet::from([path.to_owned()]);
        let mut next = model.parent.clone().map(|parent| (path.to_owned(), parent));
        while let Some((child, parent)) = next.take() {
            let place = parent
                .path(&child)
                .filter(|place| seen.len() <= MOST_LEVELS && seen.insert(place.clone()));
            let found = place.and_then(|place| {
                let above = self.at(&place)?;
                parent.is(&above).then_some((place, above))
            });
            let Some((place, above)) = found else {
                let named = format!("{}:{}:{}", parent.group, parent.artifact, parent.version);
                self.tell(format!("parent {named}"), || {
                    Warning::new(format!(
                        "{child}: the parent {named} is not on disk; what it manages is not known here"
                    ))
                });
                break;
            };
            next = above.parent.clone().map(|parent| (place, parent));
            levels += 1;
            model = Rc::new(Rc::unwrap_or_clone(model).inherit(&above, levels));
        }
        model
    }

    /// The modules of the POM at `path`, and theirs. What is not at hand is told.
    pub(super) fn modules(&mut self, path: &str, model: &Model) -> Vec<Module> {
        let mut modules: Vec<Module> = Vec::new();
        let mut missing: Vec<(String, usize)> = Vec::new();
        let mut seen = BTreeSet::from([path.to_owned()]);
        let mut pending: Vec<(String, usize)> = model.module_paths(path).collect();
        pending.reverse();
        while let Some((path, line)) = pending.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let Some(model) = self.at(&path) else {
                missing.push((path, line));
                continue;
            };
            pending.extend(model.module_paths(&path).map(|(path, _)| (path, line)));
            modules.push(Module { path, model, line });
        }
        if let Some((_, line)) = missing.first() {
            let mut names: Vec<&str> = missing
                .iter()
                .take(MOST_NAMED)
                .map(|(path, _)| path.as_str())
                .collect();
            if missing.len() > MOST_NAMED {
                names.push("…");
            }
            self.warnings.push(Warning::incomplete(format!(
                "{path}:{line}: {} of the modules cannot be read, so their dependencies are not listed: {}",
                missing.len(),
                names.join(", ")
            )));
        }
        modules
    }

    /// The versions that a model manages itself and imports. Its own count before imported ones; of those
    /// the first one counts, nearer POMs first.
    pub(super) fn management(&mut self, path: &str, model: &Rc<Model>) -> Management {
        self.management_within(path, model, &mut Vec::new())
    }

    fn management_within(&mut self, path: &str, model: &Rc<Model>, inside: &mut Vec<String>) -> Management {
        let context = Interpolation { model };
        let mut managed = Management::new();
        let mut imports: Vec<(usize, Coordinates)> = Vec::new();
        for (index, declaration) in model.managed.iter().enumerate() {
            let key = context.identity(declaration);
            if declaration.scope.as_deref() == Some("import") {
                let version = declaration.version.as_deref().unwrap_or_default();
                let version = context.expand(version);
                imports.push((declaration.levels_above, (key.group, key.artifact, version)));
            } else {
                let model = Rc::clone(model);
                managed.insert(key, Managed { model, index });
            }
        }
        imports.sort_by_key(|(levels, _)| *levels);
        for (_, coordinates) in imports {
            match self.bom(&coordinates, inside) {
                Some(imported) => {
                    for (key, value) in imported.iter() {
                        managed.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
                None => {
                    let (group, artifact, version) = coordinates;
                    self.tell(format!("bom {group}:{artifact}:{version}"), || {
                        Warning::new(format!(
                            "{path}: the versions that {group}:{artifact} manages are not known here"
                        ))
                    });
                }
            }
        }
        managed
    }

    /// What the BOM of these coordinates manages, if it is at hand.
    fn bom(&mut self, coordinates: &Coordinates, inside: &mut Vec<String>) -> Option<Rc<Management>> {
        let path = self.find(coordinates)?;
        if let Some(known) = self.boms.get(&path) {
            return Some(known.clone());
        }
        if inside.contains(&path) {
            // It is being read: what it manages counts already.
            return Some(Rc::default());
        }
        if inside.len() >= MOST_LEVELS {
            return None;
        }
        let model = self.at(&path)?;
        let model = self.with_parents(&path, &model);
        inside.push(path.clone());
        let managed = Rc::new(self.management_within(&path, &model, inside));
        inside.pop();
        self.boms.insert(path, managed.clone());
        Some(managed)
    }

    /// The path of the POM that has these coordinates.
    fn find(&mut self, coordinates: &Coordinates) -> Option<String> {
        if self.by_coordinates.is_none() {
            let files = self.files;
            let mut index = BTreeMap::new();
            // Most of these POMs are looked at for their coordinates only: their faults are not told.
            self.is_quiet = true;
            let poms = files
                .paths()
                .filter(|path| path.ends_with(".xml") || path.ends_with(".pom"));
            for path in poms {
                if let Some(model) = self.at(path) {
                    let model = self.with_parents(path, &model);
                    index.insert(own_coordinates(&model), path.to_owned());
                }
            }
            self.is_quiet = false;
            self.by_coordinates = Some(index);
        }
        self.by_coordinates.as_ref()?.get(coordinates).cloned()
    }
}

/// The coordinates of an effective model.
fn own_coordinates(model: &Model) -> Coordinates {
    let context = Interpolation { model };
    let field = |name: &str| context.expand(model.coordinate(name).unwrap_or_default());
    (field("groupId"), field("artifactId"), field("version"))
}

/// Group and artifact of a module, as dependencies name it.
pub(super) fn identity(model: &Model) -> (SmolStr, SmolStr) {
    let (group, artifact, _) = own_coordinates(model);
    (group, artifact)
}
