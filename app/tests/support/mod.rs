//! A machine in memory: files, environment, a clock that only waiting moves, a service, and what was
//! printed.

#![allow(dead_code, reason = "each test file uses its part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at once"
)]

pub(crate) mod archive;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hc_app::ExitStatus;
use hc_app::host::{
    Access, Body, CheckedData, Echo, Entry, EntryKind, Host, HostError, Meter, NetError, NetErrorKind,
    Response, Route, ServeOptions, Stat, Stream,
};
use hc_core::api::{Part, Request};
use hc_core::checksum::{Algorithm, Hasher};
use http::{HeaderMap, HeaderName, StatusCode};

/// A host without a world.
#[derive(Default)]
pub(crate) struct MemoryHost {
    files: RefCell<BTreeMap<String, Result<Vec<u8>, HostError>>>,
    modes: RefCell<BTreeMap<String, Access>>,
    links: BTreeMap<String, String>,
    pipes: BTreeSet<String>,
    served: RefCell<Option<ServeOptions>>,
    checked: RefCell<Option<(String, CheckedData)>>,
    env: BTreeMap<String, String>,
    has_terminal: bool,
    columns: Option<u16>,
    /// What a person types, a line an answer.
    answers: RefCell<Vec<String>>,
    refusal: Option<HostError>,
    printed: RefCell<(String, String)>,
    service: Option<Box<Service>>,
    sent: RefCell<Vec<Sent>>,
    clock: Cell<Duration>,
    timers: RefCell<Vec<(Duration, Waker)>>,
}

/// Answers a request.
pub(crate) type Service = dyn Fn(&Sent) -> Reply;

/// A request as the service sees it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// `GET https://har.example/…`
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) route: Route,
    /// When, since the start.
    pub(crate) at: Duration,
}

/// What the service does with a request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// How long it takes.
    after: Duration,
    outcome: Result<(StatusCode, HeaderMap), NetError>,
    body: Vec<Result<Vec<u8>, NetError>>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self {
            after: Duration::from_millis(10),
            outcome: Ok((StatusCode::from_u16(status).unwrap(), HeaderMap::new())),
            body: vec![Ok(body.as_ref().to_vec())],
        }
    }

    /// No response comes.
    /// What a service says that took what was sent: with the checksum of it, where that came along.
    pub(crate) fn taken(sent: &Sent) -> Self {
        let reply = Self::new(201, "");
        match sent.headers.get("x-checksum-sha256") {
            Some(sha256) => reply.header("x-checksum-sha256", sha256.to_str().unwrap()),
            None => reply,
        }
    }

    pub(crate) fn fail(error: NetError) -> Self {
        Self {
            after: Duration::from_millis(10),
            outcome: Err(error),
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok((_, headers)) = &mut self.outcome {
            headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        self
    }

    pub(crate) fn after(mut self, pause: Duration) -> Self {
        self.after = pause;
        self
    }

    /// Another body, under the same head.
    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = vec![Ok(body.as_ref().to_vec())];
        self
    }

    /// The body breaks off at its end.
    pub(crate) fn cut(mut self, error: NetError) -> Self {
        self.body.push(Err(error));
        self
    }
}

/// Somebody who is logged in by the environment.
pub(crate) fn logged_in() -> MemoryHost {
    MemoryHost::default()
        .env("HARNESS_API_URL", "https://har.example")
        .env("HARNESS_API_KEY", "pat.acc.id.secret")
        .env("HARNESS_SERVER", "saas")
}

/// What was sent so far, a line a request, and its body where it has one.
pub(crate) fn requests(host: &MemoryHost) -> String {
    let mut text = String::new();
    for sent in host.sent() {
        text.push_str(&format!("{}\n", sent.line));
        if !sent.body.is_empty() {
            text.push_str(&format!("  {}\n", sent.body));
        }
    }
    text
}

/// The pieces of a body that are still to come.
pub(crate) struct MemoryBody(std::vec::IntoIter<Result<Vec<u8>, NetError>>);

impl Body for MemoryBody {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, NetError> {
        self.0.next().transpose()
    }
}

impl MemoryHost {
    pub(crate) fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files
            .borrow_mut()
            .insert(absolute(path), Ok(bytes.as_ref().to_vec()));
        self
    }

    /// A link at `path` to another file, which may be missing.
    pub(crate) fn link(mut self, path: &str, target: &str) -> Self {
        self.links.insert(absolute(path), absolute(target));
        self
    }

    /// A pipe, which gives nothing to whoever reads it.
    pub(crate) fn pipe(mut self, path: &str) -> Self {
        self.pipes.insert(absolute(path));
        self.file(path, "")
    }

    /// The file that `path` leads to.
    fn followed(&self, path: &str) -> String {
        let path = absolute(path);
        self.links.get(&path).cloned().unwrap_or(path)
    }

    /// All of a file, links followed.
    fn bytes(&self, path: &str) -> Result<Vec<u8>, HostError> {
        let files = self.files.borrow();
        let found = files.get(&self.followed(path)).cloned();
        found.unwrap_or(Err(HostError::NotFound))
    }

    /// What is sent of a part of a body.
    fn part(&self, part: &Part) -> Result<Vec<u8>, NetError> {
        let range = |path: &str, offset: u64, length: u64| {
            let length = usize::try_from(length).unwrap();
            let read = self.read_at(path, offset, length);
            read.map_err(|error| NetError {
                kind: NetErrorKind::File {
                    path: path.to_owned(),
                    error,
                },
                may_have_arrived: false,
            })
        };
        match part {
            Part::Bytes(bytes) => Ok(bytes.clone()),
            Part::File { path, offset, length } => range(path, *offset, *length),
            Part::Base64 { path, length } => {
                let text = BASE64_STANDARD.encode(range(path, 0, *length)?);
                Ok(text.into_bytes())
            }
        }
    }

    /// The paths of all files.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.files.borrow().keys().cloned().collect()
    }

    /// What a check of a registry's folder finds.
    pub(crate) fn data(self, folder: &str, checked: CheckedData) -> Self {
        *self.checked.borrow_mut() = Some((folder.to_owned(), checked));
        self
    }

    /// How a registry was run.
    pub(crate) fn served(&self) -> Option<ServeOptions> {
        self.served.borrow().clone()
    }

    /// What a file holds now.
    pub(crate) fn content(&self, path: &str) -> Option<String> {
        let bytes = self.files.borrow().get(&absolute(path))?.clone().ok()?;
        String::from_utf8(bytes).ok()
    }

    /// With whose access a file or folder was last written.
    pub(crate) fn access(&self, path: &str) -> Option<Access> {
        self.modes.borrow().get(&absolute(path)).copied()
    }

    /// The network has this service, at every address.
    pub(crate) fn service(mut self, service: impl Fn(&Sent) -> Reply + 'static) -> Self {
        self.service = Some(Box::new(service));
        self
    }

    /// What was sent so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.borrow().clone()
    }

    /// A person at the terminal, who types these lines.
    pub(crate) fn answers(self, lines: &[&str]) -> Self {
        *self.answers.borrow_mut() = lines.iter().rev().map(|&line| line.to_owned()).collect();
        self.terminal()
    }

    /// A file that cannot be read.
    pub(crate) fn broken_file(self, path: &str, error: HostError) -> Self {
        self.files.borrow_mut().insert(absolute(path), Err(error));
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

    /// A terminal of that width.
    pub(crate) fn wide(mut self, columns: u16) -> Self {
        self.columns = Some(columns);
        self.terminal()
    }

    /// Every write to stdout fails like that.
    pub(crate) fn refuse_output(mut self, error: HostError) -> Self {
        self.refusal = Some(error);
        self
    }

    /// Runs `hc` and gives its exit code, stdout and stderr.
    pub(crate) fn run(&self, command: &str) -> (i32, String, String) {
        let args: Vec<&str> = command.split_whitespace().collect();
        self.run_args(&args)
    }

    /// The same with arguments that may hold blanks.
    pub(crate) fn run_args(&self, args: &[&str]) -> (i32, String, String) {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        let mut run = pin!(hc_app::run(self, &args));
        let status = loop {
            match run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(status) => break status,
                Poll::Pending => self.advance(),
            }
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

impl MemoryHost {
    /// Lets the time pass until the next timer.
    fn advance(&self) {
        let mut timers = self.timers.take();
        let next = timers
            .iter()
            .map(|(due, _)| *due)
            .min()
            .expect("the program waits for nothing");
        self.clock.set(next.max(self.clock.get()));
        timers.retain(|(due, waker)| {
            let is_due = *due <= next;
            if is_due {
                waker.wake_by_ref();
            }
            !is_due
        });
        self.timers.borrow_mut().extend(timers);
    }
}

impl Host for MemoryHost {
    type Body = MemoryBody;
    type Hasher = Hasher;

    fn env(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }

    fn is_terminal(&self, _: Stream) -> bool {
        self.has_terminal
    }

    fn columns(&self) -> Option<u16> {
        self.columns
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
        if self.pipes.contains(&self.followed(path)) {
            return Err(HostError::IsSpecial);
        }
        self.bytes(path)
    }

    async fn list(&self, path: &str) -> Result<Vec<Entry>, HostError> {
        let path = absolute(path);
        let folder = format!("{path}/");
        let files = self.files.borrow();
        let below = files
            .keys()
            .chain(self.links.keys())
            .filter_map(|file| file.strip_prefix(&folder));
        let names: BTreeMap<String, EntryKind> = below
            .map(|rest| match rest.split_once('/') {
                Some((folder, _)) => (folder.to_owned(), EntryKind::Folder),
                None if self.links.contains_key(&format!("{folder}{rest}")) => {
                    (rest.to_owned(), EntryKind::Link)
                }
                None if self.pipes.contains(&format!("{folder}{rest}")) => {
                    (rest.to_owned(), EntryKind::Other)
                }
                None => (rest.to_owned(), EntryKind::File),
            })
            .collect();
        if names.is_empty() {
            let is_file = files.contains_key(&path);
            return Err(if is_file {
                HostError::IsFile
            } else {
                HostError::NotFound
            });
        }
        Ok(names
            .into_iter()
            .map(|(name, kind)| Entry { name, kind })
            .collect())
    }

    fn absolute(&self, path: &str) -> Result<String, HostError> {
        Ok(absolute(path))
    }

    async fn real_path(&self, path: &str) -> Result<String, HostError> {
        self.stat(path).await.map(|_| self.followed(path))
    }

    async fn stat(&self, path: &str) -> Result<Stat, HostError> {
        let path = self.followed(path);
        let files = self.files.borrow();
        let folder = format!("{path}/");
        match files.get(&path) {
            Some(Ok(bytes)) => Ok(Stat {
                is_folder: false,
                is_file: !self.pipes.contains(&path),
                size: bytes.len() as u64,
                mode: Some(match self.modes.borrow().get(&path) {
                    Some(Access::Private) => 0o600,
                    Some(Access::Mode(mode)) => *mode,
                    _ => 0o644,
                }),
            }),
            Some(Err(error)) => Err(error.clone()),
            None if files.keys().any(|file| file.starts_with(&folder)) => Ok(Stat {
                is_folder: true,
                is_file: false,
                size: 0,
                mode: Some(0o755),
            }),
            None => Err(HostError::NotFound),
        }
    }

    fn read_at(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, HostError> {
        let bytes = self.bytes(path)?;
        let start = usize::try_from(offset).unwrap().min(bytes.len());
        Ok(bytes[start..].iter().copied().take(length).collect())
    }

    fn hasher(&self, algorithms: &[Algorithm]) -> Hasher {
        Hasher::new(algorithms.iter().copied())
    }

    async fn write(&self, path: &str, bytes: &[u8], access: Access) -> Result<(), HostError> {
        let path = absolute(path);
        if let Some(Err(error)) = self.files.borrow().get(&path) {
            return Err(error.clone());
        }
        self.files.borrow_mut().insert(path.clone(), Ok(bytes.to_vec()));
        self.modes.borrow_mut().insert(path, access);
        Ok(())
    }

    async fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), HostError> {
        let mut whole = self.read(path).await.unwrap_or_default();
        whole.truncate(usize::try_from(offset).unwrap());
        whole.extend(bytes);
        self.write(path, &whole, Access::Default).await
    }

    async fn create_folder(&self, path: &str, access: Access) -> Result<(), HostError> {
        self.modes.borrow_mut().insert(absolute(path), access);
        Ok(())
    }

    async fn rename(&self, from: &str, to: &str) -> Result<(), HostError> {
        let file = self.files.borrow_mut().remove(&absolute(from));
        self.files
            .borrow_mut()
            .insert(absolute(to), file.ok_or(HostError::NotFound)?);
        Ok(())
    }

    async fn remove(&self, path: &str) -> Result<(), HostError> {
        let file = self.files.borrow_mut().remove(&absolute(path));
        file.map(drop).ok_or(HostError::NotFound)
    }

    fn is_interactive(&self) -> bool {
        self.has_terminal
    }

    async fn ask(&self, question: &str, echo: Echo) -> Result<String, HostError> {
        let answer = self.answers.borrow_mut().pop();
        let answer = answer.ok_or_else(|| HostError::Other("the input has ended".to_owned()))?;
        let shown = if echo == Echo::Shown { answer.as_str() } else { "" };
        self.print(Stream::Stderr, &format!("{question}{shown}\n"))?;
        Ok(answer)
    }

    async fn read_stdin(&self) -> Result<Vec<u8>, HostError> {
        Ok(self.answers.borrow_mut().pop().unwrap_or_default().into_bytes())
    }

    async fn send(
        &self,
        request: &Request,
        route: &Route,
        meter: &Meter,
    ) -> Result<Response<MemoryBody>, NetError> {
        let parts = request.body().iter().map(|part| self.part(part));
        let bytes = parts.collect::<Result<Vec<_>, _>>()?.concat();
        meter.add(bytes.len() as u64);
        let sent = Sent {
            line: format!("{} {}", request.method(), request.uri()),
            headers: request.headers().clone(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            route: route.clone(),
            at: self.clock.get(),
        };
        self.sent.borrow_mut().push(sent.clone());
        let service = self.service.as_ref().expect("a test that sends has a service");
        let reply = service(&sent);
        self.sleep(reply.after).await;
        let (status, headers) = reply.outcome?;
        Ok(Response {
            status,
            headers,
            body: MemoryBody(reply.body.into_iter()),
        })
    }

    async fn sleep(&self, duration: Duration) {
        let due = self.clock.get() + duration;
        poll_fn(|context| {
            if self.clock.get() >= due {
                return Poll::Ready(());
            }
            self.timers.borrow_mut().push((due, context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    fn clock(&self) -> Duration {
        self.clock.get()
    }

    fn now(&self) -> Duration {
        Duration::from_secs(1_800_000_000) + self.clock.get()
    }

    fn random(&self) -> u64 {
        500
    }

    async fn serve(&self, options: ServeOptions) -> Result<(), HostError> {
        *self.served.borrow_mut() = Some(options);
        Ok(())
    }

    async fn check_data(&self, data: &str) -> Result<CheckedData, HostError> {
        match &*self.checked.borrow() {
            Some((folder, checked)) if folder == data => Ok(checked.clone()),
            _ => Err(HostError::Other(format!("{data} is not there"))),
        }
    }
}

/// The program is started in `/work`.
fn absolute(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    match path.trim_end_matches('/') {
        "." | "" => "/work".to_owned(),
        path if path.starts_with('/') => path.to_owned(),
        path => format!("/work/{path}"),
    }
}

/// The exit codes as numbers are part of the interface.
const _: () = assert!(ExitStatus::PolicyViolated as i32 == 3 && ExitStatus::NotJudged as i32 == 4);
