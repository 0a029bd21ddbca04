//! Python's dependency files.

pub(super) mod requirements;

mod requirement;
