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
        let why = format!("{} is missing: not measured", export.display());
        return Ok(vec![Row::note("evaluation over an OSV export", why)]);
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
            "load the npm and PyPI exports (zip)",
            milliseconds(samples.median("load")?),
        ),
        Row::at_most(
            "evaluate 5,000 packages that have advisories",
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
