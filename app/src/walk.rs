//! Walking a folder by the rules of core.

use hc_core::error::{Code, InputError};
use hc_core::walk::{Around, Contents, EntryKind, Found, Target, Walk, wanted};

use crate::git;
use crate::host::{Host, HostError};

/// The dependency files in `folder` and below it, and what is passed over, with paths relative to it.
///
/// # Errors
/// When a folder cannot be listed: what is not seen cannot be audited.
pub(crate) async fn walk<H: Host>(host: &H, folder: &str) -> Result<Found, InputError> {
    let around = match slashed(host.absolute(folder)) {
        Some(absolute) => around(host, &absolute).await,
        None => Around::default(),
    };
    let real = slashed(host.real_path(folder).await);
    let mut walk = Walk::new(around);
    while let Some(inside) = walk.next_folder() {
        let path = match inside.strip_suffix('/') {
            Some(inside) => place(folder, inside),
            None => folder.to_owned(),
        };
        let entries = host
            .list(&path)
            .await
            .map_err(|error| unreadable(&path, &error))?;
        let mut contents = Contents::default();
        for name in wanted(&entries) {
            if let Some(bytes) = read(host, &path, name).await {
                contents.files.insert(name, bytes);
            }
        }
        for link in entries.iter().filter(|entry| entry.kind == EntryKind::Link) {
            if let Some(target) = target(host, &place(&path, &link.name), real.as_deref()).await {
                contents.links.insert(link.name.clone(), target);
            }
        }
        contents.entries = entries;
        walk.take(&contents);
    }
    Ok(walk.finish())
}

/// The path of what has the path `inside` in `folder`, as the user would write it.
pub(crate) fn place(folder: &str, inside: &str) -> String {
    match folder {
        "." => inside.to_owned(),
        folder => format!("{}/{inside}", folder.trim_end_matches(['/', '\\'])),
    }
}

/// What the repository around the folder says of it, where the folder is in one and not its root.
async fn around<H: Host>(host: &H, absolute: &str) -> Around {
    let Some(repository) = git::around(host, absolute).await else {
        return Around::default();
    };
    let prefix = absolute.strip_prefix(&repository.root);
    let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty()) else {
        return Around::default();
    };
    let mut ignore_files = Vec::new();
    let exclude = host.read(&format!("{}/info/exclude", repository.git)).await;
    ignore_files.extend(exclude.ok().map(|bytes| (String::new(), bytes)));
    for start in std::iter::once(0).chain(prefix.match_indices('/').map(|(slash, _)| slash + 1)) {
        let above = &prefix[..start];
        let file = format!("{}{above}.gitignore", repository.root);
        ignore_files.extend(host.read(&file).await.ok().map(|bytes| (above.to_owned(), bytes)));
    }
    Around {
        prefix: format!("{prefix}/"),
        ignore_files,
        index: git::index(host, &repository.git).await,
    }
}

/// A file in `folder` that the walk wants to see. Where `.git` is a file, it says where the repository is.
async fn read<H: Host>(host: &H, folder: &str, name: &str) -> Option<Vec<u8>> {
    let Some(inside) = name.strip_prefix(".git/") else {
        return host.read(&place(folder, name)).await.ok();
    };
    let root = format!("{}/", folder.trim_end_matches(['/', '\\']));
    let git = git::folder(host, &root).await?;
    match inside {
        "index" => git::index(host, &git).await,
        inside => host.read(&format!("{git}/{inside}")).await.ok(),
    }
}

/// Where the link at `path` leads, seen from the walk's folder, whose real path is `real`.
async fn target<H: Host>(host: &H, path: &str, real: Option<&str>) -> Option<Target> {
    let stat = host.stat(path).await.ok()?;
    if stat.is_folder {
        return Some(Target::Folder);
    }
    let file = slashed(host.real_path(path).await).filter(|_| stat.is_file);
    let inside = file.as_deref().zip(real).and_then(|(file, real)| {
        let inside = file.strip_prefix(real.trim_end_matches('/'))?;
        inside.strip_prefix('/')
    });
    Some(inside.map_or(Target::Elsewhere, |inside| Target::Inside(inside.to_owned())))
}

/// A path that the host gave, with `/` between its parts.
fn slashed(path: Result<String, HostError>) -> Option<String> {
    path.ok().map(|path| path.replace('\\', "/"))
}

fn unreadable(folder: &str, error: &HostError) -> InputError {
    InputError::new(Code::Unreadable, folder, error.to_string()).help("--recursive takes a folder")
}
