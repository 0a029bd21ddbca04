//! Advisories, reduced to what evaluation and reports need.

use foldhash::HashMap;

use super::cvss;
use super::osv;
use super::range::{EventKind, Range};
use super::verdict::Score;
use crate::package::Ecosystem;
use crate::version::Version;

/// One advisory.
#[derive(Debug)]
pub struct Advisory {
    /// Its id, such as `GHSA-…`, `PYSEC-…`, `MAL-…`.
    pub id: Box<str>,
    /// The other names of the same finding.
    pub aliases: Box<[Box<str>]>,
    /// One sentence about it; empty where the record gives none.
    pub summary: Box<str>,
    /// When the record was last changed, as RFC 3339 writes it; empty where it does not say.
    pub modified: Box<str>,
    /// Whether it was taken back. Then it never counts.
    pub is_withdrawn: bool,
    /// Whether it is about malicious code.
    pub is_malware: bool,
    /// The worst rating of the record as a whole.
    pub severity: Option<Severity>,
    /// What it says of each package, those of unknown ecosystems left out.
    pub(super) affected: Box<[Affected]>,
}

impl Advisory {
    /// Takes over what counts of a record; `None` where it is about no package of a known ecosystem.
    pub(super) fn from_record(record: &osv::Record<'_>, versions: &mut VersionTexts) -> Option<Self> {
        let affected: Box<[Affected]> = record
            .affected
            .iter()
            .flatten()
            .filter_map(|affected| Affected::from_record(affected, versions))
            .collect();
        (!affected.is_empty()).then(|| Self {
            id: record.id.0.as_ref().into(),
            aliases: record
                .aliases
                .iter()
                .flatten()
                .map(|alias| alias.0.as_ref().into())
                .collect(),
            summary: text_of(record.summary.as_ref()),
            modified: text_of(record.modified.as_ref()),
            is_withdrawn: record.withdrawn.is_some(),
            is_malware: record.is_malware(),
            severity: Severity::worst_of(record.severity.as_deref()),
            affected,
        })
    }

    /// The CVE that the advisory is, or is also known as.
    #[must_use]
    pub fn cve(&self) -> Option<&str> {
        std::iter::once(&self.id)
            .chain(&self.aliases)
            .map(|id| &**id)
            .find(|id| id.starts_with("CVE-"))
    }
}

fn text_of(text: Option<&osv::Text<'_>>) -> Box<str> {
    text.map_or_else(Box::default, |text| text.0.as_ref().into())
}

/// A CVSS vector with its base score.
#[derive(Debug)]
pub struct Severity {
    /// The base score.
    pub score: Score,
    /// The vector as the record writes it.
    pub vector: Box<str>,
}

impl Severity {
    /// The rating with the highest score; the first of equal ones. Ratings without a score do not count.
    fn worst_of(ratings: Option<&[osv::Severity<'_>]>) -> Option<Self> {
        let mut worst: Option<(Score, &str)> = None;
        for rating in ratings.unwrap_or_default() {
            let vector = rating.score.0.as_ref();
            if let Some(score) = cvss::base_score(vector)
                && worst.is_none_or(|(worst, _)| score > worst)
            {
                worst = Some((score, vector));
            }
        }
        worst.map(|(score, vector)| Self {
            score,
            vector: vector.into(),
        })
    }
}

/// What an advisory says of one package.
#[derive(Debug)]
pub(super) struct Affected {
    pub(super) ecosystem: Ecosystem,
    /// The name, as the ecosystem normalises it.
    pub(super) name: Box<str>,
    /// The worst rating that is given for this package alone.
    pub(super) severity: Option<Severity>,
    ranges: Box<[Range]>,
    /// Versions that are affected whatever the ranges say, ascending by id.
    versions: Box<[VersionId]>,
}

impl Affected {
    fn from_record(record: &osv::Affected<'_>, texts: &mut VersionTexts) -> Option<Self> {
        let package = record.package.as_ref()?;
        let ecosystem = Ecosystem::from_osv(&package.ecosystem.0)?;
        let mut versions: Vec<VersionId> = record
            .versions
            .iter()
            .flatten()
            .map(|version| texts.add(&version.0))
            .collect();
        versions.sort_unstable();
        versions.dedup();
        Some(Self {
            ecosystem,
            name: ecosystem.normalize(&package.name.0).as_ref().into(),
            severity: Severity::worst_of(record.severity.as_deref()),
            ranges: record
                .ranges
                .iter()
                .flatten()
                .filter_map(|range| read_range(ecosystem, range))
                .collect(),
            versions: versions.into(),
        })
    }

    /// Holds a version against this.
    pub(super) fn coverage(&self, subject: &Subject) -> Coverage<'_> {
        let is_listed = subject
            .listed
            .is_some_and(|id| self.versions.binary_search(&id).is_ok());
        let mut is_undecided = false;
        let mut ranges = Vec::new();
        for range in &self.ranges {
            match subject
                .version
                .as_ref()
                .and_then(|version| range.contains(version))
            {
                Some(true) => ranges.push(range),
                Some(false) => {}
                None => is_undecided = true,
            }
        }
        if is_listed || !ranges.is_empty() {
            Coverage::Affected { ranges }
        } else if is_undecided {
            Coverage::Undecided
        } else {
            Coverage::NotAffected
        }
    }
}

/// `None` for a range of commits, which says nothing of a package's versions.
fn read_range(ecosystem: Ecosystem, range: &osv::Range<'_>) -> Option<Range> {
    match range.kind.0.as_ref() {
        "GIT" => None,
        "SEMVER" | "ECOSYSTEM" => {
            let events = range.events.iter().flatten().flat_map(|event| {
                [
                    (EventKind::Introduced, &event.introduced),
                    (EventKind::Fixed, &event.fixed),
                    (EventKind::LastAffected, &event.last_affected),
                    (EventKind::Limit, &event.limit),
                ]
            });
            Some(Range::new(
                ecosystem,
                events.filter_map(|(kind, text)| text.as_ref().map(|text| (kind, text.0.as_ref()))),
            ))
        }
        _ => Some(Range::unreadable()),
    }
}

/// A version that is held against advisories.
pub(super) struct Subject {
    /// The version, if its ecosystem can read it.
    pub(super) version: Option<Version>,
    /// The id of its text, if any advisory lists it.
    pub(super) listed: Option<VersionId>,
}

/// Whether an advisory's entry for a package covers a version.
pub(super) enum Coverage<'a> {
    /// It does: through these ranges, or, if there are none, because the version is listed.
    Affected { ranges: Vec<&'a Range> },
    /// It does not.
    NotAffected,
    /// It may: the version cannot be compared with a range.
    Undecided,
}

/// Version texts that advisories list, each kept once: the same text stands in hundreds of records.
#[derive(Debug, Default)]
pub(super) struct VersionTexts(HashMap<Box<str>, VersionId>);

/// Stands for a text of [`VersionTexts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct VersionId(u32);

impl VersionTexts {
    fn add(&mut self, text: &str) -> VersionId {
        if let Some(id) = self.find(text) {
            return id;
        }
        // Four thousand million texts would not fit in memory.
        let id = VersionId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.insert(text.into(), id);
        id
    }

    pub(super) fn find(&self, text: &str) -> Option<VersionId> {
        self.0.get(text).copied()
    }
}
