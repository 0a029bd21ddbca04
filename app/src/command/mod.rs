//! The commands, one a file: each reads, decides, and hands its result to a renderer.

pub(crate) mod artifact;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod completion;
mod confirm;
pub(crate) mod deps;
pub(crate) mod explain;
mod metadata;
mod paging;
mod recognise;
pub(crate) mod registry;
pub(crate) mod serve;
mod session;
pub(crate) mod version;
