//! All advisories that were loaded, found by package.

use foldhash::HashMap;

use super::advisory::{Advisory, Affected, VersionId, VersionIds};
use super::source::{DataSource, SourceKind, Tally};
use super::{osv, zip};
use crate::error::{Code, InputError};
use crate::package::Ecosystem;
use crate::version::Version;

/// A set of advisories. Every id counts once: of records with the same id, the one that was changed last is
/// kept, so that an export may be added to the starter set. Two that were changed at the same time and are about
/// different packages are both kept.
#[derive(Debug, Default)]
pub struct Advisories {
    /// In the order of loading, with a hole where a record was replaced.
    records: Vec<Option<Advisory>>,
    by_id: HashMap<Box<str>, usize>,
    /// One map for each ecosystem, so that a name can be looked up without being copied.
    by_name: [HashMap<Box<str>, Vec<Place>>; Ecosystem::ALL.len()],
    versions: VersionIds,
    /// Where they come from, by name, in the order of loading.
    sources: Vec<(String, Tally)>,
}

/// Where an advisory speaks of a package.
#[derive(Clone, Copy, Debug)]
struct Place {
    record: u32,
    affected: u32,
}

impl Advisories {
    /// Whether a file of this name, found in a folder of advisories, is one to [load](Self::load).
    #[must_use]
    pub fn takes(name: &str) -> bool {
        let endings = [".json", ".jsonl", ".zip"];
        let lower = name.to_ascii_lowercase();
        endings.iter().any(|ending| lower.ends_with(ending)) && !name.starts_with('.')
    }

    /// Adds the records of a file of either kind: a zip is told by its first bytes.
    ///
    /// # Errors
    /// As [`Self::add_zip`] and [`Self::add_json`].
    pub fn load(&mut self, file: &str, bytes: &[u8]) -> Result<(), InputError> {
        self.load_of(file, file, bytes)
    }

    /// The source that a file is of, which was found at `path` in the folder `named`: that folder, or the folder in it.
    /// A folder of exports has one an ecosystem; below that, folders only keep files apart.
    #[must_use]
    pub fn source_of<'p>(named: &str, path: &'p str) -> &'p str {
        let separators = ['/', '\\'];
        let folder = named.trim_end_matches(separators).len();
        let Some(below) = path.get(folder + 1..) else {
            return path;
        };
        let end = below.find(separators).map_or(folder, |at| folder + 1 + at);
        path.get(..end).unwrap_or(path)
    }

    /// As [`Self::load`] for a file of a folder. The JSON files of a folder are one source, a zip is one of its own.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_of(&mut self, folder: &str, file: &str, bytes: &[u8]) -> Result<(), InputError> {
        if bytes.starts_with(b"PK") {
            self.add_zip(file, bytes)
        } else {
            self.add_records(folder, file, bytes)
        }
    }

    /// Adds the records of a JSON file: one OSV record, an array of records, or one record a line. Records
    /// about other ecosystems are skipped.
    ///
    /// `file` names the bytes in errors, and as a source.
    ///
    /// # Errors
    /// When the file is empty, is not JSON, or holds something that is not an OSV record. What was read
    /// before the fault stays.
    pub fn add_json(&mut self, file: &str, bytes: &[u8]) -> Result<(), InputError> {
        self.add_records(file, file, bytes)
    }

    /// Adds the records of a zip as OSV publishes it (`all.zip`): each `.json` entry as [`Self::add_json`]
    /// reads it.
    ///
    /// # Errors
    /// When the zip or an entry cannot be read; the message names the entry. What was read before the fault
    /// stays.
    pub fn add_zip(&mut self, file: &str, bytes: &[u8]) -> Result<(), InputError> {
        zip::for_each_json(file, bytes, |entry, bytes| {
            self.add_records(file, &format!("{file}/{entry}"), bytes)
        })
    }

    fn add_records(&mut self, source: &str, file: &str, bytes: &[u8]) -> Result<(), InputError> {
        let mut without_id = 0_usize;
        let mut tally = Tally::default();
        let result = osv::read(file, bytes, |record| {
            if record.id.0.is_empty() {
                without_id += 1;
                return;
            }
            let advisory = Advisory::from_record(&record, &mut self.versions);
            tally.count(advisory.as_ref());
            if let Some(advisory) = advisory {
                self.add(advisory);
            }
        });
        self.source(source).add(tally);
        result?;
        if without_id > 0 {
            return Err(InputError::new(
                Code::Format,
                file,
                "not an OSV record: its id is empty",
            ));
        }
        Ok(())
    }

    /// The source of that name.
    fn source(&mut self, name: &str) -> &mut Tally {
        // The files of a source come one after the other.
        let known = self.sources.iter().rposition(|(known, _)| known == name);
        let index = known.unwrap_or_else(|| {
            self.sources.push((name.to_owned(), Tally::default()));
            self.sources.len() - 1
        });
        &mut self.sources[index].1
    }

    fn add(&mut self, advisory: Advisory) {
        let place = self.records.len();
        if let Some(&earlier) = self.by_id.get(&advisory.id) {
            let slot = &mut self.records[earlier];
            let is_later = slot.as_ref().is_some_and(|it| it.modified > advisory.modified);
            if is_later {
                return;
            }
            let is_kept = |it: &Advisory| it.modified == advisory.modified && !advisory.is_about_all_of(it);
            if !slot.as_ref().is_some_and(is_kept) {
                *slot = None;
            }
        }
        self.by_id.insert(advisory.id.clone(), place);
        for (index, affected) in advisory.affected.iter().enumerate() {
            // Four thousand million records or packages would not fit in memory.
            let (Ok(record), Ok(index)) = (u32::try_from(place), u32::try_from(index)) else {
                return;
            };
            self.by_name[affected.ecosystem as usize]
                .entry(affected.name.clone())
                .or_default()
                .push(Place {
                    record,
                    affected: index,
                });
        }
        self.records.push(Some(advisory));
    }

    /// How many advisories there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Whether it says something about a package of `ecosystem` that none of them is about it.
    #[must_use]
    pub fn covers(&self, ecosystem: Ecosystem) -> bool {
        let sources = self.sources_about(ecosystem);
        sources.iter().any(|source| source.kind != SourceKind::ByTheWay)
    }

    /// The sources that hold something about packages of `ecosystem`, in the order of loading.
    #[must_use]
    pub fn sources_about(&self, ecosystem: Ecosystem) -> Vec<DataSource> {
        let about = |(name, tally): &(String, Tally)| tally.about(name, ecosystem);
        self.sources.iter().filter_map(about).collect()
    }

    /// The names of the sources that hold something about packages of a known ecosystem.
    pub fn source_names(&self) -> impl Iterator<Item = &str> {
        let telling = self.sources.iter().filter(|(_, tally)| !tally.is_about_nothing());
        telling.map(|(name, _)| name.as_str())
    }

    /// Whether nothing that the source of that name holds is about a known ecosystem.
    #[must_use]
    pub fn is_about_nothing(&self, source: &str) -> bool {
        self.source_names().all(|name| name != source)
    }

    /// The day on which the last changed advisory was changed, `YYYY-MM-DD`; `None` where none says.
    #[must_use]
    pub fn newest(&self) -> Option<&str> {
        self.records.iter().flatten().filter_map(Advisory::day).max()
    }

    /// The advisories that speak of a package, in the order of loading, each with its entries for it. `name`
    /// is as the ecosystem normalises it.
    pub(super) fn about(
        &self,
        ecosystem: Ecosystem,
        name: &str,
    ) -> impl Iterator<Item = (&Advisory, impl Iterator<Item = &Affected>)> {
        let places = self.by_name[ecosystem as usize]
            .get(name)
            .map_or(&[][..], Vec::as_slice);
        places
            .chunk_by(|one, two| one.record == two.record)
            .filter_map(|places| {
                let advisory = self.records.get(places.first()?.record as usize)?.as_ref()?;
                Some((
                    advisory,
                    places
                        .iter()
                        .filter_map(|place| advisory.affected.get(place.affected as usize)),
                ))
            })
    }

    /// The ids under which records list a version, given as text and as what was read of it.
    pub(super) fn listed(
        &self,
        ecosystem: Ecosystem,
        text: &str,
        version: Option<&Version>,
    ) -> Vec<VersionId> {
        self.versions.find(ecosystem, text, version)
    }

    /// The versions of these ids, sorted as text.
    pub(super) fn texts(&self, ecosystem: Ecosystem, ids: &[VersionId]) -> Vec<String> {
        self.versions.texts(ecosystem, ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"id":"A","modified":"2024-05-06T07:08:09Z","affected":[
        {"package":{"ecosystem":"PyPI","name":"Some.Name"},"versions":["1"]},
        {"package":{"ecosystem":"PyPI","name":"some-name"},"versions":["2"]},
        {"package":{"ecosystem":"Go","name":"x"},"versions":["1"]}]}"#;

    fn ids(advisories: &Advisories, ecosystem: Ecosystem, name: &str) -> Vec<String> {
        advisories
            .about(ecosystem, name)
            .map(|(advisory, entries)| format!("{} {}", advisory.id, entries.count()))
            .collect()
    }

    #[test]
    fn a_file_is_of_the_folder_that_is_named_or_of_one_in_it() {
        for (named, path, source) in [
            ("a.json", "a.json", "a.json"),
            ("osv", "osv/a.json", "osv"),
            ("osv/", "osv/npm/a.json", "osv/npm"),
            ("osv", "osv/npm/2026/a.json", "osv/npm"),
            ("..", "../npm/2026/a.json", "../npm"),
            ("x\\osv", "x\\osv\\npm\\a.json", "x\\osv\\npm"),
        ] {
            assert_eq!(Advisories::source_of(named, path), source, "{named} {path}");
        }
    }

    #[test]
    fn a_package_is_found_by_its_normal_name_once_for_each_advisory() {
        let mut advisories = Advisories::default();
        advisories.add_json("a.json", RECORD.as_bytes()).unwrap();
        advisories
            .add_json("b.json", RECORD.replace(r#""A""#, r#""B""#).as_bytes())
            .unwrap();
        assert_eq!(ids(&advisories, Ecosystem::PyPI, "some-name"), ["A 2", "B 2"]);
        assert!(ids(&advisories, Ecosystem::Npm, "some-name").is_empty());
        assert_eq!((advisories.len(), advisories.newest()), (2, Some("2024-05-06")));
    }

    #[test]
    fn of_records_with_one_id_the_last_changed_is_kept() {
        let other = |day: &str| {
            RECORD
                .replace("2024-05-06", day)
                .replace("Some.Name", "other")
                .replace("some-name", "other")
        };
        for (day, kept) in [
            ("2024-05-05", &["some-name"][..]),
            // Nobody knows which of the two is right.
            ("2024-05-06", &["some-name", "other"]),
            ("2024-05-07", &["other"]),
        ] {
            let mut advisories = Advisories::default();
            advisories.add_json("a.json", RECORD.as_bytes()).unwrap();
            advisories.add_json("b.json", other(day).as_bytes()).unwrap();
            assert_eq!(advisories.len(), 1);
            for name in ["some-name", "other"] {
                let expected: &[&str] = if kept.contains(&name) { &["A 2"] } else { &[] };
                assert_eq!(ids(&advisories, Ecosystem::PyPI, name), expected, "{day} {name}");
            }
        }
    }

    #[test]
    fn records_about_other_ecosystems_are_skipped_and_bad_ones_are_not() {
        let mut advisories = Advisories::default();
        advisories
            .add_json(
                "a.json",
                br#"[{"id":"GO-1","affected":[{"package":{"ecosystem":"Go","name":"x"}}]}]"#,
            )
            .unwrap();
        advisories
            .add_json(
                "a.json",
                br#"{"id":"CVE-1","affected":[{"ranges":[{"type":"GIT"}]}]}"#,
            )
            .unwrap();
        assert!(advisories.is_empty() && advisories.newest().is_none());
        let error = advisories
            .add_json("a.json", br#"{"id":"","affected":[]}"#)
            .unwrap_err();
        assert_eq!(error.to_string(), "a.json: not an OSV record: its id is empty");
    }
}
