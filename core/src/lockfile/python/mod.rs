//! Python's files.

pub(super) mod requirements;
