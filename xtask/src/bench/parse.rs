//! Reading a large package-lock.json, natively and in wasm under Node.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::samples::Samples;
use super::table::{Row, milliseconds};
use crate::step::{output, program, run};
use crate::wasm::Build;
use crate::workspace;

const MEGABYTES: usize = 10;
const ROUNDS: &str = "15";

/// The best of some rounds; the wasm figures include handing the bytes over, as a user's do.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let program_path = workspace::target().join("release/hc-bench");
    let file = write(&workspace::target().join("bench"), MEGABYTES)?;
    let native = Samples::read(&output(
        program(&program_path)?.arg("parse").arg(&file).arg(ROUNDS),
    )?)?;
    let wasm = Samples::read(&output(
        program("node")?
            .arg(workspace::root().join("xtask/bench/parse.cjs"))
            .arg(Build::Bench.folder().join("hc_wasm.js"))
            .arg(&file)
            .arg(ROUNDS),
    )?)?;
    let size = fs::metadata(&file)
        .context("the large lockfile is missing")?
        .len();
    let (floor, parse) = (native.best("json")?, native.best("parse")?);
    let in_wasm = wasm.best("parse")?;
    let lock = format!("{:.1} MB package-lock.json", size as f64 / 1e6);
    Ok(vec![
        Row::note(
            &format!("{lock}, serde_json into IgnoredAny: the floor"),
            milliseconds(floor),
        ),
        Row::at_most(
            &format!("{lock}, read natively"),
            milliseconds(parse),
            parse / floor,
            3.0,
            "× the floor",
        ),
        Row::at_most(
            &format!("{lock}, read in wasm under Node"),
            milliseconds(in_wasm),
            in_wasm / parse,
            2.5,
            "× native",
        ),
        Row::note(
            &format!("{lock}, the same for the first time"),
            milliseconds(wasm.first("parse")?),
        ),
    ])
}

/// Writes a large package-lock.json into `folder`, and gives its path.
pub(super) fn write(folder: &Path, megabytes: usize) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let file = folder.join("package-lock.json");
    run(program(workspace::target().join("release/hc-bench"))?
        .arg("enlarge")
        .arg(workspace::root().join("examples/package-lock.json"))
        .arg((megabytes * 1_000_000).to_string())
        .arg(&file))?;
    Ok(file)
}
