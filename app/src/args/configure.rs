//! `hc registry configure …`

use clap::{Args, Subcommand};

/// `hc registry configure …`
#[derive(Debug, Subcommand)]
pub(crate) enum Configure {
    /// Set up npm: write a registry's URL and the token into .npmrc
    #[command(after_help = "\
Without --global or --project-level, the user's file is changed: $NPM_CONFIG_USERCONFIG or ~/.npmrc.
All other lines of the file stay, and a dated copy of it is kept beside it.

Examples:
  hc registry configure npm --registry npmproxy
  hc registry configure npm --registry npmproxy --scope @myorg
  hc registry configure npm --registry npmproxy --pkg-url https://pkg.example --project-level")]
    Npm(ConfigureNpm),
}

/// `hc registry configure npm`
#[derive(Args, Debug)]
pub(crate) struct ConfigureNpm {
    /// Registry of type NPM
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: String,
    /// Base URL of the package host; else what the service says
    #[arg(long, value_name = "URL")]
    pub(crate) pkg_url: Option<String>,
    /// Use the registry for this scope only, such as @myorg; else it becomes the default registry
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
    /// Change the user's .npmrc (the default)
    #[arg(long, conflicts_with = "project_level")]
    pub(crate) global: bool,
    /// Change the .npmrc in the current folder
    #[arg(long)]
    pub(crate) project_level: bool,
    /// Print what would change, without the token, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
