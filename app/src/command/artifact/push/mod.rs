//! `hc artifact push …`: one package type a file.
//!
//! Every push goes the same way: what the arguments name is read here and refused here (`packages`, `generic`),
//! then sent with bounded concurrency and told file by file (`send`).

pub(super) mod cargo;
pub(super) mod composer;
pub(super) mod conda;
pub(super) mod dart;
mod existing;
mod folder;
pub(super) mod generic;
pub(super) mod go;
mod kind;
mod local_file;
pub(super) mod maven;
mod named;
pub(super) mod npm;
pub(super) mod nuget;
mod packages;
pub(super) mod python;
pub(super) mod rpm;
mod send;
