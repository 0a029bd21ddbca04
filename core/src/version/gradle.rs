//! Gradle's versions: their order, and its selectors of versions.
//!
//! Source of the rules: Gradle's manual, "Declaring versions and ranges" (which gives the order) and "Rich
//! versions". The order differs from Maven's: `1.0-beta` is above `1.0-alpha`, but `1.0-xyz` is below `1.0`, and
//! `1.0` is below `1.0.0`.

use std::cmp::Ordering;

/// Gradle's order of versions.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (parts(left), parts(right));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            // What goes on is above what has ended, unless a word follows.
            (Some(part), None) => above_nothing(part),
            (None, Some(part)) => above_nothing(part).reverse(),
            (Some(one), Some(two)) => compare_parts(one, two),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The parts of a version: separated by `.`, `-`, `_` and `+`, and wherever digits begin or end.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_separator = |c: char| matches!(c, '.' | '-' | '_' | '+');
    text.split(is_separator).flat_map(|part| {
        part.as_bytes()
            .chunk_by(|one, two| one.is_ascii_digit() == two.is_ascii_digit())
            .filter_map(|chunk| std::str::from_utf8(chunk).ok())
    })
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

fn above_nothing(part: &str) -> Ordering {
    if is_number(part) {
        Ordering::Greater
    } else {
        Ordering::Less
    }
}

fn compare_parts(left: &str, right: &str) -> Ordering {
    match (is_number(left), is_number(right)) {
        (true, true) => {
            let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        }
        // Numbers are above words.
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => match (rank(left), rank(right)) {
            (OTHER, OTHER) => left.cmp(right),
            (left, right) => left.cmp(&right),
        },
    }
}

/// The place of words that have none of their own.
const OTHER: usize = 1;

/// The words that have a place of their own, in any letter case; others come before them, but after `dev`.
fn rank(word: &str) -> usize {
    const WORDS: [&str; 5] = ["rc", "snapshot", "final", "ga", "release"];
    if word.eq_ignore_ascii_case("dev") {
        return 0;
    }
    if word.eq_ignore_ascii_case("sp") {
        return WORDS.len() + 2;
    }
    let place = WORDS.iter().position(|known| word.eq_ignore_ascii_case(known));
    place.map_or(OTHER, |place| place + 2)
}

/// See [`super::lowest`], of what is not one version: a range in any of Gradle's brackets, or a prefix that ends
/// in `+`. Nobody knows what `latest.release` will be.
pub(super) fn lowest(selector: &str) -> Option<String> {
    let selector = selector.strip_suffix("!!").unwrap_or(selector).trim();
    if let Some(prefix) = selector.strip_suffix('+') {
        return lowest_with_prefix(prefix);
    }
    let opens = selector.chars().next()?;
    let inner = selector
        .strip_prefix(['[', ']', '('])?
        .strip_suffix([']', '[', ')'])?;
    if inner.contains(['[', ']', '(', ')']) {
        return None;
    }
    let closes = selector.ends_with(']');
    let (low, high) = inner.split_once(',')?;
    let (low, high) = (low.trim(), high.trim());
    let has_low = opens == '[' && !low.is_empty() && !low.ends_with('+') && !high.contains(',');
    let order = if high.is_empty() {
        Ordering::Less
    } else {
        compare(low, high)
    };
    let holds_low = order.is_lt() || order.is_eq() && closes;
    (has_low && holds_low).then(|| low.to_owned())
}

/// `1.2.+` is whatever begins with `1.2.`.
fn lowest_with_prefix(prefix: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !prefix.starts_with(|c: char| c.is_ascii_digit()) || !prefix.chars().all(is_plain) {
        return None;
    }
    Some(if prefix.ends_with(['.', '-', '_']) {
        format!("{prefix}0")
    } else {
        prefix.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_ascend() {
        // The examples of Gradle's manual, and the words by their places.
        for ascending in [
            &[
                "1.0-dev",
                "1.0-alpha",
                "1.0-beta",
                "1.0-rc",
                "1.0-snapshot",
                "1.0-final",
                "1.0-ga",
                "1.0-release",
                "1.0-sp",
                "1.0",
            ][..],
            &["1.a", "1.1"],
            &["1.a", "1.b"],
            &["1-dev", "1-ALPHA", "1-alpha", "1-rc-1", "1-RC-2", "1"],
            &["1", "1.0", "1.0.0", "1.0.1", "1.2", "1.10", "2"],
            &["1.0-alpha1", "1.0-alpha2", "1.0-alpha10"],
            &["1.0-zeta", "1.0-rc", "1.0"],
            &["9", "99999999999999999999", "100000000000000000000"],
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
        for (left, right) in [("1.a.1", "1a1"), ("1-a+1", "1.a_1"), ("01.2", "1.02"), ("", "")] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} = {right}");
        }
    }

    #[test]
    fn selectors_have_a_lowest_version_or_none() {
        for (selector, expected) in [
            ("[1.0, 2.0[", Some("1.0")),
            ("[1.0,2.0)", Some("1.0")),
            ("[1.0,2.0]", Some("1.0")),
            ("[1.0,2.0[!!", Some("1.0")),
            ("[1.0,)", Some("1.0")),
            ("[1.0,1.0]", Some("1.0")),
            ("[1.0,1.0[", None),
            ("[2.0,1.0]", None),
            ("]1.0, 2.0]", None),
            ("(1.0,2.0]", None),
            ("(,2.0[", None),
            ("[,2.0[", None),
            ("[1,2[ not 1", None),
            ("[1,2),[3,4)", None),
            ("[1.0]x", None),
            ("[1.+,2]", None),
            ("1.2.+", Some("1.2.0")),
            ("1.2+", Some("1.2")),
            ("2.+", Some("2.0")),
            ("+", None),
            (".+", None),
            ("${v}.+", None),
            ("latest.release", None),
            ("latest.integration", None),
            ("latest.milestone", None),
            ("1.0", None),
            ("", None),
        ] {
            assert_eq!(lowest(selector).as_deref(), expected, "{selector}");
        }
    }
}
