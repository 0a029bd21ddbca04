//! How Gradle writes modules and versions.
//!
//! Source of the rules: Gradle's manual, "Declaring dependencies" and "Declaring versions and ranges".

use smol_str::SmolStr;

use crate::dependency::Scope;

/// A module that is asked for, as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notation<'t> {
    pub(super) group: &'t str,
    pub(super) name: &'t str,
    /// The version; empty where there is none.
    pub(super) version: &'t str,
}

impl<'t> Notation<'t> {
    /// `group:name[:version[:classifier]][@extension]`. Nothing if the text is no module, or if values in
    /// its group or name are not known.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let mut parts = split(text);
        let notation = Self {
            group: parts.next()?,
            name: parts.next()?,
            version: parts.next().unwrap_or_default(),
        };
        notation.is_named().then_some(notation)
    }

    /// The module, to be kept.
    pub(super) fn to_module(self) -> Module {
        Module {
            group: self.group.to_owned(),
            name: self.name.to_owned(),
            version: self.version.to_owned(),
        }
    }

    /// Whether group and name can be those of a module.
    fn is_named(&self) -> bool {
        let is_name = |text: &str| {
            let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '$' | '/' | ':' | '\\');
            !text.is_empty() && (is_plain(text) || !text.contains(is_odd))
        };
        is_name(self.group) && is_name(self.name)
    }
}

/// A module that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) version: String,
}

impl Module {
    /// As [`Notation::parse`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        Notation::parse(text).map(Notation::to_module)
    }

    pub(super) fn notation(&self) -> Notation<'_> {
        Notation {
            group: &self.group,
            name: &self.name,
            version: &self.version,
        }
    }

    /// Whether group and name can be those of a module.
    pub(super) fn is_named(&self) -> bool {
        self.notation().is_named()
    }
}

/// The parts of a notation; a colon within `${…}` is none of its own.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut depth = 0_usize;
        let mut at = 0;
        let is_sign = |byte: &u8| matches!(byte, b'{' | b'}' | b':' | b'@');
        while let Some(length) = text.as_bytes()[at..].iter().position(is_sign) {
            at += length;
            match text.as_bytes()[at] {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                sign => {
                    rest = (sign == b':').then(|| &text[at + 1..]);
                    return Some(text[..at].trim());
                }
            }
            at += 1;
        }
        rest = None;
        Some(text.trim())
    })
}

/// A rich version: what its parts ask for.
#[derive(Debug, Default)]
pub(super) struct Rich<'t> {
    pub(super) strictly: Option<&'t str>,
    pub(super) require: Option<&'t str>,
    pub(super) prefer: Option<&'t str>,
    pub(super) rejects: Vec<&'t str>,
}

impl Rich<'_> {
    /// As one text, in Gradle's short notation: what is strictly or plainly required, what is preferred after
    /// `!!`, and what is rejected after `not`.
    pub(super) fn notation(&self) -> String {
        let required = self.strictly.or(self.require).unwrap_or_default();
        let mut text = match (required, self.prefer) {
            ("", preferred) => preferred.unwrap_or_default().to_owned(),
            (required, Some(preferred)) if pin(required).0.is_none() => format!("{required}!!{preferred}"),
            (required, _) => required.to_owned(),
        };
        let version = pin(&text).0;
        // What is rejected is of no matter where one version is settled on, unless it is that one.
        let is_settled = |version: &str| {
            !self
                .rejects
                .iter()
                .any(|reject| *reject == version || is_open(reject))
        };
        if !self.rejects.is_empty() && !version.is_some_and(|version| is_settled(&version)) {
            text = format!("{text} not {}", self.rejects.join(", "));
        }
        text
    }
}

/// Whether a requirement holds for more than one version.
fn is_open(requirement: &str) -> bool {
    pin(requirement).0.is_none()
}

/// The one version that a requirement names, or the requirement itself. Gradle's plain `1.0` is what is
/// taken unless something else asks for a higher one; `1.0!!` and `[1.0]` are exactly that. Of
/// `[1.0,2.0[!!1.5` it is the preferred one.
pub(super) fn pin(requirement: &str) -> (Option<SmolStr>, Option<SmolStr>) {
    if requirement.is_empty() {
        return (None, None);
    }
    // Nearly all versions are of these characters, which have no meaning here.
    if is_plain(requirement) && !requirement.starts_with("latest.") {
        return (Some(requirement.into()), None);
    }
    let strict = requirement.strip_suffix("!!").unwrap_or(requirement);
    if let Some((_, preferred)) = strict.split_once("!!")
        && let (Some(version), _) = pin(preferred)
    {
        return (Some(version), Some(requirement.into()));
    }
    let only = strict
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .map(str::trim)
        .filter(|only| !only.is_empty() && !only.contains([',', '[', ']', '(', ')']));
    if let Some(only) = only {
        return (Some(only.into()), Some(requirement.into()));
    }
    let is_open = strict.starts_with(['[', ']', '('])
        || strict.ends_with('+')
        || strict.starts_with("latest.")
        || strict.as_bytes().windows(2).any(|two| two == b"!!")
        || strict.contains(|c: char| matches!(c, '$' | '*' | ',') || c.is_whitespace() || c.is_control());
    if is_open {
        (None, Some(requirement.into()))
    } else if strict.len() < requirement.len() {
        (Some(strict.into()), Some(requirement.into()))
    } else {
        (Some(strict.into()), None)
    }
}

/// What a configuration is for, by its name: the plugins of Gradle, Android and Kotlin compose them of the
/// source set (`test…`, `androidTest…`) and a kind. One that is not known counts as needed.
pub(super) fn scope(configuration: &str) -> Scope {
    let is_kind = |kind: &str| configuration == kind || ends_with_capitalised(configuration, kind);
    if configuration.starts_with("test") || has_test(configuration) {
        Scope::Test
    } else if [
        "compileOnly",
        "compileOnlyApi",
        "provided",
        "providedCompile",
        "providedRuntime",
    ]
    .into_iter()
    .any(is_kind)
    {
        Scope::Provided
    } else if ["runtimeOnly", "runtime"].into_iter().any(is_kind) {
        Scope::Runtime
    } else if ["annotationProcessor", "developmentOnly", "lintChecks"]
        .into_iter()
        .any(is_kind)
        || ["kapt", "ksp"].iter().any(|tool| {
            configuration
                .strip_prefix(tool)
                .is_some_and(|rest| !rest.starts_with(char::is_lowercase))
        })
    {
        Scope::Dev
    } else {
        Scope::Prod
    }
}

/// Whether `text` ends with `word`, the first letter of which is a capital there.
/// Whether a text is of letters, digits, dots, dashes and underscores of ASCII only.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    text.bytes().all(is_plain)
}

/// Whether a name has `Test` in it. Names are too short for a general search to pay.
pub(super) fn has_test(name: &str) -> bool {
    name.as_bytes().windows(4).any(|four| four == b"Test")
}

fn ends_with_capitalised(text: &str, word: &str) -> bool {
    let (first, rest) = word.as_bytes().split_at(1);
    text.as_bytes()
        .strip_suffix(rest)
        .is_some_and(|before| before.last() == Some(&first[0].to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_have_a_group_and_a_name() {
        for (text, expected) in [
            ("g:n", Some("g n ")),
            ("g:n:1", Some("g n 1")),
            ("g:n:1:sources@jar", Some("g n 1")),
            ("g:n@aar", Some("g n ")),
            ("g:n:${a ? b : c}", Some("g n ${a ? b : c}")),
            ("g:${n}:1", None),
            (":n:1", None),
            ("n", None),
            ("a sentence: not a module", None),
            ("https://h.example/a", None),
        ] {
            let shown = Notation::parse(text).map(|m| format!("{} {} {}", m.group, m.name, m.version));
            assert_eq!(shown.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn one_version_is_exact() {
        for (text, version, specifier) in [
            ("", None, None),
            ("1.0", Some("1.0"), None),
            ("1.0-SNAPSHOT", Some("1.0-SNAPSHOT"), None),
            ("1.0!!", Some("1.0"), Some("1.0!!")),
            ("[1.0]", Some("1.0"), Some("[1.0]")),
            ("[1.0,2.0[", None, Some("[1.0,2.0[")),
            ("]1.0,2.0]", None, Some("]1.0,2.0]")),
            ("[1.0,2.0[!!1.5", Some("1.5"), Some("[1.0,2.0[!!1.5")),
            ("[1.0,2.0[!!1.+", None, Some("[1.0,2.0[!!1.+")),
            ("[1,2[ not 1", None, Some("[1,2[ not 1")),
            ("latest.integration", None, Some("latest.integration")),
            ("+", None, Some("+")),
            ("1.+", None, Some("1.+")),
            ("latest.release", None, Some("latest.release")),
            ("${v}", None, Some("${v}")),
        ] {
            let expected = (version.map(SmolStr::new), specifier.map(SmolStr::new));
            assert_eq!(pin(text), expected, "{text}");
        }
    }

    #[test]
    fn configurations_tell_the_scope() {
        for (configuration, expected) in [
            ("implementation", Scope::Prod),
            ("debugApi", Scope::Prod),
            ("compile", Scope::Prod),
            ("testImplementation", Scope::Test),
            ("androidTestRuntimeOnly", Scope::Test),
            ("kaptTest", Scope::Test),
            ("compileOnly", Scope::Provided),
            ("debugCompileOnly", Scope::Provided),
            ("runtimeOnly", Scope::Runtime),
            ("runtime", Scope::Runtime),
            ("annotationProcessor", Scope::Dev),
            ("ksp", Scope::Dev),
            ("developmentOnly", Scope::Dev),
            ("attested", Scope::Prod),
        ] {
            assert_eq!(scope(configuration), expected, "{configuration}");
        }
    }
}
