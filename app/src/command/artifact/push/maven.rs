//! `hc artifact push maven`: the files of an artifact, and then its POM, by which clients take a version for there.

use std::collections::BTreeMap;

use futures_util::lock::Mutex;
use hc_core::api::Part;
use hc_core::api::push::{Target, maven as requests};
use hc_core::package_file::PackageError;
use hc_core::package_file::maven::{Coordinates, MAX_POM};

use super::existing::{self, Existing, Place};
use super::local_file::{LocalFile, last_part};
use super::named;
use super::send::{Row, Sender, Status};
use crate::args::{Global, PushMaven};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

/// A file, its content, and what it is called in the repository.
struct Ready {
    file: LocalFile,
    content: Part,
    name: String,
    /// Held while it is sent; whether the repository has it.
    is_there: Mutex<bool>,
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushMaven,
) -> Result<ExitStatus, Error> {
    let (coordinates, arguments) = meant(host, args).await?;
    let Named { files, pom } = named(host, args, arguments, &coordinates).await?;
    let mut session = Session::open(host, console, global).await?;
    let sender = Sender::new(host, console, global, &args.sending);
    let ready = read(host, &sender, pom.as_deref(), &coordinates, files).await?;
    let packages = session.packages(args.sending.packages.pkg_url.as_deref()).await?;
    let target = session.target(&packages, &args.registry);
    let row = |Ready { file, name, .. }: &Ready| {
        let url = requests::stored(&target, &coordinates, name).uri().to_string();
        Row::new(
            file,
            coordinates.name(),
            coordinates.version().to_owned(),
            name,
            url,
        )
    };
    let send = async |one: &Ready| {
        let mut is_there = one.is_there.lock().await;
        let main = coordinates.pom_name();
        if one.name == main {
            // Sending begins in this order: all others are there, on their way, or were not taken.
            for other in ready.iter().filter(|other| other.name != main) {
                if !*other.is_there.lock().await {
                    return Err(Error::PomHeld);
                }
            }
        }
        let status = push(&sender, &session, &target, &coordinates, args, one).await?;
        *is_there = true;
        Ok(status)
    };
    sender.all(&ready, row, send).await
}

/// The coordinates, and the arguments that name files. As the earlier client has it, a file may stand in the place of
/// the coordinates where the POM tells these.
async fn meant<H: Host>(host: &H, args: &PushMaven) -> Result<(Coordinates, Vec<String>), Error> {
    let unknown = match Coordinates::parse(&args.coordinates) {
        Ok(coordinates) => return Ok((coordinates, args.files.clone())),
        Err(error) => error,
    };
    if let Some(path) = &args.pom
        && host.stat(&args.coordinates).await.is_ok_and(|stat| stat.is_file)
    {
        let bytes = host.read(path).await.map_err(|error| Error::File {
            path: path.clone(),
            error,
        })?;
        let coordinates = Coordinates::of_pom(&bytes).map_err(|error| Error::Package {
            path: path.clone(),
            error,
        })?;
        let files = std::iter::once(&args.coordinates).chain(&args.files);
        return Ok((coordinates, files.cloned().collect()));
    }
    Err(Error::Usage {
        message: unknown.to_string(),
        help: "write GROUP:ARTIFACT:VERSION, such as org.example:my-app:1.0, or FILE with --pom-file POM"
            .to_owned(),
    })
}

/// What the arguments name.
struct Named {
    /// By their names in the repository, the path of each.
    files: BTreeMap<String, String>,
    pom: Option<String>,
}

async fn named<H: Host>(
    host: &H,
    args: &PushMaven,
    arguments: Vec<String>,
    coordinates: &Coordinates,
) -> Result<Named, Error> {
    let mut files = BTreeMap::new();
    let mut pom = args.pom.clone();
    for path in named::files(host, &arguments, &[]).await? {
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
        if name == coordinates.pom_name() {
            match pom.replace(path.clone()) {
                Some(other) if other != path => {
                    return Err(Error::Usage {
                        message: format!("{other} and {path} would both be the POM"),
                        help: "name one of them".to_owned(),
                    });
                }
                _ => continue,
            }
        }
        if let Some(other) = files.insert(name.clone(), path.clone()) {
            return Err(Error::Usage {
                message: format!("{other} and {path} would both be {name}"),
                help: format!("call all but one {}-CLASSIFIER.ENDING", stem(coordinates)),
            });
        }
    }
    Ok(Named { files, pom })
}

fn stem(coordinates: &Coordinates) -> String {
    format!("{}-{}", coordinates.artifact(), coordinates.version())
}

async fn check_pom<H: Host>(
    host: &H,
    LocalFile { path, size, .. }: &LocalFile,
    coordinates: &Coordinates,
) -> Result<(), Error> {
    let refused = |error| Error::Package {
        path: path.clone(),
        error,
    };
    if *size > MAX_POM {
        return Err(refused(PackageError::TooLarge {
            reason: format!("it has {size} bytes; a POM has at most {MAX_POM}"),
        }));
    }
    let bytes = host.read(path).await.map_err(|error| Error::File {
        path: path.clone(),
        error,
    })?;
    coordinates.check_pom(&bytes).map_err(refused)?;
    Coordinates::check_model(&bytes).map_err(refused)
}

/// Reads all files, and the POM last.
async fn read<H: Host>(
    host: &H,
    sender: &Sender<'_, H>,
    pom: Option<&str>,
    coordinates: &Coordinates,
    files: BTreeMap<String, String>,
) -> Result<Vec<Ready>, Error> {
    let main = format!("{}.", stem(coordinates));
    let packaging = files.keys().find_map(|name| name.strip_prefix(&main));
    let made = coordinates.minimal_pom(packaging.unwrap_or("pom"));
    let name = format!("{main}pom");
    let pom = match pom {
        Some(path) => {
            let file = sender.read(path).await?;
            check_pom(host, &file, coordinates).await?;
            Ready::file(file, name)
        }
        None => Ready {
            file: LocalFile::of_bytes(host, &name, made.as_bytes()),
            content: Part::Bytes(made.into_bytes()),
            name,
            is_there: Mutex::default(),
        },
    };
    let mut ready = Vec::with_capacity(files.len() + 1);
    for (name, path) in files {
        ready.push(Ready::file(sender.read(&path).await?, name));
    }
    ready.push(pom);
    Ok(ready)
}

impl Ready {
    fn file(file: LocalFile, name: String) -> Self {
        Self {
            content: file.content(),
            file,
            name,
            is_there: Mutex::default(),
        }
    }
}

/// Sends a file, unless it is there and to be left alone.
async fn push<H: Host>(
    sender: &Sender<'_, H>,
    session: &Session<'_, H>,
    target: &Target<'_>,
    coordinates: &Coordinates,
    args: &PushMaven,
    Ready {
        file, content, name, ..
    }: &Ready,
) -> Result<Status, Error> {
    let head = requests::stored(target, coordinates, name);
    if args.sending.skip_existing {
        let package = coordinates.name();
        let place = Place {
            registry: &args.registry,
            package: &package,
            version: coordinates.version(),
            file: name,
        };
        match existing::look(session, &head, &place, &file.checksums).await? {
            Existing::Same => return Ok(Status::Skipped),
            Existing::Other(difference) if !coordinates.is_snapshot() => {
                let what = format!("{name} of {coordinates}");
                return Err(Error::Exists { what, difference });
            }
            // Then the service decides.
            Existing::Other(_) | Existing::Nothing | Existing::Unknown => {}
        }
    }
    let request = requests::request(target, coordinates, name, content.clone(), &file.checksums);
    sender.put(&session.client, file, &request, &head).await
}
