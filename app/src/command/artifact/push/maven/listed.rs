//! Telling of what was pushed in the `maven-metadata.xml` of a folder, which others may write at the same time.

use hc_core::api::push::maven::metadata::News;
use hc_core::api::push::{Target, answer, maven as requests};
use hc_core::checksum::{Algorithm, Checksums};
use http::StatusCode;

use super::sums;
use crate::console::Console;
use crate::error::Error;
use crate::host::{Hasher as _, Host};
use crate::net::{Client, Failure};

/// How often the metadata are looked at before that is given up.
const ROUNDS: u32 = 8;
/// The longest pause between is the one after so many tries.
const LONGEST_PAUSE: u32 = 4;

/// Lets the metadata of a folder tell the news, with the checksums of what is there in the end. Services that make
/// metadata themselves tell them already, or take none.
///
/// # Errors
/// When they do not tell it: the files themselves are there.
pub(in super::super) async fn tell<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    client: &Client<'_, H>,
    target: &Target<'_>,
    news: &News,
) -> Result<(), Error> {
    let path = format!("{}/{}", news.folder(), requests::METADATA);
    let unlisted = |error: Error| Error::Unlisted {
        path: path.clone(),
        error: Box::new(error),
    };
    match settle(host, console, client, target, &path, news).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(unlisted(Error::Contended)),
        Err(error) => Err(unlisted(error)),
    }
}

/// Whether the metadata tell the news now.
async fn settle<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    client: &Client<'_, H>,
    target: &Target<'_>,
    path: &str,
    news: &News,
) -> Result<bool, Error> {
    let folder = news.folder();
    let request = requests::metadata(target, &folder);
    let look = async || client.fetch(&request, requests::parse_metadata).await;
    for round in 1..=ROUNDS {
        let found = look().await?;
        if let Some(bytes) = found.bytes.as_ref().filter(|_| found.metadata.tells(news)) {
            let checksums = checksums(host, bytes);
            if sums::agree(client, target, path, &checksums).await? {
                return Ok(true);
            }
            // Whoever wrote them may be about to write these.
            client.pause(round.min(LONGEST_PAUSE)).await;
            if look().await?.bytes.as_ref() == Some(bytes) {
                sums::write(client, target, path, &checksums).await?;
            }
            continue;
        }
        if round > 1 {
            client.pause(round.min(LONGEST_PAUSE)).await;
        }
        let bytes = requests::document(&found.metadata.with(news, host.now()));
        let checksums = checksums(host, &bytes);
        let put = requests::put_metadata(target, &folder, bytes, &found);
        console.step(&format!("Updating {path}..."));
        match client.call(&put, |response| answer::parse(&put, response)).await {
            Ok(_) => sums::write(client, target, path, &checksums).await?,
            Err(failure) if is_changed(&failure) => console.detail("somebody else wrote it meanwhile"),
            Err(failure) if is_its_own(&failure) => {
                console.note(&format!(
                    "the service takes no {path}: it makes its own, or has none"
                ));
                return Ok(true);
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(false)
}

/// Whether something else is there than was found.
fn is_changed(failure: &Failure) -> bool {
    matches!(
        failure.status(),
        Some(StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT)
    )
}

/// Whether nobody may write there.
fn is_its_own(failure: &Failure) -> bool {
    matches!(
        failure.status(),
        Some(StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED)
    )
}

fn checksums<H: Host>(host: &H, bytes: &[u8]) -> Checksums {
    let mut hasher = host.hasher(&Algorithm::ALL);
    hasher.update(bytes);
    hasher.finish()
}
