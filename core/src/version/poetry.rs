//! Poetry's ranges, where they are more than PEP 440's.
//!
//! Source of the rules: Poetry's "Dependency specification": `^`, `~`, wildcards, bare versions, and `||`
//! between alternatives.

use super::pep440;

/// See [`super::lowest`]: the lowest of the alternatives, if each has one.
pub(super) fn lowest(constraint: &str) -> Option<String> {
    let mut found: Option<(pep440::Version, String)> = None;
    for alternative in constraint.split('|').filter(|text| !text.is_empty()) {
        let clauses: Option<Vec<String>> = alternative
            .split(',')
            .flat_map(clauses)
            .map(|clause| bound(&clause))
            .collect();
        let text = pep440::lowest(&clauses?.join(","))?;
        let version = pep440::parse(&text)?;
        if found.as_ref().is_none_or(|(least, _)| version < *least) {
            found = Some((version, text));
        }
    }
    found.map(|(_, text)| text)
}

/// Clauses may also stand side by side, each with or without a space behind its operator.
fn clauses(text: &str) -> Vec<String> {
    let is_operator = |c| matches!(c, '^' | '~' | '=' | '<' | '>' | '!');
    let mut clauses: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match clauses.last_mut() {
            Some(last) if last.ends_with(is_operator) => last.push_str(word),
            _ => clauses.push(word.to_owned()),
        }
    }
    clauses
}

/// A clause of PEP 440 with the same lower bound.
fn bound(clause: &str) -> Option<String> {
    let from = clause
        .strip_prefix('^')
        .or_else(|| clause.strip_prefix('~').filter(|rest| !rest.starts_with('=')));
    if let Some(version) = from {
        return Some(format!(">={version}"));
    }
    if clause.starts_with(|c: char| c.is_ascii_digit() || c == 'v') {
        return Some(format!("=={clause}"));
    }
    // A lone `*` says nothing, so there is no bound to give.
    (clause != "*").then(|| clause.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_is_the_lower_bound_of_poetrys_ranges() {
        for (constraint, expected) in [
            ("^1.2.3", Some("1.2.3")),
            ("^0.0", Some("0.0")),
            ("~1.4", Some("1.4")),
            ("~=1.4", Some("1.4")),
            ("1.*", Some("1")),
            ("1.2.3", Some("1.2.3")),
            ("^1.2, !=1.3", Some("1.2")),
            ("^1.2, !=1.2", None),
            (">= 1.2 <2", Some("1.2")),
            ("^2.0 || ^1.2", Some("1.2")),
            ("^1.2|^2", Some("1.2")),
            ("<2 || ^3", None),
            ("*", None),
            ("^", None),
            ("", None),
            ("latest", None),
        ] {
            assert_eq!(lowest(constraint).as_deref(), expected, "{constraint}");
        }
    }
}
