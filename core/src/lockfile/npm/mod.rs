//! npm's files, and those of the package managers beside it.

mod around;
pub(super) mod bun;
mod entries;
mod faults;
pub(super) mod manifest;
mod overrides;
pub(super) mod package_lock;
pub(super) mod pnpm;
mod registries;
mod resolved;
mod source;
mod specifier;
mod tarball;
pub(super) mod yarn;
