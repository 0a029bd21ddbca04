//! Chromium, in which the page is tested.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::debian;

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const MACOS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser to test with, installed through apt if there is none and apt can.
pub(crate) fn install() -> Result<PathBuf> {
    debian::install("Chromium", &["chromium"], || find().is_some());
    if let Some(found) = find() {
        return Ok(found);
    }
    bail!(
        "the page's tests need Chromium, and it could not be installed: install Chromium or Chrome with your \
         system's packages, or name its program in the environment variable CHROMIUM"
    )
}

/// `CHROMIUM` from the environment, else a browser on the `PATH`, else macOS's applications.
fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = NAMES.iter().flat_map(|name| {
        env::split_paths(&path)
            .map(|folder| folder.join(name))
            .collect::<Vec<_>>()
    });
    on_path
        .chain(MACOS.map(PathBuf::from))
        .find(|path| path.is_file())
}
