//! The files that a command line names: by their paths, by a pattern, or by the folder that they are in.

use std::cell::RefCell;

use super::folder::{Found, at, files_below};
use crate::error::Error;
use crate::host::{Entry, EntryKind, Host, HostError};

/// What makes a path a pattern.
const WILD: [char; 3] = ['*', '?', '['];

/// What a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matches {
    /// The files that match it.
    Files,
    /// Folders too.
    FilesAndFolders,
}

/// The paths that an argument names: itself, if something is there, else what it matches as a pattern (`*`, `?`,
/// `[…]`, `**`), for shells that expand none. As in a shell, hidden names match only what begins with a dot itself.
///
/// # Errors
/// When it names nothing.
pub(super) async fn paths<H: Host>(host: &H, argument: &str, matches: Matches) -> Result<Vec<String>, Error> {
    match host.stat(argument).await {
        Ok(_) => Ok(vec![argument.to_owned()]),
        Err(HostError::NotFound) if argument.contains(WILD) => matching(host, argument, matches).await,
        Err(error) => Err(Error::File {
            path: argument.to_owned(),
            error,
        }),
    }
}

/// The paths of the files that `arguments` name, in their order, each once. A folder stands for the files in it
/// whose name ends with one of `in_folders`.
///
/// # Errors
/// When an argument names nothing, or a folder that holds nothing to push.
pub(super) async fn files<H: Host>(
    host: &H,
    arguments: &[String],
    in_folders: &[&str],
) -> Result<Vec<String>, Error> {
    let mut files: Vec<String> = Vec::new();
    for argument in arguments {
        for path in paths(host, argument, Matches::Files).await? {
            let is_folder = host.stat(&path).await.is_ok_and(|stat| stat.is_folder);
            let named = match is_folder {
                true => in_folder(host, &path, in_folders).await?,
                false => vec![path],
            };
            for file in named {
                if !files.contains(&file) {
                    files.push(file);
                }
            }
        }
    }
    Ok(files)
}

/// The packages directly in a folder.
async fn in_folder<H: Host>(host: &H, folder: &str, endings: &[&str]) -> Result<Vec<String>, Error> {
    if endings.is_empty() {
        return Err(Error::Usage {
            message: format!("{folder} is a folder"),
            help: "name the package files, or a pattern such as 'dist/*'".to_owned(),
        });
    }
    let is_package = |_: &str, entry: &Entry| {
        entry.kind != EntryKind::Folder && endings.iter().any(|ending| entry.name.ends_with(ending))
    };
    let found = files_below(host, folder, is_package).await?;
    let files = with_links(host, folder, found, Matches::Files).await;
    if files.is_empty() {
        return Err(Error::Usage {
            message: format!("{folder} holds no {} file", endings.join(" or ")),
            help: "build the package first, or name its files".to_owned(),
        });
    }
    Ok(files.iter().map(|file| at(folder, file)).collect())
}

/// What was found in a folder, and those of the links that lead to what is wanted, sorted: whoever names a package
/// by a link means the package.
async fn with_links<H: Host>(host: &H, folder: &str, found: Found, matches: Matches) -> Vec<String> {
    let mut all = found.files;
    for link in found.links {
        let stat = host.stat(&at(folder, &link)).await;
        if stat.is_ok_and(|stat| stat.is_file || (stat.is_folder && matches == Matches::FilesAndFolders)) {
            all.push(link);
        }
    }
    all.sort();
    all
}

/// What a pattern means.
async fn matching<H: Host>(host: &H, pattern: &str, matches: Matches) -> Result<Vec<String>, Error> {
    // Folders before the first wild one are walked into as they are.
    let wild = pattern.find(WILD).unwrap_or(0);
    let (base, rest) = match pattern[..wild].rfind('/') {
        Some(0) => ("/", &pattern[1..]),
        Some(slash) => (&pattern[..slash], &pattern[slash + 1..]),
        None => (".", pattern),
    };
    let depth = rest.split('/').count();
    let is_deep = rest.contains("**");
    let names_hidden = rest.split('/').any(|part| part.starts_with('.'));
    let folders = RefCell::default();
    let wanted = |relative: &str, entry: &Entry| {
        if entry.name.starts_with('.') && !names_hidden {
            return false;
        }
        let is_match = fast_glob::glob_match(rest, relative);
        if !entry.is_folder() {
            return is_match;
        }
        if is_match && matches == Matches::FilesAndFolders {
            Vec::push(&mut folders.borrow_mut(), relative.to_owned());
            return false;
        }
        is_deep || relative.split('/').count() < depth
    };
    let found = match files_below(host, base, wanted).await {
        Ok(found) => with_links(host, base, found, matches).await,
        Err(Error::File {
            error: HostError::NotFound,
            ..
        }) => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut all = folders.into_inner();
    all.extend(found);
    if all.is_empty() {
        return Err(Error::Usage {
            message: format!("no file matches {pattern}"),
            help: "check the path; it is relative to the current folder".to_owned(),
        });
    }
    all.sort();
    let path = |file: &String| match base {
        "." => file.clone(),
        base => at(base, file),
    };
    Ok(all.iter().map(path).collect())
}
