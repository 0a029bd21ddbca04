//! Which files the arguments mean, what they are called in the repository, and the POM that goes with them.

use std::collections::BTreeMap;

use futures_util::lock::Mutex;
use hc_core::api::Part;
use hc_core::package_file::PackageError;
use hc_core::package_file::maven::{Coordinates, MAX_POM};
use hc_core::package_file::maven_plugin::{self, Plugin};

use super::super::local_file::{LocalFile, last_part};
use super::super::named;
use super::super::send::Sender;
use crate::args::PushMaven;
use crate::error::Error;
use crate::host::Host;
use crate::package_source;

/// A file, its content, and what it is called in the repository.
pub(super) struct Ready {
    pub(super) file: LocalFile,
    pub(super) content: Part,
    pub(super) name: String,
    /// Whether it is the POM of the artifact, which stands for all others.
    pub(super) is_pom: bool,
    /// Held while it is sent; whether the repository has it.
    pub(super) is_there: Mutex<bool>,
}

/// The coordinates, and the arguments that name files. As the earlier client has it, a file may stand in the place of
/// the coordinates where the POM tells these.
pub(super) async fn meant<H: Host>(host: &H, args: &PushMaven) -> Result<(Coordinates, Vec<String>), Error> {
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
pub(super) struct Named {
    /// By their names in the repository, the path of each.
    pub(super) files: BTreeMap<String, String>,
    pub(super) pom: Option<String>,
}

pub(super) async fn named<H: Host>(
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
pub(super) async fn read<H: Host>(
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
            Ready {
                is_pom: true,
                ..Ready::file(file, name)
            }
        }
        None => Ready {
            file: LocalFile::of_bytes(host, &name, made.as_bytes()),
            content: Part::Bytes(made.into_bytes()),
            name,
            is_pom: true,
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
            is_pom: false,
            is_there: Mutex::default(),
        }
    }
}

/// What the artifact's own jar says of itself as a plugin of Maven's. One that cannot be read is none: Maven takes any
/// content as a jar.
pub(super) fn plugin<H: Host>(host: &H, ready: &[Ready], coordinates: &Coordinates) -> Option<Plugin> {
    let name = format!("{}.jar", stem(coordinates));
    let jar = &ready.iter().find(|ready| ready.name == name)?.file;
    let source = package_source::of(host, &jar.path, jar.size);
    maven_plugin::read(&source).ok().flatten()
}
