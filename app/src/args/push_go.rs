//! `hc artifact push go`

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::Sending;

pub(super) const HELP: &str = "\
Examples:
  hc artifact push go my-modules ./tools --version v1.2.0
  hc artifact push go my-modules v1.2.0

The second form pushes the module in the current folder. A module of version 2 or higher has the major version at
the end of its path: go.example/tools/v2.";

/// `hc artifact push go`
#[derive(Args, Debug)]
pub(crate) struct PushGo {
    /// Registry to put it into
    #[arg(value_name = "REGISTRY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// Folder of the module; without --version, the version of the module in the current folder
    #[arg(value_name = "PATH|VERSION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) target: String,
    /// Version of the module, such as v1.2.0
    #[arg(long, value_name = "VERSION")]
    pub(crate) version: Option<String>,
    /// How.
    #[command(flatten)]
    pub(crate) sending: Sending,
}
