//! The server over real connections, each test with its own on a free port and in a temporary folder.

#![expect(clippy::unwrap_used, reason = "all of this is a test")]

mod access;
mod artifacts;
mod cargo;
mod composer;
mod conda;
mod dart;
mod evaluation;
mod files;
mod folder;
mod forms;
mod go;
mod load;
mod maven;
mod metadata;
mod npm;
mod npm_clients;
mod npm_documents;
mod nuget;
mod page;
mod python;
mod registries;
mod rpm;
mod stalling;
mod support;
