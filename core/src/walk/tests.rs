use proptest::prelude::*;

use super::*;

/// A folder in memory: paths and what they hold.
struct Tree<'a> {
    files: Vec<(&'a str, &'a [u8])>,
    links: Vec<(&'a str, Target)>,
    pipes: Vec<&'a str>,
}

impl<'a> Tree<'a> {
    fn new(files: &[(&'a str, &'a str)]) -> Self {
        Self {
            files: files
                .iter()
                .map(|(path, text)| (*path, text.as_bytes()))
                .collect(),
            links: Vec::new(),
            pipes: Vec::new(),
        }
    }

    /// What is in `folder`, as a host would tell it.
    fn contents(&self, folder: &str) -> Contents {
        let mut entries: BTreeMap<String, EntryKind> = BTreeMap::new();
        let kinds = self.files.iter().map(|(path, _)| (*path, EntryKind::File));
        let kinds = kinds.chain(self.links.iter().map(|(path, _)| (*path, EntryKind::Link)));
        let kinds = kinds.chain(self.pipes.iter().map(|path| (*path, EntryKind::Other)));
        for (path, kind) in kinds {
            let Some(inside) = path.strip_prefix(folder) else {
                continue;
            };
            match inside.split_once('/') {
                Some((name, _)) => entries.insert(name.to_owned(), EntryKind::Folder),
                None => entries.insert(inside.to_owned(), kind),
            };
        }
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|(name, kind)| Entry { name, kind })
            .collect();
        let read = |name: &'static str| {
            let path = format!("{folder}{name}");
            let found = self.files.iter().find(|(other, _)| *other == path);
            found.map(|(_, bytes)| (name, bytes.to_vec()))
        };
        let links = self.links.iter().filter_map(|(path, target)| {
            let name = path.strip_prefix(folder).filter(|name| !name.contains('/'))?;
            Some((name.to_owned(), target.clone()))
        });
        Contents {
            files: wanted(&entries).into_iter().filter_map(read).collect(),
            links: links.collect(),
            entries,
        }
    }

    fn walk(&self, around: Around) -> Found {
        let mut walk = Walk::new(around);
        while let Some(folder) = walk.next_folder() {
            let contents = self.contents(folder);
            walk.take(&contents);
        }
        walk.finish()
    }

    /// The files to read, and one line for each reason not to.
    fn told(&self) -> (Vec<String>, Vec<String>) {
        let Found { files, passed_over } = self.walk(Around::default());
        (files, summary(&passed_over))
    }
}

/// git's index of these paths.
fn index(paths: &[&str]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02".to_vec();
    bytes.extend(u32::try_from(paths.len()).unwrap().to_be_bytes());
    for path in paths {
        bytes.extend([0; 60]);
        bytes.extend(u16::try_from(path.len()).unwrap().to_be_bytes());
        bytes.extend(path.bytes());
        bytes.extend(vec![0; 8 - (62 + path.len()) % 8]);
    }
    bytes
}

#[test]
fn what_is_ignored_is_passed_over_and_told() {
    let tree = Tree::new(&[
        (".gitignore", "build/\n*.lock\n/tmp/pom.xml\n"),
        ("build/pom.xml", ""),
        ("lib/package.json", ""),
        ("lib/yarn.lock", ""),
        ("lib/.gitignore", "!uv.lock\n"),
        ("lib/uv.lock", ""),
        ("tmp/pom.xml", ""),
        ("tmp/notes.txt", ""),
    ]);
    let (files, passed_over) = tree.told();
    assert_eq!(files, ["lib/package.json", "lib/uv.lock"]);
    assert_eq!(
        passed_over,
        ["ignored by .gitignore: build, lib/yarn.lock, tmp/pom.xml"]
    );
}

#[test]
fn what_git_tracks_is_read_wherever_it_is() {
    let index = index(&[
        "build/deep/pom.xml",
        "lib/yarn.lock",
        "node_modules/own/package.json",
        "py/pom.xml",
        "vendor/app/package-lock.json",
    ]);
    let mut tree = Tree::new(&[
        (".gitignore", "build\n*.lock\n"),
        ("build/pom.xml", ""),
        ("build/deep/pom.xml", ""),
        ("build/other/pom.xml", ""),
        ("lib/yarn.lock", ""),
        ("node_modules/.package-lock.json", ""),
        ("node_modules/own/package.json", ""),
        ("node_modules/other/package.json", ""),
        ("py/pyvenv.cfg", "home = /usr/bin\n"),
        ("py/bin/python", ""),
        ("py/pom.xml", ""),
        ("py/lib/pom.xml", ""),
        ("vendor/modules.txt", ""),
        ("vendor/app/package-lock.json", ""),
        ("vendor/other/package-lock.json", ""),
    ]);
    tree.files.push((".git/index", &index));
    let (files, passed_over) = tree.told();
    assert_eq!(
        files,
        [
            "build/deep/pom.xml",
            "lib/yarn.lock",
            "node_modules/own/package.json",
            "py/pom.xml",
            "vendor/app/package-lock.json",
        ]
    );
    assert_eq!(
        passed_over,
        [
            "ignored by .gitignore: build",
            "installed packages: node_modules, vendor",
            "virtual environments: py",
        ]
    );
    // Who cannot tell what is tracked ignores nothing.
    let last = tree.files.len() - 1;
    tree.files[last].1 = b"no index";
    let (files, passed_over) = tree.told();
    assert!(files.contains(&"build/other/pom.xml".to_owned()), "{files:?}");
    assert!(!passed_over.iter().any(|line| line.starts_with("ignored")));
}

#[test]
fn marks_that_no_tool_would_leave_hide_nothing() {
    let tree = Tree::new(&[
        ("a/pyvenv.cfg", ""),
        ("a/bin/x", ""),
        ("a/pom.xml", ""),
        ("apps/vendor/package.json", ""),
        ("b/pyvenv.cfg", "home = /usr/bin"),
        ("b/pom.xml", ""),
        ("site-packages/pom.xml", ""),
        ("third_party/own/pom.xml", ""),
        ("c/.yarn/pom.xml", ""),
    ]);
    let (files, passed_over) = tree.told();
    assert_eq!(files.len(), 6, "{files:?}");
    assert_eq!(passed_over, [""; 0]);
}

#[test]
fn what_holds_installed_packages_is_passed_over() {
    let tree = Tree::new(&[
        ("go/vendor/modules.txt", ""),
        ("go/vendor/x/pom.xml", ""),
        ("php/vendor/autoload.php", ""),
        ("php/vendor/composer/installed.json", ""),
        ("php/vendor/x/package.json", ""),
        ("rb/vendor/bundle/ruby/x/package.json", ""),
        ("py/site-packages/x.dist-info/METADATA", ""),
        ("py/site-packages/x/pom.xml", ""),
        ("web/.yarn/cache/x.zip", ""),
        ("web/node_modules/x/package.json", ""),
    ]);
    let (files, passed_over) = tree.told();
    assert_eq!(files, [""; 0]);
    assert_eq!(
        passed_over,
        [
            "installed packages: go/vendor, php/vendor, py/site-packages and 2 more",
            "what tools keep for themselves: web/.yarn",
        ]
    );
}

#[test]
fn repositories_within_are_their_own() {
    let inner = index(&["out/pom.xml"]);
    let outer = index(&["sub"]);
    let mut tree = Tree::new(&[
        (".gitignore", "*.xml\nsub\n"),
        ("pom.xml", ""),
        ("sub/.gitignore", "out\n"),
        ("sub/.git/info/exclude", "package.json\n"),
        ("sub/package.json", ""),
        ("sub/pom.xml", ""),
        ("sub/out/pom.xml", ""),
    ]);
    tree.files
        .extend([(".git/index", &outer[..]), ("sub/.git/index", &inner)]);
    let (files, passed_over) = tree.told();
    assert_eq!(files, ["sub/out/pom.xml", "sub/pom.xml"]);
    assert_eq!(
        passed_over,
        ["ignored by .gitignore: pom.xml, sub/out, sub/package.json"]
    );
}

#[test]
fn the_repository_around_the_folder_counts() {
    let tree = Tree::new(&[("a/pom.xml", ""), ("b/pom.xml", ""), ("out/pom.xml", "")]);
    let around = Around {
        prefix: "apps/web/".to_owned(),
        ignore_files: vec![
            (String::new(), b"/apps/web/out\n".to_vec()),
            ("apps/".to_owned(), b"/web/b\n/a\n".to_vec()),
        ],
        index: Some(index(&["apps/web/out/pom.xml", "b/pom.xml"])),
    };
    let Found { files, passed_over } = tree.walk(around);
    assert_eq!(files, ["a/pom.xml", "out/pom.xml"]);
    assert_eq!(summary(&passed_over), ["ignored by .gitignore: b, out"]);
}

#[test]
fn links_are_read_once_and_within_the_folder() {
    let mut tree = Tree::new(&[("requirements.txt", ""), ("shared/base", "")]);
    let inside = |path: &str| Target::Inside(path.to_owned());
    tree.links = vec![
        ("a/requirements.txt", inside("requirements.txt")),
        ("b/requirements.txt", inside("shared/base")),
        ("c/requirements.txt", inside("shared/base")),
        ("d/requirements.txt", Target::Elsewhere),
        ("e", Target::Folder),
        ("notes.txt", Target::Elsewhere),
    ];
    tree.pipes = vec!["f/package-lock.json", "f/other"];
    let (files, passed_over) = tree.told();
    assert_eq!(files, ["b/requirements.txt", "requirements.txt"]);
    assert_eq!(
        passed_over,
        [
            "links to folders: e",
            "a link that leads out of the folder or nowhere: d/requirements.txt",
            "links to files that are read: a/requirements.txt, c/requirements.txt",
            "neither a file nor a folder: f/package-lock.json",
        ]
    );
}

#[test]
fn dependency_files_that_are_not_read_are_told() {
    let tree = Tree::new(&[
        ("Cargo.lock", ""),
        ("a/Cargo.lock", ""),
        ("constraints.txt", ""),
        ("main.rs", ""),
    ]);
    let (files, passed_over) = tree.told();
    assert_eq!(files, [""; 0]);
    assert_eq!(
        passed_over,
        [
            "of a format that is not read (Cargo): Cargo.lock, a/Cargo.lock",
            "constraints, which install nothing by themselves: constraints.txt",
        ]
    );
}

/// Files as projects, package managers and those who hide something leave them.
fn path() -> impl Strategy<Value = String> {
    let folder = prop::sample::select(vec![
        "a",
        "build",
        "vendor",
        "node_modules",
        "env",
        "bin",
        "composer",
        ".yarn",
        "cache",
        "site-packages",
        "x.dist-info",
        "requirements",
    ]);
    let name = prop::sample::select(vec![
        "package.json",
        "package-lock.json",
        "requirements.txt",
        "base.in",
        "pom.xml",
        "Cargo.lock",
        "constraints.txt",
        "notes.md",
        ".gitignore",
        "pyvenv.cfg",
        "modules.txt",
        "autoload.php",
    ]);
    (prop::collection::vec(folder, 0..4), name).prop_map(|(folders, name)| {
        let mut path: String = folders.iter().map(|folder| format!("{folder}/")).collect();
        path.push_str(name);
        path
    })
}

proptest! {
    #[test]
    fn nothing_is_left_out_without_a_word(
        paths in prop::collection::btree_map(path(), any::<bool>(), 0..20),
        ignored in prop::sample::select(vec!["", "build", "*.json", "/a/\n!pom.xml", "*\n!a"]),
    ) {
        let text = |path: &str| match lockfile::file_name(path) {
            IGNORE_FILE => ignored,
            installed::VIRTUAL_ENVIRONMENT => "home = /usr/bin\n",
            _ => "",
        };
        let tracked: Vec<&str> = paths.iter().filter(|(_, tracked)| **tracked).map(|(path, _)| path.as_str()).collect();
        let index = index(&tracked);
        let mut tree = Tree::new(&paths.keys().map(|path| (path.as_str(), text(path))).collect::<Vec<_>>());
        tree.files.push((".git/index", &index));
        let Found { files, passed_over } = tree.walk(Around::default());
        let told: BTreeSet<&str> = passed_over.iter().map(|it| it.path.as_str()).collect();
        for (path, is_tracked) in &paths {
            let above = path.match_indices('/').map(|(slash, _)| &path[..slash]);
            let is_told = told.contains(path.as_str()) || above.into_iter().any(|folder| told.contains(folder));
            let is_read = files.contains(path);
            if not_read(path).is_some() {
                prop_assert!(is_told && !is_read, "{path}");
            } else if lockfile::format_of(path).is_some() {
                prop_assert!(is_read || is_told, "{path}");
                prop_assert!(is_read || !is_tracked, "git tracks {path}");
            } else {
                prop_assert!(!is_read, "{path}");
            }
        }
    }
}
