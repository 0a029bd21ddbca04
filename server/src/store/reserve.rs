//! Room that is kept for the day when the disk is full: deleting and starting write a little themselves, and so
//! would be impossible just when they are needed.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// In bytes: a few hundred deletes and SQLite's own files.
const SIZE: usize = 4 << 20;

/// A file that does nothing but take up room, until that is needed.
pub(super) struct Reserve {
    path: PathBuf,
}

impl Reserve {
    /// The one of a data folder.
    pub(super) fn of(data: &Path) -> Self {
        Self {
            path: data.join("reserve"),
        }
    }

    /// Takes the room, unless it is taken. Where there is none, contents must not come in: they would take what
    /// deleting needs.
    pub(super) fn take(&self) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|found| found.len() >= SIZE as u64) {
            return Ok(());
        }
        let taken = self.fill();
        if taken.is_err() {
            let _ = fs::remove_file(&self.path);
        }
        taken
    }

    /// Gives the room back; whether there was any.
    pub(super) fn release(&self) -> bool {
        fs::remove_file(&self.path).is_ok()
    }

    /// A file of holes would take no room, and neither would zeros on some systems.
    fn fill(&self) -> io::Result<()> {
        let mut file = File::create(&self.path)?;
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut piece = Vec::with_capacity(1 << 16);
        for _ in 0..SIZE >> 16 {
            piece.clear();
            while piece.len() < 1 << 16 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                piece.extend_from_slice(&state.to_le_bytes());
            }
            file.write_all(&piece)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_taken_once_and_given_back_once() {
        let data = tempfile::tempdir().unwrap();
        let reserve = Reserve::of(data.path());
        assert!(!reserve.release());
        reserve.take().unwrap();
        reserve.take().unwrap();
        assert_eq!(fs::metadata(&reserve.path).unwrap().len(), SIZE as u64);
        assert!(reserve.release() && !reserve.release());
    }
}
