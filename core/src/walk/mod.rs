//! Which files of a folder, and of those below it, are read.
//!
//! A [`Walk`] says which folder it wants to see next, takes what is in it, and at the end gives the dependency
//! files to read and what it passed over. It opens nothing itself, so that a disk and a folder that was dropped
//! on a page are walked by the same rules:
//!
//! - What `.gitignore` names is passed over, unless git tracks it.
//! - Installed packages, virtual environments and what tools keep for themselves are passed over, but for what git
//!   tracks there: that is part of the project, whatever its folder looks like.
//! - Links to folders are not followed. A link to a file is read where the file itself is not.
//!
//! Once the files are read, [`settle()`] tells which manifests their lockfiles settle.

mod entry;
mod ignored;
mod installed;
mod passed_over;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::git_index::Tracked;
use crate::ignore::IgnoreFile;
use crate::lockfile;

pub use entry::{Entry, EntryKind};
use ignored::Rules;
pub use passed_over::{PassedOver, Reason, summary};
pub use settle::{File, Gap, Read, Settled, Ties, lacking, settle, settle_walk};

/// What git ignores in a folder and below it.
const IGNORE_FILE: &str = ".gitignore";
/// The files that git tracks.
const INDEX: &str = ".git/index";
/// What git ignores in a work tree on this machine.
const EXCLUDE: &str = ".git/info/exclude";

/// A walk through a folder. Paths are relative to it, with `/` between their parts; the folder itself is empty.
#[derive(Debug)]
pub struct Walk {
    pending: Vec<Folder>,
    found: Vec<String>,
    /// Links to files that have a dependency file's name, each with the path that it leads to.
    links: Vec<(String, String)>,
    passed_over: Vec<PassedOver>,
}

/// A folder still to be looked at, and what is known about it from those above.
#[derive(Debug)]
struct Folder {
    /// Empty, or ends with `/`.
    path: String,
    rules: Rules,
    tracked: Rc<Tracked>,
    /// Why nothing but what git tracks is read in it.
    closed: Option<Reason>,
}

/// What a walk must know of the repository that its folder lies in, if the folder is not that repository's root.
#[derive(Debug, Default)]
pub struct Around {
    /// The path of the walk's folder in the work tree, ending with `/`.
    pub prefix: String,
    /// The ignore files of the folders above, the work tree's root first; each with its folder's path in the work
    /// tree, which is empty or ends with `/`.
    pub ignore_files: Vec<(String, Vec<u8>)>,
    /// git's index, if there is one.
    pub index: Option<Vec<u8>>,
}

/// What is in a folder.
#[derive(Debug, Default)]
pub struct Contents {
    /// Its entries, in any order.
    pub entries: Vec<Entry>,
    /// What the files hold that [`wanted`] names, as far as they are there.
    pub files: BTreeMap<&'static str, Vec<u8>>,
    /// Where its links lead, by their names. One that is not among them leads nowhere.
    pub links: BTreeMap<String, Target>,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a folder.
    Folder,
    /// To a file in the walk's folder or below it: its path.
    Inside(String),
    /// To something else.
    Elsewhere,
}

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The dependency files to read, sorted by path.
    pub files: Vec<String>,
    /// What is not read.
    pub passed_over: Vec<PassedOver>,
}

/// The files in a folder with these entries that a walk must read to judge it; some may not be there.
#[must_use]
pub fn wanted(entries: &[Entry]) -> Vec<&'static str> {
    let mut wanted = Vec::new();
    for entry in entries {
        match (entry.name.as_str(), entry.kind) {
            // git does not follow a link here either.
            (IGNORE_FILE, EntryKind::File) => wanted.push(IGNORE_FILE),
            (installed::VIRTUAL_ENVIRONMENT, EntryKind::File) => wanted.push(installed::VIRTUAL_ENVIRONMENT),
            (".git", _) => wanted.extend([INDEX, EXCLUDE]),
            _ => {}
        }
    }
    wanted
}

impl Walk {
    /// Begins a walk.
    #[must_use]
    pub fn new(around: Around) -> Self {
        let Around {
            prefix,
            ignore_files,
            index,
        } = around;
        let mut rules = Rules::default();
        for (folder, bytes) in ignore_files {
            let inside = prefix.strip_prefix(&folder).unwrap_or(&prefix);
            rules.add(inside.to_owned(), String::new(), IgnoreFile::parse(&bytes));
        }
        let tracked = index.map_or_else(Tracked::default, |index| Tracked::of(&index));
        Self {
            pending: vec![Folder {
                path: String::new(),
                rules,
                tracked: Rc::new(tracked.below(&prefix)),
                closed: None,
            }],
            found: Vec::new(),
            links: Vec::new(),
            passed_over: Vec::new(),
        }
    }

    /// The folder to look at next, empty or ending with `/`; its contents must be given to [`Walk::take`].
    #[must_use]
    pub fn next_folder(&self) -> Option<&str> {
        self.pending.last().map(|folder| folder.path.as_str())
    }

    /// Takes what is in the folder that [`Walk::next_folder`] named.
    pub fn take(&mut self, contents: &Contents) {
        let Some(mut folder) = self.pending.pop() else {
            return;
        };
        let Contents {
            entries,
            files,
            links,
        } = contents;
        if folder.closed.is_none() && entries.iter().any(|entry| entry.name == ".git") {
            folder.begin_repository(files);
        }
        if let Some(bytes) = files.get(IGNORE_FILE) {
            let rules = IgnoreFile::parse(bytes);
            folder.rules.add(String::new(), folder.path.clone(), rules);
        }
        if folder.closed.is_none()
            && let Some(path) = folder.path.strip_suffix('/')
        {
            let environment = files.get(installed::VIRTUAL_ENVIRONMENT).map(Vec::as_slice);
            let name = lockfile::file_name(path);
            folder.closed = installed::by_content(name, entries, environment);
            if let Some(reason) = folder.closed.clone() {
                self.pass_over(path.to_owned(), reason);
                if !folder.tracked.has_below(&folder.path) {
                    return;
                }
            }
        }
        for entry in entries.iter().filter(|entry| entry.name != ".git") {
            let path = format!("{}{}", folder.path, entry.name);
            match entry.kind {
                EntryKind::Folder => self.take_folder(&folder, path),
                EntryKind::File => {
                    if self.is_to_be_read(&folder, &path) {
                        self.found.push(path);
                    }
                }
                EntryKind::Link => self.take_link(&folder, path, links.get(&entry.name)),
                EntryKind::Other => {
                    if self.is_to_be_read(&folder, &path) {
                        self.pass_over(path, Reason::NotAFile);
                    }
                }
            }
        }
    }

    /// What was found, when no folder is left.
    #[must_use]
    pub fn finish(self) -> Found {
        let Self {
            found,
            mut links,
            mut passed_over,
            ..
        } = self;
        links.sort_unstable();
        let mut files: BTreeSet<String> = found.into_iter().collect();
        let mut read = files.clone();
        for (link, target) in links {
            if read.insert(target.clone()) {
                files.insert(link);
            } else {
                let reason = Reason::LinkToRead { file: target };
                passed_over.push(PassedOver { path: link, reason });
            }
        }
        passed_over.sort();
        Found {
            files: files.into_iter().collect(),
            passed_over,
        }
    }

    fn pass_over(&mut self, path: String, reason: Reason) {
        self.passed_over.push(PassedOver { path, reason });
    }

    fn take_folder(&mut self, within: &Folder, path: String) {
        let name = lockfile::file_name(&path);
        let own = || {
            let is_ignored = within.ignores(&path, true).then_some(Reason::Ignored);
            is_ignored.or_else(|| installed::by_name(name))
        };
        // Of another repository in its work tree, git tracks the folder itself.
        let is_submodule = within.tracked.has(&path);
        let closed = within.closed.clone().or_else(own).filter(|_| !is_submodule);
        let inside = format!("{path}/");
        let has_tracked = within.tracked.has_below(&inside);
        if let (Some(reason), None) = (&closed, &within.closed) {
            self.pass_over(path, reason.clone());
        }
        if closed.is_none() || has_tracked {
            self.pending.push(Folder {
                path: inside,
                rules: within.rules.clone(),
                tracked: Rc::clone(&within.tracked),
                closed,
            });
        }
    }

    fn take_link(&mut self, within: &Folder, path: String, target: Option<&Target>) {
        match target {
            Some(Target::Folder) => {
                let is_seen =
                    within.tracked.has(&path) || within.closed.is_none() && !within.ignores(&path, false);
                if is_seen {
                    self.pass_over(path, Reason::LinkedFolder);
                }
            }
            Some(Target::Inside(target)) => {
                if self.is_to_be_read(within, &path) {
                    self.links.push((path, target.clone()));
                }
            }
            Some(Target::Elsewhere) | None => {
                if self.is_to_be_read(within, &path) {
                    self.pass_over(path, Reason::LinkElsewhere);
                }
            }
        }
    }

    /// Whether this is a dependency file that is read; if it is one that is not, that is kept.
    fn is_to_be_read(&mut self, within: &Folder, path: &str) -> bool {
        let format = lockfile::format_of(path);
        let not_read = not_read(path);
        if format.is_none() && not_read.is_none() {
            return false;
        }
        if !within.tracked.has(path) {
            if within.closed.is_some() {
                return false;
            }
            if within.ignores(path, false) {
                self.pass_over(path.to_owned(), Reason::Ignored);
                return false;
            }
        }
        match not_read {
            Some(reason) => {
                self.pass_over(path.to_owned(), reason);
                false
            }
            None => true,
        }
    }
}

/// Why the file at `path` is not read, if it is a dependency file of a kind that is not.
fn not_read(path: &str) -> Option<Reason> {
    if lockfile::is_constraints(path) {
        return Some(Reason::Constraints);
    }
    lockfile::unread_format(lockfile::file_name(path)).map(|tool| Reason::UnreadFormat { tool })
}

impl Folder {
    /// A repository begins here: what is known of the one around it says nothing about this one.
    fn begin_repository(&mut self, files: &BTreeMap<&'static str, Vec<u8>>) {
        self.rules = Rules::default();
        if let Some(bytes) = files.get(EXCLUDE) {
            self.rules
                .add(String::new(), self.path.clone(), IgnoreFile::parse(bytes));
        }
        let tracked = files
            .get(INDEX)
            .map_or_else(Tracked::default, |index| Tracked::of(index));
        self.tracked = Rc::new(tracked.within(&self.path));
    }

    /// Whether git ignores `path`. Where it cannot be known what git tracks, nothing counts as ignored.
    fn ignores(&self, path: &str, is_folder: bool) -> bool {
        self.tracked.is_known() && self.rules.ignore(path, is_folder)
    }
}
