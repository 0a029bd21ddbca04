//! What is asked of the output: its format, and how much it explains.

use clap::ValueEnum;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For programs and people.
    Yaml,
    /// JSON of an audit's whole report, with what it covers; elsewhere as json.
    Report,
}

/// Which rows are explained below a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Explain {
    /// Those that need attention.
    Findings,
    /// All of them.
    Everything,
}
