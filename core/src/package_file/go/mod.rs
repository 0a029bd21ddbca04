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
pub use module::{Module, ModuleError, ModulePath, escape};
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
        let path = if entry.is_folder {
            format!("{}/", entry.path)
        } else {
            entry.path.clone()
        };
        let outside = || PackageError::content(&entry.path, format!("it is not in the folder {prefix}"));
        let path = path.strip_prefix(&prefix).ok_or_else(outside)?;
        match path.strip_suffix('/') {
            Some(folder) => checker.folder(folder)?,
            // The module's own folder.
            None if path.is_empty() => {}
            None => checker.file(path, entry.size)?,
        }
    }
    zip.verify()?;
    let go_mod = zip.entry(&format!("{prefix}go.mod"));
    go_mod.map(|entry| zip.read(entry, MAX_GO_MOD)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample;

    const PREFIX: &str = "go.example/a/v2@v2.0.0/";

    fn read_zip(entries: &[(&str, &[u8])]) -> Result<Option<Vec<u8>>, PackageError> {
        let path = ModulePath::parse("go.example/a/v2").unwrap();
        let module = Module::new(path, Version::parse("v2.0.0").unwrap()).unwrap();
        let bytes = sample::zip(entries);
        read(&&*bytes, &module)
    }

    #[test]
    fn a_zip_is_held_against_the_rules() {
        let go_mod: &[u8] = b"module go.example/a/v2\n";
        let within = |path: &str| format!("{PREFIX}{path}");
        let root = within("go.mod");
        assert_eq!(
            read_zip(&[(&within("a.go"), b"package a"), (&root, go_mod)]).unwrap(),
            Some(go_mod.to_vec())
        );
        assert_eq!(read_zip(&[(&within("a.go"), b"package a")]).unwrap(), None);
        for bad in [
            "a.go",
            "go.example/a/v2@v2.0.1/a.go",
            &within("sub/go.mod"),
            &within("Go.mod"),
            &within("GO.MOD"),
            &within("a:b.go"),
            &within("../a.go"),
            &within("sub//a.go"),
        ] {
            let result = read_zip(&[(bad, b""), (&root, go_mod)]);
            assert!(result.is_err(), "{bad}");
        }
        let collision = read_zip(&[(&within("a/x.go"), b""), (&within("A/y.go"), b"")]);
        assert!(collision.is_err());
        let path = ModulePath::parse("go.example/a/v2").unwrap();
        let module = Module::new(path, Version::parse("v2.0.0").unwrap()).unwrap();
        assert!(read(&&b"no zip"[..], &module).is_err());
    }

    #[test]
    fn whatever_the_bytes_a_reader_comes_back() {
        let path = ModulePath::parse("go.example/a/v2").unwrap();
        let module = Module::new(path, Version::parse("v2.0.0").unwrap()).unwrap();
        let inside = [format!("{PREFIX}go.mod"), format!("{PREFIX}sub/a.go")];
        let good = sample::zip(&[
            (&inside[0], b"module go.example/a/v2\n"),
            (&inside[1], b"package a\n"),
        ]);
        sample::survives(&good, |source| {
            let _ = read(source, &module);
            let mut bytes = vec![0; 100];
            let count = source.read_at(0, &mut bytes).unwrap();
            let _ = GoMod::parse(&bytes[..count]);
        });
    }

    proptest::proptest! {
        #[test]
        fn what_is_a_path_or_a_version_can_be_escaped_and_back(path in "[a-z]{1,3}\\.[A-Za-z!./~v0-9_-]{1,12}", version in "v[0-9.a-zA-Z+-]{1,20}") {
            if let Ok(path) = ModulePath::parse(&path) {
                assert_eq!(ModulePath::unescape(&path.escaped()), Ok(path));
            }
            if let Ok(version) = Version::parse(&version) {
                assert_eq!(Version::unescape(&version.escaped()), Ok(version));
            }
        }
    }
}
