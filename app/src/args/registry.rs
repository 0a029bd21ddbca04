//! `hc registry …`

use std::convert::Infallible;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

use super::configure::Configure;
use super::firewall::Firewall;
use super::{Paging, Pairs};

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
    /// Show one registry, or list them
    #[command(after_help = "\
Examples:
  hc registry get npmproxy --org devrel --project sd1
  hc registry get --package-type NPM")]
    Get(RegistryGet),
    /// Create a registry
    #[command(
        after_help = "Example:\n  hc registry create my-files --package-type GENERIC --description \"Builds\""
    )]
    Create(RegistryCreate),
    /// Delete a registry and all its artifacts
    #[command(after_help = "\
On a terminal you are asked for the registry's name first. Without one nobody asks.

Examples:
  hc registry delete my-files --dry-run
  hc registry delete my-files")]
    Delete(RegistryDelete),
    /// Keep key-value pairs on a registry
    #[command(
        subcommand,
        after_help = "Example:\n  hc registry metadata set --registry my-files --metadata \"env:prod,region:us\""
    )]
    Metadata(RegistryMetadata),
}

/// A package type, in capitals as the service writes them. Which ones there are is for the service to say.
fn package_type(text: &str) -> Result<String, Infallible> {
    Ok(text.to_ascii_uppercase())
}

/// `hc registry list`
#[derive(Args, Debug)]
pub(crate) struct RegistryList {
    /// Only registries of this type, such as NPM, MAVEN, PYTHON or GENERIC
    #[arg(long, alias = "type", value_name = "TYPE", value_parser = package_type)]
    pub(crate) package_type: Option<String>,
    /// Only registries whose name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Which page.
    #[command(flatten)]
    pub(crate) paging: Paging,
}

/// `hc registry get`
#[derive(Args, Debug)]
pub(crate) struct RegistryGet {
    /// Registry to show; all are listed if none is named
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Which registries.
    #[command(flatten)]
    pub(crate) list: RegistryList,
}

/// `hc registry create`
#[derive(Args, Debug)]
pub(crate) struct RegistryCreate {
    /// Its name
    #[arg(value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) name: String,
    /// What it holds, such as NPM, MAVEN, PYTHON, CARGO, GO, DOCKER, HELM or GENERIC
    #[arg(long, value_name = "TYPE", value_parser = package_type)]
    pub(crate) package_type: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
}

/// `hc registry delete`
#[derive(Args, Debug)]
pub(crate) struct RegistryDelete {
    /// Registry to delete
    #[arg(value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) name: String,
    /// Show what would go, and delete nothing
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "false",
          action = clap::ArgAction::Set, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(short, long, alias = "force")]
    pub(crate) yes: bool,
}

/// `hc registry metadata …`
#[derive(Debug, Subcommand)]
pub(crate) enum RegistryMetadata {
    /// Add pairs, or give those that are there new values
    #[command(
        after_help = "Example:\n  hc registry metadata set --registry my-docker-reg --metadata \"env:prod,region:us\""
    )]
    Set {
        /// Where.
        #[command(flatten)]
        subject: RegistryName,
        /// What.
        #[command(flatten)]
        pairs: Pairs,
    },
    /// Show all pairs
    #[command(after_help = "Example:\n  hc registry metadata get --registry my-docker-reg")]
    Get {
        /// Where.
        #[command(flatten)]
        subject: RegistryName,
    },
    /// Remove pairs
    #[command(
        after_help = "Example:\n  hc registry metadata delete --registry my-docker-reg --metadata \"env:prod\""
    )]
    Delete {
        /// Where.
        #[command(flatten)]
        subject: RegistryName,
        /// What.
        #[command(flatten)]
        pairs: Pairs,
    },
}

/// The registry that metadata is about.
#[derive(Args, Debug)]
pub(crate) struct RegistryName {
    /// Registry
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
}
