//! Reading a large file of every other format, natively and in wasm under Node.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::samples::Samples;
use super::table::{Row, milliseconds};
use crate::step::{output, program};
use crate::wasm::Build;
use crate::workspace;

const MEGABYTES: usize = 10;
const ROUNDS: &str = "9";

/// What a text format must reach, in MB a second.
const TEXT_SPEED: f64 = 150.0;

/// The floors that are no target, but tell what the syntax alone costs.
const EVENTS: [(&str, &str); 3] = [
    ("toml", "toml_parser's events"),
    ("xml", "quick-xml's events"),
    ("yaml", "saphyr-parser's events"),
];

/// Two rows for each format: against its floor (JSON) or in time (text), and wasm against native. The best of
/// some rounds counts.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let folder = workspace::target().join("bench/formats");
    let mut rows = Vec::new();
    for path in write(&folder, MEGABYTES)? {
        let native = Samples::read(&output(
            program(workspace::target().join("release/hc-bench"))?
                .arg("parse")
                .arg(&path)
                .arg(ROUNDS),
        )?)?;
        let wasm = Samples::read(&output(
            program("node")?
                .arg(workspace::root().join("xtask/bench/parse.cjs"))
                .arg(Build::Bench.folder().join("hc_wasm.js"))
                .arg(&path)
                .arg(ROUNDS),
        )?)?;
        let parse = native.best("parse")?;
        let megabytes = fs::metadata(&path)?.len() as f64 / 1e6;
        let what = format!("{megabytes:.1} MB {}", path.strip_prefix(&folder)?.display());
        let mut measured = format!("{} ({:.0} MB/s)", milliseconds(parse), megabytes / parse * 1e3);
        for (name, events) in EVENTS {
            if let Ok(floor) = native.best(name) {
                measured = format!("{measured}, {:.1} × {events}", parse / floor);
            }
        }
        let read_natively = format!("{what}, read natively");
        rows.push(match native.best("json") {
            Ok(floor) => Row::at_most(&read_natively, measured, parse / floor, 3.0, "× the floor"),
            Err(_) => {
                let limit = megabytes / TEXT_SPEED * 1e3;
                Row::at_most(&read_natively, measured, parse, limit, "ms")
            }
        });
        let in_wasm = wasm.best("parse")?;
        rows.push(Row::at_most(
            &format!("{what}, read in wasm under Node"),
            milliseconds(in_wasm),
            in_wasm / parse,
            2.5,
            "× native",
        ));
    }
    Ok(rows)
}

/// Writes a file of every format but package-lock.json into `folder`, and gives their paths.
pub(super) fn write(folder: &Path, megabytes: usize) -> Result<Vec<PathBuf>> {
    let written = output(
        program(workspace::target().join("release/hc-bench"))?
            .arg("formats")
            .arg(folder)
            .arg((megabytes * 1_000_000).to_string()),
    )?;
    Ok(written.lines().map(PathBuf::from).collect())
}
