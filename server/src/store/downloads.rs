//! Download counts, gathered in memory so that a download need not wait for a write.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::{Failed, Fault, transact};

/// How often each file, by its row, was downloaded since the counts were last written down.
#[derive(Default)]
pub(super) struct Downloads(Mutex<HashMap<i64, i64>>);

impl Downloads {
    pub(super) fn add(&self, file: i64) {
        *self.counts().entry(file).or_default() += 1;
    }

    /// Adds the counts to the files' rows. A file that was deleted meanwhile has no row, and needs no count.
    pub(super) fn save(&self, writer: &mut Connection) -> Result<(), Fault> {
        let counts = std::mem::take(&mut *self.counts());
        if counts.is_empty() {
            return Ok(());
        }
        let saved = transact(writer, |transaction| {
            let mut update =
                transaction.prepare_cached("UPDATE files SET downloads = downloads + ?2 WHERE id = ?1")?;
            for count in &counts {
                update.execute(count)?;
            }
            Ok::<_, Fault>(())
        });
        saved.map_err(Failed::into)
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<i64, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
