//! Download counts, gathered in memory so that a download need not wait for a write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rusqlite::Transaction;

use super::Fault;

/// How often each file, by its row, was downloaded since the counts were last written down.
#[derive(Default)]
pub(super) struct Downloads(Mutex<HashMap<i64, i64>>);

impl Downloads {
    pub(super) fn add(&self, file: i64) {
        *self.counts().entry(file).or_default() += 1;
    }

    pub(super) fn take(&self) -> HashMap<i64, i64> {
        std::mem::take(&mut *self.counts())
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<i64, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds the counts to the files' rows. A file that was deleted meanwhile has no row, and needs no count.
pub(super) fn save(transaction: &Transaction<'_>, counts: &HashMap<i64, i64>) -> Result<(), Fault> {
    let mut update =
        transaction.prepare_cached("UPDATE files SET downloads = downloads + ?2 WHERE id = ?1")?;
    for count in counts {
        update.execute(count)?;
    }
    Ok(())
}
