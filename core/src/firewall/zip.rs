//! Reading the zip files in which OSV publishes its exports, within bounds.

use flate2::{Decompress, FlushDecompress, Status};
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive, ZipVerification};

use crate::error::{Code, InputError};

/// The largest entry that is unpacked, in bytes. The largest OSV records have about 1 MB.
const MAX_ENTRY: u64 = 16 << 20;
/// All entries together may have this many times the bytes of the zip. JSON shrinks to a tenth or so; entries
/// that share their data (a "zip bomb") go far beyond.
const MAX_RATIO: u64 = 100;

/// Hands the name and the bytes of each `.json` entry to `add`; other entries are skipped.
///
/// # Errors
/// When the bytes are not a zip, have no `.json` entry, or have one that is encrypted, damaged, packed by a
/// method other than deflate, or too large. The message names the entry.
pub(super) fn for_each_json(
    file: &str,
    bytes: &[u8],
    mut add: impl FnMut(&str, &[u8]) -> Result<(), InputError>,
) -> Result<(), InputError> {
    let damaged =
        |error: rawzip::Error| InputError::new(Code::Format, file, format!("not a readable zip: {error}"));
    let archive = ZipArchive::from_slice(bytes).map_err(damaged)?;
    let mut unpacker = Unpacker {
        inflater: Decompress::new(false),
        buffer: Vec::new(),
        budget: MAX_ENTRY.saturating_add(MAX_RATIO.saturating_mul(bytes.len() as u64)),
    };
    let mut count = 0_usize;
    for entry in archive.entries() {
        let entry = entry.map_err(damaged)?;
        let path = entry.file_path();
        if path.is_dir() || !path.as_bytes().to_ascii_lowercase().ends_with(b".json") {
            continue;
        }
        let name = String::from_utf8_lossy(path.as_bytes());
        let content = unpacker
            .unpack(&archive, &entry)
            .map_err(|(code, reason)| InputError::new(code, file, format!("the entry {name} {reason}")))?;
        add(&name, content)?;
        count += 1;
    }
    if count == 0 {
        return Err(InputError::new(
            Code::Format,
            file,
            "the zip has no .json files, so no advisories",
        ));
    }
    Ok(())
}

/// The working space, kept from entry to entry.
struct Unpacker {
    inflater: Decompress,
    buffer: Vec<u8>,
    /// How many more bytes may be unpacked.
    budget: u64,
}

impl Unpacker {
    /// The content of `entry`, or why it cannot be had.
    fn unpack<'a>(
        &'a mut self,
        archive: &'a ZipSliceArchive<&[u8]>,
        entry: &ZipFileHeaderRecord<'_>,
    ) -> Result<&'a [u8], (Code, String)> {
        if entry.flags().is_encrypted() {
            return Err((Code::Unsupported, "is encrypted".to_owned()));
        }
        let size = entry.uncompressed_size_hint();
        if size > MAX_ENTRY {
            return Err((
                Code::TooLarge,
                format!("has {size} bytes; at most {MAX_ENTRY} are read"),
            ));
        }
        self.budget = self.budget.checked_sub(size).ok_or_else(|| {
            (
                Code::TooLarge,
                format!("brings the unpacked bytes to more than {MAX_RATIO} times the zip's own"),
            )
        })?;
        let damaged = |reason: &dyn std::fmt::Display| (Code::Format, format!("is damaged: {reason}"));
        let packed = archive
            .get_entry(entry.wayfinder())
            .map_err(|error| damaged(&error))?;
        let content = match entry.compression_method() {
            CompressionMethod::STORE => packed.data(),
            CompressionMethod::DEFLATE => self
                .inflate(packed.data(), size)
                .map_err(|reason| damaged(&reason))?,
            method => {
                return Err((
                    Code::Unsupported,
                    format!("is packed by {method}, not by deflate"),
                ));
            }
        };
        let actual = ZipVerification {
            crc: rawzip::crc32(content),
            uncompressed_size: content.len() as u64,
        };
        packed
            .claim_verifier()
            .valid(actual)
            .map_err(|error| damaged(&error))?;
        Ok(content)
    }

    /// Inflates `data`, which must give no more than `size` bytes.
    fn inflate(&mut self, data: &[u8], size: u64) -> Result<&[u8], &'static str> {
        let size = usize::try_from(size).map_err(|_| "it does not fit in memory")?;
        self.buffer.clear();
        // One byte more, so that data that goes on past its size shows.
        self.buffer.reserve(size + 1);
        self.inflater.reset(false);
        match self
            .inflater
            .decompress_vec(data, &mut self.buffer, FlushDecompress::Finish)
        {
            Ok(Status::StreamEnd) => Ok(&self.buffer),
            Ok(Status::Ok | Status::BufError) if self.buffer.len() > size => {
                Err("it is longer than the zip says")
            }
            Ok(Status::Ok | Status::BufError) => Err("it ends too early"),
            Err(_) => Err("it is not deflate data"),
        }
    }
}
