//! The folders of a lockfile, in which `require` is resolved as Node does: up, from folder to folder.

use std::borrow::Cow;

use super::symbols::{Symbol, Symbols};

/// Hashing that does not let a hostile file choose its collisions easily.
type Map<K, V> = foldhash::HashMap<K, V>;

/// A folder that may have a `node_modules`: the project's own, a member's, or a package's.
pub(super) type Folder = u32;

/// An entry of the list, by its place there.
pub(super) type Index = u32;

/// The project's own folder.
pub(super) const ROOT: Folder = 0;

/// How many folders are looked at on the way up; no real path is as deep.
const DEEPEST: usize = 64;

/// What stands in a folder.
#[derive(Default)]
struct Standing {
    /// The folder whose `node_modules` is asked next.
    up: Option<Folder>,
    /// The entry of the list, if it has one for this folder.
    entry: Option<Index>,
    /// Whether anything is installed in its own `node_modules`.
    has_modules: bool,
}

/// Where the entries of a list stand.
pub(super) struct Tree {
    folders: Vec<Standing>,
    /// The folders in the project's own `node_modules`, by name. Most packages are there.
    top: Vec<Option<Folder>>,
    /// The folders in any other folder's `node_modules`.
    installed: Map<(Folder, Symbol), Folder>,
    /// The project's own folders, by path.
    members: Map<String, Folder>,
    /// The folder located last, and its path: neighbours in the file mostly share their parent.
    last: (String, Folder),
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            folders: vec![Standing::default()],
            top: Vec::new(),
            installed: Map::default(),
            members: Map::default(),
            last: (String::new(), ROOT),
        }
    }
}

impl Tree {
    /// Says which entry stands in `folder`, in the place of any that did before.
    pub(super) fn occupy(&mut self, folder: Folder, entry: Option<Index>) {
        self.folders[folder as usize].entry = entry;
    }

    /// The entry that stands in `folder`.
    pub(super) fn entry(&self, folder: Folder) -> Option<Index> {
        self.folders[folder as usize].entry
    }

    /// The folder at `path`, which may be a new one. Linear in the length of the path.
    pub(super) fn locate(&mut self, path: &str, symbols: &mut Symbols) -> Folder {
        if path.is_empty() {
            return ROOT;
        }
        if path != self.last.0 {
            let (base, installed) = split(path);
            let base = self.member(base);
            let folder = installed
                .into_iter()
                .fold(base, |parent, name| self.install(parent, symbols.intern(name)));
            self.last.0.clear();
            self.last.0.push_str(path);
            self.last.1 = folder;
        }
        self.last.1
    }

    /// The folder of the package `name` in the `node_modules` of `parent`.
    pub(super) fn install(&mut self, parent: Folder, name: Symbol) -> Folder {
        let Self {
            installed,
            folders,
            top,
            ..
        } = self;
        if parent == ROOT {
            if top.len() <= name.index() {
                top.resize(name.index() + 1, None);
            }
            return *top[name.index()].get_or_insert_with(|| add(folders, ROOT));
        }
        folders[parent as usize].has_modules = true;
        *installed
            .entry((parent, name))
            .or_insert_with(|| add(folders, parent))
    }

    /// The project's own folder at `path`, which may be a new one.
    pub(super) fn member(&mut self, path: &str) -> Folder {
        if path.is_empty() {
            return ROOT;
        }
        if let Some(&member) = self.members.get(path) {
            return member;
        }
        let member = add(&mut self.folders, ROOT);
        self.members.insert(path.to_owned(), member);
        member
    }

    /// Puts each member of the project under the nearest other one whose folder it is in.
    pub(super) fn join_members(&mut self) {
        for (path, &folder) in &self.members {
            let above = path.rmatch_indices('/').take(DEEPEST).map(|(at, _)| &path[..at]);
            let nearest = above
                .into_iter()
                .find_map(|above| self.members.get(above).copied());
            self.folders[folder as usize].up = Some(nearest.unwrap_or(ROOT));
        }
    }

    /// The entry that `require(name)` finds from `folder`.
    pub(super) fn resolve(&self, folder: Folder, name: Symbol) -> Option<Index> {
        let up = |&folder: &Folder| self.folders[folder as usize].up;
        std::iter::successors(Some(folder), up)
            .take(DEEPEST)
            .find_map(|folder| self.entry(self.installed(folder, name)?))
    }

    /// The folder of the package `name` in the `node_modules` of `parent`, if there is one.
    fn installed(&self, parent: Folder, name: Symbol) -> Option<Folder> {
        if parent == ROOT {
            self.top.get(name.index()).copied().flatten()
        } else if self.folders[parent as usize].has_modules {
            self.installed.get(&(parent, name)).copied()
        } else {
            None
        }
    }

    /// The folder in whose `node_modules` or parts `folder` is.
    pub(super) fn above(&self, folder: Folder) -> Option<Folder> {
        self.folders[folder as usize].up
    }

    /// The entry at `path`, where a link leads.
    pub(super) fn target(&self, path: &str, symbols: &Symbols) -> Option<Index> {
        let path = folded(path);
        let (base, installed) = split(&path);
        let base = match base {
            "" => ROOT,
            base => *self.members.get(base)?,
        };
        let folder = installed
            .into_iter()
            .try_fold(base, |parent, name| self.installed(parent, symbols.find(name)?))?;
        self.entry(folder)
    }
}

fn add(folders: &mut Vec<Standing>, up: Folder) -> Folder {
    folders.push(Standing {
        up: Some(up),
        ..Standing::default()
    });
    // A file that fits into memory has fewer entries than that; were it not so, the last would stand for all.
    Folder::try_from(folders.len() - 1).unwrap_or(Folder::MAX)
}

/// A path as npm reads it: without what leads nowhere, and with slashes of one kind.
pub(super) fn folded(path: &str) -> Cow<'_, str> {
    let odd = |pair: &[u8]| matches!(pair, [b'/', b'/' | b'.'] | [_, b'\\']);
    let bytes = path.as_bytes();
    if !path.starts_with(['.', '/', '\\']) && !path.ends_with('/') && !bytes.windows(2).any(odd) {
        return Cow::Borrowed(path);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if path.starts_with(['/', '\\']) { "/" } else { "" };
    Cow::Owned(format!("{root}{}", parts.join("/")))
}

/// A path as the folder of the project it begins with, and the packages installed one in the other after it.
fn split(path: &str) -> (&str, Vec<&str>) {
    let mut names = Vec::new();
    let mut base = path;
    while let Some((parent, name)) = installation(base) {
        names.push(name);
        base = parent;
    }
    names.reverse();
    (base, names)
}

/// For the path of an installed package: the path of the folder in whose `node_modules` it is, and its
/// name. A folder deeper within a package is no installed package.
pub(super) fn installation(path: &str) -> Option<(&str, &str)> {
    let slash = last_slash(path)?;
    if let Some(parent) = without_modules(&path[..slash]) {
        return Some((parent, &path[slash + 1..]));
    }
    let scope = last_slash(&path[..slash])?;
    let parent = without_modules(&path[..scope]).filter(|_| path[scope + 1..].starts_with('@'))?;
    Some((parent, &path[scope + 1..]))
}

/// Where the last slash stands; names are too short for a search by blocks to pay.
fn last_slash(path: &str) -> Option<usize> {
    path.bytes().rposition(|byte| byte == b'/')
}

fn without_modules(path: &str) -> Option<&str> {
    let parent = path.strip_suffix("node_modules")?;
    if parent.is_empty() {
        Some(parent)
    } else {
        parent.strip_suffix('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_folded_as_npm_folds_them() {
        for (path, expected) in [
            ("node_modules/@s/a", "node_modules/@s/a"),
            ("node_modules//a", "node_modules/a"),
            ("node_modules/a/", "node_modules/a"),
            ("./node_modules/a", "node_modules/a"),
            ("x/../node_modules/./a", "node_modules/a"),
            ("node_modules\\a", "node_modules/a"),
            ("../m", "../m"),
            ("../m/../../n", "../../n"),
            ("/m/n", "/m/n"),
            (".", ""),
            ("node_modules/.a", "node_modules/.a"),
            ("", ""),
        ] {
            assert_eq!(folded(path), expected, "{path}");
        }
    }

    #[test]
    fn an_installed_package_is_right_under_node_modules() {
        for (path, expected) in [
            ("node_modules/a", Some(("", "a"))),
            ("node_modules/@s/a", Some(("", "@s/a"))),
            (
                "node_modules/a/node_modules/@s/b",
                Some(("node_modules/a", "@s/b")),
            ),
            ("packages/x/node_modules/a", Some(("packages/x", "a"))),
            ("../m/node_modules/n/o", None),
            ("packages/x", None),
            ("my_node_modules/a", None),
            ("node_modules", None),
            ("", None),
        ] {
            assert_eq!(installation(path), expected, "{path}");
        }
    }
}
