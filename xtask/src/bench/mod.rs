//! `cargo xtask bench`: speed and size on this machine, each beside the target that it must reach.

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

use anyhow::{Result, ensure};

use crate::step::{cargo, run as build, say};
use crate::wasm::{self, Build};
use crate::{package, setup};

/// Prints one table.
///
/// # Errors
/// When something cannot be measured, or a target is missed.
pub(crate) fn run() -> Result<()> {
    setup::for_wasm()?;
    say("Building what is measured");
    build(&mut cargo("build --release -p hc-cli -p hc-bench")?)?;
    package::build()?;
    wasm::build(Build::Browser)?;
    wasm::build(Build::Bench)?;
    say("Measuring");
    let rows = [
        parse::measure()?,
        formats::measure()?,
        growth::measure()?,
        evaluate::measure()?,
        registry::measure()?,
        start_up::measure()?,
        serve::measure()?,
        transfer::measure()?,
        size::measure()?,
    ]
    .concat();
    print!("{}", table::render(&rows));
    ensure!(
        rows.iter().all(|row| !row.misses_its_target()),
        "a target was missed"
    );
    Ok(())
}
