//! `hc artifact …`

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};
use hc_core::api::artifact_key::ArtifactKey;

use super::copy::{self, ArtifactCopy};
use super::pull::Pull;
use super::transfer::Push;
use super::{Paging, Pairs};

/// `hc artifact …`
#[derive(Debug, Subcommand)]
pub(crate) enum Artifact {
    /// List the artifacts of a registry, or of all
    #[command(after_help = "\
Examples:
  hc artifact list --registry hub01 --org devrel --project sd1
  hc artifact list npmproxy --search express --all --format json")]
    List(ArtifactList),
    /// Show the versions of one artifact, and their files
    #[command(after_help = "Example:\n  hc artifact get my-app --registry my-files")]
    Get(ArtifactGet),
    /// Keep key-value pairs on a package or one of its versions
    #[command(
        subcommand,
        after_help = "Example:\n  hc artifact metadata set --registry r1 --package nginx --metadata \"owner:team-a\""
    )]
    Metadata(ArtifactMetadata),
    /// Delete an artifact, one version of it, or all that match a pattern
    #[command(after_help = "\
In NAME and --version, * stands for any text and ? for any one character; quote them for the shell.
On a terminal you are asked first. Without one nobody asks.

Examples:
  hc artifact delete my-app --registry my-docker-registry --version 1.0.0
  hc artifact delete my-app --registry my-docker-registry
  hc artifact delete 'my-*' --registry my-docker-registry --version '0.*' --dry-run")]
    Delete(ArtifactDelete),
    /// Copy a version of a package into another registry, or packages to another service
    #[command(after_help = copy::HELP)]
    Copy(ArtifactCopy),
    /// Put a package into a registry
    #[command(
        subcommand,
        after_help = "Example:\n  hc artifact push generic my-files ./app.zip --name my-app --version 1.0.0"
    )]
    Push(Push),
    /// Fetch a package from a registry
    #[command(
        subcommand,
        after_help = "Example:\n  hc artifact pull generic my-files my-app/1.0.0/app.zip ./app.zip"
    )]
    Pull(Pull),
}

/// `hc artifact list`
#[derive(Args, Debug)]
pub(crate) struct ArtifactList {
    /// Registry; the same as --registry
    #[arg(value_name = "REGISTRY")]
    pub(crate) name: Option<String>,
    /// Only artifacts in this registry
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// Only artifacts whose name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Which page.
    #[command(flatten)]
    pub(crate) paging: Paging,
}

/// `hc artifact get`
#[derive(Args, Debug)]
pub(crate) struct ArtifactGet {
    /// Artifact
    #[arg(value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) name: String,
    /// Registry that holds it; needed if several do
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// What it is, where a registry tells models from datasets
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) artifact_type: Option<ArtifactType>,
    /// Which page of its versions.
    #[command(flatten)]
    pub(crate) paging: Paging,
}

/// `hc artifact delete`
#[derive(Args, Debug)]
pub(crate) struct ArtifactDelete {
    /// Artifact, or a pattern
    #[arg(value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) name: String,
    /// Registry that holds it
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// Only this version, or a pattern; else all of them
    #[arg(long, value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) version: Option<String>,
    /// What it is, where a registry tells models from datasets
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) artifact_type: Option<ArtifactType>,
    /// Show what would go, and delete nothing
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "false",
          action = clap::ArgAction::Set, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(short, long, alias = "force")]
    pub(crate) yes: bool,
}

/// The kinds of artifact that a registry for machine learning tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ArtifactType {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
}

impl ArtifactType {
    /// The service's word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
        }
    }
}

/// `hc artifact metadata …`
#[derive(Debug, Subcommand)]
pub(crate) enum ArtifactMetadata {
    /// Add pairs, or give those that are there new values
    #[command(after_help = "\
Examples:
  hc artifact metadata set --registry r1 --package nginx --metadata \"owner:team-a\"
  hc artifact metadata set --registry r1 --package nginx --version 1.2.3 --metadata \"approved:true\"")]
    Set {
        /// Where.
        #[command(flatten)]
        subject: PackageName,
        /// What.
        #[command(flatten)]
        pairs: Pairs,
    },
    /// Show all pairs
    #[command(
        after_help = "Example:\n  hc artifact metadata get --registry r1 --package nginx --version 1.2.3"
    )]
    Get {
        /// Where.
        #[command(flatten)]
        subject: PackageName,
    },
    /// Remove pairs
    #[command(
        after_help = "Example:\n  hc artifact metadata delete --registry r1 --package nginx --metadata \"owner:team-a\""
    )]
    Delete {
        /// Where.
        #[command(flatten)]
        subject: PackageName,
        /// What.
        #[command(flatten)]
        pairs: Pairs,
    },
}

/// The package or version that metadata is about.
#[derive(Args, Debug)]
pub(crate) struct PackageName {
    /// Registry
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// Package
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) package: String,
    /// Version of the package; else the package itself
    #[arg(long, value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) version: Option<String>,
    /// Which of several of that name and version: 'architecture=amd64,distribution=focal,component=main'
    #[arg(long, value_name = "NAME=VALUE,...", value_parser = ArtifactKey::parse)]
    pub(crate) artifact_key: Option<ArtifactKey>,
}
