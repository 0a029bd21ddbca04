//! `hc artifact push …` and `hc artifact pull …`

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

/// `hc artifact push …`
#[derive(Debug, Subcommand)]
pub(crate) enum Push {
    /// Put a file into a generic registry
    #[command(
        after_help = "Example:\n  hc artifact push generic my-files ./app.zip --name my-app --version 1.0.0"
    )]
    Generic(PushGeneric),
}

/// `hc artifact push generic`
#[derive(Args, Debug)]
pub(crate) struct PushGeneric {
    /// Registry to put it into
    #[arg(value_name = "REGISTRY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// File
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// Package that it belongs to
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) name: String,
    /// Version of the package
    #[arg(long, value_name = "VERSION", default_value = "1.0.0", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) version: String,
    /// Where packages are.
    #[command(flatten)]
    pub(crate) packages: Packages,
}

/// `hc artifact pull …`
#[derive(Debug, Subcommand)]
pub(crate) enum Pull {
    /// Fetch a file from a generic registry
    #[command(after_help = "\
Examples:
  hc artifact pull generic my-files my-app/1.0.0/app.zip ./app.zip
  hc artifact pull generic image cli-arti/latest/package.json ./dummy/ --pkg-url https://pkg.example")]
    Generic(PullGeneric),
}

/// `hc artifact pull generic`
#[derive(Args, Debug)]
pub(crate) struct PullGeneric {
    /// Registry that holds it
    #[arg(value_name = "REGISTRY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// What to fetch; FILE may hold slashes
    #[arg(value_name = "PACKAGE/VERSION/FILE")]
    pub(crate) source: String,
    /// File to write, or a folder to write it into (one that exists, or ends with /)
    #[arg(value_name = "DEST")]
    pub(crate) target: String,
    /// Where packages are.
    #[command(flatten)]
    pub(crate) packages: Packages,
}

/// Where packages are.
#[derive(Args, Debug)]
pub(crate) struct Packages {
    /// Base URL of the package host; else the one that the login knows
    #[arg(long, value_name = "URL")]
    pub(crate) pkg_url: Option<String>,
}
