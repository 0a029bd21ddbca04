//! Java's files.

pub(super) mod gradle;
pub(super) mod pom;
mod xml;
