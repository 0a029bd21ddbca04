//! Running other programs, and saying which one failed.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A program to run at the workspace's root, with our own tools on its `PATH`.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(name);
    command
        .current_dir(workspace::root())
        .env("PATH", workspace::path()?)
        .env("CARGO_TARGET_DIR", workspace::target());
    Ok(command)
}

/// `cargo` with `args`, as text separated by blanks.
pub(crate) fn cargo(args: &str) -> Result<Command> {
    let mut command = program("cargo")?;
    command.args(args.split_whitespace());
    Ok(command)
}

/// npm in `folder`, with `args` as text separated by blanks.
pub(crate) fn npm(folder: &Path, args: &str) -> Result<Command> {
    // On Windows npm is a script, which only its full name starts.
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" })?;
    command.current_dir(folder).args(args.split_whitespace());
    Ok(command)
}

/// Says on stderr what happens next, so that stdout stays free for results.
pub(crate) fn say(what: &str) {
    eprintln!("\n==> {what}");
}

/// Runs a build; what it prints on stdout goes to stderr.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    check(command.stdout(std::io::stderr()))
}

/// Runs a test or a measurement, whose stdout is the result.
pub(crate) fn check(command: &mut Command) -> Result<()> {
    let line = describe(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs `command` and gives what it wrote to stdout, without the blanks around it.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = describe(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    let text = String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not print text"))?;
    Ok(text.trim().to_owned())
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
