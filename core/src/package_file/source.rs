//! Where a package's bytes come from.

use std::cell::RefCell;
use std::io::{self, Read};

use super::error::PackageError;

/// The bytes of a file, at any place. They stay the same while a package is read.
pub trait Source {
    /// The length in bytes.
    fn size(&self) -> u64;

    /// Fills `buffer` from `offset` on and gives how many bytes were there; fewer than asked only at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl Source for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        let rest = &self[start..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// A source that remembers why it failed: decoders pass that on as if the bytes were bad.
pub(super) struct Watched<'s> {
    source: &'s dyn Source,
    failure: RefCell<Option<PackageError>>,
}

impl<'s> Watched<'s> {
    pub(super) fn new(source: &'s dyn Source) -> Self {
        Self {
            source,
            failure: RefCell::default(),
        }
    }

    /// The failure of the source, if there was one, and otherwise `result`.
    ///
    /// # Errors
    /// Either's.
    pub(super) fn explain<T>(&self, result: Result<T, PackageError>) -> Result<T, PackageError> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => result,
        }
    }
}

impl Source for Watched<'_> {
    fn size(&self) -> u64 {
        self.source.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read_at(offset, buffer).inspect_err(|error| {
            self.failure.replace(Some(PackageError::unreadable(error)));
        })
    }
}

/// All of a source, in order.
pub(super) struct Sequential<'s> {
    source: &'s dyn Source,
    offset: u64,
}

impl<'s> Sequential<'s> {
    pub(super) fn new(source: &'s dyn Source) -> Self {
        Self { source, offset: 0 }
    }
}

impl Read for Sequential<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(self.offset, buffer)?;
        self.offset += count as u64;
        Ok(count)
    }
}
