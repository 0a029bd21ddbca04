//! The folders of a lockfile, in which `require` is resolved as Node does: up, from folder to folder.

use super::read::{List, Place};

/// A folder that may have a `node_modules`: the project's own, a member's, or a package's.
pub(super) type Folder = u32;

/// The project's own folder.
const ROOT: Folder = 0;

/// Hashing that does not let a hostile file choose its collisions easily.
type Map<K, V> = foldhash::HashMap<K, V>;

/// How many folders above a member of the project are looked at; no real path has as many.
const DEEPEST: usize = 64;

/// What stands in a folder.
struct Standing {
    /// The folder whose `node_modules` is asked next.
    up: Option<Folder>,
    /// The entry of the list, if it has one for this folder.
    entry: Option<usize>,
}

/// Where the entries of a list stand.
pub(super) struct Tree<'t> {
    folders: Vec<Standing>,
    /// The folders in a folder's `node_modules`, by name.
    installed: Map<(Folder, &'t str), Folder>,
    /// The project's own folders, by path.
    members: Map<&'t str, Folder>,
    /// For each entry, its folder.
    of_entry: Vec<Folder>,
}

impl<'t> Tree<'t> {
    /// Places all entries of `list`. Linear in the length of their paths.
    pub(super) fn new(list: &'t List<'_>) -> Self {
        let count = list.entries.len();
        let mut tree = Self {
            folders: Vec::with_capacity(count + 1),
            installed: Map::with_capacity_and_hasher(count, foldhash::fast::RandomState::default()),
            members: Map::default(),
            of_entry: Vec::with_capacity(count),
        };
        tree.folders.push(Standing {
            up: None,
            entry: None,
        });
        let mut last = ("", ROOT);
        for (index, entry) in list.entries.iter().enumerate() {
            let folder = match &entry.place {
                Place::Under(parent, name) => {
                    let parent = parent.map_or(ROOT, |parent| tree.of_entry[parent]);
                    tree.install(parent, name.as_str())
                }
                // Neighbours in the file mostly share their parent.
                Place::Installed { parent, name } => {
                    if parent.as_str() != last.0 {
                        last = (parent.as_str(), tree.locate(parent.as_str()));
                    }
                    tree.install(last.1, name.as_str())
                }
                Place::Own(path) => tree.member(path.as_str()),
            };
            tree.folders[folder as usize].entry = Some(index);
            tree.of_entry.push(folder);
        }
        tree.join_members();
        tree
    }

    /// The folder at `path`.
    fn locate(&mut self, path: &'t str) -> Folder {
        let mut names = Vec::new();
        let mut base = path;
        while let Some((parent, name)) = installation(base) {
            names.push(name);
            base = parent;
        }
        let base = self.member(base);
        names
            .into_iter()
            .rev()
            .fold(base, |parent, name| self.install(parent, name))
    }

    fn install(&mut self, parent: Folder, name: &'t str) -> Folder {
        let Self {
            installed, folders, ..
        } = self;
        *installed
            .entry((parent, name))
            .or_insert_with(|| add(folders, parent))
    }

    fn member(&mut self, path: &'t str) -> Folder {
        if path.is_empty() {
            return ROOT;
        }
        let Self { members, folders, .. } = self;
        *members.entry(path).or_insert_with(|| add(folders, ROOT))
    }

    /// Puts each member of the project under the nearest other one whose folder it is in.
    fn join_members(&mut self) {
        for (&path, &folder) in &self.members {
            let above = path.rmatch_indices('/').take(DEEPEST).map(|(at, _)| &path[..at]);
            let nearest = above
                .into_iter()
                .find_map(|above| self.members.get(above).copied());
            self.folders[folder as usize].up = Some(nearest.unwrap_or(ROOT));
        }
    }

    /// The entry that `require(name)` finds from where `entry` stands.
    pub(super) fn resolve(&self, entry: usize, name: &str) -> Option<usize> {
        self.resolve_in(self.of_entry[entry], name)
    }

    /// The entry that `require(name)` finds from the project's own folder.
    pub(super) fn resolve_in_root(&self, name: &str) -> Option<usize> {
        self.resolve_in(ROOT, name)
    }

    fn resolve_in(&self, folder: Folder, name: &str) -> Option<usize> {
        let mut next = Some(folder);
        while let Some(folder) = next {
            let found = self.installed.get(&(folder, name));
            if let Some(entry) = found.and_then(|&found| self.folders[found as usize].entry) {
                return Some(entry);
            }
            next = self.folders[folder as usize].up;
        }
        None
    }

    /// The entry at `path`, where a link leads.
    pub(super) fn target(&self, path: &str) -> Option<usize> {
        let folder = match installation(path) {
            None if path.is_empty() => Some(ROOT),
            None => self.members.get(path).copied(),
            Some(_) => {
                let mut names = Vec::new();
                let mut base = path;
                while let Some((parent, name)) = installation(base) {
                    names.push(name);
                    base = parent;
                }
                let base = if base.is_empty() {
                    Some(ROOT)
                } else {
                    self.members.get(base).copied()
                };
                names
                    .into_iter()
                    .rev()
                    .try_fold(base?, |parent, name| self.installed.get(&(parent, name)).copied())
            }
        };
        self.folders[folder? as usize].entry
    }
}

fn add(folders: &mut Vec<Standing>, up: Folder) -> Folder {
    folders.push(Standing {
        up: Some(up),
        entry: None,
    });
    // A file that fits into memory has fewer entries than that; were it not so, the last would stand for all.
    Folder::try_from(folders.len() - 1).unwrap_or(Folder::MAX)
}

/// For the path of an installed package: the path of the folder in whose `node_modules` it is, and its
/// name. A folder deeper within a package is no installed package.
pub(super) fn installation(path: &str) -> Option<(&str, &str)> {
    let slash = path.rfind('/')?;
    if let Some(parent) = without_modules(&path[..slash]) {
        return Some((parent, &path[slash + 1..]));
    }
    let scope = path[..slash].rfind('/')?;
    let parent = without_modules(&path[..scope]).filter(|_| path[scope + 1..].starts_with('@'))?;
    Some((parent, &path[scope + 1..]))
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
