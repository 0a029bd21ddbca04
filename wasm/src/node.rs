//! The program over Node: `run(args, host)`.

mod hasher;
mod http;

use std::time::Duration;

use hc_app::host::{
    Access, CheckedData, Echo, Entry, EntryKind, Host, HostError, LARGEST_FILE, Meter, NetError, Response,
    Route, ServeOptions, Stat, Stream,
};
use hc_core::api::Request;
use hc_core::checksum::Algorithm;
use js_sys::{Error, JsOption, JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use hasher::{Hasher, NodeHasher};
use http::{Exchange, NodeExchange, NodeRequest, NodeRoute};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("node.d.ts");

#[wasm_bindgen]
extern "C" {
    /// What Node does for the program; see `node.d.ts`.
    #[wasm_bindgen(typescript_type = "NodeHost")]
    pub type NodeHost;

    #[wasm_bindgen(method)]
    fn env(this: &NodeHost, name: &str) -> Option<String>;
    #[wasm_bindgen(method, js_name = isTerminal)]
    fn is_terminal(this: &NodeHost, stream: &str) -> bool;
    #[wasm_bindgen(method)]
    fn columns(this: &NodeHost) -> Option<u16>;
    #[wasm_bindgen(method, catch)]
    fn print(this: &NodeHost, stream: &str, text: &str) -> Result<(), SystemError>;

    #[wasm_bindgen(method, catch)]
    fn read(this: &NodeHost, path: &str, limit: f64) -> Result<Vec<u8>, SystemError>;
    #[wasm_bindgen(method, catch)]
    fn list(this: &NodeHost, path: &str) -> Result<Vec<NodeEntry>, SystemError>;
    #[wasm_bindgen(method, catch)]
    fn absolute(this: &NodeHost, path: &str) -> Result<String, SystemError>;
    #[wasm_bindgen(method, catch, js_name = realPath)]
    fn real_path(this: &NodeHost, path: &str) -> Result<String, SystemError>;
    #[wasm_bindgen(method, catch)]
    fn stat(this: &NodeHost, path: &str) -> Result<NodeStat, SystemError>;
    #[wasm_bindgen(method, catch, js_name = readAt)]
    fn read_at(this: &NodeHost, path: &str, offset: f64, length: f64) -> Result<Vec<u8>, SystemError>;
    #[wasm_bindgen(method, catch)]
    fn hasher(this: &NodeHost, algorithms: Vec<String>) -> Result<NodeHasher, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn write(this: &NodeHost, path: &str, bytes: &[u8], mode: Option<u32>) -> Result<(), SystemError>;
    #[wasm_bindgen(method, catch, js_name = writeAt)]
    fn write_at(this: &NodeHost, path: &str, offset: f64, bytes: &[u8]) -> Result<(), SystemError>;
    #[wasm_bindgen(method, catch, js_name = createFolder)]
    fn create_folder(this: &NodeHost, path: &str, mode: Option<u32>) -> Result<(), SystemError>;
    #[wasm_bindgen(method, catch)]
    fn rename(this: &NodeHost, from: &str, to: &str) -> Result<(), SystemError>;
    #[wasm_bindgen(method, catch)]
    fn remove(this: &NodeHost, path: &str) -> Result<(), SystemError>;

    #[wasm_bindgen(method, js_name = isInteractive)]
    fn is_interactive(this: &NodeHost) -> bool;
    #[wasm_bindgen(method, catch)]
    async fn ask(this: &NodeHost, question: &str, hidden: bool) -> Result<JsOption<JsString>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readStdin)]
    async fn read_stdin(this: &NodeHost, limit: f64) -> Result<Uint8Array, JsValue>;

    #[wasm_bindgen(method)]
    fn send(
        this: &NodeHost,
        request: &NodeRequest,
        route: &NodeRoute,
        sent: &Closure<dyn Fn(f64)>,
    ) -> NodeExchange;

    #[wasm_bindgen(method)]
    async fn sleep(this: &NodeHost, duration: f64);
    #[wasm_bindgen(method)]
    fn clock(this: &NodeHost) -> f64;
    #[wasm_bindgen(method)]
    fn now(this: &NodeHost) -> f64;
    #[wasm_bindgen(method)]
    fn random(this: &NodeHost) -> u64;

    /// A name in a folder.
    pub type NodeEntry;

    #[wasm_bindgen(method, getter)]
    fn name(this: &NodeEntry) -> String;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &NodeEntry) -> String;

    /// What stands at a path.
    pub type NodeStat;

    #[wasm_bindgen(method, getter, js_name = isFolder)]
    fn is_folder(this: &NodeStat) -> bool;
    #[wasm_bindgen(method, getter, js_name = isFile)]
    fn is_file(this: &NodeStat) -> bool;
    #[wasm_bindgen(method, getter)]
    fn size(this: &NodeStat) -> f64;
    #[wasm_bindgen(method, getter)]
    fn mode(this: &NodeStat) -> Option<u32>;

    /// What Node throws when the system refuses: an `Error` with the name of the fault.
    #[wasm_bindgen(extends = Error)]
    type SystemError;

    #[wasm_bindgen(method, getter)]
    fn code(this: &SystemError) -> Option<String>;
}

/// Runs `hc` on `args` (without the program's own name); the promise gives the exit code.
#[wasm_bindgen]
pub async fn run(args: Vec<String>, host: NodeHost) -> u8 {
    std::panic::set_hook(Box::new(|panic| {
        wasm_bindgen::throw_str(&panic.to_string());
    }));
    hc_app::run(&host, &args).await as u8
}

impl Host for NodeHost {
    type Body = Exchange;
    type Hasher = Hasher;

    fn env(&self, name: &str) -> Option<String> {
        self.env(name)
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        self.is_terminal(stream_name(stream))
    }

    fn columns(&self) -> Option<u16> {
        self.columns()
    }

    fn print(&self, stream: Stream, text: &str) -> Result<(), HostError> {
        self.print(stream_name(stream), text).map_err(host_error)
    }

    async fn read(&self, path: &str) -> Result<Vec<u8>, HostError> {
        self.read(path, LARGEST_FILE as f64).map_err(host_error)
    }

    async fn list(&self, path: &str) -> Result<Vec<Entry>, HostError> {
        let entries = self.list(path).map_err(host_error)?;
        Ok(entries
            .iter()
            .map(|entry| Entry {
                name: entry.name(),
                kind: entry_kind(&entry.kind()),
            })
            .collect())
    }

    fn absolute(&self, path: &str) -> Result<String, HostError> {
        self.absolute(path).map_err(host_error)
    }

    async fn real_path(&self, path: &str) -> Result<String, HostError> {
        self.real_path(path).map_err(host_error)
    }

    async fn stat(&self, path: &str) -> Result<Stat, HostError> {
        let stat = self.stat(path).map_err(host_error)?;
        Ok(Stat {
            is_folder: stat.is_folder(),
            is_file: stat.is_file(),
            size: stat.size() as u64,
            mode: stat.mode(),
        })
    }

    fn read_at(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, HostError> {
        self.read_at(path, offset as f64, length as f64)
            .map_err(host_error)
    }

    fn hasher(&self, algorithms: &[Algorithm]) -> Hasher {
        Hasher::new(self, algorithms)
    }

    async fn write(&self, path: &str, bytes: &[u8], access: Access) -> Result<(), HostError> {
        let mode = mode(access, 0o600);
        self.write(path, bytes, mode).map_err(host_error)
    }

    async fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), HostError> {
        self.write_at(path, offset as f64, bytes).map_err(host_error)
    }

    async fn create_folder(&self, path: &str, access: Access) -> Result<(), HostError> {
        let mode = mode(access, 0o700);
        self.create_folder(path, mode).map_err(host_error)
    }

    async fn rename(&self, from: &str, to: &str) -> Result<(), HostError> {
        self.rename(from, to).map_err(host_error)
    }

    async fn remove(&self, path: &str) -> Result<(), HostError> {
        self.remove(path).map_err(host_error)
    }

    fn is_interactive(&self) -> bool {
        self.is_interactive()
    }

    async fn ask(&self, question: &str, echo: Echo) -> Result<String, HostError> {
        let line = self.ask(question, echo == Echo::Hidden).await;
        line.map_err(system_error)?
            .into_option()
            .map(String::from)
            .ok_or_else(|| HostError::Other("nothing was typed: the input has ended".to_owned()))
    }

    async fn read_stdin(&self) -> Result<Vec<u8>, HostError> {
        let bytes = self.read_stdin(LARGEST_FILE as f64).await.map_err(system_error)?;
        Ok(bytes.to_vec())
    }

    async fn send(
        &self,
        request: &Request,
        route: &Route,
        meter: &Meter,
    ) -> Result<Response<Exchange>, NetError> {
        let request = http::node_request(request)?;
        let meter = meter.clone();
        let sent = Closure::new(move |count: f64| meter.add(count as u64));
        let exchange = self.send(&request, &http::node_route(route), &sent);
        Exchange::new(exchange, sent).response().await
    }

    async fn sleep(&self, duration: Duration) {
        self.sleep(milliseconds(duration)).await;
    }

    fn clock(&self) -> Duration {
        from_milliseconds(self.clock())
    }

    fn now(&self) -> Duration {
        from_milliseconds(self.now())
    }

    fn random(&self) -> u64 {
        self.random()
    }

    async fn serve(&self, _: ServeOptions) -> Result<(), HostError> {
        Err(no_registry())
    }

    async fn check_data(&self, _: &str) -> Result<CheckedData, HostError> {
        Err(no_registry())
    }
}

fn no_registry() -> HostError {
    HostError::Other(
        "hc serve needs the native program; this one runs in Node, which has no registry built in".to_owned(),
    )
}

fn stream_name(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
    }
}

fn entry_kind(name: &str) -> EntryKind {
    match name {
        "file" => EntryKind::File,
        "folder" => EntryKind::Folder,
        "link" => EntryKind::Link,
        _ => EntryKind::Other,
    }
}

/// The mode to set, where `private` is that of what only the user may use.
fn mode(access: Access, private: u32) -> Option<u32> {
    match access {
        Access::Default => None,
        Access::Private => Some(private),
        Access::Mode(mode) => Some(mode),
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Node's clocks give fractions, and never less than nothing.
fn from_milliseconds(time: f64) -> Duration {
    Duration::try_from_secs_f64(time / 1e3).unwrap_or_default()
}

/// A promise rejects with anything; Node's reject with errors.
fn system_error(rejected: JsValue) -> HostError {
    host_error(rejected.unchecked_into())
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn host_error(error: SystemError) -> HostError {
    coded_error(error.code().as_deref(), &error)
}

/// What the system's name for a fault means.
fn coded_error(code: Option<&str>, error: &Error) -> HostError {
    match code {
        Some("ENOENT") => HostError::NotFound,
        Some("EISDIR") => HostError::IsFolder,
        // A folder cannot be made where a file stands.
        Some("ENOTDIR" | "EEXIST") => HostError::IsFile,
        Some("EACCES" | "EPERM") => HostError::PermissionDenied,
        Some("EROFS") => HostError::ReadOnly,
        Some("ENOSPC" | "EDQUOT") => HostError::DiskFull,
        Some("ENAMETOOLONG") => HostError::NameTooLong,
        Some("EPIPE") => HostError::BrokenPipe,
        // These two the host itself says of what is no regular file, or too large.
        Some("ESPIPE") => HostError::IsSpecial,
        Some("EFBIG") => HostError::TooLarge,
        _ => HostError::Other(String::from(error.message())),
    }
}
