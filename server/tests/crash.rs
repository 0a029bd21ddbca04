//! `kill -9` in the middle of writes, 200 times at random points with a fixed seed. After each restart, what was
//! acknowledged is there and whole, what was not is there whole or not at all, and the database passes its check. At
//! last the server is asked to end, and does.

#![expect(clippy::unwrap_used, clippy::panic, reason = "all of this is a test")]

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hc_server::{Config, LogFormat};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};

const NAME: &str = "what_was_acknowledged_survives_being_killed";
const DATA: &str = "HC_CRASH_TEST_DATA";
const TOKEN: &str = "pat.acc.id.secret";
const KILLS: u64 = 200;
const WRITERS: u64 = 4;
const SEED: u64 = 0x5eed_0008_7170;

fn main() {
    if let Some(data) = env::var_os(DATA) {
        return serve(PathBuf::from(data));
    }
    // As far as `cargo test` needs it, this is a test like others: it can be listed and left out.
    let args: Vec<String> = env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--list") {
        println!("{NAME}: test");
        return;
    }
    let mut filters = args.iter().filter(|arg| !arg.starts_with('-')).peekable();
    if filters.peek().is_some() && !filters.any(|filter| NAME.contains(filter.as_str())) {
        return;
    }
    let start = Instant::now();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let writes = runtime.block_on(test());
    println!(
        "test {NAME} ... ok ({KILLS} kills, {writes} acknowledged writes, {} s)",
        start.elapsed().as_secs()
    );
}

/// The child: a server that runs until it is killed.
fn serve(data: PathBuf) {
    let config = Config {
        data,
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
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(hc_server::serve(config)).unwrap();
}

/// A content is known by its SHA-256; `None` is a file that is not there.
type Content = Option<String>;

/// What may be at a path.
#[derive(Clone)]
enum Expected {
    /// The server said so.
    Known(Content),
    /// A write was under way from one to the other.
    Either(Content, Content),
}

/// What may be at each path, by the URL's path.
type Expectations = Arc<Mutex<BTreeMap<String, Expected>>>;

async fn test() -> usize {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let expectations = Expectations::default();
    // Where the whole workspace is built, the client wants to be told, though it needs no cryptography here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().build().unwrap();
    let mut random = Random(SEED);
    let mut acknowledged = 0;
    let (mut child, mut url) = start(&data);
    for (name, package_type) in [("g", "GENERIC"), ("n", "NPM")] {
        let made = client
            .post(format!("{url}/api/v1/registry?space_ref=acc"))
            .header("x-api-key", TOKEN)
            .json(&json!({ "identifier": name, "packageType": package_type }))
            .send()
            .await
            .unwrap();
        assert_eq!(made.status(), StatusCode::CREATED);
    }
    for round in 0..KILLS {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let random = Random(random.next());
                let prefix = format!("{round}-{writer}");
                tokio::spawn(write(
                    client.clone(),
                    url.clone(),
                    prefix,
                    random,
                    Arc::clone(&expectations),
                ))
            })
            .collect();
        tokio::time::sleep(Duration::from_micros(1000 + random.next() % 150_000)).await;
        // On Unix this is SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        for writer in writers {
            acknowledged += writer.await.unwrap();
        }
        check_database(&data, round);
        (child, url) = start(&data);
        assert_eq!(std::fs::read_dir(data.join("incoming")).unwrap().count(), 0);
        let prefix = format!("/{round}-");
        let touched: Vec<_> = {
            let expectations = expectations.lock().unwrap();
            let of_round = |(path, expected): &(&String, &Expected)| {
                path.contains(&prefix) || matches!(expected, Expected::Either(..))
            };
            expectations
                .iter()
                .filter(of_round)
                .map(|(path, expected)| (path.clone(), expected.clone()))
                .collect()
        };
        for (path, expected) in touched {
            let found = read(&client, &url, &path).await;
            let fits = match &expected {
                Expected::Known(content) => *content == found,
                Expected::Either(before, after) => *before == found || *after == found,
            };
            assert!(fits, "round {round}: {path} is {found:?}");
            expectations.lock().unwrap().insert(path, Expected::Known(found));
        }
    }
    // Nothing of all that was lost later, and no bytes are there that nobody named.
    let all = expectations.lock().unwrap().clone();
    let mut contents = std::collections::BTreeSet::new();
    for (path, expected) in all {
        let Expected::Known(content) = expected else {
            panic!("{path} was never checked")
        };
        assert_eq!(read(&client, &url, &path).await, content, "{path}");
        contents.extend(content);
    }
    for folder in std::fs::read_dir(data.join("files")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            assert_eq!(hash(&std::fs::read(file.path()).unwrap()), name);
            assert!(contents.remove(&name), "nobody named {name}");
        }
    }
    assert!(contents.is_empty());
    end(child);
    acknowledged
}

fn start(data: &Path) -> (Child, String) {
    let mut child = Command::new(env::current_exe().unwrap())
        .env(DATA, data)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut greeting = String::new();
    log.read_line(&mut greeting).unwrap();
    // A log that nobody reads would make the server wait.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    let (_, url) = greeting.trim().rsplit_once(' ').unwrap();
    assert!(url.starts_with("http://"), "{greeting}");
    (child, url.to_owned())
}

/// Ends the server as a supervisor would.
fn end(mut child: Child) {
    if cfg!(unix) {
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
        assert!(child.wait().unwrap().success());
    } else {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// As a reader of the files would find it at the moment of the kill.
fn check_database(data: &Path, round: u64) {
    let records = rusqlite::Connection::open(data.join("records.sqlite")).unwrap();
    let check: String = records
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok", "round {round}");
    let dangling = records
        .prepare("PRAGMA foreign_key_check")
        .unwrap()
        .exists([])
        .unwrap();
    assert!(!dangling, "round {round}");
}

/// The tarball of an npm package that holds `bytes`.
fn tarball(name: &str, bytes: &[u8]) -> Vec<u8> {
    let manifest = json!({ "name": name, "version": "1.0.0" }).to_string();
    let pack = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    let mut builder = tar::Builder::new(pack);
    for (path, content) in [
        ("package/package.json", manifest.as_bytes()),
        ("package/file.bin", bytes),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, path, content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// Writes until the server is gone; gives the number of writes that were acknowledged.
async fn write(
    client: Client,
    url: String,
    prefix: String,
    mut random: Random,
    expectations: Expectations,
) -> usize {
    let mut written: Vec<String> = Vec::new();
    let mut acknowledged = 0;
    for number in 0_u64.. {
        let length = usize::try_from(random.next() % 100_000).unwrap();
        let bytes = random.bytes(length);
        let content = Some(hash(&bytes));
        let kind = random.next() % 10;
        let earlier = (!written.is_empty())
            .then(|| written[usize::try_from(random.next()).unwrap_or(0) % written.len()].clone());
        let (request, path, after) = match (kind, earlier) {
            (0, Some(path)) => (client.delete(format!("{url}{path}")), path, None),
            (1 | 2, Some(path)) => (client.put(format!("{url}{path}")).body(bytes), path, content),
            (3 | 4, _) => {
                let name = format!("p{prefix}-{number}");
                let bytes = tarball(&name, &bytes);
                let content = Some(hash(&bytes));
                let document = json!({
                    "name": name,
                    "versions": { "1.0.0": { "name": name, "version": "1.0.0" } },
                    "_attachments": { (format!("{name}-1.0.0.tgz")): { "data": STANDARD.encode(&bytes) } },
                });
                let request = client.put(format!("{url}/pkg/acc/n/npm/{name}")).json(&document);
                (
                    request,
                    format!("/pkg/acc/n/npm/{name}/-/{name}-1.0.0.tgz"),
                    content,
                )
            }
            _ => {
                let path = format!("/pkg/acc/g/files/app/{prefix}-{number}/file.bin");
                written.push(path.clone());
                (client.put(format!("{url}{path}")).body(bytes), path, content)
            }
        };
        let before = match expectations.lock().unwrap().get(&path) {
            Some(Expected::Known(content)) => content.clone(),
            _ => None,
        };
        let under_way = Expected::Either(before, after.clone());
        expectations.lock().unwrap().insert(path.clone(), under_way);
        match request.header("x-api-key", TOKEN).send().await {
            Ok(answer) => {
                let missing = after.is_none() && answer.status() == StatusCode::NOT_FOUND;
                assert!(answer.status().is_success() || missing, "{path}: {answer:?}");
                expectations
                    .lock()
                    .unwrap()
                    .insert(path.clone(), Expected::Known(after));
                acknowledged += 1;
            }
            Err(_) => break,
        }
    }
    acknowledged
}

async fn read(client: &Client, url: &str, path: &str) -> Content {
    let answer = client
        .request(Method::GET, format!("{url}{path}"))
        .header("x-api-key", TOKEN)
        .send()
        .await
        .unwrap();
    if answer.status() == StatusCode::NOT_FOUND {
        return None;
    }
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = answer.bytes().await.unwrap();
    Some(hash(&bytes))
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The same numbers at every run (xorshift64*, by its published constants).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.next().to_le_bytes())
            .flatten()
            .take(length)
            .collect()
    }
}
