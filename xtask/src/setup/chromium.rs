//! Chromium, in which the page is tested.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::step::{program, run, say};

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
    if let Some(found) = find() {
        return Ok(found);
    }
    for privilege in [&[][..], &["sudo", "-n"]] {
        if can_install(privilege) {
            say("Installing Chromium through apt");
            // What fails here shows below, by Chromium still missing.
            let _ = apt(privilege, &["update"]);
            let _ = apt(privilege, &["install", "-y", "chromium"]);
        }
        if let Some(found) = find() {
            return Ok(found);
        }
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

fn apt(privilege: &[&str], args: &[&str]) -> Result<()> {
    let words = [privilege, &["apt-get"], args].concat();
    run(program(words[0])?
        .args(&words[1..])
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Whether apt may be used, with `privilege` before it, without asking a person.
fn can_install(privilege: &[&str]) -> bool {
    if !Path::new("/usr/bin/apt-get").exists() {
        return false;
    }
    let mut words = privilege.to_vec();
    words.push("id");
    let Ok(mut id) = program(words[0]) else {
        return false;
    };
    id.args(&words[1..]).arg("-u").stderr(Stdio::null());
    id.output().is_ok_and(|output| output.stdout.starts_with(b"0"))
}
