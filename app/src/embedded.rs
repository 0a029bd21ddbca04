//! Setting up the embedded firewall: which advisories, and which policy for which file.

use std::collections::{BTreeMap, BTreeSet};

use hc_core::audit::{Embedded, no_advisories};
use hc_core::coverage::BUILT_IN;
use hc_core::firewall::{Advisories, Folder, POLICY_FILE, Policy, STARTER_SET, nearest_policy, policy_path};

use crate::args::EmbeddedFirewall;
use crate::console::Console;
use crate::error::Error;
use crate::host::{Entry, EntryKind, Host, HostError};
use crate::input;

/// How many files that were passed over are named at most.
const MOST_NAMED: usize = 3;

/// The embedded firewall with the advisories that the arguments name, and the built-in policy. Says what was passed
/// over among the advisories.
pub(crate) async fn set_up<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    args: &EmbeddedFirewall,
) -> Result<Embedded, Error> {
    let mut advisories = if args.no_starter {
        Advisories::default()
    } else {
        Advisories::starter()
    };
    for path in &args.advisories {
        let passed_over = load(host, path, &mut advisories).await?;
        if let Some(note) = passed_over_note(path, &passed_over) {
            console.note(&note);
        }
    }
    if !args.advisories.is_empty() && advisories.source_names().all(|name| name == STARTER_SET) {
        return Err(no_advisories(&args.advisories.join(", ")).into());
    }
    let mut firewall = Embedded::new(advisories);
    firewall.set_now(host.now());
    Ok(firewall)
}

/// The policies of the files that are judged: the one that was named for all, or each file's nearest.
pub(crate) struct Policies<'h, H> {
    host: &'h H,
    console: &'h Console<'h, H>,
    /// `--policy`
    named: Option<&'h str>,
    /// Absolute paths of the folders from which somebody looks: those that are walked, and the current one.
    starts: Vec<String>,
    /// What was read, by the path as reports name it, and by the absolute one.
    read: BTreeMap<String, (String, Policy)>,
    /// What is known of folders, by absolute path.
    folders: BTreeMap<String, Folder>,
}

impl<'h, H: Host> Policies<'h, H> {
    pub(crate) fn new(
        host: &'h H,
        console: &'h Console<'h, H>,
        named: Option<&'h str>,
        walked: &[String],
    ) -> Self {
        let walked = walked.iter().map(String::as_str);
        let starts = std::iter::once(".")
            .chain(walked)
            .filter_map(|folder| absolute(host, folder))
            .collect();
        Self {
            host,
            console,
            named,
            starts,
            read: BTreeMap::new(),
            folders: BTreeMap::new(),
        }
    }

    /// Puts the policy in force that judges `file`.
    ///
    /// # Errors
    /// When it cannot be read, or is none.
    pub(crate) async fn apply(&mut self, file: &str, firewall: &mut Embedded) -> Result<(), Error> {
        let path = match self.named {
            Some(BUILT_IN) => None,
            Some(path) => Some(path.to_owned()),
            None => self.nearest(file).await,
        };
        let Some(path) = path else {
            firewall.reset_policy();
            return Ok(());
        };
        // One file has one name in a report, by whatever way it was found.
        let key = absolute(self.host, &path).unwrap_or_else(|| path.clone());
        if !self.read.contains_key(&key) {
            let bytes = input::bytes(self.host, &path).await?;
            let policy = Policy::parse(&path, &bytes)?;
            if self.named.is_none() {
                tell(self.console, &path, &policy);
            }
            self.read.insert(key.clone(), (path, policy));
        }
        if let Some((path, policy)) = self.read.get(&key) {
            firewall.set_policy(policy.clone(), path);
        }
        Ok(())
    }

    /// The nearest policy beside or above a file.
    async fn nearest(&mut self, file: &str) -> Option<String> {
        let absolute = absolute(self.host, file)?;
        let mut folders = Vec::new();
        let mut rest = absolute.as_str();
        while let Some((folder, _)) = rest.rsplit_once('/') {
            folders.push(self.look_at(folder).await);
            rest = folder;
        }
        nearest_policy(&folders).map(|above| policy_path(file, above))
    }

    /// What is known of a folder.
    async fn look_at(&mut self, path: &str) -> Folder {
        if let Some(known) = self.folders.get(path) {
            return *known;
        }
        let is_there = async |name: &str| {
            // What is there but cannot be read is not passed over: reading it again says why.
            !matches!(
                self.host.stat(&format!("{path}/{name}")).await,
                Err(HostError::NotFound | HostError::IsFile)
            )
        };
        let folder = Folder {
            has_policy: is_there(POLICY_FILE).await,
            is_repository: is_there(".git").await,
            is_start: self.starts.iter().any(|start| start == path),
        };
        self.folders.insert(path.to_owned(), folder);
        folder
    }
}

/// Says which policy was found, and what it lets pass: whoever wrote the audited files may have written it.
fn tell<H: Host>(console: &Console<'_, H>, path: &str, policy: &Policy) {
    let loosens = policy.loosens();
    if loosens.is_empty() {
        console.note(&format!("the policy is {path}"));
    } else {
        console.note(&format!(
            "the policy is {path}, which loosens the built-in one: {}; --policy built-in overrules it",
            loosens.join(", ")
        ));
    }
}

/// The absolute path with `/` between its parts, and none at its end.
fn absolute<H: Host>(host: &H, path: &str) -> Option<String> {
    let absolute = host.absolute(path).ok()?.replace('\\', "/");
    Some(absolute.trim_end_matches('/').to_owned())
}

/// Says which files in a folder of advisories were not read.
fn passed_over_note(folder: &str, files: &[String]) -> Option<String> {
    let (first, rest) = files.split_at(files.len().min(MOST_NAMED));
    let more = match rest.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!first.is_empty()).then(|| {
        format!(
            "not read among the advisories in {folder}: {}{more}; advisories end in .json, .jsonl or .zip",
            first.join(", ")
        )
    })
}

/// Reads advisories from a file, or from all files in a folder and those below it, links to folders included. Gives
/// the files that were passed over.
async fn load<H: Host>(host: &H, named: &str, advisories: &mut Advisories) -> Result<Vec<String>, Error> {
    let mut pending = vec![named.to_owned()];
    let mut passed_over = Vec::new();
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
                    } else {
                        passed_over.push(path);
                    }
                }
            }
            Err(_) => {
                let bytes = input::bytes(host, &path).await?;
                advisories.load_of(Advisories::source_of(named, &path), &path, &bytes)?;
            }
        }
    }
    passed_over.sort();
    Ok(passed_over)
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
