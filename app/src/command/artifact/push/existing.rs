//! Whether a file is in the registry already, for `--skip-existing`.

use hc_core::api::Request;
use hc_core::checksum::{Checksums, Difference};
use http::StatusCode;

use crate::error::Error;
use crate::host::Host;
use crate::net::Client;

/// What the registry has in a file's place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// Nothing.
    Nothing,
    /// The same content.
    Same,
    /// Another content.
    Other(Difference),
    /// Something of which it tells no checksum.
    Unknown,
}

/// Asks with `head`, a request without a body for the file, and compares checksums. As for a pull, the file may lie
/// elsewhere.
///
/// # Errors
/// When the service gives no clear answer.
pub(super) async fn look<H: Host>(
    client: &Client<'_, H>,
    head: &Request,
    checksums: &Checksums,
) -> Result<Existing, Error> {
    let announced = match client.open(head).await {
        Ok(found) => Checksums::announced(&found.headers),
        Err(failure) => {
            return match failure.status() {
                Some(StatusCode::NOT_FOUND | StatusCode::GONE) => Ok(Existing::Nothing),
                _ => Err(failure.into()),
            };
        }
    };
    if announced.algorithms().next().is_none() {
        return Ok(Existing::Unknown);
    }
    Ok(match checksums.difference(&announced) {
        Some(difference) => Existing::Other(difference),
        None => Existing::Same,
    })
}

/// Whether a package, `what`, may be left alone, because the registry has this very content in its place. Where it
/// tells no checksum the service decides when the package is sent.
///
/// # Errors
/// When the registry has another content there, or gives no clear answer.
pub(super) async fn may_skip<H: Host>(
    client: &Client<'_, H>,
    head: &Request,
    checksums: &Checksums,
    what: impl FnOnce() -> String,
) -> Result<bool, Error> {
    match look(client, head, checksums).await? {
        Existing::Same => Ok(true),
        Existing::Other(difference) => Err(Error::Exists {
            what: what(),
            difference,
        }),
        Existing::Nothing | Existing::Unknown => Ok(false),
    }
}
