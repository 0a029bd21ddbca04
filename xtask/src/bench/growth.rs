//! Whether the time for a file grows as its length does: one of 50 MB beside fifty of 1 MB.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::formats;
use super::parse;
use super::samples::Samples;
use super::table::Row;
use crate::step::{output, program};
use crate::workspace;

const SMALL: usize = 1;
const LARGE: usize = 50;
const ROUNDS: &str = "5";

/// A row for each format. The best of some rounds counts, in turns within one process.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let folder = workspace::target().join("bench/growth");
    let small = write(&folder.join("small"), SMALL)?;
    let large = write(&folder.join("large"), LARGE)?;
    let pairs = small.iter().zip(&large);
    pairs
        .map(|(small, large)| {
            let samples = Samples::read(&output(
                program(workspace::target().join("release/hc-bench"))?
                    .arg("growth")
                    .args([small, large])
                    .arg(ROUNDS),
            )?)?;
            // The small ones make up a little more than the large one.
            let in_small = samples.best("small")? / samples.best("copies")?;
            let in_large = samples.best("large")?;
            let speed = |milliseconds: f64| LARGE as f64 / milliseconds * 1e3;
            Ok(Row::at_most(
                &format!(
                    "{LARGE} MB {} in one file",
                    large.strip_prefix(folder.join("large"))?.display()
                ),
                format!(
                    "{:.0} MB/s, {:.0} MB/s at {SMALL} MB",
                    speed(in_large),
                    speed(in_small)
                ),
                in_large / in_small * 100.0,
                115.0,
                "% of the time in fifty",
            ))
        })
        .collect()
}

fn write(folder: &Path, megabytes: usize) -> Result<Vec<PathBuf>> {
    let mut paths = formats::write(folder, megabytes)?;
    paths.push(parse::write(folder, megabytes)?);
    Ok(paths)
}
