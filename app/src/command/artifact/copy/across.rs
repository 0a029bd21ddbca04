//! A copy to another service: each version is fetched, checked, and pushed as `hc artifact push` pushes it.

use std::cell::{Cell, RefCell};

use hc_core::api::dist_tags::{self, Tags};
use hc_core::api::place::{self, Listed};
use hc_core::api::push::{Target, answer};
use hc_core::checksum::{Algorithm, Checksums};

use super::super::batch::{each, tell};
use super::super::listing;
use super::super::push::relay::{self, Relay};
use super::destination;
use super::fetch::Fetched;
use super::plan::{self, Package};
use super::row::{COLUMNS, File, Row, Status};
use super::source::Source;
use crate::apart::apart;
use crate::args::{ArtifactCopy, Global};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::net::Failure;
use crate::progress::Bars;
use crate::render::records::records;
use crate::settings::Settings;

pub(super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ArtifactCopy,
    url: &str,
) -> Result<ExitStatus, Error> {
    let source = Source::parse(&args.source).ok_or_else(|| Error::Usage {
        message: format!("{} names neither a registry nor versions in it", args.source),
        help: "write REGISTRY, or REGISTRY/PACKAGE/VERSION, where * stands for any text".to_owned(),
    })?;
    let registry = args.target.as_deref().unwrap_or(source.registry);
    let own = Settings::load(host, global).await?;
    let other = destination::settings(host, console, &args.other, url, &own).await?;
    let mut from = Session::with(host, console, global, &own).await?;
    let mut to = Session::with(host, console, global, &other).await?;
    let package_type = plan::package_type(&from, source.registry).await?;
    if !place::KNOWN.contains(&package_type.as_str()) {
        return Err(Error::Unsupported {
            message: format!("packages of type {package_type} cannot be copied to another service"),
            help: "use the ecosystem's own tools".to_owned(),
        });
    }
    let there = plan::package_type(&to, registry).await?;
    if there != package_type {
        return Err(Error::Usage {
            message: format!(
                "{registry} is of type {there}, and {} of type {package_type}",
                source.registry
            ),
            help: "name a registry of the same type".to_owned(),
        });
    }
    let from_packages = from.packages(args.other.pkg_url.as_deref()).await?;
    let to_packages = to.packages(args.other.to_pkg_url.as_deref()).await?;
    let packages = plan::packages(&from, source, &package_type).await?;
    let copy = Copy {
        host,
        console,
        package_type: &package_type,
        from: &from,
        relay: Relay {
            host,
            from: &from,
            source: from.target(&from_packages, source.registry),
            to: &to,
            target: to.target(&to_packages, registry),
        },
        is_dry: args.other.dry_run,
        is_lost: Cell::new(false),
        failures: RefCell::default(),
    };
    let bars = Bars::new(host, console);
    let outcomes = each(&bars, args.other.jobs, &packages, async |package: &Package| {
        Ok(apart(copy.package(package)).await)
    });
    let rows: Vec<Row> = outcomes.await.into_iter().flatten().flatten().collect();
    console.result(&records(global.format, &COLUMNS, &rows)?)?;
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    console.step(&format!(
        "{} of {} versions copied, {} were there already",
        count(Status::Copied),
        rows.len(),
        count(Status::Skipped)
    ));
    if args.other.dry_run {
        console.step("A dry run: nothing was sent");
    }
    tell(console, Vec::new(), copy.failures.into_inner(), rows.len())
}

/// A copy, while it goes on.
struct Copy<'c, H: Host> {
    host: &'c H,
    console: &'c Console<'c, H>,
    package_type: &'c str,
    from: &'c Session<'c, H>,
    relay: Relay<'c, H>,
    is_dry: bool,
    /// Whether what is left would fail in the same way.
    is_lost: Cell<bool>,
    failures: RefCell<Vec<(String, Error)>>,
}

/// A file that is to be copied.
struct Wanted {
    name: String,
    /// The name under which it is listed.
    place: String,
    listed: Checksums,
}

impl<H: Host> Copy<'_, H> {
    /// Copies the versions of a package one after the other.
    async fn package(&self, package: &Package) -> Vec<Row> {
        let is_npm = self.package_type == "NPM";
        let tags = if is_npm {
            self.tags(&package.name).await
        } else {
            Ok(Tags::new())
        };
        let mut rows = Vec::with_capacity(package.versions.len());
        for version in &package.versions {
            let mut files = Vec::new();
            let outcome = match &tags {
                _ if self.is_lost.get() => Err(Error::NotTried),
                Ok(tags) => self.version(&package.name, version, tags, &mut files).await,
                Err(_) => Err(Error::NotTried),
            };
            rows.push(Row::new(&package.name, version, files, &outcome));
            if let Err(error) = outcome {
                self.fail(format!("{} {version}", package.name), error);
            }
        }
        let result = match tags {
            Ok(tags) => self.set_tags(&package.name, &tags, &rows).await,
            Err(failure) => Err(failure.into()),
        };
        if let Err(error) = result {
            self.fail(format!("the tags of {}", package.name), error);
        }
        rows
    }

    fn fail(&self, what: String, error: Error) {
        if error.is_lasting() {
            self.is_lost.set(true);
        }
        self.failures.borrow_mut().push((what, error));
    }

    /// Copies a version, and tells which files it has.
    async fn version(
        &self,
        package: &str,
        version: &str,
        tags: &Tags,
        files: &mut Vec<File>,
    ) -> Result<Status, Error> {
        let listed = Listed {
            package_type: self.package_type,
            package,
            version,
        };
        let wanted = self.wanted(&listed).await?;
        files.extend(wanted.iter().map(|file| File {
            name: file.name.clone(),
            sha256: file.listed.get(Algorithm::Sha256).map(str::to_owned),
        }));
        if self.is_there(&listed, &wanted).await? {
            return Ok(Status::Skipped);
        }
        if self.is_dry {
            return Ok(Status::Planned);
        }
        self.console.step(&format!("Copying {package} {version}..."));
        let mut fetched = Fetched::new(self.host);
        let outcome = self.send(&listed, &wanted, tags, &mut fetched).await;
        for (file, here) in files.iter_mut().zip(&fetched.files) {
            let sha256 = here.checksums.get(Algorithm::Sha256);
            file.sha256 = file.sha256.take().or_else(|| sha256.map(str::to_owned));
        }
        fetched.remove().await;
        outcome
    }

    /// The files of a version that somebody put there.
    async fn wanted(&self, listed: &Listed<'_>) -> Result<Vec<Wanted>, Error> {
        let Listed { package, version, .. } = *listed;
        let files = listing::files(self.from, self.relay.source.registry, package, version, None).await?;
        let pushed = files.into_iter().filter(|file| listed.is_pushed(&file.name));
        let mut wanted: Vec<Wanted> = pushed
            .map(|file| Wanted {
                listed: file.known_checksums(),
                name: listed.name(&file.name).to_owned(),
                place: file.name,
            })
            .collect();
        if self.package_type == "GO" {
            // Some services list the zip alone.
            for ending in ["mod", "info"] {
                let name = format!("{version}.{ending}");
                if !wanted.iter().any(|file| file.name == name) {
                    let listed = Checksums::default();
                    let place = name.clone();
                    wanted.push(Wanted { name, place, listed });
                }
            }
        }
        if wanted.is_empty() {
            return Err(Error::NotFound {
                message: format!("{package} {version} has no files that can be copied"),
                help: "`hc artifact get` shows the files of every version".to_owned(),
            });
        }
        Ok(wanted)
    }

    /// Whether the other service lists every file with the same checksum.
    async fn is_there(&self, version: &Listed<'_>, wanted: &[Wanted]) -> Result<bool, Error> {
        let registry = self.relay.target.registry;
        let found = listing::files(self.relay.to, registry, version.package, version.version, None).await;
        let there = match found {
            Ok(files) => files,
            // It is not there, or not listed; then the place of each file decides.
            Err(Failure::Api { .. }) => return Ok(false),
            Err(failure) => return Err(failure.into()),
        };
        Ok(wanted.iter().all(|file| {
            let there = there.iter().find(|there| version.name(&there.name) == file.name);
            there.is_some_and(|there| {
                let there = there.known_checksums();
                let is_known = file.listed.algorithms().any(|one| there.get(one).is_some());
                is_known && file.listed.difference(&there).is_none()
            })
        }))
    }

    async fn send(
        &self,
        version: &Listed<'_>,
        wanted: &[Wanted],
        tags: &Tags,
        fetched: &mut Fetched<'_, H>,
    ) -> Result<Status, Error> {
        for Wanted { name, place, listed } in wanted {
            let request = version.get(&self.relay.source, place).ok_or(Error::UnsafeName)?;
            fetched.add(&self.from.client, &request, name, listed).await?;
        }
        let named = tags.iter().find(|(_, named)| *named == version.version);
        let tag = named.map_or("latest", |(tag, _)| tag.as_str());
        match apart(self.relay.version(version, &fetched.files, tag)).await? {
            relay::Sent::Some => Ok(Status::Copied),
            relay::Sent::Nothing => Ok(Status::Skipped),
        }
    }

    async fn tags(&self, package: &str) -> Result<Tags, Failure> {
        self.read_tags(self.from, &self.relay.source, package).await
    }

    async fn read_tags(
        &self,
        session: &Session<'_, H>,
        target: &Target<'_>,
        package: &str,
    ) -> Result<Tags, Failure> {
        let request = dist_tags::get(target, package);
        session.client.call(&request, dist_tags::parse).await
    }

    /// Lets every tag name there what it names here, as far as that version is there now.
    async fn set_tags(&self, package: &str, tags: &Tags, rows: &[Row]) -> Result<(), Error> {
        let is_there = |version: &String| {
            rows.iter()
                .any(|row| row.version == *version && matches!(row.status, Status::Copied | Status::Skipped))
        };
        if self.is_dry || tags.is_empty() || self.is_lost.get() {
            return Ok(());
        }
        let Relay { to, target, .. } = &self.relay;
        let there = self.read_tags(to, target, package).await?;
        for (tag, version) in tags.iter().filter(|(_, version)| is_there(version)) {
            if there.get(tag) != Some(version) {
                let request = dist_tags::set(target, package, tag, version);
                to.client
                    .call(&request, |response| answer::parse(&request, response))
                    .await?;
            }
        }
        Ok(())
    }
}
