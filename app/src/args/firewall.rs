//! `hc registry firewall …`

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use hc_core::package::Ecosystem;

use super::reading::Reading;
use super::select::Select;

/// What the help of both names of the audit ends with.
pub(crate) const AUDIT_HELP: &str = "\
Exit codes:
  0  nothing at or above --fail-on
  1  something failed, so that there is no result
  2  wrong usage
  3  a package is at or above --fail-on
  4  something could not be judged or read in full, unless --allow-unknown

Examples:
  hc registry fw audit --file package-lock.json --registry npmproxy
  hc audit                      # every dependency file in the current folder and below it
  hc audit services/api pom.xml";

/// `hc registry firewall …`
#[derive(Debug, Subcommand)]
pub(crate) enum Firewall {
    /// Get the firewall's verdict on every dependency of a file
    #[command(
        after_help = AUDIT_HELP,
        group = ArgGroup::new("audited").args(["files", "paths", "recursive"]).required(true).multiple(true)
    )]
    Audit(Audit),
    /// Get all that the firewall says of one package version
    #[command(after_help = "\
Exit codes are those of `hc registry fw audit`.

Examples:
  hc registry fw explain --registry npmproxy --package express --version 4.18.2
  hc registry fw explain --ecosystem npm --package lodash --version 4.17.20")]
    Explain(ExplainVersion),
}

/// `hc registry firewall explain`
#[derive(Args, Debug)]
pub(crate) struct ExplainVersion {
    /// Package name; Maven's as group:artifact
    #[arg(long, value_name = "NAME")]
    pub(crate) package: String,
    /// Package version
    #[arg(long, value_name = "VERSION")]
    pub(crate) version: String,
    /// Registry whose firewall to ask
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// Use the embedded firewall, whatever --registry says
    #[arg(long)]
    pub(crate) offline: bool,
    /// The package's ecosystem, where no registry tells it
    #[arg(long, value_enum, value_name = "ECOSYSTEM")]
    pub(crate) ecosystem: Option<EcosystemName>,
    /// What the embedded firewall knows.
    #[command(flatten)]
    pub(crate) embedded: EmbeddedFirewall,
    /// How a registry is asked.
    #[command(flatten)]
    pub(crate) service: ServiceLimits,
    /// What the verdict means for the exit code.
    #[command(flatten)]
    pub(crate) verdict: Verdict,
}

/// An ecosystem, by its short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EcosystemName {
    /// npm packages.
    Npm,
    /// Java packages.
    Maven,
    /// Python packages.
    Pypi,
}

impl From<EcosystemName> for Ecosystem {
    fn from(name: EcosystemName) -> Self {
        match name {
            EcosystemName::Npm => Self::Npm,
            EcosystemName::Maven => Self::Maven,
            EcosystemName::Pypi => Self::PyPI,
        }
    }
}

/// `hc registry firewall audit`, and `hc audit`, which audits the current folder where nothing is named.
#[derive(Args, Debug)]
pub(crate) struct Audit {
    /// Dependency file, or a folder, as with --recursive
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Dependency file; `-` is what is piped in; may be given several times
    #[arg(short, long = "file", value_name = "PATH")]
    pub(crate) files: Vec<String>,
    /// Which files are read, and as what.
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Registry whose firewall to ask
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// Use the embedded firewall, whatever --registry says
    #[arg(long)]
    pub(crate) offline: bool,
    /// What the embedded firewall knows.
    #[command(flatten)]
    pub(crate) embedded: EmbeddedFirewall,
    /// How a registry is asked.
    #[command(flatten)]
    pub(crate) service: ServiceLimits,
    /// Which dependencies count.
    #[command(flatten)]
    pub(crate) select: Select,
    /// List the allowed packages too, and the findings below the thresholds
    #[arg(long)]
    pub(crate) all: bool,
    /// What the verdicts mean for the exit code.
    #[command(flatten)]
    pub(crate) verdict: Verdict,
    /// Exit with 4 unless all that is installed was read: no file with direct dependencies only, with gaps or
    /// left out
    #[arg(long)]
    pub(crate) require_complete: bool,
}

/// What the embedded firewall knows.
#[derive(Args, Debug)]
pub(crate) struct EmbeddedFirewall {
    /// Policy of the embedded firewall for every file: a TOML file, or `built-in`; else the hc-firewall.toml
    /// beside each file or above it
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<String>,
    /// Advisories of the embedded firewall besides the built-in starter set: an OSV export (zip), a folder of OSV
    /// JSON files, or one file; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) advisories: Vec<String>,
    /// Leave the built-in starter set of advisories out
    #[arg(long, requires = "advisories")]
    pub(crate) no_starter: bool,
}

/// How a registry is asked.
#[derive(Args, Debug)]
pub(crate) struct ServiceLimits {
    /// How many batches of 50 packages the registry evaluates at once
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) jobs: u8,
    /// Seconds after which a batch is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) deadline: u64,
}

/// What the verdicts mean for the exit code.
#[derive(Args, Debug)]
pub(crate) struct Verdict {
    /// The mildest status that makes the exit code 3
    #[arg(long, value_enum, default_value_t = FailOn::Blocked)]
    pub(crate) fail_on: FailOn,
    /// Exit with 0 even if something could not be judged or read in full
    #[arg(long)]
    pub(crate) allow_unknown: bool,
}

/// The mildest status that fails an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// BLOCKED only.
    Blocked,
    /// WARN and BLOCKED.
    Warn,
    /// Nothing.
    None,
}
