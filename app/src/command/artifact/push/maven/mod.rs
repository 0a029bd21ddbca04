//! `hc artifact push maven`: the files of an artifact, then its POM, by which clients take a version for there, then the
//! metadata that tell of it. Beside each of them are its checksums, as Maven puts them there.

mod files;
pub(super) mod listed;
pub(super) mod sums;

use hc_core::api::push::maven::metadata::{Build, News};
use hc_core::api::push::{Target, maven as requests};
use hc_core::package_file::maven::Coordinates;

use self::files::{Named, Ready, meant, named, plugin, read};
use super::existing::{self, Existing, Place};
use super::send::{Row, Sender, Status};
use crate::args::{Global, PushMaven};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;

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
    let mut ready = read(host, &sender, pom.as_deref(), &coordinates, files).await?;
    let packages = session.packages(args.sending.packages.pkg_url.as_deref()).await?;
    let repository = Repository {
        session: &session,
        target: session.target(&packages, &args.registry),
        coordinates: &coordinates,
    };
    let mut news = vec![News::Version(coordinates.clone())];
    news.extend(plugin(host, &ready, &coordinates).map(|plugin| News::Plugin(coordinates.clone(), plugin)));
    if coordinates.is_snapshot() && !args.sending.dry_run {
        let build = repository.name_build(&sender, &mut ready, host).await?;
        news.extend(build.map(News::Build));
    }
    let row = |Ready { file, name, .. }: &Ready| {
        let url = requests::stored(&repository.target, &coordinates, name)
            .uri()
            .to_string();
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
        if one.is_pom {
            // Sending begins in this order: all others are there, on their way, or were not taken.
            for other in ready.iter().filter(|other| !other.is_pom) {
                if !*other.is_there.lock().await {
                    return Err(Error::PomHeld);
                }
            }
        }
        let status = repository.push(&sender, one).await?;
        *is_there = true;
        Ok(status)
    };
    let status = sender.all(&ready, Vec::new(), row, send).await?;
    if !args.sending.dry_run {
        // Those of the version before those that lead to it.
        for news in news.iter().rev() {
            listed::tell(host, console, &session.client, &repository.target, news).await?;
        }
    }
    Ok(status)
}

/// The place of an artifact in a registry.
struct Repository<'r, H> {
    session: &'r Session<'r, H>,
    target: Target<'r>,
    coordinates: &'r Coordinates,
}

impl<H: Host> Repository<'_, H> {
    /// Gives the files of a snapshot the names of a new build, as Maven does, so that whoever has an older one sees
    /// that there is another. Where all are there with the same content, and that is to be left alone, they get the names
    /// of the last build, and there is no new one.
    async fn name_build(
        &self,
        sender: &Sender<'_, H>,
        ready: &mut [Ready],
        host: &H,
    ) -> Result<Option<Build>, Error> {
        let request = requests::metadata(&self.target, &self.coordinates.folder());
        let client = &self.session.client;
        let found = client.fetch(&request, requests::parse_metadata).await?;
        if sender.skips_existing() {
            let newest = |one: &Ready| found.metadata.newest_file(self.coordinates, &one.name);
            let mut are_there = true;
            for one in ready.iter() {
                are_there = are_there && self.look(&newest(one), one).await? == Existing::Same;
            }
            if are_there {
                for one in ready {
                    one.name = newest(one);
                }
                return Ok(None);
            }
        }
        let names: Vec<&str> = ready.iter().map(|one| one.name.as_str()).collect();
        let build = Build::after(&found.metadata, self.coordinates, &names, host.now());
        for one in ready {
            one.name = build.file_name(&one.name);
        }
        Ok(Some(build))
    }

    /// What the repository has under the name. Where the service itself tells no checksum, the file beside it does.
    async fn look(&self, name: &str, Ready { file, .. }: &Ready) -> Result<Existing, Error> {
        let package = self.coordinates.name();
        let place = Place {
            registry: self.target.registry,
            package: &package,
            version: self.coordinates.version(),
            file: name,
        };
        let head = requests::stored(&self.target, self.coordinates, name);
        match existing::look(self.session, &head, &place, &file.checksums).await? {
            Existing::Unknown if requests::has_checksum_files(name) => {
                let path = requests::path(self.coordinates, name);
                let agree = sums::agree(&self.session.client, &self.target, &path, &file.checksums);
                Ok(if agree.await? {
                    Existing::Same
                } else {
                    Existing::Unknown
                })
            }
            known => Ok(known),
        }
    }

    /// Sends a file with its checksums, unless it is there and to be left alone.
    async fn push(&self, sender: &Sender<'_, H>, one: &Ready) -> Result<Status, Error> {
        let Ready {
            file, content, name, ..
        } = one;
        let (target, coordinates, client) = (&self.target, self.coordinates, &self.session.client);
        let path = requests::path(coordinates, name);
        let has_checksums = requests::has_checksum_files(name);
        if sender.skips_existing() {
            match self.look(name, one).await? {
                Existing::Same => {
                    // The push that sent it may have broken off before it sent these.
                    if has_checksums && !sums::agree(client, target, &path, &file.checksums).await? {
                        sums::write(client, target, &path, &file.checksums).await?;
                    }
                    return Ok(Status::Skipped);
                }
                Existing::Other(difference) => {
                    let what = format!("{name} of {coordinates}");
                    return Err(Error::Exists { what, difference });
                }
                // Then the service decides.
                Existing::Nothing | Existing::Unknown => {}
            }
        }
        let head = requests::stored(target, coordinates, name);
        let request = requests::request(target, coordinates, name, content.clone(), &file.checksums);
        let status = sender.put(client, file, &request, &head).await?;
        if has_checksums {
            sums::write(client, target, &path, &file.checksums).await?;
        }
        Ok(status)
    }
}
