//! `hc artifact push go`

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use hc_core::package_file::go::ModulePath;

use super::Sending;

pub(super) const HELP: &str = "\
Examples:
  hc artifact push go my-modules ./tools --version v1.2.0
  hc artifact push go my-modules v1.2.0
  hc artifact push go my-modules ./old --module go.example/old --version v2.0.0+incompatible

The second form pushes the module in the current folder. A module of version 2 or higher has the major version at
the end of its path: go.example/tools/v2. One without a go.mod has none there, and +incompatible behind its version.";

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
    /// Path of the module, where it has no go.mod that tells it
    #[arg(long, value_name = "PATH", value_parser = module_path)]
    pub(crate) module: Option<ModulePath>,
    /// How.
    #[command(flatten)]
    pub(crate) sending: Sending,
}

fn module_path(text: &str) -> Result<ModulePath, String> {
    ModulePath::parse(text).map_err(|error| error.to_string())
}
