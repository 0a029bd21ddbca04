//! The native [`Host`]: the machine that the process runs on.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hc_app::host::{
    Access, CheckedData, Echo, Entry, Host, HostError, Meter, NetError, Response, Route, ServeOptions, Stat,
    Stream,
};
use hc_core::api::Request;
use hc_core::checksum::Algorithm;

use crate::files::{self, host_error};
use crate::hasher::Hasher;
use crate::http::{Http, NativeBody};
use crate::serve::{check, serve};
use crate::terminal::Terminal;

/// The machine that the process runs on.
pub(crate) struct NativeHost {
    terminal: Terminal,
    http: Http,
    started: Instant,
}

impl NativeHost {
    pub(crate) fn new() -> Self {
        Self {
            terminal: Terminal::new(),
            http: Http::default(),
            started: Instant::now(),
        }
    }

    /// Writes what is still buffered.
    pub(crate) fn finish(&self) -> Result<(), HostError> {
        self.terminal.finish()
    }
}

impl Host for NativeHost {
    type Body = NativeBody;
    type Hasher = Hasher;

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        self.terminal.is_terminal(stream)
    }

    fn columns(&self) -> Option<u16> {
        self.terminal.columns()
    }

    fn print(&self, stream: Stream, text: &str) -> Result<(), HostError> {
        self.terminal.print(stream, text)
    }

    async fn read(&self, path: &str) -> Result<Vec<u8>, HostError> {
        files::read(path)
    }

    async fn list(&self, path: &str) -> Result<Vec<Entry>, HostError> {
        files::list(path).map_err(host_error)
    }

    fn absolute(&self, path: &str) -> Result<String, HostError> {
        files::absolute(path).map_err(host_error).and_then(files::text)
    }

    async fn real_path(&self, path: &str) -> Result<String, HostError> {
        files::real_path(path).map_err(host_error).and_then(files::text)
    }

    async fn stat(&self, path: &str) -> Result<Stat, HostError> {
        files::stat(path).map_err(host_error)
    }

    fn read_at(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, HostError> {
        files::read_at(path, offset, length)
    }

    fn hasher(&self, algorithms: &[Algorithm]) -> Hasher {
        Hasher::new(algorithms)
    }

    async fn write(&self, path: &str, bytes: &[u8], access: Access) -> Result<(), HostError> {
        files::write(path, bytes, access).map_err(host_error)
    }

    async fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), HostError> {
        files::write_at(path, offset, bytes)
    }

    async fn create_folder(&self, path: &str, access: Access) -> Result<(), HostError> {
        files::create_folder(path, access).map_err(host_error)
    }

    async fn rename(&self, from: &str, to: &str) -> Result<(), HostError> {
        std::fs::rename(from, to).map_err(host_error)
    }

    async fn remove(&self, path: &str) -> Result<(), HostError> {
        std::fs::remove_file(path).map_err(host_error)
    }

    fn is_interactive(&self) -> bool {
        self.terminal.is_interactive()
    }

    async fn ask(&self, question: &str, echo: Echo) -> Result<String, HostError> {
        self.terminal.ask(question, echo)
    }

    async fn read_stdin(&self) -> Result<Vec<u8>, HostError> {
        self.terminal.read_stdin()
    }

    async fn send(
        &self,
        request: &Request,
        route: &Route,
        meter: &Meter,
    ) -> Result<Response<NativeBody>, NetError> {
        self.http.send(request, route, meter).await
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn clock(&self) -> Duration {
        self.started.elapsed()
    }

    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn random(&self) -> u64 {
        fastrand::u64(..)
    }

    async fn serve(&self, options: ServeOptions) -> Result<(), HostError> {
        serve(options)
    }

    async fn check_data(&self, data: &str) -> Result<CheckedData, HostError> {
        check(data)
    }
}
