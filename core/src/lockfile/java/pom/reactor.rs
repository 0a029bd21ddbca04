//! The POMs of one build that are at hand: parents, modules and imported BOMs.
//!
//! Source of the rules: Maven's "Introduction to the POM" (inheritance, aggregation) and "Introduction to
//! the Dependency Mechanism" (importing dependencies).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;

use super::super::super::{Input, ProjectFiles, Warning, project};
use super::interpolation::Interpolation;
use super::management::{Coordinates, Management};
use super::model::{Model, Parent, module_paths};
use super::profile::{Place, Profile, Requested, Supposed};
use super::settings::{Reading, Settings};
use crate::text;

/// A chain of parents, or of imports, longer than any real one.
const MOST_LEVELS: usize = 32;

/// How many modules that are not at hand are named.
const MOST_NAMED: usize = 5;

/// A module of the build that is read.
pub(super) struct Module {
    pub(super) path: String,
    /// The line of its `<module>`, or of the module's that lists it.
    pub(super) line: usize,
    /// The profile that it is a module in only, if that is so.
    pub(super) profile: Option<Place>,
}

/// The POMs at hand. Each is parsed once, and each fault is told once.
pub(super) struct Reactor<'f> {
    files: &'f ProjectFiles,
    settings: Settings,
    /// Which reading of the settings counts.
    reading: usize,
    /// The POM that is read; it is one of the project, whatever the project's other POMs call it.
    base: String,
    parsed: BTreeMap<String, Option<Rc<Model>>>,
    by_coordinates: BTreeMap<Coordinates, String>,
    /// Which profiles are taken to be active; what is kept below is so if they are.
    supposed: Supposed,
    boms: BTreeMap<String, Rc<Management>>,
    /// The profiles that may be active in the POMs that were looked at since they were last taken.
    open_profiles: BTreeSet<Place>,
    told: BTreeSet<String>,
    pub(super) warnings: Vec<Warning>,
}

impl<'f> Reactor<'f> {
    pub(super) fn new(input: &Input<'_>, model: Model, files: &'f ProjectFiles) -> Self {
        let base = project::beside("", input.path);
        let mut reactor = Self {
            files,
            settings: Settings::read(&base, files),
            reading: 0,
            parsed: BTreeMap::from([(base.clone(), Some(Rc::new(model)))]),
            base,
            by_coordinates: BTreeMap::new(),
            supposed: Supposed::None,
            boms: BTreeMap::new(),
            open_profiles: BTreeSet::new(),
            told: BTreeSet::new(),
            warnings: Vec::new(),
        };
        let gaps = std::mem::take(&mut reactor.settings.gaps);
        reactor.warnings.extend(gaps.into_iter().map(Warning::incomplete));
        reactor.index();
        reactor
    }

    /// The path of the POM that is read, as the other POMs would write it.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Says something, if it was not said before about the same thing.
    pub(super) fn tell(&mut self, about: String, warning: impl FnOnce() -> Warning) {
        if self.told.insert(about) {
            self.warnings.push(warning());
        }
    }

    /// From now on, takes other profiles to be active.
    pub(super) fn suppose(&mut self, supposed: Supposed) {
        if self.supposed != supposed {
            self.supposed = supposed;
            self.boms.clear();
        }
    }

    /// How many readings of the settings there are.
    pub(super) const fn readings(&self) -> usize {
        self.settings.readings.len()
    }

    /// From now on, takes another reading of the settings to be right.
    pub(super) fn read_as(&mut self, reading: usize) {
        if self.reading != reading {
            self.reading = reading;
            self.boms.clear();
        }
    }

    /// What the settings say, in the reading that counts.
    fn set(&self) -> &Reading {
        &self.settings.readings[self.reading]
    }

    /// Says that the reading that counts is one of several.
    pub(super) fn tell_of_reading(&mut self) {
        let cause = self.set().cause.clone();
        self.tell(cause.clone(), || {
            Warning::incomplete(format!(
                "{cause}; what that changes is listed beside what holds without it"
            ))
        });
    }

    /// Whether the reading that counts asks for other profiles of the POM at `path` than the first, and these
    /// have modules.
    pub(super) fn changes_modules(&mut self, path: &str) -> bool {
        let Some(model) = self.at(path) else {
            return false;
        };
        let (first, now) = (&self.settings.readings[0].profiles, &self.set().profiles);
        model.profiles.iter().any(|profile| {
            let asked = |of: &Requested| (of.on.contains(&profile.id), of.off.contains(&profile.id));
            !profile.part.modules.is_empty() && asked(first) != asked(now)
        })
    }

    /// The profiles that may be active in the POMs that were looked at since the last call.
    pub(super) fn take_open_profiles(&mut self) -> BTreeSet<Place> {
        std::mem::take(&mut self.open_profiles)
    }

    pub(super) fn profile(&self, place: &Place) -> Option<&Profile> {
        self.parsed.get(&place.path)?.as_ref()?.profiles.get(place.index)
    }

    /// The POM at `path` as it is written, if it is at hand and is one.
    pub(super) fn at(&mut self, path: &str) -> Option<Rc<Model>> {
        if let Some(parsed) = self.parsed.get(path) {
            return parsed.clone();
        }
        let bytes = self.files.get(path);
        let model = bytes.and_then(|bytes| Model::parse(&Input { path, bytes }).ok());
        let model = model.map(Rc::new);
        self.parsed.insert(path.to_owned(), model.clone());
        model
    }

    /// The POM at `path` with its active profiles.
    fn with_profiles(&mut self, path: &str) -> Option<Rc<Model>> {
        let model = self.at(path)?;
        if let Some((version, line)) = &model.unknown_version {
            self.tell(format!("model {path}"), || {
                let version = text::excerpt(version);
                Warning::incomplete(format!(
                    "{path}:{line}: the model version {version} is not known; the POM is read as one of 4.1.0"
                ))
            });
        }
        if model.profiles.is_empty() {
            return Some(model);
        }
        // Not through `set`: another part of `self` changes meanwhile.
        let requested = &self.settings.readings[self.reading].profiles;
        self.open_profiles.extend(requested.open(path, &model.profiles));
        let active = requested.active(path, &model.profiles, &self.supposed);
        self.tell_of_requested(path, &model);
        if active.is_empty() {
            return Some(model);
        }
        Some(Rc::new(Rc::unwrap_or_clone(model).with_profiles(&active)))
    }

    /// Says which profiles with dependencies are active on request only.
    fn tell_of_requested(&mut self, path: &str, model: &Model) {
        let on = &self.set().profiles.on;
        let is_left_out = |profile: &&Profile| {
            let part = &profile.part;
            let has_some = !(part.dependencies.is_empty() && part.modules.is_empty());
            profile.is_on_request() && has_some && !on.contains(&profile.id)
        };
        let left_out: Vec<&Profile> = model.profiles.iter().filter(is_left_out).collect();
        let Some(first) = left_out.first() else {
            return;
        };
        let names: Vec<&str> = left_out.iter().map(|profile| profile.id.as_str()).collect();
        let message = format!(
            "{path}:{}: what is active on request only (-P) is not listed: {}",
            first.line,
            few(&names)
        );
        self.tell(format!("requested {path}"), || Warning::new(message));
    }

    /// The POM at `path` with its active profiles and with what its parents at hand give it.
    pub(super) fn effective(&mut self, path: &str) -> Option<Rc<Model>> {
        let mut model = self.with_profiles(path)?;
        let mut levels = 0;
        let mut seen = BTreeSet::from([path.to_owned()]);
        let mut child = path.to_owned();
        let mut next = model.parent.clone();
        let mut may_infer = model.infers;
        while let Some(parent) = next.take() {
            let above = self.parent_path(&child, &parent, may_infer);
            let above = above.filter(|place| seen.len() <= MOST_LEVELS && seen.insert(place.clone()));
            let Some((place, above)) = above.and_then(|place| {
                let above = self.with_profiles(&place)?;
                Some((place, above))
            }) else {
                let named =
                    [&parent.group, &parent.artifact, &parent.version].map(|part| match part.as_str() {
                        "" => "?",
                        part => part,
                    });
                let named = named.join(":");
                let line = parent.line;
                self.tell(format!("parent {named}"), || {
                    Warning::incomplete(format!(
                        "{child}:{line}: the parent {named} is not on disk; what it declares and manages is not known here"
                    ))
                });
                Rc::make_mut(&mut model).lacks_ancestor = true;
                break;
            };
            next.clone_from(&above.parent);
            may_infer = above.infers;
            child = place;
            levels += 1;
            model = Rc::new(Rc::unwrap_or_clone(model).inherit(&above, levels));
        }
        if !self.set().properties.is_empty() {
            let set = self.set().properties.clone();
            Rc::make_mut(&mut model).part.properties.extend(set);
        }
        Some(model)
    }

    /// Where the parent of the POM at `child` is at hand: where it says, else wherever it is in the build.
    fn parent_path(&mut self, child: &str, parent: &Parent, may_infer: bool) -> Option<String> {
        if let Some(place) = parent.path(child)
            && let Some(above) = self.at(&place)
            && parent.is(&above, may_infer)
        {
            return Some(place);
        }
        let [group, artifact, version] = [&parent.group, &parent.artifact, &parent.version].map(SmolStr::new);
        self.find(&(group, artifact, version)).map(str::to_owned)
    }

    /// The modules of the POM that is read, and theirs. What is not at hand is told.
    pub(super) fn modules(&mut self) -> Vec<Module> {
        let base = self.base.clone();
        let mut modules: Vec<Module> = Vec::new();
        let mut missing: Vec<(String, usize)> = Vec::new();
        let mut seen = BTreeSet::from([base.clone()]);
        let mut pending = self.modules_of(&base, None, None);
        pending.reverse();
        while let Some(module) = pending.pop() {
            if !seen.insert(module.path.clone()) {
                continue;
            }
            if self.at(&module.path).is_none() {
                missing.push((module.path, module.line));
                continue;
            }
            let below = self.modules_of(&module.path, Some(module.line), module.profile.as_ref());
            pending.extend(below);
            modules.push(module);
        }
        if let Some((_, line)) = missing.first() {
            let names: Vec<&str> = missing.iter().map(|(path, _)| path.as_str()).collect();
            self.warnings.push(Warning::incomplete(format!(
                "{base}:{line}: {} of the modules cannot be read, so their dependencies are not listed: {}",
                missing.len(),
                few(&names)
            )));
        }
        modules
    }

    /// The modules of the POM at `path`: those that it certainly has, then those that it may have.
    fn modules_of(&mut self, path: &str, line: Option<usize>, profile: Option<&Place>) -> Vec<Module> {
        let Some(written) = self.at(path) else {
            return Vec::new();
        };
        let module = |(path, own): (String, usize), profile: Option<&Place>| Module {
            path,
            line: line.unwrap_or(own),
            profile: profile.cloned(),
        };
        let Some(model) = self.with_profiles(path) else {
            return Vec::new();
        };
        let mut modules: Vec<Module> = module_paths(path, &model.part.modules)
            .map(|place| module(place, profile))
            .collect();
        if model.finds_subprojects() {
            let found = self.files.paths().filter(|place| is_below(path, place));
            modules.extend(found.map(|place| module((place.to_owned(), 1), profile)));
        }
        for place in self.set().profiles.open(path, &written.profiles) {
            if let Some(open) = written.profiles.get(place.index) {
                let profile = profile.unwrap_or(&place);
                let paths = module_paths(path, &open.part.modules);
                modules.extend(paths.map(|place| module(place, Some(profile))));
            }
        }
        modules
    }

    /// The versions that the effective model of the POM at `path` manages itself and imports.
    pub(super) fn management(&mut self, path: &str, model: &Rc<Model>) -> Management {
        self.management_within(path, model, &mut Vec::new())
    }

    fn management_within(&mut self, path: &str, model: &Rc<Model>, inside: &mut Vec<String>) -> Management {
        let (mut management, imports) = Management::own(model);
        for (coordinates, line) in imports {
            if management.is_open {
                break;
            }
            match self.bom(&coordinates, inside) {
                Some(imported) => management.import(&imported),
                None => {
                    management.is_open = true;
                    let (group, artifact, version) = coordinates;
                    let named = format!("{group}:{artifact}:{version}");
                    self.tell(format!("bom {named}"), || {
                        Warning::new(format!(
                            "{path}:{line}: {named} is not on disk; the versions that it manages, and those that are \
                             managed after it, are not known here"
                        ))
                    });
                }
            }
        }
        management
    }

    /// What the BOM of these coordinates manages, if it is at hand.
    fn bom(&mut self, coordinates: &Coordinates, inside: &mut Vec<String>) -> Option<Rc<Management>> {
        let path = self.find(coordinates)?.to_owned();
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
        let model = self.effective(&path)?;
        inside.push(path.clone());
        let managed = Rc::new(self.management_within(&path, &model, inside));
        inside.pop();
        self.boms.insert(path, managed.clone());
        Some(managed)
    }

    /// The path of the POM at hand that has these coordinates. Without a version, any will do.
    pub(super) fn find(&self, coordinates: &Coordinates) -> Option<&str> {
        let (group, artifact, version) = coordinates;
        if version.is_empty() {
            let mut from = self.by_coordinates.range(coordinates.clone()..);
            return from
                .next()
                .filter(|((g, a, _), _)| (g, a) == (group, artifact))
                .map(|(_, path)| path.as_str());
        }
        self.by_coordinates.get(coordinates).map(String::as_str)
    }

    /// Finds out the coordinates of all POMs at hand.
    fn index(&mut self) {
        let files = self.files;
        let is_pom = |path: &&str| path.ends_with(".xml") || path.ends_with(".pom");
        let poms: Vec<String> = files.paths().filter(is_pom).map(str::to_owned).collect();
        for path in poms.into_iter().chain([self.base.clone()]) {
            if let Some(coordinates) = self.coordinates(&path) {
                self.by_coordinates.insert(coordinates, path);
            }
        }
    }

    /// The coordinates of the POM at `path`, with what it inherits of them.
    fn coordinates(&mut self, path: &str) -> Option<Coordinates> {
        let written = self.at(path)?;
        let own = own_coordinates(&written);
        let is_known = |part: &SmolStr| !part.is_empty() && !part.contains("${");
        if [&own.0, &own.1, &own.2].into_iter().all(is_known) {
            return Some(own);
        }
        let mut model = written.head();
        let (mut child, mut next) = (path.to_owned(), model.parent.clone());
        for level in 1..MOST_LEVELS {
            let Some(parent) = next.take() else {
                break;
            };
            let Some(place) = parent.path(&child) else {
                break;
            };
            let Some(above) = self.at(&place).filter(|above| parent.is(above, model.infers)) else {
                break;
            };
            next.clone_from(&above.parent);
            child = place;
            model = model.inherit(&above.head(), level);
        }
        let set = self.set().properties.clone();
        model.part.properties.extend(set);
        Some(own_coordinates(&model))
    }
}

/// The coordinates of an effective model.
pub(super) fn own_coordinates(model: &Model) -> Coordinates {
    let context = Interpolation { model };
    let field = |name: &str| context.expand(model.coordinate(name).unwrap_or_default());
    (field("groupId"), field("artifactId"), field("version"))
}

/// Whether `place` is the POM of a folder that lies beside the POM at `path`.
fn is_below(path: &str, place: &str) -> bool {
    let folder = &path[..path.len() - project::file_name(path).len()];
    place
        .strip_prefix(folder)
        .and_then(|rest| rest.strip_suffix("/pom.xml"))
        .is_some_and(|name| !name.is_empty() && !name.contains('/') && name != "..")
}

/// The first of these names.
fn few(names: &[&str]) -> String {
    let mut few: Vec<&str> = names.iter().take(MOST_NAMED).copied().collect();
    if names.len() > MOST_NAMED {
        few.push("…");
    }
    few.join(", ")
}
