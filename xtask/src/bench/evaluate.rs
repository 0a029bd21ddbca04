//! The embedded firewall over a real OSV export.

use std::path::PathBuf;

use anyhow::Result;

use super::samples::Samples;
use super::table::{Row, milliseconds};
use crate::step::{output, program};
use crate::workspace;

const PACKAGES: &str = "5000";
const ROUNDS: &str = "15";
const LIMIT: f64 = 50.0;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let export = shared().join("osv");
    if !export.is_dir() {
        let what = "evaluation over an OSV export, which is not beside the checkout";
        return Ok(vec![Row::note(what, "not measured".to_owned())]);
    }
    let samples = Samples::read(&output(
        program(workspace::target().join("release/hc-bench"))?
            .arg("evaluate")
            .arg(&export)
            .args([PACKAGES, ROUNDS]),
    )?)?;
    let evaluate = samples.median("evaluate")?;
    Ok(vec![
        Row::note(
            "OSV exports of npm and PyPI, loaded from their zips",
            milliseconds(samples.median("load")?),
        ),
        Row::at_most(
            "5,000 packages evaluated over them",
            milliseconds(evaluate),
            evaluate,
            LIMIT,
            "ms",
        ),
    ])
}

/// The folder of test data beside the checkout, which `HC_SHARED` may name.
fn shared() -> PathBuf {
    std::env::var_os("HC_SHARED").map_or_else(|| workspace::root().join("../shared"), PathBuf::from)
}
