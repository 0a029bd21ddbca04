//! What a start does about the last run, and about records and contents that do not belong together.

use std::fmt;
use std::path::Path;

use super::blobs::{self, Blobs};
use super::{Durability, Fault, Store, scans};

/// What a start found that a person should know.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Recovery {
    /// How many contents no record names; they are in `aside/`.
    pub(crate) set_aside: usize,
    /// How many contents that were set aside are named again; they are back.
    pub(crate) brought_back: usize,
    /// How many contents that the records name have no bytes.
    pub(crate) missing: usize,
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = Vec::new();
        if self.set_aside > 0 {
            said.push(format!(
                "{} of the contents in files/ are named by no record, as if records.sqlite were an older copy; they \
                 were moved to aside/, and come back at a start with records that name them",
                self.set_aside
            ));
        }
        if self.brought_back > 0 {
            said.push(format!("{} contents came back from aside/", self.brought_back));
        }
        if self.missing > 0 {
            said.push(format!(
                "{} contents that the records name are not in files/; `hc serve check` lists them",
                self.missing
            ));
        }
        f.write_str(&said.join("; "))
    }
}

impl Store {
    /// Clears away what a run that was cut short left behind, and sets aside what it cannot have left.
    pub(super) fn recover(&self, data: &Path) -> Result<Recovery, Fault> {
        for sha256 in self.blobs.marked()? {
            self.discard(&sha256)?;
            self.blobs.unmark(&sha256)?;
        }
        self.collect()?;
        let recovery = self.reunite(data)?;
        self.write(Durability::Synced, scans::fail_unfinished)?;
        Ok(recovery)
    }

    /// Holds the contents against the records.
    fn reunite(&self, data: &Path) -> Result<Recovery, Fault> {
        let mut recovery = Recovery::default();
        let mut missing = self.read(blobs::known)?;
        for sha256 in Blobs::contents(data)? {
            if !missing.remove(&sha256) {
                self.blobs.put_aside(&sha256)?;
                recovery.set_aside += 1;
            }
        }
        for sha256 in Blobs::aside(data)? {
            if missing.remove(&sha256) {
                self.blobs.bring_back(&sha256)?;
                recovery.brought_back += 1;
            }
        }
        recovery.missing = missing.len();
        Ok(recovery)
    }
}
