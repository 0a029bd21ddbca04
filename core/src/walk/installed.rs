//! Folders that hold installed packages, or what a tool keeps for itself: by their names where no project is kept
//! under such a name, else by what only the tool would put there.

use super::{Entry, EntryKind, Reason};

/// What marks a Python virtual environment, beside the folder of its programs.
pub(super) const VIRTUAL_ENVIRONMENT: &str = "pyvenv.cfg";

/// Why a folder of this name is passed over, whatever is in it.
pub(super) fn by_name(name: &str) -> Option<Reason> {
    match name {
        "node_modules" | "bower_components" => Some(Reason::InstalledPackages),
        ".hg" | ".svn" => Some(Reason::ToolFolder),
        _ => None,
    }
}

/// Why a folder of this name with these entries is passed over. `environment` is what its [`VIRTUAL_ENVIRONMENT`]
/// holds.
pub(super) fn by_content(name: &str, entries: &[Entry], environment: Option<&[u8]>) -> Option<Reason> {
    let has = |kind: EntryKind, wanted: &str| {
        entries
            .iter()
            .any(|entry| entry.kind == kind && entry.name == wanted)
    };
    let folder = |wanted: &str| has(EntryKind::Folder, wanted);
    let file = |wanted: &str| has(EntryKind::File, wanted);
    let is_environment = environment.is_some_and(names_its_home) && (folder("bin") || folder("Scripts"));
    if is_environment {
        return Some(Reason::VirtualEnvironment);
    }
    let is_installation = match name {
        "site-packages" | "dist-packages" => entries.iter().any(|entry| {
            entry.is_folder() && (entry.name.ends_with(".dist-info") || entry.name.ends_with(".egg-info"))
        }),
        // Go's, Composer's, Bundler's.
        "vendor" | "third_party" => {
            file("modules.txt") || (file("autoload.php") && folder("composer")) || file("installed.json")
        }
        "bundle" => folder("ruby"),
        _ => false,
    };
    if is_installation {
        return Some(Reason::InstalledPackages);
    }
    let is_yarns = name == ".yarn"
        && (["cache", "releases", "plugins", "sdks", "unplugged"]
            .into_iter()
            .any(folder)
            || file("install-state.gz"));
    is_yarns.then_some(Reason::ToolFolder)
}

/// Whether a `pyvenv.cfg` names the interpreter that the environment is made from, as each that works does.
fn names_its_home(config: &[u8]) -> bool {
    let text = String::from_utf8_lossy(config);
    text.lines().any(|line| {
        line.split_once('=')
            .is_some_and(|(key, value)| key.trim() == "home" && !value.trim().is_empty())
    })
}
