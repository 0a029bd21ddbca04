//! What is downloaded: both wasm files, as they are and as a web server sends them.

use std::path::Path;

use anyhow::{Context, Result};

use super::table::Row;
use crate::step::{output, program};
use crate::wasm::Build;

/// 1 KB is 1,000 bytes.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let (page, page_brotli) = sizes(&Build::Browser.file())?;
    let (node, node_brotli) = sizes(&Build::Node.file())?;
    Ok(vec![
        Row::note("the page's wasm, raw", kilobytes(page)),
        Row::at_most(
            "the page's wasm, brotli",
            kilobytes(page_brotli),
            page_brotli,
            450.0,
            "KB",
        ),
        Row::note("the npm package's wasm, raw", kilobytes(node)),
        Row::note("the npm package's wasm, brotli", kilobytes(node_brotli)),
    ])
}

fn kilobytes(value: f64) -> String {
    format!("{value:.1} KB")
}

/// In KB, raw and with brotli at its best quality.
fn sizes(file: &Path) -> Result<(f64, f64)> {
    const SCRIPT: &str = "const bytes = require('fs').readFileSync(process.argv[1]); \
        console.log(bytes.length, require('zlib').brotliCompressSync(bytes).length)";
    let text = output(program("node")?.args(["-e", SCRIPT]).arg(file))?;
    let (raw, brotli) = text.split_once(' ').context("node printed no sizes")?;
    Ok((raw.parse::<f64>()? / 1e3, brotli.parse::<f64>()? / 1e3))
}
