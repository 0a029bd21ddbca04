//! npm's files.

pub(super) mod package_lock;
mod source;
