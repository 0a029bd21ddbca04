//! Which manifests of a folder their lockfiles settle.
//!
//! A lockfile settles a manifest if it is read, stands beside it or lists its folder as a member's, and holds all that
//! the manifest asks for. Else the manifest is judged too, by its ranges.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashSet};

use super::{PassedOver, Reason};
use crate::dependency::{Dependency, Scope, Source};
use crate::error::InputError;
use crate::lockfile::{self, Format, Input, Lockfile, Warning};
use crate::package::Ecosystem;
use crate::version::{self, Version};

/// A file that a walk found and that could be read.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path, relative to the walk's folder.
    pub path: &'a str,
    /// What it holds.
    pub lockfile: &'a Lockfile,
    /// What it says of other files.
    pub ties: &'a Ties,
}

/// What a file says of the other files of its project.
#[derive(Clone, Debug, Default)]
pub struct Ties {
    /// The folders that a lockfile lists.
    members: Vec<String>,
    /// What a manifest says of its workspace.
    workspace: lockfile::Workspace,
}

impl Ties {
    /// The folders of members: those that a lockfile lists, else the patterns of a manifest.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        let members = self.members.iter().chain(&self.workspace.members);
        members.map(String::as_str)
    }

    /// Reads them.
    #[must_use]
    pub fn of(format: &Format, input: Input<'_>) -> Self {
        Self {
            members: lockfile::members(format, input),
            workspace: lockfile::workspace(format, input),
        }
    }
}

/// What lockfiles settle.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// The manifests that need no judging of their own.
    pub passed_over: Vec<PassedOver>,
    /// What lockfiles lack that their manifests ask for, by the manifests' paths.
    pub gaps: BTreeMap<String, Vec<Gap>>,
}

/// What lockfiles lack that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    manifest: String,
    line: usize,
    locks: Vec<String>,
    /// The first package that is lacking, and how many more are.
    lacking: (String, usize),
    /// Whether the lockfile is for one platform, and may lack what only another one needs.
    is_of_platform: bool,
    /// Whether the manifest is judged for it.
    is_judged: bool,
}

impl Gap {
    /// How it is told, with paths as `place` gives them.
    #[must_use]
    pub fn warning(&self, place: impl Fn(&str) -> String) -> Warning {
        let (file, line) = (place(&self.manifest), self.line);
        let locks: Vec<String> = self.locks.iter().map(|lock| place(lock)).collect();
        let locks = locks.join(", ");
        let lacking = match &self.lacking {
            (name, 0) => name.clone(),
            (name, more) => format!("{name} and {more} more"),
        };
        let what_for = match self.is_judged {
            true => ", so this file is judged too",
            false => "; --recursive judges both",
        };
        let message =
            format!("{file}:{line}: {locks} does not hold what is asked for here ({lacking}){what_for}");
        if self.is_of_platform {
            Warning::new(message)
        } else {
            Warning::incomplete(message)
        }
    }
}

/// A file that is to be audited, and what reading it gave.
#[derive(Debug)]
pub struct Read {
    /// Its path, as the user would write it.
    pub path: String,
    /// The number of the walk that found it, and its path in that walk's folder; nothing for a file by itself.
    pub found: Option<(usize, String)>,
    /// What it holds and says of other files, or why it cannot be read.
    pub outcome: Result<(Lockfile, Ties), InputError>,
}

impl Read {
    /// Its path in the folder of the walk of this number, if that found it.
    fn inside(&self, walk: usize) -> Option<&str> {
        let (of, inside) = self.found.as_ref()?;
        (*of == walk).then_some(inside.as_str())
    }
}

/// Takes away the manifests that the walk of this number found and lockfiles settle, and tells at its others what the
/// lockfiles lack. `place` gives a path in the walk's folder as the user would write it.
pub fn settle_walk(read: &mut Vec<Read>, walk: usize, place: impl Fn(&str) -> String) -> Vec<PassedOver> {
    let files: Vec<File<'_>> = read
        .iter()
        .filter_map(|file| {
            let (lockfile, ties) = file.outcome.as_ref().ok()?;
            let path = file.inside(walk)?;
            Some(File { path, lockfile, ties })
        })
        .collect();
    let Settled { passed_over, gaps } = settle(&files);
    let settled: BTreeSet<&str> = passed_over.iter().map(|it| it.path.as_str()).collect();
    read.retain(|file| file.inside(walk).is_none_or(|inside| !settled.contains(inside)));
    for file in read {
        let gaps = file.inside(walk).and_then(|inside| gaps.get(inside));
        if let (Some(gaps), Ok((lockfile, _))) = (gaps, &mut file.outcome) {
            let warnings = gaps.iter().map(|gap| gap.warning(&place));
            lockfile.warnings.extend(warnings);
        }
    }
    passed_over.into_iter().map(|it| it.placed(&place)).collect()
}

/// Holds every manifest among `files` against the lockfiles among them.
#[must_use]
pub fn settle(files: &[File<'_>]) -> Settled {
    let locks: Vec<Lock<'_>> = files.iter().filter_map(Lock::of).collect();
    let own = own_names(files);
    let mut settled = Settled::default();
    for manifest in files {
        let beside: Vec<&Lock<'_>> = locks.iter().filter(|lock| lock.is_beside(manifest)).collect();
        let is_member = beside.is_empty();
        let mut asked = beside;
        if is_member {
            asked.extend(listing(manifest, files, &locks));
        }
        let Some(first) = asked.first() else { continue };
        let by = first.file.path.to_owned();
        let reason = if is_installed(manifest.path) && is_member {
            Reason::InstalledPackages
        } else if is_member {
            Reason::Member { by }
        } else {
            Reason::Settled { by }
        };
        let gaps = match reason {
            // What the package manager put there is what the lockfile says, down to the last dependency.
            Reason::InstalledPackages => Vec::new(),
            _ => groups(&asked)
                .iter()
                .filter_map(|group| gap(manifest, group, &own))
                .collect(),
        };
        if gaps.is_empty() {
            settled.passed_over.push(PassedOver {
                path: manifest.path.to_owned(),
                reason,
            });
        } else {
            settled.gaps.insert(manifest.path.to_owned(), gaps);
        }
    }
    settled
}

/// A file that holds exact versions for manifests, and what it holds.
struct Lock<'a> {
    file: File<'a>,
    versions: HashMap<&'a str, Vec<Option<&'a str>>>,
    members: HashSet<&'a str>,
}

impl<'a> Lock<'a> {
    fn of(file: &File<'a>) -> Option<Self> {
        if !lockfile::lockfile_formats(file.lockfile.format).is_empty() || file.path.ends_with(".in") {
            return None;
        }
        let mut versions: HashMap<&str, Vec<Option<&str>>> = HashMap::default();
        for dependency in &file.lockfile.dependencies {
            let of_name = versions.entry(&dependency.name).or_default();
            of_name.push(dependency.version.as_deref());
        }
        Some(Self {
            file: *file,
            versions,
            members: file.ties.members.iter().map(String::as_str).collect(),
        })
    }

    /// Whether it is the manifest's own lockfile.
    fn is_beside(&self, manifest: &File<'_>) -> bool {
        let (format, path) = (self.file.lockfile.format.name, self.file.path);
        if let Some(stem) = manifest.path.strip_suffix(".in") {
            return path.strip_suffix(".txt") == Some(stem);
        }
        let is_of_script = path.ends_with(".py.lock");
        // Where Gradle keeps its older files, and builds some of their own.
        let places: &[&str] = match format {
            "gradle.lockfile" => &["", "gradle/", "gradle/dependency-locks/"],
            _ => &[""],
        };
        let place = folder(path).strip_prefix(folder(manifest.path));
        !is_of_script
            && place.is_some_and(|place| places.contains(&place))
            && lockfile::lockfile_formats(manifest.lockfile.format).contains(&format)
    }

    /// Whether it holds a version that `wish` could have led to.
    fn holds(&self, wish: &Dependency) -> bool {
        let of_jsr = in_place_of_jsr(wish);
        let name = of_jsr.as_deref().unwrap_or(&wish.name);
        let versions = self
            .versions
            .get(name)
            .or_else(|| self.versions.get(wish.name.as_str()));
        versions.is_some_and(|versions| versions.iter().any(|version| answers(wish, *version)))
    }
}

/// The name that a package of JSR has in the registry that stands in for it, where the wish is for one.
fn in_place_of_jsr(wish: &Dependency) -> Option<String> {
    let selector = wish.specifier.as_deref()?.strip_prefix("jsr:")?;
    let name = match selector.strip_prefix('@') {
        Some(scoped) => scoped.split('@').next()?,
        None => wish.name.strip_prefix('@')?,
    };
    let (scope, base) = name.split_once('/')?;
    Some(format!("@jsr/{scope}__{base}"))
}

/// Whether the version of a lockfile can be what the manifest's `wish` led to.
fn answers(wish: &Dependency, version: Option<&str>) -> bool {
    let (Source::Registry, Some(version)) = (wish.source, version) else {
        return true;
    };
    // A local version answers for the public one.
    let public = match wish.ecosystem {
        Ecosystem::PyPI => version.split('+').next().unwrap_or(version),
        Ecosystem::Npm | Ecosystem::Maven => version,
    };
    let parse = |text: &str| Version::parse(wish.ecosystem, text);
    let range = wish.specifier.as_deref();
    let lowest = || range.and_then(|range| version::lowest(wish.ecosystem, range));
    match (&wish.version, lowest()) {
        // Gradle takes the newest that anything asks for.
        (Some(exact), _) if wish.ecosystem != Ecosystem::Maven => {
            version == exact.as_str() || parse(public) == parse(exact)
        }
        (Some(lowest), _) => at_least(parse(public), parse(lowest)),
        (None, Some(lowest)) => at_least(parse(public), parse(&lowest)),
        (None, None) => true,
    }
}

/// What cannot be compared is not held against a lockfile.
fn at_least(version: Option<Version>, lowest: Option<Version>) -> bool {
    match (version, lowest) {
        (Some(version), Some(lowest)) => version >= lowest,
        _ => true,
    }
}

/// The lockfiles above that list the manifest's folder.
fn listing<'l, 'a>(manifest: &File<'_>, files: &[File<'_>], locks: &'l [Lock<'a>]) -> Option<&'l Lock<'a>> {
    if lockfile::lockfile_formats(manifest.lockfile.format).is_empty() {
        return None;
    }
    let own = folder(manifest.path).trim_end_matches('/');
    locks
        .iter()
        .filter(|lock| lock.members.contains(own))
        .max_by_key(|lock| lock.file.path.len())
        .or_else(|| {
            // Yarn's older lockfiles name no members: the root's manifest does.
            let roots = files
                .iter()
                .filter(|file| is_in(own, &file.ties.workspace.members));
            let lock = |root: &File<'_>| {
                let is_roots = |lock: &&Lock<'_>| {
                    lock.file.lockfile.format.name == "yarn.lock"
                        && lock.members.is_empty()
                        && folder(lock.file.path) == folder(root.path)
                };
                locks.iter().find(is_roots)
            };
            roots.filter_map(lock).next()
        })
}

/// Whether the folder is what the patterns of a workspace mean; a later `!` takes back what an earlier one gave.
fn is_in(folder: &str, patterns: &[String]) -> bool {
    let mut is_in = false;
    for pattern in patterns {
        let (is_exception, pattern) = match pattern.split_once('!') {
            Some((above, pattern)) => (true, format!("{above}{pattern}")),
            None => (false, pattern.clone()),
        };
        if fast_glob::glob_match(&pattern, folder) {
            is_in = !is_exception;
        }
    }
    is_in
}

/// The lockfiles that only together hold everything. Gradle keeps one for each purpose, and so may who exports
/// `pylock.toml`; each other one must hold everything itself, for nobody knows which of them will be installed.
fn groups<'l, 'a>(locks: &[&'l Lock<'a>]) -> Vec<Vec<&'l Lock<'a>>> {
    let mut groups: Vec<Vec<&Lock<'_>>> = Vec::new();
    for lock in locks {
        let name = lock.file.lockfile.format.name;
        let together = groups.iter_mut().find(|group| {
            is_shared(lock) && group.iter().all(|other| other.file.lockfile.format.name == name)
        });
        match together {
            Some(group) => group.push(lock),
            None => groups.push(vec![lock]),
        }
    }
    groups
}

fn is_shared(lock: &Lock<'_>) -> bool {
    matches!(lock.file.lockfile.format.name, "gradle.lockfile" | "pylock.toml")
}

/// What the lockfiles of a group lack that the manifest asks for.
fn gap(manifest: &File<'_>, group: &[&Lock<'_>], own: &HashSet<&str>) -> Option<Gap> {
    let is_lacking = |wish: &&Dependency| {
        // Peers are for others to bring; folders and members are no packages.
        wish.scope != Scope::Peer
            && wish.source != Source::File
            && !own.contains(wish.name.as_str())
            && !group.iter().any(|lock| lock.holds(wish))
    };
    let dependencies = &manifest.lockfile.dependencies;
    let mut lacking = dependencies.iter().filter(is_lacking);
    let first = lacking.next()?;
    let locks: BTreeSet<&str> = group.iter().map(|lock| lock.file.path).collect();
    Some(Gap {
        manifest: manifest.path.to_owned(),
        line: first.line,
        locks: locks.into_iter().map(str::to_owned).collect(),
        lacking: (first.name.to_string(), lacking.count()),
        is_of_platform: manifest.path.ends_with(".in"),
        is_judged: true,
    })
}

/// What a lockfile that no walk found lacks of what the manifest beside it asks for. `members` are what the project's
/// folders say, none of which is looked for.
#[must_use]
pub fn lacking(lock: &File<'_>, manifest: &File<'_>, members: &[Ties]) -> Option<Gap> {
    let lock = Lock::of(lock)?;
    // Of lockfiles that hold everything only together, one tells nothing.
    if is_shared(&lock) || !lock.is_beside(manifest) {
        return None;
    }
    let all = members.iter().chain([manifest.ties]);
    let own = all.filter_map(|ties| ties.workspace.name.as_deref()).collect();
    let gap = gap(manifest, &[&lock], &own)?;
    Some(Gap {
        is_judged: false,
        ..gap
    })
}

/// The names of the packages that are themselves folders of the project.
fn own_names<'a>(files: &[File<'a>]) -> HashSet<&'a str> {
    let names = files.iter().filter(|file| !is_installed(file.path));
    names
        .filter_map(|file| file.ties.workspace.name.as_deref())
        .collect()
}

/// Whether the path is that of the manifest of an installed package.
fn is_installed(path: &str) -> bool {
    path.starts_with("node_modules/") || path.contains("/node_modules/")
}

/// The folder that a path is in; empty, or ending with `/`.
fn folder(path: &str) -> &str {
    &path[..path.len() - lockfile::file_name(path).len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lockfile::ProjectFiles;

    /// What is settled, and the gaps.
    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let mut project = ProjectFiles::default();
        for (path, text) in files {
            project.insert(*path, text.as_bytes().to_vec());
        }
        let read: Vec<(&str, Lockfile, Ties)> = files
            .iter()
            .map(|&(path, text)| {
                let input = Input {
                    path,
                    bytes: text.as_bytes(),
                };
                let format = lockfile::detect(input).unwrap();
                let lockfile = lockfile::parse(format, input, &project).unwrap();
                (path, lockfile, Ties::of(format, input))
            })
            .collect();
        let files: Vec<File<'_>> = read
            .iter()
            .map(|(path, lockfile, ties)| File { path, lockfile, ties })
            .collect();
        let Settled { passed_over, gaps } = settle(&files);
        let passed_over = passed_over.iter().map(|it| match &it.reason {
            Reason::Settled { by } => format!("{} settled by {by}", it.path),
            Reason::Member { by } => format!("{} covered by {by}", it.path),
            reason => format!("{} {reason}", it.path),
        });
        let gaps = gaps
            .values()
            .flatten()
            .map(|gap| gap.warning(str::to_owned).message);
        passed_over.chain(gaps).collect()
    }

    const LOCK: &str = r#"{"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"left": "^1.0.0"}}, "node_modules/left": {"version": "1.2.0"},
        "node_modules/member": {"resolved": "libs/a", "link": true}, "libs/a": {"name": "member"}}}"#;

    #[test]
    fn a_lockfile_settles_a_manifest_that_asks_for_nothing_else() {
        for (manifest, expected) in [
            (
                r#"{"dependencies": {"left": "^1.0.0"}, "peerDependencies": {"p": "*"}}"#,
                "package.json settled by package-lock.json",
            ),
            (
                r#"{"dependencies": {"left": "1.2.0"}}"#,
                "package.json settled by package-lock.json",
            ),
            (r#"{}"#, "package.json settled by package-lock.json"),
            (
                r#"{"dependencies": {"left": "^1.3.0"}}"#,
                "package.json:1: package-lock.json does not hold what is asked for here (left), so this file is judged too",
            ),
            (
                r#"{"dependencies": {"left": "1.1.0", "right": "1"}}"#,
                "package.json:1: package-lock.json does not hold what is asked for here (left and 1 more), so this file is judged too",
            ),
        ] {
            assert_eq!(
                told(&[("package.json", manifest), ("package-lock.json", LOCK)]),
                [expected]
            );
        }
    }

    #[test]
    fn each_lockfile_beside_must_hold_everything() {
        let manifest = r#"{"dependencies": {"left": "^1.0.0"}}"#;
        let empty = "# yarn lockfile v1\n\n";
        assert_eq!(
            told(&[
                ("package.json", manifest),
                ("package-lock.json", LOCK),
                ("yarn.lock", empty)
            ]),
            [
                "package.json:1: yarn.lock does not hold what is asked for here (left), so this file is judged too"
            ]
        );
        let script = "dependencies { implementation 'g:a:1.0'\n testImplementation 'g:b:1.0' }";
        let lock = |module: &str| format!("{module}=runtimeClasspath\nempty=\n");
        assert_eq!(
            told(&[
                ("build.gradle", script),
                ("gradle.lockfile", &lock("g:a:1.1")),
                ("buildscript-gradle.lockfile", &lock("g:b:1.0")),
            ]),
            ["build.gradle settled by gradle.lockfile"]
        );
    }

    #[test]
    fn members_are_covered_where_their_lockfile_lists_them() {
        let member = r#"{"name": "member", "dependencies": {"left": "^1.1.0"}}"#;
        let root = r#"{"workspaces": ["libs/*"], "dependencies": {"left": "^1.0.0", "member": "*"}}"#;
        let covered = [
            "package.json settled by package-lock.json",
            "libs/a/package.json covered by package-lock.json",
        ];
        assert_eq!(
            told(&[
                ("package.json", root),
                ("package-lock.json", LOCK),
                ("libs/a/package.json", member),
                ("libs/b/package.json", r#"{"dependencies": {"left": "^1.1.0"}}"#),
            ]),
            covered
        );
        let yarn = "# yarn lockfile v1\n\n\nleft@^1.0.0, left@^1.1.0:\n  version \"1.2.0\"\n";
        assert_eq!(
            told(&[
                ("package.json", root),
                ("yarn.lock", yarn),
                ("libs/a/package.json", member)
            ]),
            [
                "package.json settled by yarn.lock",
                "libs/a/package.json covered by yarn.lock",
            ]
        );
        let other = r#"{"name": "member", "dependencies": {"right": "1"}}"#;
        assert_eq!(
            told(&[("package-lock.json", LOCK), ("libs/a/package.json", other)]),
            [
                "libs/a/package.json:1: package-lock.json does not hold what is asked for here (right), so this file is judged too"
            ]
        );
    }

    #[test]
    fn what_is_installed_is_what_its_lockfile_lists() {
        let manifest = r#"{"name": "left", "devDependencies": {"x": "1"}}"#;
        assert_eq!(
            told(&[
                ("package-lock.json", LOCK),
                ("node_modules/left/package.json", manifest),
                ("node_modules/own/package.json", manifest),
            ]),
            ["node_modules/left/package.json installed packages"]
        );
    }

    #[test]
    fn compiled_requirements_settle_their_source() {
        assert_eq!(
            told(&[
                ("dev-requirements.in", "a>=1\n"),
                ("dev-requirements.txt", "a==1.2\nb==2.0\n")
            ]),
            ["dev-requirements.in settled by dev-requirements.txt"]
        );
        assert_eq!(
            told(&[
                ("dev-requirements.in", "a>=1\n"),
                ("requirements.txt", "a==1.2\n")
            ]),
            [""; 0]
        );
    }

    #[test]
    fn patterns_of_workspaces_may_take_back() {
        let patterns = ["w/libs/*".to_owned(), "w/!libs/old".to_owned()];
        assert!(is_in("w/libs/a", &patterns));
        assert!(!is_in("w/libs/old", &patterns) && !is_in("w/libs/a/b", &patterns));
    }
}
