//! Reading a few entries of a zip archive, within bounds.
//!
//! Source of the rules: PKWARE's APPNOTE.TXT.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Read};

use rawzip::{CompressionMethod, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder};

use super::error::PackageError;
use super::source::Source;
use super::{inside, limit};

/// The most entries that are listed.
const MAX_ENTRIES: usize = 200_000;
/// How much is read at once, in bytes.
const PIECE: usize = 64 << 10;

/// An entry as the archive's directory names it.
pub(super) struct Entry {
    /// Its path with `/`, which leads nowhere out of the folder that it is unpacked into.
    pub(super) path: String,
    pub(super) is_folder: bool,
    /// What it unpacks to, in bytes, as it claims.
    pub(super) size: u64,
    method: CompressionMethod,
    is_encrypted: bool,
    place: ZipArchiveEntryWayfinder,
}

/// An open archive.
pub(super) struct Zip<'s> {
    archive: ZipArchive<Positioned<'s>>,
    pub(super) entries: Vec<Entry>,
}

struct Positioned<'s>(&'s dyn Source);

impl ReaderAt for Positioned<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(offset, buffer)
    }
}

/// The bytes of an entry that is not packed, as a source of their own.
pub(super) struct Stored<'s> {
    source: &'s dyn Source,
    start: u64,
    end: u64,
}

impl Source for Stored<'_> {
    fn size(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size().saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        self.source
            .read_at(self.start.saturating_add(offset), &mut buffer[..most])
    }
}

impl<'s> Zip<'s> {
    /// Reads the archive's directory.
    ///
    /// # Errors
    /// When the source is no zip, an entry leads out of its folder or is there twice, or they claim too much.
    pub(super) fn open(source: &'s dyn Source) -> Result<Self, PackageError> {
        let mut start = [0; 4];
        let count = source
            .read_at(0, &mut start)
            .map_err(|error| PackageError::reading(&error))?;
        // An empty archive has no entry to begin with.
        if count < 4 || !matches!(&start, b"PK\x03\x04" | b"PK\x05\x06") {
            return Err(PackageError::Kind {
                expected: "a zip archive",
            });
        }
        let mut buffer = vec![0; PIECE];
        let archive = rawzip::ZipLocator::new()
            .locate_in_reader(Positioned(source), &mut buffer, source.size())
            .map_err(|(_, error)| damaged(&error))?;
        let mut entries = Vec::new();
        let mut paths = BTreeSet::new();
        let mut claimed = 0_u64;
        let most = limit::unpacked(source.size());
        let mut records = archive.entries(&mut buffer);
        while let Some(record) = records.next_entry().map_err(|error| damaged(&error))? {
            let raw = record.file_path();
            let path = inside::path(raw.as_ref())?.to_owned();
            if !paths.insert(path.clone()) {
                return Err(PackageError::Twice { what: path });
            }
            claimed = claimed.saturating_add(record.uncompressed_size_hint());
            if claimed > most || entries.len() == MAX_ENTRIES {
                return Err(PackageError::TooLarge {
                    reason: limit::exceeded(most),
                });
            }
            entries.push(Entry {
                path,
                is_folder: record.is_dir(),
                size: record.uncompressed_size_hint(),
                method: record.compression_method(),
                is_encrypted: record.flags().is_encrypted(),
                place: record.wayfinder(),
            });
        }
        Ok(Self { archive, entries })
    }

    /// The entry at `path`.
    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.path == path)
    }

    /// All of an entry of at most `most` bytes, checked against its checksum.
    ///
    /// # Errors
    /// When it is larger, damaged, encrypted, or packed in a way that packages are not.
    pub(super) fn read(&self, entry: &Entry, most: u64) -> Result<Vec<u8>, PackageError> {
        limit::of_file(&entry.path, entry.size, most)?;
        let mut bytes = Vec::new();
        self.unpack(entry, |content| {
            content.take(most).read_to_end(&mut bytes).map(drop)
        })?;
        Ok(bytes)
    }

    /// Unpacks every entry and throws it away, so that what is not whole is found before it is sent. As much is
    /// unpacked as the entries claim, which is within bounds.
    ///
    /// # Errors
    /// When an entry is damaged, encrypted, or packed in a way that packages are not.
    pub(super) fn verify(&self) -> Result<(), PackageError> {
        for entry in &self.entries {
            self.unpack(entry, |content| io::copy(content, &mut io::sink()).map(drop))?;
        }
        Ok(())
    }

    /// The bytes of an entry that is not packed, checked against its checksum.
    ///
    /// # Errors
    /// When it is packed or damaged.
    pub(super) fn stored(&self, entry: &Entry) -> Result<Stored<'s>, PackageError> {
        if entry.method != CompressionMethod::STORE {
            return Err(PackageError::content(&entry.path, "it is packed a second time"));
        }
        self.unpack(entry, |content| io::copy(content, &mut io::sink()).map(drop))?;
        let place = self
            .archive
            .get_entry(entry.place)
            .map_err(|error| damaged(&error))?;
        let (start, end) = place.compressed_data_range();
        Ok(Stored {
            source: self.archive.get_ref().0,
            start,
            end,
        })
    }

    /// Gives `take` the entry's content, which fails at its end when it is not of the size and checksum that it
    /// claims.
    fn unpack(
        &self,
        entry: &Entry,
        take: impl FnOnce(&mut dyn Read) -> io::Result<()>,
    ) -> Result<(), PackageError> {
        if entry.is_encrypted {
            return Err(PackageError::content(&entry.path, "it is encrypted"));
        }
        let packed = self
            .archive
            .get_entry(entry.place)
            .map_err(|error| damaged(&error))?;
        let reader = BufReader::with_capacity(PIECE, packed.reader());
        let taken = match entry.method {
            CompressionMethod::STORE => take(&mut packed.verifying_reader(reader)),
            CompressionMethod::DEFLATE => {
                take(&mut packed.verifying_reader(flate2::bufread::DeflateDecoder::new(reader)))
            }
            method => {
                return Err(PackageError::content(
                    &entry.path,
                    format!("it is packed by {method}, not by deflate"),
                ));
            }
        };
        taken.map_err(|error| PackageError::Damaged {
            reason: format!("{}: {error}", entry.path),
        })
    }
}

fn damaged(error: &rawzip::Error) -> PackageError {
    PackageError::Damaged {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::{self, Zipped};

    /// All contents of at most `most` bytes each, in order.
    fn contents(bytes: &[u8], most: u64) -> Result<Vec<(String, Vec<u8>)>, PackageError> {
        let zip = Zip::open(&bytes)?;
        let read = |entry: &Entry| Ok((entry.path.clone(), zip.read(entry, most)?));
        zip.entries.iter().map(read).collect()
    }

    fn one(change: impl Fn(&mut Zipped<'_>)) -> Vec<u8> {
        let mut entry = Zipped::new("a", b"content");
        change(&mut entry);
        sample::zip_of(&[entry])
    }

    #[test]
    fn entries_are_found_and_read_packed_or_not() {
        let mut plain = Zipped::new("d/b", b"more");
        plain.is_deflated = false;
        let bytes = sample::zip_of(&[Zipped::new("a", b"content"), plain, Zipped::new("e/", b"")]);
        let source = bytes.as_slice();
        let zip = Zip::open(&source).unwrap();
        let folders: Vec<_> = zip.entries.iter().map(|entry| entry.is_folder).collect();
        assert_eq!(folders, [false, false, true]);
        assert_eq!(zip.read(zip.entry("a").unwrap(), 7).unwrap(), b"content");
        assert_eq!(zip.read(zip.entry("d/b").unwrap(), 4).unwrap(), b"more");
        assert!(zip.entry("d").is_none());
        zip.verify().unwrap();
        let stored = zip.stored(zip.entry("d/b").unwrap()).unwrap();
        let mut buffer = [0; 8];
        assert_eq!((stored.size(), stored.read_at(1, &mut buffer).unwrap()), (4, 3));
        assert_eq!(&buffer[..3], b"ore");
        assert_eq!(stored.read_at(9, &mut buffer).unwrap(), 0);
        assert!(zip.stored(zip.entry("a").unwrap()).is_err());
    }

    #[test]
    fn no_entry_leads_out_and_none_is_there_twice() {
        for bad in ["/etc/passwd", "../a", "a/../../b", "a\\b", "C:/a", "a\n"] {
            let error = contents(&sample::zip(&[(bad, b"")]), 9).unwrap_err();
            assert!(matches!(error, PackageError::UnsafePath { .. }), "{bad}: {error}");
        }
        let twice = sample::zip(&[("a", b"1"), ("b", b""), ("a", b"2")]);
        assert!(matches!(contents(&twice, 9), Err(PackageError::Twice { what }) if what == "a"));
    }

    #[test]
    fn what_claims_or_unpacks_to_too_much_is_refused() {
        let claims = |size: u32| one(|entry| entry.claimed = Some(size));
        // Three of the most that a header without extensions can claim: 12 GB.
        let mut large = Zipped::new("a", b"content");
        large.claimed = Some(u32::MAX - 1);
        let mut larger = Zipped::new("b", b"content");
        larger.claimed = Some(u32::MAX - 1);
        let most = [large, larger, Zipped::new("c", b"")];
        for bytes in [sample::zip_of(&most), claims(u32::MAX - 1), claims(600 << 20)] {
            assert!(matches!(contents(&bytes, 9), Err(PackageError::TooLarge { .. })));
        }
        assert!(matches!(
            contents(&claims(1000), 999),
            Err(PackageError::TooLarge { .. })
        ));
        // Zeros that claim to be few: reading stops soon after the claim.
        let zeros = vec![0; 4 << 20];
        let mut bomb = Zipped::new("a", &zeros);
        bomb.claimed = Some(10);
        let bomb = sample::zip_of(&[bomb]);
        assert!(matches!(contents(&bomb, 100), Err(PackageError::Damaged { .. })));
        assert!(Zip::open(&bomb.as_slice()).unwrap().verify().is_err());
    }

    #[test]
    fn a_claim_of_ten_gigabytes_in_zip64_is_refused() {
        let mut bytes = one(|entry| entry.claimed = Some(u32::MAX));
        let entry = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        let end = bytes.windows(4).position(|four| four == b"PK\x05\x06").unwrap();
        // The extra field of zip64, with the size before packing alone.
        let mut extra = vec![1, 0, 8, 0];
        extra.extend(10_000_000_000_u64.to_le_bytes());
        bytes[entry + 30] = 12;
        bytes[end + 12] += 12;
        bytes.splice(end..end, extra);
        assert!(matches!(contents(&bytes, 9), Err(PackageError::TooLarge { .. })));
    }

    #[test]
    fn what_is_cut_changed_or_encrypted_is_refused() {
        let good = sample::zip(&[("a", b"content"), ("b", b"content")]);
        assert!(contents(&good, 9).is_ok());
        for length in 0..good.len() {
            assert!(contents(&good[..length], 9).is_err(), "cut at {length}");
        }
        for (bytes, expected) in [
            (one(|entry| entry.checksum_off_by = 1), "package-damaged"),
            (one(|entry| entry.claimed = Some(8)), "package-damaged"),
            (one(|entry| entry.claimed = Some(6)), "package-damaged"),
            (one(|entry| entry.flags = 1), "package-content"),
            (b"\x1f\x8b\x08\x00".to_vec(), "package-kind"),
            (Vec::new(), "package-kind"),
        ] {
            assert_eq!(contents(&bytes, 9).unwrap_err().code(), expected);
        }
        let mut broken = good.clone();
        broken[31] ^= 0xff;
        assert_eq!(contents(&broken, 9).unwrap_err().code(), "package-damaged");
    }

    #[test]
    fn an_empty_archive_has_no_entries() {
        assert_eq!(contents(&sample::zip(&[]), 9).unwrap(), []);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let good = sample::zip(&[("a", b"content"), ("d/b", b"more")]);
        sample::survives(&good, |source| {
            let Ok(zip) = Zip::open(source) else { return };
            let _ = zip.verify();
            for entry in &zip.entries {
                let _ = zip.read(entry, 100);
                let _ = zip.stored(entry);
            }
        });
    }
}
