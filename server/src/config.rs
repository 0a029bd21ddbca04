//! What the server is told before it starts.

use std::path::PathBuf;

/// The settings of one server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of records and files; it is made where it is missing, for its owner alone.
    pub data: PathBuf,
    /// Where to listen: `host:port`. Port 0 takes a free one.
    pub listen: String,
    /// The key that every request must carry. `None`: the one kept in the data folder, made at the first start.
    pub token: Option<String>,
    /// The firewall's policy file; `None` is the built-in policy.
    pub policy: Option<PathBuf>,
    /// Advisory files, or folders of them, besides the starter set.
    pub advisories: Vec<PathBuf>,
    /// Whether the starter set is left out.
    pub no_starter: bool,
    /// `Host` header values that are served besides the listen address and localhost: `name` or `name:port`.
    pub hosts: Vec<String>,
    /// The URL under which all clients reach the server, where something else takes TLS off before it.
    pub public_url: Option<String>,
    /// The addresses and networks (`10.0.0.0/8`) whose word on how they were reached is taken, besides this machine's.
    pub trusted_proxies: Vec<String>,
    /// The largest request body that is taken, in bytes.
    pub max_body: u64,
    /// How a line of the log is written.
    pub log: LogFormat,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: the fields with spaces between them.
    Text,
    /// For programs: a JSON object a line.
    Json,
}
