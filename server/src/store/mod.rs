//! What the server keeps: records in SQLite, and the bytes of files in a folder addressed by their SHA-256.
//!
//! All of this blocks, so it runs off the event loop. There is one connection that writes, behind a lock, and a
//! few that read. What is acknowledged is on the disk: a file is synced and renamed into its place before the
//! transaction that names it is committed, and who commits waits for the disk, together with all who commit meanwhile.

pub(crate) mod artifacts;
pub(crate) mod blobs;
pub(crate) mod check;
mod downloads;
pub(crate) mod files;
pub(crate) mod folder;
mod journal;
pub(crate) mod metadata;
pub(crate) mod packages;
pub(crate) mod page;
mod readers;
mod recovery;
pub(crate) mod registries;
mod reserve;
pub(crate) mod scans;
mod schema;
pub(crate) mod tags;
pub(crate) mod versions;

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, TryLockError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::error::Error;
use blobs::{Blobs, Staged};
use downloads::Downloads;
use files::Entry;
use journal::Journal;
use readers::Readers;
pub(crate) use recovery::Recovery;
use reserve::Reserve;

/// Why something could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// What is asked for is not there.
    #[error("{0} is not there")]
    Missing(String),
    /// What should be made is there already.
    #[error("{0} is there already")]
    Exists(String),
    /// It would break a rule of the records.
    #[error("{0}")]
    Refused(String),
    /// The bytes of a content are not there, or not whole.
    #[error(
        "the bytes of {0} are missing or damaged; `hc serve check` tells of all that are, and an upload of the \
             same file mends it"
    )]
    Damaged(String),
    /// SQLite failed.
    #[error("records: {0}")]
    Records(#[from] rusqlite::Error),
    /// The file system failed.
    #[error("files: {0}")]
    File(#[from] io::Error),
}

impl Fault {
    /// Whether the disk is full.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::File(error) => error.kind() == io::ErrorKind::StorageFull,
            Self::Records(error) => error.sqlite_error_code() == Some(ErrorCode::DiskFull),
            Self::Missing(_) | Self::Exists(_) | Self::Refused(_) | Self::Damaged(_) => false,
        }
    }

    /// Whether this process, or the system, has as many files open as it may have.
    pub(crate) fn is_out_of_files(&self) -> bool {
        match self {
            // ENFILE and EMFILE, the same on all Unix systems; Windows means other things by its numbers.
            Self::File(error) => cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24)),
            Self::Records(error) => error.sqlite_error_code() == Some(ErrorCode::CannotOpen),
            _ => false,
        }
    }
}

/// The records and files of one data folder.
pub(crate) struct Store {
    pub(crate) blobs: Blobs,
    writer: Mutex<Connection>,
    journal: Journal,
    readers: Readers,
    /// Held for reading from a blob's rename to its commit, and for writing while blobs are removed: so a blob
    /// that an upload is about to name is never taken for one that nobody names.
    collecting: RwLock<()>,
    downloads: Downloads,
    /// Held while download counts are written down, so that who waits for it finds them all written.
    saving: Mutex<()>,
    /// Locked for as long as the folder is open.
    lock: Option<File>,
}

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It does: what is acknowledged survives a power cut.
    Synced,
    /// It survives the end of the process, not a power cut: enough for counts and for what can be asked again.
    Relaxed,
}

impl Store {
    /// Opens the records and files in `data`, which exists, and clears away what an interrupted run left. On a full
    /// disk the room that is kept in reserve is used.
    pub(crate) fn open(data: &Path) -> Result<(Self, Recovery), Error> {
        let lock = folder::claim(data)?;
        let reserve = Reserve::of(data);
        let opened = match Self::attempt(data) {
            Err(error) if error.may_be_full() && reserve.release() => Self::attempt(data),
            opened => opened,
        };
        let (mut store, recovery) = opened?;
        store.lock = Some(lock);
        // Where there is no room, the next upload says so.
        let _ = reserve.take();
        Ok((store, recovery))
    }

    fn attempt(data: &Path) -> Result<(Self, Recovery), Error> {
        let path = data.join(folder::RECORDS);
        let mut writer = Connection::open(&path)?;
        configure(&writer)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        schema::migrate(&mut writer)?;
        let store = Self {
            blobs: Blobs::open(data)?,
            writer: Mutex::new(writer),
            journal: Journal::of(&path),
            readers: Readers::new(&path),
            collecting: RwLock::new(()),
            downloads: Downloads::default(),
            saving: Mutex::new(()),
            lock: None,
        };
        let recovery = store.recover(data).map_err(|fault| match fault {
            Fault::Records(error) => Error::Records(error),
            Fault::File(source) => Error::file(data)(source),
            other => Error::file(data)(io::Error::other(other.to_string())),
        })?;
        Ok((store, recovery))
    }

    /// Runs `work` on a connection that only reads, in one view of the records.
    pub(crate) fn read<T, E: From<Fault>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.readers.take().map_err(E::from)?;
        let result = reader
            .transaction()
            .map_err(|error| E::from(error.into()))
            .and_then(|view| work(&view));
        self.readers.give_back(reader);
        result
    }

    /// Runs `work` in a transaction, which is committed when it succeeds and undone when it fails. On a full disk it
    /// runs once more, in the room that is kept in reserve.
    pub(crate) fn write<T, E: From<Fault>>(
        &self,
        durability: Durability,
        mut work: impl FnMut(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let result = match self.commit(durability, &mut work) {
            Err(Failed::Store(fault)) if fault.is_full() && self.blobs.reserve.release() => {
                self.commit(durability, work)
            }
            result => result,
        };
        result.map_err(Failed::into)
    }

    fn commit<T, E>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, Failed<E>> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let value = transact(&mut writer, work)?;
        let commit = self.journal.committed();
        drop(writer);
        if durability == Durability::Synced {
            let synced = self.journal.sync(commit);
            synced.map_err(|error| Failed::Store(error.into()))?;
        }
        Ok(value)
    }

    /// Puts staged files into their places and runs `work`, which names them, in a synced transaction. Where it
    /// fails, nothing is kept.
    pub(crate) fn publish<T, E: From<Fault>>(
        &self,
        staged: Vec<Staged>,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let digests: Vec<_> = staged.iter().map(|staged| staged.digests.clone()).collect();
        let mut marks = Vec::new();
        let result = {
            let _not_collecting = self.collecting.read().unwrap_or_else(PoisonError::into_inner);
            let placed = staged.into_iter().try_for_each(|staged| {
                marks.push(self.blobs.place(staged)?);
                Ok::<_, io::Error>(())
            });
            match placed {
                Err(error) => Err(E::from(error.into())),
                Ok(()) => {
                    let named = self.commit(Durability::Synced, |transaction| {
                        for digests in &digests {
                            blobs::insert(transaction, digests).map_err(E::from)?;
                        }
                        work(transaction)
                    });
                    named.map_err(Failed::into)
                }
            }
        };
        if result.is_err() {
            for digests in &digests {
                self.discard(&digests.sha256).map_err(E::from)?;
            }
        }
        result
    }

    /// Removes the blobs that no file names any more.
    pub(crate) fn collect(&self) -> Result<(), Fault> {
        let _alone = self.collecting.write().unwrap_or_else(PoisonError::into_inner);
        let unnamed = self.write(Durability::Synced, blobs::forget_unnamed)?;
        for sha256 in &unnamed {
            self.blobs.remove(sha256)?;
        }
        if unnamed.is_empty() {
            return Ok(());
        }
        self.write(Durability::Relaxed, |transaction| {
            blobs::removed(transaction, &unnamed)
        })
    }

    /// Removes one blob's bytes unless there is a record of it.
    fn discard(&self, sha256: &str) -> Result<(), Fault> {
        let _alone = self.collecting.write().unwrap_or_else(PoisonError::into_inner);
        if !self.read(|records| blobs::is_known(records, sha256))? {
            self.blobs.remove(sha256)?;
        }
        Ok(())
    }

    /// Opens the content of a file.
    pub(crate) fn open_content(&self, entry: &Entry) -> Result<File, Fault> {
        let Entry { path, digests, .. } = entry;
        if let Some(file) = self.blobs.open_file(digests)? {
            return Ok(file);
        }
        // It may have been deleted between the look at the records and now.
        if self.read(|records| blobs::is_known(records, &digests.sha256))? {
            return Err(Fault::Damaged(format!("{path:?} (SHA-256 {})", digests.sha256)));
        }
        Err(Fault::Missing(format!("{path:?}")))
    }

    /// Notes that a file was downloaded.
    pub(crate) fn count_download(&self, file: i64) {
        self.downloads.add(file);
    }

    /// Writes down the downloads that were noted since the last time.
    pub(crate) fn save_downloads(&self) -> Result<(), Fault> {
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.downloads.save(&mut writer)
    }

    /// Brings the counts up to date for a list, unless somebody is writing: a list waits for nobody, and the counts
    /// are written down every second anyway.
    pub(crate) fn refresh_downloads(&self) -> Result<(), Fault> {
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        match self.writer.try_lock() {
            Ok(mut writer) => self.downloads.save(&mut writer),
            Err(TryLockError::Poisoned(writer)) => self.downloads.save(&mut writer.into_inner()),
            Err(TryLockError::WouldBlock) => Ok(()),
        }
    }
}

/// Why a transaction was undone.
enum Failed<E> {
    /// What should be done in it was not to be.
    Work(E),
    /// It could not be begun, committed or brought to the disk.
    Store(Fault),
}

impl<E: From<Fault>> Failed<E> {
    fn into(self) -> E {
        match self {
            Self::Work(error) => error,
            Self::Store(fault) => fault.into(),
        }
    }
}

/// Runs `work` in a transaction of `writer`.
fn transact<T, E>(
    writer: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, Failed<E>> {
    let failed = |error: rusqlite::Error| Failed::Store(error.into());
    let transaction = writer
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let value = work(&transaction).map_err(Failed::Work)?;
    transaction.commit().map_err(failed)?;
    Ok(value)
}

/// What every connection needs.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Or a statement would be planned anew for most values that it is run with.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}
