//! How the program ends.

/// How the program ended; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// All went well.
    Success = 0,
    /// Something failed, so that there is no result.
    Failure = 1,
    /// The arguments were wrong.
    Usage = 2,
    /// A package is at or above the `--fail-on` level.
    PolicyViolated = 3,
    /// There is a result, but something could not be read in full, or not be judged.
    NotJudged = 4,
}
