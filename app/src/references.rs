//! Reading the files that a dependency file refers to.

use std::collections::BTreeSet;

use hc_core::lockfile::{self, Format, Input, ProjectFiles};

use crate::host::Host;
use crate::project::Project;

/// More files than any project refers to.
const MOST_FILES: usize = 1000;

/// More places than any project's files may be at.
const MOST_PLACES: usize = 100 * MOST_FILES;

/// The files that the one at `path` refers to, and those that these refer to, as far as they are the project's.
pub(crate) async fn referred<H: Host>(
    host: &H,
    project: &Project,
    format: &'static Format,
    path: &str,
    references: Vec<String>,
) -> ProjectFiles {
    let mut files = ProjectFiles::default();
    let mut seen = BTreeSet::from([path.to_owned()]);
    let mut pending = references;
    let mut found = 0;
    while let Some(reference) = pending.pop() {
        if found >= MOST_FILES || seen.len() >= MOST_PLACES || !seen.insert(reference.clone()) {
            continue;
        }
        if let Some(folder) = reference.strip_suffix(lockfile::IN_EACH_FOLDER) {
            pending.extend(in_each_folder(host, folder).await);
            continue;
        }
        // What is not there is told by the parser, which knows what it means.
        match project.read(host, &reference).await {
            Ok(None) => {}
            Ok(Some(bytes)) => {
                pending.extend(format.references(Input {
                    path: &reference,
                    bytes: &bytes,
                }));
                files.insert(reference, bytes);
                found += 1;
            }
            Err(refusal) => files.refuse(reference, refusal),
        }
    }
    files
}

/// The places of a POM in each folder that is in `folder`, which ends with a slash, or is empty.
async fn in_each_folder<H: Host>(host: &H, folder: &str) -> Vec<String> {
    let listed = if folder.is_empty() { "." } else { folder };
    let entries = host.list(listed).await.unwrap_or_default();
    let folders = entries.iter().filter(|entry| entry.is_folder());
    folders
        .map(|entry| format!("{folder}{}/pom.xml", entry.name))
        .collect()
}
