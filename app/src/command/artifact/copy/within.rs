//! A copy from one registry into another of the same service, which makes it itself.

use hc_core::api::artifacts;
use hc_core::api::error::done;

use super::source::Source;
use crate::args::{ArtifactCopy, ArtifactType, Global};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactCopy,
    target: &str,
) -> Result<ExitStatus, Error> {
    let source = Source::of_version(&args.source).ok_or_else(|| Error::Usage {
        message: format!("{} does not name a version of a package", args.source),
        help: "write SRC_REGISTRY/PACKAGE/VERSION, such as source-registry/nginx/1.2.3".to_owned(),
    })?;
    let session = Session::open(host, console, global).await?;
    session.needs_hosted("copy from one registry into another")?;
    let request = artifacts::copy(
        &session.service,
        source.registry,
        source.package,
        source.version,
        target,
        args.artifact_type.map(ArtifactType::as_str),
        args.artifact_key.as_ref(),
    );
    session.client.call(&request, done).await?;
    console.step(&format!(
        "Copied {} {} from {} to {}",
        source.package, source.version, source.registry, target
    ));
    Ok(ExitStatus::Success)
}
