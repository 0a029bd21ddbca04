//! The arguments in `.mvn/maven.config`, which Maven takes before those of the command line.
//!
//! Source of the rules: Maven's "Configuring Apache Maven", and what Maven 3.8.7 and 4.0.0-rc-7 make of
//! such files. Since Maven 3.9 each line is one argument, before each word.

use std::collections::BTreeMap;

use super::profile::Requested;

/// What is one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Splitting {
    Words,
    Lines,
}

/// What the arguments ask for, as far as it tells for dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    /// `-P`.
    pub(super) profiles: Requested,
    /// `-D`.
    pub(super) properties: BTreeMap<String, String>,
    /// `-s` and its kin: files with settings, with their lines.
    pub(super) settings: Vec<(String, usize)>,
    /// `-f`: the POM that is built, with its line.
    pub(super) pom: Option<(String, usize)>,
}

/// What an option is about, of those that tell for dependencies.
#[derive(Clone, Copy)]
enum Subject {
    Property,
    Profiles,
    Settings,
    Pom,
}

/// The long names of options, which may be cut short.
const LONG: [(&str, Subject); 7] = [
    ("define", Subject::Property),
    ("activate-profiles", Subject::Profiles),
    ("settings", Subject::Settings),
    ("global-settings", Subject::Settings),
    ("install-settings", Subject::Settings),
    ("project-settings", Subject::Settings),
    ("file", Subject::Pom),
];

const SHORT: [(&str, Subject); 7] = [
    ("D", Subject::Property),
    ("P", Subject::Profiles),
    ("s", Subject::Settings),
    ("gs", Subject::Settings),
    ("is", Subject::Settings),
    ("ps", Subject::Settings),
    ("f", Subject::Pom),
];

/// Options that begin with a letter of which a value may follow, and are others.
const OTHERS: [&str; 3] = ["fae", "ff", "fn"];

impl Arguments {
    pub(super) fn read(text: &str, splitting: Splitting) -> Self {
        let lines = || (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#'));
        let words: Vec<(usize, &str)> = match splitting {
            Splitting::Words => lines()
                .flat_map(|(number, line)| line.split_whitespace().map(move |word| (number, word)))
                .collect(),
            Splitting::Lines => lines().filter(|(_, line)| !line.is_empty()).collect(),
        };
        let mut arguments = Self::default();
        let mut words = without_quotes(words).into_iter();
        while let Some((line, word)) = words.next() {
            let Some((subject, value)) = option(&word) else {
                continue;
            };
            let value = match value {
                Some(value) => value.to_owned(),
                None => words.next().map(|(_, word)| word).unwrap_or_default(),
            };
            arguments.add(subject, value, line);
        }
        arguments
    }

    fn add(&mut self, subject: Subject, value: String, line: usize) {
        match subject {
            Subject::Property => {
                let (name, value) = value.split_once('=').unwrap_or((&value, "true"));
                self.properties.insert(name.to_owned(), value.to_owned());
            }
            Subject::Profiles => {
                for profile in value.split(',').map(str::trim) {
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
            Subject::Settings => self.settings.push((value.trim().to_owned(), line)),
            Subject::Pom => self.pom = Some((value.trim().to_owned(), line)),
        }
    }
}

/// The first line on which words are not what lines are.
pub(super) fn line_of_words(text: &str) -> usize {
    let has_words = |line: &str| !line.starts_with('#') && line.split_whitespace().nth(1).is_some();
    text.lines().position(has_words).map_or(1, |index| index + 1)
}

/// Arguments without the quotes around them; what stands between two quotes is one argument.
fn without_quotes(words: Vec<(usize, &str)>) -> Vec<(usize, String)> {
    let mut plain = Vec::with_capacity(words.len());
    let mut quoted: Option<(usize, String)> = None;
    for (line, word) in words {
        let (line, text) = match (quoted.take(), word.strip_prefix('"')) {
            (Some((line, text)), _) => (line, format!("{text} {word}")),
            (None, Some(rest)) => (line, rest.to_owned()),
            (None, None) => {
                plain.push((line, word.to_owned()));
                continue;
            }
        };
        match text.strip_suffix('"') {
            Some(text) => plain.push((line, text.to_owned())),
            None => quoted = Some((line, text)),
        }
    }
    plain.extend(quoted);
    plain
}

/// The option that an argument is, and its value if that is in the same argument.
fn option(word: &str) -> Option<(Subject, Option<&str>)> {
    // Long names may stand after one dash, too, if they are no short ones with a value.
    let (is_long, rest) = match word.strip_prefix("--") {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix('-')?),
    };
    if !is_long && let Some((_, subject)) = SHORT.iter().find(|(name, _)| *name == rest) {
        return Some((*subject, None));
    }
    let (name, value) = match rest.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (rest, None),
    };
    let long = LONG
        .iter()
        .find(|(long, _)| long.starts_with(name) && name.len() > 2);
    if let Some((_, subject)) = long {
        return Some((*subject, value));
    }
    if is_long || OTHERS.contains(&name) {
        return None;
    }
    // `-Dname=value`, `-Pone`, `-s=file`
    let (_, subject) = SHORT
        .iter()
        .find(|(short, _)| short.len() == 1 && rest.starts_with(*short))?;
    let value = rest.get(1..)?;
    Some((*subject, Some(value.strip_prefix('=').unwrap_or(value))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(text: &str, splitting: Splitting) -> String {
        let properties = Arguments::read(text, splitting).properties;
        let shown = properties.iter().map(|(name, value)| format!("{name}={value}"));
        shown.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn arguments_are_words_or_lines() {
        for (text, words, lines) in [
            ("-Dv=1\n-Dw", "v=1; w=true", "v=1; w=true"),
            ("-D\nv=1", "v=1", "v=1"),
            ("--define\nv=1", "v=1", "v=1"),
            ("--define=v=1\n-define=w=1", "v=1; w=1", "v=1; w=1"),
            ("\"-Dv=1\"", "v=1", "v=1"),
            ("\"-Dv=1 2\"", "v=1 2", "v=1 2"),
            ("\"-Dv=1", "v=1", "v=1"),
            ("-Dv=\"1\"", "v=\"1\"", "v=\"1\""),
            ("-Dv=1 -DskipTests\r\n", "skipTests=true; v=1", "v=1 -DskipTests"),
            ("-T 1C -Dv=1", "v=1", ""),
            ("# -Dv=1\n#-Dv=1", "", ""),
        ] {
            assert_eq!(properties(text, Splitting::Words), words, "{text}");
            assert_eq!(properties(text, Splitting::Lines), lines, "{text}");
        }
        assert_eq!(line_of_words("#a b\n-Dx\n-Dx -Dy"), 3);
    }

    #[test]
    fn profiles_settings_and_the_pom_are_told() {
        let text = "-Pa,!b\n--activate-profiles\n+c,-d,?e\n-ff\n-fae\n-s\nx.xml\n-sy.xml\n--settings=z.xml\n-gs\nw.xml\n-f\np.xml\n";
        let read = Arguments::read(text, Splitting::Lines);
        let list =
            |list: &std::collections::BTreeSet<String>| list.iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(list(&read.profiles.on), "a c e");
        assert_eq!(list(&read.profiles.off), "b d");
        let settings: Vec<(&str, usize)> = read
            .settings
            .iter()
            .map(|(path, line)| (path.as_str(), *line))
            .collect();
        assert_eq!(
            settings,
            [("x.xml", 6), ("y.xml", 8), ("z.xml", 9), ("w.xml", 10)]
        );
        assert_eq!(read.pom, Some(("p.xml".to_owned(), 12)));
    }
}
