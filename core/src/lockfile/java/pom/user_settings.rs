//! Settings that a project brings along: `.mvn/settings.xml`, and what `-s` names.
//!
//! Source of the rules: Maven's "Settings Reference" (profiles) and, of Maven 4, its project settings. The
//! properties of their profiles count before those of POMs.

use std::collections::BTreeMap;

use super::super::xml::{self, Document};
use super::part::Part;
use super::profile::{Profile, Requested, Supposed};

/// What settings say of profiles and properties.
#[derive(Debug)]
pub(super) struct UserSettings {
    path: String,
    profiles: Vec<Profile>,
    active: Vec<String>,
}

impl UserSettings {
    /// The error if the file cannot be read.
    pub(super) fn read(path: &str, bytes: &[u8]) -> Result<Self, ()> {
        let text = xml::decode(path, bytes).map_err(drop)?;
        let document = Document::parse(path, &text, "settings").map_err(drop)?;
        let root = document.root();
        Ok(Self {
            path: path.to_owned(),
            profiles: root
                .list("profiles", "profile")
                .map(|profile| Profile::read(profile, Part::read(profile)))
                .collect(),
            active: root
                .list("activeProfiles", "activeProfile")
                .map(|id| id.text().to_owned())
                .collect(),
        })
    }

    /// Adds what they ask for; they activate profiles of POMs, too. `all` takes those to be active that may be.
    pub(super) fn apply(
        &self,
        requested: &mut Requested,
        properties: &mut BTreeMap<String, String>,
        all: bool,
    ) {
        requested.on.extend(self.active.iter().cloned());
        let supposed = if all { Supposed::All } else { Supposed::None };
        for index in requested.active(&self.path, &self.profiles, &supposed) {
            properties.extend(self.profiles[index].part.properties.clone());
        }
    }

    /// The line of the first profile of which only a run of Maven knows whether it is active.
    pub(super) fn open(&self, requested: &Requested) -> Option<usize> {
        let open = requested.open(&self.path, &self.profiles);
        let first = open.first().and_then(|place| self.profiles.get(place.index));
        first.map(|profile| profile.line)
    }
}
