//! `cargo xtask …`: set-up, builds, tests and measurements, the same on every machine.

mod bench;
mod package;
mod setup;
mod step;
mod test;
mod wasm;
mod web;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  setup           Install what the other commands need: wasm target, wasm-pack, npm packages, Chromium
  web             Build the audit page into web/dist
  package         Build the npm package; prints the tarball's path
  test [--quick]  Run every check and test; --quick leaves out wasm, npm and the browser
  test formats-today|clients-today|packages-today
                  Hold hc against the newest package managers: the files that they write, hc serve as their
                  registry, and the packages in their caches. Needs registries; too slow for every change
  bench [PART…]   Measure speed and size against their targets: parse, formats, growth, evaluate, registry,
                  start-up, serve, transfer, size; all of them if none is named
  help            Print this

Examples:
  cargo xtask test
  npx --yes file:$(cargo xtask package) registry fw audit --file package-lock.json
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<()> {
    match args {
        ["setup"] => setup::everything(),
        ["web"] => web::build(),
        ["package"] => package::print_path(),
        ["test"] => test::everything(),
        ["test", "--quick"] => test::quick(),
        [
            "test",
            name @ ("formats-today" | "clients-today" | "packages-today"),
        ] => test::today(name),
        ["bench", parts @ ..] => bench::run(parts),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => bail!("no such command: {}\n\n{HELP}", args.join(" ")),
    }
}
