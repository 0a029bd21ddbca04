//! SQLite's write-ahead log on its way to the disk: one sync serves all commits that were made before it began.
//!
//! SQLite itself could sync each commit (`synchronous = FULL`), but then one waits for the other, since there is
//! one writer. With `NORMAL` a commit is in the log when it returns, though maybe not on the disk; SQLite's
//! documentation of WAL mode says that syncing the log is all that is missing.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The log of one database.
pub(super) struct Journal {
    path: PathBuf,
    state: Mutex<State>,
    moved_on: Condvar,
}

#[derive(Default)]
struct State {
    /// How many commits were made.
    committed: u64,
    /// How many of them are on the disk.
    synced: u64,
    is_syncing: bool,
}

/// A commit that is in the log.
#[derive(Clone, Copy)]
pub(super) struct Commit(u64);

impl Journal {
    /// The log of the database at `database`.
    pub(super) fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self {
            path: path.into(),
            state: Mutex::default(),
            moved_on: Condvar::new(),
        }
    }

    /// Notes that a commit was made.
    pub(super) fn committed(&self) -> Commit {
        let mut state = self.state();
        state.committed += 1;
        Commit(state.committed)
    }

    /// Waits until `commit` is on the disk. Whoever comes while nobody syncs does it for all who have committed.
    pub(super) fn sync(&self, commit: Commit) -> io::Result<()> {
        let mut state = self.state();
        while state.synced < commit.0 {
            if state.is_syncing {
                state = self.moved_on.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.is_syncing = true;
            let reached = state.committed;
            drop(state);
            let result = self.write_out();
            state = self.state();
            state.is_syncing = false;
            if result.is_ok() {
                state.synced = state.synced.max(reached);
            }
            self.moved_on.notify_all();
            result?;
        }
        Ok(())
    }

    fn write_out(&self) -> io::Result<()> {
        // Windows syncs only what may be written to.
        File::options().write(true).open(&self.path)?.sync_data()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
