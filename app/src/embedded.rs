//! Setting up the embedded firewall: which policy, which advisories.

use std::collections::BTreeSet;

use hc_core::audit::Embedded;
use hc_core::firewall::{Advisories, Policy};
use hc_core::lockfile;

use crate::args::EmbeddedFirewall;
use crate::console::Console;
use crate::error::Error;
use crate::host::{Entry, EntryKind, Host, HostError};
use crate::input;

/// The policy that a project keeps with its code.
const POLICY_FILE: &str = "hc-firewall.toml";

/// The embedded firewall as the arguments and the project's files want it, for auditing `files`.
pub(crate) async fn set_up<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    args: &EmbeddedFirewall,
    files: &[String],
) -> Result<Embedded, Error> {
    let mut firewall = Embedded::default();
    firewall.set_now(host.now());
    if let Some(path) = policy_path(host, console, args, files).await? {
        let bytes = input::bytes(host, &path).await?;
        firewall.set_policy(Policy::parse(&path, &bytes)?, &path);
    }
    if !args.advisories.is_empty() {
        let mut advisories = Advisories::default();
        for path in &args.advisories {
            load(host, path, &mut advisories).await?;
        }
        firewall.set_advisories(advisories, &args.advisories.join(", "))?;
    }
    Ok(firewall)
}

/// The policy file that is asked for, or found beside the audited files or above them.
async fn policy_path<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    args: &EmbeddedFirewall,
    files: &[String],
) -> Result<Option<String>, Error> {
    if let Some(path) = &args.policy {
        return Ok(Some(path.clone()));
    }
    let mut found: Option<(String, Option<String>)> = None;
    // Files in one folder have the same policy: the folders above are looked through once for all of them.
    let mut folders = BTreeSet::new();
    for file in files
        .iter()
        .filter(|file| folders.insert(lockfile::beside(file, POLICY_FILE)))
    {
        let nearest = nearest_policy(host, file).await;
        match &found {
            Some((other, policy)) if !same_file(host, policy.as_deref(), nearest.as_deref()) => {
                return Err(Error::Usage {
                    message: format!("{other} and {file} have different {POLICY_FILE} files"),
                    help: "choose one with --policy, or audit the files one by one".to_owned(),
                });
            }
            Some(_) => {}
            None => found = Some((file.clone(), nearest)),
        }
    }
    let policy = found.and_then(|(_, policy)| policy);
    if let Some(path) = &policy {
        console.note(&format!("the policy is {path}"));
    }
    Ok(policy)
}

fn same_file<H: Host>(host: &H, one: Option<&str>, other: Option<&str>) -> bool {
    let absolute =
        |path: Option<&str>| path.map(|path| host.absolute(path).unwrap_or_else(|_| path.to_owned()));
    absolute(one) == absolute(other)
}

async fn nearest_policy<H: Host>(host: &H, file: &str) -> Option<String> {
    let depth = host
        .absolute(file)
        .map_or(0, |path| path.matches(['/', '\\']).count());
    let mut relative = POLICY_FILE.to_owned();
    for _ in 0..depth.max(1) {
        let path = lockfile::beside(file, &relative);
        // A policy that is there but cannot be read is not passed over: reading it again says why.
        match host.read(&path).await {
            Err(HostError::NotFound | HostError::IsFile) => relative = format!("../{relative}"),
            Ok(_) | Err(_) => return Some(path),
        }
    }
    None
}

/// Reads advisories from a file, or from all files in a folder and those below it, links to folders included.
async fn load<H: Host>(host: &H, path: &str, advisories: &mut Advisories) -> Result<(), Error> {
    let mut pending = vec![path.to_owned()];
    // Where folders really lie, as links may lead back to one.
    let mut listed = BTreeSet::new();
    while let Some(path) = pending.pop() {
        match host.list(&path).await {
            Ok(mut entries) => {
                let real = host.real_path(&path).await;
                if !listed.insert(real.unwrap_or_else(|_| path.clone())) {
                    continue;
                }
                entries.sort_by(|a, b| b.name.cmp(&a.name));
                let folder = path.trim_end_matches(['/', '\\']);
                for entry in entries {
                    let path = format!("{folder}/{}", entry.name);
                    if Advisories::takes(&entry.name) || leads_to_folder(host, &entry, &path).await {
                        pending.push(path);
                    }
                }
            }
            Err(_) => {
                let bytes = input::bytes(host, &path).await?;
                advisories.load(&path, &bytes)?;
            }
        }
    }
    Ok(())
}

/// Whether a name in a folder is one of a folder. A link that leads nowhere counts, so that reading it says so:
/// nobody knows what it was to bring in.
async fn leads_to_folder<H: Host>(host: &H, entry: &Entry, path: &str) -> bool {
    match entry.kind {
        EntryKind::Folder => true,
        EntryKind::Link => host.stat(path).await.map_or(true, |stat| stat.is_folder),
        EntryKind::File | EntryKind::Other => false,
    }
}
