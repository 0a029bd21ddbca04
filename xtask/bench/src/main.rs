//! The native measurements of `cargo xtask bench`, which reads what is printed here: one sample a line,
//! its name and the milliseconds that it took.

mod enlarge;
mod evaluate;
mod floor;
mod formats;
mod parse;
mod serve;

use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The program's own allocator, so that what is measured is what users get.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["enlarge", source, bytes, target] => enlarge::run(source, number(bytes)?, target),
        ["formats", folder, bytes] => formats::run(folder, number(bytes)?),
        ["parse", file, rounds] => parse::run(file, number(rounds)?),
        ["growth", small, large, rounds] => parse::growth(small, large, number(rounds)?),
        ["evaluate", folder, packages, rounds] => evaluate::run(folder, number(packages)?, number(rounds)?),
        ["serve", seconds] => serve::run(number(seconds)?),
        _ => bail!("hc-bench is run by `cargo xtask bench`"),
    }
}

fn number(text: &str) -> Result<usize> {
    text.parse().with_context(|| format!("{text} is not a number"))
}

/// Runs `work` and prints how long it took; what it gives back is dropped after the clock has stopped.
fn sample<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{name} {}", start.elapsed().as_secs_f64() * 1e3);
    result
}
