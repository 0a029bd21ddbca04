//! Reading a large package-lock.json, natively and in wasm under Node.

use std::fs;

use anyhow::{Context, Result};

use super::samples::Samples;
use super::table::{Row, milliseconds};
use crate::step::{output, program, run};
use crate::wasm::Build;
use crate::workspace;

const MEGABYTES: usize = 10;
const ROUNDS: &str = "15";

/// Medians; the wasm figures include handing the bytes over, as a user's do.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let folder = workspace::target().join("bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join("package-lock.json");
    let program_path = workspace::target().join("release/hc-bench");
    run(program(&program_path)?
        .arg("enlarge")
        .arg(workspace::root().join("examples/package-lock.json"))
        .arg((MEGABYTES * 1_000_000).to_string())
        .arg(&file))?;
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
    let (floor, parse) = (native.median("floor")?, native.median("parse")?);
    let in_wasm = wasm.median("parse")?;
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
