//! The wasm target and the two programs that turn a crate into a JavaScript module.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::step::{cargo, output, program, run, say};
use crate::workspace;

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Name and version. wasm-bindgen must be exactly the version that `wasm/Cargo.toml` pins.
const WASM_TOOLS: [(&str, &str, &str); 2] = [
    ("wasm-pack", "wasm-pack", "0.15.1"),
    ("wasm-bindgen", "wasm-bindgen-cli", "0.2.130"),
];

/// Adds the wasm target to the toolchain in use.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = PathBuf::from(output(program("rustc")?.args(["--print", "sysroot"]))?);
    if sysroot.join("lib/rustlib").join(WASM_TARGET).exists() {
        return Ok(());
    }
    say(&format!("Adding the target {WASM_TARGET}"));
    run(program("rustup")?.args(["target", "add", WASM_TARGET]))
        .context("the wasm target comes through rustup; without rustup, install your system's package for it")
}

/// Builds wasm-pack and wasm-bindgen into `target/tools`; some minutes, once.
pub(crate) fn wasm_tools() -> Result<()> {
    for (binary, package, version) in WASM_TOOLS {
        if installed_version(binary).as_deref() == Some(version) {
            continue;
        }
        say(&format!("Installing {package} {version} under target/tools"));
        // Not --locked: one version in wasm-bindgen-cli's lockfile is not to be had everywhere.
        run(cargo("install --force --root")?
            .arg(workspace::tools())
            .args([package, "--version", version])
            .env("CARGO_TARGET_DIR", workspace::tools().join("build")))?;
    }
    Ok(())
}

fn installed_version(binary: &str) -> Option<String> {
    let path = workspace::tools()
        .join("bin")
        .join(binary)
        .with_extension(std::env::consts::EXE_EXTENSION);
    if !path.exists() {
        return None;
    }
    let line = output(program(path).ok()?.arg("--version")).ok()?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installed_wasm_bindgen_is_the_one_that_the_crate_pins() {
        let manifest = include_str!("../../../wasm/Cargo.toml");
        let (_, _, version) = WASM_TOOLS[1];
        assert!(manifest.contains(&format!("wasm-bindgen = {{ version = \"={version}\"")));
    }
}
