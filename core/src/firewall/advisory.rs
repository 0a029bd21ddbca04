//! Advisories, reduced to what evaluation and reports need.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use foldhash::HashMap;

use super::osv;
use super::range::{EventKind, Range};
use super::rating::Rating;
use crate::package::Ecosystem;
use crate::time;
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
    /// When it was taken back, as the time since the beginning of 1970, if that is a moment at all.
    withdrawn: Option<Duration>,
    /// Whether it is about malicious code.
    pub is_malware: bool,
    /// What rates the record as a whole.
    pub(super) rating: Rating,
    /// What it says of each package, those of unknown ecosystems left out.
    pub(super) affected: Box<[Affected]>,
}

impl Advisory {
    /// Takes over what counts of a record; `None` where it is about no package of a known ecosystem.
    pub(super) fn from_record(record: &osv::Record<'_>, versions: &mut VersionIds) -> Option<Self> {
        let affected: Box<[Affected]> = record
            .affected
            .iter()
            .flatten()
            .filter_map(|affected| Affected::from_record(affected, versions))
            .collect();
        let words = record.severity_words();
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
            withdrawn: record
                .withdrawn
                .as_ref()
                .and_then(|moment| time::parse_rfc3339(&moment.0)),
            is_malware: record.is_malware(),
            rating: Rating::new(record.severity.as_deref(), words.iter().map(String::as_str)),
            affected,
        })
    }

    /// Whether it was taken back before `now`, so that it does not count. What is to be taken back later, or on
    /// no day that the calendar has, still counts.
    #[must_use]
    pub fn is_withdrawn(&self, now: Duration) -> bool {
        self.withdrawn.is_some_and(|moment| moment <= now)
    }

    /// Whether it is taken back, or is to be.
    pub(super) fn names_a_withdrawal(&self) -> bool {
        self.withdrawn.is_some()
    }

    /// The CVE that the advisory is, or is also known as.
    #[must_use]
    pub fn cve(&self) -> Option<&str> {
        std::iter::once(&self.id)
            .chain(&self.aliases)
            .map(|id| &**id)
            .find(|id| id.starts_with("CVE-"))
    }

    /// Whether it speaks of every package of which `other` speaks.
    pub(super) fn is_about_all_of(&self, other: &Self) -> bool {
        let speaks_of = |package: &Affected| {
            let mut own = self.affected.iter();
            own.any(|own| own.ecosystem == package.ecosystem && own.name == package.name)
        };
        other.affected.iter().all(speaks_of)
    }

    /// The day on which it was last changed, `YYYY-MM-DD`, if it says.
    pub(super) fn day(&self) -> Option<&str> {
        day_of(&self.modified)
    }
}

/// The `YYYY-MM-DD` of an RFC 3339 time.
fn day_of(time: &str) -> Option<&str> {
    let day = time.get(..10)?;
    let is_day = day.bytes().zip(*b"0000-00-00").all(|(byte, form)| {
        if form == b'-' {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    });
    is_day.then_some(day)
}

fn text_of(text: Option<&osv::Text<'_>>) -> Box<str> {
    text.map_or_else(Box::default, |text| text.0.as_ref().into())
}

/// What an advisory says of one package.
#[derive(Debug)]
pub(super) struct Affected {
    pub(super) ecosystem: Ecosystem,
    /// The name, as the ecosystem normalises it.
    pub(super) name: Box<str>,
    /// What rates this package alone.
    pub(super) rating: Rating,
    ranges: Box<[Range]>,
    /// Versions that are affected whatever the ranges say, ascending by id.
    versions: Box<[VersionId]>,
}

impl Affected {
    fn from_record(record: &osv::Affected<'_>, versions_of: &mut VersionIds) -> Option<Self> {
        let package = record.package.as_ref()?;
        let ecosystem = Ecosystem::from_osv(&package.ecosystem.0)?;
        let mut versions: Vec<VersionId> = record
            .versions
            .iter()
            .flatten()
            .map(|version| versions_of.add(ecosystem, &version.0))
            .collect();
        versions.sort_unstable();
        versions.dedup();
        let mut ranges: Vec<Range> = record
            .ranges
            .iter()
            .flatten()
            .filter_map(|range| read_range(ecosystem, range))
            .collect();
        if ranges.is_empty() && versions.is_empty() {
            // It is about the package, and does not say about which versions.
            ranges.push(Range::unreadable());
        }
        let words = record.severity_words();
        Some(Self {
            ecosystem,
            name: ecosystem.normalize(&package.name.0).as_ref().into(),
            rating: Rating::new(record.severity.as_deref(), words.iter().map(String::as_str)),
            ranges: ranges.into(),
            versions: versions.into(),
        })
    }

    /// The versions that it lists, if it has no range.
    pub(super) fn listed_alone(&self) -> Option<&[VersionId]> {
        self.ranges.is_empty().then_some(&*self.versions)
    }

    /// Holds a version against this.
    pub(super) fn coverage(&self, subject: &Subject) -> Coverage<'_> {
        let is_listed = subject
            .listed
            .iter()
            .any(|id| self.versions.binary_search(id).is_ok());
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
        "SEMVER" | "ECOSYSTEM" if !begins(range) => Some(Range::unreadable()),
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

/// Whether a range says from which version on it holds, as OSV's schema demands.
fn begins(range: &osv::Range<'_>) -> bool {
    let mut events = range.events.iter().flatten();
    events.any(|event| event.introduced.is_some())
}

/// A version that is held against advisories.
pub(super) struct Subject {
    /// The version, if its ecosystem can read it.
    pub(super) version: Option<Version>,
    /// The ids under which advisories list it, if any does.
    pub(super) listed: Vec<VersionId>,
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

/// The versions that advisories list, each kept once for an ecosystem however it is spelled: the same version
/// stands in hundreds of records.
#[derive(Debug, Default)]
pub(super) struct VersionIds([Ids; Ecosystem::ALL.len()]);

#[derive(Debug, Default)]
struct Ids {
    /// By the text in a record, so that none is read twice.
    by_text: HashMap<Box<str>, VersionId>,
    /// By [`Version::key`].
    by_key: HashMap<Box<str>, VersionId>,
}

/// Stands for a version of [`VersionIds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct VersionId(u32);

impl VersionIds {
    fn add(&mut self, ecosystem: Ecosystem, text: &str) -> VersionId {
        let ids = &mut self.0[ecosystem as usize];
        if let Some(&id) = ids.by_text.get(text) {
            return id;
        }
        // Four thousand million texts would not fit in memory.
        let next = VersionId(u32::try_from(ids.by_text.len()).unwrap_or(u32::MAX));
        // Text that is no version is equal to itself alone.
        let id = Version::parse(ecosystem, text).map_or(next, |version| {
            *ids.by_key.entry(version.key().into()).or_insert(next)
        });
        ids.by_text.insert(text.into(), id);
        id
    }

    /// The versions of these ids, sorted as text.
    pub(super) fn texts(&self, ecosystem: Ecosystem, ids: &[VersionId]) -> Vec<String> {
        let wanted: BTreeSet<VersionId> = ids.iter().copied().collect();
        // Of several spellings of one version the first is told.
        let mut texts = BTreeMap::<VersionId, &str>::new();
        for (text, id) in &self.0[ecosystem as usize].by_text {
            if wanted.contains(id) {
                let told = texts.entry(*id).or_insert(text);
                *told = (*told).min(text);
            }
        }
        let mut texts: Vec<String> = texts.into_values().map(str::to_owned).collect();
        texts.sort_unstable();
        texts
    }

    /// The ids of what lists a version, given as text and as what was read of it: the version itself, and for
    /// one with a local label also the public version, which means every build of it.
    pub(super) fn find(&self, ecosystem: Ecosystem, text: &str, version: Option<&Version>) -> Vec<VersionId> {
        let ids = &self.0[ecosystem as usize];
        let Some(version) = version else {
            return ids.by_text.get(text).copied().into_iter().collect();
        };
        let public = version.public();
        [Some(version), public.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|version| ids.by_key.get(version.key().as_str()).copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_only_from_what_looks_like_one() {
        for (time, day) in [
            ("2024-05-06T00:00:00Z", Some("2024-05-06")),
            ("zzzz-zz-zzT", None),
            ("2024", None),
            ("", None),
        ] {
            assert_eq!(day_of(time), day, "{time}");
        }
    }
}
