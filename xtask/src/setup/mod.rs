//! `cargo xtask setup`: installs what is missing, and is quick when nothing is.

pub(crate) mod chromium;
pub(crate) mod debian;
pub(crate) mod npm;
pub(crate) mod python;
pub(crate) mod rust;

use anyhow::Result;

/// All that `cargo xtask test` needs.
pub(crate) fn everything() -> Result<()> {
    for_wasm()?;
    npm::packages("node-cli")?;
    npm::packages("web")?;
    npm::packages("tests")?;
    chromium::install()?;
    debian::clients()?;
    python::environment()?;
    Ok(())
}

/// What a wasm build needs.
pub(crate) fn for_wasm() -> Result<()> {
    rust::wasm_target()?;
    rust::wasm_tools()?;
    npm::packages("wasm")
}
