//! The folder of a module.

use std::cell::RefCell;

use hc_core::package_file::PackageError;
use hc_core::package_file::go::{self, File, GoMod, MAX_GO_MOD, Module, ModulePath, Version};

use crate::command::artifact::push::folder::{at, files_below};
use crate::error::Error;
use crate::host::{Entry, EntryKind, Host, HostError};

/// A module and the files that belong to it.
pub(super) struct Tree {
    pub(super) folder: String,
    pub(super) module: Module,
    pub(super) go_mod: Vec<u8>,
    /// Sorted by path.
    pub(super) files: Vec<File>,
}

impl Tree {
    /// Looks at all files below `folder`, and chooses those of the module. `path` is what the user calls it.
    ///
    /// # Errors
    /// When the folder holds no module, or none of this version, or one that cannot be packed.
    pub(super) async fn read<H: Host>(
        host: &H,
        folder: &str,
        version: Version,
        path: Option<&ModulePath>,
    ) -> Result<Self, Error> {
        let refused = |error| Error::Package {
            path: folder.to_owned(),
            error,
        };
        let own = read_go_mod(host, folder).await?;
        let parsed = match (&own, path) {
            (Some(bytes), _) => GoMod::parse(bytes).map_err(refused)?,
            (None, Some(path)) => GoMod::absent(path.clone()),
            (None, None) => {
                return Err(Error::Usage {
                    message: format!("{folder} has no go.mod"),
                    help:
                        "name the folder of a Go module; of one without a go.mod, name its path with --module"
                            .to_owned(),
                });
            }
        };
        let module = match &own {
            Some(_) => module(&parsed, version, path)?,
            None => without_go_mod(parsed.path.clone(), version)?,
        };
        let nested = RefCell::default();
        let wanted = |path: &str, entry: &Entry| {
            // A folder is another module's also where its go.mod is a link.
            if entry.name == "go.mod" && matches!(entry.kind, EntryKind::Link | EntryKind::Other) {
                let path = path.to_owned();
                Vec::push(&mut nested.borrow_mut(), File { path, size: 0 });
            }
            !(entry.kind == EntryKind::Folder && go::is_version_control(&entry.name))
        };
        let found = files_below(host, folder, wanted).await?;
        let mut files = Vec::with_capacity(found.files.len());
        for path in found.files {
            let local = at(folder, &path);
            let stat = host.stat(&local).await;
            let size = stat.map_err(|error| Error::File { path: local, error })?.size;
            files.push(File { path, size });
        }
        if own.is_some() && !files.iter().any(|file| file.path == "go.mod") {
            return Err(refused(PackageError::Missing {
                what: "go.mod of its own: it is a link".to_owned(),
            }));
        }
        files.extend(nested.into_inner());
        let files = go::choose(files, &parsed).map_err(refused)?;
        let go_mod = own.unwrap_or_else(|| parsed.minimal());
        Ok(Self {
            folder: folder.to_owned(),
            module,
            go_mod,
            files,
        })
    }

    /// The size of all its files, in bytes.
    pub(super) fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }
}

/// The module's own `go.mod`, if it has one.
async fn read_go_mod<H: Host>(host: &H, folder: &str) -> Result<Option<Vec<u8>>, Error> {
    let path = at(folder, "go.mod");
    let size = match host.stat(&path).await {
        Ok(stat) => stat.size,
        // A folder that is not there must not look like one without this file.
        Err(HostError::NotFound) => {
            let folder = folder.to_owned();
            return match host.stat(&folder).await {
                Ok(_) => Ok(None),
                Err(error) => Err(Error::File { path: folder, error }),
            };
        }
        Err(error) => return Err(Error::File { path, error }),
    };
    if size > MAX_GO_MOD {
        return Err(Error::Package {
            path: folder.to_owned(),
            error: PackageError::TooLarge {
                reason: format!("its go.mod has {size} bytes; at most {MAX_GO_MOD} are allowed"),
            },
        });
    }
    let read = host.read(&path).await;
    read.map(Some).map_err(|error| Error::File { path, error })
}

/// The module of a `go.mod` at a version. With such a file it has no `+incompatible` ones.
fn module(go_mod: &GoMod, version: Version, called: Option<&ModulePath>) -> Result<Module, Error> {
    let path = &go_mod.path;
    if let Some(called) = called.filter(|called| *called != path) {
        return Err(Error::Usage {
            message: format!("its go.mod calls the module {path}, not {called}"),
            help: "leave --module out: it is for modules without a go.mod".to_owned(),
        });
    }
    if version.is_incompatible() {
        return Err(Error::Usage {
            message: format!("{path} has a go.mod, and so no +incompatible versions"),
            help: format!("let its path end with /v{}", version.major()),
        });
    }
    Module::new(path.clone(), version).map_err(|error| Error::Usage {
        message: error.to_string(),
        help: "the module line of go.mod and the version's major number must agree".to_owned(),
    })
}

/// A module that has no `go.mod`, at a version. The go command looks for `+incompatible` ones only where the path has
/// no major version.
fn without_go_mod(path: ModulePath, version: Version) -> Result<Module, Error> {
    if path.has_major_folder() {
        return Err(Error::Usage {
            message: format!("{path} is no module without a go.mod: its path ends with a major version"),
            help: "name the path without it, and write +incompatible behind the version".to_owned(),
        });
    }
    let incompatible = format!("{version}+incompatible");
    Module::new(path, version).map_err(|error| Error::Usage {
        message: error.to_string(),
        help: format!("without a go.mod it is called {incompatible}"),
    })
}
