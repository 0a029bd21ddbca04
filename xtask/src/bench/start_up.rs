//! What starting costs: each program beside one that does nothing, in turns.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Result;

use super::samples::median;
use super::table::Row;
use crate::step::{check, program};
use crate::workspace;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let mut native = program(workspace::target().join("release/hc"))?;
    native.arg("--version");
    let mut nothing = program("/bin/true")?;
    let mut npm = program("node")?;
    npm.arg(workspace::target().join("npm/package/dist/hc.cjs"))
        .arg("--version");
    let mut node = program("node")?;
    node.args(["-e", "0"]);
    Ok(vec![
        beside("hc --version over /bin/true", &mut native, &mut nothing, 200, 5.0)?,
        beside(
            "the npm package's hc --version over node -e 0",
            &mut npm,
            &mut node,
            40,
            60.0,
        )?,
    ])
}

/// The median of `measured` less the median of `floor`, run in turns.
fn beside(what: &str, measured: &mut Command, floor: &mut Command, rounds: usize, limit: f64) -> Result<Row> {
    let (mut times, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        floors.push(time(floor)?);
        times.push(time(measured)?);
    }
    let (time, floor) = (median(&times), median(&floors));
    Ok(Row::at_most(
        what,
        format!("{time:.1} ms − {floor:.1} ms"),
        time - floor,
        limit,
        "ms",
    ))
}

fn time(command: &mut Command) -> Result<f64> {
    command.stdout(Stdio::null());
    let start = Instant::now();
    check(command)?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}
