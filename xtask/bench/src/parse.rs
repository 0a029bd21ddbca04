//! How long a lockfile takes to read; if it is JSON, beside what `serde_json` takes to walk over the same
//! bytes.

use std::fs;
use std::hint::black_box;

use anyhow::{Context, Result, anyhow};
use hc_core::lockfile::{self, Input, ProjectFiles};
use serde::de::IgnoredAny;

use crate::sample;

pub(crate) fn run(path: &str, rounds: usize) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {path}"))?;
    let input = Input { path, bytes: &bytes };
    let format = lockfile::detect(input).map_err(|error| anyhow!("{error}"))?;
    let project = ProjectFiles::default();
    let is_json = serde_json::from_slice::<IgnoredAny>(&bytes).is_ok();
    for _ in 0..rounds {
        if is_json {
            sample("floor", || {
                serde_json::from_slice::<IgnoredAny>(black_box(&bytes))
            })?;
        }
        let lockfile = sample("parse", || lockfile::parse(format, black_box(input), &project))
            .map_err(|error| anyhow!("{error}"))?;
        anyhow::ensure!(
            lockfile.dependencies.len() > 1000,
            "the lockfile is too small to measure"
        );
    }
    Ok(())
}
