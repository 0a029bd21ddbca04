//! Builds of `wasm/`, each into a folder of its own under `target/wasm`.

use std::path::PathBuf;

use anyhow::Result;

use crate::setup;
use crate::step::{program, run, say};
use crate::workspace;

/// One of the crate's features, and the kind of JavaScript module it becomes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Build {
    /// For the npm package.
    Node,
    /// For the page.
    Browser,
    /// For measuring.
    Bench,
}

impl Build {
    fn feature(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Browser => "browser",
            Self::Bench => "bench",
        }
    }

    fn module(self) -> &'static str {
        match self {
            Self::Node | Self::Bench => "nodejs",
            Self::Browser => "web",
        }
    }

    /// Where the build's files are.
    pub(crate) fn folder(self) -> PathBuf {
        workspace::target().join("wasm").join(self.feature())
    }

    /// The wasm file.
    pub(crate) fn file(self) -> PathBuf {
        self.folder().join("hc_wasm_bg.wasm")
    }
}

/// Compiles, makes the JavaScript beside it, and shrinks.
pub(crate) fn build(build: Build) -> Result<()> {
    setup::for_wasm()?;
    say(&format!("Building wasm for {}", build.feature()));
    run(program("wasm-pack")?
        .args(["--log-level", "warn", "build", "wasm"])
        .args(["--mode", "no-install", "--no-pack", "--profile", "wasm"])
        .args(["--target", build.module(), "--out-dir"])
        .arg(build.folder())
        .args(["--", "--features", build.feature()]))
}
