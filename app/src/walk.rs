//! Finding the dependency files of a whole folder.

use std::collections::BTreeSet;
use std::rc::Rc;

use hc_core::error::{Code, InputError};
use hc_core::ignore::IgnoreFile;
use hc_core::lockfile;

use crate::host::{Entry, Host, HostError};

/// Folders that hold other people's code, or no code at all.
const SKIPPED: [&str; 12] = [
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "bower_components",
    "vendor",
    "third_party",
    "site-packages",
    "__pycache__",
    ".tox",
    ".nox",
    ".yarn",
];

/// What marks a Python virtual environment.
const VIRTUAL_ENVIRONMENT: &str = "pyvenv.cfg";

/// The rules of an ignore file, for what is below its folder.
struct Rules {
    /// The absolute path of the folder, ending with `/`.
    folder: String,
    file: IgnoreFile,
}

/// A folder still to be looked at.
struct Pending {
    /// As the user would write it.
    path: String,
    /// Absolute, ending with `/`, parts separated by `/`.
    absolute: String,
    /// The rules that hold here, the nearest last.
    rules: Vec<Rc<Rules>>,
}

/// The dependency files in `folder` and below it, sorted by path. `.gitignore` files are honoured, links
/// to folders are not followed, and installed packages, virtual
/// environments, vendored trees and manifests whose lockfile stands beside them are left out.
///
/// # Errors
/// When a folder cannot be listed: what is not seen cannot be audited.
pub(crate) async fn dependency_files<H: Host>(host: &H, folder: &str) -> Result<Vec<String>, InputError> {
    let mut absolute = host
        .absolute(folder)
        .map_err(|error| unreadable(folder, &error))?
        .replace('\\', "/");
    if !absolute.ends_with('/') {
        absolute.push('/');
    }
    let rules = rules_above(host, &absolute).await;
    let mut pending = vec![Pending {
        path: folder.to_owned(),
        absolute,
        rules,
    }];
    let mut found = Vec::new();
    while let Some(Pending {
        path,
        absolute,
        mut rules,
    }) = pending.pop()
    {
        let entries = host
            .list(&path)
            .await
            .map_err(|error| unreadable(&path, &error))?;
        if entries.iter().any(|entry| entry.name == VIRTUAL_ENVIRONMENT) {
            continue;
        }
        let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        let is_settled = |name: &str| {
            lockfile::lockfile_names(name)
                .iter()
                .any(|lock| names.contains(lock))
        };
        rules.extend(rules_in(host, &path, &absolute, &entries).await);
        for entry in &entries {
            let (name, is_folder) = (&entry.name, entry.is_folder());
            let inside = format!("{absolute}{name}");
            if is_ignored(&rules, &inside, is_folder) || (is_folder && SKIPPED.contains(&name.as_str())) {
                continue;
            }
            let path = join(&path, name);
            if is_folder {
                pending.push(Pending {
                    path,
                    absolute: format!("{inside}/"),
                    rules: rules.clone(),
                });
            } else if lockfile::FORMATS.iter().any(|format| format.has_name(name)) && !is_settled(name) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "." => name.to_owned(),
        folder => format!("{}/{name}", folder.trim_end_matches(['/', '\\'])),
    }
}

/// The rules of the folders above, as far as the repository goes.
async fn rules_above<H: Host>(host: &H, absolute: &str) -> Vec<Rc<Rules>> {
    let mut above = Vec::new();
    let mut folder = absolute;
    while let Ok(entries) = host.list(folder).await {
        if folder != absolute {
            above.extend(rules_in(host, folder, folder, &entries).await);
        }
        let is_repository = entries.iter().any(|entry| entry.name == ".git");
        let parent = folder
            .trim_end_matches('/')
            .rfind('/')
            .map(|slash| &folder[..=slash]);
        match parent.filter(|_| !is_repository) {
            Some(parent) => folder = parent,
            // Without a repository around it, the folder stands for itself.
            None => {
                if !is_repository {
                    above.clear();
                }
                break;
            }
        }
    }
    above.reverse();
    above
}

/// The rules in a folder, if its `entries` have any.
async fn rules_in<H: Host>(host: &H, path: &str, absolute: &str, entries: &[Entry]) -> Option<Rc<Rules>> {
    entries
        .iter()
        .find(|entry| entry.name == ".gitignore" && !entry.is_folder())?;
    let bytes = host.read(&join(path, ".gitignore")).await.ok()?;
    Some(Rc::new(Rules {
        folder: absolute.to_owned(),
        file: IgnoreFile::parse(&bytes),
    }))
}

/// The nearest rules that say something decide.
fn is_ignored(rules: &[Rc<Rules>], absolute: &str, is_folder: bool) -> bool {
    let decision = rules.iter().rev().find_map(|rules| {
        let path = absolute.strip_prefix(&rules.folder)?;
        rules.file.ignores(path, is_folder)
    });
    decision.unwrap_or(false)
}

fn unreadable(folder: &str, error: &HostError) -> InputError {
    InputError::new(Code::Unreadable, folder, error.to_string()).help("--recursive takes a folder")
}
