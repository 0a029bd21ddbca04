//! The bytes of files: each distinct content once, in `files/`, under its SHA-256.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use axum::http::HeaderName;
use hc_core::checksum::{Algorithm, Checksums, hex};
use hc_core::package_file::Source;
use hc_hashing::Hasher;
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

use super::Fault;
use crate::error::Error;

/// What is known of a content: its length and its checksums in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    /// In bytes.
    pub(crate) size: i64,
    pub(crate) md5: String,
    pub(crate) sha1: String,
    pub(crate) sha256: String,
    pub(crate) sha512: String,
}

impl Digests {
    /// Of a content that went through a hasher of all algorithms.
    fn new(size: i64, checksums: &Checksums) -> Self {
        let hex = |algorithm| checksums.get(algorithm).unwrap_or_default().to_owned();
        Self {
            size,
            md5: hex(Algorithm::Md5),
            sha1: hex(Algorithm::Sha1),
            sha256: hex(Algorithm::Sha256),
            sha512: hex(Algorithm::Sha512),
        }
    }

    /// One of the checksums.
    pub(crate) fn get(&self, algorithm: Algorithm) -> &str {
        match algorithm {
            Algorithm::Md5 => &self.md5,
            Algorithm::Sha1 => &self.sha1,
            Algorithm::Sha256 => &self.sha256,
            Algorithm::Sha512 => &self.sha512,
        }
    }

    /// The checksums, each with the header that carries it.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, &str)> {
        Algorithm::ALL
            .into_iter()
            .map(|algorithm| (algorithm.header(), self.get(algorithm)))
    }
}

/// The two folders: `files/` with the contents, `incoming/` with those that are still arriving.
pub(crate) struct Blobs {
    files: PathBuf,
    incoming: PathBuf,
}

impl Blobs {
    /// Makes the folders, and throws away what was arriving when the last run ended.
    pub(crate) fn open(data: &Path) -> Result<Self, Error> {
        let (files, incoming) = (data.join("files"), data.join("incoming"));
        if incoming.exists() {
            fs::remove_dir_all(&incoming).map_err(Error::file(&incoming))?;
        }
        fs::create_dir_all(&incoming).map_err(Error::file(&incoming))?;
        for first in 0..=u8::MAX {
            let folder = files.join(hex(&[first]));
            fs::create_dir_all(&folder).map_err(Error::file(folder))?;
        }
        sync_folder(&files).map_err(Error::file(&files))?;
        Ok(Self { files, incoming })
    }

    /// Begins to take in a content.
    pub(crate) fn receive(&self) -> io::Result<Incoming> {
        let path = self.incoming.join(Uuid::new_v4().simple().to_string());
        Ok(Incoming {
            file: File::options().write(true).create_new(true).open(&path)?,
            temporary: Temporary { path },
            size: 0,
            hasher: Hasher::new(&Algorithm::ALL),
        })
    }

    /// Takes in a content that is at hand.
    pub(crate) fn stage(&self, bytes: &[u8]) -> io::Result<Staged> {
        let mut incoming = self.receive()?;
        incoming.write(bytes)?;
        incoming.finish()
    }

    /// Renames a staged content into its place; if it is there already, that one is kept.
    pub(super) fn place(&self, staged: Staged) -> io::Result<()> {
        let target = self.path(&staged.digests.sha256);
        if !target.exists() {
            fs::rename(&staged.temporary.path, target)?;
        }
        // Also where another upload put it there: that one may not have come so far yet.
        sync_folder(&self.folder(&staged.digests.sha256))
    }

    /// Opens a content for reading.
    pub(crate) fn open_file(&self, sha256: &str) -> io::Result<File> {
        File::open(self.path(sha256))
    }

    /// Removes a content, if it is there.
    pub(super) fn remove(&self, sha256: &str) -> io::Result<()> {
        match fs::remove_file(self.path(sha256)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The SHA-256 of every content that has bytes.
    pub(super) fn list(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.files)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                let name = file?.file_name().into_string().ok();
                found.extend(name.filter(|name| is_sha256(name)));
            }
        }
        Ok(found)
    }

    fn folder(&self, sha256: &str) -> PathBuf {
        self.files.join(&sha256[..2])
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.folder(sha256).join(sha256)
    }
}

/// A file in `incoming/`, which goes away with this unless it was renamed.
struct Temporary {
    path: PathBuf,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is gone when it was renamed; what cannot be removed now is removed at the next start.
        let _ = fs::remove_file(&self.path);
    }
}

/// A content that is arriving.
pub(crate) struct Incoming {
    file: File,
    temporary: Temporary,
    size: i64,
    hasher: Hasher,
}

impl Incoming {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.size += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.hasher.update(bytes);
        Ok(())
    }

    /// All has arrived: it is on the disk when this returns.
    pub(crate) fn finish(self) -> io::Result<Staged> {
        self.file.sync_all()?;
        Ok(Staged {
            temporary: self.temporary,
            digests: Digests::new(self.size, &self.hasher.finish()),
        })
    }
}

/// A content that has arrived whole, and is not yet in its place.
pub(crate) struct Staged {
    temporary: Temporary,
    pub(crate) digests: Digests,
}

impl Staged {
    /// Its bytes, to be looked at before it is put into its place.
    pub(crate) fn source(&self) -> io::Result<StagedSource> {
        Ok(StagedSource {
            file: File::open(&self.temporary.path)?,
            size: u64::try_from(self.digests.size).unwrap_or(0),
        })
    }

    /// All of it, where it has at most `most` bytes; else `None`.
    pub(crate) fn bytes(&self, most: u64) -> io::Result<Option<Vec<u8>>> {
        let source = self.source()?;
        if source.size() > most {
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(source.size()).unwrap_or(0)];
        source.read_at(0, &mut bytes)?;
        Ok(Some(bytes))
    }
}

/// The bytes of a staged content.
pub(crate) struct StagedSource {
    file: File,
    size: u64,
}

impl Source for StagedSource {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))?;
        let mut filled = 0;
        while filled < buffer.len() {
            match file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// Other files in the folder are somebody else's.
fn is_sha256(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A rename is on the disk once its folder is. Windows has no such call, and needs none.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Records a content, if it is not yet recorded.
pub(super) fn insert(transaction: &Transaction<'_>, digests: &Digests) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO blobs (sha256, size, md5, sha1, sha512) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            &digests.sha256,
            digests.size,
            &digests.md5,
            &digests.sha1,
            &digests.sha512,
        ))?;
    Ok(())
}

pub(super) fn is_known(records: &Connection, sha256: &str) -> Result<bool, Fault> {
    Ok(records
        .prepare_cached("SELECT 1 FROM blobs WHERE sha256 = ?1")?
        .exists([sha256])?)
}

/// Forgets the contents that no file names any more, and gives their SHA-256.
pub(super) fn take_unnamed(transaction: &Transaction<'_>) -> Result<Vec<String>, Fault> {
    let unnamed = transaction
        .prepare_cached(
            "DELETE FROM blobs
             WHERE sha256 IN (SELECT sha256 FROM released)
               AND NOT EXISTS (SELECT 1 FROM files WHERE files.sha256 = blobs.sha256)
             RETURNING sha256",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    transaction.prepare_cached("DELETE FROM released")?.execute([])?;
    Ok(unnamed)
}
