//! `cargo xtask bench`: speed and size on this machine, each beside the target that it must reach.

mod capacity;
mod evaluate;
mod formats;
mod growth;
mod parse;
mod registry;
mod samples;
mod serve;
mod size;
mod start_up;
mod table;
mod transfer;

use anyhow::{Result, bail, ensure};

use crate::step::{cargo, run as build, say};
use crate::wasm::{self, Build};
use crate::{package, setup};

use table::Row;

/// A part's name, and what measures it.
type Part = (&'static str, fn() -> Result<Vec<Row>>);

/// What can be measured by itself.
const PARTS: [Part; 10] = [
    ("parse", parse::measure),
    ("formats", formats::measure),
    ("growth", growth::measure),
    ("evaluate", evaluate::measure),
    ("registry", registry::measure),
    ("start-up", start_up::measure),
    ("serve", serve::measure),
    ("capacity", capacity::measure),
    ("transfer", transfer::measure),
    ("size", size::measure),
];

/// Prints one table, of the parts that are named or of all.
///
/// # Errors
/// When something cannot be measured, or a target is missed.
pub(crate) fn run(names: &[&str]) -> Result<()> {
    let known = PARTS.map(|(name, _)| name);
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no part {name}: there is {}", known.join(", "));
    }
    setup::for_wasm()?;
    say("Building what is measured");
    build(&mut cargo("build --release -p hc-cli -p hc-bench")?)?;
    package::build()?;
    wasm::build(Build::Browser)?;
    wasm::build(Build::Bench)?;
    say("Measuring");
    let mut rows = Vec::new();
    for (name, measure) in PARTS {
        if names.is_empty() || names.contains(&name) {
            rows.extend(measure()?);
        }
    }
    print!("{}", table::render(&rows));
    ensure!(
        rows.iter().all(|row| !row.misses_its_target()),
        "a target was missed"
    );
    Ok(())
}
