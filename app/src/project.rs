//! The project that a file belongs to: what else it may refer to.

use hc_core::lockfile::{Format, Refusal};

use crate::git;
use crate::host::{Host, HostError};

/// The largest file that another one may refer to, in bytes.
const LARGEST: u64 = 16 << 20;

/// How far above a file the root of its build is looked for.
const MOST_LEVELS: usize = 16;

/// What marks the root of a Gradle build.
const SETTINGS: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];

/// The folder that a project's files lie in, by its real path, without a `/` at its end; none where it cannot be
/// found out.
#[derive(Debug)]
pub(crate) struct Project(Option<String>);

impl Project {
    /// The project of the file at `path`: the folder that the user says it is, else the repository's, else the folder
    /// that was `walked`, else the root of its build where that can be seen, else the file's own folder.
    pub(crate) async fn of<H: Host>(
        host: &H,
        path: &str,
        format: &Format,
        said: Option<&str>,
        walked: Option<&str>,
    ) -> Self {
        let root = match said {
            Some(said) => Some(said.to_owned()),
            None => root(host, path, format, walked).await,
        };
        let real = match root {
            Some(root) => slashed(host.real_path(&root).await),
            None => None,
        };
        Self(real.map(|real| real.trim_end_matches('/').to_owned()))
    }

    /// The bytes of the file at `path`, to which another one refers; nothing if it is not there.
    ///
    /// # Errors
    /// When it is there and none of the project's files, or cannot be read.
    pub(crate) async fn read<H: Host>(&self, host: &H, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(real) = slashed(host.real_path(path).await) else {
            return Ok(None);
        };
        let is_inside = self.0.as_ref().is_some_and(|root| {
            real.strip_prefix(root.as_str())
                .is_some_and(|inside| inside.starts_with('/'))
        });
        if !is_inside {
            return Err(Refusal::Outside);
        }
        let stat = host.stat(&real).await.map_err(|_| Refusal::Unreadable)?;
        if !stat.is_file {
            return Err(Refusal::NotAFile);
        }
        if stat.size > LARGEST {
            return Err(Refusal::TooLarge);
        }
        host.read(&real).await.map(Some).map_err(|_| Refusal::Unreadable)
    }
}

async fn root<H: Host>(host: &H, path: &str, format: &Format, walked: Option<&str>) -> Option<String> {
    let absolute = slashed(host.absolute(path))?;
    if let Some(repository) = git::around(host, &absolute).await {
        return Some(repository.root);
    }
    if let Some(folder) = walked {
        return Some(folder.to_owned());
    }
    let own = above(&absolute)?;
    let build = match format.name {
        "build.gradle" | "build.gradle.kts" => nearest(host, own, &SETTINGS).await,
        "pom.xml" => outermost(host, own).await,
        _ => None,
    };
    Some(build.unwrap_or(own).to_owned())
}

/// The nearest folder, from `folder` on, that has a file of these names.
async fn nearest<'p, H: Host>(host: &H, folder: &'p str, names: &[&str]) -> Option<&'p str> {
    let mut folder = Some(folder);
    for _ in 0..MOST_LEVELS {
        let here = folder?;
        for name in names {
            if is_file(host, here, name).await {
                return Some(here);
            }
        }
        folder = above(here);
    }
    None
}

/// The outermost folder with a POM: each has one in the folder above it, or in the one above that.
async fn outermost<'p, H: Host>(host: &H, folder: &'p str) -> Option<&'p str> {
    let mut root = folder;
    for _ in 0..MOST_LEVELS {
        let Some(first) = above(root) else { break };
        let second = above(first);
        root = match second {
            _ if is_file(host, first, "pom.xml").await => first,
            Some(second) if is_file(host, second, "pom.xml").await => second,
            _ => return Some(root),
        };
    }
    Some(root)
}

async fn is_file<H: Host>(host: &H, folder: &str, name: &str) -> bool {
    let stat = host.stat(&format!("{folder}/{name}")).await;
    stat.is_ok_and(|stat| stat.is_file)
}

/// The folder that an absolute path is in; none above the topmost.
fn above(path: &str) -> Option<&str> {
    let (folder, _) = path.rsplit_once('/')?;
    (!folder.is_empty()).then_some(folder)
}

fn slashed(path: Result<String, HostError>) -> Option<String> {
    path.ok().map(|path| path.replace('\\', "/"))
}
