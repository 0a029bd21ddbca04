//! `hc registry …`

use clap::{Args, Subcommand};

use super::Paging;
use super::configure::Configure;
use super::firewall::Firewall;

/// `hc registry …`
#[derive(Debug, Subcommand)]
pub(crate) enum Registry {
    /// Ask the dependency firewall
    #[command(
        subcommand,
        name = "firewall",
        visible_alias = "fw",
        after_help = "Example:\n  hc registry fw audit --file package-lock.json"
    )]
    Firewall(Firewall),
    /// Set up a package manager to use a registry
    #[command(
        subcommand,
        after_help = "Example:\n  hc registry configure npm --registry npmproxy --project-level"
    )]
    Configure(Configure),
    /// List the registries of an account, organization or project
    #[command(after_help = "\
Examples:
  hc registry list --org devrel --project sd1
  hc registry list --all --format json | jq '.[] | .identifier'")]
    List(RegistryList),
}

/// `hc registry list`
#[derive(Args, Debug)]
pub(crate) struct RegistryList {
    /// Only registries of this type, such as NPM, MAVEN, PYTHON or GENERIC
    #[arg(long, value_name = "TYPE")]
    pub(crate) package_type: Option<String>,
    /// Which page.
    #[command(flatten)]
    pub(crate) paging: Paging,
}
