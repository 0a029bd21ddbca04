//! An audit against a registry that takes its time: as fast as its batches allow?

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use super::table::Row;
use crate::step::{check, output, program};
use crate::workspace;

/// How many packages the audited file holds.
const PACKAGES: usize = 5000;
/// The most packages in a batch.
const BATCH: usize = 50;
/// How many batches the program asks for at once.
const JOBS: usize = 8;
/// What a batch takes at least: the request that starts it, and its evaluation.
const ONE_BATCH: f64 = 350.0;
/// Of how many batches one after another the time for all is projected.
const PROJECTED_FROM: usize = 3;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let lockfile = lockfile()?;
    let registry = Registry::start()?;
    let native = program(workspace::target().join("release/hc"))?;
    let mut npm = program("node")?;
    npm.arg(workspace::target().join("npm/package/dist/hc.cjs"));
    let batches = PACKAGES.div_ceil(BATCH);
    let ideal = batches as f64 / JOBS as f64 * ONE_BATCH;
    let mut rows = Vec::new();
    for (frontend, mut command) in [("native", native), ("Node", npm)] {
        let time = registry.audit(&mut command, &lockfile)?;
        rows.push(Row::at_most(
            &format!("audit of {PACKAGES} packages against a registry, {frontend}"),
            format!("{time:.0} ms, ideal {ideal:.0} ms"),
            time / ideal,
            1.5,
            "×",
        ));
    }
    let one = registry.one_by_one()?;
    rows.push(Row::note(
        "the same, one batch after another, polled each 2 s (projected)",
        format!("{:.0} ms", one * batches as f64),
    ));
    Ok(rows)
}

/// A package-lock of so many packages.
fn lockfile() -> Result<PathBuf> {
    let folder = workspace::target().join("bench/registry");
    fs::create_dir_all(&folder)?;
    let packages: Vec<String> = (0..PACKAGES)
        .map(|number| format!(r#""node_modules/package-{number}": {{"version": "1.0.{number}"}}"#))
        .collect();
    let path = folder.join("package-lock.json");
    fs::write(
        &path,
        format!(
            r#"{{"lockfileVersion": 3, "packages": {{{}}}}}"#,
            packages.join(",\n")
        ),
    )?;
    Ok(path)
}

/// The script `registry.mjs`, while it runs.
struct Registry {
    process: Child,
    port: String,
}

impl Registry {
    fn start() -> Result<Self> {
        let mut process = script("serve")?.stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().context("the registry has no output")?;
        let mut port = String::new();
        BufReader::new(stdout).read_line(&mut port)?;
        let port = port.trim().to_owned();
        Ok(Self { process, port })
    }

    /// How long an audit of `file` takes, in milliseconds.
    fn audit(&self, command: &mut Command, file: &Path) -> Result<f64> {
        command
            .args([
                "registry",
                "fw",
                "audit",
                "--registry",
                "npm",
                "--quiet",
                "--file",
            ])
            .arg(file)
            .args(["--api-url", &format!("http://127.0.0.1:{}", self.port)])
            .env("HARNESS_API_KEY", "pat.bench.id.none")
            .stdout(Stdio::null());
        let start = Instant::now();
        check(command)?;
        Ok(start.elapsed().as_secs_f64() * 1e3)
    }

    /// What a batch takes when each waits for the one before, in milliseconds.
    fn one_by_one(&self) -> Result<f64> {
        let mut client = script("one-by-one")?;
        client.args([&self.port, &PROJECTED_FROM.to_string()]);
        output(&mut client)?
            .parse()
            .context("registry.mjs did not print a number")
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It has ended by itself if it cannot be ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn script(what: &str) -> Result<Command> {
    let mut node = program("node")?;
    node.arg(workspace::root().join("xtask/src/bench/registry.mjs"))
        .arg(what);
    Ok(node)
}
