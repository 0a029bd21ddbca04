//! Ranges of affected versions, evaluated as the OSV schema says ("Evaluation", in its part on `affected`).

use std::cmp::Ordering;
use std::fmt::Write;

use crate::package::Ecosystem;
use crate::version::Version;

/// One range of an advisory: events on the line of versions, in any order.
#[derive(Debug)]
pub struct Range {
    events: Box<[Event]>,
    /// The same, with the versions as others read them, where they do not agree.
    other_reading: Option<Box<Range>>,
}

#[derive(Clone, Debug)]
struct Event {
    kind: EventKind,
    at: Point,
}

/// What happens at a version. The order is the one in which events on the same version happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EventKind {
    /// This version, and later ones, are not affected.
    Fixed,
    /// This version, and later ones, are affected.
    Introduced,
    /// Versions after this one are not affected.
    LastAffected,
    /// The range says nothing of this version and later ones.
    Limit,
}

#[derive(Clone, Debug)]
enum Point {
    /// Before every version: OSV's `0`.
    Start,
    /// A version, boxed because a full export has half a million of them and most are [`Point::Start`].
    At(Box<Named>),
    /// After every version: OSV's `*`.
    End,
    /// Text that is not a version in this ecosystem.
    Unreadable,
}

/// A version as the advisory writes it.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) text: Box<str>,
    pub(super) version: Version,
}

impl Range {
    /// A range of the given events.
    pub(super) fn new<'a>(
        ecosystem: Ecosystem,
        events: impl IntoIterator<Item = (EventKind, &'a str)>,
    ) -> Self {
        let events = events.into_iter().map(|(kind, text)| Event {
            kind,
            at: match (kind, text) {
                (EventKind::Introduced, "0") => Point::Start,
                (EventKind::Limit, "*") => Point::End,
                _ => Version::parse(ecosystem, text).map_or(Point::Unreadable, |version| {
                    Point::At(Box::new(Named {
                        text: text.into(),
                        version,
                    }))
                }),
            },
        });
        let events: Box<[Event]> = events.collect();
        let other_reading = other_reading(&events).map(Box::new);
        Self {
            events,
            other_reading,
        }
    }

    /// A range of a kind that this program does not know, so that nothing can be said of any version.
    pub(super) fn unreadable() -> Self {
        Self {
            events: Box::new([Event {
                kind: EventKind::Introduced,
                at: Point::Unreadable,
            }]),
            other_reading: None,
        }
    }

    /// Whether `version` is affected; `None` where an event cannot be compared with it. Where the order of versions
    /// is in dispute it is affected if it is so in either order.
    pub(super) fn contains(&self, version: &Version) -> Option<bool> {
        let is_affected = self.decide(version)?;
        let other = version.other_reading();
        if is_affected || (other.is_none() && self.other_reading.is_none()) {
            return Some(is_affected);
        }
        let range = self.other_reading.as_deref().unwrap_or(self);
        range.decide(other.as_ref().unwrap_or(version))
    }

    /// The highest event at or below the version decides. That is what sorting the events and playing them
    /// up to the version comes to, and needs no order that is transitive, which Maven's is not.
    fn decide(&self, version: &Version) -> Option<bool> {
        let mut decisive: Option<&Event> = None;
        let mut is_limited = false;
        let mut is_below_a_limit = false;
        for event in &self.events {
            let order = event.at.bounds(version)?;
            let has_happened = match event.kind {
                EventKind::Limit => {
                    is_limited = true;
                    is_below_a_limit |= order.is_gt();
                    false
                }
                EventKind::LastAffected => order.is_lt(),
                EventKind::Introduced | EventKind::Fixed => order.is_le(),
            };
            if has_happened && decisive.is_none_or(|other| event.happens_after(other)) {
                decisive = Some(event);
            }
        }
        let is_affected = decisive.is_some_and(|event| event.kind == EventKind::Introduced);
        Some(is_affected && (!is_limited || is_below_a_limit))
    }

    /// The lowest version above `version` that fixes this.
    pub(super) fn fix_above(&self, version: &Version) -> Option<&Named> {
        lowest(
            self.points(EventKind::Fixed)
                .filter(|named| named.is_above(version)),
        )
    }

    /// The stretch of this range in which `version` lies, such as `>=1.0.0 <1.2.3`.
    #[must_use]
    pub fn describe_around(&self, version: &Version) -> String {
        let from = self
            .points(EventKind::Introduced)
            .filter(|named| !named.is_above(version))
            .reduce(|highest, named| {
                if named.version > highest.version {
                    named
                } else {
                    highest
                }
            });
        let mut text = from.map_or_else(String::new, |named| format!(">={}", named.text));
        let fixed = self.fix_above(version);
        let last = lowest(self.points(EventKind::LastAffected).filter(|named| {
            version
                .compared_with_bound(&named.version)
                .is_some_and(Ordering::is_ge)
        }));
        let end = match (fixed, last) {
            (Some(fixed), Some(last)) if last.version < fixed.version => Some(("<=", last)),
            (Some(fixed), _) => Some(("<", fixed)),
            (None, last) => last.map(|last| ("<=", last)),
        };
        if let Some((operator, named)) = end {
            let space = if text.is_empty() { "" } else { " " };
            // Writing to a `String` does not fail.
            let _ = write!(text, "{space}{operator}{}", named.text);
        }
        if text.is_empty() { ">=0".to_owned() } else { text }
    }

    fn points(&self, kind: EventKind) -> impl Iterator<Item = &Named> {
        self.events
            .iter()
            .filter(move |event| event.kind == kind)
            .filter_map(|event| match &event.at {
                Point::At(named) => Some(&**named),
                Point::Start | Point::End | Point::Unreadable => None,
            })
    }
}

/// The range of these events in the other reading of their versions, if one of them has any.
fn other_reading(events: &[Event]) -> Option<Range> {
    let other = |event: &Event| match &event.at {
        Point::At(named) => named.version.other_reading(),
        Point::Start | Point::End | Point::Unreadable => None,
    };
    if !events.iter().any(|event| other(event).is_some()) {
        return None;
    }
    let events = events.iter().map(|event| {
        let mut read = event.clone();
        if let (Some(version), Point::At(named)) = (other(event), &mut read.at) {
            named.version = version;
        }
        read
    });
    Some(Range {
        events: events.collect(),
        other_reading: None,
    })
}

/// The lowest of some versions; the first of equal ones.
pub(super) fn lowest<'a>(versions: impl Iterator<Item = &'a Named>) -> Option<&'a Named> {
    versions.reduce(|lowest, named| {
        if named.version < lowest.version {
            named
        } else {
            lowest
        }
    })
}

impl Named {
    /// Whether this, as a bound, lies above `version`.
    fn is_above(&self, version: &Version) -> bool {
        version.compared_with_bound(&self.version) == Some(Ordering::Greater)
    }
}

impl Event {
    fn happens_after(&self, other: &Self) -> bool {
        let order = match (&self.at, &other.at) {
            (Point::Start, Point::Start) => Some(Ordering::Equal),
            (Point::Start, _) => Some(Ordering::Less),
            (point, Point::At(named)) => point.compare_to(&named.version),
            _ => Some(Ordering::Greater),
        };
        order.is_some_and(|order| order.then(self.kind.cmp(&other.kind)).is_gt())
    }
}

impl Point {
    /// The order of this, as a bound, against `version`.
    fn bounds(&self, version: &Version) -> Option<Ordering> {
        match self {
            Self::At(named) => version.compared_with_bound(&named.version),
            other => other.compare_to(version),
        }
    }

    fn compare_to(&self, version: &Version) -> Option<Ordering> {
        match self {
            Self::Start => Some(Ordering::Less),
            Self::At(named) => named.version.partial_cmp(version),
            Self::End => Some(Ordering::Greater),
            Self::Unreadable => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EventKind::{Fixed, Introduced, LastAffected, Limit};
    use super::*;

    type Events = &'static [(EventKind, &'static str)];

    fn npm(text: &str) -> Version {
        Version::parse(Ecosystem::Npm, text).unwrap()
    }

    /// `findings/maven-orders-rc-dot-one-two-ways.sh`.
    #[test]
    fn where_the_makers_of_maven_disagree_on_an_order_a_version_is_affected_in_either() {
        let maven = |text| Version::parse(Ecosystem::Maven, text).unwrap();
        for (fixed, version, is_affected) in [
            ("2.0-RC2", "2.0-rc.1", true),
            ("2.0-rc.2", "2.0-RC1", true),
            ("2.0-rc.1", "2.0-RC2", true),
            ("2.0-rc.2", "2.0-rc.2", false),
            ("2.0-RC2", "2.0-rc.3", false),
            ("2.0-rc.1", "2.0", false),
        ] {
            let range = Range::new(Ecosystem::Maven, [(Introduced, "0"), (Fixed, fixed)]);
            assert_eq!(
                range.contains(&maven(version)),
                Some(is_affected),
                "{version} and {fixed}"
            );
        }
    }

    #[test]
    fn the_highest_event_at_or_below_the_version_decides() {
        let cases: &[(Events, &str, bool)] = &[
            (&[(Introduced, "0")], "0.0.0-0", true),
            (&[(Introduced, "0"), (Fixed, "1.2.0")], "1.1.9", true),
            (&[(Introduced, "0"), (Fixed, "1.2.0")], "1.2.0", false),
            (&[(Introduced, "0"), (Fixed, "1.2.0")], "1.2.0-rc.1", true),
            (&[(Introduced, "1.0.0"), (LastAffected, "1.2.0")], "1.2.0", true),
            (&[(Introduced, "1.0.0"), (LastAffected, "1.2.0")], "1.2.1", false),
            (&[(Introduced, "1.0.0"), (LastAffected, "1.2.0")], "0.9.0", false),
            // Unsorted, with a gap.
            (
                &[
                    (Fixed, "2.1.0"),
                    (Introduced, "2.0.0"),
                    (Fixed, "1.1.0"),
                    (Introduced, "0"),
                ],
                "1.5.0",
                false,
            ),
            (
                &[
                    (Fixed, "2.1.0"),
                    (Introduced, "2.0.0"),
                    (Fixed, "1.1.0"),
                    (Introduced, "0"),
                ],
                "2.0.5",
                true,
            ),
            // Two events on one version: fixed, then introduced, then last affected.
            (
                &[(Introduced, "0"), (Introduced, "1.0.0"), (Fixed, "1.0.0")],
                "1.0.0",
                true,
            ),
            (&[(Introduced, "1.0.0"), (LastAffected, "1.0.0")], "1.0.0", true),
            (&[(Introduced, "1.0.0"), (LastAffected, "1.0.0")], "1.0.1", false),
            // A range without a beginning holds nothing.
            (&[(Fixed, "1.0.0")], "0.5.0", false),
            (&[], "0.5.0", false),
            // Below any one of the limits is enough.
            (&[(Introduced, "0"), (Limit, "1.0.0")], "0.9.0", true),
            (&[(Introduced, "0"), (Limit, "1.0.0")], "1.0.0", false),
            (
                &[(Introduced, "0"), (Limit, "1.0.0"), (Limit, "*")],
                "2.0.0",
                true,
            ),
        ];
        for (events, version, expected) in cases {
            let range = Range::new(Ecosystem::Npm, events.iter().copied());
            assert_eq!(
                range.contains(&npm(version)),
                Some(*expected),
                "{events:?} {version}"
            );
        }
    }

    #[test]
    fn a_range_that_cannot_be_read_decides_nothing() {
        let range = Range::new(Ecosystem::Npm, [(Introduced, "0"), (Fixed, "soon")]);
        assert_eq!(range.contains(&npm("1.0.0")), None);
        assert_eq!(Range::unreadable().contains(&npm("1.0.0")), None);
    }

    #[test]
    fn the_stretch_around_a_version_is_told_with_its_own_bounds() {
        let cases: &[(Events, &str, &str, Option<&str>)] = &[
            (&[(Introduced, "0")], "1.0.0", ">=0", None),
            (
                &[(Introduced, "0"), (Fixed, "1.2.0")],
                "1.0.0",
                "<1.2.0",
                Some("1.2.0"),
            ),
            (
                &[(Introduced, "1.0.0"), (LastAffected, "1.2.0")],
                "1.2.0",
                ">=1.0.0 <=1.2.0",
                None,
            ),
            (
                &[
                    (Fixed, "2.1.0"),
                    (Introduced, "2.0.0"),
                    (Fixed, "1.1.0"),
                    (Introduced, "0"),
                ],
                "2.0.5",
                ">=2.0.0 <2.1.0",
                Some("2.1.0"),
            ),
            (
                &[
                    (Fixed, "2.1.0"),
                    (Introduced, "2.0.0"),
                    (LastAffected, "1.1.0"),
                    (Introduced, "0"),
                ],
                "1.0.5",
                "<=1.1.0",
                Some("2.1.0"),
            ),
        ];
        for (events, version, description, fix) in cases {
            let range = Range::new(Ecosystem::Npm, events.iter().copied());
            assert_eq!(
                range.describe_around(&npm(version)),
                *description,
                "{events:?} {version}"
            );
            assert_eq!(
                range.fix_above(&npm(version)).map(|named| &*named.text),
                *fix,
                "{events:?} {version}"
            );
        }
    }
}
