//! The program `hc`: every command, written once over a [`host::Host`].

pub mod host;

use host::Host;

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
    let _ = (host, args);
    ExitStatus::Success
}
