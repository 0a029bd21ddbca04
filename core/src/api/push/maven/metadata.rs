//! What a `maven-metadata.xml` says, and what a push adds to it.

use std::time::Duration;

use crate::package_file::maven::{Coordinates, ending};
use crate::package_file::maven_plugin::Plugin;
use crate::time;

/// What a `maven-metadata.xml` says: of an artifact, of a version that is a snapshot, or of a group; of several of them
/// where they have the same folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
    pub(super) plugins: Vec<Prefix>,
    pub(super) versioning: Option<Versioning>,
}

/// A plugin of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefix {
    pub(super) name: String,
    pub(super) prefix: String,
    pub(super) artifact: String,
}

/// Which versions there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Versioning {
    pub(super) latest: String,
    pub(super) release: String,
    pub(super) snapshot: Option<Snapshot>,
    pub(super) versions: Vec<String>,
    pub(super) last_updated: String,
    pub(super) snapshot_versions: Vec<SnapshotVersion>,
}

/// The last build of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) timestamp: String,
    pub(super) build_number: String,
    pub(super) local_copy: String,
}

/// The newest file of a kind of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SnapshotVersion {
    pub(super) classifier: String,
    pub(super) extension: String,
    pub(super) value: String,
    pub(super) updated: String,
}

/// What the metadata of a folder must say after a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// There is this version of the artifact.
    Version(Coordinates),
    /// There is this plugin in the group.
    Plugin(Coordinates, Plugin),
    /// These are the newest files of a snapshot.
    Build(Build),
}

/// Files of a snapshot that were pushed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    coordinates: Coordinates,
    /// When, since 1970.
    at: Duration,
    number: u32,
    kinds: Vec<Kind>,
}

/// A file's classifier, which may be empty, and its ending.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kind {
    classifier: String,
    extension: String,
}

impl Kind {
    /// Of a file of the artifact, by its name.
    fn of(coordinates: &Coordinates, file_name: &str) -> Option<Self> {
        let stem = format!("{}-{}", coordinates.artifact(), coordinates.version());
        let rest = file_name.strip_prefix(&stem)?;
        if let Some(extension) = rest.strip_prefix('.') {
            return Some(Self {
                classifier: String::new(),
                extension: extension.to_owned(),
            });
        }
        let rest = rest.strip_prefix('-')?;
        let last = ending(rest)?;
        let stem = rest.strip_suffix(last)?.strip_suffix('.')?;
        // A signature is of the kind that it signs.
        let signed = (last == "asc").then(|| ending(stem)).flatten();
        let extension = signed.map_or_else(|| last.to_owned(), |signed| format!("{signed}.{last}"));
        let classifier = rest.strip_suffix(&extension)?.strip_suffix('.')?;
        Some(Self {
            classifier: classifier.to_owned(),
            extension,
        })
    }

    fn is_of(&self, listed: &SnapshotVersion) -> bool {
        self.classifier == listed.classifier && self.extension == listed.extension
    }

    fn file_name(&self, artifact: &str, version: &str) -> String {
        let Self {
            classifier,
            extension,
        } = self;
        match classifier.as_str() {
            "" => format!("{artifact}-{version}.{extension}"),
            classifier => format!("{artifact}-{version}-{classifier}.{extension}"),
        }
    }
}

impl Build {
    /// The build that follows those that `metadata`, the snapshot's, tells of: of files that are called as
    /// [`Coordinates::file_name`] calls them.
    #[must_use]
    pub fn after(metadata: &Metadata, coordinates: &Coordinates, file_names: &[&str], now: Duration) -> Self {
        let snapshot = metadata
            .versioning
            .as_ref()
            .and_then(|versioning| versioning.snapshot.as_ref());
        let last: u32 = snapshot
            .and_then(|snapshot| snapshot.build_number.parse().ok())
            .unwrap_or(0);
        let kinds = file_names.iter().filter_map(|name| Kind::of(coordinates, name));
        Self {
            coordinates: coordinates.clone(),
            at: now,
            number: last.saturating_add(1),
            kinds: kinds.collect(),
        }
    }

    /// `20260102.030405`
    fn timestamp(&self) -> String {
        let (day, time) = digits(self.at);
        format!("{day}.{time}")
    }

    /// What stands in the place of the version in the names of the build's files.
    fn version(&self) -> String {
        let version = self.coordinates.version();
        let base = version.strip_suffix("SNAPSHOT").unwrap_or(version);
        format!("{base}{}-{}", self.timestamp(), self.number)
    }

    /// The name in the repository of the file that is else called `file_name`.
    #[must_use]
    pub fn file_name(&self, file_name: &str) -> String {
        match Kind::of(&self.coordinates, file_name) {
            Some(kind) => kind.file_name(self.coordinates.artifact(), &self.version()),
            None => file_name.to_owned(),
        }
    }
}

impl News {
    /// The folder of the metadata in the repository.
    #[must_use]
    pub fn folder(&self) -> String {
        match self {
            Self::Version(coordinates) => coordinates.artifact_folder(),
            Self::Plugin(coordinates, _) => coordinates.group_folder(),
            Self::Build(build) => build.coordinates.folder(),
        }
    }
}

impl Metadata {
    /// Whether it says so already.
    #[must_use]
    pub fn tells(&self, news: &News) -> bool {
        match news {
            News::Version(coordinates) => self.versioning.as_ref().is_some_and(|versioning| {
                versioning
                    .versions
                    .iter()
                    .any(|known| known == coordinates.version())
            }),
            // Which plugin a prefix means is settled by who came first, as Maven has it.
            News::Plugin(_, plugin) => self.plugins.iter().any(|known| known.prefix == plugin.prefix),
            News::Build(build) => {
                let updated = joined(build.at);
                build.kinds.iter().all(|kind| {
                    self.newest(kind)
                        .is_some_and(|known| known.value == build.version() || known.updated > updated)
                })
            }
        }
    }

    fn newest(&self, kind: &Kind) -> Option<&SnapshotVersion> {
        let known = &self.versioning.as_ref()?.snapshot_versions;
        known.iter().find(|known| kind.is_of(known))
    }

    /// The name of the newest file of a snapshot, of those that [`Coordinates::file_name`] gives this name.
    #[must_use]
    pub fn newest_file(&self, coordinates: &Coordinates, file_name: &str) -> String {
        let kind = Kind::of(coordinates, file_name);
        let newest = kind.as_ref().and_then(|kind| Some((kind, self.newest(kind)?)));
        match newest {
            Some((kind, newest)) => kind.file_name(coordinates.artifact(), &newest.value),
            None => file_name.to_owned(),
        }
    }

    /// The same with these news. What came last is the latest, as Maven has it.
    #[must_use]
    pub fn with(&self, news: &News, now: Duration) -> Self {
        let mut changed = self.clone();
        match news {
            News::Version(coordinates) => {
                coordinates.group().clone_into(&mut changed.group);
                coordinates.artifact().clone_into(&mut changed.artifact);
                let version = coordinates.version().to_owned();
                let versioning = changed.versioning.get_or_insert_default();
                if !coordinates.is_snapshot() {
                    versioning.release.clone_from(&version);
                }
                versioning.latest.clone_from(&version);
                if !versioning.versions.contains(&version) {
                    versioning.versions.push(version);
                }
                versioning.last_updated = joined(now);
            }
            News::Plugin(coordinates, plugin) => {
                let name = match plugin.name.as_str() {
                    "" => coordinates.artifact(),
                    name => name,
                };
                changed.plugins.push(Prefix {
                    name: name.to_owned(),
                    prefix: plugin.prefix.clone(),
                    artifact: coordinates.artifact().to_owned(),
                });
            }
            News::Build(build) => changed.add_build(build),
        }
        changed
    }

    fn add_build(&mut self, build: &Build) {
        let coordinates = &build.coordinates;
        coordinates.group().clone_into(&mut self.group);
        coordinates.artifact().clone_into(&mut self.artifact);
        coordinates.version().clone_into(&mut self.version);
        let versioning = self.versioning.get_or_insert_default();
        let updated = joined(build.at);
        for kind in &build.kinds {
            let new = SnapshotVersion {
                classifier: kind.classifier.clone(),
                extension: kind.extension.clone(),
                value: build.version(),
                updated: updated.clone(),
            };
            let known = versioning
                .snapshot_versions
                .iter_mut()
                .find(|known| kind.is_of(known));
            match known {
                // Then another push was later.
                Some(known) if known.updated > updated => {}
                Some(known) => *known = new,
                None => versioning.snapshot_versions.push(new),
            }
        }
        if versioning.last_updated <= updated {
            versioning.last_updated = updated;
            versioning.snapshot = Some(Snapshot {
                timestamp: build.timestamp(),
                build_number: build.number.to_string(),
                local_copy: String::new(),
            });
        }
    }
}

/// `20260102` and `030405`
fn digits(since_1970: Duration) -> (String, String) {
    let text = time::rfc3339(since_1970);
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect();
    (digits(day), digits(time))
}

/// `20260102030405`
fn joined(since_1970: Duration) -> String {
    let (day, time) = digits(since_1970);
    day + &time
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_771_393_686);

    fn at(text: &str) -> Coordinates {
        Coordinates::parse(text).unwrap()
    }

    #[test]
    fn a_version_joins_those_that_are_there() {
        let first = Metadata::default().with(&News::Version(at("org.example:app:1.0")), NOW);
        let second = first.with(&News::Version(at("org.example:app:1.1-SNAPSHOT")), NOW);
        assert!(second.tells(&News::Version(at("org.example:app:1.0"))));
        assert!(second.tells(&News::Version(at("org.example:app:1.1-SNAPSHOT"))));
        assert!(!second.tells(&News::Version(at("org.example:app:1.1"))));
        let versioning = second.versioning.clone().unwrap();
        assert_eq!(versioning.latest, "1.1-SNAPSHOT");
        assert_eq!(versioning.release, "1.0");
    }

    #[test]
    fn a_prefix_stays_with_the_plugin_that_had_it_first() {
        let plugin = |prefix: &str| Plugin {
            prefix: prefix.to_owned(),
            name: String::new(),
        };
        let news = News::Plugin(at("org.example:hello-maven-plugin:1"), plugin("hello"));
        assert_eq!(news.folder(), "org/example");
        let metadata = Metadata::default().with(&news, NOW);
        assert_eq!(metadata.plugins[0].name, "hello-maven-plugin");
        assert!(metadata.tells(&News::Plugin(at("org.example:other:1"), plugin("hello"))));
        assert!(!metadata.tells(&News::Plugin(at("org.example:other:1"), plugin("other"))));
        let both = metadata.with(&News::Version(at("org:example:1")), NOW);
        assert!(both.tells(&news));
    }

    #[test]
    fn a_snapshots_files_are_called_by_their_build() {
        let coordinates = at("org.example:app:1-SNAPSHOT");
        let names = [
            "app-1-SNAPSHOT.pom",
            "app-1-SNAPSHOT-sources.jar",
            "app-1-SNAPSHOT-bin.tar.gz.asc",
        ];
        let build = Build::after(&Metadata::default(), &coordinates, &names, NOW);
        assert_eq!(
            names.map(|name| build.file_name(name)),
            [
                "app-1-20260218.054806-1.pom",
                "app-1-20260218.054806-1-sources.jar",
                "app-1-20260218.054806-1-bin.tar.gz.asc"
            ]
        );
        let news = News::Build(build);
        assert_eq!(news.folder(), "org/example/app/1-SNAPSHOT");
        let metadata = Metadata::default().with(&news, NOW);
        assert!(metadata.tells(&news));
        assert_eq!(
            metadata.newest_file(&coordinates, names[1]),
            "app-1-20260218.054806-1-sources.jar"
        );
        assert_eq!(
            metadata.newest_file(&coordinates, "app-1-SNAPSHOT.jar"),
            "app-1-SNAPSHOT.jar"
        );

        let later = NOW + Duration::from_secs(60);
        let next = Build::after(&metadata, &coordinates, &["app-1-SNAPSHOT.pom"], later);
        let after = metadata.with(&News::Build(next.clone()), later);
        assert_eq!(
            after.newest_file(&coordinates, names[0]),
            "app-1-20260218.054906-2.pom"
        );
        // What was not pushed anew stays what it was.
        assert_eq!(
            after.newest_file(&coordinates, names[1]),
            "app-1-20260218.054806-1-sources.jar"
        );
        // An older push that comes late changes nothing.
        assert_eq!(
            after.with(&news, later).newest_file(&coordinates, names[0]),
            "app-1-20260218.054906-2.pom"
        );
        assert!(after.tells(&news));
        assert!(!metadata.tells(&News::Build(next)));
    }
}
