//! Java's files.

pub(super) mod pom;
mod xml;
