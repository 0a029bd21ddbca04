//! A file from a service into a file here: streamed, checked, and only then given its name.

use hc_core::api::Request;
use hc_core::checksum::{Algorithm, Checksums, Hasher};

use crate::console::Console;
use crate::error::Error;
use crate::host::{Body, Host};
use crate::net::{Client, Download};
use crate::progress::{Bars, Unit};

/// How much is gathered before it is written, in bytes.
const PIECE: usize = 1 << 20;

/// What arrived.
#[derive(Debug)]
pub(super) struct Fetched {
    /// In bytes.
    pub(super) size: u64,
    /// Those that the service announced, and the SHA-256.
    pub(super) checksums: Checksums,
    /// Whether the service announced any.
    pub(super) is_verified: bool,
}

/// Fetches the file that `request` asks for into `path`. Until it is whole it is called `path` with `.part`
/// after it; if it does not become whole nothing stays.
///
/// # Errors
/// When it cannot be fetched or written, or is not what the service announced.
pub(super) async fn fetch<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    client: &Client<'_, H>,
    request: &Request,
    path: &str,
) -> Result<Fetched, Error> {
    let mut download = client.open(request).await?;
    let part = format!("{path}.part");
    let fetched = match receive(host, console, &mut download, &part, path).await {
        Ok(fetched) => fetched,
        Err(error) => {
            // What counts is why it failed; the part may not even have been made.
            let _ = host.remove(&part).await;
            return Err(error);
        }
    };
    host.rename(&part, path).await.map_err(|error| Error::File {
        path: path.to_owned(),
        error,
    })?;
    Ok(fetched)
}

async fn receive<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    download: &mut Download<H::Body>,
    part: &str,
    path: &str,
) -> Result<Fetched, Error>
where
    H::Body: Body,
{
    let announced = Checksums::announced(&download.headers);
    let length = download.length();
    let mut algorithms: Vec<Algorithm> = announced.algorithms().collect();
    let is_verified = !algorithms.is_empty();
    if !algorithms.contains(&Algorithm::Sha256) {
        algorithms.push(Algorithm::Sha256);
    }
    let mut hasher = Hasher::new(algorithms);
    let progress = Bars::new(host, console).add(&format!("Downloading {path}"), Unit::Bytes, length);
    let mut size = 0;
    let mut gathered = Vec::new();
    loop {
        let chunk = download.chunk().await?;
        let is_end = chunk.is_none();
        gathered.extend(chunk.unwrap_or_default());
        if gathered.len() >= PIECE || is_end {
            let written = host.write_at(part, size, &gathered).await;
            written.map_err(|error| Error::File {
                path: part.to_owned(),
                error,
            })?;
            hasher.update(&gathered);
            size += gathered.len() as u64;
            progress.advance(gathered.len());
            gathered.clear();
        }
        if is_end {
            break;
        }
    }
    if let Some(announced) = length.filter(|&announced| announced != size) {
        return Err(Error::Length {
            what: path.to_owned(),
            received: size,
            announced,
        });
    }
    let checksums = hasher.finish();
    if let Some(difference) = checksums.difference(&announced) {
        return Err(Error::Checksum {
            what: path.to_owned(),
            difference,
        });
    }
    Ok(Fetched {
        size,
        checksums,
        is_verified,
    })
}
