//! Maven versions and version ranges.
//!
//! The order is the one of Maven's "Version Order Specification" (in its POM reference) as Maven 3.8 carries
//! it out. A version is a list of items; a dash, or a change between digits and letters, opens a list inside
//! the list. As that inner list is always the last item, the nesting is written flat here: an [`Item::Dash`]
//! stands where an inner list opens. So no input can nest deeply.
//!
//! Maven's order is antisymmetric, but not transitive: `1-sp` is above `1`, `1` is above `1.0.alpha.1`, and
//! `1.0.alpha.1` is above `1-sp`.

use std::cmp::Ordering;

/// A version in its normal form: lower case, without the trailing items that change nothing.
#[derive(Clone, Debug)]
pub(super) struct Version(Box<[Item]>);

#[derive(Clone, Debug)]
enum Item {
    /// A number that fits.
    Number(u64),
    /// A longer one: its digits without leading zeros.
    BigNumber(Box<str>),
    /// A qualifier that has a place of its own; see [`KNOWN_QUALIFIERS`].
    Known(u8),
    /// Any other qualifier: above the known ones, in alphabetical order.
    Other(Box<str>),
    /// The rest belongs to an inner list.
    Dash,
}

/// The known qualifiers, ascending. The empty one, and its other spellings, is the release itself.
const KNOWN_QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const RELEASE: u8 = 5;

impl Version {
    /// Reads any text but an empty one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let text = text.to_lowercase();
        let mut items = Vec::new();
        let mut start = 0;
        let mut in_digits = false;
        for (index, byte) in text.bytes().enumerate() {
            match byte {
                b'.' | b'-' => {
                    items.push(Item::read(&text[start..index], in_digits, false));
                    if byte == b'-' {
                        items.push(Item::Dash);
                    }
                    start = index + 1;
                    in_digits = false;
                }
                _ if byte.is_ascii_digit() != in_digits => {
                    if index > start {
                        if !in_digits {
                            open_list(&mut items);
                        }
                        items.push(Item::read(&text[start..index], in_digits, !in_digits));
                        items.push(Item::Dash);
                        start = index;
                    }
                    in_digits = !in_digits;
                }
                _ => {}
            }
        }
        if start < text.len() {
            if !in_digits {
                open_list(&mut items);
            }
            items.push(Item::read(&text[start..], in_digits, false));
        }
        Some(Self(without_trailing_nulls(items)))
    }

    /// See [`super::Version::key`]: equal versions have the same items, so the items, spelled out.
    pub(super) fn key(&self) -> String {
        let mut key = String::new();
        let mut after_item = false;
        for item in &self.0 {
            if matches!(item, Item::Dash) {
                key.push('-');
                after_item = false;
                continue;
            }
            if after_item {
                key.push('.');
            }
            after_item = true;
            match item {
                Item::Number(number) => key.push_str(&number.to_string()),
                Item::BigNumber(digits) => key.push_str(digits),
                Item::Known(RELEASE) => key.push_str("ga"),
                Item::Known(place) => key.push_str(KNOWN_QUALIFIERS[usize::from(*place)]),
                Item::Other(text) => key.push_str(text),
                Item::Dash => {}
            }
        }
        if key.is_empty() { "0".to_owned() } else { key }
    }

    /// The version with `rc.1` read as `rc1`, as Maven's resolver and Maven 4 read it, where that is another one.
    /// Maven 3 puts every `rc.1` above every `rc2`.
    pub(super) fn joined(&self) -> Option<Self> {
        let is_number = |item: &Item| matches!(item, Item::Number(_) | Item::BigNumber(_));
        let is_dotted = |pair: &[Item]| matches!(pair[0], Item::Known(_)) && is_number(&pair[1]);
        if !self.0.windows(2).any(is_dotted) {
            return None;
        }
        let mut items = Vec::with_capacity(self.0.len() + 1);
        for item in &self.0 {
            if is_number(item) && matches!(items.last(), Some(Item::Known(_))) {
                items.push(Item::Dash);
            }
            items.push(item.clone());
        }
        Some(Self(items.into_boxed_slice()))
    }

    /// Maven's order.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (self.0.iter(), other.0.iter());
        loop {
            let order = match (left.next(), right.next()) {
                (None, None) => return Ordering::Equal,
                (Some(item), None) => item.compare_to_nothing(),
                (None, Some(item)) => item.compare_to_nothing().reverse(),
                (Some(one), Some(two)) => one.compare(two),
            };
            if order.is_ne() {
                return order;
            }
        }
    }
}

/// Opens an inner list for a qualifier that ends the version or runs into a number, so that `1.x1` is `1-x1`.
/// A qualifier at the start of its list has one already.
fn open_list(items: &mut Vec<Item>) {
    if !matches!(items.last(), None | Some(Item::Dash)) {
        items.push(Item::Dash);
    }
}

/// Drops the nulls (0 and the release qualifier) at the end of each list, from the innermost outwards, and
/// inner lists that are left with nothing.
fn without_trailing_nulls(items: Vec<Item>) -> Box<[Item]> {
    let mut kept = Vec::with_capacity(items.len());
    let mut at_end_of_list = true;
    for item in items.into_iter().rev() {
        match item {
            Item::Dash => {
                if !kept.is_empty() {
                    kept.push(Item::Dash);
                }
                at_end_of_list = true;
            }
            item if at_end_of_list && item.is_null() => {}
            item => {
                kept.push(item);
                at_end_of_list = false;
            }
        }
    }
    kept.reverse();
    kept.into_boxed_slice()
}

impl Item {
    fn read(text: &str, is_number: bool, before_digit: bool) -> Self {
        if text.is_empty() {
            return Self::Number(0);
        }
        if is_number {
            let digits = text.trim_start_matches('0');
            return if digits.is_empty() {
                Self::Number(0)
            } else {
                digits
                    .parse()
                    .map_or_else(|_| Self::BigNumber(digits.into()), Self::Number)
            };
        }
        let qualifier = match text {
            "a" if before_digit => "alpha",
            "b" if before_digit => "beta",
            "m" if before_digit => "milestone",
            "cr" => "rc",
            "final" | "ga" | "release" => "",
            text => text,
        };
        match (0..).zip(KNOWN_QUALIFIERS).find(|(_, known)| *known == qualifier) {
            Some((place, _)) => Self::Known(place),
            None => Self::Other(qualifier.into()),
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Number(0) | Self::Known(RELEASE))
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::BigNumber(left), Self::BigNumber(right)) => {
                left.len().cmp(&right.len()).then_with(|| left.cmp(right))
            }
            (Self::Known(left), Self::Known(right)) => left.cmp(right),
            (Self::Other(left), Self::Other(right)) => left.cmp(right),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// The order of unlike items: `1.qualifier` < `1-1` < `1.1`.
    fn rank(&self) -> u8 {
        match self {
            Self::Known(_) => 0,
            Self::Other(_) => 1,
            Self::Dash => 2,
            Self::Number(_) => 3,
            Self::BigNumber(_) => 4,
        }
    }

    /// The order against a version that has ended: 1.1 and 1-x are above 1, 1-rc is below.
    fn compare_to_nothing(&self) -> Ordering {
        match self {
            Self::Dash | Self::Number(0) => Ordering::Equal,
            Self::Known(place) => place.cmp(&RELEASE),
            Self::Number(_) | Self::BigNumber(_) | Self::Other(_) => Ordering::Greater,
        }
    }
}

/// See [`super::lowest`]. A bare version is Maven's "soft" requirement and stands for itself. Of several
/// ranges, which Maven wants ascending and apart, the first one decides.
pub(super) fn lowest(specifier: &str) -> Option<String> {
    let mut rest = specifier.trim();
    if !rest.starts_with(['[', '(']) {
        let is_version = !rest.is_empty() && !rest.contains(['[', ']', '(', ')', ',', '$', '!', '+', ' ']);
        let is_moving = matches!(rest, "LATEST" | "RELEASE") || rest.starts_with("latest.");
        return (is_version && !is_moving).then(|| rest.to_owned());
    }
    let (first, after) = Range::read(rest)?;
    let mut last = first;
    rest = after;
    while !rest.is_empty() {
        let (range, after) = Range::read(rest)?;
        if !range.follows(last) {
            return None;
        }
        last = range;
        rest = after;
    }
    first.includes_low.then(|| first.low.to_owned())
}

/// One range, such as `[1.0,2.0)`; an empty bound is none.
#[derive(Clone, Copy)]
struct Range<'a> {
    low: &'a str,
    high: &'a str,
    includes_low: bool,
}

impl<'a> Range<'a> {
    /// Takes one range, and the comma after it, off the front of `text`; `None` where Maven refuses it.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let inner = text.strip_prefix(['[', '('])?;
        let (inner, after) = inner.split_at(inner.find([']', ')'])?);
        let opens = text.starts_with('[');
        let closes = after.starts_with(']');
        let range = match inner.split_once(',') {
            Some((low, high)) => {
                let (low, high) = (low.trim(), high.trim());
                if let (Some(low), Some(high)) = (Version::parse(low), Version::parse(high)) {
                    let order = low.compare(&high);
                    if order.is_gt() || (order.is_eq() && !(opens && closes)) {
                        return None;
                    }
                }
                Self {
                    low,
                    high,
                    includes_low: opens && !low.is_empty(),
                }
            }
            None => {
                let only = inner.trim();
                if !opens || !closes || only.is_empty() {
                    return None;
                }
                Self {
                    low: only,
                    high: only,
                    includes_low: true,
                }
            }
        };
        let after = after[1..].trim_start();
        Some((range, after.strip_prefix(',').unwrap_or(after).trim_start()))
    }

    /// Whether this range starts where `earlier` has ended.
    fn follows(self, earlier: Self) -> bool {
        match (Version::parse(self.low), Version::parse(earlier.high)) {
            (Some(low), Some(high)) => low.compare(&high).is_ge(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(left: &str, right: &str) -> Ordering {
        Version::parse(left)
            .unwrap()
            .compare(&Version::parse(right).unwrap())
    }

    #[test]
    fn versions_ascend() {
        for ascending in [
            // The known qualifiers, then unknown ones by the alphabet, then dashes, then dots.
            &[
                "1-alpha",
                "1-beta",
                "1-milestone",
                "1-rc",
                "1-snapshot",
                "1",
                "1-sp",
                "1-abc",
                "1-xyz",
                "1-1",
                "1.1",
            ][..],
            &["1-alpha-1", "1-alpha-2", "1-alpha-10", "1-beta-1"],
            &["1-a1", "1-b1", "1-m1", "1-rc1"],
            &["2.0.0-M1", "2.0.0-M2", "2.0.0-RC1", "2.0.0", "2.0.0.1"],
            &[
                "1.0.0.Alpha1",
                "1.0.0.Beta1",
                "1.0.0.CR1",
                "1.0.0.Final",
                "1.0.0.SP1",
            ],
            &["9.4.9.v20180320", "9.4.10.v20180503", "9.4.11.v20180605"],
            &["1.0-rc", "1.0", "1.0-jre"],
            &["2.9.10", "2.9.10.1", "2.9.10.8", "2.10.0", "2.10.0.pr1"],
            &[
                "20240101",
                "20240101120000",
                "99999999999999999999",
                "100000000000000000000",
            ],
        ] {
            for pair in ascending.windows(2) {
                assert_eq!(
                    compare(pair[0], pair[1]),
                    Ordering::Less,
                    "{} < {}",
                    pair[0],
                    pair[1]
                );
                assert_eq!(
                    compare(pair[1], pair[0]),
                    Ordering::Greater,
                    "{} > {}",
                    pair[1],
                    pair[0]
                );
            }
        }
    }

    #[test]
    fn versions_that_differ_in_writing_alone_are_equal() {
        for (left, right) in [
            ("1", "1.0.0"),
            ("1", "1-0"),
            ("1", "1-"),
            ("1", "1."),
            ("1", "1.ga"),
            ("1", "1-final"),
            ("1", "1.0.RELEASE"),
            ("1.0.0-foo.0.0", "1-foo"),
            ("1.0.0-0.0.0", "1"),
            ("1a1", "1-alpha-1"),
            ("1.0b2", "1-beta-2"),
            ("1m3", "1-MILESTONE-3"),
            ("1cr", "1-rc"),
            ("1x1", "1-x-1"),
            ("01.002", "1.2"),
            ("0000000000000000000000000000001", "1"),
        ] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} = {right}");
        }
    }

    #[test]
    fn order_is_not_transitive() {
        for (high, low) in [("1-sp", "1"), ("1", "1.0.alpha.1"), ("1.0.alpha.1", "1-sp")] {
            assert_eq!(compare(high, low), Ordering::Greater, "{high} > {low}");
        }
    }

    #[test]
    fn lowest_is_the_first_included_bound() {
        for (specifier, expected) in [
            ("1.0", Some("1.0")),
            (" 1.0 ", Some("1.0")),
            ("[1.0]", Some("1.0")),
            ("[1.0,2.0)", Some("1.0")),
            ("[1.0, )", Some("1.0")),
            ("[1,2),[3,4)", Some("1")),
            ("[1,2), [2,4)", Some("1")),
            ("(1.0,)", None),
            ("(1.0,2.0]", None),
            ("(,1.0]", None),
            ("(,1.0],[1.2,)", None),
            ("(1,2),[3,4)", None),
            ("[2.0,1.0]", None),
            ("[1.0,1.0]", Some("1.0")),
            ("[1.0,1.0)", None),
            ("[1,3),[2,4)", None),
            ("[1,),[2,4)", None),
            ("[1,2),3", None),
            ("(1.0)", None),
            ("[1.0", None),
            ("[]", None),
            ("[,]", None),
            ("", None),
            ("1.0,2.0", None),
            ("LATEST", None),
            ("RELEASE", None),
            ("${some.version}", None),
            ("latest.release", None),
            ("1.+", None),
        ] {
            assert_eq!(lowest(specifier).as_deref(), expected, "{specifier}");
        }
    }
}
