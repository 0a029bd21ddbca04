//! Java's files.

mod above;
pub(super) mod gradle;
pub(super) mod gradle_lockfile;
pub(super) mod pom;
mod properties;
mod xml;
