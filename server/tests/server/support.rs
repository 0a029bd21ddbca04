//! A server of one's own, and a client that knows its key.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use hc_server::{Config, LogFormat, Server};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const TOKEN: &str = "pat.acc.id.secret";

/// A server that runs until it is stopped or dropped.
pub(crate) struct Running {
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    pub(crate) log: Captured,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), hc_server::Error>>,
    /// Removed when the test is over.
    pub(crate) data: Option<TempDir>,
}

/// What the server wrote into its log.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn config(data: &Path) -> Config {
    Config {
        data: data.to_owned(),
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

pub(crate) async fn start() -> Running {
    let data = tempfile::tempdir().unwrap();
    let mut running = start_with(config(data.path())).await;
    running.data = Some(data);
    running
}

pub(crate) async fn start_with(config: Config) -> Running {
    let log = Captured::default();
    let server = Server::bind_with_log(config, Box::new(log.clone()))
        .await
        .unwrap();
    let url = server.url();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    Running {
        url,
        client: client(),
        log,
        stop: Some(stop),
        task,
        data: None,
    }
}

/// A client that no setting of the machine leads elsewhere. Where the whole workspace is built, it is one that
/// wants to be told which cryptography to use, though it never needs any here.
pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// An answer with its body as JSON, or as a string where it is none.
pub(crate) type Answer = (StatusCode, Value);

impl Running {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .header("x-api-key", TOKEN)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::POST, path).json(body)).await
    }

    /// Makes a registry, and gives its id.
    pub(crate) async fn create(&self, scope: &str, name: &str, package_type: &str) -> String {
        let body = json!({ "identifier": name, "packageType": package_type });
        let (status, body) = self
            .post(&format!("/gateway/har/api/v1/registry?space_ref={scope}"), &body)
            .await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["data"]["uuid"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn put_file(&self, path: &str, bytes: impl Into<reqwest::Body>) -> StatusCode {
        answer(self.request(Method::PUT, path).body(bytes)).await.0
    }

    /// The files of a version, each of which can be had where the API says.
    pub(crate) async fn files(&self, registry: &str, package: &str, version: &str) -> Vec<String> {
        let path = format!(
            "/gateway/har/api/v1/registry/acc/{registry}/+/artifact/{package}/+/version/{version}/files"
        );
        let (_, listed) = self.get(&path).await;
        let mut names = Vec::new();
        for file in listed["data"]["files"].as_array().unwrap() {
            let command = file["downloadCommand"].as_str().unwrap();
            let url = command.split('\'').rev().nth(1).unwrap();
            let response = self
                .client
                .get(url)
                .header("x-api-key", TOKEN)
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{url}");
            let checksum = response.headers()["x-checksum-sha256"]
                .to_str()
                .unwrap()
                .to_owned();
            assert_eq!(file["checksums"][1], format!("SHA-256: {checksum}"), "{url}");
            names.push(file["name"].as_str().unwrap().to_owned());
        }
        names
    }

    /// Stops the server as a signal would, and gives its data folder.
    pub(crate) async fn stop(mut self) -> Option<TempDir> {
        self.stop.take().unwrap().send(()).unwrap();
        self.task.await.unwrap().unwrap();
        self.data
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// How many contents the data folder has on its disk.
pub(crate) fn blobs(data: &Path) -> usize {
    std::fs::read_dir(data.join("files"))
        .unwrap()
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .count()
}

/// A part of a form: its field, the name of its file where it is one, and the content.
pub(crate) type FormPart<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// The type and the bytes of a form.
pub(crate) fn form(parts: &[FormPart<'_>]) -> (&'static str, Vec<u8>) {
    let mut body = Vec::new();
    for (field, file, content) in parts {
        let file = file.map_or_else(String::new, |name| format!("; filename=\"{name}\""));
        let head = format!("--limit\r\nContent-Disposition: form-data; name=\"{field}\"{file}\r\n\r\n");
        body.extend(head.as_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--limit--\r\n");
    ("multipart/form-data; boundary=limit", body)
}

/// A zip archive of files, each a path and a content.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (path, content) in files {
        let file = archive
            .new_file(path)
            .compression_method(rawzip::CompressionMethod::DEFLATE);
        let (entry, config) = file.start().unwrap();
        let encoder = flate2::write::DeflateEncoder::new(entry, flate2::Compression::default());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap().finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

/// A tar archive of files, each a path and a content, packed by `pack`.
pub(crate) fn tar<W: Write>(pack: W, files: &[(&str, &[u8])]) -> W {
    let mut builder = tar::Builder::new(pack);
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, path, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A tar archive of files, packed with gzip.
pub(crate) fn tgz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let pack = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    tar(pack, files).finish().unwrap()
}

/// The tarball of an npm package.
pub(crate) fn npm_tarball(name: &str, version: &str) -> Vec<u8> {
    let manifest = json!({ "name": name, "version": version }).to_string();
    tgz(&[("package/package.json", manifest.as_bytes())])
}

/// Whether nothing of what arrived was kept.
pub(crate) fn is_empty(data: &Path) -> bool {
    blobs(data) == 0 && std::fs::read_dir(data.join("incoming")).unwrap().count() == 0
}
