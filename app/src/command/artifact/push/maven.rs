//! `hc artifact push maven`: the files of an artifact, and its POM.

use std::collections::BTreeMap;

use hc_core::api::Part;
use hc_core::api::push::maven as requests;
use hc_core::package_file::PackageError;
use hc_core::package_file::maven::{Coordinates, MAX_POM, ending};

use super::existing::{self, Existing};
use super::local_file::{LocalFile, last_part};
use super::named;
use super::send::{Row, Sender, Status};
use crate::ExitStatus;
use crate::args::{Global, PushMaven};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::host::{Access, Host};
use crate::temporary;

/// A file, its content, and what it is called in the repository.
struct Ready {
    file: LocalFile,
    content: Part,
    name: String,
}

/// A POM: where it is, and what the user knows it by.
struct Pom<'p> {
    path: &'p str,
    shown: &'p str,
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushMaven,
) -> Result<ExitStatus, Error> {
    let coordinates = Coordinates::parse(&args.coordinates).map_err(|error| Error::Usage {
        message: error.to_string(),
        help: "write GROUP:ARTIFACT:VERSION, such as org.example:my-app:1.0".to_owned(),
    })?;
    let files = named(host, args, &coordinates).await?;
    let Some(given) = &args.pom else {
        let path = temporary::file(host, ".pom").await?;
        let outcome = with_made_pom(host, console, global, args, &coordinates, files, &path).await;
        // What cannot be removed is the system's to clear away; the outcome matters more.
        let _ = host.remove(&path).await;
        return outcome;
    };
    check_pom(host, given, &coordinates).await?;
    let pom = Pom {
        path: given,
        shown: given,
    };
    push(host, console, global, args, &coordinates, files, pom).await
}

/// The files that the arguments name: by their names in the repository, the path of each.
async fn named<H: Host>(
    host: &H,
    args: &PushMaven,
    coordinates: &Coordinates,
) -> Result<BTreeMap<String, String>, Error> {
    let mut files = BTreeMap::new();
    for path in named::files(host, &args.files, &[]).await? {
        let absolute = host.absolute(&path).map_err(|error| Error::File {
            path: path.clone(),
            error,
        })?;
        let name = coordinates
            .file_name(last_part(&absolute))
            .map_err(|error| Error::Package {
                path: path.clone(),
                error,
            })?;
        if ending(&name) == Some("pom") {
            return Err(Error::Usage {
                message: format!("{path} would be the POM"),
                help: format!("name it with --pom {path}"),
            });
        }
        if let Some(other) = files.insert(name.clone(), path.clone()) {
            return Err(Error::Usage {
                message: format!("{other} and {path} would both be {name}"),
                help: format!("call all but one {}-CLASSIFIER.ENDING", stem(coordinates)),
            });
        }
    }
    Ok(files)
}

fn stem(coordinates: &Coordinates) -> String {
    format!("{}-{}", coordinates.artifact(), coordinates.version())
}

async fn check_pom<H: Host>(host: &H, path: &str, coordinates: &Coordinates) -> Result<(), Error> {
    let failed = |error| Error::File {
        path: path.to_owned(),
        error,
    };
    let refused = |error| Error::Package {
        path: path.to_owned(),
        error,
    };
    let size = host.stat(path).await.map_err(failed)?.size;
    if size > MAX_POM {
        return Err(refused(PackageError::TooLarge {
            reason: format!("it has {size} bytes; a POM has at most {MAX_POM}"),
        }));
    }
    let bytes = host.read(path).await.map_err(failed)?;
    coordinates.check_pom(&bytes).map_err(refused)
}

/// Pushes with a POM that says what the coordinates and the main file say.
async fn with_made_pom<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushMaven,
    coordinates: &Coordinates,
    files: BTreeMap<String, String>,
    path: &str,
) -> Result<ExitStatus, Error> {
    let main = format!("{}.", stem(coordinates));
    let packaging = files
        .keys()
        .find_map(|name| name.strip_prefix(&main))
        .unwrap_or("pom");
    let pom = coordinates.minimal_pom(packaging);
    let written = host.write(path, pom.as_bytes(), Access::Private).await;
    written.map_err(|error| Error::File {
        path: path.to_owned(),
        error,
    })?;
    let shown = format!("{}.pom", stem(coordinates));
    let pom = Pom { path, shown: &shown };
    push(host, console, global, args, coordinates, files, pom).await
}

async fn push<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushMaven,
    coordinates: &Coordinates,
    files: BTreeMap<String, String>,
    pom: Pom<'_>,
) -> Result<ExitStatus, Error> {
    let mut session = Session::open(host, console, global).await?;
    let sender = Sender::new(host, console, global, &args.sending);
    let mut ready = Vec::new();
    for (name, path) in files {
        let file = sender.read(&path).await?;
        let content = file.content();
        ready.push(Ready { file, content, name });
    }
    // The POM is begun last: clients take a version for there when that is.
    let file = sender.read(pom.path).await?;
    ready.push(Ready {
        content: file.content(),
        file: LocalFile {
            path: pom.shown.to_owned(),
            ..file
        },
        name: format!("{}.pom", stem(coordinates)),
    });
    let packages = session.packages(args.sending.packages.pkg_url.as_deref()).await?;
    let target = session.target(&packages, &args.registry);
    let row = |Ready { file, name, .. }: &Ready| {
        let url = requests::stored(&target, coordinates, name).uri().to_string();
        Row::new(
            file,
            coordinates.name(),
            coordinates.version().to_owned(),
            name,
            url,
        )
    };
    let send = async |Ready { file, content, name }: &Ready| {
        if args.sending.skip_existing {
            let head = requests::stored(&target, coordinates, name);
            match existing::look(&session.client, &head, &file.checksums).await? {
                Existing::Same => return Ok(Status::Skipped),
                Existing::Other(difference) if !coordinates.is_snapshot() => {
                    let what = format!("{name} of {coordinates}");
                    return Err(Error::Exists { what, difference });
                }
                // Then the service decides.
                Existing::Other(_) | Existing::Nothing | Existing::Unknown => {}
            }
        }
        let request = requests::request(&target, coordinates, name, content.clone(), &file.checksums);
        sender.send(&session.client, file, &request).await
    };
    sender.all(&ready, row, send).await
}
