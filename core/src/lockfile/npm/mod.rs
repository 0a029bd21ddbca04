//! npm's files, and those of the package managers beside it.

pub(super) mod bun;
mod entries;
pub(super) mod manifest;
pub(super) mod package_lock;
pub(super) mod pnpm;
mod resolved;
mod source;
mod specifier;
pub(super) mod yarn;
