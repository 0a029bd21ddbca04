//! Requests over the network.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, Once};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hc_app::host::{self, NetError, NetErrorKind, Response, Route};
use hc_core::api::{Part, Request};
use http_body::{Frame, SizeHint};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy};
use tokio::time::{Sleep, sleep, timeout};

use crate::files::host_error;

/// How much of a file is read at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// Connections, kept open between requests.
#[derive(Default)]
pub(crate) struct Http {
    clients: RefCell<Vec<(Route, Client)>>,
}

impl Http {
    /// Sends a request and waits for the response's head.
    pub(crate) async fn send(
        &self,
        request: &Request,
        route: &Route,
    ) -> Result<Response<NativeBody>, NetError> {
        let client = self.client(route)?;
        let activity = Activity::new();
        let body = Parts::open(request.body(), activity.clone())?;
        let request = client
            .request(request.method().clone(), request.uri().to_string())
            .headers(request.headers().clone())
            .body(reqwest::Body::wrap(body));
        let sent = pin!(request.send());
        let response = activity.limit(sent, route.patience).await.ok_or(NetError {
            kind: NetErrorKind::Timeout,
            may_have_arrived: true,
        })?;
        let response = response.map_err(|error| net_error(&error))?;
        Ok(Response {
            status: response.status(),
            headers: response.headers().clone(),
            body: NativeBody {
                response,
                patience: route.patience,
            },
        })
    }

    /// The client for a route; each keeps its own connections.
    fn client(&self, route: &Route) -> Result<Client, NetError> {
        let mut clients = self.clients.borrow_mut();
        if let Some((_, client)) = clients.iter().find(|(known, _)| known == route) {
            return Ok(client.clone());
        }
        let client = build(route).map_err(|error| NetError {
            kind: NetErrorKind::Tls(innermost(&error)),
            may_have_arrived: false,
        })?;
        clients.push((route.clone(), client.clone()));
        Ok(client)
    }
}

fn build(route: &Route) -> Result<Client, reqwest::Error> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Only fails when there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .http1_only()
        .connect_timeout(route.patience)
        .tls_backend_rustls();
    if let Some(proxy) = &route.proxy {
        builder = builder.proxy(Proxy::all(proxy)?);
    }
    let read = |pem: &Option<Vec<u8>>| match pem {
        Some(pem) => Certificate::from_pem_bundle(pem),
        None => Ok(Vec::new()),
    };
    let extra = read(&route.extra_certificates)?;
    let only = read(&route.only_certificates)?;
    if !only.is_empty() {
        builder = builder.tls_certs_only(only.into_iter().chain(extra));
    } else if !extra.is_empty() {
        builder = builder.tls_certs_merge(extra);
    }
    builder.build()
}

/// A response's body.
pub(crate) struct NativeBody {
    response: reqwest::Response,
    patience: Duration,
}

impl host::Body for NativeBody {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, NetError> {
        let late = || NetError {
            kind: NetErrorKind::Timeout,
            may_have_arrived: true,
        };
        let chunk = timeout(self.patience, self.response.chunk())
            .await
            .map_err(|_| late())?;
        let chunk = chunk.map_err(|error| net_error(&error))?;
        Ok(chunk.map(Vec::from))
    }
}

/// When something last happened while a request was sent.
#[derive(Clone, Debug)]
struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn note(&self) {
        if let Ok(mut last) = self.0.lock() {
            *last = Instant::now();
        }
    }

    fn since(&self) -> Duration {
        self.0.lock().map_or(Duration::ZERO, |last| last.elapsed())
    }

    /// What `work` gives, or `None` once nothing has happened for as long as `patience`.
    async fn limit<T>(&self, mut work: Pin<&mut impl Future<Output = T>>, patience: Duration) -> Option<T> {
        let mut alarm: Pin<Box<Sleep>> = Box::pin(sleep(patience));
        std::future::poll_fn(|context| {
            if let Poll::Ready(value) = work.as_mut().poll(context) {
                return Poll::Ready(Some(value));
            }
            while alarm.as_mut().poll(context).is_ready() {
                let left = patience.saturating_sub(self.since());
                if left.is_zero() {
                    return Poll::Ready(None);
                }
                alarm = Box::pin(sleep(left));
            }
            Poll::Pending
        })
        .await
    }
}

/// A request's body, read from its files while it is sent.
struct Parts {
    left: VecDeque<Source>,
    length: u64,
    activity: Activity,
}

enum Source {
    Bytes(Vec<u8>),
    File { file: File, left: u64 },
}

impl Parts {
    fn open(parts: &[Part], activity: Activity) -> Result<Self, NetError> {
        let mut left = VecDeque::with_capacity(parts.len());
        for part in parts {
            left.push_back(match part {
                Part::Bytes(bytes) => Source::Bytes(bytes.clone()),
                Part::File { path, offset, length } => {
                    let file = open_at(path, *offset).map_err(|error| NetError {
                        kind: NetErrorKind::File {
                            path: path.clone(),
                            error: host_error(error),
                        },
                        may_have_arrived: false,
                    })?;
                    Source::File { file, left: *length }
                }
            });
        }
        Ok(Self {
            left,
            length: parts.iter().map(Part::length).sum(),
            activity,
        })
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        while let Some(source) = self.left.front_mut() {
            match source {
                Source::Bytes(bytes) => {
                    let bytes = std::mem::take(bytes);
                    self.left.pop_front();
                    if !bytes.is_empty() {
                        return Ok(Some(bytes));
                    }
                }
                Source::File { left: 0, .. } => {
                    self.left.pop_front();
                }
                Source::File { file, left } => {
                    let length = usize::try_from(*left).map_or(PIECE, |left| left.min(PIECE));
                    let mut piece = vec![0; length];
                    let read = file.read(&mut piece)?;
                    if read == 0 {
                        return Err(io::Error::new(
                            ErrorKind::UnexpectedEof,
                            "the file became shorter while it was sent",
                        ));
                    }
                    piece.truncate(read);
                    *left -= read as u64;
                    return Ok(Some(piece));
                }
            }
        }
        Ok(None)
    }
}

fn open_at(path: &str, offset: u64) -> io::Result<File> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(file)
}

impl http_body::Body for Parts {
    type Data = bytes::Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.get_mut();
        this.activity.note();
        let piece = this.next().transpose();
        Poll::Ready(piece.map(|piece| {
            piece.map(|piece| {
                this.length = this.length.saturating_sub(piece.len() as u64);
                Frame::data(piece.into())
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

fn net_error(error: &reqwest::Error) -> NetError {
    let never_left = error.is_connect() || error.is_builder();
    let kind = kind_of(error, never_left);
    NetError {
        kind,
        may_have_arrived: !never_left,
    }
}

fn kind_of(error: &reqwest::Error, never_left: bool) -> NetErrorKind {
    if error.is_timeout() {
        return NetErrorKind::Timeout;
    }
    for source in sources(error) {
        let io = source.downcast_ref::<io::Error>();
        if let Some(tls) = tls_cause(source) {
            return NetErrorKind::Tls(tls.to_string());
        }
        if source.to_string().starts_with("dns error") {
            return NetErrorKind::Resolve;
        }
        match io.map(io::Error::kind) {
            Some(ErrorKind::ConnectionRefused) => {
                return NetErrorKind::Connect("the connection was refused".to_owned());
            }
            Some(ErrorKind::TimedOut) => return NetErrorKind::Timeout,
            _ => {}
        }
    }
    let message = innermost(error);
    if never_left {
        NetErrorKind::Connect(message)
    } else {
        NetErrorKind::Broken(message)
    }
}

/// The fault of TLS that an error is or, as I/O errors do, holds.
fn tls_cause<'e>(mut error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    loop {
        if let Some(tls) = error.downcast_ref() {
            return Some(tls);
        }
        error = error.downcast_ref::<io::Error>()?.get_ref()?;
    }
}

fn sources<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The words of the first cause. What is around it names URLs, which may hold a proxy's password.
fn innermost(error: &reqwest::Error) -> String {
    sources(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}
