//! The files that a command line names: by their paths, by a pattern, or by the folder that they are in.

use crate::command::artifact::push::folder::{at, files_below};
use crate::error::Error;
use crate::host::{Entry, EntryKind, Host, HostError};

/// What makes a path a pattern.
const WILD: [char; 3] = ['*', '?', '['];

/// The paths of the files that `arguments` name, in their order, each once. An argument that is no file is a
/// pattern (`*`, `?`, `[…]`, `**`), for shells that expand none; a folder stands for the files in it whose name
/// ends with one of `in_folders`.
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
        let named = match host.stat(argument).await {
            Ok(stat) if stat.is_folder => in_folder(host, argument, in_folders).await?,
            Ok(_) => vec![argument.clone()],
            Err(HostError::NotFound) if argument.contains(WILD) => matching(host, argument).await?,
            Err(error) => {
                return Err(Error::File {
                    path: argument.clone(),
                    error,
                });
            }
        };
        for file in named {
            if !files.contains(&file) {
                files.push(file);
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
    if found.files.is_empty() {
        return Err(Error::Usage {
            message: format!("{folder} holds no {} file", endings.join(" or ")),
            help: "build the package first, or name its files".to_owned(),
        });
    }
    Ok(found.files.iter().map(|file| at(folder, file)).collect())
}

/// The files that a pattern means.
async fn matching<H: Host>(host: &H, pattern: &str) -> Result<Vec<String>, Error> {
    // Folders before the first wild one are walked into as they are.
    let wild = pattern.find(WILD).unwrap_or(0);
    let (base, rest) = match pattern[..wild].rfind('/') {
        Some(0) => ("/", &pattern[1..]),
        Some(slash) => (&pattern[..slash], &pattern[slash + 1..]),
        None => (".", pattern),
    };
    let depth = rest.split('/').count();
    let is_deep = rest.contains("**");
    let wanted = |relative: &str, entry: &Entry| match entry.kind {
        EntryKind::Folder => is_deep || relative.split('/').count() < depth,
        _ => fast_glob::glob_match(rest, relative),
    };
    let found = match files_below(host, base, wanted).await {
        Ok(found) => found.files,
        Err(Error::File {
            error: HostError::NotFound,
            ..
        }) => Vec::new(),
        Err(error) => return Err(error),
    };
    if found.is_empty() {
        return Err(Error::Usage {
            message: format!("no file matches {pattern}"),
            help: "check the path; it is relative to the current folder".to_owned(),
        });
    }
    let path = |file: &String| match base {
        "." => file.clone(),
        base => at(base, file),
    };
    Ok(found.iter().map(path).collect())
}
