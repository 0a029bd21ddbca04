//! Reading a dependency file and the files that it refers to.

use std::collections::BTreeSet;

use hc_core::error::{Code, InputError};
use hc_core::lockfile::{self, Input, Lockfile, ProjectFiles};

use crate::host::{Host, HostError};

/// More files than any project refers to.
const MOST_FILES: usize = 1000;

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
    while let Some(reference) = pending.pop() {
        if seen.len() > MOST_FILES || !seen.insert(reference.clone()) {
            continue;
        }
        // What is not there is told by the parser, which knows what it means.
        if let Ok(bytes) = host.read(&reference).await {
            pending.extend(format.references(Input {
                path: &reference,
                bytes: &bytes,
            }));
            project.insert(reference, bytes);
        }
    }
    lockfile::parse(format, input, &project)
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
