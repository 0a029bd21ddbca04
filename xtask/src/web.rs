//! `cargo xtask web`: the audit page as static files in `web/dist`.

use anyhow::Result;

use crate::setup;
use crate::step::{npm, run, say};
use crate::wasm::{self, Build};
use crate::workspace;

pub(crate) fn build() -> Result<()> {
    wasm::build(Build::Browser)?;
    setup::npm::packages("web")?;
    say("Building the page");
    run(&mut npm(&workspace::root().join("web"), "run build")?)
}
