//! Where advisories come from, and what that is worth for an ecosystem.

use serde::{Deserialize, Serialize};

use super::advisory::Advisory;
use crate::package::Ecosystem;

/// What the built-in set is called among the sources.
pub const STARTER_SET: &str = "starter set";

/// From how many advisories about an ecosystem on a source is taken for an export of it. OSV's exports of the
/// three ecosystems hold thousands; what people write themselves, a handful.
const FEWEST_OF_AN_EXPORT: usize = 100;

/// What a source holds about one ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataSource {
    /// What it is called: `starter set`, or a file or folder.
    pub name: String,
    /// What it is worth.
    pub kind: SourceKind,
    /// How many of its advisories are about the ecosystem.
    pub advisories: usize,
    /// The day on which the newest of those was changed, `YYYY-MM-DD`.
    pub newest: Option<String>,
}

/// What a source is worth for an ecosystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// The small set that is built in.
    Starter,
    /// An export of the ecosystem.
    Export,
    /// A few advisories of one's own.
    Own,
    /// A source about something else, which names packages of the ecosystem by the way: it gives findings, and
    /// that it gives none says nothing.
    ByTheWay,
}

/// A source of advisories, counted while it is read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// All records, also those about other ecosystems.
    records: usize,
    /// What the first record names first.
    first: Option<Ecosystem>,
    about: [About; Ecosystem::ALL.len()],
}

/// What a source says about one ecosystem.
#[derive(Debug, Default)]
struct About {
    records: usize,
    /// Those that were not taken back: nothing but them says that something is known.
    in_force: usize,
    newest: Option<String>,
}

impl Tally {
    /// Counts a record; `None` is one about no package of a known ecosystem.
    pub(super) fn count(&mut self, advisory: Option<&Advisory>) {
        if self.records == 0 {
            let first = advisory.and_then(|advisory| advisory.affected.first());
            self.first = first.map(|affected| affected.ecosystem);
        }
        self.records += 1;
        let Some(advisory) = advisory else { return };
        for (about, ecosystem) in self.about.iter_mut().zip(Ecosystem::ALL) {
            if advisory
                .affected
                .iter()
                .any(|affected| affected.ecosystem == ecosystem)
            {
                about.records += 1;
                about.in_force += usize::from(!advisory.names_a_withdrawal());
                let day = advisory.day().filter(|&day| about.newest.as_deref() < Some(day));
                if let Some(day) = day {
                    about.newest = Some(day.to_owned());
                }
            }
        }
    }

    /// Adds what another file of the same source holds.
    pub(super) fn add(&mut self, other: Self) {
        if self.records == 0 {
            self.first = other.first;
        }
        self.records += other.records;
        for (about, other) in self.about.iter_mut().zip(other.about) {
            about.records += other.records;
            about.in_force += other.in_force;
            about.newest = about.newest.take().max(other.newest);
        }
    }

    /// Whether none of the records is about a known ecosystem.
    pub(super) fn is_about_nothing(&self) -> bool {
        self.about.iter().all(|about| about.records == 0)
    }

    /// What the source called `name` holds about `ecosystem`, if anything.
    pub(super) fn about(&self, name: &str, ecosystem: Ecosystem) -> Option<DataSource> {
        let About {
            records,
            in_force,
            newest,
        } = &self.about[ecosystem as usize];
        (*in_force > 0).then(|| DataSource {
            name: name.to_owned(),
            kind: self.kind(name, ecosystem),
            advisories: *records,
            newest: newest.clone(),
        })
    }

    fn kind(&self, name: &str, ecosystem: Ecosystem) -> SourceKind {
        if name == STARTER_SET {
            return SourceKind::Starter;
        }
        let records = self.about[ecosystem as usize].records;
        if self.main().is_some_and(|main| main != ecosystem) {
            SourceKind::ByTheWay
        } else if records >= FEWEST_OF_AN_EXPORT {
            SourceKind::Export
        } else if self.records < FEWEST_OF_AN_EXPORT {
            SourceKind::Own
        } else {
            SourceKind::ByTheWay
        }
    }

    /// The ecosystem that every record is about; of several the one that is named first.
    fn main(&self) -> Option<Ecosystem> {
        let is_main = |ecosystem: &Ecosystem| self.about[*ecosystem as usize].records == self.records;
        self.first
            .filter(is_main)
            .or_else(|| Ecosystem::ALL.into_iter().find(is_main))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::Advisories;

    /// A record about a package of each of the ecosystems.
    fn record(number: usize, ecosystems: &[&str]) -> String {
        let affected: Vec<String> = ecosystems
            .iter()
            .map(|ecosystem| {
                format!(r#"{{"package":{{"ecosystem":"{ecosystem}","name":"a:b"}},"versions":["1.0"]}}"#)
            })
            .collect();
        let affected = affected.join(",");
        format!(r#"{{"id":"X-{number}","modified":"2026-01-02T00:00:00Z","affected":[{affected}]}}"#)
    }

    /// The kinds of npm, Maven and PyPI in a file of such records.
    fn kinds(records: &[&[&str]]) -> [Option<SourceKind>; 3] {
        let lines: Vec<String> = records
            .iter()
            .enumerate()
            .map(|(number, ecosystems)| record(number, ecosystems))
            .collect();
        let mut advisories = Advisories::default();
        advisories.load("x.json", lines.join("\n").as_bytes()).unwrap();
        Ecosystem::ALL.map(|ecosystem| {
            let sources = advisories.sources_about(ecosystem);
            sources.first().map(|source| source.kind)
        })
    }

    #[test]
    fn what_was_taken_back_covers_nothing() {
        let mut advisories = Advisories::default();
        let record = record(1, &["npm"]).replace(
            r#""modified""#,
            r#""withdrawn":"2025-01-01T00:00:00Z","modified""#,
        );
        advisories.load("x.json", record.as_bytes()).unwrap();
        assert!(advisories.sources_about(Ecosystem::Npm).is_empty());
        assert!(!advisories.is_about_nothing("x.json"));
    }

    #[test]
    fn an_export_is_one_of_its_own_ecosystem() {
        use SourceKind::{ByTheWay, Export, Own};
        let npm: &[&str] = &["npm"];
        let both: &[&str] = &["npm", "Maven"];
        let go: &[&str] = &["Go", "npm"];
        assert_eq!(kinds(&[npm, npm]), [Some(Own), None, None]);
        assert_eq!(kinds(&[npm, both]), [Some(Own), Some(ByTheWay), None]);
        assert_eq!(kinds(&[both]), [Some(Own), Some(ByTheWay), None]);
        assert_eq!(kinds(&[&["Maven", "npm"]]), [Some(ByTheWay), Some(Own), None]);
        assert_eq!(
            kinds(&[npm, &["Maven"], &["PyPI"]]),
            [Some(Own), Some(Own), Some(Own)]
        );
        let mut export = vec![npm; 150];
        export.push(both);
        assert_eq!(kinds(&export), [Some(Export), Some(ByTheWay), None]);
        let mut of_go: Vec<&[&str]> = vec![&["Go"]; 150];
        of_go.push(go);
        assert_eq!(kinds(&of_go), [Some(ByTheWay), None, None]);
        let mut all: Vec<&[&str]> = vec![&["Maven"]; 150];
        all.extend(vec![npm; 200]);
        assert_eq!(kinds(&all), [Some(Export), Some(Export), None]);
    }

    #[test]
    fn what_a_source_holds_by_the_way_covers_nothing() {
        let mut advisories = Advisories::default();
        let both = record(1, &["npm", "Maven"]);
        advisories.load("x.json", both.as_bytes()).unwrap();
        assert!(advisories.covers(Ecosystem::Npm));
        assert!(!advisories.covers(Ecosystem::Maven) && !advisories.covers(Ecosystem::PyPI));
        assert!(Advisories::starter().covers(Ecosystem::Maven));
    }

    #[test]
    fn the_files_of_a_folder_are_one_source() {
        let mut advisories = Advisories::default();
        for number in 0..3 {
            let file = format!("osv/{number}.json");
            let bytes = record(number, &["npm"]);
            advisories.load_of("osv", &file, bytes.as_bytes()).unwrap();
        }
        let sources = advisories.sources_about(Ecosystem::Npm);
        assert_eq!(sources.len(), 1);
        assert_eq!((sources[0].name.as_str(), sources[0].advisories), ("osv", 3));
        assert_eq!(sources[0].newest.as_deref(), Some("2026-01-02"));
    }
}
