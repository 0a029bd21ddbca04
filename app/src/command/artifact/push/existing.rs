//! Whether a file is in the registry: already, for `--skip-existing`, or now that it was sent.

use hc_core::api::Request;
use hc_core::checksum::{Checksums, Difference};
use http::StatusCode;

use super::super::listing;
use super::local_file::LocalFile;
use crate::command::session::Session;
use crate::error::Error;
use crate::host::Host;
use crate::net::{Client, Failure};

/// What the registry has in a file's place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// Nothing.
    Nothing,
    /// The same content.
    Same,
    /// Another content.
    Other(Difference),
    /// Nobody can tell.
    Unknown,
}

/// What a registry calls a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) registry: &'a str,
    pub(super) package: &'a str,
    pub(super) version: &'a str,
    pub(super) file: &'a str,
}

/// Asks with `head`, a request without a body for the file, and compares checksums. As for a pull, the file may lie
/// elsewhere. A service that does not know HEAD there, or tells no checksum, is asked for the list of the version's
/// files.
///
/// # Errors
/// When the service gives no clear answer.
pub(super) async fn look<H: Host>(
    session: &Session<'_, H>,
    head: &Request,
    place: &Place<'_>,
    checksums: &Checksums,
) -> Result<Existing, Error> {
    let announced = match session.client.open(head).await {
        Ok(found) => Checksums::announced(&found.headers),
        Err(failure) => match failure.status() {
            Some(StatusCode::NOT_FOUND | StatusCode::GONE) => return Ok(Existing::Nothing),
            Some(StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED) => Checksums::default(),
            _ => return Err(failure.into()),
        },
    };
    Ok(match compare(&announced, checksums) {
        Existing::Unknown => compare(&listed(session, place).await?, checksums),
        known => known,
    })
}

fn compare(there: &Checksums, checksums: &Checksums) -> Existing {
    if there.algorithms().next().is_none() {
        return Existing::Unknown;
    }
    match checksums.difference(there) {
        Some(difference) => Existing::Other(difference),
        None => Existing::Same,
    }
}

/// The checksums that the list of the version's files tells of the file; none where the service has no such list.
async fn listed<H: Host>(session: &Session<'_, H>, place: &Place<'_>) -> Result<Checksums, Error> {
    let Place {
        registry,
        package,
        version,
        file: wanted,
    } = *place;
    match listing::files(session, registry, package, version, None).await {
        Ok(files) => {
            let found = files.into_iter().find(|file| is_called(&file.name, wanted));
            Ok(found.map(|file| file.known_checksums()).unwrap_or_default())
        }
        Err(Failure::Api { .. }) => Ok(Checksums::default()),
        Err(failure) => Err(failure.into()),
    }
}

/// Whether a listed name, which may have folders before it, is that of the file.
fn is_called(listed: &str, file: &str) -> bool {
    let before = listed.strip_suffix(file);
    before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether a package may be left alone, because the registry has this very content in its place. Where nobody can
/// tell, the service decides when the package is sent.
///
/// # Errors
/// When the registry has another content there, or gives no clear answer.
pub(super) async fn may_skip<H: Host>(
    session: &Session<'_, H>,
    head: &Request,
    place: &Place<'_>,
    checksums: &Checksums,
) -> Result<bool, Error> {
    match look(session, head, place, checksums).await? {
        Existing::Same => Ok(true),
        Existing::Other(difference) => Err(Error::Exists {
            what: format!("{} {}", place.package, place.version),
            difference,
        }),
        Existing::Nothing | Existing::Unknown => Ok(false),
    }
}

/// Makes sure that a file which was sent is there, as far as `stored`, a request without a body, can tell.
///
/// # Errors
/// When it is not there, or has another content.
pub(super) async fn confirm<H: Host>(
    client: &Client<'_, H>,
    stored: &Request,
    file: &LocalFile,
) -> Result<(), Error> {
    let found = match client.open(stored).await {
        Ok(found) => found,
        Err(failure) if failure.status() == Some(StatusCode::NOT_FOUND) => return Err(Error::NotTaken),
        // Then its answer to the file itself is all that there is.
        Err(Failure::Api { .. } | Failure::Redirect { .. }) => return Ok(()),
        Err(failure) => return Err(failure.into()),
    };
    let announced = Checksums::announced(&found.headers);
    if let Some(difference) = file.checksums.difference(&announced) {
        return Err(Error::OtherTaken { difference });
    }
    let is_known = announced.algorithms().next().is_some();
    if !is_known && found.length().is_some_and(|length| length != file.size) {
        return Err(found.refuse("the file that is there now has another size").into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_before_a_listed_name_do_not_count() {
        assert!(is_called("a-1.0.whl", "a-1.0.whl"));
        assert!(is_called("1.0/a-1.0.whl", "a-1.0.whl"));
        assert!(!is_called("ba-1.0.whl", "a-1.0.whl"));
        assert!(!is_called("a-1.0.whl.asc", "a-1.0.whl"));
    }
}
