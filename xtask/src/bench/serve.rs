//! The embedded registry under load, beside a bare handler in the same run.

use anyhow::Result;

use super::samples::Samples;
use super::table::Row;
use crate::step::{output, program};
use crate::workspace;

/// How long each case is asked for.
const SECONDS: &str = "3";

pub(crate) fn measure() -> Result<Vec<Row>> {
    let samples = Samples::read(&output(
        program(workspace::target().join("release/hc-bench"))?.args(["serve", SECONDS]),
    )?)?;
    let mut rows = Vec::new();
    for (name, what) in [
        ("list", "hc serve, a page of 20 artifacts"),
        ("metadata", "hc serve, metadata of a package"),
        ("download", "hc serve, download of 100 KB"),
    ] {
        for (name, what) in [
            (name.to_owned(), what.to_owned()),
            (
                format!("{name}.floor"),
                "  the same bytes from a bare handler".to_owned(),
            ),
        ] {
            let rate = samples.median(&format!("{name}.rate"))?;
            let p99 = samples.median(&format!("{name}.p99"))?;
            rows.push(Row::note(&what, format!("{rate:.0}/s, p99 {p99:.1} ms")));
        }
    }
    Ok(rows)
}
