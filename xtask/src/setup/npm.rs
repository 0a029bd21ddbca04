//! npm packages, exactly as each folder's `package-lock.json` says.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::step::{npm, run, say};
use crate::workspace;

/// Installs the packages of `folder`, unless that was done since its lockfile last changed.
pub(crate) fn packages(folder: &str) -> Result<()> {
    let path = workspace::root().join(folder);
    // npm writes this file at the end of an installation.
    let installed = modified(&path.join("node_modules/.package-lock.json"));
    let wanted = modified(&path.join("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    say(&format!("Installing the npm packages of {folder}"));
    run(&mut npm(&path, "ci --no-audit --no-fund")?).context("Node 20 or later with its npm is needed")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
