//! `cargo xtask package`: the npm package's tarball in `target/npm`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::setup;
use crate::step::{npm, output, run, say};
use crate::wasm::{self, Build};
use crate::workspace;

/// Builds the tarball and prints its path on stdout.
pub(crate) fn print_path() -> Result<()> {
    println!("{}", build()?.display());
    Ok(())
}

/// Builds the tarball and gives its path.
pub(crate) fn build() -> Result<PathBuf> {
    wasm::build(Build::Node)?;
    setup::npm::packages("node-cli")?;
    say("Packing the npm package");
    let source = workspace::root().join("node-cli");
    let package = workspace::target().join("npm/package");
    start_empty(&package)?;
    run(&mut npm(&source, "exec -- tsc")?)?;
    bundle(&source, &package)?;
    fs::copy(Build::Node.file(), package.join("dist/hc_wasm_bg.wasm"))
        .context("the wasm build is missing")?;
    for (folder, file) in [
        (source.as_path(), "package.json"),
        (&source, "README.md"),
        (workspace::root(), "LICENSE-APACHE"),
        (workspace::root(), "LICENSE-MIT"),
    ] {
        fs::copy(folder.join(file), package.join(file)).with_context(|| format!("cannot copy {file}"))?;
    }
    pack(&package)
}

fn start_empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder.join("dist"))?;
    Ok(())
}

/// One file, so that starting does not search for modules.
fn bundle(source: &Path, package: &Path) -> Result<()> {
    let module = Build::Node.folder().join("hc_wasm.js");
    run(npm(source, "exec -- esbuild src/main.ts")?
        .args(["--bundle", "--platform=node", "--target=node20", "--format=cjs"])
        .args(["--log-level=warning", "--banner:js=#!/usr/bin/env node"])
        .arg(format!("--alias:hc-wasm={}", module.display()))
        .arg(format!("--outfile={}", package.join("dist/hc.cjs").display())))
}

fn pack(package: &Path) -> Result<PathBuf> {
    let folder = workspace::target().join("npm").canonicalize()?;
    let name = output(npm(package, "pack --silent --pack-destination")?.arg(&folder))?;
    let tarball = folder.join(name);
    ensure!(tarball.is_file(), "npm did not write {}", tarball.display());
    Ok(tarball)
}
