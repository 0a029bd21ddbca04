//! `hc artifact push generic`

use hc_core::api::Part;
use hc_core::api::error::check;
use hc_core::api::files::Location;
use hc_core::api::push::Target;
use hc_core::checksum::{Algorithm, Checksums};
use serde::Serialize;

use super::checksums;
use crate::ExitStatus;
use crate::args::{Global, PushGeneric};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::render::records::{Column, record};
use crate::render::size::size;

/// What was put where.
#[derive(Debug, Serialize)]
struct Pushed {
    registry: String,
    package: String,
    version: String,
    file: String,
    /// In bytes.
    size: u64,
    checksums: Checksums,
    url: String,
}

const COLUMNS: [Column<Pushed>; 7] = [
    Column("Registry", |pushed| pushed.registry.clone()),
    Column("Package", |pushed| pushed.package.clone()),
    Column("Version", |pushed| pushed.version.clone()),
    Column("File", |pushed| pushed.file.clone()),
    Column("Size", |pushed| size(pushed.size)),
    Column("SHA-256", |pushed| {
        let sha256 = pushed.checksums.get(Algorithm::Sha256);
        sha256.unwrap_or_default().to_owned()
    }),
    Column("Link", |pushed| pushed.url.clone()),
];

pub(in super::super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushGeneric,
) -> Result<ExitStatus, Error> {
    let mut session = Session::open(host, console, global).await?;
    let path = args.path.as_str();
    let failed = |error| Error::File {
        path: path.to_owned(),
        error,
    };
    let stat = host.stat(path).await.map_err(failed)?;
    if stat.is_folder {
        return Err(Error::Usage {
            message: format!("{path} is a folder"),
            help: "push one file at a time".to_owned(),
        });
    }
    let absolute = host.absolute(path).map_err(failed)?;
    let file = file_name(&absolute);
    let packages = session.packages(args.packages.pkg_url.as_deref()).await?;
    let (checksums, length) = checksums::of_file(host, console, path, stat.size).await?;
    let location = Location {
        target: Target {
            packages: &packages,
            account: &session.service.scope.account,
            registry: &args.registry,
        },
        package: &args.name,
        version: &args.version,
        file,
    };
    console.step(&format!("Uploading {path} ({})...", size(length)));
    let content = Part::File {
        path: path.to_owned(),
        offset: 0,
        length,
    };
    let request = location.put(content, &checksums.headers());
    session.client.call(&request, check).await?;
    console.step(&format!("Uploaded {file} to {} {}", args.name, args.version));
    let pushed = Pushed {
        registry: args.registry.clone(),
        package: args.name.clone(),
        version: args.version.clone(),
        file: file.to_owned(),
        size: length,
        checksums,
        url: location.url(),
    };
    console.result(&record(global.format, &COLUMNS, &pushed)?)?;
    Ok(ExitStatus::Success)
}

/// The last part of an absolute path. Only where no slash parts folders do backslashes.
fn file_name(absolute: &str) -> &str {
    let separator = if absolute.contains('/') { '/' } else { '\\' };
    absolute.rsplit(separator).next().unwrap_or(absolute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_last_part_of_a_path() {
        for (path, expected) in [
            ("/a/b c#.zip", "b c#.zip"),
            (r"/a/b\c", r"b\c"),
            (r"C:\a\b.zip", "b.zip"),
        ] {
            assert_eq!(file_name(path), expected);
        }
    }
}
