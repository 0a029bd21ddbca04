//! What is below a folder, for a push of it.

use crate::error::Error;
use crate::host::{Entry, EntryKind, Host};

/// What was found below a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files, by their path below it: with `/`, sorted.
    pub(super) files: Vec<String>,
    /// The links, as the files. They are not followed.
    pub(super) links: Vec<String>,
    /// How many things are neither file, folder nor link.
    pub(super) special: usize,
}

/// All files below `folder`, in folders at any depth. What `wanted` does not want, by its path below the
/// folder, is left out with all that is in it.
///
/// # Errors
/// When a folder cannot be listed.
pub(super) async fn files_below<H: Host>(
    host: &H,
    folder: &str,
    wanted: impl Fn(&str, &Entry) -> bool,
) -> Result<Found, Error> {
    let mut found = Found::default();
    let mut pending = vec![String::new()];
    while let Some(below) = pending.pop() {
        let path = at(folder, &below);
        let entries = host
            .list(&path)
            .await
            .map_err(|error| Error::File { path, error })?;
        for entry in entries {
            let relative = match below.as_str() {
                "" => entry.name.clone(),
                below => format!("{below}/{}", entry.name),
            };
            if !wanted(&relative, &entry) {
                continue;
            }
            match entry.kind {
                EntryKind::Folder => pending.push(relative),
                EntryKind::File => found.files.push(relative),
                EntryKind::Link => found.links.push(relative),
                EntryKind::Other => found.special += 1,
            }
        }
    }
    found.files.sort();
    found.links.sort();
    Ok(found)
}

/// The path of what is `below` a folder.
pub(super) fn at(folder: &str, below: &str) -> String {
    match (below, folder.trim_end_matches('/')) {
        ("", _) => folder.to_owned(),
        (below, "") => format!("/{below}"),
        (below, folder) => format!("{folder}/{below}"),
    }
}
