//! A machine in memory: files, environment and what was printed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hc_app::ExitStatus;
use hc_app::host::{Entry, Host, HostError, Stream};

/// A host without a world.
#[derive(Default)]
pub(crate) struct MemoryHost {
    files: BTreeMap<String, Result<Vec<u8>, HostError>>,
    env: BTreeMap<String, String>,
    has_terminal: bool,
    refusal: Option<HostError>,
    printed: RefCell<(String, String)>,
}

impl MemoryHost {
    pub(crate) fn file(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.insert(absolute(path), Ok(bytes.as_ref().to_vec()));
        self
    }

    /// A file that cannot be read.
    pub(crate) fn broken_file(mut self, path: &str, error: HostError) -> Self {
        self.files.insert(absolute(path), Err(error));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn terminal(mut self) -> Self {
        self.has_terminal = true;
        self
    }

    /// Every write to stdout fails like that.
    pub(crate) fn refuse_output(mut self, error: HostError) -> Self {
        self.refusal = Some(error);
        self
    }

    /// Runs `hc` and gives its exit code, stdout and stderr.
    pub(crate) fn run(&self, command: &str) -> (i32, String, String) {
        let args: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        let mut run = pin!(hc_app::run(self, &args));
        let status = match run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(status) => status,
            Poll::Pending => panic!("this host never waits"),
        };
        let (out, err) = self.printed.take();
        (status as i32, out, err)
    }

    /// The same as one text, for snapshots.
    pub(crate) fn transcript(&self, command: &str) -> String {
        let (code, out, err) = self.run(command);
        format!("$ hc {command}\n--- stdout\n{out}--- stderr\n{err}--- exit {code}\n")
    }
}

impl Host for MemoryHost {
    fn env(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }

    fn is_terminal(&self, _: Stream) -> bool {
        self.has_terminal
    }

    fn print(&self, stream: Stream, text: &str) -> Result<(), HostError> {
        let mut printed = self.printed.borrow_mut();
        match (stream, &self.refusal) {
            (Stream::Stdout, Some(error)) => return Err(error.clone()),
            (Stream::Stdout, None) => printed.0.push_str(text),
            (Stream::Stderr, _) => printed.1.push_str(text),
        }
        Ok(())
    }

    async fn read(&self, path: &str) -> Result<Vec<u8>, HostError> {
        self.files
            .get(&absolute(path))
            .cloned()
            .unwrap_or(Err(HostError::NotFound))
    }

    async fn list(&self, path: &str) -> Result<Vec<Entry>, HostError> {
        let path = absolute(path);
        let folder = format!("{path}/");
        let below = self.files.keys().filter_map(|file| file.strip_prefix(&folder));
        let names: BTreeSet<(String, bool)> = below
            .map(|rest| match rest.split_once('/') {
                Some((folder, _)) => (folder.to_owned(), true),
                None => (rest.to_owned(), false),
            })
            .collect();
        if names.is_empty() {
            let is_file = self.files.contains_key(&path);
            return Err(if is_file {
                HostError::IsFile
            } else {
                HostError::NotFound
            });
        }
        Ok(names
            .into_iter()
            .map(|(name, is_folder)| Entry { name, is_folder })
            .collect())
    }

    fn absolute(&self, path: &str) -> Result<String, HostError> {
        Ok(absolute(path))
    }
}

/// The program is started in `/work`.
fn absolute(path: &str) -> String {
    match path.trim_end_matches('/') {
        "." => "/work".to_owned(),
        path if path.starts_with('/') => path.to_owned(),
        path => format!("/work/{path}"),
    }
}

/// The exit codes as numbers are part of the interface.
const _: () = assert!(ExitStatus::Success as i32 == 0 && ExitStatus::PolicyViolated as i32 == 3);
