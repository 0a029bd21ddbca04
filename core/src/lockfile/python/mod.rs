//! Python's dependency files.

pub(super) mod pipfile_lock;
pub(super) mod poetry_lock;
pub(super) mod pyproject;
pub(super) mod requirements;

mod locked;
mod poetry;
mod requirement;
