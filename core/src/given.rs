//! Files that are given all at once, as they are dropped on a page: which of them are read, and what an audit of
//! them finds.
//!
//! The rules are those by which a disk is walked: of a folder the dependency files are read that a [`Walk`] finds, a
//! file by itself is read whatever it is called, and each is judged by the policy beside it or above it. [`Given::needs`]
//! names the files whose bytes it takes, so that nobody reads all of a folder to audit a few files in it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::audit::Embedded;
use crate::error::{Code, InputError};
use crate::firewall::{Folder, POLICY_FILE, Policy, nearest_policy, policy_path};
use crate::lockfile::{self, Format, Input, Lockfile, ProjectFiles};
use crate::report::AuditReport;
use crate::select::Selection;
use crate::walk::{self, Around, Contents, Entry, EntryKind, Found, PassedOver, Read, Ties, Walk};

/// Files that were given, by paths with `/` between their parts. A path without one is a file by itself; all others
/// are those of the folder that their first part names.
#[derive(Debug)]
pub struct Given {
    paths: BTreeSet<String>,
    /// What is in each folder; `folder/` is the folder's key, and the empty one that of what was given itself.
    folders: BTreeMap<String, Vec<Entry>>,
    bytes: BTreeMap<String, Result<Vec<u8>, InputError>>,
    /// The folders that are walked, each ending with a slash.
    roots: Vec<String>,
    /// The walks that are not done, each with its folder's number, the one under way first.
    walks: VecDeque<(usize, Walk)>,
    /// The files to audit.
    files: Vec<Chosen>,
    passed_over: Vec<PassedOver>,
}

/// A file to audit.
#[derive(Clone, Debug)]
struct Chosen {
    path: String,
    /// The number of the walk that found it, and its path in that walk's folder; nothing for a file by itself.
    found: Option<(usize, String)>,
}

impl Given {
    /// Files of these paths, of which nothing is known yet.
    #[must_use]
    pub fn new(paths: impl IntoIterator<Item = String>) -> Self {
        let paths: BTreeSet<String> = paths.into_iter().collect();
        let folders = folders(&paths);
        let top = folders.get("").map(Vec::as_slice).unwrap_or_default();
        let roots = top.iter().filter(|entry| entry.is_folder());
        let roots: Vec<String> = roots.map(|entry| format!("{}/", entry.name)).collect();
        let alone = top
            .iter()
            .filter(|entry| !entry.is_folder() && entry.name != POLICY_FILE);
        Self {
            walks: (0..roots.len())
                .map(|number| (number, Walk::new(Around::default())))
                .collect(),
            roots,
            files: alone
                .map(|entry| Chosen {
                    path: entry.name.clone(),
                    found: None,
                })
                .collect(),
            paths,
            folders,
            bytes: BTreeMap::new(),
            passed_over: Vec::new(),
        }
    }

    /// The files whose bytes must be [given](Self::give) next; none once the audit can be made.
    pub fn needs(&mut self) -> Vec<String> {
        let needs = self.needs_of_walks();
        if !needs.is_empty() {
            return needs;
        }
        let files = self.files.iter().map(|file| file.path.clone());
        let policies = self.files.iter().filter_map(|file| self.policy_of(&file.path));
        let mut needs: BTreeSet<String> = files.chain(policies).collect();
        for file in &self.files {
            needs.extend(self.references(&file.path));
        }
        needs.retain(|path| !self.bytes.contains_key(path));
        needs.into_iter().collect()
    }

    /// Takes the bytes of a file, or why they cannot be had.
    pub fn give(&mut self, path: String, bytes: Result<Vec<u8>, InputError>) {
        self.bytes.insert(path, bytes);
    }

    /// Audits what was given, each file by its own policy, or all by the one in force if that `overrules` them.
    pub fn audit(self, firewall: &mut Embedded, overrules: bool) -> AuditReport {
        let read = |file: &Chosen| Read {
            path: file.path.clone(),
            found: file.found.clone(),
            outcome: self.read(file),
        };
        let mut all: Vec<Read> = self.files.iter().map(read).collect();
        let mut passed_over = self.passed_over.clone();
        for (number, root) in self.roots.iter().enumerate() {
            passed_over.extend(walk::settle_walk(&mut all, number, |inside| {
                format!("{root}{inside}")
            }));
        }
        let mut report = AuditReport::new(firewall.info());
        let mut policies = BTreeMap::new();
        for Read { path, outcome, .. } in all {
            let judged = outcome.and_then(|(lockfile, _)| {
                if !overrules {
                    self.put_in_force(&path, firewall, &mut policies)?;
                }
                firewall.audit(&mut report, &path, &lockfile, &Selection::default());
                Ok(())
            });
            report.coverage.unread.extend(judged.err());
        }
        if !overrules {
            firewall.reset_policy();
        }
        report
            .coverage
            .unread
            .extend(policies.into_values().filter_map(Result::err));
        let faults = passed_over.extract_if(.., |it| it.reason.is_fault());
        report.coverage.unread.extend(
            faults.map(|fault| InputError::new(Code::Unreadable, &fault.path, fault.reason.to_string())),
        );
        report.coverage.passed_over = passed_over;
        report
    }

    /// Goes on with the walks as far as the bytes at hand allow.
    fn needs_of_walks(&mut self) -> Vec<String> {
        while let Some((number, walk)) = self.walks.front_mut() {
            let root = &self.roots[*number];
            while let Some(folder) = walk.next_folder() {
                let place = format!("{root}{folder}");
                let entries = self.folders.get(&place).cloned().unwrap_or_default();
                let wanted = walk::wanted(&entries);
                let wanted: Vec<(&str, String)> = wanted
                    .into_iter()
                    .map(|name| (name, format!("{place}{name}")))
                    .filter(|(_, path)| self.paths.contains(path))
                    .collect();
                let missing: Vec<String> = wanted
                    .iter()
                    .filter(|(_, path)| !self.bytes.contains_key(path))
                    .map(|(_, path)| path.clone())
                    .collect();
                if !missing.is_empty() {
                    return missing;
                }
                let at_hand = wanted
                    .into_iter()
                    .filter_map(|(name, path)| Some((name, self.bytes.get(&path)?.clone().ok()?)));
                walk.take(&Contents {
                    files: at_hand.collect(),
                    entries,
                    links: BTreeMap::new(),
                });
            }
            let Some((number, walk)) = self.walks.pop_front() else {
                break;
            };
            let place = |inside: &str| format!("{root}{inside}");
            let Found { files, passed_over } = walk.finish();
            self.files.extend(files.into_iter().map(|inside| Chosen {
                path: place(&inside),
                found: Some((number, inside)),
            }));
            self.passed_over
                .extend(passed_over.into_iter().map(|it| it.placed(place)));
        }
        Vec::new()
    }

    /// The files among these that the one at `path` refers to, and that those refer to, as far as their bytes are at
    /// hand.
    fn references(&self, path: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let Some(input) = self.input(path) else {
            return found;
        };
        let Ok(format) = lockfile::detect(input) else {
            return found;
        };
        let mut pending = format.references(input);
        while let Some(reference) = pending.pop() {
            if let Some(folder) = reference.strip_suffix(lockfile::IN_EACH_FOLDER) {
                let entries = self.folders.get(folder).map(Vec::as_slice).unwrap_or_default();
                let folders = entries.iter().filter(|entry| entry.is_folder());
                pending.extend(folders.map(|entry| format!("{folder}{}/pom.xml", entry.name)));
            } else if self.paths.contains(&reference) && reference != path && found.insert(reference.clone())
            {
                pending.extend(
                    self.input(&reference)
                        .into_iter()
                        .flat_map(|input| format.references(input)),
                );
            }
        }
        found
    }

    fn input<'a>(&'a self, path: &'a str) -> Option<Input<'a>> {
        let bytes = self.bytes.get(path)?.as_ref().ok()?;
        Some(Input { path, bytes })
    }

    fn read(&self, file: &Chosen) -> Result<(Lockfile, Ties), InputError> {
        let path = file.path.as_str();
        let bytes = match self.bytes.get(path) {
            Some(bytes) => bytes.as_ref().map_err(Clone::clone)?,
            None => {
                return Err(InputError::new(
                    Code::Unreadable,
                    path,
                    "its bytes were not given",
                ));
            }
        };
        let input = Input { path, bytes };
        let format: &'static Format = lockfile::detect(input)?;
        let mut project = ProjectFiles::default();
        for reference in self.references(path) {
            if let Some(Ok(bytes)) = self.bytes.get(&reference) {
                project.insert(reference, bytes.clone());
            }
        }
        let lockfile = lockfile::parse(format, input, &project)?;
        let inside = Input {
            path: file.found.as_ref().map_or(path, |(_, inside)| inside),
            bytes,
        };
        Ok((lockfile, Ties::of(format, inside)))
    }

    /// The policy beside the file at `path` or above it.
    fn policy_of(&self, path: &str) -> Option<String> {
        let mut folders = Vec::new();
        let mut rest = path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            folders.push(Folder {
                has_policy: self.paths.contains(&format!("{folder}/{POLICY_FILE}")),
                is_repository: self.folders.contains_key(&format!("{folder}/.git/")),
                is_start: !folder.contains('/'),
            });
            rest = folder;
        }
        folders.push(Folder {
            has_policy: self.paths.contains(POLICY_FILE),
            is_repository: false,
            is_start: true,
        });
        nearest_policy(&folders).map(|above| policy_path(path, above))
    }

    /// Puts the policy of the file at `path` in force. `known` are those that were read before.
    fn put_in_force(
        &self,
        path: &str,
        firewall: &mut Embedded,
        known: &mut BTreeMap<String, Result<Policy, InputError>>,
    ) -> Result<(), InputError> {
        let Some(place) = self.policy_of(path) else {
            firewall.reset_policy();
            return Ok(());
        };
        let policy = known
            .entry(place.clone())
            .or_insert_with(|| match self.bytes.get(&place) {
                Some(Ok(bytes)) => Policy::parse(&place, bytes),
                Some(Err(error)) => Err(error.clone()),
                None => Err(InputError::new(
                    Code::Unreadable,
                    &place,
                    "its bytes were not given",
                )),
            });
        match policy {
            Ok(policy) => {
                firewall.set_policy(policy.clone(), &place);
                Ok(())
            }
            Err(_) => Err(InputError::new(
                Code::Unreadable,
                path,
                format!("not judged, since its policy {place} cannot be read"),
            )),
        }
    }
}

/// What is in each folder of these paths.
fn folders(paths: &BTreeSet<String>) -> BTreeMap<String, Vec<Entry>> {
    let mut folders: BTreeMap<String, BTreeMap<String, EntryKind>> = BTreeMap::new();
    for path in paths {
        let mut kind = EntryKind::File;
        let mut rest = path.as_str();
        loop {
            let (folder, name) = match rest.rfind('/') {
                Some(slash) => rest.split_at(slash + 1),
                None => ("", rest),
            };
            let entries = folders.entry(folder.to_owned()).or_default();
            let is_known = entries.insert(name.to_owned(), kind).is_some();
            if folder.is_empty() || is_known {
                break;
            }
            rest = folder.trim_end_matches('/');
            kind = EntryKind::Folder;
        }
    }
    let entry = |(name, kind)| Entry { name, kind };
    folders
        .into_iter()
        .map(|(folder, entries)| (folder, entries.into_iter().map(entry).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::Status;

    const POM: &str = "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>\
        <version>1</version><dependencies><dependency><groupId>org.apache.logging.log4j</groupId>\
        <artifactId>log4j-core</artifactId><version>2.14.1</version></dependency></dependencies></project>";
    const LENIENT: &str =
        "[malware]\naction = \"allow\"\n[security]\nblock = false\nwarn = false\nunknown-score = \"allow\"\n";
    const LOCK: &str = r#"{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"^1.0.0"}},"node_modules/a":{"version":"1.0.0"}}}"#;
    const MANIFEST: &str = r#"{"dependencies":{"a":"^1.0.0"}}"#;

    /// Audits files; gives the report and which files' bytes were asked for.
    fn audited(files: &[(&str, &str)]) -> (AuditReport, Vec<String>) {
        let mut given = Given::new(files.iter().map(|(path, _)| (*path).to_owned()));
        let mut asked = Vec::new();
        loop {
            let needs = given.needs();
            if needs.is_empty() {
                return (given.audit(&mut Embedded::default(), false), asked);
            }
            for path in needs {
                let (_, text) = files.iter().find(|(known, _)| *known == path).unwrap();
                asked.push(path.clone());
                given.give(path, Ok(text.as_bytes().to_vec()));
            }
        }
    }

    fn files(report: &AuditReport) -> Vec<&str> {
        report
            .coverage
            .files
            .iter()
            .map(|file| file.file.as_str())
            .collect()
    }

    #[test]
    fn a_policy_deep_in_a_folder_rules_what_lies_beside_it_alone() {
        let (report, _) = audited(&[
            ("repo/pom.xml", POM),
            ("repo/tests/lenient/hc-firewall.toml", LENIENT),
            ("repo/tests/lenient/pom.xml", POM),
        ]);
        let statuses: Vec<(&str, Status)> = report
            .rows
            .iter()
            .map(|row| (row.file.as_str(), row.scan_status))
            .collect();
        assert_eq!(
            statuses,
            [
                ("repo/pom.xml", Status::Blocked),
                ("repo/tests/lenient/pom.xml", Status::Allowed)
            ]
        );
        let policies: Vec<&str> = report
            .coverage
            .policies
            .iter()
            .map(|it| it.policy.as_str())
            .collect();
        assert_eq!(policies, ["built-in", "repo/tests/lenient/hc-firewall.toml"]);
    }

    #[test]
    fn a_folder_is_walked_by_the_rules_for_a_disk() {
        let (report, asked) = audited(&[
            ("repo/.gitignore", "build/\n"),
            ("repo/app/package-lock.json", LOCK),
            ("repo/app/package.json", MANIFEST),
            ("repo/build/package-lock.json", LOCK),
            ("repo/node_modules/a/package.json", MANIFEST),
            ("repo/Cargo.lock", ""),
            ("repo/src/main.js", ""),
            ("list.txt", "a==1.0\n"),
        ]);
        assert_eq!(files(&report), ["list.txt", "repo/app/package-lock.json"]);
        let passed_over: Vec<&str> = report
            .coverage
            .passed_over
            .iter()
            .map(|it| it.path.as_str())
            .collect();
        assert_eq!(
            passed_over,
            [
                "repo/Cargo.lock",
                "repo/build",
                "repo/node_modules",
                "repo/app/package.json"
            ]
        );
        assert!(
            !asked
                .iter()
                .any(|path| path.contains("main.js") || path.contains("build/")),
            "{asked:?}"
        );
    }

    #[test]
    fn a_policy_that_cannot_be_read_judges_nothing() {
        let (report, _) = audited(&[("r/hc-firewall.toml", "block = ["), ("r/pom.xml", POM)]);
        assert!(report.rows.is_empty());
        let unread: Vec<&str> = report.coverage.unread.iter().map(|it| it.file.as_str()).collect();
        assert_eq!(unread, ["r/pom.xml", "r/hc-firewall.toml"]);
    }

    #[test]
    fn files_refer_to_others_of_the_same_drop() {
        let (report, asked) = audited(&[
            ("r/requirements.txt", "-r more/other.txt\n"),
            ("r/more/other.txt", "django==1.0\n"),
        ]);
        assert_eq!(report.rows[0].package_name, "django");
        assert!(asked.contains(&"r/more/other.txt".to_owned()));
    }
}
