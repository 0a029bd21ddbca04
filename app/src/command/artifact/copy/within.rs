//! A copy from one registry into another of the same service, which makes it itself.

use hc_core::api::artifacts;
use hc_core::api::error::done;

use crate::args::{ArtifactCopy, ArtifactType, Global};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

/// What is copied. A package's name may hold slashes; those of registries and versions do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Source<'a> {
    registry: &'a str,
    package: &'a str,
    version: &'a str,
}

impl<'a> Source<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (registry, rest) = text.split_once('/')?;
        let (package, version) = rest.rsplit_once('/')?;
        let is_whole = ![registry, package, version].contains(&"");
        is_whole.then_some(Self {
            registry,
            package,
            version,
        })
    }
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactCopy,
    target: &str,
) -> Result<ExitStatus, Error> {
    let source = Source::parse(&args.source).ok_or_else(|| Error::Usage {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_between_the_first_slash_and_the_last() {
        for (text, expected) in [
            ("r/nginx/1.2.3", Some(("r", "nginx", "1.2.3"))),
            ("r/@scope/a/b/v1", Some(("r", "@scope/a/b", "v1"))),
            ("r/nginx", None),
            ("r", None),
            ("r//1", None),
            ("/nginx/1", None),
            ("r/nginx/", None),
        ] {
            let parsed = Source::parse(text);
            let parsed = parsed.map(|source| (source.registry, source.package, source.version));
            assert_eq!(parsed, expected, "{text}");
        }
    }
}
