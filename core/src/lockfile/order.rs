//! The order in which dependencies are listed: by name, then by version as people count.

use std::cmp::Ordering;

use crate::dependency::Dependency;

/// Compares two dependencies of one ecosystem for listing.
pub(super) fn listing(a: &Dependency, b: &Dependency) -> Ordering {
    let versions = || {
        natural(
            a.version.as_deref().unwrap_or(""),
            b.version.as_deref().unwrap_or(""),
        )
    };
    a.name
        .cmp(&b.name)
        .then_with(versions)
        .then_with(|| a.source.cmp(&b.source))
        .then_with(|| a.specifier.cmp(&b.specifier))
}

/// Sorts dependencies of one ecosystem for listing, and makes one of those that are the same: `merge` adds to
/// the first what a later one says.
pub(super) fn sort_distinct(
    dependencies: &mut Vec<Dependency>,
    mut merge: impl FnMut(&mut Dependency, &Dependency),
) {
    // As package managers write them.
    if dependencies.is_sorted_by(|a, b| listing(a, b).is_lt()) {
        return;
    }
    let starts = dependencies.iter().map(|dependency| start_of(&dependency.name));
    let mut order: Vec<([u128; 2], usize)> = starts.zip(0..).collect();
    order.sort_by(|a, b| {
        let whole = || listing(&dependencies[a.1], &dependencies[b.1]);
        a.0.cmp(&b.0).then_with(whole)
    });
    let mut unsorted: Vec<_> = std::mem::take(dependencies).into_iter().map(Some).collect();
    dependencies.extend(order.into_iter().filter_map(|(_, at)| unsorted[at].take()));
    dependencies.dedup_by(|next, kept| {
        let is_same = listing(next, kept).is_eq();
        if is_same {
            merge(kept, next);
        }
        is_same
    });
}

/// Runs of digits compare as numbers, all else as text. A total order for any two texts, which version
/// schemes do not promise (Maven's is not transitive); it decides nothing but where a row stands.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    while let (Some(&l), Some(&r)) = (left.first(), right.first()) {
        if l.is_ascii_digit() && r.is_ascii_digit() {
            let (l, r);
            (l, left) = number(left);
            (r, right) = number(right);
            match l.len().cmp(&r.len()).then_with(|| l.cmp(r)) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
        } else if l == r {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return l.cmp(&r);
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The first bytes of `text`, as numbers that order as it does: most names differ there, and comparing
/// numbers costs nothing.
pub(super) fn start_of(text: &str) -> [u128; 2] {
    let mut bytes = [[0; 16]; 2];
    let length = text.len().min(32);
    bytes.as_flattened_mut()[..length].copy_from_slice(&text.as_bytes()[..length]);
    bytes.map(u128::from_be_bytes)
}

/// The digits that `text` begins with, without leading zeros, and what follows them.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    let zeros = text[..end].iter().take_while(|&&byte| byte == b'0').count();
    (&text[zeros..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_count_as_numbers() {
        for (a, b) in [
            ("1.9", "1.10"),
            ("1.0", "1.0.1"),
            ("1.0-a", "1.0-b"),
            ("01", "1"),
            ("9", "99999999999999999999"),
        ] {
            assert_eq!(natural(a, b), Ordering::Less, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[0-9.a]{0,6}", b in "[0-9.a]{0,6}", c in "[0-9.a]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
