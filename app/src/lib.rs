//! The program `hc`: every command, written once over a [`host::Host`].

mod apart;
mod args;
mod command;
mod console;
mod embedded;
mod error;
mod git;
pub mod host;
mod input;
mod login;
mod net;
mod package_source;
mod progress;
mod render;
mod secret;
mod settings;
mod temporary;
mod user_file;
mod walk;

use clap::Parser as _;
use clap::error::ErrorKind;

use apart::apart;
use args::{Cli, Command};
use console::Console;
use error::Error;
use host::{Host, HostError, Stream};

/// How the program ended; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// All went well.
    Success = 0,
    /// Something failed, or could not be evaluated.
    Failure = 1,
    /// The arguments were wrong.
    Usage = 2,
    /// A package is at or above the `--fail-on` level.
    PolicyViolated = 3,
}

/// Runs the program on `args` (without the program's own name) and says how it ended.
/// Everything that it prints goes through `host`.
pub async fn run<H: Host>(host: &H, args: &[String]) -> ExitStatus {
    let name = std::iter::once("hc");
    let cli = match Cli::try_parse_from(name.chain(args.iter().map(String::as_str))) {
        Ok(cli) => cli,
        Err(stop) => return explain(host, &stop),
    };
    let console = Console::new(host, &cli.global);
    let outcome = match &cli.command {
        Command::Auth(auth) => apart(command::auth::run(host, &console, &cli.global, auth)).await,
        Command::Registry(registry) => {
            apart(command::registry::run(host, &console, &cli.global, registry)).await
        }
        Command::Artifact(artifact) => {
            apart(command::artifact::run(host, &console, &cli.global, artifact)).await
        }
        Command::Deps(deps) => apart(command::deps::run(host, &console, &cli.global, deps)).await,
        Command::Serve(serve) => command::serve::run(host, &console, &cli.global, serve).await,
        Command::Version => command::version::run(&console),
        Command::Completion(completion) => command::completion::run(&console, completion),
    };
    outcome.unwrap_or_else(|error| match error {
        // Who reads a pipe no longer is not told why.
        Error::Output(HostError::BrokenPipe) => ExitStatus::Success,
        error => {
            console.error(&error);
            error.exit_status()
        }
    })
}

/// Prints what clap has to say: help and version are results, all else is wrong usage.
fn explain<H: Host>(host: &H, stop: &clap::Error) -> ExitStatus {
    let (stream, status) = match stop.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => (Stream::Stdout, ExitStatus::Success),
        _ => (Stream::Stderr, ExitStatus::Usage),
    };
    let text = stop.render().to_string();
    match host.print(stream, &render::text::visible_lines(&text)) {
        Ok(()) | Err(HostError::BrokenPipe) => status,
        Err(_) => ExitStatus::Failure,
    }
}
