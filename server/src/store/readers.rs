//! The connections that only read, opened when they are first needed.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::{Fault, configure};

/// The connections, at rest or lent out.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Idle>,
    returned: Condvar,
}

#[derive(Default)]
struct Idle {
    connections: Vec<Connection>,
    open: usize,
}

impl Readers {
    /// More would not read faster: the work between two queries is small.
    const MOST: usize = 8;

    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// An idle connection, a new one, or, where there are as many as there may be, the next that is given back.
    pub(super) fn take(&self) -> Result<Connection, Fault> {
        let mut idle = self.idle();
        loop {
            if let Some(connection) = idle.connections.pop() {
                return Ok(connection);
            }
            if idle.open < Self::MOST {
                let connection = self.open()?;
                idle.open += 1;
                return Ok(connection);
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends a loan.
    pub(super) fn give_back(&self, connection: Connection) {
        self.idle().connections.push(connection);
        self.returned.notify_one();
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<Connection, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        configure(&connection)?;
        Ok(connection)
    }
}
