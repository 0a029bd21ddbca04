//! How much a package may unpack to.

use std::io::{self, Read};

use super::error::PackageError;

/// The most bytes that a package of `packed` bytes may unpack to: 512 MiB or 20 times its own size, whichever is
/// more. Cargo unpacks by the same rule.
pub(super) fn unpacked(packed: u64) -> u64 {
    const ALWAYS: u64 = 512 << 20;
    const RATIO: u64 = 20;
    packed.saturating_mul(RATIO).max(ALWAYS)
}

/// Refuses a file in a package that is too large to be held in memory.
///
/// # Errors
/// When `size` is more than `most`, both in bytes.
pub(super) fn of_file(path: &str, size: u64, most: u64) -> Result<(), PackageError> {
    if size > most {
        return Err(PackageError::TooLarge {
            reason: format!("its {path} has {size} bytes; at most {most} are read"),
        });
    }
    Ok(())
}

/// The error of what unpacks to more than `most` bytes.
pub(super) fn exceeded(most: u64) -> String {
    format!("it unpacks to more than {most} bytes")
}

/// Reads at most so many bytes, and fails at the next one.
pub(super) struct Limited<R> {
    inner: R,
    most: u64,
    left: u64,
}

impl<R> Limited<R> {
    pub(super) fn new(inner: R, most: u64) -> Self {
        Self {
            inner,
            most,
            left: most,
        }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            // This kind is how `PackageError::decoding` tells it from what decoders say.
            io::Error::new(io::ErrorKind::FileTooLarge, exceeded(self.most))
        })?;
        Ok(count)
    }
}
