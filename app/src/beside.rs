//! Holding a lockfile that was named by itself against the manifest beside it. A walk sees both without this.

use hc_core::lockfile::{self, Input, Lockfile, Warning};
use hc_core::walk::{self as rules, File, Ties};

use crate::host::Host;
use crate::project::Project;
use crate::references::referred;

/// More members than any project has.
const MOST_MEMBERS: usize = 1000;

/// What the lockfile lacks that the manifests beside it ask for. What cannot be read asks for nothing.
pub(crate) async fn gaps<H: Host>(
    host: &H,
    said_root: Option<&str>,
    input: Input<'_>,
    lockfile: &Lockfile,
) -> Vec<Warning> {
    let mut gaps = Vec::new();
    let format = lockfile.format;
    let ties = Ties::of(format, input);
    let lock = File {
        path: input.path,
        lockfile,
        ties: &ties,
    };
    for path in lockfile::manifests_beside(format, input.path) {
        let Some(of_manifest) = lockfile::format_of(&path) else {
            continue;
        };
        let project = Project::of(host, input.path, of_manifest, said_root, None).await;
        let Ok(Some(bytes)) = project.read(host, &path).await else {
            continue;
        };
        let input = Input {
            path: &path,
            bytes: &bytes,
        };
        let references = of_manifest.references(input);
        let files = referred(host, &project, of_manifest, &path, references).await;
        let Ok(asked) = lockfile::parse(of_manifest, input, &files) else {
            continue;
        };
        let of_asked = Ties::of(of_manifest, input);
        let manifest = File {
            path: &path,
            lockfile: &asked,
            ties: &of_asked,
        };
        // Which names are those of members is only looked into where something seems to be lacking.
        if rules::lacking(&lock, &manifest, &[]).is_none() {
            continue;
        }
        let folders = ties.members().chain(of_asked.members());
        let members = members(host, &project, folders, lockfile::file_name(&path)).await;
        if let Some(gap) = rules::lacking(&lock, &manifest, &members) {
            gaps.push(gap.warning(str::to_owned));
        }
    }
    gaps
}

/// What the manifests in these folders say; a folder may be a pattern that ends with `/*`.
async fn members<H: Host>(
    host: &H,
    project: &Project,
    folders: impl Iterator<Item = &str>,
    manifest: &str,
) -> Vec<Ties> {
    let mut places = Vec::new();
    for folder in folders {
        match folder.strip_suffix("/*") {
            Some(above) => {
                let entries = host.list(above).await.unwrap_or_default();
                let inside = entries.iter().filter(|entry| entry.is_folder());
                places.extend(inside.map(|entry| format!("{above}/{}", entry.name)));
            }
            None => places.push(folder.to_owned()),
        }
    }
    let mut members = Vec::new();
    for place in places.iter().take(MOST_MEMBERS) {
        let path = format!("{place}/{manifest}");
        let format = lockfile::format_of(&path);
        if let (Some(format), Ok(Some(bytes))) = (format, project.read(host, &path).await) {
            let input = Input {
                path: &path,
                bytes: &bytes,
            };
            members.push(Ties::of(format, input));
        }
    }
    members
}
