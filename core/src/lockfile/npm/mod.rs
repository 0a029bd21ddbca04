//! npm's files, and those of the package managers beside it.

pub(super) mod bun;
mod entries;
mod faults;
pub(super) mod manifest;
pub(super) mod package_lock;
pub(super) mod pnpm;
#[allow(dead_code, reason = "not all package managers' files are read yet")]
mod registries;
mod resolved;
mod source;
mod specifier;
mod tarball;
pub(super) mod yarn;
