//! Go modules: which files of a folder make one, and whether a zip is one.
//!
//! Source of the rules: the Go modules reference. The module's zip is checked as the go command does before it
//! unpacks one (`golang.org/x/mod/zip`, `CheckZip`).

mod files;
mod go_mod;
mod module;
mod version;

pub use files::{File, MAX_ZIP, choose, is_version_control};
pub use go_mod::{GoMod, MAX_GO_MOD};
pub use module::{Module, ModuleError, ModulePath};
pub use version::Version;

use super::error::PackageError;
use super::source::Source;
use super::zip::Zip;

/// Checks that a zip holds a module as the go command takes it, and gives its `go.mod`, which modules older than
/// such files have not.
///
/// # Errors
/// When it is no zip, is damaged, or breaks a rule of module zips.
pub fn read(source: &dyn Source, module: &Module) -> Result<Option<Vec<u8>>, PackageError> {
    if source.size() > MAX_ZIP {
        return Err(PackageError::TooLarge {
            reason: format!(
                "it has {} bytes; a module's zip has at most {MAX_ZIP}",
                source.size()
            ),
        });
    }
    let zip = Zip::open(source)?;
    let prefix = module.prefix();
    let mut checker = files::Checker::default();
    for entry in &zip.entries {
        // The folder of the module itself has no slash at its end any more.
        if entry.is_folder && prefix.starts_with(&format!("{}/", entry.path)) {
            continue;
        }
        let path = entry
            .path
            .strip_prefix(&prefix)
            .ok_or_else(|| PackageError::content(&entry.path, format!("it is not in the folder {prefix}")))?;
        if !entry.is_folder {
            checker.file(path, entry.size)?;
        }
    }
    let go_mod = zip.entry(&format!("{prefix}go.mod"));
    go_mod.map(|entry| zip.read(entry, MAX_GO_MOD)).transpose()
}
