//! `hc artifact push …`: one package type a file.
//!
//! Every push goes the same way: what the arguments name is read here and refused here (`packages`, `generic`); what is
//! left is sent with bounded concurrency and told file by file (`send`).

mod cargo;
mod composer;
mod conda;
mod dart;
mod existing;
mod folder;
mod generic;
mod go;
mod kind;
mod local_file;
mod maven;
mod named;
mod npm;
mod nuget;
mod packages;
mod python;
pub(super) mod relay;
mod rpm;
mod send;

use crate::apart::apart;
use crate::args::{Global, Push};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    command: &Push,
) -> Result<ExitStatus, Error> {
    match command {
        Push::Generic(args) => apart(generic::run(host, console, global, args)).await,
        Push::Go(args) => apart(go::run(host, console, global, args)).await,
        Push::Maven(args) => apart(maven::run(host, console, global, args)).await,
        Push::Cargo(args) => {
            let default_index = args.default_index.as_deref();
            apart(packages::run(
                host,
                console,
                global,
                &args.files,
                &cargo::Cargo { default_index },
            ))
            .await
        }
        Push::Composer(args) => apart(packages::run(host, console, global, args, &composer::Composer)).await,
        Push::Conda(args) => apart(packages::run(host, console, global, args, &conda::Conda)).await,
        Push::Dart(args) => apart(packages::run(host, console, global, args, &dart::Dart)).await,
        Push::Npm(args) => {
            let tag = args.tag.as_deref();
            apart(packages::run(
                host,
                console,
                global,
                &args.files,
                &npm::Npm { console, tag },
            ))
            .await
        }
        Push::Nuget(args) => {
            let folder = args.path.as_deref();
            apart(packages::run(
                host,
                console,
                global,
                &args.files,
                &nuget::Nuget { folder },
            ))
            .await
        }
        Push::Python(args) => apart(packages::run(host, console, global, args, &python::Python)).await,
        Push::Rpm(args) => apart(packages::run(host, console, global, args, &rpm::Rpm)).await,
    }
}
