//! Profiles of a POM.
//!
//! Source of the rules: Maven's "Introduction to Build Profiles". Which are active is known only where
//! Maven runs, so a POM is read more than once: with none of those that may be active, with each one, and
//! with all of them.

use std::collections::BTreeSet;

use super::super::xml::Node;
use super::part::Part;

/// A `<profile>`.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) id: String,
    /// Whether it is active when no other profile of its POM is.
    by_default: bool,
    /// The name of what makes it active and what only a run of Maven knows.
    pub(super) depends_on: Option<String>,
    pub(super) part: Part,
    pub(super) line: usize,
}

impl Profile {
    pub(super) fn read(node: Node<'_>, part: Part) -> Self {
        let activation = node.child("activation");
        let condition = |child: Node<'_>| match (child.name(), child.text()) {
            // One that is a property is not known either.
            ("activeByDefault", text) => text.contains("${"),
            _ => true,
        };
        let mut conditions = activation.into_iter().flat_map(Node::children);
        let by_default = activation.and_then(|activation| activation.child_text("activeByDefault"));
        let id = node.child_text("id").filter(|id| !id.is_empty());
        Self {
            id: id.unwrap_or("default").to_owned(),
            by_default: by_default.is_some_and(|text| text.eq_ignore_ascii_case("true")),
            depends_on: conditions
                .find(|child| condition(*child))
                .map(|child| child.name().to_owned()),
            part,
            line: node.line(),
        }
    }

    /// Whether it is active on request only.
    pub(super) fn is_on_request(&self) -> bool {
        !self.by_default && self.depends_on.is_none()
    }

    /// Whether it says anything about dependencies.
    pub(super) fn is_relevant(&self) -> bool {
        let Part {
            properties,
            managed,
            dependencies,
            modules,
        } = &self.part;
        !(properties.is_empty() && managed.is_empty() && dependencies.is_empty() && modules.is_empty())
    }
}

/// A profile of one of the POMs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The POM.
    pub(super) path: String,
    /// Which of its profiles.
    pub(super) index: usize,
}

/// Which of the profiles that may be active are taken to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Supposed {
    None,
    One(Place),
    All,
}

/// What the project's own settings ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Requested {
    pub(super) on: BTreeSet<String>,
    pub(super) off: BTreeSet<String>,
}

impl Requested {
    /// The profiles of the POM at `path` that are active, supposing this.
    pub(super) fn active(&self, path: &str, profiles: &[Profile], supposed: &Supposed) -> Vec<usize> {
        let profiles = || profiles.iter().enumerate();
        let is_off = |profile: &Profile| self.off.contains(&profile.id);
        let active = |(index, profile): (usize, &Profile)| {
            let is_supposed = match supposed {
                Supposed::None => false,
                Supposed::One(place) => place.index == index && place.path == path,
                Supposed::All => self.may_be_active(profile),
            };
            let is_active = !is_off(profile) && (is_supposed || self.on.contains(&profile.id));
            is_active.then_some(index)
        };
        let chosen: Vec<usize> = profiles().filter_map(active).collect();
        if !chosen.is_empty() {
            return chosen;
        }
        profiles()
            .filter(|(_, profile)| profile.by_default && !is_off(profile))
            .map(|(index, _)| index)
            .collect()
    }

    /// Whether only a run of Maven knows if the profile is active.
    pub(super) fn may_be_active(&self, profile: &Profile) -> bool {
        profile.depends_on.is_some() && !self.on.contains(&profile.id) && !self.off.contains(&profile.id)
    }

    /// The profiles of the POM at `path` that may be active and then change something: by what they say, or
    /// because those that are active by default then are not.
    pub(super) fn open(&self, path: &str, profiles: &[Profile]) -> Vec<Place> {
        let by_default = |profile: &Profile| profile.by_default && profile.is_relevant();
        let turns_off = profiles.iter().any(by_default);
        let place = |(index, profile): (usize, &Profile)| {
            let is_open = self.may_be_active(profile) && (turns_off || profile.is_relevant());
            is_open.then(|| Place {
                path: path.to_owned(),
                index,
            })
        };
        profiles.iter().enumerate().filter_map(place).collect()
    }
}
