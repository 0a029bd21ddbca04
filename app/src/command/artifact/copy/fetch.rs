//! A file of the source, into a temporary file here.

use hc_core::api::Request;
use hc_core::checksum::{Algorithm, Checksums};

use super::super::push::relay::LocalFile;
use crate::error::Error;
use crate::host::{Hasher as _, Host};
use crate::net::{Client, Failure};
use crate::temporary;

/// How much is gathered before it is written, in bytes.
const PIECE: usize = 1 << 20;
/// How often a file is begun anew whose connection broke.
const TRIES: u32 = 4;

/// The files of a version while they are here; they are removed when they have been sent.
pub(super) struct Fetched<'h, H: Host> {
    host: &'h H,
    pub(super) files: Vec<LocalFile>,
}

impl<'h, H: Host> Fetched<'h, H> {
    pub(super) fn new(host: &'h H) -> Self {
        Self {
            host,
            files: Vec::new(),
        }
    }

    /// Fetches one more file, which is called `name`, and holds it against the checksums that were listed.
    ///
    /// # Errors
    /// When it cannot be fetched or written, or is not what was listed or announced.
    pub(super) async fn add(
        &mut self,
        client: &Client<'_, H>,
        request: &Request,
        name: &str,
        listed: &Checksums,
    ) -> Result<(), Error> {
        let path = temporary::file(self.host, ".part").await?;
        self.files.push(LocalFile {
            path: path.clone(),
            name: name.to_owned(),
            size: 0,
            checksums: Checksums::default(),
        });
        let mut tries = 1;
        let (size, checksums) = loop {
            match receive(self.host, client, request, &path, name, listed).await {
                Err(Error::Service(Failure::Net { .. }) | Error::Length { .. }) if tries < TRIES => {
                    client.pause(tries).await;
                    tries += 1;
                }
                received => break received?,
            }
        };
        if let Some(file) = self.files.last_mut() {
            (file.size, file.checksums) = (size, checksums);
        }
        Ok(())
    }

    /// Removes what is here.
    pub(super) async fn remove(self) {
        for file in &self.files {
            // What cannot be removed is the system's to clear away.
            let _ = self.host.remove(&file.path).await;
        }
    }
}

async fn receive<H: Host>(
    host: &H,
    client: &Client<'_, H>,
    request: &Request,
    path: &str,
    name: &str,
    listed: &Checksums,
) -> Result<(u64, Checksums), Error> {
    let mut download = client.open(request).await?;
    let announced = Checksums::announced(&download.headers);
    let is_told = [listed, &announced]
        .iter()
        .any(|told| told.algorithms().next().is_some());
    if !is_told && download.is_doubtful() {
        let problem = "what comes does not look like a file, and the service tells no checksum of it";
        return Err(download.refuse(problem).into());
    }
    let failed = |error| Error::File {
        path: path.to_owned(),
        error,
    };
    let mut hasher = host.hasher(&Algorithm::ALL);
    let (mut size, mut gathered) = (0, Vec::new());
    let mut pace = client.pace();
    loop {
        let chunk = download.chunk().await?;
        pace.check(chunk.as_ref().map_or(0, Vec::len), &download)?;
        let is_end = chunk.is_none();
        gathered.extend(chunk.unwrap_or_default());
        if gathered.len() >= PIECE || is_end {
            hasher.update(&gathered);
            host.write_at(path, size, &gathered).await.map_err(failed)?;
            size += gathered.len() as u64;
            gathered.clear();
        }
        if is_end {
            break;
        }
    }
    if let Some(length) = download.length().filter(|length| *length != size) {
        return Err(Error::Length {
            what: name.to_owned(),
            received: size,
            announced: length,
        });
    }
    let checksums = hasher.finish();
    for told in [listed, &announced] {
        if let Some(difference) = checksums.difference(told) {
            return Err(Error::Checksum {
                what: name.to_owned(),
                difference,
            });
        }
    }
    Ok((size, checksums))
}
