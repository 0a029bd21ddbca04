//! What to do about a finding, in steps that do what they say.
//!
//! A lockfile does not keep the ranges that its packages ask for, so that nobody knows here whether a parent allows
//! another version: no step promises that updating a package that something else brings in helps.

mod command;
mod install;
mod pin;

use serde::Serialize;

use crate::dependency::{Dependency, Source};
use crate::firewall::{Category, Verdict, Violation};
use crate::graph::{ELIDED, Node};
use crate::lockfile::Lockfile;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// It in a sentence; it ends with a colon where a command or an edit follows.
    pub text: String,
    /// What to type, if that does it. There is none for a name or version that a shell could take for more.
    pub command: Option<String>,
    /// What to write into the file that the sentence names.
    pub edit: Option<String>,
}

impl Step {
    fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            command: None,
            edit: None,
        }
    }

    fn run(text: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            command: Some(command.into()),
            ..Self::words(text)
        }
    }

    fn write(text: impl Into<String>, edit: impl Into<String>) -> Self {
        Self {
            edit: Some(edit.into()),
            ..Self::words(text)
        }
    }
}

/// What to do about a version of which no more is known than its verdict; nothing where no policy is violated.
#[must_use]
pub fn of_version(verdict: &Verdict) -> Vec<Step> {
    let mut steps = of_malware(verdict);
    if verdict.violations.iter().any(Violation::is_violated) {
        steps.push(match &verdict.fix_version {
            Some(fix) => Step::words(format!("Go to version {fix}, which has none of these findings.")),
            None => without_fix(verdict),
        });
    }
    steps
}

/// What to do about `lockfile.dependencies[index]`, which stands in `file`.
#[must_use]
pub fn of_dependency(file: &str, lockfile: &Lockfile, index: usize, verdict: &Verdict) -> Vec<Step> {
    let (Some(version), Some(dependency)) = (&verdict.fix_version, lockfile.dependencies.get(index)) else {
        return of_version(verdict);
    };
    if !verdict.violations.iter().any(Violation::is_violated) {
        return Vec::new();
    }
    let wanted = Wanted {
        file,
        lockfile,
        index,
        dependency,
        version,
        way: Way::of(lockfile, index),
    };
    let mut steps = of_malware(verdict);
    if dependency.source != Source::Registry {
        let noun = dependency.source.noun();
        steps.push(Step::words(format!(
            "It is taken from a {noun}: take version {version} there."
        )));
    } else if command::is_plain(dependency.ecosystem, &dependency.name, version) {
        steps.extend(wanted.steps());
    } else {
        steps.push(Step::words(format!("Go to version {version}.")));
    }
    steps
}

/// What malware calls for before anything else, and which versions are known to be malware.
fn of_malware(verdict: &Verdict) -> Vec<Step> {
    let is_malware =
        |violation: &Violation| violation.is_violated() && violation.category == Category::Malware;
    if !verdict.violations.iter().any(is_malware) {
        return Vec::new();
    }
    let mut steps = vec![Step::words(
        "This is malware: treat every machine on which it was installed as compromised, and replace all secrets that \
         could be read there.",
    )];
    match &verdict.malware_versions[..] {
        [] => {}
        [only] => steps.push(Step::words(format!(
            "Listed as malware is {only} alone; other versions are not."
        ))),
        listed if listed.len() <= MAX_LISTED => steps.push(Step::words(format!(
            "Listed as malware are {}; other versions are not.",
            listed.join(", ")
        ))),
        listed => steps.push(Step::words(format!(
            "Listed as malware are {} versions, {} and others; what is not listed is not known to be.",
            listed.len(),
            listed[..MAX_LISTED].join(", ")
        ))),
    }
    steps
}

/// How many versions are named at most.
const MAX_LISTED: usize = 10;

fn without_fix(verdict: &Verdict) -> Step {
    Step::words(if verdict.malware_versions.is_empty() {
        "No later version is known to be free of these findings: consider another package."
    } else {
        "Remove it, or go to a version that is not listed and that you have looked at."
    })
}

/// A dependency that is to go to another version.
struct Wanted<'a> {
    file: &'a str,
    lockfile: &'a Lockfile,
    index: usize,
    dependency: &'a Dependency,
    version: &'a str,
    way: Way<'a>,
}

/// How a dependency comes in, as far as the file tells.
struct Way<'a> {
    /// Whether the project itself asks for it.
    direct: Option<bool>,
    /// The members of the project that ask for it.
    members: Vec<&'a str>,
    /// The packages that bring it in.
    parents: Vec<&'a Dependency>,
}

impl<'a> Way<'a> {
    fn of(lockfile: &'a Lockfile, index: usize) -> Self {
        let node = Node::try_from(index).unwrap_or(ELIDED);
        let mut members = Vec::new();
        let mut parents: Vec<&Dependency> = Vec::new();
        for path in lockfile.graph.paths(node) {
            let Some(&above) = path.iter().rev().nth(1) else {
                continue;
            };
            match lockfile.graph.member(above) {
                Some(member) => members.push(member),
                None => parents.extend(lockfile.dependencies.get(above as usize)),
            }
        }
        let direct = lockfile.dependencies.get(index).and_then(|it| it.direct);
        Self {
            direct: if members.is_empty() { direct } else { Some(true) },
            members,
            parents,
        }
    }

    /// `a`, `a and b`, `a, b and c`; `None` without parents.
    fn parents_in_words(&self) -> Option<String> {
        let mut names: Vec<&str> = self.parents.iter().map(|parent| &*parent.name).collect();
        names.dedup();
        listed(&names)
    }
}

fn listed(names: &[&str]) -> Option<String> {
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() {
        (*last).to_owned()
    } else {
        format!("{} and {last}", others.join(", "))
    })
}

impl Wanted<'_> {
    fn steps(&self) -> Vec<Step> {
        match self.way.direct {
            Some(true) => {
                let mut steps = vec![install::step(self, &self.who_asks())];
                if let Some(parents) = self.way.parents_in_words() {
                    steps.push(Step::words(format!(
                        "It also comes in through {parents}, and goes up there only if that allows it: audit again \
                         afterwards."
                    )));
                }
                steps
            }
            Some(false) => pin::steps(self, "Something else brings it in"),
            None => {
                let mut steps = Vec::new();
                if !pin::also_raises_what_is_asked_for(self) {
                    steps.push(install::step(self, "If the project asks for it itself"));
                }
                steps.extend(pin::steps(self, "If something else brings it in"));
                steps
            }
        }
    }

    fn who_asks(&self) -> String {
        match &self.way.members[..] {
            [] => "The project asks for it itself".to_owned(),
            [member] => format!("{member} asks for it: in its folder"),
            members => format!(
                "{} ask for it: in the folder of each",
                listed(members).unwrap_or_default()
            ),
        }
    }

    fn name(&self) -> &str {
        &self.dependency.name
    }

    /// Whether the file has the package more than once. Its entries are sorted by name.
    fn has_other_versions(&self) -> bool {
        let neighbours = [self.index.checked_sub(1), self.index.checked_add(1)];
        neighbours
            .into_iter()
            .flatten()
            .filter_map(|index| self.lockfile.dependencies.get(index))
            .any(|other| other.name == self.dependency.name)
    }
}

#[cfg(test)]
mod tests;
