//! `hc artifact copy`

mod across;
mod destination;
mod fetch;
mod plan;
mod row;
mod source;
mod within;

use crate::apart::apart;
use crate::args::{ArtifactCopy, Global};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactCopy,
) -> Result<ExitStatus, Error> {
    match (&args.other.to_service, &args.target) {
        (Some(url), _) => apart(across::run(host, console, global, args, url)).await,
        (None, Some(target)) => apart(within::run(host, console, global, args, target)).await,
        // The arguments' parser asks for one of them.
        (None, None) => Err(Error::Usage {
            message: "no registry to copy into is named".to_owned(),
            help: "write SRC_REGISTRY/PACKAGE/VERSION DEST_REGISTRY, or --to-service URL".to_owned(),
        }),
    }
}
