//! The command tree.

use clap::{Args, Parser, Subcommand, ValueEnum};
use hc_core::select::{self, PackagePattern, Selection};

use crate::error::Error;
use crate::render::table::Explain;

/// The client for the Harness Artifact Registry.
#[derive(Debug, Parser)]
#[command(
    name = "hc",
    version,
    about = "Audit dependencies against a firewall; manage registries and artifacts",
    after_help = "Example:\n  hc registry fw audit --file package-lock.json",
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Account identifier [env: HARNESS_ACCOUNT_ID]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Base URL of the API [env: HARNESS_API_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) api_url: Option<String>,
    /// API token; the environment hides it better [env: HARNESS_API_KEY]
    #[arg(long, global = true, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// Organization identifier [env: ORG_IDENTIFIER]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) org: Option<String>,
    /// Project identifier [env: PROJECT_IDENTIFIER]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) project: Option<String>,
    /// How results are written
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Seconds until a request is given up [env: HARNESS_TIMEOUT_SECONDS]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,
    /// Say more about what is done
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Never use colour
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Print no progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For programs and people.
    Yaml,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Work with registries
    #[command(
        subcommand,
        visible_alias = "reg",
        after_help = "Example:\n  hc registry fw audit --file package-lock.json"
    )]
    Registry(Registry),
    /// List what a dependency file holds
    #[command(after_help = "Example:\n  hc deps package-lock.json --format json")]
    Deps(Deps),
    /// Print the version
    #[command(after_help = "Example:\n  hc version")]
    Version,
}

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
}

/// `hc registry firewall …`
#[derive(Debug, Subcommand)]
pub(crate) enum Firewall {
    /// Get the firewall's verdict on every dependency of a file
    #[command(after_help = "\
Exit codes:
  0  nothing at or above --fail-on
  1  something failed or could not be evaluated
  2  wrong usage
  3  a package is at or above --fail-on

Example:
  hc registry fw audit --file package-lock.json --registry npmproxy")]
    Audit(Audit),
}

/// `hc registry firewall audit`
#[derive(Args, Debug)]
pub(crate) struct Audit {
    /// Dependency file; may be given several times
    #[arg(short, long = "file", value_name = "PATH", required = true)]
    pub(crate) files: Vec<String>,
    /// Registry whose firewall to ask
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// Use the embedded firewall though logged in
    #[arg(long)]
    pub(crate) offline: bool,
    /// Policy of the embedded firewall (TOML); else an hc-firewall.toml beside the file or above it
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<String>,
    /// Advisories of the embedded firewall: an OSV export (zip), a folder of OSV JSON files, or one file;
    /// may be given several times; replaces the built-in starter set
    #[arg(long, value_name = "PATH")]
    pub(crate) advisories: Vec<String>,
    /// Which dependencies count.
    #[command(flatten)]
    pub(crate) select: Select,
    /// The mildest status that makes the exit code 3
    #[arg(long, value_enum, default_value_t = FailOn::Blocked)]
    pub(crate) fail_on: FailOn,
    /// Exit with 0 even if some packages could not be evaluated
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

/// Which dependencies count.
#[derive(Args, Debug)]
pub(crate) struct Select {
    /// Leave out these kinds of dependencies
    #[arg(long, value_enum, value_name = "KINDS", value_delimiter = ',')]
    pub(crate) omit: Vec<Kind>,
    /// Keep these kinds, whatever --omit says
    #[arg(long, value_enum, value_name = "KINDS", value_delimiter = ',')]
    pub(crate) include: Vec<Kind>,
    /// Only this package, and how it comes in
    #[arg(long, value_name = "NAME[@VERSION]")]
    pub(crate) why: Option<String>,
}

/// A kind of dependency that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Development and test dependencies.
    Dev,
    /// Optional dependencies.
    Optional,
    /// Peer dependencies, and what the platform provides.
    Peer,
}

impl Select {
    /// What a table explains: everything, if somebody asked about a package.
    pub(crate) fn explain(&self) -> Explain {
        if self.why.is_some() {
            Explain::Everything
        } else {
            Explain::Findings
        }
    }

    /// The error that a package asked about is in none of `files`.
    pub(crate) fn missing(&self, files: &[String]) -> Option<Error> {
        let package = self.why.clone()?;
        Some(Error::NoSuchPackage {
            package,
            files: files.join(", "),
        })
    }

    /// The choice that the flags make.
    pub(crate) fn selection(&self) -> Selection {
        let kind = |kind: &Kind| match kind {
            Kind::Dev => select::Kind::Dev,
            Kind::Optional => select::Kind::Optional,
            Kind::Peer => select::Kind::Peer,
        };
        let omit: Vec<_> = self.omit.iter().map(kind).collect();
        let include: Vec<_> = self.include.iter().map(kind).collect();
        let only = self.why.as_ref().map(|package| PackagePattern::new(package));
        Selection::new(&omit, &include, only)
    }
}

/// `hc deps`
#[derive(Args, Debug)]
pub(crate) struct Deps {
    /// Dependency file
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Which dependencies count.
    #[command(flatten)]
    pub(crate) select: Select,
}
