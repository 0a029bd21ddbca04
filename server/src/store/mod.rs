//! What the server keeps: records in SQLite, and the bytes of files in a folder addressed by their SHA-256.
//!
//! All of this blocks, so it runs off the event loop. There is one connection that writes, behind a lock, and a
//! few that read. What is acknowledged is on the disk: a file is synced and renamed into its place before the
//! transaction that names it is committed, and who commits waits for the disk, together with all who commit meanwhile.

pub(crate) mod artifacts;
pub(crate) mod blobs;
mod downloads;
pub(crate) mod files;
mod journal;
pub(crate) mod metadata;
pub(crate) mod packages;
pub(crate) mod page;
mod readers;
pub(crate) mod registries;
pub(crate) mod scans;
mod schema;
pub(crate) mod tags;
pub(crate) mod versions;

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, TryLockError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::error::Error;
use blobs::{Blobs, Staged};
use downloads::Downloads;
use journal::Journal;
use readers::Readers;

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
            Self::Missing(_) | Self::Exists(_) | Self::Refused(_) => false,
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
    _lock: File,
}

/// How long a server that is ending may take to let go of its folder when the next one starts.
const LETTING_GO: Duration = Duration::from_secs(2);

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It does: what is acknowledged survives a power cut.
    Synced,
    /// It survives the end of the process, not a power cut: enough for counts and for what can be asked again.
    Relaxed,
}

impl Store {
    /// Opens the records and files in `data`, which exists, and clears away what an interrupted run left.
    pub(crate) fn open(data: &Path) -> Result<Self, Error> {
        let lock = lock(data)?;
        let path = data.join("records.sqlite");
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
            _lock: lock,
        };
        store.recover().map_err(|fault| match fault {
            Fault::Records(error) => Error::Records(error),
            other => Error::File {
                path: data.to_owned(),
                source: io::Error::other(other.to_string()),
            },
        })?;
        Ok(store)
    }

    /// Clears away what a run that was cut short left behind.
    fn recover(&self) -> Result<(), Fault> {
        self.collect()?;
        self.sweep()?;
        self.write(Durability::Synced, scans::fail_unfinished)
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

    /// Runs `work` in a transaction, which is committed when it succeeds and undone when it fails.
    pub(crate) fn write<T, E: From<Fault>>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let value = transact(&mut writer, work)?;
        let commit = self.journal.committed();
        drop(writer);
        if durability == Durability::Synced {
            self.journal.sync(commit).map_err(|error| E::from(error.into()))?;
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
        let result = {
            let _not_collecting = self.collecting.read().unwrap_or_else(PoisonError::into_inner);
            staged
                .into_iter()
                .try_for_each(|staged| self.blobs.place(staged))
                .map_err(|error| E::from(error.into()))
                .and_then(|()| {
                    self.write(Durability::Synced, |transaction| {
                        for digests in &digests {
                            blobs::insert(transaction, digests).map_err(E::from)?;
                        }
                        work(transaction)
                    })
                })
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
        let unnamed = self.write(Durability::Synced, blobs::take_unnamed)?;
        for sha256 in unnamed {
            self.blobs.remove(&sha256)?;
        }
        Ok(())
    }

    /// Removes one blob's bytes unless there is a record of it.
    fn discard(&self, sha256: &str) -> Result<(), Fault> {
        let _alone = self.collecting.write().unwrap_or_else(PoisonError::into_inner);
        if !self.read(|records| blobs::is_known(records, sha256))? {
            self.blobs.remove(sha256)?;
        }
        Ok(())
    }

    /// Removes the bytes that were put into their place by a run that ended before it named them.
    fn sweep(&self) -> Result<(), Fault> {
        for sha256 in self.blobs.list()? {
            self.discard(&sha256)?;
        }
        Ok(())
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

/// Runs `work` in a transaction of `writer`.
fn transact<T, E: From<Fault>>(
    writer: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let failed = |error: rusqlite::Error| E::from(error.into());
    let transaction = writer
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let value = work(&transaction)?;
    transaction.commit().map_err(failed)?;
    Ok(value)
}

/// Takes the folder for this process alone.
fn lock(data: &Path) -> Result<File, Error> {
    let path = data.join("lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(Error::file(&path))?;
    let patience = Instant::now() + LETTING_GO;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(fs::TryLockError::WouldBlock) if Instant::now() < patience => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(fs::TryLockError::WouldBlock) => {
                let path = data.to_owned();
                return Err(Error::InUse { path });
            }
            Err(fs::TryLockError::Error(source)) => return Err(Error::File { path, source }),
        }
    }
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
