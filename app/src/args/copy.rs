//! `hc artifact copy`

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use hc_core::api::artifact_key::ArtifactKey;

use super::ServerKind;
use super::artifact::ArtifactType;

/// What is said of it below its options.
pub(super) const HELP: &str = "\
Examples:
  hc artifact copy source-registry/nginx/1.2.3 destination-registry
  hc artifact copy ml-registry/my-model/v2.0 prod-registry --artifact-type model
  hc artifact copy my-files --to-service https://har.example
  hc artifact copy 'npm-local/@team/*/*' npm-prod --to-service https://har.example --to-token-file key --dry-run

With --to-service, what is copied goes to another service: a whole REGISTRY, or REGISTRY/PACKAGE/VERSION, where *
stands for any text and ? for any one character. The registry must be there, and have the same type. The other
service's token is in HARNESS_TO_API_KEY, or in the file that --to-token-file names. What is there already with the
same content is left alone, so that the same command goes on where an earlier one broke off. Dist-tags go along; what
is kept beside packages stays behind: metadata pairs, what is yanked or deprecated, attestations, counts.";

/// `hc artifact copy`
#[derive(Args, Debug)]
pub(crate) struct ArtifactCopy {
    /// What to copy: REGISTRY/PACKAGE/VERSION
    #[arg(value_name = "SRC_REGISTRY/PACKAGE/VERSION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) source: String,
    /// Registry to copy it into; with --to-service the one of the same name if none is named
    #[arg(value_name = "DEST_REGISTRY", value_parser = NonEmptyStringValueParser::new(), required_unless_present = "to_service")]
    pub(crate) target: Option<String>,
    /// What it is, where a registry tells models from datasets
    #[arg(long, value_enum, value_name = "TYPE", conflicts_with = "to_service")]
    pub(crate) artifact_type: Option<ArtifactType>,
    /// Which of several of that name and version: 'architecture=amd64,distribution=focal,component=main'
    #[arg(long, value_name = "NAME=VALUE,...", value_parser = ArtifactKey::parse, conflicts_with = "to_service")]
    pub(crate) artifact_key: Option<ArtifactKey>,
    /// Another service.
    #[command(flatten)]
    pub(crate) other: OtherService,
}

/// The service that packages are copied to, where that is another one.
#[derive(Args, Debug)]
#[command(next_help_heading = "To another service")]
pub(crate) struct OtherService {
    /// Base URL of the API of the service to copy to
    #[arg(long, value_name = "URL")]
    pub(crate) to_service: Option<String>,
    /// File with its token; else HARNESS_TO_API_KEY holds it
    #[arg(long, value_name = "FILE", requires = "to_service")]
    pub(crate) to_token_file: Option<String>,
    /// Its account, where the token does not tell it
    #[arg(long, value_name = "ID", requires = "to_service")]
    pub(crate) to_account: Option<String>,
    /// Organization there
    #[arg(long, value_name = "ID", requires = "to_service")]
    pub(crate) to_org: Option<String>,
    /// Project there
    #[arg(long, value_name = "ID", requires = "to_service")]
    pub(crate) to_project: Option<String>,
    /// Kind of service that it is; else that is found out
    #[arg(long, value_enum, value_name = "KIND", requires = "to_service")]
    pub(crate) to_server: Option<ServerKind>,
    /// Base URL of its package host; else it says so itself
    #[arg(long, value_name = "URL", requires = "to_service")]
    pub(crate) to_pkg_url: Option<String>,
    /// Base URL of the package host that packages are fetched from; else the one that the login knows
    #[arg(long, value_name = "URL", requires = "to_service")]
    pub(crate) pkg_url: Option<String>,
    /// Show what would be copied, and send nothing
    #[arg(long, requires = "to_service")]
    pub(crate) dry_run: bool,
    /// How many packages are copied at once
    #[arg(short, long, value_name = "N", default_value_t = 4, requires = "to_service", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,
}
