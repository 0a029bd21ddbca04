//! The files in `.mvn`, with which a project says what holds for all of its POMs.
//!
//! Source of the rules: Maven's "Configuring Apache Maven", the properties files of Maven 4, and what Maven
//! 3.8.7 and 4.0.0-rc-7 make of them. Versions of Maven do not read them alike, so there may be several
//! readings; what these do not agree on is listed for each, and told.

use std::collections::BTreeMap;

use super::super::{above, properties};
use super::arguments::{self, Arguments, Splitting};
use super::extensions;
use super::profile::Requested;
use super::user_settings::UserSettings;
use crate::lockfile::{ProjectFiles, project};
use crate::text::{self, Encoding};

const CONFIG: &str = ".mvn/maven.config";
const EXTENSIONS: &str = ".mvn/extensions.xml";

/// Read by Maven 4 only, in this order; what the later ones say counts.
const PROPERTIES: [&str; 2] = [".mvn/maven-user.properties", ".mvn/maven.properties"];

/// Those of the machine; they count after all that POMs say, but may name other files to be read.
const SYSTEM_PROPERTIES: &str = ".mvn/maven-system.properties";

/// Read by Maven 4 only.
const SETTINGS: &str = ".mvn/settings.xml";

/// All places below the root of a build.
const ALL: [&str; 6] = [
    CONFIG,
    EXTENSIONS,
    PROPERTIES[0],
    PROPERTIES[1],
    SYSTEM_PROPERTIES,
    SETTINGS,
];

/// What a build sets for all of its POMs, as some version of Maven reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// The profiles that are asked for.
    pub(super) profiles: Requested,
    /// They count before the properties of POMs.
    pub(super) properties: BTreeMap<String, String>,
    /// Where it differs from the first reading, and by what.
    pub(super) cause: String,
}

/// What a build sets for all of its POMs.
#[derive(Debug)]
pub(super) struct Settings {
    /// The first counts; there is always one.
    pub(super) readings: Vec<Reading>,
    /// What cannot be known here.
    pub(super) gaps: Vec<String>,
}

/// The files that [`Settings::read`] looks for.
pub(super) fn references(pom: &str) -> impl Iterator<Item = String> + '_ {
    ALL.into_iter().flat_map(|file| above::places(pom, file))
}

/// The settings that the `maven.config` at `path` names.
pub(super) fn references_of_config(path: &str, bytes: &[u8]) -> Vec<String> {
    let (Some(root), Ok(text)) = (
        path.strip_suffix(CONFIG),
        text::decode(path, bytes, Encoding::Utf8),
    ) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for splitting in [Splitting::Words, Splitting::Lines] {
        let named = Arguments::read(&text, splitting).settings;
        files.extend(named.iter().map(|(file, _)| below(root, file)));
    }
    files
}

/// The path of `file`, as it stands in an argument of a build whose root is the folder `root`.
fn below(root: &str, file: &str) -> String {
    project::beside(&format!("{root}{CONFIG}"), &format!("../{file}"))
}

impl Settings {
    /// Those of the build that the POM is part of: the nearest that are at hand.
    pub(super) fn read(pom: &str, files: &ProjectFiles) -> Self {
        let nearest =
            |file: &'static str| above::places(pom, file).find_map(|place| Some((files.get(&place)?, place)));
        let mut gaps = Vec::new();
        let mut config = (String::new(), String::new());
        if let Some((bytes, place)) = nearest(CONFIG) {
            match text::decode(&place, bytes, Encoding::Utf8) {
                Ok(text) => config = (place, text.into_owned()),
                Err(_) => gaps.push(format!("{place}:1: the file cannot be read; {CHANGES}")),
            }
        }
        let (place, text) = &config;
        let words = Arguments::read(text, Splitting::Words);
        let lines = Arguments::read(text, Splitting::Lines);
        let mut of_words = Vec::new();
        let mut of_lines = Vec::new();
        for (arguments, named) in [(&words, &mut of_words), (&lines, &mut of_lines)] {
            *named = named_settings(place, arguments, files, &mut gaps);
            if let Some((file, line)) = &arguments.pom {
                let root = place.strip_suffix(CONFIG).unwrap_or_default();
                if below(root, file) != pom && below(root, &format!("{file}/pom.xml")) != pom {
                    let file = text::excerpt(file);
                    gaps.push(format!(
                        "{place}:{line}: Maven is told to build {file} instead of this POM"
                    ));
                }
            }
            gaps.extend(redirections(place, &arguments.properties));
        }
        let mut own = Vec::new();
        for file in PROPERTIES {
            if let Some((properties, place)) = nearest(file).and_then(read_properties) {
                gaps.extend(redirections(&place, &properties));
                own.push((properties, place));
            }
        }
        if let Some((properties, place)) = nearest(SYSTEM_PROPERTIES).and_then(read_properties) {
            gaps.extend(redirections(&place, &properties));
        }
        let mut project = Vec::new();
        if let Some((bytes, place)) = nearest(SETTINGS) {
            match UserSettings::read(&place, bytes) {
                Ok(settings) => project.push((settings, place)),
                Err(()) => gaps.push(format!("{place}:1: the settings cannot be read; {CHANGES}")),
            }
        }
        if let Some((bytes, place)) = nearest(EXTENSIONS) {
            match extensions::unknown(&place, bytes) {
                Ok(unknown) => gaps.extend(unknown.into_iter().map(|(name, line)| {
                    let name = text::excerpt(&name);
                    format!("{place}:{line}: what the extension {name} makes of the POMs is not known here")
                })),
                Err(()) => gaps.push(format!("{place}:1: the file cannot be read; {CHANGES}")),
            }
        }
        gaps.dedup();
        let parts = Parts {
            place,
            line: arguments::line_of_words(text),
            words: (&words, &of_words),
            lines: (&lines, &of_lines),
            properties: &own,
            project: &project,
        };
        Self {
            readings: parts.readings(),
            gaps,
        }
    }
}

const CHANGES: &str = "what it changes is not known here";

/// What the readings are made of.
struct Parts<'p> {
    /// Of `maven.config`.
    place: &'p str,
    line: usize,
    /// The arguments, and the settings that they name.
    words: (&'p Arguments, &'p [(UserSettings, String)]),
    lines: (&'p Arguments, &'p [(UserSettings, String)]),
    /// Of Maven 4.
    properties: &'p [(BTreeMap<String, String>, String)],
    project: &'p [(UserSettings, String)],
}

impl Parts<'_> {
    fn readings(&self) -> Vec<Reading> {
        let place = self.place;
        let mut readings = vec![reading(self.words, &[], &[], false, String::new())];
        let mut add = |reading: Reading| {
            let is_known = |known: &Reading| {
                (&known.profiles, &known.properties) == (&reading.profiles, &reading.properties)
            };
            if !readings.iter().any(is_known) {
                readings.push(reading);
            }
        };
        let line = self.line;
        let cause =
            format!("{place}:{line}: Maven takes each line as one argument from 3.9 on, each word before");
        add(reading(self.lines, &[], &[], false, cause));
        for count in 1..=self.properties.len() {
            let some = &self.properties[..count];
            let cause = format!(
                "{}:1: Maven 4 reads these properties, Maven 3 does not",
                some[count - 1].1
            );
            add(reading(self.lines, some, &[], false, cause));
        }
        if let [(_, place)] = self.project {
            let cause = format!("{place}:1: Maven 4 reads these settings, Maven 3 does not");
            add(reading(self.lines, self.properties, self.project, false, cause));
        }
        for (arguments, own, project) in [
            (self.words, &[][..], &[][..]),
            (self.lines, self.properties, self.project),
        ] {
            let known = reading(arguments, own, project, false, String::new());
            let mut settings = arguments.1.iter().chain(project);
            let open = settings.find_map(|(settings, place)| Some((settings.open(&known.profiles)?, place)));
            if let Some((line, place)) = open {
                let cause =
                    format!("{place}:{line}: whether this profile is active is known only where Maven runs");
                add(reading(arguments, own, project, true, cause));
            }
        }
        readings
    }
}

/// What all of it comes to: what counts most comes last.
fn reading(
    (arguments, named): (&Arguments, &[(UserSettings, String)]),
    own: &[(BTreeMap<String, String>, String)],
    project: &[(UserSettings, String)],
    all: bool,
    cause: String,
) -> Reading {
    let mut reading = Reading {
        profiles: arguments.profiles.clone(),
        properties: BTreeMap::new(),
        cause,
    };
    for (settings, _) in named.iter().chain(project) {
        settings.apply(&mut reading.profiles, &mut reading.properties, all);
    }
    let own = own.iter().map(|(properties, _)| properties);
    for properties in own.chain([&arguments.properties]) {
        reading.properties.extend(properties.clone());
    }
    reading
}

/// The settings that arguments name; a gap for those that are not at hand.
fn named_settings(
    place: &str,
    arguments: &Arguments,
    files: &ProjectFiles,
    gaps: &mut Vec<String>,
) -> Vec<(UserSettings, String)> {
    let root = place.strip_suffix(CONFIG).unwrap_or_default();
    let mut named = Vec::new();
    for (file, line) in &arguments.settings {
        let path = below(root, file);
        let settings = files.get(&path).map(|bytes| UserSettings::read(&path, bytes));
        match settings {
            Some(Ok(settings)) => named.push((settings, path)),
            Some(Err(())) => gaps.push(format!("{path}:1: the settings cannot be read; {CHANGES}")),
            None => {
                let file = text::excerpt(file);
                let why = files.absence(&path);
                gaps.push(format!(
                    "{place}:{line}: the settings {file} are asked for, and this file {why}; {CHANGES}"
                ));
            }
        }
    }
    named
}

fn read_properties((bytes, place): (&[u8], String)) -> Option<(BTreeMap<String, String>, String)> {
    let text = text::decode(&place, bytes, Encoding::Latin1).ok()?;
    Some((properties::parse(&text), place))
}

/// Properties with which other files are read.
fn redirections(place: &str, properties: &BTreeMap<String, String>) -> Vec<String> {
    let redirects = |name: &&String| {
        let of_maven = name.strip_prefix("maven.");
        let is_file = |rest: &str| {
            let (owner, what) = rest.split_once('.').unwrap_or_default();
            matches!(owner, "project" | "user" | "installation")
                && matches!(what, "conf" | "settings" | "extensions")
        };
        name.as_str() == "${includes}" || of_maven.is_some_and(is_file)
    };
    let named = properties.keys().filter(redirects);
    named
        .map(|name| {
            format!("{place}:1: {name} makes Maven read other files; what they change is not known here")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pom: &str, texts: &[(&str, &str)]) -> Settings {
        let mut files = ProjectFiles::default();
        for (path, text) in texts {
            files.insert(*path, text.as_bytes().to_vec());
        }
        Settings::read(pom, &files)
    }

    /// The value of `v` in each reading.
    fn values(settings: &Settings) -> Vec<&str> {
        settings
            .readings
            .iter()
            .map(|reading| reading.properties.get("v").map_or("", String::as_str))
            .collect()
    }

    #[test]
    fn the_nearest_file_counts() {
        let settings = read(
            "a/pom.xml",
            &[(".mvn/maven.config", "-Dv=1"), ("a/.mvn/maven.config", "-Dv=2")],
        );
        assert_eq!((values(&settings), settings.gaps.len()), (vec!["2"], 0));
        assert!(references("pom.xml").any(|place| place == ".mvn/maven.config"));
    }

    #[test]
    fn versions_of_maven_read_in_their_own_way() {
        let profile = "<settings>\n<profiles><profile><id>p</id><properties><v>7</v></properties></profile></profiles>\
                       <activeProfiles><activeProfile>p</activeProfile></activeProfiles></settings>";
        let open = "<settings><profiles>\n<profile><id>p</id><activation><jdk>17</jdk></activation>\
                    <properties><v>8</v></properties></profile></profiles></settings>";
        let config = ".mvn/maven.config";
        for (files, expected) in [
            (vec![], vec![""]),
            (vec![(config, "-Dv=1 -Dw")], vec!["1", "1 -Dw"]),
            (vec![(".mvn/maven-user.properties", "v=3")], vec!["", "3"]),
            (vec![(".mvn/maven.properties", "\\u0076=4")], vec!["", "4"]),
            // An argument counts before them.
            (
                vec![(config, "-Dv=1"), (".mvn/maven-user.properties", "v=3")],
                vec!["1"],
            ),
            (vec![(".mvn/settings.xml", profile)], vec!["", "7"]),
            (vec![(".mvn/settings.xml", open)], vec!["", "8"]),
            (
                vec![(config, "-s\n.mvn/x.xml"), (".mvn/x.xml", profile)],
                vec!["7"],
            ),
            (vec![(config, "-sx.xml"), ("x.xml", open)], vec!["", "8"]),
            (vec![(config, "-P\n!p\n-sx.xml"), ("x.xml", profile)], vec![""]),
            (vec![(".mvn/maven-system.properties", "v=3")], vec![""]),
        ] {
            let settings = read("pom.xml", &files);
            assert_eq!(values(&settings), expected, "{files:?}");
            assert!(settings.gaps.is_empty(), "{files:?}: {:?}", settings.gaps);
        }
        assert_eq!(
            references_of_config("a/.mvn/maven.config", b"-s\n.mvn/x.xml")[0],
            "a/.mvn/x.xml"
        );
    }

    #[test]
    fn what_cannot_be_read_is_a_gap() {
        for (file, text, expected) in [
            (
                ".mvn/maven.config",
                "-Dx\n-s\nnone.xml",
                ".mvn/maven.config:2: the settings none.xml",
            ),
            (
                ".mvn/maven.config",
                "-f\nother.xml",
                ".mvn/maven.config:1: Maven is told to build other.xml",
            ),
            (".mvn/settings.xml", "<settings>", ".mvn/settings.xml:1: "),
            (
                ".mvn/extensions.xml",
                "<extensions>\n<extension/></extensions>",
                ".mvn/extensions.xml:2: ",
            ),
            (
                ".mvn/maven-system.properties",
                "maven.project.settings=x",
                ".mvn/maven-system.properties:1: ",
            ),
            (
                ".mvn/maven-user.properties",
                "${includes}=x",
                ".mvn/maven-user.properties:1: ",
            ),
        ] {
            let gaps = read("pom.xml", &[(file, text)]).gaps;
            assert!(
                gaps.len() == 1 && gaps[0].starts_with(expected),
                "{text}: {gaps:?}"
            );
        }
        for text in ["-f\npom.xml", "-f\n."] {
            assert!(
                read("pom.xml", &[(".mvn/maven.config", text)]).gaps.is_empty(),
                "{text}"
            );
        }
    }
}
