//! Which packages of a registry are meant: by patterns for a copy elsewhere, one version for a copy within a service.

/// A registry, and patterns for its packages and their versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source<'a> {
    pub(super) registry: &'a str,
    pub(super) package: &'a str,
    pub(super) version: &'a str,
}

impl<'a> Source<'a> {
    /// `REGISTRY`, or what [`Self::of_version`] reads.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text.is_empty() || text.contains('/') {
            return Self::of_version(text);
        }
        Some(Self {
            registry: text,
            package: "*",
            version: "*",
        })
    }

    /// `REGISTRY/PACKAGE/VERSION`. A package's name may hold slashes; those of registries and versions do not.
    pub(super) fn of_version(text: &'a str) -> Option<Self> {
        let (registry, rest) = text.split_once('/')?;
        let (package, version) = rest.rsplit_once('/')?;
        let is_whole = ![registry, package, version].contains(&"");
        is_whole.then_some(Self {
            registry,
            package,
            version,
        })
    }

    pub(super) fn has_package(&self, name: &str) -> bool {
        matches(self.package, name)
    }

    pub(super) fn has_version(&self, version: &str) -> bool {
        matches(self.version, version)
    }
}

/// Whether `*` for any text and `?` for any character make the pattern to the text.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut of) = (0, 0);
    // Where the last star is, and how much of the text it stands for so far.
    let mut star: Option<(usize, usize)> = None;
    while of < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(c) if *c == '?' || *c == text[of] => {
                at += 1;
                of += 1;
            }
            _ => match star {
                Some((place, end)) => {
                    star = Some((place, end + 1));
                    at = place + 1;
                    of = end + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_alone_means_all_of_it() {
        for (text, expected) in [
            ("r", Some(("r", "*", "*"))),
            ("r/nginx/1.2.3", Some(("r", "nginx", "1.2.3"))),
            ("r/@scope/*/*", Some(("r", "@scope/*", "*"))),
            ("r/nginx", None),
            ("r/", None),
            ("r/nginx/", None),
            ("/nginx/1", None),
            ("", None),
        ] {
            let parsed = Source::parse(text);
            let parsed = parsed.map(|source| (source.registry, source.package, source.version));
            assert_eq!(parsed, expected, "{text}");
        }
    }

    #[test]
    fn the_package_is_between_the_first_slash_and_the_last() {
        for (text, expected) in [
            ("r/nginx/1.2.3", Some(("r", "nginx", "1.2.3"))),
            ("r/@scope/a/b/v1", Some(("r", "@scope/a/b", "v1"))),
            ("r/nginx", None),
            ("r", None),
            ("r//1", None),
            ("/nginx/1", None),
            ("r/nginx/", None),
        ] {
            let parsed = Source::of_version(text);
            let parsed = parsed.map(|source| (source.registry, source.package, source.version));
            assert_eq!(parsed, expected, "{text}");
        }
    }

    #[test]
    fn patterns_match_across_slashes() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("*", "@a/b", true),
            ("@a/*", "@a/b", true),
            ("@a/*", "@b/a", false),
            ("1.?", "1.2", true),
            ("1.?", "1.23", false),
            ("1.*.0", "1.2.3.0", true),
            ("1.*.0", "1.2.3", false),
            ("a*b*c", "aXbYbZc", true),
            ("a", "A", false),
            ("é?", "éü", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
