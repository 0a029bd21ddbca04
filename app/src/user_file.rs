//! Changing a file that is the user's: through links, with a dated copy of what was there.

use hc_core::time;

use crate::error::Error;
use crate::host::{Access, Host, HostError};

/// A file as it is before the change, which may be not at all.
pub(crate) struct UserFile {
    path: String,
    real: String,
    old: Option<Old>,
}

struct Old {
    bytes: Vec<u8>,
    mode: Option<u32>,
}

impl UserFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When it is there but cannot be read, or is a link that leads nowhere.
    pub(crate) async fn read<H: Host>(host: &H, path: &str) -> Result<Self, Error> {
        let failed = |error| Error::File {
            path: path.to_owned(),
            error,
        };
        let absolute = host.absolute(path).map_err(failed)?;
        let (real, old) = match host.real_path(path).await {
            Ok(real) => {
                let bytes = host.read(&real).await.map_err(failed)?;
                let mode = host.stat(&real).await.map_err(failed)?.mode;
                (real, Some(Old { bytes, mode }))
            }
            // Writing there would put a file in the place of the link.
            Err(HostError::NotFound) if is_listed(host, &absolute).await => {
                let problem = "it is a link that leads nowhere".to_owned();
                return Err(failed(HostError::Other(problem)));
            }
            Err(HostError::NotFound) => (absolute, None),
            Err(error) => return Err(failed(error)),
        };
        Ok(Self {
            path: path.to_owned(),
            real,
            old,
        })
    }

    /// Where the file is when all links are followed.
    pub(crate) fn real(&self) -> &str {
        &self.real
    }

    /// What it holds; nothing, if it is not there.
    ///
    /// # Errors
    /// When that is not UTF-8.
    pub(crate) fn text(&self) -> Result<&str, Error> {
        let bytes = self.old.as_ref().map_or(&[][..], |old| &old.bytes);
        std::str::from_utf8(bytes).map_err(|_| Error::File {
            path: self.path.clone(),
            error: HostError::Other("it is not UTF-8 text, and stays as it is".to_owned()),
        })
    }

    /// Whether the file is there and nobody but the user may read it, as far as the system has modes.
    pub(crate) fn is_private(&self) -> bool {
        let mode = self.old.as_ref().map(|old| old.mode.unwrap_or(0o600));
        mode.is_some_and(|mode| mode & 0o077 == 0)
    }

    /// Keeps a dated copy with the mode of the old file, and writes the new one for the user's eyes only.
    /// Gives the copy's path, if there was a file.
    ///
    /// # Errors
    /// When either cannot be written.
    pub(crate) async fn replace<H: Host>(&self, host: &H, bytes: &[u8]) -> Result<Option<String>, Error> {
        let copy = match &self.old {
            None => None,
            Some(old) => {
                let copy = self.free_name(host).await?;
                let access = old.mode.map_or(Access::Private, Access::Mode);
                write(host, &copy, &old.bytes, access).await?;
                Some(copy)
            }
        };
        write(host, &self.real, bytes, Access::Private).await?;
        Ok(copy)
    }

    /// A name for the copy that no file has.
    async fn free_name<H: Host>(&self, host: &H) -> Result<String, Error> {
        let stamp = time::for_file_names(host.now());
        let mut name = format!("{}.{stamp}.bak", self.path);
        let mut number = 1;
        loop {
            match host.stat(&name).await {
                Err(HostError::NotFound) => return Ok(name),
                Err(error) => return Err(Error::File { path: name, error }),
                Ok(_) => {
                    number += 1;
                    name = format!("{}.{stamp}-{number}.bak", self.path);
                }
            }
        }
    }
}

async fn write<H: Host>(host: &H, path: &str, bytes: &[u8], access: Access) -> Result<(), Error> {
    host.write(path, bytes, access)
        .await
        .map_err(|error| Error::File {
            path: path.to_owned(),
            error,
        })
}

/// Whether the folder has that name, whatever it leads to.
async fn is_listed<H: Host>(host: &H, absolute: &str) -> bool {
    let Some((folder, name)) = absolute.rsplit_once(['/', '\\']) else {
        return false;
    };
    let entries = host.list(&format!("{folder}/")).await.unwrap_or_default();
    entries.iter().any(|entry| entry.name == name)
}
