//! From settings to a running server, and to its end.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::app::{self, App};
use crate::auth::{self, Key};
use crate::config::Config;
use crate::connections::{self, Share, Shares};
use crate::error::Error;
use crate::firewall::Judge;
use crate::log::Log;
use crate::origin::{Origin, Peer};
use crate::package::rpm::Generations;
use crate::patience::{self, Patience};
use crate::store::{Recovery, Store, folder};

/// How long a client may take for the head of a request, and how long it may let a connection idle.
const HEAD: Duration = Duration::from_secs(30);

/// How much of the head of a request is waited for, in bytes.
const MAX_HEAD: usize = 64 << 10;

/// How long what is in flight may take to finish at the end.
const FINISH: Duration = Duration::from_secs(60);

/// How many KiB of documents may be held in memory at once.
const DOCUMENTS: usize = 64 << 10;

/// How often download counts are written down.
const SAVE: Duration = Duration::from_secs(1);

/// A server that listens, and answers once it [runs](Self::run).
pub struct Server {
    app: Arc<App>,
    connections: Arc<Shares>,
    listener: TcpListener,
    address: SocketAddr,
    token: String,
    /// Where the key is kept, if it was not given.
    kept: Option<PathBuf>,
}

impl Server {
    /// Opens the data folder, reads the firewall's files and listens; log lines go to stderr.
    ///
    /// # Errors
    /// Whatever keeps the server from starting; see [`Error`].
    pub async fn bind(config: Config) -> Result<Self, Error> {
        Self::bind_with_log(config, Box::new(io::stderr())).await
    }

    /// As [`Self::bind`]; log lines go to `log`.
    ///
    /// # Errors
    /// As [`Self::bind`].
    pub async fn bind_with_log(config: Config, log: Box<dyn Write + Send>) -> Result<Self, Error> {
        let listener = TcpListener::bind(&config.listen)
            .await
            .map_err(|source| Error::Listen {
                address: config.listen.clone(),
                source,
            })?;
        let address = listener.local_addr().map_err(|source| Error::Listen {
            address: config.listen.clone(),
            source,
        })?;
        folder::make(&config.data)?;
        let (store, recovery) = Store::open(&config.data)?;
        let log = Log::new(config.log, log);
        if recovery != Recovery::default() {
            log.fault(&recovery.to_string());
        }
        let (token, kept) = match &config.token {
            Some(token) => (token.clone(), None),
            None => {
                let (token, path) = auth::kept(&config.data)?;
                (token, Some(path))
            }
        };
        let most = connections::most();
        let app = App {
            store,
            key: Key::new(&token)?,
            origin: Origin::new(&config, address)?,
            uploads: Arc::new(Shares::new(most / 2, most / 4)),
            documents: Arc::new(Semaphore::new(DOCUMENTS)),
            judge: Judge::load(&config)?,
            log,
            generations: Generations::default(),
            max_body: config.max_body,
            tasks: TaskTracker::new(),
        };
        Ok(Self {
            app: Arc::new(app),
            connections: Arc::new(Shares::new(most, most)),
            listener,
            address,
            token,
            kept,
        })
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server's URL on this machine, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{address}")
    }

    /// The key that opens the server.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What the person who started the server should know: its URL, how to log in, and what its firewall knows.
    /// A key that was given is not repeated.
    #[must_use]
    pub fn greeting(&self) -> String {
        let url = self.url();
        let account = match auth::account_of(&self.token) {
            Some(_) => String::new(),
            None => format!(" --account {}", auth::ACCOUNT),
        };
        let login = match &self.kept {
            // The key itself stays out of what a supervisor may keep as a log.
            Some(path) => {
                let path = path.display();
                format!(
                    "hc serve: listening on {url}\nThe key is kept in {path}. Log in with\n  hc auth login --api-url \
                     {url} --api-token \"$(cat '{path}')\"{account}"
                )
            }
            None => format!(
                "hc serve: listening on {url}\nLog in with the key that was given:\n  hc auth login --api-url \
                 {url} --api-token TOKEN{account}"
            ),
        };
        format!("{login}\n{}", self.app.judge.greeting())
    }

    /// Serves until `shutdown` is done; then takes no more connections and finishes what is in flight.
    ///
    /// # Errors
    /// When the last records cannot be written.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let Self {
            app,
            connections: shares,
            listener,
            ..
        } = self;
        let router = app::router(&app);
        let saver = tokio::spawn(save_downloads(Arc::clone(&app)));
        let connections = GracefulShutdown::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => match shares.take(peer.ip()) {
                        Some(share) => serve_connection(stream, share, &router, &connections),
                        None => refuse(stream),
                    },
                    // Out of file handles, say: the next moment may be better.
                    Err(error) => {
                        app.log.fault(&format!("cannot take a connection: {error}"));
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
        drop(listener);
        app.tasks.close();
        let finish = async {
            connections.shutdown().await;
            app.tasks.wait().await;
        };
        if tokio::time::timeout(FINISH, finish).await.is_err() {
            app.log.fault(&format!(
                "what was in flight did not finish in {} s, and is given up",
                FINISH.as_secs()
            ));
        }
        saver.abort();
        let last = Arc::clone(&app);
        let saved = tokio::task::spawn_blocking(move || last.store.save_downloads()).await;
        if let Ok(Err(fault)) = saved {
            app.log.fault(&fault.to_string());
        }
        Ok(())
    }
}

/// Serves until the process is told to end: SIGTERM or SIGINT, on Windows Ctrl-C. A second one does not wait.
///
/// # Errors
/// As [`Server::bind`] and [`Server::run`].
pub async fn serve(config: Config) -> Result<(), Error> {
    let server = Server::bind(config).await?;
    let address = server.address.to_string();
    let signals = Signals::new().map_err(|source| Error::Listen { address, source })?;
    // Where stderr is closed there is nobody to greet.
    let _ = writeln!(io::stderr(), "{}", server.greeting());
    let app = Arc::clone(&server.app);
    server
        .run(async move {
            signals.first().await;
            app.log
                .note("finishing what is in flight; once more to end at once");
        })
        .await
}

/// The signals that end the process.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for one; from then on, the next ends the process at once.
    async fn first(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            std::process::exit(1);
        });
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Tells a client for whom there is no open file left.
fn refuse(mut stream: TcpStream) {
    const ANSWER: &[u8] = b"HTTP/1.1 503 too many connections; try again in a moment\r\nretry-after: 1\r\n\
                            content-length: 0\r\nconnection: close\r\n\r\n";
    // It fits into what the system buffers, and who does not take it has none.
    let _ = stream.try_write(ANSWER);
    tokio::spawn(async move { stream.shutdown().await });
}

fn serve_connection(stream: TcpStream, share: Share, router: &Router, connections: &GracefulShutdown) {
    let peer = Peer(share.client());
    let service = TowerToHyperService::new(router.clone());
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        service.call(request)
    });
    // Without it, small answers would wait for the client's acknowledgements.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(Patience::new(stream, patience::IDLE)), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // A client that goes away or does not speak HTTP is no fault of the server.
        let _ = connection.await;
        drop(share);
    });
}

async fn save_downloads(app: Arc<App>) {
    let mut ticks = tokio::time::interval(SAVE);
    loop {
        ticks.tick().await;
        let saving = Arc::clone(&app);
        let saved = tokio::task::spawn_blocking(move || saving.store.save_downloads()).await;
        if let Ok(Err(fault)) = saved {
            app.log.fault(&fault.to_string());
        }
    }
}
