//! How long a dependency file takes to read, beside what its syntax alone costs; and how that grows.

use std::fs;
use std::hint::black_box;

use anyhow::{Context, Result, anyhow, ensure};
use hc_core::lockfile::{self, Input, Lockfile, ProjectFiles};

use crate::floor::Floor;
use crate::sample;

/// Samples of `parse`, each after one of the floor under its own name, if the syntax has one.
pub(crate) fn run(path: &str, rounds: usize) -> Result<()> {
    let bytes = read(path)?;
    let text = std::str::from_utf8(&bytes)?;
    let floor = Floor::of(path, text);
    for _ in 0..rounds {
        if let Some((floor, text)) = &floor {
            sample(floor.name(), || floor.read(black_box(text)))?;
        }
        let lockfile = sample("parse", || parse(path, black_box(&bytes)))?;
        ensure!(
            lockfile.dependencies.len() > 1000,
            "the lockfile is too small to measure"
        );
    }
    Ok(())
}

/// Samples of `large`, one file, and of `small`, a smaller one as often as makes up the same bytes. What is
/// read is kept until the sample ends, so that neither gets by with less memory. They come in turns, so that
/// both see the same machine.
pub(crate) fn growth(small: &str, large: &str, rounds: usize) -> Result<()> {
    let (small_bytes, large_bytes) = (read(small)?, read(large)?);
    let copies = large_bytes.len().div_ceil(small_bytes.len());
    for _ in 0..rounds {
        let read_small = || parse(small, black_box(&small_bytes));
        sample("small", || {
            (0..copies).map(|_| read_small()).collect::<Result<Vec<_>>>()
        })?;
        sample("large", || parse(large, black_box(&large_bytes)))?;
    }
    println!(
        "copies {}",
        (copies * small_bytes.len()) as f64 / large_bytes.len() as f64
    );
    Ok(())
}

fn read(path: &str) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {path}"))
}

fn parse(path: &str, bytes: &[u8]) -> Result<Lockfile> {
    let input = Input { path, bytes };
    lockfile::detect(input)
        .and_then(|format| lockfile::parse(format, input, &ProjectFiles::default()))
        .map_err(|error| anyhow!("{error}"))
}
