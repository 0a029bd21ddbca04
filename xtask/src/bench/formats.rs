//! Reading a large file of every other format, natively and in wasm under Node.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::samples::Samples;
use super::table::{Row, milliseconds};
use crate::step::{output, program};
use crate::wasm::Build;
use crate::workspace;

const MEGABYTES: usize = 10;
const ROUNDS: &str = "7";

/// What a text format must reach: 150 MB a second.
const TEXT_MILLISECONDS: f64 = MEGABYTES as f64 * 1e3 / 150.0;

/// Two rows for each format: against its floor (JSON) or in time (text), and wasm against native.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let bench = workspace::target().join("release/hc-bench");
    let folder = workspace::target().join("bench/formats");
    let bytes = (MEGABYTES * 1_000_000).to_string();
    let written = output(program(&bench)?.arg("formats").arg(&folder).arg(bytes))?;
    let mut rows = Vec::new();
    for path in written.lines().map(Path::new) {
        let native = Samples::read(&output(program(&bench)?.arg("parse").arg(path).arg(ROUNDS))?)?;
        let wasm = Samples::read(&output(
            program("node")?
                .arg(workspace::root().join("xtask/bench/parse.cjs"))
                .arg(Build::Bench.folder().join("hc_wasm.js"))
                .arg(path)
                .arg(ROUNDS),
        )?)?;
        let name = path.file_name().context("a file has a name")?.to_string_lossy();
        let parse = native.median("parse")?;
        let megabytes = fs::metadata(path)?.len() as f64 / 1e6;
        let measured = format!("{} ({:.0} MB/s)", milliseconds(parse), megabytes / parse * 1e3);
        let what = format!("{megabytes:.1} MB {name}, read natively");
        rows.push(match native.median("floor") {
            Ok(floor) => Row::at_most(&what, measured, parse / floor, 3.0, "× the floor"),
            Err(_) => Row::at_most(&what, measured, parse, TEXT_MILLISECONDS, "ms"),
        });
        let in_wasm = wasm.median("parse")?;
        rows.push(Row::at_most(
            &format!("{megabytes:.1} MB {name}, read in wasm under Node"),
            milliseconds(in_wasm),
            in_wasm / parse,
            2.5,
            "× native",
        ));
    }
    Ok(rows)
}
