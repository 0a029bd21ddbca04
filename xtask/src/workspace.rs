//! Where things are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Everything that is built or installed goes here, wherever the user's own cargo builds.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// Programs that `setup` installed with cargo.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// `PATH` with our own tools before the machine's: cargo's under `target/tools`, npm's `wasm-opt`.
pub(crate) fn path() -> Result<OsString> {
    let ours = [tools().join("bin"), root().join("wasm/node_modules/.bin")];
    let machine = env::var_os("PATH").unwrap_or_default();
    env::join_paths(ours.into_iter().chain(env::split_paths(&machine))).context("PATH cannot be extended")
}
