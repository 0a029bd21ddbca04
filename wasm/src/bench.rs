//! What `cargo xtask bench` measures in a build of its own: nothing of it is in the shipped files.

use hc_core::lockfile::{self, Input, ProjectFiles};
use wasm_bindgen::prelude::*;

/// Reads a lockfile as an audit would, and gives the number of its dependencies.
#[wasm_bindgen]
pub fn parse(path: &str, bytes: &[u8]) -> Result<usize, String> {
    let input = Input { path, bytes };
    let lockfile = lockfile::detect(input)
        .and_then(|format| lockfile::parse(format, input, &ProjectFiles::default()))
        .map_err(|error| error.to_string())?;
    Ok(lockfile.dependencies.len())
}
