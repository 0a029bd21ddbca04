//! `hc registry firewall …`

use clap::{Args, Subcommand, ValueEnum};

use super::select::Select;

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
    #[arg(
        short,
        long = "file",
        value_name = "PATH",
        required_unless_present = "recursive"
    )]
    pub(crate) files: Vec<String>,
    /// All dependency files in a folder and below it, but for what .gitignore names and installed packages
    #[arg(long, value_name = "DIR")]
    pub(crate) recursive: Vec<String>,
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
