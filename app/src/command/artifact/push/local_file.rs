//! A file of this machine that is to be sent.

use hc_core::api::Part;
use hc_core::checksum::{Algorithm, Checksums};

use super::super::content;
use crate::error::Error;
use crate::host::{Hasher as _, Host, Meter};

/// What is known of a file before it is sent.
#[derive(Clone, Debug)]
pub(in super::super) struct LocalFile {
    /// As the user would write it.
    pub(in super::super) path: String,
    /// Its name, without folders.
    pub(in super::super) name: String,
    /// In bytes.
    pub(in super::super) size: u64,
    /// All of them.
    pub(in super::super) checksums: Checksums,
}

impl LocalFile {
    /// Reads the file once, from beginning to end; `meter` tells how far it has come.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) async fn read<H: Host>(host: &H, path: &str, meter: &Meter) -> Result<Self, Error> {
        let absolute = host.absolute(path).map_err(|error| Error::File {
            path: path.to_owned(),
            error,
        })?;
        let (size, checksums) = content::measure(host, path, &Algorithm::ALL, meter).await?;
        Ok(Self {
            path: path.to_owned(),
            name: last_part(&absolute).to_owned(),
            size,
            checksums,
        })
    }

    /// What is told of bytes that are sent as a file and are in none.
    pub(super) fn of_bytes<H: Host>(host: &H, name: &str, bytes: &[u8]) -> Self {
        let mut hasher = host.hasher(&Algorithm::ALL);
        hasher.update(bytes);
        Self {
            path: name.to_owned(),
            name: name.to_owned(),
            size: bytes.len() as u64,
            checksums: hasher.finish(),
        }
    }

    /// All of it, as a body.
    pub(super) fn content(&self) -> Part {
        Part::File {
            path: self.path.clone(),
            offset: 0,
            length: self.size,
        }
    }
}

/// The last part of an absolute path. Only where no slash parts folders do backslashes.
pub(super) fn last_part(absolute: &str) -> &str {
    let separator = if absolute.contains('/') { '/' } else { '\\' };
    absolute.rsplit(separator).next().unwrap_or(absolute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_last_part_of_a_path() {
        for (path, expected) in [
            ("/a/b c#.zip", "b c#.zip"),
            (r"/a/b\c", r"b\c"),
            (r"C:\a\b.zip", "b.zip"),
        ] {
            assert_eq!(last_part(path), expected);
        }
    }
}
