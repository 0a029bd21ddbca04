//! Python's clients (pip, twine, rattler's bindings), as `tests/clients/requirements.txt` names them, in a virtual
//! environment of our own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::step::{program, run, say};
use crate::workspace;

/// Makes the environment, unless that was done for the same requirements; gives its interpreter.
pub(crate) fn environment() -> Result<PathBuf> {
    let folder = workspace::tools().join("python");
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let wanted = workspace::root().join("tests/clients/requirements.txt");
    let installed = folder.join("requirements.txt");
    let requirements = fs::read(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    if fs::read(&installed).is_ok_and(|installed| installed == requirements) {
        return Ok(python);
    }
    say("Installing Python's clients");
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(program(system)?.args(["-m", "venv", "--clear"]).arg(&folder))
        .context("Python 3.9 or later with its module venv is needed (Debian: python3-venv)")?;
    let options = [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--quiet",
        "--requirement",
    ];
    run(program(&python)?.args(options).arg(&wanted))?;
    // Last, so that a set-up that broke off is done again.
    fs::write(&installed, &requirements).with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(python)
}
