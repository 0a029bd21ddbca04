//! What one embedded registry carries as it fills: the script `capacity.mjs` asks it.

use anyhow::{Context, Result};
use serde_json::Value;

use super::table::Row;
use crate::step::{output, program};
use crate::workspace;

/// How many versions. The script takes more, and then takes its time.
const SIZES: [&str; 2] = ["1000", "10000"];

pub(crate) fn measure() -> Result<Vec<Row>> {
    let mut script = program("node")?;
    script
        .arg(workspace::root().join("xtask/src/bench/capacity.mjs"))
        .arg(workspace::target().join("release/hc"))
        .args(SIZES);
    output(&mut script)?.lines().map(row).collect()
}

fn row(line: &str) -> Result<Row> {
    let measured: Value = serde_json::from_str(line)?;
    let number = |name: &str| {
        let number = measured[name].as_f64();
        number.with_context(|| format!("capacity.mjs told no {name}"))
    };
    let megabytes = |name: &str| number(name).map(|bytes| bytes / 1e6);
    Ok(Row::note(
        &format!("hc serve with {} versions", measured["versions"]),
        format!(
            "{:.0} pushes/s, {:.0} downloads/s, {:.0} lists/s, {:.0} MB of records, {:.0} MB of memory",
            number("pushes")?,
            number("downloads")?,
            number("versionLists")?,
            megabytes("recordBytes")?,
            megabytes("memoryBytes")?,
        ),
    ))
}
