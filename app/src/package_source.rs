//! A package on the host's disk, as core's readers want it.

use std::cell::RefCell;
use std::io;

use hc_core::package_file::Source;

use crate::host::Host;

/// How much is read at least, in bytes: readers ask for a few at a time, and the host is far.
const WINDOW: usize = 256 * 1024;

/// The file at `path`, which is `size` bytes long.
pub(crate) fn of<'h, H: Host>(host: &'h H, path: &'h str, size: u64) -> impl Source + 'h {
    Windowed::new(size, move |offset, length| {
        host.read_at(path, offset, length).map_err(io::Error::other)
    })
}

/// A file of which a stretch is at hand.
struct Windowed<R> {
    size: u64,
    /// At most so many bytes from an offset on; fewer only at the end.
    read: R,
    /// Where the stretch begins, and the stretch.
    window: RefCell<(u64, Vec<u8>)>,
}

impl<R: Fn(u64, usize) -> io::Result<Vec<u8>>> Windowed<R> {
    fn new(size: u64, read: R) -> Self {
        Self {
            size,
            read,
            window: RefCell::default(),
        }
    }
}

impl<R: Fn(u64, usize) -> io::Result<Vec<u8>>> Source for Windowed<R> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut window = self.window.borrow_mut();
        let (start, bytes) = &mut *window;
        let wanted = offset.saturating_add(buffer.len() as u64).min(self.size);
        if offset < *start || wanted > *start + bytes.len() as u64 {
            *bytes = (self.read)(offset, buffer.len().max(WINDOW))?;
            *start = offset;
        }
        let from = usize::try_from(offset - *start).unwrap_or(usize::MAX);
        let rest = bytes.get(from..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn every_stretch_is_what_the_file_has_there() {
        let file: Vec<u8> = (0..2 * WINDOW + 10).map(|index| (index % 251) as u8).collect();
        let asked = Cell::new(0);
        let source = Windowed::new(file.len() as u64, |offset: u64, length| {
            asked.set(asked.get() + 1);
            let start = (offset as usize).min(file.len());
            Ok(file[start..].iter().copied().take(length).collect())
        });
        for (offset, length, reads) in [
            (0, 4, 1),
            (4, 1000, 1),
            (WINDOW - 1, 1, 1),
            (WINDOW - 1, 2, 2),
            (file.len() - 3, 100, 3),
            (file.len() - 2, 2, 3),
            (file.len(), 5, 3),
            (0, file.len() + 1, 4),
            (7, 9, 4),
            (file.len() + 5, 1, 4),
        ] {
            let mut buffer = vec![0; length];
            let count = source.read_at(offset as u64, &mut buffer).unwrap();
            let start = offset.min(file.len());
            let expected = &file[start..(offset + length).min(file.len()).max(start)];
            assert_eq!(&buffer[..count], expected, "{offset} {length}");
            assert_eq!(asked.get(), reads, "{offset} {length}");
        }
    }
}
