//! `hc auth …`

use clap::{Args, Subcommand};

/// `hc auth …`
#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Log in to a service and save the login in ~/.harness/auth.json
    #[command(after_help = "\
On a terminal, what is missing is asked for. The account is taken from the token where it tells.

Examples:
  hc auth login
  hc auth login --api-url http://127.0.0.1:8717 --api-token pat.local.id.secret
  hc auth login --non-interactive --token-stdin <token.txt")]
    Login(Login),
    /// Show the settings in force and where each comes from; exit with 1 if nobody is logged in
    #[command(after_help = "Example:\n  hc auth status --format json")]
    Status,
    /// Remove the saved login
    #[command(after_help = "Example:\n  hc auth logout")]
    Logout,
}

/// `hc auth login`
#[derive(Args, Debug)]
pub(crate) struct Login {
    /// The same as --token
    #[arg(long, value_name = "TOKEN")]
    pub(crate) api_token: Option<String>,
    /// Ask nothing, even on a terminal
    #[arg(long)]
    pub(crate) non_interactive: bool,
    /// Read the token from stdin, and ask nothing
    #[arg(long, conflicts_with = "api_token")]
    pub(crate) token_stdin: bool,
}
