//! Which files are read, and as what: the flags that `deps` and the audit share.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use hc_core::lockfile::{self, FORMATS, Format};

/// Which files are read, and as what.
#[derive(Args, Debug)]
pub(crate) struct Reading {
    /// All dependency files in a folder and below it, but for installed packages and for what .gitignore names and
    /// git does not track
    #[arg(long, value_name = "DIR")]
    pub(crate) recursive: Vec<String>,
    /// What the named files are, where their names do not tell; FORMAT:PATH says it of one
    #[arg(long = "as", value_name = "FORMAT", value_parser = format())]
    pub(crate) as_format: Option<&'static Format>,
    /// The folder whose files may be referred to (-r, parents, modules); else that of the repository, or the file's own
    #[arg(long, value_name = "DIR")]
    pub(crate) project_root: Option<String>,
}

fn format() -> impl TypedValueParser<Value = &'static Format> {
    let names = FORMATS.iter().map(|format| format.name);
    PossibleValuesParser::new(names).try_map(|name| lockfile::named(&name).ok_or("no such format"))
}
