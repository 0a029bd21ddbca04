//! Real files that are not part of the project: the folder `shared` beside it, or `HC_SHARED`.

use std::path::{Path, PathBuf};

/// The folder `shared/lockfiles`; without it, says that the test is skipped.
pub(crate) fn lockfiles() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("HC_SHARED")
        .map_or(beside, PathBuf::from)
        .join("lockfiles");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no folder {}", folder.display());
    None
}
