//! Python's dependency files.

pub(super) mod pdm_lock;
pub(super) mod pipfile_lock;
pub(super) mod poetry_lock;
pub(super) mod pylock;
pub(super) mod pyproject;
pub(super) mod requirements;
pub(super) mod uv_lock;

mod archive;
mod indexes;
mod locked;
mod marker;
mod origin;
mod poetry;
mod requirement;
