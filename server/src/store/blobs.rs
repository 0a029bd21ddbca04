//! The bytes of files: each distinct content once, in `files/`, under its SHA-256.
//!
//! While a content is put into its place, an empty file in `incoming/` has its SHA-256 as its name. So a start that
//! finds a content which no record names knows where it comes from: with such a mark it was never acknowledged, and
//! goes. Without one the records are older than it, and it is set aside, until there are records that name it.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use axum::http::HeaderName;
use hc_core::checksum::{Algorithm, Checksums, hex};
use hc_core::package_file::Source;
use hc_hashing::Hasher;
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

use super::reserve::Reserve;
use super::{Fault, folder};
use crate::error::Error;

/// The folder of contents.
pub(super) const FILES: &str = "files";

/// The folder of what is arriving.
pub(super) const INCOMING: &str = "incoming";

/// The folder of contents that no record names.
pub(super) const ASIDE: &str = "aside";

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

/// The folders: `files/` with the contents, `incoming/` with those that are still arriving, `aside/` with those
/// that no record names.
pub(crate) struct Blobs {
    files: PathBuf,
    incoming: PathBuf,
    aside: PathBuf,
    pub(super) reserve: Reserve,
}

impl Blobs {
    /// Makes the folders, and throws away what was arriving when the last run ended.
    pub(crate) fn open(data: &Path) -> Result<Self, Error> {
        let (files, incoming) = (data.join(FILES), data.join(INCOMING));
        folder::private_folder(&incoming).map_err(Error::file(&incoming))?;
        folder::private_folder(&files).map_err(Error::file(&files))?;
        for first in 0..=u8::MAX {
            let folder = files.join(hex(&[first]));
            fs::create_dir_all(&folder).map_err(Error::file(folder))?;
        }
        sync_folder(&files).map_err(Error::file(&files))?;
        let blobs = Self {
            files,
            incoming,
            aside: data.join(ASIDE),
            reserve: Reserve::of(data),
        };
        blobs.clear_incoming().map_err(Error::file(&blobs.incoming))?;
        Ok(blobs)
    }

    /// What else is in the folder is somebody else's.
    fn clear_incoming(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.incoming)? {
            let path = entry?.path();
            if is_incoming(&path) && !is_content(&path) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Begins to take in a content. There must be room for it beside what is kept in reserve.
    pub(crate) fn receive(&self) -> io::Result<Incoming> {
        self.incoming(&Algorithm::ALL)
    }

    /// Begins to take in what is no content itself, but is kept until it is worked on.
    pub(crate) fn spool(&self) -> io::Result<Incoming> {
        self.incoming(&[])
    }

    fn incoming(&self, algorithms: &[Algorithm]) -> io::Result<Incoming> {
        self.reserve.take()?;
        let path = self.incoming.join(Uuid::new_v4().simple().to_string());
        Ok(Incoming {
            file: File::options().write(true).create_new(true).open(&path)?,
            temporary: Temporary { path },
            size: 0,
            hasher: Hasher::new(algorithms),
        })
    }

    /// Takes in a content that is at hand.
    pub(crate) fn stage(&self, bytes: &[u8]) -> io::Result<Staged> {
        let mut incoming = self.receive()?;
        incoming.write(bytes)?;
        incoming.finish()
    }

    /// Renames a staged content into its place. If it is there already it is replaced: it may have been damaged, and
    /// this one is whole. The mark is to live until the record is committed.
    pub(super) fn place(&self, staged: Staged) -> io::Result<Mark> {
        let sha256 = &staged.digests.sha256;
        let path = self.incoming.join(sha256);
        File::create(&path)?;
        let mark = Mark(Temporary { path });
        fs::rename(&staged.temporary.path, self.path(sha256))?;
        sync_folder(&self.folder(sha256))?;
        Ok(mark)
    }

    /// Opens a content for reading; `None` where it is not there, or has another length than it should.
    pub(crate) fn open_file(&self, digests: &Digests) -> io::Result<Option<File>> {
        let file = match File::open(self.path(&digests.sha256)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let is_whole = file.metadata()?.len() == u64::try_from(digests.size).unwrap_or(0);
        Ok(is_whole.then_some(file))
    }

    /// Removes a content, if it is there.
    pub(super) fn remove(&self, sha256: &str) -> io::Result<()> {
        match fs::remove_file(self.path(sha256)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The SHA-256 of every content that a run was putting into its place when it ended.
    pub(super) fn marked(&self) -> io::Result<Vec<String>> {
        names(&self.incoming)
    }

    /// Takes a mark away.
    pub(super) fn unmark(&self, sha256: &str) -> io::Result<()> {
        fs::remove_file(self.incoming.join(sha256))
    }

    /// The SHA-256 of every content that was set aside in a data folder.
    pub(super) fn aside(data: &Path) -> io::Result<Vec<String>> {
        let aside = data.join(ASIDE);
        if aside.is_dir() {
            names(&aside)
        } else {
            Ok(Vec::new())
        }
    }

    /// Sets a content aside.
    pub(super) fn put_aside(&self, sha256: &str) -> io::Result<()> {
        folder::private_folder(&self.aside)?;
        fs::rename(self.path(sha256), self.aside.join(sha256))
    }

    /// Brings a content back that was set aside.
    pub(super) fn bring_back(&self, sha256: &str) -> io::Result<()> {
        fs::rename(self.aside.join(sha256), self.path(sha256))?;
        sync_folder(&self.folder(sha256))
    }

    /// The SHA-256 of every content of a data folder that has bytes.
    pub(super) fn contents(data: &Path) -> io::Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for folder in fs::read_dir(data.join(FILES))? {
            let folder = folder?;
            if folder.file_type()?.is_dir() {
                found.extend(names(&folder.path())?);
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

/// Says of a content that it is in its place, and maybe in no record yet.
#[must_use]
pub(super) struct Mark(#[expect(dead_code, reason = "it goes away with this")] Temporary);

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

    /// All has arrived, and need not be on the disk.
    pub(crate) fn into_spooled(self) -> Spooled {
        Spooled {
            temporary: self.temporary,
            size: u64::try_from(self.size).unwrap_or(0),
        }
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

/// What has arrived whole, and goes away with this.
pub(crate) struct Spooled {
    temporary: Temporary,
    /// In bytes.
    pub(crate) size: u64,
}

impl Spooled {
    pub(crate) fn open(&self) -> io::Result<File> {
        File::open(&self.temporary.path)
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

/// The names of the contents in a folder; other files in it are somebody else's.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_content(&path) {
            found.extend(path.file_name().and_then(|name| name.to_str()).map(str::to_owned));
        }
    }
    Ok(found)
}

/// Whether a file is called as a content is: by a SHA-256.
pub(super) fn is_content(path: &Path) -> bool {
    is_hex(path, 64)
}

/// Whether a file is called as those in `incoming/` are.
pub(super) fn is_incoming(path: &Path) -> bool {
    is_hex(path, 32) || is_content(path)
}

fn is_hex(path: &Path, length: usize) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    name.len() == length && name.iter().all(is_digit)
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

/// The SHA-256 of every content that is recorded.
pub(super) fn known(records: &Connection) -> Result<HashSet<String>, Fault> {
    Ok(records
        .prepare_cached("SELECT sha256 FROM blobs")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Forgets the contents that no file names any more, and gives the SHA-256 of all whose bytes are to be removed:
/// also of those that an earlier run forgot and did not come to remove.
pub(super) fn forget_unnamed(transaction: &Transaction<'_>) -> Result<Vec<String>, Fault> {
    transaction
        .prepare_cached("DELETE FROM released WHERE sha256 IN (SELECT sha256 FROM files)")?
        .execute([])?;
    transaction
        .prepare_cached("DELETE FROM blobs WHERE sha256 IN (SELECT sha256 FROM released)")?
        .execute([])?;
    Ok(transaction
        .prepare_cached("SELECT sha256 FROM released")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Notes that the bytes of these contents are removed.
pub(super) fn removed(transaction: &Transaction<'_>, contents: &[String]) -> Result<(), Fault> {
    let mut forget = transaction.prepare_cached("DELETE FROM released WHERE sha256 = ?1")?;
    for sha256 in contents {
        forget.execute([sha256])?;
    }
    Ok(())
}
