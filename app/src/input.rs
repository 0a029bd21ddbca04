//! Reading a dependency file and the files that it refers to.

use std::collections::BTreeSet;

use hc_core::error::{Code, InputError};
use hc_core::lockfile::{self, Input, Lockfile, ProjectFiles};

use crate::host::{Host, HostError};
use crate::walk;

/// More files than any project refers to.
const MOST_FILES: usize = 1000;

/// More places than any project's files may be at.
const MOST_PLACES: usize = 100 * MOST_FILES;

/// The files that were named, and those in the folders that were named, each once.
///
/// # Errors
/// When a folder cannot be walked, or no dependency file is in any of them.
pub(crate) async fn files<H: Host>(
    host: &H,
    named: &[String],
    folders: &[String],
) -> Result<Vec<String>, InputError> {
    let mut files = named.to_vec();
    for folder in folders {
        files.extend(walk::dependency_files(host, folder).await?);
    }
    if files.is_empty() {
        return Err(InputError::new(
            Code::Empty,
            folders.join(", "),
            "no dependency file is in this folder",
        )
        .help("`hc deps --help` and the README name the files that are read"));
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

/// Reads the file at `path`, whatever its format.
///
/// # Errors
/// When it cannot be opened, is of no known format, or is not what its format says.
pub(crate) async fn read<H: Host>(host: &H, path: &str) -> Result<Lockfile, InputError> {
    let bytes = bytes(host, path).await?;
    let input = Input { path, bytes: &bytes };
    let format = lockfile::detect(input)?;
    let mut project = ProjectFiles::default();
    let mut seen = BTreeSet::from([path.to_owned()]);
    let mut pending = format.references(input);
    let mut found = 0;
    while let Some(reference) = pending.pop() {
        if found >= MOST_FILES || seen.len() >= MOST_PLACES || !seen.insert(reference.clone()) {
            continue;
        }
        if let Some(folder) = reference.strip_suffix(IN_EACH_FOLDER) {
            pending.extend(in_each_folder(host, folder).await);
            continue;
        }
        // What is not there is told by the parser, which knows what it means.
        if let Ok(bytes) = host.read(&reference).await {
            pending.extend(format.references(Input {
                path: &reference,
                bytes: &bytes,
            }));
            project.insert(reference, bytes);
            found += 1;
        }
    }
    lockfile::parse(format, input, &project)
}

/// How a reference ends that stands for a POM in each folder.
const IN_EACH_FOLDER: &str = "*/pom.xml";

/// The places of a POM in each folder that is in `folder`, which ends with a slash, or is empty.
async fn in_each_folder<H: Host>(host: &H, folder: &str) -> Vec<String> {
    let listed = if folder.is_empty() { "." } else { folder };
    let entries = host.list(listed).await.unwrap_or_default();
    let folders = entries.iter().filter(|entry| entry.is_folder());
    folders
        .map(|entry| format!("{folder}{}/pom.xml", entry.name))
        .collect()
}

/// A lockfile that stands beside the manifest at `path`: it says exactly what the manifest leaves open.
pub(crate) async fn better_file<H: Host>(host: &H, path: &str) -> Option<String> {
    for lockfile in lockfile::lockfiles_beside(path) {
        if host.read(&lockfile).await.is_ok() {
            return Some(lockfile);
        }
    }
    None
}

/// All bytes of a file that the user named.
pub(crate) async fn bytes<H: Host>(host: &H, path: &str) -> Result<Vec<u8>, InputError> {
    host.read(path).await.map_err(|error| {
        let help = match error {
            HostError::NotFound => "check the path; it is relative to the current folder",
            HostError::IsFolder => "name the file in it",
            HostError::PermissionDenied => "check who may read it",
            _ => "",
        };
        let error = InputError::new(Code::Unreadable, path, error.to_string());
        if help.is_empty() { error } else { error.help(help) }
    })
}
