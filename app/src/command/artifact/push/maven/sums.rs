//! The files with checksums beside a file in a repository, from which Maven checks what it fetches.

use hc_core::api::push::{Target, answer, maven as requests};
use hc_core::checksum::{Algorithm, Checksums};

use crate::error::Error;
use crate::host::Host;
use crate::net::Client;

/// Puts all of `checksums` beside the file at `path`. A service that makes such files itself may refuse them; then they
/// must be right.
///
/// # Errors
/// When one was not taken, and is not there either.
pub(in super::super) async fn write<H: Host>(
    client: &Client<'_, H>,
    target: &Target<'_>,
    path: &str,
    checksums: &Checksums,
) -> Result<(), Error> {
    for algorithm in Algorithm::ALL {
        let Some(hex) = checksums.get(algorithm) else {
            continue;
        };
        let request = requests::checksum(target, path, algorithm, hex);
        let sent = client.call(&request, |response| answer::parse(&request, response));
        if let Err(failure) = sent.await
            && !is_there(client, target, path, algorithm, hex)
                .await
                .unwrap_or(false)
        {
            return Err(failure.into());
        }
    }
    Ok(())
}

/// Whether the checksum that every client of a repository reads is there, and right.
///
/// # Errors
/// When the service gives no clear answer.
pub(in super::super) async fn agree<H: Host>(
    client: &Client<'_, H>,
    target: &Target<'_>,
    path: &str,
    checksums: &Checksums,
) -> Result<bool, Error> {
    match checksums.get(Algorithm::Sha1) {
        Some(hex) => is_there(client, target, path, Algorithm::Sha1, hex).await,
        None => Ok(true),
    }
}

async fn is_there<H: Host>(
    client: &Client<'_, H>,
    target: &Target<'_>,
    path: &str,
    algorithm: Algorithm,
    hex: &str,
) -> Result<bool, Error> {
    let request = requests::stored_checksum(target, path, algorithm);
    let found = client.fetch(&request, requests::parse_checksum).await?;
    Ok(found.as_deref() == Some(hex))
}
