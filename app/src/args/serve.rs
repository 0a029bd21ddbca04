//! `hc serve`

use clap::{Args, Subcommand, ValueEnum};

/// `hc serve`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Serve {
    #[command(subcommand)]
    pub(crate) command: Option<ServeCommand>,
    /// Folder that keeps everything, made if it is not there [default: ~/.harness/serve]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<String>,
    /// Address to listen at; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8717")]
    pub(crate) listen: String,
    /// Policy of the firewall (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<String>,
    /// Advisories of the firewall besides the built-in starter set: an OSV export (zip), a folder of OSV JSON
    /// files, or one file; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) advisories: Vec<String>,
    /// Leave the built-in starter set of advisories out
    #[arg(long, requires = "advisories")]
    pub(crate) no_starter: bool,
    /// Further host name that clients may use, such as har.example:8717; may be given several times
    #[arg(long = "host", value_name = "NAME")]
    pub(crate) hosts: Vec<String>,
    /// URL under which all clients reach it, where a proxy takes TLS off before it, such as https://packages.example
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Address or network (10.0.0.0/8) of a proxy whose Forwarded and X-Forwarded headers are believed, as those of
    /// this machine are; may be given several times
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    pub(crate) trusted_proxies: Vec<String>,
    /// Largest body of a request: bytes, or with K, M or G times 1024, 1024² or 1024³
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = size)]
    pub(crate) max_body: u64,
    /// How log lines are written to stderr
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log: LogFormat,
}

/// What can be done with a registry's folder while it does not run.
#[derive(Debug, Subcommand)]
pub(crate) enum ServeCommand {
    /// Read every content and compare it with the records
    #[command(after_help = "Example:\n  hc serve check --data ./registry")]
    Check {
        /// The folder [default: ~/.harness/serve]
        #[arg(long, value_name = "DIR")]
        data: Option<String>,
    },
}

/// What the help says after the flags.
pub(crate) const HELP: &str = "\
Clients must have the token that is given with --token. Without it, one is made at the first start and kept
in the data folder. The address, the token's place and the command to log in are printed at the start.

Examples:
  hc serve
  hc serve --data ./registry --listen 127.0.0.1:0 --log json
  hc serve --public-url https://packages.example
  hc serve check";

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs: a JSON object a line.
    Json,
}

/// Reads a number of bytes.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        _ => return Err("write a number of bytes, such as 500000, 64K, 512M or 2G".to_owned()),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| "write a number of bytes, such as 500000, 64K, 512M or 2G".to_owned())?;
    match number.checked_mul(factor) {
        Some(0) => Err("nothing could be sent: give at least one byte".to_owned()),
        Some(bytes) => Ok(bytes),
        None => Err("that is more than any machine holds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_bytes_or_powers_of_1024() {
        for (text, expected) in [
            ("1", Some(1)),
            ("64k", Some(65_536)),
            ("512MB", Some(536_870_912)),
            ("2GiB", Some(2_147_483_648)),
            ("0", None),
            ("", None),
            ("M", None),
            ("1.5G", None),
            ("1T", None),
            ("-1", None),
            ("99999999999999G", None),
        ] {
            assert_eq!(size(text).ok(), expected, "{text}");
        }
    }
}
