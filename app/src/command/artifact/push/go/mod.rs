//! `hc artifact push go`: a module's folder, as the zip that the go command would make of it.

mod pack;
mod tree;

use hc_core::api::push::{answer, go as requests};
use hc_core::package_file::PackageError;
use hc_core::package_file::go::{MAX_ZIP, ModuleError, Version};
use hc_core::time;

use super::existing::{self, Place};
use super::local_file::LocalFile;
use super::send::{Row, Sender, Status};
use crate::args::{Global, PushGo};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::{Host, Meter};
use crate::temporary;
use tree::Tree;

/// A module that may be sent.
struct Ready {
    tree: Tree,
    zip: LocalFile,
    /// The zip under the names that the user knows.
    shown: LocalFile,
}

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushGo,
) -> Result<ExitStatus, Error> {
    let (folder, version) = named(args)?;
    let tree = Tree::read(host, folder, version, args.module.as_ref()).await?;
    let path = temporary::file(host, ".zip").await?;
    let outcome = push(host, console, global, args, tree, &path).await;
    // What cannot be removed is the system's to clear away; the outcome matters more.
    let _ = host.remove(&path).await;
    outcome
}

/// The folder and the version that the arguments mean.
fn named(args: &PushGo) -> Result<(&str, Version), Error> {
    let (folder, version) = match &args.version {
        Some(version) => (args.target.as_str(), version),
        None => (".", &args.target),
    };
    let refused = |error: ModuleError| Error::Usage {
        message: error.to_string(),
        help: match args.version {
            Some(_) => "write --version v1.2.3".to_owned(),
            None => {
                "name the module's folder with --version v1.2.3, or only the version in the folder".to_owned()
            }
        },
    };
    Ok((folder, Version::parse(version).map_err(refused)?))
}

async fn push<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushGo,
    tree: Tree,
    path: &str,
) -> Result<ExitStatus, Error> {
    let mut session = Session::open(host, console, global).await?;
    let sender = Sender::new(host, console, global, &args.sending);
    let what = format!("Packing {}", tree.folder);
    let packing = async |meter: &Meter| pack::pack(host, &tree, path, meter).await;
    sender.working(&what, tree.size(), packing).await?;
    let zip = sender.read(path).await?;
    if zip.size > MAX_ZIP {
        return Err(Error::Package {
            path: tree.folder,
            error: PackageError::TooLarge {
                reason: format!("its zip has {} bytes; at most {MAX_ZIP} are allowed", zip.size),
            },
        });
    }
    let shown = LocalFile {
        path: tree.folder.clone(),
        name: format!("{}.zip", tree.module.version()),
        ..zip.clone()
    };
    let packages = session.packages(args.sending.packages.pkg_url.as_deref()).await?;
    let target = session.target(&packages, &args.registry);
    let row = |ready: &Ready| {
        let module = &ready.tree.module;
        let url = requests::stored(&target, module).uri().to_string();
        let (name, version) = (module.path().to_string(), module.version().to_string());
        Row::new(&ready.shown, name, version, &ready.shown.name, url)
    };
    let send = async |ready: &Ready| {
        let module = &ready.tree.module;
        if args.sending.skip_existing {
            let head = requests::stored(&target, module);
            let (package, version) = (module.path().to_string(), module.version().to_string());
            let place = Place {
                registry: &args.registry,
                package: &package,
                version: &version,
                file: &ready.shown.name,
            };
            if existing::may_skip(&session, &head, &place, &ready.zip.checksums).await? {
                return Ok(Status::Skipped);
            }
        }
        let files = requests::Files {
            go_mod: ready.tree.go_mod.clone(),
            info: requests::info(module, &time::rfc3339(host.now())),
            zip: ready.zip.content(),
        };
        let request = requests::request(&target, module, files, &ready.zip.checksums);
        sender
            .send(&session.client, &ready.shown, &request, answer::parse)
            .await
    };
    let ready = [Ready { tree, zip, shown }];
    sender.all(&ready, Vec::new(), row, send).await
}
