//! Whether a file would get into a git repository.

use hc_core::git_index;
use hc_core::ignore::IgnoreFile;

use crate::host::Host;

/// The largest index that is looked at, in bytes: that of a million files.
const LARGEST_INDEX: u64 = 256 << 20;

/// How a file would get into a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// It is in it; the next commit takes its changes.
    Tracked,
    /// It is not ignored; adding everything takes it.
    Untracked,
}

/// Whether the file at `path` is in a work tree of git that tracks it or would with the next `git add`. The
/// user's own ignore file is not looked at: others who work there do not have it.
pub(crate) async fn exposure<H: Host>(host: &H, path: &str) -> Option<Exposure> {
    let path = host.absolute(path).ok()?.replace('\\', "/");
    let Repository { root, git } = around(host, &path).await?;
    let inside = path.strip_prefix(&root)?;
    if is_tracked(host, &git, inside).await {
        return Some(Exposure::Tracked);
    }
    let is_ignored = is_ignored(host, &root, &git, inside).await;
    (!is_ignored).then_some(Exposure::Untracked)
}

/// A work tree and its repository.
pub(crate) struct Repository {
    /// The absolute path of the work tree, ending with `/`.
    pub(crate) root: String,
    /// The repository's folder.
    pub(crate) git: String,
}

/// The nearest work tree around what has this absolute path, with `/` between its parts.
pub(crate) async fn around<H: Host>(host: &H, path: &str) -> Option<Repository> {
    for (slash, _) in path.rmatch_indices('/') {
        let root = path[..=slash].to_owned();
        if host.stat(&format!("{root}.git")).await.is_ok() {
            let git = folder(host, &root).await?;
            return Some(Repository { root, git });
        }
    }
    None
}

/// The repository's folder of the work tree at `root`, which ends with `/`.
pub(crate) async fn folder<H: Host>(host: &H, root: &str) -> Option<String> {
    let git = format!("{root}.git");
    if host.stat(&git).await.ok()?.is_folder {
        return Some(git);
    }
    // In a linked work tree or submodule it is a file that names the folder.
    let bytes = host.read(&git).await.ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let folder = text.strip_prefix("gitdir:")?.trim();
    let is_absolute = folder.starts_with(['/', '\\']) || folder.get(1..2) == Some(":");
    Some(if is_absolute {
        folder.to_owned()
    } else {
        format!("{root}{folder}")
    })
}

/// The index of the repository, if it has one; empty, and so none that tells anything, if it cannot be read.
pub(crate) async fn index<H: Host>(host: &H, git: &str) -> Option<Vec<u8>> {
    let index = format!("{git}/index");
    let stat = host.stat(&index).await.ok()?;
    if stat.size > LARGEST_INDEX {
        return Some(Vec::new());
    }
    Some(host.read(&index).await.unwrap_or_default())
}

/// An index that is not there or cannot be read tells of nothing that is tracked.
async fn is_tracked<H: Host>(host: &H, git: &str, inside: &str) -> bool {
    let bytes = index(host, git).await.unwrap_or_default();
    git_index::tracks(&bytes, inside).unwrap_or(false)
}

/// Whether the file or a folder that it is in is ignored; the nearest rules that say something decide.
async fn is_ignored<H: Host>(host: &H, root: &str, git: &str, inside: &str) -> bool {
    // Each with the folder that its rules are about, relative to the work tree.
    let mut rules = Vec::new();
    let own = host.read(&format!("{git}/info/exclude")).await;
    rules.extend(own.ok().map(|bytes| (String::new(), IgnoreFile::parse(&bytes))));
    let ends = inside.match_indices('/').map(|(slash, _)| slash + 1);
    for start in std::iter::once(0).chain(ends.clone()) {
        let folder = &inside[..start];
        let file = host.read(&format!("{root}{folder}.gitignore")).await;
        rules.extend(
            file.ok()
                .map(|bytes| (folder.to_owned(), IgnoreFile::parse(&bytes))),
        );
    }
    let decide = |path: &str, is_folder: bool| {
        let decision = rules.iter().rev().find_map(|(folder, file)| {
            let path = path
                .strip_prefix(folder.as_str())
                .filter(|path| !path.is_empty())?;
            file.ignores(path, is_folder)
        });
        decision.unwrap_or(false)
    };
    ends.map(|end| &inside[..end - 1])
        .any(|folder| decide(folder, true))
        || decide(inside, false)
}
