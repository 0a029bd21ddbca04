//! The files of a version, as the service lists them.

use hc_core::api::artifacts::{self, File};

use crate::command::paging;
use crate::command::session::Session;
use crate::host::Host;
use crate::net::Failure;

/// All files of a version. `artifact_type` tells artifacts of one name apart, where a registry has several.
///
/// # Errors
/// When a page of the list cannot be had; of images and the like the service keeps none.
pub(super) async fn files<H: Host>(
    session: &Session<'_, H>,
    registry: &str,
    artifact: &str,
    version: &str,
    artifact_type: Option<&str>,
) -> Result<Vec<File>, Failure> {
    let files = paging::every(async |page, size| {
        let request = artifacts::files(
            &session.service,
            registry,
            artifact,
            version,
            artifact_type,
            page,
            size,
        );
        let parse = |answer: &_| artifacts::parse_files(answer, page);
        session.client.call(&request, parse).await
    });
    Ok(files.await?.items)
}
