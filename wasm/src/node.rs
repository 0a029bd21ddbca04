//! The program over Node: `run(args, host)`.

use hc_app::host::{Entry, Host, HostError, Stream};
use js_sys::Error;
use wasm_bindgen::prelude::*;

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
    #[wasm_bindgen(method, catch)]
    fn print(this: &NodeHost, stream: &str, text: &str) -> Result<(), SystemError>;
    #[wasm_bindgen(method, catch)]
    fn read(this: &NodeHost, path: &str) -> Result<Vec<u8>, SystemError>;
    #[wasm_bindgen(method, catch)]
    fn list(this: &NodeHost, path: &str) -> Result<Vec<NodeEntry>, SystemError>;
    #[wasm_bindgen(method, catch)]
    fn absolute(this: &NodeHost, path: &str) -> Result<String, SystemError>;

    /// A name in a folder.
    pub type NodeEntry;

    #[wasm_bindgen(method, getter)]
    fn name(this: &NodeEntry) -> String;
    #[wasm_bindgen(method, getter, js_name = isFolder)]
    fn is_folder(this: &NodeEntry) -> bool;

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
    fn env(&self, name: &str) -> Option<String> {
        self.env(name)
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        self.is_terminal(stream_name(stream))
    }

    fn print(&self, stream: Stream, text: &str) -> Result<(), HostError> {
        self.print(stream_name(stream), text)
            .map_err(|error| host_error(&error))
    }

    async fn read(&self, path: &str) -> Result<Vec<u8>, HostError> {
        self.read(path).map_err(|error| host_error(&error))
    }

    async fn list(&self, path: &str) -> Result<Vec<Entry>, HostError> {
        let entries = self.list(path).map_err(|error| host_error(&error))?;
        Ok(entries
            .iter()
            .map(|entry| Entry {
                name: entry.name(),
                is_folder: entry.is_folder(),
            })
            .collect())
    }

    fn absolute(&self, path: &str) -> Result<String, HostError> {
        self.absolute(path).map_err(|error| host_error(&error))
    }
}

fn stream_name(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
    }
}

fn host_error(error: &SystemError) -> HostError {
    match error.code().as_deref() {
        Some("ENOENT") => HostError::NotFound,
        Some("EISDIR") => HostError::IsFolder,
        Some("ENOTDIR") => HostError::IsFile,
        Some("EACCES" | "EPERM") => HostError::PermissionDenied,
        Some("EPIPE") => HostError::BrokenPipe,
        _ => HostError::Other(String::from(error.message())),
    }
}
