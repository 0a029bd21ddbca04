//! The only door to the world: all that the program asks of the machine it runs on.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hc_core::api::Request;
use hc_core::checksum::{self, Algorithm, Checksums};
pub use hc_core::walk::{Entry, EntryKind};
use http::{HeaderMap, StatusCode};

/// The largest file that is read as a whole, in bytes: ten times the largest lockfile that anybody has.
pub const LARGEST_FILE: u64 = 512 << 20;

/// What a machine can do for the program. Native, Node, the browser and tests each implement it.
///
/// Paths are text as the user wrote them, `/` or the system's own separator between parts; relative ones
/// are relative to where the program was started. No future needs to be `Send`: there is one thread.
pub trait Host {
    /// The body of a response, while it arrives.
    type Body: Body;

    /// What computes checksums.
    type Hasher: Hasher;

    /// The value of an environment variable, if it is set to valid Unicode.
    fn env(&self, name: &str) -> Option<String>;

    /// Whether a person looks at this stream, so that colour helps.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// How many characters a line of the terminal holds that stdout goes to; `None` where it goes elsewhere, or
    /// the terminal does not say.
    fn columns(&self) -> Option<u16>;

    /// Writes all of `text`.
    ///
    /// # Errors
    /// When the reader has gone or the device is full.
    fn print(&self, stream: Stream, text: &str) -> Result<(), HostError>;

    /// All bytes of a regular file of at most [`LARGEST_FILE`] bytes, links followed. Never waits for a pipe, and
    /// reads no device.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn read(&self, path: &str) -> impl Future<Output = Result<Vec<u8>, HostError>>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be read.
    fn list(&self, path: &str) -> impl Future<Output = Result<Vec<Entry>, HostError>>;

    /// The absolute path of `path`, without asking whether it exists.
    ///
    /// # Errors
    /// When the current folder is gone.
    fn absolute(&self, path: &str) -> Result<String, HostError>;

    /// The path of the file that `path` leads to, when all links are followed.
    ///
    /// # Errors
    /// When there is no such file.
    fn real_path(&self, path: &str) -> impl Future<Output = Result<String, HostError>>;

    /// What stands at `path`, links followed.
    ///
    /// # Errors
    /// When nothing does, or the user may not know.
    fn stat(&self, path: &str) -> impl Future<Output = Result<Stat, HostError>>;

    /// At most `length` bytes of a file, from `offset` on; fewer only at its end. At once, since those who
    /// read packages cannot wait.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn read_at(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, HostError>;

    /// Begins to compute checksums. Not core's own business everywhere: Node has faster ones built in, and to
    /// compile core's until they are fast takes it more memory than all else.
    fn hasher(&self, algorithms: &[Algorithm]) -> Self::Hasher;

    /// Makes `bytes` the whole content of a file: written to a temporary beside it and renamed, so that the
    /// old content stays if anything fails.
    ///
    /// # Errors
    /// When the folder is not there, the user may not write, or the disk is full.
    fn write(&self, path: &str, bytes: &[u8], access: Access) -> impl Future<Output = Result<(), HostError>>;

    /// Writes `bytes` into a file at `offset`, which is at most its length, and ends the file there. The
    /// file is made if it is not there and `offset` is 0.
    ///
    /// # Errors
    /// As for [`Host::write`], and when the file is shorter: somebody else writes it.
    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> impl Future<Output = Result<(), HostError>>;

    /// Makes a folder, and those above it, where they are missing.
    ///
    /// # Errors
    /// When a file stands there, or the user may not write.
    fn create_folder(&self, path: &str, access: Access) -> impl Future<Output = Result<(), HostError>>;

    /// Gives a file another name, in place of whatever had it.
    ///
    /// # Errors
    /// When there is no such file, or the user may not write.
    fn rename(&self, from: &str, to: &str) -> impl Future<Output = Result<(), HostError>>;

    /// Removes a file.
    ///
    /// # Errors
    /// When there is no such file, or the user may not write.
    fn remove(&self, path: &str) -> impl Future<Output = Result<(), HostError>>;

    /// Whether a person sits at stdin and can be asked.
    fn is_interactive(&self) -> bool;

    /// Asks on stderr and gives the line that is typed, without its end.
    ///
    /// # Errors
    /// When stdin ends first.
    fn ask(&self, question: &str, echo: Echo) -> impl Future<Output = Result<String, HostError>>;

    /// All of stdin.
    ///
    /// # Errors
    /// When it cannot be read, or holds more than [`LARGEST_FILE`] bytes.
    fn read_stdin(&self) -> impl Future<Output = Result<Vec<u8>, HostError>>;

    /// Sends a request as it is, following no redirect, and gives the response's head. The bytes of its body
    /// are counted in `meter` as they go out.
    ///
    /// # Errors
    /// When no response comes; whatever its status, a response is none.
    fn send(
        &self,
        request: &Request,
        route: &Route,
        meter: &Meter,
    ) -> impl Future<Output = Result<Response<Self::Body>, NetError>>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// The time since some moment before the program started; never goes back.
    fn clock(&self) -> Duration;

    /// The time since the beginning of 1970, in UTC.
    fn now(&self) -> Duration;

    /// Any number.
    fn random(&self) -> u64;

    /// Runs a registry until the process is told to stop.
    ///
    /// # Errors
    /// When this machine cannot, or the registry could not start.
    fn serve(&self, options: ServeOptions) -> impl Future<Output = Result<(), HostError>>;

    /// Compares what the data folder of such a registry holds with its records.
    ///
    /// # Errors
    /// When it is in use or cannot be read, or where there is no registry built in.
    fn check_data(&self, data: &str) -> impl Future<Output = Result<CheckedData, HostError>>;
}

/// The body of a response, while it arrives. Dropping it ends the exchange.
pub trait Body {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks, or nothing comes for as long as the route allows.
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, NetError>>;
}

/// Computes checksums while the bytes go by.
pub trait Hasher {
    /// Takes the next bytes.
    fn update(&mut self, bytes: &[u8]);

    /// The checksums of all bytes so far, each that was asked for.
    fn finish(self) -> Checksums;
}

impl Hasher for checksum::Hasher {
    fn update(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }

    fn finish(self) -> Checksums {
        self.finish()
    }
}

/// The head of a response, and its body.
#[derive(Debug)]
pub struct Response<B> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: B,
}

/// How much of a request's body has gone out. Clones share one count.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// So many more bytes are out.
    pub fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The bytes that are out.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The body is sent from its beginning.
    pub fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The way that a request takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The HTTP proxy to go through, as a URL; it may hold a user and password for the proxy.
    pub proxy: Option<String>,
    /// Certificates (PEM) to trust besides the system's.
    pub extra_certificates: Option<Vec<u8>>,
    /// Certificates (PEM) to trust instead of the system's.
    pub only_certificates: Option<Vec<u8>>,
    /// How long nothing may happen, while connecting, sending, waiting or receiving.
    pub patience: Duration,
}

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// As the system does by default.
    Default,
    /// Nobody but the user: mode 0600, or 0700 for a folder.
    Private,
    /// This mode, where the system has modes.
    Mode(u32),
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a file that has a length and can be read from any place: no pipe, socket or device.
    pub is_file: bool,
    /// Its size in bytes.
    pub size: u64,
    /// Its permissions, where the system has modes.
    pub mode: Option<u32>,
}

/// Whether what is typed may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// It may.
    Shown,
    /// It may not.
    Hidden,
}

/// How to run a registry; see `hc serve --help`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeOptions {
    /// The folder that keeps everything.
    pub data: String,
    /// `host:port`; port 0 takes a free one.
    pub listen: String,
    /// The token that clients must have; made at random if none is given.
    pub token: Option<String>,
    /// The firewall's policy.
    pub policy: Option<String>,
    /// The firewall's advisories, besides the starter set.
    pub advisories: Vec<String>,
    /// Whether the starter set is left out.
    pub no_starter: bool,
    /// Further values of the `Host` header that are served.
    pub hosts: Vec<String>,
    /// The URL under which all clients reach it.
    pub public_url: Option<String>,
    /// The addresses and networks whose word on how they were reached is taken.
    pub trusted_proxies: Vec<String>,
    /// The largest body that is taken, in bytes.
    pub max_body: u64,
    /// Whether log lines are JSON.
    pub log_json: bool,
}

/// What a data folder of the embedded registry holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedData {
    /// How many contents are recorded.
    pub contents: u64,
    /// How many bytes they have together.
    pub bytes: u64,
    /// What is not as it should be.
    pub damage: Vec<DataDamage>,
}

/// Something in a data folder that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DataDamage {
    /// `missing`, `damaged`, `unnamed` or `records`.
    pub what: String,
    /// The SHA-256 of the content; of the records, what is wrong.
    pub content: String,
    /// The files that are that content, as `registry: package version path`.
    pub files: Vec<String>,
}

/// One of the program's two outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Results, and nothing else.
    Stdout,
    /// Progress, notes and errors.
    Stderr,
}

/// Why the machine could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// There is nothing at that path.
    #[error("no such file or folder")]
    NotFound,
    /// A folder stands where a file was expected.
    #[error("is a folder, not a file")]
    IsFolder,
    /// A file stands where a folder was expected.
    #[error("is a file, not a folder")]
    IsFile,
    /// A pipe, a socket or a device stands where a file was expected.
    #[error("is neither a file nor a folder")]
    IsSpecial,
    /// It holds more than [`LARGEST_FILE`] bytes.
    #[error("holds more than 512 MiB")]
    TooLarge,
    /// The user may not do that.
    #[error("permission denied")]
    PermissionDenied,
    /// Nothing can be written to where it lies.
    #[error("the file system is read-only")]
    ReadOnly,
    /// The disk, or the user's share of it, is full.
    #[error("no space left on the disk")]
    DiskFull,
    /// A name in the path is longer than the file system can hold.
    #[error("the name is too long")]
    NameTooLong,
    /// The reader of an output has gone (`hc … | head`).
    #[error("the reader of the output has gone")]
    BrokenPipe,
    /// Anything else, in the machine's words.
    #[error("{0}")]
    Other(String),
}

/// Why no response came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct NetError {
    /// What went wrong.
    pub kind: NetErrorKind,
    /// Whether the request may have reached the service, so that repeating it could do it twice.
    pub may_have_arrived: bool,
}

/// What can go wrong on the way to a service and back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetErrorKind {
    /// The host's name has no address.
    #[error("the name does not resolve")]
    Resolve,
    /// Nobody listens there, or the way is closed.
    #[error("no connection: {0}")]
    Connect(String),
    /// The other side's certificate is not trusted, or TLS failed otherwise.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Nothing happened for too long.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// A file of the body cannot be read.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: HostError,
    },
}
