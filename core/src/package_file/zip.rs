//! Reading a few entries of a zip archive, within bounds.
//!
//! Source of the rules: PKWARE's APPNOTE.TXT.

use std::collections::BTreeSet;
use std::io::{self, Read};

use flate2::read::DeflateDecoder;
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
        if entry.is_encrypted {
            return Err(PackageError::content(&entry.path, "it is encrypted"));
        }
        let packed = self
            .archive
            .get_entry(entry.place)
            .map_err(|error| damaged(&error))?;
        let mut bytes = Vec::new();
        let read = match entry.method {
            CompressionMethod::STORE => packed
                .verifying_reader(packed.reader())
                .take(most)
                .read_to_end(&mut bytes),
            CompressionMethod::DEFLATE => packed
                .verifying_reader(DeflateDecoder::new(packed.reader()))
                .take(most)
                .read_to_end(&mut bytes),
            method => {
                return Err(PackageError::content(
                    &entry.path,
                    format!("it is packed by {method}, not by deflate"),
                ));
            }
        };
        read.map_err(|error| PackageError::Damaged {
            reason: format!("{}: {error}", entry.path),
        })?;
        Ok(bytes)
    }
}

fn damaged(error: &rawzip::Error) -> PackageError {
    PackageError::Damaged {
        reason: error.to_string(),
    }
}
