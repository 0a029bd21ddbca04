//! `hc artifact push generic`

use std::collections::BTreeMap;

use hc_core::api::files::Location;
use hc_core::api::push::Target;

use super::existing::{self, Existing, Place};
use super::folder::{at, files_below};
use super::local_file::{LocalFile, last_part};
use super::named::{self, Matches};
use super::send::{Refused, Row, Sender, Status};
use crate::args::{Global, PushGeneric};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::{Entry, Host};

/// A file and its name in the version.
struct Ready {
    file: LocalFile,
    name: String,
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushGeneric,
) -> Result<ExitStatus, Error> {
    let mut session = Session::open(host, console, global).await?;
    let sender = Sender::new(host, console, global, &args.sending);
    if args.description.is_some() {
        console.note("registries keep no description of a version: --description is not sent");
    }
    let (mut ready, mut refused) = (Vec::new(), Vec::new());
    for (name, path) in named(host, console, args).await? {
        match sender.read(&path).await {
            Ok(file) => ready.push(Ready { file, name }),
            Err(error) => refused.push(Refused { path, error }),
        }
    }
    let all = ready.len() + refused.len();
    let refused = sender.goes_on_without(refused, all)?;
    let packages = session.packages(args.sending.packages.pkg_url.as_deref()).await?;
    let target = session.target(&packages, &args.registry);
    let row = |ready: &Ready| {
        let url = location(args, target, ready).url();
        Row::new(
            &ready.file,
            args.name.clone(),
            args.version.clone(),
            &ready.name,
            url,
        )
    };
    let send = async |ready: &Ready| {
        let (file, location) = (&ready.file, location(args, target, ready));
        // What is there with another content is a file that broke off, or an older one: it is replaced.
        let place = Place {
            registry: &args.registry,
            package: &args.name,
            version: &args.version,
            file: &ready.name,
        };
        let head = location.head();
        if args.sending.skip_existing
            && existing::look(&session, &head, &place, &file.checksums).await? == Existing::Same
        {
            return Ok(Status::Skipped);
        }
        let request = location.put(file.content(), &file.checksums.headers());
        sender.put(&session.client, file, &request, &head).await
    };
    sender.all(&ready, refused, row, send).await
}

fn location<'l>(args: &'l PushGeneric, target: Target<'l>, ready: &'l Ready) -> Location<'l> {
    Location {
        target,
        package: &args.name,
        version: &args.version,
        file: &ready.name,
    }
}

/// The files that the arguments name: by their names in the version, the path of each.
async fn named<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    args: &PushGeneric,
) -> Result<BTreeMap<String, String>, Error> {
    let mut files = BTreeMap::new();
    for argument in &args.paths {
        for path in named::paths(host, argument, Matches::FilesAndFolders).await? {
            for (name, path) in named_by(host, console, &path, args.include_hidden).await? {
                if let Some(other) = files.insert(name.clone(), path.clone())
                    && other != path
                {
                    return Err(Error::Usage {
                        message: format!("{other} and {path} would both be {name}"),
                        help: "push them one after the other as different packages, or rename one".to_owned(),
                    });
                }
            }
        }
    }
    Ok(files)
}

async fn named_by<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    argument: &str,
    include_hidden: bool,
) -> Result<Vec<(String, String)>, Error> {
    let failed = |error| Error::File {
        path: argument.to_owned(),
        error,
    };
    let stat = host.stat(argument).await.map_err(failed)?;
    let absolute = host.absolute(argument).map_err(failed)?;
    let base = last_part(absolute.trim_end_matches('/')).to_owned();
    if !stat.is_folder {
        return Ok(vec![(base, argument.to_owned())]);
    }
    let wanted = |_: &str, entry: &Entry| include_hidden || !entry.name.starts_with('.');
    let found = files_below(host, argument, wanted).await?;
    let left_out = found.links.len() + found.special;
    if left_out > 0 {
        console.note(&format!(
            "{argument}: links, and what is neither file nor folder, are left out ({left_out})"
        ));
    }
    if found.files.is_empty() {
        return Err(Error::Usage {
            message: format!("{argument} holds no files"),
            help: "hidden ones are taken with --include-hidden".to_owned(),
        });
    }
    let file = |below: &String| {
        let name = match base.as_str() {
            "" => below.clone(),
            base => format!("{base}/{below}"),
        };
        (name, at(argument, below))
    };
    Ok(found.files.iter().map(file).collect())
}
