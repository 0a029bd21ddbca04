//! Composer's versions.
//!
//! Source of the rules: `VersionParser::normalize` of `composer/semver`.

/// A version as it is compared: two that are normalised to the same text are one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    normalized: String,
}

impl Version {
    /// Reads a version: `1.0`, `v1.2.3-beta2`, `2024-01-31`, `dev-main`, `1.x-dev`. `None` where Composer finds none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.split_once('@').map_or(text, |(before, flag)| {
            let is_flag = ["stable", "rc", "beta", "alpha", "dev"]
                .iter()
                .any(|known| flag.eq_ignore_ascii_case(known));
            if is_flag { before } else { text }
        });
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == ',' || c == '\\';
        if text.is_empty() || text.len() > 256 || text.contains(is_odd) {
            return None;
        }
        let normalized = if matches!(text, "master" | "trunk" | "default") {
            format!("dev-{text}")
        } else if let Some(branch) = strip_start(text, "dev-") {
            (!branch.is_empty()).then(|| format!("dev-{branch}"))?
        } else {
            let bare = text.split_once('+').map_or(text, |(before, _)| before);
            let bare = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
            numbers(bare).or_else(|| date(bare)).or_else(|| branch(text))?
        };
        Some(Self { normalized })
    }

    /// The text that is compared: `1.0.0.0`, `1.2.3.0-beta2`, `dev-main`.
    #[must_use]
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// Whether it is a version in the making, which Composer keeps apart from the others.
    #[must_use]
    pub fn is_dev(&self) -> bool {
        self.normalized.starts_with("dev-") || self.normalized.ends_with("-dev")
    }
}

/// Takes off an ASCII beginning in any letter case.
fn strip_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| &text[start.len()..])
}

/// Takes off digits; `None` where there are none.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// One to four numbers, the first of at most five digits, and what may follow them.
fn numbers(text: &str) -> Option<String> {
    let (first, mut rest) = digits(text)?;
    if first.len() > 5 {
        return None;
    }
    let mut parts = vec![first];
    while parts.len() < 4 {
        let Some((number, after)) = rest.strip_prefix('.').and_then(digits) else {
            break;
        };
        parts.push(number);
        rest = after;
    }
    parts.resize(4, "0");
    Some(format!("{}{}", parts.join("."), modifier(rest)?))
}

/// A date, perhaps with a time: `20240131`, `2024-01-31`, `2024.01.31.12`.
fn date(text: &str) -> Option<String> {
    let (year, _) = text.split_at_checked(4)?;
    if !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (end, modifier) = date_end(text, 4, 0)?;
    let numbers: String = text[..end]
        .chars()
        .map(|c| if c.is_ascii_digit() { c } else { '.' })
        .collect();
    Some(format!("{numbers}{modifier}"))
}

/// Where the date ends that has come as far as `at`, with `count` groups after its year: up to six of two digits,
/// then one of one to three (newer Composers take two).
fn date_end(text: &str, at: usize, count: usize) -> Option<(usize, String)> {
    const TWO_DIGITS: usize = 6;
    const ALL: usize = 7;
    let rest = &text[at..];
    let group = rest.strip_prefix(['.', ':', '-']).unwrap_or(rest);
    let start = at + rest.len() - group.len();
    let length = digits(group).map_or(0, |(digits, _)| digits.len());
    if count < TWO_DIGITS
        && length >= 2
        && let Some(found) = date_end(text, start + 2, count + 1)
    {
        return Some(found);
    }
    if (1..ALL).contains(&count) {
        // Groups of two that were left out count as taken.
        for length in (1..=length.min(3)).rev() {
            if let Some(found) = date_end(text, start + length, count.max(TWO_DIGITS) + 1) {
                return Some(found);
            }
        }
    }
    (count > 0).then(|| Some((at, modifier(rest)?)))?
}

/// What may follow the numbers: a stability with numbers of its own, and `dev`.
fn modifier(text: &str) -> Option<String> {
    const STABILITIES: [(&str, &str); 9] = [
        ("stable", ""),
        ("beta", "beta"),
        ("b", "beta"),
        ("rc", "RC"),
        ("alpha", "alpha"),
        ("a", "alpha"),
        ("patch", "patch"),
        ("pl", "patch"),
        ("p", "patch"),
    ];
    let dev = |text: &str| {
        let word = text.strip_prefix(['.', '-']).unwrap_or(text);
        match word {
            _ if text.is_empty() => Some(""),
            _ if word.eq_ignore_ascii_case("dev") => Some("-dev"),
            _ => None,
        }
    };
    let body = text.strip_prefix(['.', '_', '-']).unwrap_or(text);
    for (word, name) in STABILITIES {
        let Some(mut rest) = strip_start(body, word) else {
            continue;
        };
        let mut numbers = String::new();
        loop {
            let (separator, after) = match rest.strip_prefix(['.', '-']) {
                Some(after) => (&rest[..1], after),
                None => ("", rest),
            };
            let Some((number, after)) = digits(after) else {
                break;
            };
            if !numbers.is_empty() {
                numbers.push_str(separator);
            }
            numbers.push_str(number);
            rest = after;
        }
        if let Some(dev) = dev(rest) {
            return Some(if name.is_empty() {
                String::new()
            } else {
                format!("-{name}{numbers}{dev}")
            });
        }
    }
    // A separator alone belongs to nothing.
    dev(body)
        .or_else(|| dev(text))
        .filter(|dev| !dev.is_empty() || text.is_empty())
        .map(str::to_owned)
}

/// A branch that is named after versions: `1.x-dev`, `2.1.x-dev`.
fn branch(text: &str) -> Option<String> {
    let end = text.len().checked_sub(3)?;
    if !text.is_char_boundary(end) || !text[end..].eq_ignore_ascii_case("dev") {
        return None;
    }
    let name = text[..end].strip_suffix(['.', '-']).unwrap_or(&text[..end]);
    let name = name.strip_prefix(['v', 'V']).unwrap_or(name);
    let mut parts = Vec::new();
    for part in name.split('.') {
        match part {
            "x" | "X" | "*" if !parts.is_empty() => parts.push("9999999"),
            part if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) => parts.push(part),
            _ => return None,
        }
    }
    if parts.len() > 4 {
        return None;
    }
    parts.resize(4, "9999999");
    Some(format!("{}-dev", parts.join(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Composer 2's own `VersionParser` says.
    #[test]
    fn versions_are_normalised_as_composer_does() {
        for (text, expected) in [
            ("1.0.0", Some("1.0.0.0")),
            ("v1", Some("1.0.0.0")),
            ("1.2.3.4", Some("1.2.3.4")),
            ("1.0.0+build.5", Some("1.0.0.0")),
            ("1.0.0-RC1", Some("1.0.0.0-RC1")),
            ("1.0.0rc.1.5", Some("1.0.0.0-RC1.5")),
            ("1.0.0beta.4-dev", Some("1.0.0.0-beta4-dev")),
            ("1.0.0-b-2", Some("1.0.0.0-beta2")),
            ("1.0-alpha", Some("1.0.0.0-alpha")),
            ("1.0.0-pl3", Some("1.0.0.0-patch3")),
            ("1.0.0-stable", Some("1.0.0.0")),
            ("1.0.0-dev", Some("1.0.0.0-dev")),
            ("1.0.0@dev", Some("1.0.0.0")),
            ("2010.01.02", Some("2010.01.02.0")),
            ("2010-01-02", Some("2010.01.02")),
            ("20100102-203040", Some("20100102.203040")),
            ("20100102-203040-p1", Some("20100102.203040-patch1")),
            ("dev-feature/x", Some("dev-feature/x")),
            ("master", Some("dev-master")),
            ("1.x-dev", Some("1.9999999.9999999.9999999-dev")),
            ("2.1.x-dev", Some("2.1.9999999.9999999-dev")),
            ("", None),
            ("1.0.0.0.0", None),
            ("1.0.0-foo", None),
            ("100000", Some("100000")),
            ("1.x", None),
            ("latest", None),
            ("a b", None),
            ("201903.0", Some("201903.0")),
            ("20230131.0.0", None),
            ("2023013.1", None),
            ("1.0.0.dev", Some("1.0.0.0-dev")),
            ("1.0.0_dev", Some("1.0.0.0-dev")),
            ("1.0.0--dev", Some("1.0.0.0-dev")),
            ("1.0.0-beta.", None),
            ("1.0.0-beta.-dev", None),
            ("1.0.0-alpha1.2-3", Some("1.0.0.0-alpha1.2-3")),
            ("2010-01-02-10-20-30-5", Some("2010.01.02.10.20.30.5")),
            ("2010-1", None),
            ("x-dev", None),
            ("1.2.3.4.x-dev", None),
            ("1.0.0-stable1", Some("1.0.0.0")),
            ("1.0.0-p", Some("1.0.0.0-patch")),
            ("DEV-x", Some("dev-x")),
            ("20100102.1", Some("20100102.1")),
            ("20100102.1.1.1", None),
            ("1.0-DEV", Some("1.0.0.0-dev")),
            ("v2010-01", Some("2010.01")),
            ("1.2-rc.1-dev", Some("1.2.0.0-RC1-dev")),
            ("1.0.stable-dev", Some("1.0.0.0")),
            ("1..2", None),
            ("foo-dev", None),
            ("1.0.0+a+b", Some("1.0.0.0")),
            ("12345", Some("12345.0.0.0")),
            ("123456", Some("123456")),
            ("1234567", Some("1234567")),
            ("1.x.x-dev", Some("1.9999999.9999999.9999999-dev")),
            ("1.x.2-dev", Some("1.9999999.2.9999999-dev")),
            // Composer reads these, but no package can be required by them.
            ("dev-", None),
            ("1.0.0 as 2.0.0", None),
        ] {
            let version = Version::parse(text).map(|version| version.normalized);
            assert_eq!(version.as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("1.0", false),
            ("1.0-beta", false),
            ("1.0-dev", true),
            ("dev-x", true),
        ] {
            assert_eq!(Version::parse(text).unwrap().is_dev(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_never_panics(text in "[v0-9a-zé.:_@+x -]{0,24}|\\PC{0,40}") {
            if let Some(version) = Version::parse(&text) {
                proptest::prop_assert!(!version.normalized().is_empty());
            }
        }
    }
}
