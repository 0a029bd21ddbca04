//! `.mvn/maven.config`: arguments that Maven takes before those of the command line.
//!
//! Source of the rules: Maven's "Configuring Apache Maven". One argument stands on each line; before Maven
//! 3.9, several might.

use std::collections::BTreeMap;

use super::super::above;
use super::profile::Requested;
use crate::lockfile::ProjectFiles;
use crate::text::{self, Encoding};

/// Its place below the root of the build.
const CONFIG: &str = ".mvn/maven.config";

/// What extends Maven itself; its place below the root of the build.
const EXTENSIONS: &str = ".mvn/extensions.xml";

/// What a build sets for all of its POMs.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// `-P`.
    pub(super) profiles: Requested,
    /// `-D`: they count before the properties of POMs.
    pub(super) properties: BTreeMap<String, String>,
    /// The file that extends Maven, if there is one.
    pub(super) extensions: Option<String>,
}

/// The files that [`Settings::read`] looks for.
pub(super) fn references(pom: &str) -> impl Iterator<Item = String> + '_ {
    above::places(pom, CONFIG).chain(above::places(pom, EXTENSIONS))
}

impl Settings {
    /// Those of the build that the POM is part of: the nearest that are at hand.
    pub(super) fn read(pom: &str, files: &ProjectFiles) -> Self {
        let mut settings = Self::default();
        let bytes = above::places(pom, CONFIG).find_map(|place| files.get(&place));
        if let Some(text) = bytes.and_then(|bytes| text::decode(CONFIG, bytes, Encoding::Utf8).ok()) {
            settings.arguments(&text);
        }
        settings.extensions = above::places(pom, EXTENSIONS).find(|place| files.get(place).is_some());
        settings
    }

    fn arguments(&mut self, text: &str) {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut words = lines.flat_map(str::split_whitespace);
        while let Some(word) = words.next() {
            let mut value_of = |names: [&str; 2]| {
                names.into_iter().find_map(|name| {
                    let rest = word.strip_prefix(name)?;
                    match rest.strip_prefix('=') {
                        Some(value) if name.starts_with("--") => Some(value),
                        None if rest.is_empty() => words.next(),
                        None if name.starts_with("--") => None,
                        _ => Some(rest),
                    }
                })
            };
            if let Some(property) = value_of(["-D", "--define"]) {
                let (name, value) = property.split_once('=').unwrap_or((property, "true"));
                self.properties.insert(name.to_owned(), value.to_owned());
            } else if let Some(profiles) = value_of(["-P", "--activate-profiles"]) {
                for profile in profiles.split(',') {
                    let (list, id) = match profile.strip_prefix(['!', '-']) {
                        Some(id) => (&mut self.profiles.off, id),
                        None => (
                            &mut self.profiles.on,
                            profile.strip_prefix('+').unwrap_or(profile),
                        ),
                    };
                    list.insert(id.strip_prefix('?').unwrap_or(id).to_owned());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_stand_in_lines_or_words() {
        let mut files = ProjectFiles::default();
        let text = "-T\n1C\n# -Pno\n-Pa,!b\n-Dx=1\n-D y=2 --define=z=3 -Dw\n--activate-profiles\n+c,-d,?e\n-DskipTests\n";
        files.insert(".mvn/maven.config", text.as_bytes().to_vec());
        let settings = Settings::read("a/b/pom.xml", &files);
        let list =
            |list: &std::collections::BTreeSet<String>| list.iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(list(&settings.profiles.on), "a c e");
        assert_eq!(list(&settings.profiles.off), "b d");
        let properties: Vec<String> = settings
            .properties
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(properties, ["skipTests=true", "w=true", "x=1", "y=2", "z=3"]);
        assert!(settings.extensions.is_none());
    }

    #[test]
    fn the_nearest_file_counts() {
        let mut files = ProjectFiles::default();
        files.insert(".mvn/maven.config", b"-Dx=1".to_vec());
        files.insert("a/.mvn/maven.config", b"-Dx=2".to_vec());
        files.insert(".mvn/extensions.xml", Vec::new());
        let settings = Settings::read("a/pom.xml", &files);
        assert_eq!(settings.properties.get("x").map(String::as_str), Some("2"));
        assert_eq!(settings.extensions.as_deref(), Some(".mvn/extensions.xml"));
        assert!(references("pom.xml").any(|place| place == ".mvn/maven.config"));
    }
}
