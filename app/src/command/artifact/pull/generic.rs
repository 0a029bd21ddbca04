//! `hc artifact pull generic`

use hc_core::api::files::Location;
use hc_core::api::push::Target;
use hc_core::checksum::{Algorithm, Checksums};
use serde::Serialize;

use super::fetch::fetch;
use super::target;
use crate::ExitStatus;
use crate::args::{Global, PullGeneric};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::render::records::{Column, record};
use crate::render::size::size;

/// What was fetched, and where it is.
#[derive(Debug, Serialize)]
struct Pulled {
    path: String,
    /// In bytes.
    size: u64,
    checksums: Checksums,
    /// Whether the service announced a checksum, which then was right.
    verified: bool,
}

const COLUMNS: [Column<Pulled>; 4] = [
    Column("File", |pulled| pulled.path.clone()),
    Column("Size", |pulled| size(pulled.size)),
    Column("SHA-256", |pulled| {
        let sha256 = pulled.checksums.get(Algorithm::Sha256);
        sha256.unwrap_or_default().to_owned()
    }),
    Column("Verified", |pulled| {
        let word = if pulled.verified {
            "yes"
        } else {
            "no: the service gave no checksum"
        };
        word.to_owned()
    }),
];

/// `PACKAGE/VERSION/FILE`; only the file may hold more slashes.
fn parse(source: &str) -> Option<(&str, &str, &str)> {
    let (package, rest) = source.split_once('/')?;
    let (version, file) = rest.split_once('/')?;
    let is_whole = ![package, version, file].contains(&"");
    is_whole.then_some((package, version, file))
}

pub(in super::super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PullGeneric,
) -> Result<ExitStatus, Error> {
    let (package, version, file) = parse(&args.source).ok_or_else(|| Error::Usage {
        message: format!("{} does not name a file of a package", args.source),
        help: "write PACKAGE/VERSION/FILE, such as my-app/1.0.0/app.zip".to_owned(),
    })?;
    let mut session = Session::open(host, console, global).await?;
    let path = target::resolve(host, &args.target, file).await?;
    let packages = session.packages(args.packages.pkg_url.as_deref()).await?;
    let location = Location {
        target: Target {
            packages: &packages,
            account: &session.service.scope.account,
            registry: &args.registry,
        },
        package,
        version,
        file,
    };
    console.step(&format!("Downloading {}...", args.source));
    let fetched = fetch(host, console, &session.client, &location.get(), &path).await?;
    let pulled = Pulled {
        path,
        size: fetched.size,
        checksums: fetched.checksums,
        verified: fetched.is_verified,
    };
    console.result(&record(global.format, &COLUMNS, &pulled)?)?;
    Ok(ExitStatus::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_holds_slashes() {
        for (source, expected) in [
            ("p/1/f", Some(("p", "1", "f"))),
            ("p/1/a/b c", Some(("p", "1", "a/b c"))),
            ("p/1/", None),
            ("p/1", None),
            ("p//f", None),
            ("/1/f", None),
        ] {
            assert_eq!(parse(source), expected, "{source}");
        }
    }
}
