//! What npm lets a package, a version and a dist-tag be called.

use crate::version;

/// The longest name of a package, in characters.
const MAX_NAME: usize = 214;
/// The longest version, in characters.
const MAX_VERSION: usize = 256;
/// The longest dist-tag, in characters. npm knows no limit, registries do.
const MAX_TAG: usize = 128;

/// Whether npm installs a package of this name: at most 214 characters that need no encoding in a URL, the first
/// of each part no dot, dash or underscore. Capitals are in old names, and so are fine.
///
/// Source of the rules: npm's `validate-npm-package-name`.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '_', '-'])
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'~'))
    };
    let fits = match name.strip_prefix('@') {
        Some(scoped) => scoped
            .split_once('/')
            .is_some_and(|(scope, name)| part(scope) && part(name)),
        None => part(name),
    };
    let taken = ["node_modules", "favicon.ico"];
    fits && name.len() <= MAX_NAME && !taken.iter().any(|taken| name.eq_ignore_ascii_case(taken))
}

/// Whether this is a version as npm stores it: Semantic Versioning 2.0.0 with numbers that JavaScript can hold.
#[must_use]
pub fn is_version(text: &str) -> bool {
    /// The largest number that a JavaScript number holds exactly.
    const MAX_NUMBER: u64 = 9_007_199_254_740_991;
    text.len() <= MAX_VERSION
        && semver::Version::parse(text).is_ok_and(|version| {
            [version.major, version.minor, version.patch]
                .iter()
                .all(|&number| number <= MAX_NUMBER)
        })
}

/// The version as npm cleans it before it is published: without space, `v` and `=` before it.
pub(super) fn clean_version(text: &str) -> Option<&str> {
    let cleaned = text.trim().trim_start_matches(['=', 'v']).trim_start();
    is_version(cleaned).then_some(cleaned)
}

/// Whether this can be a dist-tag: nothing that npm would take for a version or a range, since a name must mean
/// one thing.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !text.is_empty() && text.len() <= MAX_TAG && text.bytes().all(fits) && !version::is_npm_range(text)
}

/// The name of a version's file in the registry, which leaves the scope out.
#[must_use]
pub fn file(package: &str, version: &str) -> String {
    let name = package.rsplit('/').next().unwrap_or(package);
    format!("{name}-{version}.tgz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_versions_and_tags_follow_npms_rules() {
        for (name, fits) in [
            ("a", true),
            ("JSONStream", true),
            ("@s/a.b-c_d~", true),
            (&*"a".repeat(214), true),
            (&*"a".repeat(215), false),
            ("", false),
            ("@s", false),
            ("@s/", false),
            ("@/a", false),
            ("a/b", false),
            ("@s/a/b", false),
            ("_a", false),
            (".a", false),
            ("@s/..", false),
            ("a b", false),
            ("é", false),
            ("Node_Modules", false),
        ] {
            assert_eq!(is_name(name), fits, "{name}");
        }
        for (text, cleaned) in [
            ("1.0.0", Some("1.0.0")),
            ("1.0.0-rc.1+b", Some("1.0.0-rc.1+b")),
            (" =v1.0.0 ", Some("1.0.0")),
            ("9007199254740991.0.0", Some("9007199254740991.0.0")),
            ("9007199254740992.0.0", None),
            ("1.0", None),
            ("01.0.0", None),
            ("1.0.0-01", None),
            ("1.0.0beta", None),
            ("latest", None),
            ("", None),
        ] {
            assert_eq!(clean_version(text), cleaned, "{text}");
        }
        for (text, fits) in [
            ("latest", true),
            ("next-1", true),
            ("1.0.0", false),
            ("v1", false),
            ("1.x", false),
            ("x", false),
            ("a/b", false),
            ("a b", false),
            ("", false),
        ] {
            assert_eq!(is_tag(text), fits, "{text}");
        }
        assert_eq!(file("@s/x", "1.0.0"), "x-1.0.0.tgz");
    }
}
