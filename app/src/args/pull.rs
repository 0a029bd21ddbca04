//! `hc artifact pull …`

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

use super::transfer::Packages;

/// `hc artifact pull …`
#[derive(Debug, Subcommand)]
pub(crate) enum Pull {
    /// Fetch files from a generic registry
    #[command(after_help = "\
Examples:
  hc artifact pull generic my-files my-app/1.0.0/app.zip ./app.zip
  hc artifact pull generic my-files my-app/1.0.0 ./my-app --skip-existing
  hc artifact pull generic image cli-arti/latest/package.json ./dummy/ --pkg-url https://pkg.example

Until a file is whole and checked it is called FILE.part. The same command goes on where a download broke off.")]
    Generic(PullGeneric),
}

/// `hc artifact pull generic`
#[derive(Args, Debug)]
pub(crate) struct PullGeneric {
    /// Registry that holds it
    #[arg(value_name = "REGISTRY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// What to fetch: a file, whose name may hold slashes, or all files of a version
    #[arg(value_name = "PACKAGE/VERSION[/FILE]")]
    pub(crate) source: String,
    /// File to write, or a folder to write it into (one that exists, or ends with /); for all files of a version
    /// a folder
    #[arg(value_name = "DEST", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) target: String,
    /// Show what would be fetched, with sizes and checksums, and fetch nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave alone what is here already with the same content (checksums are compared)
    #[arg(long)]
    pub(crate) skip_existing: bool,
    /// Write over hidden files too (names that begin with a dot) when all files of a version are fetched
    #[arg(long)]
    pub(crate) force: bool,
    /// How many files are fetched at once
    #[arg(short, long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,
    /// Where packages are.
    #[command(flatten)]
    pub(crate) packages: Packages,
}
