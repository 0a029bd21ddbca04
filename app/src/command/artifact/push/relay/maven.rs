//! Maven artifacts: files under the names that they have, the POM after the others, then what tells of the version.

use hc_core::api::place::Listed;
use hc_core::api::push::maven as requests;
use hc_core::api::push::maven::metadata::News;
use hc_core::package_file::PackageError;
use hc_core::package_file::maven::Coordinates;
use hc_core::package_file::maven_plugin;

use super::super::existing::{self, Existing, Place};
use super::super::maven::{listed, sums};
use super::{LocalFile, Relay, Sent, upload};
use crate::error::Error;
use crate::host::Host;
use crate::package_source;

impl<H: Host> Relay<'_, H> {
    pub(super) async fn artifact(&self, version: &Listed<'_>, files: &[LocalFile]) -> Result<Sent, Error> {
        let text = format!("{}:{}", version.package, version.version);
        let coordinates = Coordinates::parse(&text).map_err(|error| Error::Package {
            path: text.clone(),
            error: PackageError::Content {
                file: "Maven artifact".to_owned(),
                reason: error.to_string(),
            },
        })?;
        // Clients take a version for there by its POM, and a build of a snapshot by its metadata.
        let rank = |file: &&LocalFile| (file.name == requests::METADATA, file.name.ends_with(".pom"));
        let mut ordered: Vec<&LocalFile> = files.iter().collect();
        ordered.sort_by_key(rank);
        let mut sent = Sent::Nothing;
        for file in ordered {
            sent = sent.and(self.put(&coordinates, file).await?);
        }
        let (host, console, client) = (self.host, self.to.client.console(), &self.to.client);
        for news in self.news(&coordinates, files).iter().rev() {
            listed::tell(host, console, client, &self.target, news).await?;
        }
        Ok(sent)
    }

    /// Puts a file, unless it is there; whether it was sent.
    async fn put(&self, coordinates: &Coordinates, file: &LocalFile) -> Result<bool, Error> {
        let (client, target, name) = (&self.to.client, &self.target, &file.name);
        let package = coordinates.name();
        let place = Place {
            registry: target.registry,
            package: &package,
            version: coordinates.version(),
            file: name,
        };
        let head = requests::stored(target, coordinates, name);
        match existing::look(self.to, &head, &place, &file.checksums).await? {
            Existing::Same => return Ok(false),
            Existing::Other(difference) if *name != requests::METADATA => {
                let what = format!("{name} of {coordinates}");
                return Err(Error::Exists { what, difference });
            }
            Existing::Other(_) | Existing::Nothing | Existing::Unknown => {}
        }
        let request = requests::request(target, coordinates, name, file.content(), &file.checksums);
        let taken = upload(client, file, &request, hc_core::api::push::answer::parse).await?;
        if taken.algorithms().next().is_none() {
            existing::confirm(client, &head, file).await?;
        }
        if requests::has_checksum_files(name) {
            let path = requests::path(coordinates, name);
            sums::write(client, target, &path, &file.checksums).await?;
        }
        Ok(true)
    }

    /// What the metadata of the artifact and of its group are to tell.
    fn news(&self, coordinates: &Coordinates, files: &[LocalFile]) -> Vec<News> {
        let mut news = vec![News::Version(coordinates.clone())];
        let jar = format!("{}-{}.jar", coordinates.artifact(), coordinates.version());
        let jar = files.iter().find(|file| file.name == jar);
        // A jar that cannot be read is no plugin: Maven takes any content as a jar.
        let plugin = jar.and_then(|jar| {
            let source = package_source::of(self.host, &jar.path, jar.size);
            maven_plugin::read(&source).ok().flatten()
        });
        news.extend(plugin.map(|plugin| News::Plugin(coordinates.clone(), plugin)));
        news
    }
}
