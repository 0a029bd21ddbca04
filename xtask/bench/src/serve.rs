//! How many requests `hc serve` answers, and how long the slow ones take, beside a bare handler that gives the same
//! bytes from memory: what HTTP itself costs here.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use hc_server::{Config, LogFormat, Server};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = "pat.acc.id.secret";

/// Connections that ask at the same time, each the next thing as soon as it has its answer.
const CONNECTIONS: usize = 16;

/// Packages in the registry that is listed.
const PACKAGES: usize = 300;

/// The size of the file that is downloaded, in bytes.
const FILE: usize = 100_000;

/// What is asked for, by the name of its samples.
const CASES: [(&str, &str); 3] = [
    (
        "list",
        "/gateway/har/api/v1/spaces/acc/+/artifacts?reg_identifier=g&page=3&size=20",
    ),
    (
        "metadata",
        "/gateway/har/api/v2/metadata?account_identifier=acc&registry_identifier=g&package=app1",
    ),
    ("download", "/pkg/acc/g/files/app1/1.0.0/f"),
];

/// Prints for each case, and for its floor, the requests a second (`….rate`) and the 99th percentile in milliseconds
/// (`….p99`), over `seconds` each.
pub(crate) fn run(seconds: usize) -> Result<()> {
    let time = Duration::from_secs(u64::try_from(seconds)?);
    tokio::runtime::Runtime::new()?.block_on(async {
        let data = tempfile::tempdir()?;
        let server = Server::bind_with_log(config(&data), Box::new(std::io::sink())).await?;
        let address = server.address();
        tokio::spawn(server.run(std::future::pending()));
        fill(address).await?;
        for (name, path) in CASES {
            let body = Client::connect(address)
                .await?
                .ask(Method::GET, path, Bytes::new())
                .await?;
            let floor = bare(body).await?;
            for (name, address, path) in [
                (name.to_owned(), address, path),
                (format!("{name}.floor"), floor, "/"),
            ] {
                let mut latencies = load(address, path, time).await?;
                let rate = latencies.len() as f64 / time.as_secs_f64();
                latencies.sort_unstable();
                let p99 = latencies[latencies.len() * 99 / 100];
                println!("{name}.rate {rate}");
                println!("{name}.p99 {}", p99.as_secs_f64() * 1e3);
            }
        }
        Ok(())
    })
}

fn config(data: &tempfile::TempDir) -> Config {
    Config {
        data: data.path().to_owned(),
        listen: "127.0.0.1:0".to_owned(),
        token: Some(TOKEN.to_owned()),
        policy: None,
        advisories: Vec::new(),
        no_starter: false,
        hosts: Vec::new(),
        public_url: None,
        trusted_proxies: Vec::new(),
        max_body: 64 << 20,
        log: LogFormat::Text,
    }
}

/// Makes what is asked for later.
async fn fill(address: SocketAddr) -> Result<()> {
    let mut client = Client::connect(address).await?;
    let registry = json!({ "identifier": "g", "packageType": "GENERIC" }).to_string();
    client
        .ask(Method::POST, "/api/v1/registry?space_ref=acc", registry.into())
        .await?;
    for number in 0..PACKAGES {
        let path = format!("/pkg/acc/g/files/app{number}/1.0.0/f");
        let bytes = number.to_le_bytes().repeat(FILE / size_of::<usize>());
        client.ask(Method::PUT, &path, bytes.into()).await?;
    }
    let pairs: Vec<_> = (0..10)
        .map(|number| json!({ "key": format!("key{number}"), "value": "value" }))
        .collect();
    let metadata = json!({ "registryIdentifier": "g", "package": "app1", "metadata": pairs }).to_string();
    let path = "/gateway/har/api/v2/metadata?account_identifier=acc";
    client.ask(Method::POST, path, metadata.into()).await?;
    Ok(())
}

/// A server that answers anything with these bytes.
async fn bare(body: Bytes) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/", get(move || std::future::ready(body.clone())));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// Asks for one path on all connections for a time, and gives how long each answer took.
async fn load(address: SocketAddr, path: &'static str, time: Duration) -> Result<Vec<Duration>> {
    let end = Instant::now() + time;
    let mut asking = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut client = Client::connect(address).await?;
        asking.push(tokio::spawn(async move {
            let mut latencies = Vec::new();
            while Instant::now() < end {
                let start = Instant::now();
                client.ask(Method::GET, path, Bytes::new()).await?;
                latencies.push(start.elapsed());
            }
            Ok::<_, anyhow::Error>(latencies)
        }));
    }
    let mut all = Vec::new();
    for connection in asking {
        all.extend(connection.await??);
    }
    ensure!(!all.is_empty(), "nothing was answered");
    Ok(all)
}

/// A connection that is kept open.
struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Client {
    async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_string(),
        })
    }

    /// The body of the answer, which must be a success.
    async fn ask(&mut self, method: Method, path: &str, body: Bytes) -> Result<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
            .header("x-api-key", TOKEN)
            .body(Full::new(body))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status: StatusCode = answer.status();
        let body = answer
            .into_body()
            .collect()
            .await
            .context(path.to_owned())?
            .to_bytes();
        ensure!(status.is_success(), "{path}: {status}");
        Ok(body)
    }
}
