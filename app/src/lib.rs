//! The program `hc`: every command, written once over a [`host::Host`].

mod apart;
mod args;
mod beside;
mod command;
mod console;
mod embedded;
mod error;
mod exit_status;
mod explanation;
mod gate;
mod git;
mod hint;
pub mod host;
mod input;
mod known_servers;
mod listed;
mod login;
mod net;
mod output;
mod package_source;
mod progress;
mod project;
mod references;
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
use host::{Host, HostError, Stream};

pub use exit_status::ExitStatus;

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
        Command::Audit(audit) => apart(command::audit::run(host, &console, &cli.global, audit)).await,
        Command::Deps(deps) => apart(command::deps::run(host, &console, &cli.global, deps)).await,
        Command::Serve(serve) => command::serve::run(host, &console, &cli.global, serve).await,
        Command::Version => command::version::run(&console),
        Command::Completion(completion) => command::completion::run(&console, completion),
    };
    outcome.unwrap_or_else(|error| {
        console.error(&error);
        error.exit_status()
    })
}

/// Prints what clap has to say: help and version are results, all else is wrong usage.
fn explain<H: Host>(host: &H, stop: &clap::Error) -> ExitStatus {
    let (stream, status) = match stop.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => (Stream::Stdout, ExitStatus::Success),
        _ => (Stream::Stderr, ExitStatus::Usage),
    };
    let mut text = stop.render().to_string();
    if let Some(hint) = hint::of(stop) {
        text.push_str(&format!("\nhint: {hint}\n"));
    }
    match host.print(stream, &render::text::visible_lines(&text)) {
        Ok(()) | Err(HostError::BrokenPipe) => status,
        Err(_) => ExitStatus::Failure,
    }
}
