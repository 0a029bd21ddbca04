//! Module paths, and which versions fit them.
//!
//! Source of the rules: the Go modules reference, "Module paths" and "Major version suffixes", and the checks of
//! `golang.org/x/mod/module`, which the go command makes.

use std::fmt;

use super::version::Version;

/// A path by which modules are known, such as `go.example/tools/v2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModulePath(String);

/// A module at one version, both fit for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    path: ModulePath,
    version: Version,
}

/// Why something is no module, or no version of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// The path cannot be a module's.
    #[error("{path:?} is not a module path: {reason}")]
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The version is none that a module can have.
    #[error("{version:?} is not a version of a Go module: {reason}")]
    Version {
        /// The version.
        version: String,
        /// What is wrong with it, or how it should be written.
        reason: String,
    },
    /// The path's suffix and the version's major number disagree.
    #[error("{path} has versions of {expected}; {version} {advice}")]
    Major {
        /// The module's path.
        path: String,
        /// The version.
        version: String,
        /// The major versions that fit the path.
        expected: String,
        /// How they would fit.
        advice: String,
    },
}

/// The names that Windows keeps for devices.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Where module paths end with `.vN`, whatever N is.
const DOT_VERSIONED: &str = "gopkg.in/";

impl ModulePath {
    /// Reads a module path.
    ///
    /// # Errors
    /// When the go command would not take it.
    pub fn parse(text: &str) -> Result<Self, ModuleError> {
        check(text).map_err(|reason| ModuleError::Path {
            path: text.to_owned(),
            reason,
        })?;
        Ok(Self(text.to_owned()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as proxies write it; see [`escape`].
    #[must_use]
    pub fn escaped(&self) -> String {
        escape(&self.0)
    }

    /// Reads a path as proxies write it.
    ///
    /// # Errors
    /// When it is not written so, or is no module path.
    pub fn unescape(text: &str) -> Result<Self, ModuleError> {
        let path = unescape(text).ok_or_else(|| ModuleError::Path {
            path: text.to_owned(),
            reason: "capital letters are written as ! and the small one".to_owned(),
        })?;
        Self::parse(&path)
    }

    /// Whether it ends with a major version as a folder of its own, as paths do that only a `go.mod` can have.
    #[must_use]
    pub fn has_major_folder(&self) -> bool {
        !self.0.starts_with(DOT_VERSIONED) && self.major().is_some()
    }

    /// The major version that the path asks for (`2` of `…/v2`); `None` for 0 and 1.
    fn major(&self) -> Option<&str> {
        split_major(&self.0).and_then(|(_, major)| major)
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Module {
    /// Puts a path and a version together.
    ///
    /// # Errors
    /// When the version's major number is not the one that the path's suffix says.
    pub fn new(path: ModulePath, version: Version) -> Result<Self, ModuleError> {
        let is_old_mistake = || path.as_str().ends_with(".v1") && version.as_str().starts_with("v0.0.0-");
        let fits = match path.major() {
            None => version.major() <= 1 || version.is_incompatible(),
            Some(major) => version.major().to_string() == major || is_old_mistake(),
        };
        if fits {
            return Ok(Self { path, version });
        }
        let expected = path
            .major()
            .map_or_else(|| "v0 or v1".to_owned(), |major| format!("v{major}"));
        let advice = match path.major() {
            None => format!("needs a module path that ends with /v{}", version.major()),
            Some(_) => "is another major version".to_owned(),
        };
        Err(ModuleError::Major {
            path: path.0,
            version: version.to_string(),
            expected,
            advice,
        })
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &ModulePath {
        &self.path
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// What every path in the module's zip begins with.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}@{}/", self.path, self.version)
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.path, self.version)
    }
}

/// The path without its major version, and that; `None` where the suffix is not well written.
fn split_major(path: &str) -> Option<(&str, Option<&str>)> {
    if path.starts_with(DOT_VERSIONED) {
        let stem = path.strip_suffix("-unstable").unwrap_or(path);
        let (prefix, major) = stem.rsplit_once(".v")?;
        let is_number = !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit());
        let is_good = is_number && (!major.starts_with('0') || major == "0");
        return is_good.then_some((prefix, Some(major)));
    }
    let Some((prefix, last)) = path.rsplit_once('/') else {
        return Some((path, None));
    };
    let Some(major) = last.strip_prefix('v') else {
        return Some((path, None));
    };
    let is_version = !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_version {
        return Some((path, None));
    }
    let is_good = !major.contains('.') && !major.starts_with('0') && major != "1";
    is_good.then_some((prefix, Some(major)))
}

fn check(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("it is empty".to_owned());
    }
    for element in path.split('/') {
        check_element(element, |c| c.is_ascii_alphanumeric() || "-._~".contains(c))?;
        if element.starts_with('.') {
            return Err(format!("{element:?} begins with a dot"));
        }
        let stem = element.split('.').next().unwrap_or(element);
        // Windows gives such names to files by itself.
        let is_short_name = stem.rsplit_once('~').is_some_and(|(_, digits)| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        if is_short_name {
            return Err(format!("{element:?} ends with a tilde and digits"));
        }
    }
    let first = path.split('/').next().unwrap_or(path);
    if !first.contains('.') {
        return Err(format!(
            "its first part, {first:?}, has no dot, as a domain name has"
        ));
    }
    if first.starts_with('-') {
        return Err("it begins with a dash".to_owned());
    }
    let is_domain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if let Some(odd) = first.chars().find(|c| !is_domain(*c)) {
        return Err(format!("its first part has {odd:?}, which a domain name has not"));
    }
    if split_major(path).is_none() {
        let advice = if path.starts_with(DOT_VERSIONED) {
            "it ends with .v and a major version"
        } else {
            "a major version at its end is /v2 or higher, without dots and leading zeros"
        };
        return Err(advice.to_owned());
    }
    Ok(())
}

/// What holds for each part of a module's path and of a file's.
pub(super) fn check_element(element: &str, may_hold: impl Fn(char) -> bool) -> Result<(), String> {
    if element.bytes().all(|byte| byte == b'.') {
        return Err("it has an empty part, or one of dots".to_owned());
    }
    if element.ends_with('.') {
        return Err(format!("{element:?} ends with a dot"));
    }
    if let Some(odd) = element.chars().find(|c| !may_hold(*c)) {
        return Err(format!("{odd:?} may not be in it"));
    }
    let stem = element.split('.').next().unwrap_or(element);
    if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
        return Err(format!("{stem:?} is a device on Windows"));
    }
    Ok(())
}

/// A path or a version as proxies write it: an upper-case letter as `!` and the lower-case one.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    escaped
}

pub(super) fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => plain.push(
                chars
                    .next()
                    .filter(char::is_ascii_lowercase)?
                    .to_ascii_uppercase(),
            ),
            c if c.is_ascii_uppercase() || !c.is_ascii() => return None,
            c => plain.push(c),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_paths_are_those_that_the_go_command_takes() {
        for (path, is_good) in [
            ("go.example/a", true),
            ("go.example", true),
            ("go.example/A/b-c_d~e.f", true),
            ("go.example/a/v2", true),
            ("go.example/a/v10", true),
            ("go.example/v2", true),
            ("go.example/a/vx", true),
            ("go.example/a/v2x", true),
            ("go.example/a.v2", true),
            ("gopkg.in/yaml.v2", true),
            ("gopkg.in/yaml.v0", true),
            ("gopkg.in/yaml.v2-unstable", true),
            ("", false),
            ("example", false),
            ("Go.example/a", false),
            ("-go.example/a", false),
            ("/go.example", false),
            ("go.example/", false),
            ("go.example//a", false),
            ("go.example/../a", false),
            ("go.example/.a", false),
            ("go.example/a.", false),
            ("go.example/a b", false),
            ("go.example/a+b", false),
            ("go.example/é", false),
            ("go.example/con", false),
            ("go.example/Lpt1.x", false),
            ("go.example/a~1", false),
            ("go.example/a/v0", false),
            ("go.example/a/v1", false),
            ("go.example/a/v02", false),
            ("go.example/a/v2.0", false),
            ("gopkg.in/yaml", false),
            ("gopkg.in/yaml.v02", false),
            ("gopkg.in/yaml/v2", false),
        ] {
            let parsed = ModulePath::parse(path);
            assert_eq!(parsed.is_ok(), is_good, "{path}: {parsed:?}");
        }
    }

    #[test]
    fn the_suffix_says_the_major_version() {
        for (path, version, is_good) in [
            ("go.example/a", "v0.1.0", true),
            ("go.example/a", "v1.0.0-rc.1", true),
            ("go.example/a", "v2.0.0", false),
            ("go.example/a", "v2.0.0+incompatible", true),
            ("go.example/a/v2", "v2.3.4", true),
            ("go.example/a/v2", "v2.0.0-0.20260102030405-abcdefabcdef", true),
            ("go.example/a/v2", "v1.0.0", false),
            ("go.example/a/v2", "v20.0.0", false),
            ("gopkg.in/a.v1", "v1.0.0", true),
            ("gopkg.in/a.v1", "v0.0.0-20161208181325-20d25e280405", true),
            ("gopkg.in/a.v1", "v0.1.0", false),
            ("gopkg.in/a.v2-unstable", "v2.0.0", true),
        ] {
            let module = Module::new(ModulePath::parse(path).unwrap(), Version::parse(version).unwrap());
            assert_eq!(module.is_ok(), is_good, "{path} {version}: {module:?}");
        }
        let module = Module::new(
            ModulePath::parse("go.example/a").unwrap(),
            Version::parse("v2.0.0").unwrap(),
        );
        assert_eq!(
            module.unwrap_err().to_string(),
            "go.example/a has versions of v0 or v1; v2.0.0 needs a module path that ends with /v2"
        );
    }

    #[test]
    fn capital_letters_are_escaped() {
        let path = ModulePath::parse("go.example/BigCorp/x").unwrap();
        assert_eq!(path.escaped(), "go.example/!big!corp/x");
        assert_eq!(ModulePath::unescape(&path.escaped()), Ok(path));
        for bad in [
            "go.example/B",
            "go.example/!",
            "go.example/!B",
            "go.example/!1",
            "go.example/é",
        ] {
            assert!(ModulePath::unescape(bad).is_err(), "{bad}");
        }
    }
}
