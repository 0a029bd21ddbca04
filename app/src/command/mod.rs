//! The commands, one a file: each reads, decides, and hands its result to a renderer.

pub(crate) mod audit;
pub(crate) mod deps;
pub(crate) mod version;
