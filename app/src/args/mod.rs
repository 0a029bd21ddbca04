//! The command tree: global flags here, each group of commands in a file of its own.

mod artifact;
mod auth;
mod configure;
mod copy;
mod firewall;
mod pull;
mod push_go;
mod push_maven;
mod reading;
mod registry;
mod select;
mod serve;
mod transfer;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::output::Format;

pub(crate) use artifact::{
    Artifact, ArtifactDelete, ArtifactGet, ArtifactList, ArtifactMetadata, ArtifactType,
};
pub(crate) use auth::{Auth, Login};
pub(crate) use configure::{Configure, ConfigureNpm};
pub(crate) use copy::{ArtifactCopy, OtherService};
pub(crate) use firewall::{
    Audit, EmbeddedFirewall, ExplainVersion, FailOn, Firewall, ServiceLimits, Verdict,
};
pub(crate) use pull::{Pull, PullGeneric};
pub(crate) use push_go::PushGo;
pub(crate) use push_maven::PushMaven;
pub(crate) use reading::Reading;
pub(crate) use registry::{
    Registry, RegistryCreate, RegistryDelete, RegistryGet, RegistryList, RegistryMetadata,
};
use select::Select;
pub(crate) use serve::{LogFormat, Serve, ServeCommand};
pub(crate) use transfer::{Push, PushFiles, PushGeneric, Sending};

/// The client for the Harness Artifact Registry.
#[derive(Debug, Parser)]
#[command(
    name = "hc",
    version,
    about = "Audit dependencies against a firewall; manage registries and artifacts",
    after_help = "Examples:\n  hc audit\n  hc registry fw audit --file package-lock.json --registry npmproxy",
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
#[derive(Args, Clone, Debug)]
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
    /// Kind of service; else it is found out [env: HARNESS_SERVER]
    #[arg(long, global = true, value_enum, value_name = "KIND")]
    pub(crate) server: Option<ServerKind>,
    /// How results are written
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Seconds until a request is given up [env: HARNESS_TIMEOUT_SECONDS]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,
    /// Certificates (PEM) to trust besides the system's
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<String>,
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

/// Which of the two services answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServerKind {
    /// The hosted service, or `hc serve`.
    Saas,
    /// Harness Open Source.
    OpenSource,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Log in to a service, see who is logged in, log out
    #[command(
        subcommand,
        after_help = "Example:\n  hc auth login --api-url https://har.example"
    )]
    Auth(Auth),
    /// Work with registries
    #[command(
        subcommand,
        visible_alias = "reg",
        after_help = "Example:\n  hc registry fw audit --file package-lock.json"
    )]
    Registry(Registry),
    /// Work with the artifacts in registries
    #[command(
        subcommand,
        visible_alias = "art",
        after_help = "Example:\n  hc artifact list --registry npmproxy"
    )]
    Artifact(Artifact),
    /// Get the firewall's verdict on every dependency here, or of what is named
    #[command(after_help = firewall::AUDIT_HELP)]
    Audit(Audit),
    /// List what a dependency file holds
    #[command(after_help = "Example:\n  hc deps package-lock.json --format json")]
    Deps(Deps),
    /// Run a registry of one's own
    #[command(after_help = serve::HELP)]
    Serve(Serve),
    /// Print the version
    #[command(after_help = "Example:\n  hc version")]
    Version,
    /// Print a script that completes commands in a shell
    #[command(after_help = "\
Examples:
  source <(hc completion bash)
  hc completion zsh > ~/.zfunc/_hc
  hc completion fish > ~/.config/fish/completions/hc.fish")]
    Completion(Completion),
}

/// Which page of a list.
#[derive(Args, Debug)]
pub(crate) struct Paging {
    /// Page number, from 0
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) page: u64,
    /// Items on a page, 1 to 100
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub(crate) page_size: u64,
    /// Every page
    #[arg(long, conflicts_with = "page")]
    pub(crate) all: bool,
}

/// The pairs that metadata commands take.
#[derive(Args, Debug)]
pub(crate) struct Pairs {
    /// Pairs, key:value,key:value; a comma in a value is written \,
    #[arg(long, value_name = "PAIRS")]
    pub(crate) metadata: String,
}

/// `hc completion`
#[derive(Args, Debug)]
pub(crate) struct Completion {
    /// Shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// `hc deps`
#[derive(Args, Debug)]
pub(crate) struct Deps {
    /// Dependency file, or a folder, as with --recursive; `-` is what is piped in
    #[arg(value_name = "PATH", required_unless_present = "recursive")]
    pub(crate) paths: Vec<String>,
    /// Which files are read, and as what.
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Which dependencies count.
    #[command(flatten)]
    pub(crate) select: Select,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn lacking_example(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        let help = command.get_after_help().map(ToString::to_string);
        if !help.is_some_and(|help| help.contains("Example") && help.contains("  hc ")) {
            found.push(path.clone());
        }
        for below in command.get_subcommands() {
            lacking_example(below, &path, found);
        }
    }

    #[test]
    fn the_command_tree_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        let mut found = Vec::new();
        lacking_example(&Cli::command(), "", &mut found);
        assert_eq!(found, [""; 0]);
    }
}
