//! `cargo xtask test`: every check and test, stopping at the first that fails.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::setup::{self, rust::WASM_TARGET};
use crate::step::{cargo, check, npm, program, say};
use crate::{package, web, workspace};

/// A step's name and what it does.
type Step = (&'static str, fn() -> Result<()>);

const QUICK: [Step; 4] = [
    ("formatting", formatting),
    ("lints", lints),
    ("core and app for wasm32", wasm_check),
    ("unit and snapshot tests", unit_tests),
];

const SLOW: [Step; 9] = [
    ("lints of the wasm boundary", wasm_lints),
    ("the npm package", npm_package),
    ("what Node does for the program", node_host),
    ("the page", page),
    ("the page's own tests", page_unit_tests),
    ("the native binary", native_binary),
    ("conformance: native, Node and the page", conformance),
    ("real clients", clients),
    ("the page in Chromium", browser),
];

/// Everything, after installing what is missing.
pub(crate) fn everything() -> Result<()> {
    setup::everything()?;
    steps(&[&QUICK[..], &SLOW].concat())
}

/// What needs neither npm nor a browser.
pub(crate) fn quick() -> Result<()> {
    setup::rust::wasm_target()?;
    steps(&QUICK)
}

/// Runs the scripts in a folder of `tests/`, which take the newest package managers and packages from their
/// registries and so may fail without any change here.
pub(crate) fn today(folder: &str) -> Result<()> {
    native_binary()?;
    let binary = workspace::target().join("release/hc");
    let mut failures = Vec::new();
    for script in files(folder, ".mjs")? {
        say(&script.display().to_string());
        let run = check(program("node")?.arg(script).env("HC_BINARY", &binary));
        failures.extend(run.err().map(|error| error.to_string()));
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

fn steps(steps: &[Step]) -> Result<()> {
    for (number, (name, step)) in steps.iter().enumerate() {
        say(&format!("[{}/{}] {name}", number + 1, steps.len()));
        step().with_context(|| format!("the step \"{name}\" failed"))?;
    }
    say(&format!("All {} steps passed", steps.len()));
    Ok(())
}

fn formatting() -> Result<()> {
    check(&mut cargo("fmt --all --check")?)
}

fn lints() -> Result<()> {
    check(&mut cargo("clippy --workspace --all-targets -- -D warnings")?)
}

fn wasm_lints() -> Result<()> {
    let target = format!("--target {WASM_TARGET}");
    check(&mut cargo(&format!(
        "clippy -p hc-wasm --all-features {target} -- -D warnings"
    ))?)
}

fn wasm_check() -> Result<()> {
    check(&mut cargo(&format!(
        "check -p hc-core -p hc-app --target {WASM_TARGET}"
    ))?)
}

fn unit_tests() -> Result<()> {
    // A snapshot that differs must fail here, not be written for review.
    test(cargo("test --workspace")?.env("INSTA_UPDATE", "no"))
}

/// Runs tests with the plainest locale and a time zone that nobody expects: what depends on either fails everywhere,
/// not only on the machine of somebody else.
fn test(command: &mut Command) -> Result<()> {
    check(command.env("LC_ALL", "C").env("TZ", "Asia/Kathmandu"))
}

fn npm_package() -> Result<()> {
    package::build().map(drop)
}

fn node_host() -> Result<()> {
    node_tests("node")
}

fn page() -> Result<()> {
    web::build()
}

fn page_unit_tests() -> Result<()> {
    let web = workspace::root().join("web");
    check(&mut npm(&web, "run check")?)?;
    test(&mut npm(&web, "test")?)
}

fn native_binary() -> Result<()> {
    check(&mut cargo("build --release -p hc-cli")?)
}

fn conformance() -> Result<()> {
    node_tests("conformance")
}

fn clients() -> Result<()> {
    node_tests("clients")
}

fn browser() -> Result<()> {
    node_tests("page")
}

/// Runs the test files in a folder of `tests/`, which use what the earlier steps have built.
fn node_tests(folder: &str) -> Result<()> {
    test(
        program("node")?
            .current_dir(workspace::root().join("tests"))
            .args(["--test", "--test-reporter=spec"])
            .args(files(folder, ".test.mjs")?)
            .env("CHROMIUM", setup::chromium::install()?),
    )
}

/// A folder's files with an ending, in order. By name, since Node 20 knows no patterns and later versions no folders.
fn files(folder: &str, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(workspace::root().join("tests").join(folder))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
